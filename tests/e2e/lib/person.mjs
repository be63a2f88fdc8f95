// A participant without a browser: the WebSocket of docs/signalling.md, no media.
import WebSocket from "ws";
import { until } from "./server.mjs";

export const secretOf = (url) => url.slice(url.indexOf("#") + 1);

/** Through the door by the API; resolves to {token, participant, meeting}. */
export async function redeem(server, url, name) {
  const rs = await server.post("/api/v1/invitations/redeem", { secret: secretOf(url), name, organisation: "锦澜", phone: "13800002046", consent: true });
  if (rs.status !== 201) throw new Error(`redeem: ${rs.status} ${rs.text}`);
  return rs.json();
}

export class Person {
  constructor(server, token, name = "?") {
    Object.assign(this, { server, token, name, notices: [], waiting: new Map(), last: 0, closed: undefined, bytes: 0 });
  }

  /** Opens the socket and says hello; resolves to the answer. */
  async connect() {
    const address = this.server.url.replace("https:", "wss:");
    this.closed = undefined;
    this.ws = new WebSocket(`${address}/ws/v1`, "yunjian.v1", { rejectUnauthorized: false, origin: this.server.url, perMessageDeflate: false });
    this.ws.on("message", (data) => this.#take(data));
    this.ws.on("close", (code, reason) => {
      this.closed = { code, reason: reason.toString(), at: Date.now() };
      for (const w of this.waiting.values()) w.fail(new Error(`closed with ${code} ${reason}`));
      this.waiting.clear();
    });
    await new Promise((done, fail) => {
      this.ws.once("open", done);
      this.ws.on("error", fail);
    });
    return this.ask("hello", { version: 1, token: this.token, fresh: true });
  }

  #take(data) {
    const m = JSON.parse(data.toString());
    this.bytes += data.length;
    const w = m.id === undefined || m.id === null ? undefined : this.waiting.get(m.id);
    if (w === undefined) {
      this.notices.push(m);
      return;
    }
    this.waiting.delete(m.id);
    if (m.type === "ok") w.done(m);
    else w.fail(Object.assign(new Error(`${m.code}: ${m.message}`), { code: m.code }));
  }

  ask(type, members = {}) {
    const id = ++this.last;
    return new Promise((done, fail) => {
      if (this.closed !== undefined) throw new Error(`${this.name}: closed with ${this.closed.code} ${this.closed.reason}`);
      this.waiting.set(id, { done, fail });
      this.ws.send(JSON.stringify({ type, id, ...members }));
    });
  }

  /** In the meeting, let in by `host` where that is needed. */
  async enter(host) {
    const hello = await this.connect();
    const { state } = await this.ask("join");
    if (state === "waiting") {
      await host.ask("admit", { participant: hello.participant });
      await until(() => this.notices.some((n) => n.type === "admitted"), 5000, `${this.name} is let in`);
    }
    return hello;
  }

  chats() {
    return this.notices.filter((n) => n.type === "chat");
  }
  close() {
    this.ws?.terminate();
  }
}
