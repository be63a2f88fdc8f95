// A WHIP client or a WHEP player: plain HTTPS requests, descriptions as browsers write them, and GStreamer's webrtcbin.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { bin, input, until } from "./server.mjs";

const FINGERPRINT = "DA:7B:57:DC:28:CE:04:4F:31:79:85:C4:31:67:EB:27:58:29:ED:77:2A:0D:24:AE:ED:AD:30:BC:BD:F1:9C:02";
const LINES = {
  audio: ["m=audio 9 UDP/TLS/RTP/SAVPF 111", "a=rtpmap:111 opus/48000/2", "a=fmtp:111 minptime=10;useinbandfec=1"],
  video: ["m=video 9 UDP/TLS/RTP/SAVPF 96 97", "a=rtpmap:96 VP8/90000", "a=rtcp-fb:96 nack", "a=rtcp-fb:96 nack pli", "a=rtpmap:97 rtx/90000", "a=fmtp:97 apt=96"],
};

/** An offer of one audio and one video line; `change` may give {dir, setup, kinds, stream, group, lines, ufrag}. */
export function offer({ dir = "sendonly", setup = "actpass", kinds = ["audio", "video"], stream = () => "-", group, edit = (l) => l, ufrag = "EsAw" } = {}) {
  const mids = kinds.map((_, i) => String(i));
  const media = kinds.flatMap((kind, i) => {
    const [m, ...codec] = LINES[kind];
    return [m, "c=IN IP4 0.0.0.0", `a=ice-ufrag:${ufrag}`, "a=ice-pwd:bP+XJMM09aR8AiX1jdukzR6Y", `a=fingerprint:sha-256 ${FINGERPRINT}`, `a=setup:${setup}`, `a=mid:${i}`,
      `a=${dir}`, ...(dir.startsWith("send") ? [`a=msid:${stream(i)} track${i}`] : []), "a=rtcp-mux", "a=rtcp-mux-only", ...codec];
  });
  const head = ["v=0", "o=- 5228595038118931041 2 IN IP4 127.0.0.1", "s=-", "t=0 0", ...(group ?? [`a=group:BUNDLE ${mids.join(" ")}`])];
  return edit([...head, ...media]).join("\r\n") + "\r\n";
}

export const auth = (token) => (token === undefined ? {} : { authorization: `Bearer ${token}` });
export const pathOf = (url) => new URL(url).pathname;

export function post(server, url, sdp, token, headers = {}) {
  return server.request(pathOf(url), { method: "POST", headers: { "content-type": "application/sdp", ...auth(token), ...headers }, body: sdp });
}
export function patch(server, path, frag, token, etag, headers = {}) {
  return server.request(path, {
    method: "PATCH",
    headers: { "content-type": "application/trickle-ice-sdpfrag", ...auth(token), ...(etag === undefined ? {} : { "if-match": etag }), ...headers },
    body: frag,
  });
}
export const remove = (server, path, token) => server.request(path, { method: "DELETE", headers: auth(token) });

/** GStreamer's webrtcbin behind tests/gst/peer.c: "publish vp8", "publish h264" or "watch". */
export class Gst {
  static async start(server, url, token, ...what) {
    const g = new Gst();
    g.server = server;
    g.token = token;
    g.out = "";
    g.process = spawn(join(bin, "gst-peer"), what, { stdio: ["pipe", "pipe", "inherit"] });
    g.process.stdout.on("data", (d) => (g.out += d));
    g.exit = new Promise((done) => g.process.once("exit", done));
    const sdp = await until(() => /^([\s\S]*?)^\.$/m.exec(g.out)?.[1], 15_000, "webrtcbin makes its offer");
    g.out = "";
    g.answer = await post(server, url, sdp, token);
    if (g.answer.status !== 201) throw new Error(`POST: ${g.answer.status} ${g.answer.text}\n${sdp}`);
    input(g.process).write(`${g.answer.text.trimEnd()}\r\n.\n`);
    return g;
  }
  /** What has been decoded so far. */
  counts() {
    const last = [...this.out.matchAll(/^state (\d+) pictures (\d+) changes (\d+) sounds (\d+)$/gm)].at(-1);
    return last === undefined ? undefined : { state: Number(last[1]), pictures: Number(last[2]), changes: Number(last[3]), sounds: Number(last[4]) };
  }
  remove() {
    return remove(this.server, this.answer.headers.location, this.token);
  }
  async stop() {
    this.process.stdin.end();
    const late = setTimeout(() => this.process.kill("SIGKILL"), 3000);
    await this.exit;
    clearTimeout(late);
  }
}
