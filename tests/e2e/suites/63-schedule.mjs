// Scheduling, without browsers: the working calendar, and who is found to be invited.
import { account } from "../lib/account.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { Server } from "../lib/server.mjs";

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
};
