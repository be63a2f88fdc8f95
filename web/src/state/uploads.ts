// Uploads under way, whatever page is shown: each goes on by itself after a loss of the network, and after a reload
// when the same file is chosen again (tus 1.0.0; what identifies the file is kept by this browser).
import { signal } from "@preact/signals";
import { defaultOptions, DetailedError, Upload } from "tus-js-client";
import { ApiError } from "../api/rest";

export type UploadState = "queued" | "running" | "checking" | "waiting" | "paused" | "failed";

export interface Item {
  readonly key: number;
  /** Where it goes: "/projects/ID", "/meetings/ID", "/documents/ID". */
  readonly to: string;
  /** The list that shows it. */
  readonly shownIn: string;
  readonly name: string;
  readonly bytes: number;
  readonly sent: number;
  readonly state: UploadState;
  readonly error: ApiError | undefined;
}

/** One that this browser began and has no file for any more. */
export interface Left {
  readonly storageKey: string;
  readonly url: string;
  readonly name: string;
  readonly bytes: number;
  readonly offset: number;
}

export const items = signal<readonly Item[]>([]);
const AT_ONCE = 3;
const RETRY_MS = [0, 500, 1000, 2000, 4000, 8000, 15_000, 30_000, 30_000, 60_000, 60_000, 60_000];
const running = new Map<number, { upload: Upload; done: () => void }>();
let last = 0;

const endpoint = (to: string): string => `/api/v1${to}/uploads`;
const find = (key: number): Item | undefined => items.value.find((i) => i.key === key);
function change(key: number, to: Partial<Item>): void {
  items.value = items.value.map((i) => (i.key === key ? { ...i, ...to } : i));
}
function drop(key: number): void {
  running.delete(key);
  items.value = items.value.filter((i) => i.key !== key);
  next();
}

interface Problem {
  code?: string;
  detail?: string;
  request_id?: string;
}
export function errorOf(e: Error): ApiError {
  const response = e instanceof DetailedError ? e.originalResponse : null;
  if (response === null) return new ApiError(0, "offline", "", "");
  let problem: Problem = {};
  try {
    problem = JSON.parse(response.getBody()) as Problem;
  } catch {
    /* An answer to HEAD has no body, and a proxy's is not ours: the status says enough. */
  }
  return new ApiError(response.getStatus(), problem.code ?? "unknown", problem.detail ?? "", problem.request_id ?? "", { ...problem });
}

/** What passes by itself: the network, a restart of the server, another connection that still holds the upload. */
export const passes = (status: number): boolean => status === 0 || status === 409 || status === 423 || (status >= 500 && status !== 507);

function make(item: Item, file: File): Upload {
  const { key } = item;
  return new Upload(file, {
    endpoint: endpoint(item.to),
    metadata: { filename: file.name, ...(item.to.startsWith("/documents/") ? {} : { kind: file.type.startsWith("image/") ? "photo" : "drawing" }) },
    retryDelays: RETRY_MS,
    removeFingerprintOnSuccess: true,
    onShouldRetry: (e) => {
      const again = passes(e.originalResponse?.getStatus() ?? 0);
      if (again) change(key, { state: "waiting" });
      return again;
    },
    onProgress: (sent, bytes) => change(key, { sent, state: sent >= bytes ? "checking" : "running" }),
    onSuccess: () => {
      const done = running.get(key)?.done;
      drop(key);
      done?.();
    },
    onError: (e) => {
      change(key, { state: "failed", error: errorOf(e) });
      next();
    },
  });
}

async function start(key: number): Promise<void> {
  const upload = running.get(key)?.upload;
  if (upload === undefined) return;
  change(key, { state: "running", error: undefined });
  const [before] = await upload.findPreviousUploads();
  if (find(key)?.state !== "running") return; // Paused or cancelled meanwhile.
  if (before !== undefined && upload.url === null) upload.resumeFromPreviousUpload(before);
  upload.start();
}

function next(): void {
  const busy = items.value.filter((i) => i.state !== "queued" && i.state !== "failed" && i.state !== "paused").length;
  for (const i of items.value.filter((x) => x.state === "queued").slice(0, Math.max(0, AT_ONCE - busy))) void start(i.key);
}

/** @param done called when one has become a document. */
export function add(files: Iterable<File>, to: string, shownIn: string, most: number, done: () => void): void {
  listen();
  for (const file of files) {
    const refused = file.size === 0 ? { refused: "empty" } : file.size > most ? { quota: "upload", mib: most / 1048576 } : undefined;
    const item: Item = {
      key: ++last,
      to,
      shownIn,
      name: file.name,
      bytes: file.size,
      sent: 0,
      state: refused === undefined ? "queued" : "failed",
      error: refused === undefined ? undefined : new ApiError(413, "too_big", "", "", refused),
    };
    items.value = [...items.value, item];
    if (refused !== undefined) continue;
    running.set(item.key, { upload: make(item, file), done });
  }
  next();
}

export function pause(key: number): void {
  change(key, { state: "paused" });
  void running.get(key)?.upload.abort();
  next();
}
export function goOn(key: number): void {
  change(key, { state: "queued", error: undefined });
  next();
}
/** What has come of it is forgotten by the server too. */
export function cancel(key: number): void {
  const upload = running.get(key)?.upload;
  drop(key);
  /* When the server cannot be reached it forgets by itself, after a day. */
  upload?.abort(true).catch(() => undefined);
}
export const dismiss = drop;

let listens = false;
/** The network is back: what gave up goes on. */
function listen(): void {
  if (listens) return;
  listens = true;
  addEventListener("online", () => {
    for (const i of items.value) if (i.state === "failed" && i.error !== undefined && passes(i.error.status)) goOn(i.key);
  });
}

const storage = defaultOptions.urlStorage;

const HELD = 423;
/** The connection of the page before may not be let go yet. */
async function look(url: string): Promise<Response | undefined> {
  for (let i = 0; i < 8; i++) {
    const response = await fetch(url, { credentials: "same-origin" }).catch(() => undefined);
    if (response?.status !== HELD) return response;
    await new Promise((done) => setTimeout(done, 500));
  }
  return undefined;
}

/** What was begun to go there and is not under way: with how far the server has it. */
export async function leftOver(to: string): Promise<Left[]> {
  const under = new Set([...running.values()].map((r) => r.upload.url));
  const list: Left[] = [];
  for (const p of await storage.findAllUploads()) {
    const url = p.uploadUrl;
    if (url === null || !p.urlStorageKey.includes(endpoint(to)) || under.has(url)) continue;
    const response = await look(url);
    if (response === undefined) continue;
    if (response.status === 404 || response.status === 410) {
      await storage.removeUpload(p.urlStorageKey);
      continue;
    }
    if (!response.ok) continue;
    const { offset, state } = (await response.json()) as { offset: number; state: string };
    if (state === "done") await storage.removeUpload(p.urlStorageKey);
    else list.push({ storageKey: p.urlStorageKey, url, name: p.metadata["filename"] ?? "", bytes: p.size ?? 0, offset });
  }
  return list;
}
export async function forget(l: Left): Promise<void> {
  await storage.removeUpload(l.storageKey);
  await Upload.terminate(l.url).catch(() => undefined); /* Else it runs out. */
}
