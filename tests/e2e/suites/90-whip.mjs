// WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep) over real HTTPS, point by point; docs/whip.md names these tests.
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import https from "node:https";
import { join } from "node:path";
import { equal, ok } from "../lib/expect.mjs";
import { Person, redeem } from "../lib/person.mjs";
import { Server, sleep, until } from "../lib/server.mjs";
import { dial, exchange, statusOf } from "../lib/raw.mjs";
import { Gst, auth, offer, patch, pathOf, post, remove } from "../lib/whip.mjs";

const s = new Server({ ip: "10.77.0.1", env: { YUNJIAN_RECORD_AUTO: "0" } });
await s.start();
const d = await s.demo();
const other = await s.demo();
const whip = pathOf(d.whip_url);
const whep = pathOf(d.whep_url);
let n = 0;
/** An endpoint that nobody used before. */
const fresh = () => d.whip_url.replace(/camera$/, `cam${++n}`);
const TRICKLE = ["m=audio 9 UDP/TLS/RTP/SAVPF 111", "a=mid:0", "a=ice-ufrag:EsAw", "a=ice-pwd:bP+XJMM09aR8AiX1jdukzR6Y",
  "a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1", "a=end-of-candidates", ""].join("\r\n");
const RESTART = ["a=ice-options:trickle ice2", "a=group:BUNDLE 0 1", "m=audio 9 UDP/TLS/RTP/SAVPF 111", "a=mid:0", "a=ice-ufrag:ysXw", "a=ice-pwd:vw5LmwG4y/e6dPP/zAP9Gp5k", ""].join("\r\n");

async function session(url = fresh(), sdp = offer()) {
  const r = await post(s, url, sdp, d.token);
  equal(r.status, 201, `POST (${r.text})`);
  return { path: r.headers.location, etag: r.headers.etag, answer: r.text, headers: r.headers };
}
const problem = (r, status, what) => {
  equal(r.status, status, `${what} (${r.text})`);
  ok(/^application\/problem\+json/.test(r.headers["content-type"]), `${what}: says it in a problem statement`);
  equal(r.json().status, status, `${what}: its status`);
  ok(r.json().detail.length > 10, `${what}: says what is wrong`);
};
const lines = (sdp, start) => sdp.split("\r\n").filter((l) => l.startsWith(start));

/** May run beside others. */
export const light = true;

export const tests = {
  "4.2, 4.3.1, 4.3.2, 4.4.1, 4.4.5, 4.8, 4.9 POST: 201, Location, ETag, and an answer with all there is to know": async () => {
    const { path, etag, answer, headers } = await session();
    equal(headers["content-type"], "application/sdp", "type of the answer");
    ok(/^"[0-9a-f]{16}"$/.test(etag), `a strong entity tag: ${etag}`);
    ok(new RegExp(`^/whip/${d.meeting}/cam\\d+/[0-9a-f]{32}$`).test(path), `an unguessable session: ${path}`);
    ok(answer.includes("a=ice-lite"), "says that it is ICE-lite");
    ok(lines(answer, "a=candidate:").some((l) => l.includes("10.77.0.1") && l.includes(" udp ")), "a candidate over UDP");
    ok(lines(answer, "a=candidate:").some((l) => l.includes("tcptype passive")), "a candidate over TCP");
    equal(lines(answer, "a=end-of-candidates").length, 1, "and that these are all");
    equal(lines(answer, "a=recvonly").length, 2, "recvonly in each line");
    equal(lines(answer, "a=setup:passive").length, 2, "DTLS passive");
    equal(lines(answer, "a=rtcp-mux-only").length, 2, "rtcp-mux-only in each line");
    equal(lines(answer, "a=group:BUNDLE 0 1").length, 1, "one bundle");
    equal(headers["accept-patch"], "application/trickle-ice-sdpfrag", "trickle is offered");
    equal(headers.link, undefined, "no ICE server is named when none is configured");
    const second = await session();
    ok(second.path !== path && second.etag !== etag, "each session has its own name and tag");
  },
  "4.2, 4.4.4 POST: sendrecv and setup:active are taken; one kind alone is": async () => {
    for (const change of [{ dir: "sendrecv" }, { setup: "active" }, { kinds: ["audio"] }, { kinds: ["video"] }]) {
      const { answer } = await session(fresh(), offer(change));
      equal(lines(answer, "a=recvonly").length, change.kinds?.length ?? 2, JSON.stringify(change));
      equal(lines(answer, "a=sendrecv").length, 0, "never sendrecv");
    }
  },
  "4.2, 4.4.1 POST: 415 for another type, 400 for what is no SDP": async () => {
    problem(await post(s, fresh(), offer(), d.token, { "content-type": "application/json" }), 415, "JSON");
    problem(await post(s, fresh(), offer(), d.token, { "content-type": "text/plain" }), 415, "text");
    equal((await post(s, fresh(), offer(), d.token, { "content-type": "application/sdp; charset=utf-8" })).status, 201, "with a parameter");
    problem(await post(s, fresh(), "", d.token), 400, "nothing");
    problem(await post(s, fresh(), "hello", d.token), 400, "no SDP");
    problem(await post(s, fresh(), offer({ edit: (l) => l.filter((x) => !x.startsWith("a=ice-pwd")) }), d.token), 400, "no ICE password");
    problem(await post(s, fresh(), offer({ edit: (l) => l.filter((x) => !x.startsWith("a=fingerprint")) }), d.token), 400, "no fingerprint");
    problem(await post(s, fresh(), offer({ edit: (l) => l.filter((x) => x !== "a=rtcp-mux") }), d.token), 400, "no rtcp-mux");
    problem(await post(s, fresh(), offer({ edit: (l) => l.map((x) => (x.startsWith("a=mid:1") ? "a=mid:one two" : x)) }), d.token), 400, "a bad mid");
  },
  "4.2, 4.4.1 to 4.4.4 POST: 422 for what WHIP does not allow, never a partly good answer": async () => {
    const cases = {
      recvonly: { dir: "recvonly" },
      inactive: { dir: "inactive" },
      "setup:passive": { setup: "passive" },
      "two video lines": { kinds: ["video", "video"] },
      "two audio lines": { kinds: ["audio", "audio", "video"] },
      "two MediaStreams": { stream: (i) => `stream${i}` },
      "no BUNDLE group": { group: [] },
      "two BUNDLE groups": { group: ["a=group:BUNDLE 0", "a=group:BUNDLE 1"] },
      "a line outside of the group": { group: ["a=group:BUNDLE 0"] },
      "no codec of ours": { edit: (l) => l.map((x) => x.replace("VP8/90000", "AV1/90000")) },
      "a rejected line": { edit: (l) => l.map((x) => x.replace("m=video 9", "m=video 0")) },
      "a data channel": { edit: (l) => [...l, "m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "c=IN IP4 0.0.0.0", "a=mid:2", "a=sctp-port:5000"] },
    };
    for (const [what, change] of Object.entries(cases)) problem(await post(s, fresh(), offer(change), d.token), 422, what);
    const people = await s.request(`/api/v1/meetings/${d.meeting}`, { headers: {} });
    equal(people.status, 401, "and nobody reads the roster without a session");
  },
  "4.5, 4.7.1 POST: 401 with WWW-Authenticate, 403, 404, 406, never a redirect": async () => {
    for (const url of [d.whip_url, d.whep_url]) {
      const none = await post(s, url, offer(), undefined);
      problem(none, 401, "no token");
      equal(none.headers["www-authenticate"], 'Bearer realm="yunjian"', "challenge without a token");
      const wrong = await post(s, url, offer(), "0123456789abcdef0123456789abcdef");
      problem(wrong, 401, "a wrong token");
      equal(wrong.headers["www-authenticate"], 'Bearer realm="yunjian", error="invalid_token"', "challenge with a wrong one");
      problem(await post(s, url, offer(), other.token), 403, "another meeting's token");
      problem(await post(s, url.replace(d.meeting, "f".repeat(32)), offer(), d.token), 403, "a meeting that does not exist");
      problem(await remove(s, `${pathOf(url)}/${"0".repeat(32)}`, d.token), 404, "no such session");
      problem(await post(s, url, offer(), d.token, { accept: "text/html" }), 406, "another answer is wanted");
      const odd = await post(s, `${url}/`, offer(), d.token);
      ok(odd.status >= 400 && odd.headers.location === undefined, `with a slash at its end: refused, and no redirect: ${odd.status}`);
      problem(await post(s, url, offer(), undefined, { cookie: `__Host-yj=${d.token}` }), 401, "a cookie is no bearer token");
    }
  },
  "4.1 GET and HEAD: 204; other methods: 405 with Allow": async () => {
    const { path } = await session();
    for (const at of [whip, whep, path]) {
      for (const method of ["GET", "HEAD"]) {
        const r = await s.request(at, { method });
        equal(r.status, 204, `${method} ${at}`);
        equal(r.text, "", "nothing in it");
      }
      const want = at === path ? "PATCH, DELETE, GET, HEAD, OPTIONS" : "POST, GET, HEAD, OPTIONS";
      for (const method of at === path ? ["POST", "PUT"] : ["PUT", "PATCH", "DELETE"]) {
        const r = await s.request(at, { method, headers: auth(d.token) });
        problem(r, 405, `${method} ${at}`);
        equal(r.headers.allow, want, `what is allowed at ${at}`);
      }
    }
  },
  "4.2, 4.6 OPTIONS: CORS for pages of any site, Accept-Post, no ICE servers": async () => {
    const { path } = await session();
    for (const at of [whip, whep, path]) {
      const r = await s.request(at, { method: "OPTIONS", headers: { origin: "https://elsewhere.example", "access-control-request-method": at === path ? "PATCH" : "POST", "access-control-request-headers": "authorization,content-type,if-match" } });
      equal(r.status, 200, `preflight of ${at} without a token`);
      equal(r.headers["access-control-allow-origin"], "*", "any origin");
      for (const h of ["Authorization", "Content-Type", "If-Match"]) ok(r.headers["access-control-allow-headers"].includes(h), `${h} may be sent`);
      for (const m of at === path ? ["PATCH", "DELETE"] : ["POST"]) ok(r.headers["access-control-allow-methods"].includes(m), `${m} may be used`);
      if (at !== path) equal(r.headers["accept-post"], "application/sdp", "Accept-Post");
      else equal(r.headers["accept-patch"], "application/trickle-ice-sdpfrag", "Accept-Patch");
      equal(r.headers.link, undefined, "no ICE server in a preflight");
    }
    const r = await post(s, fresh(), offer(), d.token, { origin: "https://elsewhere.example", "sec-fetch-site": "cross-site" });
    equal(r.status, 201, "a page of another site with the token");
    equal(r.headers["access-control-allow-origin"], "*", "may read the answer");
    for (const h of ["Location", "ETag", "Link"]) ok(r.headers["access-control-expose-headers"].includes(h), `${h} is exposed`);
    const no = await post(s, fresh(), offer(), undefined, { origin: "https://elsewhere.example" });
    equal(no.headers["access-control-allow-origin"], "*", "and a refusal too");
    const big = await post(s, fresh(), "v=0\r\n".padEnd(70_000, "a=x\r\n"), d.token);
    problem(big, 413, "over 64 KiB");
    equal(big.headers["access-control-allow-origin"], "*", "and one from before the handler");
  },
  "4.3.1, 4.3.2 PATCH: trickle with the tag is 204; 412, 428, 415, 400, 401, 404": async () => {
    const { path, etag } = await session();
    const fine = await patch(s, path, TRICKLE, d.token, etag);
    equal(fine.status, 204, "candidates");
    equal(fine.text, "", "no body");
    equal(fine.headers.etag, undefined, "no tag in the answer");
    equal((await patch(s, path, TRICKLE, d.token, `"old", ${etag}`)).status, 204, "one of a list");
    equal((await patch(s, path, "a=end-of-candidates\r\n", d.token, etag)).status, 204, "the end alone");
    const odd = TRICKLE.replace(" udp ", " quic ").replace("192.0.2.1", "nowhere.invalid");
    equal((await patch(s, path, odd, d.token, etag)).status, 204, "an unknown transport, a name that does not resolve: set aside");
    problem(await patch(s, path, TRICKLE, d.token, undefined), 428, "no If-Match");
    problem(await patch(s, path, TRICKLE, d.token, '"0123456789abcdef"'), 412, "another tag");
    problem(await patch(s, path, TRICKLE, d.token, `W/${etag}`), 412, "a weak tag");
    problem(await patch(s, path, TRICKLE, d.token, etag, { "content-type": "application/sdp" }), 415, "another type");
    problem(await patch(s, path, "v=0\r\n", d.token, etag), 400, "no fragment");
    problem(await patch(s, path, "", d.token, etag), 400, "nothing");
    problem(await patch(s, path, TRICKLE, undefined, etag), 401, "no token");
    problem(await patch(s, path, TRICKLE, other.token, etag), 401, "another token");
    problem(await patch(s, path.slice(0, -4) + "0000", TRICKLE, d.token, etag), 404, "another session");
    problem(await patch(s, path.replace("/whip/", "/whep/"), TRICKLE, d.token, etag), 404, "a session of the other protocol");
    equal((await patch(s, path, TRICKLE, d.token, etag)).status, 204, "the session lives on");
  },
  "4.3.3 PATCH: an ICE restart is 200 with new credentials, candidates and tag": async () => {
    const { path, etag, answer } = await session();
    const r = await patch(s, path, RESTART, d.token, "*");
    equal(r.status, 200, "restart");
    equal(r.headers["content-type"], "application/trickle-ice-sdpfrag", "type");
    ok(/^"[0-9a-f]{16}"$/.test(r.headers.etag) && r.headers.etag !== etag, "a new tag");
    ok(r.text.includes("a=ice-lite\r\n") && r.text.includes("a=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n"), "the form of a fragment");
    const [ufrag] = lines(r.text, "a=ice-ufrag:");
    ok(ufrag !== undefined && !answer.includes(ufrag), "a new fragment");
    equal(lines(r.text, "a=candidate:").join(), lines(answer, "a=candidate:").join(), "the candidates as before");
    for (const what of ["a=ice-options:", "a=ice-lite", "a=ice-pacing:"]) equal([...new Set(lines(r.text, what))].join(), [...new Set(lines(answer, what))].join(), `${what} as in the answer`);
    problem(await patch(s, path, TRICKLE.replaceAll("EsAw", "ysXw").replace("bP+XJMM09aR8AiX1jdukzR6Y", "vw5LmwG4y/e6dPP/zAP9Gp5k"), d.token, etag), 412, "the tag of before");
    equal((await patch(s, path, TRICKLE.replaceAll("EsAw", "ysXw"), d.token, r.headers.etag)).status, 204, "candidates of the new session");
    const again = await patch(s, path, RESTART.replace("ysXw", "Again"), d.token, '"*"');
    equal(again.status, 200, "a second restart, the star in quotes as the draft writes it");
    const third = await patch(s, path, RESTART.replace("ysXw", "Third"), d.token, again.headers.etag);
    equal(third.status, 200, "other credentials under the current tag are a restart as well");
    problem(await patch(s, path, RESTART.replace("a=ice-pwd:vw5LmwG4y/e6dPP/zAP9Gp5k", "a=ice-pwd:short"), d.token, "*"), 400, "a bad one");
    equal((await patch(s, path, "a=end-of-candidates\r\n", d.token, third.headers.etag)).status, 204, "after which the session is as it was");
  },
  "4.2, 4.3.1 DELETE: 200, the tag does not matter; then 404": async () => {
    const { path, etag } = await session();
    problem(await remove(s, path, undefined), 401, "no token");
    problem(await remove(s, path, other.token), 401, "another token");
    const r = await s.request(path, { method: "DELETE", headers: { ...auth(d.token), "if-match": '"something"' } });
    equal(r.status, 200, "DELETE with any tag");
    problem(await remove(s, path, d.token), 404, "DELETE again");
    problem(await patch(s, path, TRICKLE, d.token, etag), 404, "PATCH afterwards");
  },
  "WHEP: 409 with Retry-After until somebody publishes, then 201": async () => {
    const url = d.whep_url.replace(/camera$/, "door");
    const early = await post(s, url, offer({ dir: "recvonly" }), d.token);
    problem(early, 409, "nothing published");
    equal(early.headers["retry-after"], "5", "when to try again");
    const cam = await Gst.start(s, d.whip_url.replace(/camera$/, "door"), d.token, "publish", "vp8");
    const r = await until(async () => {
      const x = await post(s, url, offer({ dir: "recvonly" }), d.token);
      return x.status === 201 && x;
    }, 10_000, "it can be watched");
    equal(lines(r.text, "a=sendonly").length, 2, "sendonly in each line");
    equal(lines(r.text, "a=msid:").length, 2, "and which stream");
    equal(new Set(lines(r.text, "a=msid:").map((l) => l.split(" ")[0])).size, 1, "one MediaStream");
    ok(r.headers.location.startsWith(`/whep/${d.meeting}/door/`) && r.headers.etag !== undefined, "a session of its own");
    equal((await patch(s, r.headers.location, TRICKLE, d.token, r.headers.etag)).status, 204, "trickle");
    equal((await patch(s, r.headers.location, RESTART, d.token, "*")).status, 200, "ICE restart");
    for (const change of [{ dir: "sendonly" }, { dir: "inactive" }, { setup: "passive" }, { kinds: ["video", "video"] }, { group: [] }])
      problem(await post(s, url, offer({ dir: "recvonly", ...change }), d.token), 422, JSON.stringify(change));
    equal((await post(s, url, offer({ dir: "recvonly", kinds: ["video"] }), d.token)).status, 201, "the picture alone");
    problem(await post(s, d.whip_url.replace(/camera$/, "door"), offer(), d.token), 409, "a second publisher of the same name");
    equal((await remove(s, r.headers.location, d.token)).status, 200, "DELETE");
    problem(await remove(s, r.headers.location, d.token), 404, "DELETE again");
    equal((await cam.remove()).status, 200, "the camera leaves");
    problem(await post(s, url, offer({ dir: "recvonly" }), d.token), 409, "and is no longer there");
    await cam.stop();
  },
  "4.7.1 tokens: publish or view alone, revoked, run out": async () => {
    const add = (...w) => s.cli("device", "add", d.meeting, ...w);
    const pub = await add("only in", "publish");
    const view = await add("only out", "view");
    problem(await post(s, d.whep_url, offer({ dir: "recvonly" }), pub.token), 403, "a publisher's token does not watch");
    problem(await post(s, fresh(), offer(), view.token), 403, "a viewer's token does not publish");
    const r = await post(s, fresh(), offer(), pub.token);
    equal(r.status, 201, "publishes");
    ok(!(await s.cli("device", "list", d.meeting)).some((t) => JSON.stringify(t).includes(pub.token)), "the secret is shown once");
    await s.cli("device", "revoke", d.meeting, pub.device);
    problem(await patch(s, r.headers.location, TRICKLE, pub.token, "*"), 404, "its session has ended");
    problem(await post(s, fresh(), offer(), pub.token), 401, "and it opens no other");
    const list = await s.cli("device", "list", d.meeting);
    equal(list.find((t) => t.device === pub.device).revoked, true, "the list says so");
  },
  "4.7.1 a token revoked while its offer waits to be put on record publishes nothing": async () => {
    const { device, token } = await s.cli("device", "add", d.meeting, "late", "publish");
    const db = spawn("sqlite3", [join(s.env.YUNJIAN_DATA, "yunjian.db")], { stdio: ["pipe", "pipe", "inherit"] });
    db.stdin.write(`BEGIN IMMEDIATE;\nUPDATE device_token SET revoked_at = 1 WHERE public_id = '${device}';\nSELECT 'held';\n`);
    await once(db.stdout, "data");
    const late = post(s, fresh(), offer(), token);
    await sleep(300); // The token is read, and good, in what is on record so far.
    db.stdin.end("COMMIT;\n");
    await once(db, "exit");
    const r = await late;
    problem(r, 401, "published by a token that was revoked before");
    ok(/invalid_token/.test(r.headers["www-authenticate"]), "with the challenge");
  },
  "the host's mute of a device is there when it comes back, and is the host's to take back": async () => {
    const e = await s.demo();
    const { token } = await redeem(s, e.host_url, "沈知远");
    const host = new Person(s, token, "沈知远");
    await host.enter();
    const said = (what) => host.notices.filter((m) => m.type === "track" && m.source === "microphone").at(-1)?.paused_by_host === what;
    let cam = await Gst.start(s, e.whip_url, e.token, "publish", "vp8");
    const { participant } = await until(() => host.notices.find((m) => m.type === "participant" && m.name === "camera"), 10_000, "it is in");
    await until(() => said(false), 5000, "and is heard");
    const again = async () => {
      equal((await cam.remove()).status, 200, "it leaves");
      await cam.stop();
      host.notices.length = 0;
      cam = await Gst.start(s, e.whip_url, e.token, "publish", "vp8");
      await until(() => host.notices.some((m) => m.type === "participant" && m.participant === participant), 10_000, "it comes back as the same");
    };
    await host.ask("mute_other", { participant, source: "microphone" });
    await until(() => said(true), 5000, "it is muted");
    await again();
    await until(() => said(true), 5000, "it is muted still");
    ok(!host.notices.some((m) => m.type === "track" && m.source === "camera" && m.paused_by_host), "the picture is not");
    await host.ask("mute_other", { participant, source: "microphone" });
    await until(() => said(false), 5000, "given back");
    await again();
    await until(() => said(false), 5000, "and stays so");
    equal((await cam.remove()).status, 200, "it leaves");
    await cam.stop();
    host.close();
  },
  "one token for the meetings of a load generator, and for nothing else": async () => {
    const load = await s.cli("demo", "--load", "2", "3");
    const at = (room, pub) => load.whip_url.replace("{room}", room).replace("{pub}", pub);
    equal((await post(s, at(0, 0), offer(), load.token)).status, 201, "room 0");
    equal((await post(s, at(1, 2), offer(), load.token)).status, 201, "room 1");
    problem(await post(s, at(2, 0), offer(), load.token), 403, "a room that was not made");
    problem(await post(s, d.whip_url, offer(), load.token), 403, "another meeting");
  },
  "4.6 Link: the ICE servers of the configuration, with credentials for TURN, and never in a preflight": async () => {
    const secret = "north wind";
    const t = new Server({ ip: "10.77.0.1", env: { YUNJIAN_ICE_SERVERS: "stun:stun.example.net, turn:turn.example.net?transport=udp,turns:turn.example.net?transport=tcp", YUNJIAN_TURN_SECRET: secret } });
    await t.start();
    try {
      const e = await t.demo();
      const r = await post(t, e.whip_url, offer(), e.token);
      equal(r.status, 201, r.text);
      const links = r.headers.link.split(/, (?=<)/);
      equal(links.length, 3, "one for each server");
      equal(links[0], '<stun:stun.example.net>; rel="ice-server"', "STUN");
      for (const l of links.slice(1)) {
        const [, uri, name, credential] = /^<(turns?:[^>]+)>; rel="ice-server"; username="(\d+:yunjian)"; credential="([^"]+)"; credential-type="password"$/.exec(l);
        ok(uri.includes("?transport="), uri);
        equal(credential, createHmac("sha1", secret).update(name).digest("base64"), "coturn takes this credential");
        const left = Number(name.split(":")[0]) - Date.now() / 1000;
        ok(left > 86_000 && left <= 86_401, `for a day: ${left} s`);
      }
      ok(r.headers["access-control-expose-headers"].includes("Link"), "a page may read it");
      equal((await t.request(pathOf(e.whip_url), { method: "OPTIONS" })).headers.link, undefined, "not in a preflight");
    } finally {
      await t.close();
    }
  },
  "4.6 as many ICE servers as the configuration takes fit beside the longest name": async () => {
    const uri = (i) => `turn:t${i}.example.net?transport=${i === 0 ? "tcp" : "udp"}`;
    const list = Array.from({ length: 6 }, (_, i) => uri(i)).join(",");
    const most = list.replace("example", "example".padEnd(7 + 255 - list.length, "e"));
    equal(most.length, 255, "all the room there is");
    const t = new Server({ ip: "10.77.0.1", env: { YUNJIAN_ICE_SERVERS: most, YUNJIAN_TURN_SECRET: "north wind" } });
    await t.start();
    try {
      const e = await t.demo();
      const r = await post(t, e.whip_url.replace(/camera$/, "n".repeat(63)), offer(), e.token);
      equal(r.status, 201, r.text);
      equal(r.headers.link.split(/, (?=<)/).length, 6, "all of them");
    } finally {
      await t.close();
    }
    for (const wrong of ["http://x", Array.from({ length: 7 }, (_, i) => `stun:s${i}`).join(",")]) {
      const bad = new Server({ ip: "10.77.0.1", env: { YUNJIAN_ICE_SERVERS: wrong } });
      ok(await bad.start().then(() => false, () => true), `${wrong} refuses the start`);
      await bad.close();
    }
  },
  "5 a true token is not held up by who guesses, nor by how many connections an address may have": async () => {
    const wrong = await Promise.all(Array.from({ length: 80 }, (_, i) => post(s, d.whip_url, offer(), String(i).padStart(32, "0"))));
    ok(wrong.some((r) => r.status === 429 && Number(r.headers["retry-after"]) > 0), "who guesses has to wait");
    equal((await session()).headers.etag !== undefined, true, "a true token from the same address has not");
    const agent = new https.Agent({ keepAlive: true, maxSockets: 400, rejectUnauthorized: false });
    let fine = 0;
    for (let wave = 0; wave < 4; wave++) {
      const all = await Promise.all(Array.from({ length: 100 * (wave + 1) }, () =>
        s.request(whep.replace(/camera$/, "nobody"), { method: "POST", agent, headers: { "content-type": "application/sdp", ...auth(d.token) }, body: offer({ dir: "recvonly" }) })));
      fine = all.filter((r) => r.status === 409).length;
    }
    equal(fine, 400, "400 connections of one address, each with a true token");
    agent.destroy();
    const plain = await Promise.all(Array.from({ length: 300 }, () => dial(s).catch(() => undefined)));
    const open = plain.filter((l) => l !== undefined && l.gone === undefined).length;
    ok(open <= 256, `without one, as few as ever: ${open}`);
    for (const l of plain) l?.socket.destroy();
    await until(() => s.status(), 5000, "the server answers");
  },
  "5 a body without its length is refused, and one over 64 KiB before it is read": async () => {
    const head = (more) => `POST ${whip} HTTP/1.1\r\nHost: ${new URL(s.url).host}\r\nContent-Type: application/sdp\r\nAuthorization: Bearer ${d.token}\r\n${more}\r\n`;
    equal(statusOf((await exchange(s, head("Transfer-Encoding: chunked\r\n"))).text), 411, "no length");
    equal(statusOf((await exchange(s, head("Content-Length: 70000\r\n"))).text), 413, "more than 64 KiB");
  },
  "after the meeting: 410, and its sessions are gone": async () => {
    const e = await s.demo();
    const r = await post(s, e.whip_url, offer(), e.token);
    equal(r.status, 201, "before");
    await s.cli("meeting", "end", e.meeting);
    problem(await remove(s, r.headers.location, e.token), 404, "the session");
    problem(await post(s, e.whip_url, offer(), e.token), 410, "another");
    problem(await post(s, e.whep_url, offer({ dir: "recvonly" }), e.token), 410, "watching");
  },
};
export const close = () => s.close();
