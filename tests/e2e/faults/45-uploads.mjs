// kill -9 in the middle of uploads, while bytes come and while the last of them are made a document of: what was
// acknowledged is there, the upload goes on from it, and nothing half is ever seen.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { account, meetingOf } from "../lib/account.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { Server, sleep } from "../lib/server.mjs";
import { Tus, pdf, sha256 } from "../lib/tus.mjs";

const KILLS = process.env.YUNJIAN_NIGHTLY ? 40 : 6;
const server = new Server();
let tus;
let project;
const whole = new Map(); // document → digest

export const light = true;
export async function close() {
  await server.close();
}

/** Goes on until it is a document; resolves to the offsets that were told on the way. */
async function finish(at, body) {
  for (;;) {
    const rs = await tus.head(at);
    equal(rs.status, 200, "HEAD after the restart");
    if (rs.headers["upload-document"] !== undefined) return rs.headers["upload-document"];
    const offset = Number(rs.headers["upload-offset"]);
    const put = await tus.patch(at, offset, body.subarray(offset));
    if (put.status === 204) return put.headers["upload-document"];
    throw new Error(`PATCH: ${put.status} ${put.text}`);
  }
}

async function nothingHalf(under) {
  const { documents } = await tus.documents(`projects/${project}`);
  for (const d of documents) {
    const got = await tus.content(d.id, 1);
    equal(sha256(got.data), d.latest.sha256, "what is seen is whole");
    ok(whole.get(d.id) === d.latest.sha256 || under === d.latest.sha256, "and one that was uploaded");
  }
  for (const id of whole.keys()) ok(documents.some((d) => d.id === id), "an acknowledged document is there");
}

export const tests = {
  async [`kill -9, ${KILLS} times, at any moment of an upload`](note) {
    await server.start();
    const a = await account(server, "shen", "manager");
    ({ project } = await meetingOf(a));
    tus = new Tus(server, a.token());
    for (let n = 0; n < KILLS; n++) {
      const body = pdf(n % 2 === 0 ? 8 << 20 : 300_000); // half of them are killed about their end
      const made = await tus.create(`projects/${project}`, `n${n}.pdf`, body.length);
      equal(made.status, 201, made.text);
      const at = made.headers.location;
      const half = n % 2 === 0 ? 3 << 20 : 0;
      if (half > 0) equal((await tus.patch(at, 0, body.subarray(0, half))).headers["upload-offset"], String(half), "acknowledged");
      const last = tus.patch(at, half, body.subarray(half)).catch((e) => e);
      await sleep(Math.random() * (n % 2 === 0 ? 120 : 40));
      await server.kill();
      const answer = await last;
      await server.start();
      const offset = Number((await tus.head(at)).headers["upload-offset"]);
      ok(offset >= half, `${offset} of acknowledged ${half}`);
      await nothingHalf(sha256(body));
      whole.set(await finish(at, body), sha256(body));
      note(`kill ${n + 1}: ${answer instanceof Error ? "no answer" : answer.status}, gone on from ${offset} of ${body.length}`);
      await nothingHalf();
    }
    equal(readdirSync(join(server.env.YUNJIAN_DATA, "uploads")).length, 0, "nothing is left over");
  },
};
