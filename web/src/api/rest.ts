// REST: JSON in, JSON out, problems as ApiError with words for people.
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

export async function api<T>(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
  } catch {
    throw new ApiError(0, "offline", "", "");
  }
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
