// Somebody with an account, without a browser: keeps cookies, pays what a new session owes.
import { createHmac } from "node:crypto";
import https from "node:https";
import { sleep } from "./server.mjs";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Headers that say which version was seen. */
export const seen = (version) => ({ "if-match": `"${version}"` });

/** A code of the authenticator: RFC 6238, not by the server's own code. */
export function totp(secret, at = Date.now()) {
  const bits = [...secret].map((c) => ALPHABET.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac("sha1", key).update(step).digest();
  const v = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
  return String(v % 1_000_000).padStart(6, "0");
}

export class Account {
  /** @param from local address that the requests come from */
  constructor(server, login, password, { from } = {}) {
    Object.assign(this, { server, login, password, cookies: new Map(), secret: undefined, shown: 0 });
    if (from !== undefined) this.agent = new https.Agent({ localAddress: from, rejectUnauthorized: false });
  }

  async call(method, path, body, headers = {}) {
    const cookie = [...this.cookies].map(([k, v]) => `${k}=${v}`).join("; ");
    const rs = await this.server.request(`/api/v1${path}`, {
      method,
      agent: this.agent,
      headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...(cookie === "" ? {} : { cookie }), "user-agent": `test of ${this.login}`, ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    for (const line of rs.headers["set-cookie"] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (value === "") this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return rs;
  }
  get(path) {
    return this.call("GET", path);
  }
  post(path, body) {
    return this.call("POST", path, body);
  }
  async want(status, method, path, body, headers) {
    const rs = await this.call(method, path, body, headers);
    if (rs.status !== status) throw new Error(`${this.login}: ${method} ${path}: ${rs.status}, want ${status}: ${rs.text}`);
    return rs.text === "" ? undefined : rs.json();
  }
  token() {
    return this.cookies.get("__Host-yj");
  }

  /** A code that has not been used yet: one of the next step is good too. */
  async code() {
    for (;;) {
      const step = Math.max(Math.floor(Date.now() / 30_000), this.shown + 1);
      if (step <= Math.floor(Date.now() / 30_000) + 1) {
        this.shown = step;
        return totp(this.secret, step * 30_000);
      }
      await sleep(500);
    }
  }

  /** Password, and what is owed after it: a code, a password of one's own, a second factor. */
  async signIn() {
    let { owes } = await this.want(200, "POST", "/session", { login: this.login, password: this.password });
    if (owes === "second") owes = (await this.want(200, "POST", "/session/second", { code: await this.code() })).owes;
    if (owes === "password") {
      const next = `${this.login[0]} is for a long password`;
      await this.want(204, "POST", "/account/password", { current: this.password, password: next });
      this.password = next;
      owes = (await this.want(200, "GET", "/session")).owes;
    }
    if (owes === "enrol") await this.enrol();
    return this;
  }
  async enrol() {
    const { secret } = await this.want(200, "POST", "/account/second", { password: this.password });
    this.secret = secret;
    this.recovery = (await this.want(200, "POST", "/account/second/confirm", { code: await this.code() })).recovery_codes;
  }
}

/** An account made by the command line, signed in. */
export async function account(server, login, role, name = login, organisation = "", options = {}) {
  const password = `${login[0]} is for a good password`;
  const made = await server.cliIn(`${password}\n`, "user", "add", login, role, name, organisation);
  if (made.code !== 0) throw new Error(`user add ${login}: ${made.err}`);
  const a = new Account(server, login, password, options);
  a.id = JSON.parse(made.out).account;
  return a.signIn();
}

/** A project of this manager with one meeting; resolves to {project, meeting}. */
export async function meetingOf(manager, title = "10 kV") {
  const project = (await manager.want(201, "POST", "/projects", { title, customer: "锦澜" })).id;
  const meeting = (await manager.want(201, "POST", `/projects/${project}/meetings`, { kind: "review", title, starts_at: new Date().toISOString(), record_auto: false })).id;
  return { project, meeting };
}
