// The world outside: a mail server (smtp-server) and a receiver of signed posts, both of which misbehave on request.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";
import { root } from "./server.mjs";

/** An authority and a certificate of it for this address, as PEM files in the folder. */
export function certificates(folder, ip) {
  const at = (name) => join(folder, name);
  const openssl = (...args) => execFileSync("openssl", args, { stdio: "ignore" });
  openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=test authority", "-keyout", at("ca.key"), "-out", at("ca.pem"));
  openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=mail", "-keyout", at("mail.key"), "-out", at("mail.csr"));
  writeFileSync(at("ext"), `subjectAltName=IP:${ip}\n`);
  openssl("x509", "-req", "-in", at("mail.csr"), "-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial", "-days", "2", "-extfile", at("ext"), "-out", at("mail.pem"));
  return { ca: at("ca.pem"), key: readFileSync(at("mail.key")), cert: readFileSync(at("mail.pem")) };
}

function problem(code, text) {
  return Object.assign(new Error(text), { responseCode: code });
}

/** Takes mail, after what `rules` says of the recipient: {later: n} times 451, {refused}, {dies: n} times half way, {content}: 554. */
export class MailServer {
  constructor(options = {}) {
    Object.assign(this, { mails: [], sessions: 0, rules: new Map(), logins: [] });
    this.server = new SMTPServer({
      authMethods: ["PLAIN", "LOGIN"],
      disableReverseLookup: true,
      logger: false,
      onConnect: (_, done) => (this.sessions++, done()),
      onAuth: ({ username, password }, _, done) => {
        this.logins.push(username);
        if (username === "yunjian" && password === (this.password ?? "p4ss")) done(null, { user: username });
        else done(problem(535, "5.7.8 wrong"));
      },
      onRcptTo: ({ address }, _, done) => {
        const rule = this.rules.get(address) ?? {};
        if (rule.later > 0) return rule.later--, done(problem(451, "4.7.1 greylisted, come again"));
        return rule.refused ? done(problem(550, `5.1.1 <${address}> unknown`)) : done();
      },
      onData: (stream, session, done) => this.take(stream, session, done),
      ...options,
    });
    this.server.on("error", () => undefined);
  }
  take(stream, session, done) {
    const [to] = session.envelope.rcptTo.map((r) => r.address);
    const rule = this.rules.get(to) ?? {};
    const chunks = [];
    if (rule.dies > 0) {
      rule.dies--;
      for (const c of this.server.connections) c._socket.destroy();
      return;
    }
    stream.on("data", (c) => chunks.push(c));
    stream.on("end", async () => {
      if (rule.content) return done(problem(554, "5.6.0 content refused"));
      const raw = Buffer.concat(chunks);
      this.mails.push({ to, from: session.envelope.mailFrom.address, secure: session.secure, user: session.user, hello: session.hostNameAppearsAs, raw: raw.toString("latin1"), parsed: await PostalMime.parse(raw) });
      return done(null, "taken");
    });
  }
  listen(ip = "127.0.0.1", port = 0) {
    return new Promise((done, fail) => {
      this.server.server.once("error", fail);
      this.server.listen(port, ip, () => done((this.port = this.server.server.address().port)));
    });
  }
  close() {
    for (const c of this.server.connections) c._socket.destroy();
    return new Promise((done) => this.server.close(done));
  }
  of(address) {
    return this.mails.filter((m) => m.to === address);
  }
}

/** The check of a signature as docs/delivery.md shows it to those who write a gateway. */
const example = /```js\n([\s\S]*?)```/.exec(readFileSync(join(root, "docs/delivery.md"), "utf8"))[1];
export const { genuine } = await import(`data:text/javascript,${encodeURIComponent(example)}`);

/** Receives posts; `answer(post)` says what is answered: a status, or {status, headers, hold: promise}. */
export class Receiver {
  constructor(secret) {
    Object.assign(this, { secret, posts: [], answer: () => 204 });
    this.server = http.createServer((rq, rs) => this.on(rq, rs));
  }
  on(rq, rs) {
    const chunks = [];
    rq.on("error", () => undefined);
    rq.on("data", (c) => chunks.push(c));
    rq.on("end", async () => {
      const body = Buffer.concat(chunks);
      if (rq.method !== "POST") return rs.writeHead(405).end();
      const post = { path: rq.url, headers: rq.headers, body, genuine: genuine(this.secret, rq.headers, body), delivery: rq.headers["x-yunjian-delivery"], event: rq.headers["x-yunjian-event"], json: JSON.parse(body.toString()), at: Date.now() };
      this.posts.push(post);
      const a = this.answer(post);
      const { status, headers = {}, hold } = typeof a === "number" ? { status: a } : a;
      await hold;
      if (!rs.destroyed) rs.writeHead(status, headers).end();
      return undefined;
    });
  }
  listen(port = 0) {
    return new Promise((done, fail) => this.server.once("error", fail).listen(port, "127.0.0.1", () => done((this.port = this.server.address().port))));
  }
  close() {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(done));
  }
}
