// REST: JSON in, JSON out, problems as ApiError with words for people.
import { signal } from "@preact/signals";

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId: string,
    /** The whole problem, for what belongs to one kind of it. */
    readonly more: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

interface Problem {
  code?: string;
  detail?: string;
  request_id?: string;
  [member: string]: unknown;
}

export const asApiError = (e: unknown): ApiError => (e instanceof ApiError ? e : new ApiError(0, "unknown", e instanceof Error ? e.message : "", ""));

/** How far the server's clock is ahead of this machine's, in ms, to about a second. */
export const skew = signal(0);
const SURE_MS = 1500;
function noteClock(date: string | null): void {
  const ahead = Date.parse(date ?? "") + 500 - Date.now(); // The header has whole seconds.
  if (!Number.isNaN(ahead) && Math.abs(ahead - skew.peek()) > SURE_MS) skew.value = ahead;
}

/** Of each POST that has been sent and not been answered: sent again, it is the same intention. */
const unanswered = new Map<string, string>();
/** Those that open a way in, or answer with what is shown once: sent twice, they do no harm; answered once only, they would. */
const UNKEYED = /^\/(?:session|account|oidc|links\/|invitations\/)|\/(?:join|views)$/;
const AGAIN_MS = 700;

/** A POST has a key, so that it can be sent again when the connection broke before the answer: it is done once. */
async function send(path: string, init: Omit<RequestInit, "headers"> & { headers: Record<string, string> }): Promise<Response> {
  const url = `/api/v1${path}`;
  if (init.method !== "POST" || init.keepalive === true || UNKEYED.test(path)) return fetch(url, init);
  const what = `${path}\n${typeof init.body === "string" ? init.body : ""}`;
  const key = unanswered.get(what) ?? crypto.randomUUID();
  unanswered.set(what, key);
  const keyed = { ...init, headers: { ...init.headers, "idempotency-key": key } };
  const response = await fetch(url, keyed).catch(async () => {
    await new Promise((done) => setTimeout(done, AGAIN_MS));
    return fetch(url, keyed);
  });
  unanswered.delete(what);
  return response;
}

interface Options {
  /** Goes out even when the page is just being closed. */
  keepalive?: boolean;
  /** Of the thing as this page has seen it: a change of another version is refused with 412. */
  version?: number;
}

export async function api<T>(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: object, { keepalive = false, version }: Options = {}): Promise<T> {
  let response: Response;
  try {
    response = await send(path, {
      method,
      credentials: "same-origin",
      keepalive,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...(version === undefined ? {} : { "if-match": `"${version}"` }) },
    });
  } catch {
    throw new ApiError(0, "offline", "", "");
  }
  noteClock(response.headers.get("date"));
  const text = await response.text();
  if (!response.ok) {
    let problem: Problem = {};
    try {
      problem = JSON.parse(text) as Problem;
    } catch {
      /* A proxy's page instead of ours: the status says enough. */
    }
    throw new ApiError(response.status, problem.code ?? "unknown", problem.detail ?? "", problem.request_id ?? "", problem);
  }
  return (text === "" ? undefined : JSON.parse(text)) as T;
}
