// Every answer of the server against docs/openapi.yaml: a route, a status, a type or a member that is not described
// there is a fault, and so is one that is missing. Faults are kept, and fail the test in which they came.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import Ajv from "ajv/dist/2020.js";
import { parse } from "yaml";

const file = resolve(import.meta.dirname, "../../../docs/openapi.yaml");
/** As one document for all suites of a run: reading YAML takes longer than all that is checked by it. */
export const described = () => parse(readFileSync(file, "utf8"));
const SERVED = /^\/(?:api|whip|whep)\/|^\/(?:healthz|readyz|metrics)$/;

/** Answers may grow; the tests say when they do. */
function close(schema) {
  if (schema === null || typeof schema !== "object") return;
  if (schema.properties !== undefined && schema.additionalProperties === undefined) schema.additionalProperties = false;
  for (const s of Object.values(schema)) close(s);
}

let api;
let ajv;
let templates;
function load() {
  if (api !== undefined) return;
  api = process.env.YUNJIAN_OPENAPI === undefined ? described() : JSON.parse(readFileSync(process.env.YUNJIAN_OPENAPI, "utf8"));
  close(api.components.schemas);
  for (const path of Object.values(api.paths)) for (const op of Object.values(path)) close(op.responses);
  ajv = new Ajv({ strict: false, allErrors: true });
  ajv.addFormat("date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  ajv.addFormat("date", /^\d{4}-\d\d-\d\d$/);
  ajv.addSchema(api, "api");
  templates = Object.keys(api.paths).map((path) => ({ path, parts: path.split("/") }));
}

/** Of several that fit, the one with the most said word for word. */
function find(path) {
  const parts = path.split("/");
  const fits = templates.filter((t) => t.parts.length === parts.length && t.parts.every((p, i) => p === parts[i] || (p.startsWith("{") && parts[i] !== "")));
  return fits.sort((a, b) => a.path.split("{").length - b.path.split("{").length)[0]?.path;
}

const pointer = (...names) => `api#/${names.map((n) => encodeURIComponent(n.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/")}`;
const compiled = new Map();
function wrong(where, value) {
  const key = pointer(...where);
  if (!compiled.has(key)) compiled.set(key, ajv.compile({ $ref: key }));
  const validate = compiled.get(key);
  if (validate(value)) return undefined;
  return validate.errors.slice(0, 3).map((e) => `${e.instancePath === "" ? "it" : e.instancePath} ${e.message}${e.params?.additionalProperty === undefined ? "" : ` (${e.params.additionalProperty})`}`).join("; ");
}

const PROBLEM = ["components", "schemas", "Problem"];
const isProblem = (type, body) => (type !== "application/problem+json" ? `of type ${type}, not a problem` : body === undefined ? undefined : wrong(PROBLEM, JSON.parse(body)));

function fault({ method, path, status, type, etag, body, sent }) {
  const template = find(path);
  if (template === undefined) return [400, 403, 404, 405].includes(status) ? isProblem(type, body) : "no such route is described";
  const name = (method === "HEAD" ? "GET" : method).toLowerCase();
  const operation = api.paths[template][name];
  if (operation === undefined) return [400, 403, 405].includes(status) ? isProblem(type, method === "HEAD" ? undefined : body) : "no such method is described";
  const answer = operation.responses[status];
  if (answer === undefined) return "this status is not described";
  if (status === 416 && body === "") return undefined; // A file's length is all there is to say, and is in Content-Range.
  if (answer.$ref !== undefined) return isProblem(type, method === "HEAD" ? undefined : body); // All of these are problems.
  if (answer.headers?.ETag !== undefined && etag === undefined) return "ETag is missing";
  if (method === "HEAD") return undefined;
  if (answer.content === undefined) return body === undefined || body === "" ? undefined : "a body is not described";
  const content = answer.content[type];
  if (content === undefined) return `of type ${type}, which is not described`;
  if (sent !== undefined && status < 300) {
    const bad = operation.requestBody?.content["application/json"] !== undefined ? wrong(["paths", template, name, "requestBody", "content", "application/json", "schema"], sent) : undefined;
    if (bad !== undefined) return `was accepted, though what was sent is not as described: ${bad}`;
  }
  return content.schema === undefined || body === undefined ? undefined : wrong(["paths", template, name, "responses", String(status), "content", type, "schema"], JSON.parse(body));
}

const faults = new Set();
const seen = { answers: 0, bodies: 0 };

/** `body`: its text; undefined: it could not be read. `sent`: what was sent as JSON. */
export function check({ method, url, status, headers, body, sent }) {
  const path = new URL(url, "https://x").pathname;
  if (!SERVED.test(path)) return;
  load();
  seen.answers++;
  if (body !== undefined) seen.bodies++;
  let what;
  try {
    what = fault({ method, path, status, type: headers["content-type"]?.split(";")[0], etag: headers.etag, body, sent });
  } catch (e) {
    what = String(e.message ?? e);
  }
  if (what !== undefined) faults.add(`${method} ${path}: ${status}: ${what}`);
}

/** Whether an answer's body is one to be read and compared: not a film. */
export const hasText = (headers) => /json|^text\/plain/.test(headers["content-type"] ?? "") || headers["content-length"] === "0";

/** What has come since the last time; fails when something of it was not as described. */
export async function settle() {
  await Promise.all(reading.splice(0));
  const all = [...faults];
  faults.clear();
  if (all.length > 0) throw new Error(`${all.length} answers are not as docs/openapi.yaml has them:\n${all.slice(0, 12).join("\n")}`);
}
export const counted = () => ({ ...seen });

/* ---- the pages' own requests ---- */

const reading = [];
const READ_MS = 1500;
/** undefined: gone with its page, given up by it, or of a browser that keeps none. */
function bodyOf(response, given) {
  const late = new Promise((done) => setTimeout(done, READ_MS).unref());
  return Promise.race([response.text().catch(() => undefined), given, late]);
}
/** Firefox tells of pictures that it has already, as answers without a header: none of the server's. */
const isKept = (response) => response.fromCache() || (/\.jpg$/.test(response.url()) && response.headers()["content-type"] === undefined);
async function read(response, given) {
  const request = response.request();
  const headers = response.headers();
  if (isKept(response)) return;
  const body = hasText(headers) ? await bodyOf(response, given) : undefined;
  check({ method: request.method(), url: response.url(), status: response.status(), headers, body });
}
const heard = new WeakSet();
/** Listens to all that a page of the product asks the server for. */
export function listen(page) {
  if (page === null || heard.has(page)) return;
  heard.add(page);
  const open = new Map();
  const over = (rq) => open.get(rq)?.();
  page.on("requestfailed", over); // What a page gives up is never read to its end.
  page.on("close", () => [...open.keys()].forEach(over));
  page.on("response", (r) => {
    if (!SERVED.test(new URL(r.url()).pathname)) return;
    const given = new Promise((done) => open.set(r.request(), done));
    const done = read(r, given).catch((e) => faults.add(String(e)));
    reading.push(done.then(() => open.delete(r.request())));
  });
}
/** To all pages of a browser, however they come to be. */
export const listenAll = (browser) => browser.on("targetcreated", (t) => void (t.type() === "page" ? t.page().then(listen, () => undefined) : undefined));
