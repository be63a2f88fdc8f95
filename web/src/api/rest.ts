// REST: JSON in, JSON out, problems as ApiError with words for people.
import { signal } from "@preact/signals";

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId: string,
  ) {
    super(message);
  }
}

interface Problem {
  code?: string;
  detail?: string;
  request_id?: string;
}

export const asApiError = (e: unknown): ApiError => (e instanceof ApiError ? e : new ApiError(0, "unknown", e instanceof Error ? e.message : "", ""));

/** How far the server's clock is ahead of this machine's, in ms, to about a second. */
export const skew = signal(0);
const SURE_MS = 1500;
function noteClock(date: string | null): void {
  const ahead = Date.parse(date ?? "") + 500 - Date.now(); // The header has whole seconds.
  if (!Number.isNaN(ahead) && Math.abs(ahead - skew.peek()) > SURE_MS) skew.value = ahead;
}

/** @param keepalive  Goes out even when the page is just being closed. */
export async function api<T>(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: object, keepalive = false): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      credentials: "same-origin",
      keepalive,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
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
    throw new ApiError(response.status, problem.code ?? "unknown", problem.detail ?? "", problem.request_id ?? "");
  }
  return (text === "" ? undefined : JSON.parse(text)) as T;
}
