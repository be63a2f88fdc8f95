// tus 1.0.0 from the other side, by hand: each request as the test wants it.
import { createHash, randomBytes } from "node:crypto";
import https from "node:https";
import { sleep } from "./server.mjs";

const base64 = (text) => Buffer.from(text).toString("base64");
export const sha256 = (data) => createHash("sha256").update(data).digest("hex");

export class Tus {
  constructor(server, token) {
    Object.assign(this, { server, token });
  }
  headers(more = {}) {
    return { "tus-resumable": "1.0.0", ...(this.token === undefined ? {} : { cookie: `__Host-yj=${this.token}` }), ...more };
  }
  ask(method, path, headers = {}, body = undefined) {
    return this.server.request(path, { method, headers: this.headers({ ...(body === undefined ? {} : { "content-length": body.length }), ...headers }), body });
  }
  /** @param to "projects/ID", "meetings/ID" or "documents/ID" */
  create(to, name, length, { title, kind, ...headers } = {}) {
    const pairs = Object.entries({ filename: name, title, kind }).filter(([, v]) => v !== undefined);
    return this.ask("POST", `/api/v1/${to}/uploads`, { "upload-length": String(length), "upload-metadata": pairs.map(([k, v]) => `${k} ${base64(v)}`).join(","), ...headers });
  }
  patch(at, offset, body, headers = {}) {
    return this.ask("PATCH", at, { "content-type": "application/offset+octet-stream", "upload-offset": String(offset), ...headers }, body);
  }
  head(at) {
    return this.ask("HEAD", at);
  }
  /** In one go; resolves to the last answer. */
  async put(to, name, body, options) {
    const made = await this.create(to, name, body.length, options);
    if (made.status !== 201) return made;
    return this.patch(made.headers.location, 0, body);
  }
  async want(to, name, body, options) {
    const rs = await this.put(to, name, body, options);
    if (rs.status !== 204) throw new Error(`upload of ${name}: ${rs.status} ${rs.text}`);
    return { document: rs.headers["upload-document"], revision: Number(rs.headers["upload-revision"]), headers: rs.headers };
  }
  /** Sends the first `n` bytes of what was announced, then cuts the connection off; resolves when it is gone. */
  async cut(at, offset, body, n, { pause = 300, headers = {} } = {}) {
    const rq = https.request(`${this.server.url}${at}`, {
      method: "PATCH",
      rejectUnauthorized: false,
      headers: this.headers({ "content-type": "application/offset+octet-stream", "upload-offset": String(offset), "content-length": body.length, ...headers }),
    });
    const gone = new Promise((done) => rq.on("error", done)); /* It is cut off: by us, or by the server before. */
    await new Promise((done) => rq.write(body.subarray(0, n), done));
    await Promise.race([sleep(pause), gone]);
    rq.destroy();
  }
  /** The offset, asked until nobody writes any more. */
  async offset(at) {
    for (let i = 0; ; i++) {
      const rs = await this.head(at);
      if (rs.status === 200) return Number(rs.headers["upload-offset"]);
      if (rs.status !== 423 || i > 50) throw new Error(`HEAD: ${rs.status}`);
      await sleep(100);
    }
  }
  async documents(of) {
    const rs = await this.server.request(`/api/v1/${of}/documents`, { headers: this.headers() });
    if (rs.status !== 200) throw new Error(`documents of ${of}: ${rs.status} ${rs.text}`);
    return rs.json();
  }
  content(document, revision, headers = {}) {
    return this.server.request(`/api/v1/documents/${document}/revisions/${revision}/content`, { headers: this.headers(headers) });
  }
}

/** A PDF's beginning, then bytes that no one has guessed. */
export function pdf(size) {
  const body = randomBytes(size);
  body.write("%PDF-1.7\n", 0, "latin1");
  return body;
}
