// Scheduling, without browsers: the working calendar, and who is found to be invited.
import { account } from "../lib/account.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { Server } from "../lib/server.mjs";
import { pdf, Tus } from "../lib/tus.mjs";

const server = new Server();
const people = {};

/** May run beside others. */
export const light = true;

export async function close() {
  await server.close();
}

export const tests = {
  async "the working calendar says which days are not worked, in the zone of the service"() {
    await server.start();
    for (const [login, role, name, org] of [["shen", "manager", "沈知远", "望江供电公司"], ["zhou", "expert", "周敏", "运行管理单位"], ["zheng", "expert", "郑凯", "运行管理单位"], ["zhao", "supervisor", "赵", ""], ["gly", "admin", "郑重", ""]])
      people[login] = await account(server, login, role, name, org);
    const c = await people.shen.want(200, "GET", "/calendar?from=2026-09-30&to=2026-10-12");
    equal(c.days_off.join(" "), "2026-10-01 2026-10-02 2026-10-03 2026-10-04 2026-10-05 2026-10-06 2026-10-07 2026-10-11", "the holiday of October 2026, and no Saturday that is worked");
    equal(c.timezone, "Asia/Shanghai");
    ok(c.known_until >= "2026-12-31" && /^\d{4}-\d\d-\d\d$/.test(c.today), JSON.stringify([c.known_until, c.today]));
    for (const query of ["", "?from=2026-10-01", "?from=2026-10-02&to=2026-10-01", "?from=2026-01-01&to=2027-02-05", "?from=1&to=2"]) equal((await people.shen.get(`/calendar${query}`)).status, 400, query);
    equal((await server.request("/api/v1/calendar?from=2026-10-01&to=2026-10-02")).status, 401, "without an account");
  },

  async "colleagues are found by name, organisation or login; only those who take part in meetings"() {
    const names = async (q) => (await people.shen.want(200, "GET", `/people?q=${encodeURIComponent(q)}`)).people.map((p) => p.name);
    equal((await names("郑")).join(), "郑凯", "no administrator");
    equal((await names("运行管理")).join(), "郑凯,周敏", "by organisation");
    equal((await names("ZHOU")).join(), "周敏", "by login");
    equal((await names("没有这个人")).join(), "");
    equal((await people.zhou.get("/people?q=")).status, 403, "an expert schedules nothing");
    equal((await people.gly.post(`/accounts/${people.zheng.id}/disable`)).status, 200);
    equal((await names("郑")).join(), "", "no disabled account");
  },

  async "a host's other meetings are known to who schedules; whose they are only to their people"() {
    const span = "from=2027-03-01T00:00:00.000Z&to=2027-03-02T00:00:00.000Z";
    const busy = async (who, host) => (await who.want(200, "GET", `/people/${host.id}/busy?${span}`)).busy;
    const qian = await account(server, "qian", "manager", "钱");
    const project = (await people.shen.want(201, "POST", "/projects", { title: "锦澜 10 kV", customer: "锦澜" })).id;
    const schedule = (starts_at, duration_min, host) => people.shen.want(201, "POST", `/projects/${project}/meetings`, { kind: "review", title: `审查 ${starts_at}`, starts_at, duration_min, host, record_auto: true });
    await schedule("2027-02-28T23:30:00.000Z", 60, people.zhou.id); // reaches into the day
    await schedule("2027-02-28T22:30:00.000Z", 90, people.zhou.id); // ends as it begins
    const gone = await schedule("2027-03-01T03:00:00.000Z", 60, people.zhou.id);
    const own = await schedule("2027-03-01T05:00:00.000Z", 60, people.zhou.id);
    const cancelled = await people.shen.call("POST", `/meetings/${gone.id}/cancel`, { reason: "改期" }, { "if-match": `"${gone.version}"` });
    equal(cancelled.status, 200, cancelled.text);
    equal((await busy(people.shen, people.zhou)).map((b) => `${b.starts_at} ${b.duration_min} ${b.id === own.id} ${b.title !== ""}`).join("; "), "2027-02-28T23:30:00.000Z 60 false true; 2027-03-01T05:00:00.000Z 60 true true", "to the manager of the project");
    equal((await busy(qian, people.zhou)).map((b) => `${b.starts_at} ${b.id}${b.title}`).join("; "), "2027-02-28T23:30:00.000Z ; 2027-03-01T05:00:00.000Z ", "to another manager no more than when");
    equal((await busy(people.shen, people.shen)).length, 0);
    equal((await people.shen.get(`/people/${people.zhou.id}/busy?from=now&to=then`)).status, 400);
    equal((await people.shen.get(`/people/${"0".repeat(32)}/busy?${span}`)).status, 404);
  },

  async "a meeting is scheduled with its people and documents, all of it or nothing"() {
    const made = await people.shen.want(201, "POST", "/projects", { title: "甲", customer: "锦澜" });
    const other = await people.shen.want(201, "POST", "/projects", { title: "乙", customer: "锦澜" });
    const paper = async (project, name) => (await new Tus(server, people.shen.token()).want(`projects/${project}`, `${name}.pdf`, pdf(200), { title: name, kind: "drawing" })).document;
    const [drawing, plan, foreign] = [await paper(made.id, "主接线图"), await paper(made.id, "平面图"), await paper(other.id, "别的")];
    const ask = (documents) => people.shen.post(`/projects/${made.id}/meetings`, { kind: "review", title: "审查", starts_at: "2027-03-04T02:00:00.000Z", record_auto: true, participants: [{ role: "customer", name: "何建平" }], documents: documents.map((document) => ({ document })) });
    equal((await ask([drawing, foreign])).status, 400, "a document of another project");
    equal((await people.shen.want(200, "GET", `/projects/${made.id}/meetings`)).meetings.length, 0, "and no meeting without it");
    const { id } = (await ask([drawing])).json();
    const linked = async () => (await people.shen.want(200, "GET", `/meetings/${id}/documents`)).documents.map((d) => d.title).sort().join();
    equal(await linked(), "主接线图");
    await people.shen.want(204, "PUT", `/meetings/${id}/documents`, { documents: [{ document: plan }] });
    equal(await linked(), "平面图");
    equal((await people.shen.call("PUT", `/meetings/${id}/documents`, { documents: [{ document: drawing }, { document: foreign }] })).status, 400);
    equal(await linked(), "平面图", "a refused change changes nothing");
  },
};
