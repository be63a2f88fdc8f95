// Signing in by an identity provider: a real one (oidc-provider) on loopback, and one of our own that lies.
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Provider from "oidc-provider";
import { Account, account } from "../lib/account.mjs";
import { at, chromium, click, closeBrowser, type } from "../lib/browser.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { Server, until } from "../lib/server.mjs";

export const light = true;
const folder = mkdtempSync(join(tmpdir(), "yunjian-oidc-"));
const servers = [];
let browser;

export async function close() {
  if (browser !== undefined) await closeBrowser(browser);
  for (const s of servers) await (s instanceof http.Server ? new Promise((done) => (s.closeAllConnections(), s.close(done))) : s.close());
  rmSync(folder, { recursive: true, force: true });
}

const listen = (handler) =>
  new Promise((done) => {
    const s = http.createServer(handler).listen(0, "127.0.0.1", () => done(s));
    servers.push(s);
  });
const b64 = (x) => Buffer.from(x).toString("base64url");

async function installation(issuer, env = {}) {
  const s = new Server({ env: { YUNJIAN_OIDC_ISSUER: issuer, YUNJIAN_OIDC_CLIENT: "yunjian", YUNJIAN_OIDC_NAME: "统一身份", ...env } });
  servers.push(s);
  return s;
}

/* ---- a provider that says whatever the test wants ---- */

const keys = { rsa: generateKeyPairSync("rsa", { modulusLength: 2048 }), ec: generateKeyPairSync("ec", { namedCurve: "P-256" }), other: generateKeyPairSync("ec", { namedCurve: "P-256" }) };
const liar = { kid: "ec1", asked: 0, jwks: ["rsa", "ec"] };

function token(claims) {
  const alg = liar.alg ?? (liar.kid === "rsa1" ? "RS256" : "ES256");
  const text = `${b64(JSON.stringify({ alg, kid: liar.kid }))}.${b64(JSON.stringify(claims))}`;
  if (alg === "none") return `${text}.`;
  const key = liar.sign ?? (liar.kid === "rsa1" ? "rsa" : "ec");
  return `${text}.${sign("sha256", Buffer.from(text), { key: keys[key].privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}

function lie(rq, rs) {
  const answer = (o, status = 200) => {
    rs.writeHead(status, { "content-type": "application/json" });
    rs.end(JSON.stringify(o));
  };
  const { issuer } = liar;
  if (rq.url === "/.well-known/openid-configuration") return answer({ issuer: liar.saysIssuer ?? issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/keys` });
  if (rq.url === "/keys") {
    liar.asked++;
    return answer({ keys: liar.jwks.map((k) => ({ ...keys[k].publicKey.export({ format: "jwk" }), kid: `${k}1`, use: "sig" })) });
  }
  let body = "";
  rq.on("data", (d) => (body += d));
  rq.on("end", () => {
    const form = new URLSearchParams(body);
    const fits = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url") === liar.challenge;
    if (!fits || liar.status !== undefined) return answer({ error: "invalid_grant" }, liar.status ?? 400);
    const now = Math.floor(Date.now() / 1000);
    answer({ access_token: "a", token_type: "Bearer", id_token: token({ iss: issuer, aud: "yunjian", sub: "u1", iat: now, exp: now + 300, nonce: liar.nonce, ...liar.claims }) });
  });
  return undefined;
}

/** Start and finish, as the page does; `change` is what is sent back instead. */
async function through(who, link, change = {}) {
  const start = await who.want(200, "POST", "/oidc/start", { link });
  const q = new URL(start.url).searchParams;
  equal(q.get("code_challenge_method"), "S256", "PKCE");
  Object.assign(liar, { challenge: change.challenge ?? q.get("code_challenge"), nonce: q.get("nonce") });
  return who.post("/oidc/finish", { ticket: start.ticket, state: q.get("state"), code: "c", ...change.send });
}

let server;

export const tests = {
  async "a provider's answer is refused for every single thing that is wrong with it"() {
    const idp = await listen(lie);
    liar.issuer = `http://127.0.0.1:${idp.address().port}`;
    server = await installation(liar.issuer);
    await server.start();
    const shen = await account(server, "shen", "manager");
    const now = Math.floor(Date.now() / 1000);
    equal((await through(shen, true)).status, 200, "linked, by ES256");
    const guest = (n) => new Account(server, `guest${n}`, "", { from: `127.0.2.${n}` });
    const fine = guest(1);
    equal((await through(fine, false)).status, 200, "signed in by the linked subject");
    equal((await fine.want(200, "GET", "/session")).login, "shen", "as the account");
    Object.assign(liar, { kid: "rsa1" });
    equal((await through(guest(2), false)).status, 200, "by RS256");
    const rows = [
      ["wrong nonce", { claims: { nonce: "0".repeat(32) } }],
      ["no nonce", { claims: { nonce: undefined } }],
      ["run out", { claims: { exp: now - 600, iat: now - 900 } }],
      ["of the future", { claims: { iat: now + 600, exp: now + 900 } }],
      ["another audience", { claims: { aud: "somebody" } }],
      ["another issuer", { claims: { iss: "http://127.0.0.1:1" } }],
      ["no subject", { claims: { sub: "" } }],
      ["alg none", { alg: "none" }],
      ["alg HS256", { alg: "HS256" }],
      ["signed by a key that is not the provider's", { sign: "other" }],
      ["a key that is not among the provider's", { kid: "other1", sign: "other" }],
      ["the provider refuses the code", { status: 400 }],
    ];
    for (const [i, [what, change]] of rows.entries()) {
      Object.assign(liar, { kid: "ec1", alg: undefined, sign: undefined, claims: undefined, status: undefined }, change);
      const who = guest(10 + i);
      const rs = await through(who, false);
      equal(rs.status, 401, what);
      equal(who.token(), undefined, `${what}: no session`);
    }
    Object.assign(liar, { kid: "ec1", alg: undefined, sign: undefined, claims: undefined, status: undefined });
    equal((await through(guest(40), false, { send: { state: "0".repeat(32) } })).status, 401, "wrong state");
    equal((await through(guest(41), false, { challenge: "another" })).status, 401, "a code made for another verifier");
    equal((await through(guest(42), false, { send: { ticket: randomBytes(160).toString("base64url") } })).status, 401, "a ticket that is not ours");
    liar.claims = { sub: "u2" };
    equal((await through(guest(43), false)).status, 404, "a subject that nobody is");
    const thief = await account(server, "lin", "expert");
    liar.claims = undefined;
    equal((await through(thief, true)).status, 409, "another's subject is not linked");
    const ticket = (await shen.want(200, "POST", "/oidc/start", { link: true })).ticket;
    equal((await thief.post("/oidc/finish", { ticket, state: "x", code: "c" })).status, 401, "another's ticket");
    equal((await guest(44).post("/oidc/start", { link: true })).status, 401, "linking needs an account");
  },

  async "keys: new ones are found, asked for once a minute at most; an account that is disabled stays out"() {
    const before = liar.asked;
    liar.jwks = ["rsa", "ec", "other"];
    Object.assign(liar, { kid: "other9", sign: "other" });
    for (let i = 0; i < 3; i++) equal((await through(new Account(server, "x", "", { from: `127.0.3.${i + 1}` }), false)).status, 401, "a key that is not there");
    ok(liar.asked - before <= 1, `asked ${liar.asked - before} times`);
    Object.assign(liar, { kid: "ec1", sign: undefined });
    await server.cli("user", "disable", "shen");
    equal((await through(new Account(server, "x", "", { from: "127.0.3.9" }), false)).status, 404, "a disabled account");
    await server.cli("user", "enable", "shen");
  },

  async "a certified provider, in the browser: linked under one's account, then signed in by it"() {
    const secret = "a secret of the client 123";
    writeFileSync(join(folder, "secret"), `${secret}\n`, { mode: 0o600 });
    let handler;
    const idp = await listen((rq, rs) => handler(rq, rs));
    const issuer = `http://127.0.0.1:${idp.address().port}`;
    const real = await installation(issuer, { YUNJIAN_OIDC_SECRET_FILE: join(folder, "secret") });
    const provider = new Provider(issuer, {
      clients: [{ client_id: "yunjian", client_secret: secret, redirect_uris: [`${real.url}/oidc`], grant_types: ["authorization_code"], response_types: ["code"], token_endpoint_auth_method: "client_secret_basic" }],
      pkce: { required: () => true },
      features: { devInteractions: { enabled: true } },
    });
    handler = provider.callback();
    await real.start();
    const shen = await account(real, "shen", "manager");
    browser = await chromium();
    const page = await (await browser.createBrowserContext()).newPage();
    const atProvider = async (login) => {
      await page.waitForSelector('input[name="login"]', { timeout: 15_000 });
      await page.type('input[name="login"]', login);
      await page.type('input[name="password"]', "x");
      await page.click('button[type="submit"]');
      await page.waitForFunction(() => document.body.textContent.includes("Authorize") || location.protocol === "https:", { timeout: 10_000 });
      if (!page.url().startsWith("https:")) await page.click('button[type="submit"]');
    };
    await page.goto(`${real.url}/login?to=/account`, { waitUntil: "domcontentloaded" });
    await type(page, "login", "shen");
    await type(page, "password", shen.password);
    await click(page, "sign-in");
    await click(page, "oidc-link");
    await atProvider("shen.zhiyuan");
    await page.waitForSelector(at("oidc-unlink"), { timeout: 15_000 });
    await click(page, "account-menu");
    await click(page, "sign-out");
    await click(page, "oidc");
    await page.waitForFunction(() => location.pathname === "/", { timeout: 15_000 });
    const signins = (await shen.want(200, "GET", "/account/signins")).signins;
    ok(signins.some((s) => s.via === "oidc" && s.result === "ok"), "it is in the history");
    await until(async () => !page.url().includes("code="), 3000, "the code is not left in the address");
  },
};
