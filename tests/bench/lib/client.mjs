// Somebody with an account who asks by REST over connections that are kept, and how long each answer took.
import https from "node:https";

export class Client {
  constructor(url, { connections = 8 } = {}) {
    this.url = url;
    this.agent = new https.Agent({ keepAlive: true, maxSockets: connections, rejectUnauthorized: false });
    this.cookies = new Map();
  }

  /** {status, ms, text}; ms from the call to the last byte. */
  call(method, path, body, headers = {}) {
    const cookie = [...this.cookies].map(([k, v]) => `${k}=${v}`).join("; ");
    const sent = body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const begun = performance.now();
    return new Promise((done, fail) => {
      const rq = https.request(`${this.url}/api/v1${path}`, {
        method,
        agent: this.agent,
        headers: { ...(cookie === "" ? {} : { cookie }), ...(sent === undefined ? {} : { "content-type": "application/json", "content-length": String(Buffer.byteLength(sent)) }), ...headers },
      }, (rs) => {
        const chunks = [];
        rs.on("data", (c) => chunks.push(c));
        rs.on("end", () => {
          for (const line of rs.headers["set-cookie"] ?? []) {
            const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
            this.cookies.set(name, value);
          }
          done({ status: rs.statusCode, ms: performance.now() - begun, text: Buffer.concat(chunks).toString() });
        });
        rs.on("error", fail);
      });
      rq.on("error", fail);
      rq.setTimeout(30_000, () => rq.destroy(new Error(`${path}: no answer in 30 s`)));
      rq.end(sent);
    });
  }
  async want(status, method, path, body, headers) {
    const rs = await this.call(method, path, body, headers);
    if (rs.status !== status) throw new Error(`${method} ${path}: ${rs.status}, want ${status}: ${rs.text.slice(0, 300)}`);
    return rs.text === "" ? undefined : JSON.parse(rs.text);
  }

  async signIn(login, password) {
    const { owes } = await this.want(200, "POST", "/session", { login, password });
    if (owes !== "password") return this;
    const next = `${password}, das eigene`;
    await this.want(204, "POST", "/account/password", { current: password, password: next });
    return this;
  }
  close() {
    this.agent.destroy();
  }
}

/** An account made by the command line, and signed in. @param server of servers.mjs. */
export async function member(server, login, role, name, options) {
  const password = `${name} ist ein gutes Wort`;
  const made = await server.cliGiven(`${password}\n`, "user", "add", login, role, name, "供电公司");
  const c = await new Client(server.url, options).signIn(login, password);
  c.account = made.account;
  return c;
}

export function share(list, p) {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))];
}
export const spread = (list) => ({ n: list.length, p50: share(list, 0.5), p95: share(list, 0.95), max: Math.max(...list) });
