// A file as the body of a request, with how far it has come: fetch cannot tell that.
import { ApiError } from "./rest";

interface Sending<T> {
  answer: Promise<T>;
  cancel: () => void;
}

export function sendFile<T>(path: string, file: Blob, type: string, progress: (part: number) => void): Sending<T> {
  const rq = new XMLHttpRequest();
  const answer = new Promise<T>((done, fail) => {
    rq.open("POST", `/api/v1${path}`);
    rq.setRequestHeader("content-type", type);
    rq.upload.onprogress = (e) => progress(e.lengthComputable ? e.loaded / e.total : 0);
    rq.onload = () => {
      let body: { code?: string; detail?: string; request_id?: string } = {};
      try {
        body = JSON.parse(rq.responseText) as typeof body;
      } catch {
        /* A proxy's page instead of ours: the status says enough. */
      }
      if (rq.status < 300) done(body as T);
      else fail(new ApiError(rq.status, body.code ?? "unknown", body.detail ?? "", body.request_id ?? ""));
    };
    rq.onerror = () => fail(new ApiError(0, "offline", "", ""));
    rq.onabort = () => fail(new ApiError(0, "cancelled", "", ""));
    rq.send(file);
  });
  return { answer, cancel: () => rq.abort() };
}
