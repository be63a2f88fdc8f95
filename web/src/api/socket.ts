// The signalling socket: requests with answers, notices, and coming back by itself.
import type { Notice, Welcome } from "./types";

export class SocketError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The connection fell away before the answer came: what was asked is said again after the resume, or by the person. */
export const isLost = (e: unknown): boolean => e instanceof SocketError && e.code === "lost";

interface Pending {
  resolve: (value: unknown) => void;
  reject: (error: SocketError) => void;
  timer: ReturnType<typeof setTimeout>;
}
type Answer = { type: "ok"; id: number } | { type: "error"; id: number | null; code: string; message: string };

export interface SocketEvents {
  welcome: (w: Welcome) => void;
  notice: (n: Notice) => void;
  /** The socket is gone and being made again. */
  lost: () => void;
  /** It will not come back: 4000 other version, 4001 unknown, 4002 replaced, 4003 removed, 4004 ended, 4005 cancelled. */
  over: (code: number) => void;
  /** True when the page has no peer connections that the server could know. */
  fresh: () => boolean;
}

const FINAL = new Set([4001, 4002, 4003, 4004, 4005]);
const ANSWER_MS = 15_000;
const PING_MS = 10_000;
const PONG_MS = 5000;
const PATIENCE_MS = 60_000;

/** Quick while a restart of the server is likely, then rarer: 250 ms, ×1.5, at most 2 s in the first minute, 10 s after. */
export function nextWait(wait: number, lostForMs: number): number {
  return Math.min(wait * 1.5, lostForMs < PATIENCE_MS ? 2000 : 10_000);
}

export class Socket {
  private ws: WebSocket | undefined;
  private readonly pending = new Map<number, Pending>();
  private next = 1;
  private wait = 250;
  private lostAt = 0;
  private timer: number | undefined;
  private heart: number | undefined;
  private closed = false;
  private ready = false;
  private refused = "";

  constructor(
    private readonly token: string,
    private readonly events: SocketEvents,
  ) {
    addEventListener("online", this.hurry);
    document.addEventListener("visibilitychange", this.hurry);
    this.open();
  }

  /** The network or the page is back: do not wait for the timer. */
  private readonly hurry = (): void => {
    if (this.closed || document.visibilityState === "hidden") return;
    if (this.ready) void this.beat();
    else if (this.ws?.readyState === WebSocket.CLOSED) this.open();
  };

  private open(): void {
    window.clearTimeout(this.timer);
    const ws = new WebSocket(`wss://${location.host}/ws/v1`, "yunjian.v1");
    this.ws = ws;
    this.refused = "";
    ws.onopen = () => this.hello(ws);
    ws.onmessage = (e: MessageEvent<string>) => {
      if (ws === this.ws) this.take(JSON.parse(e.data) as Answer | Notice);
    };
    ws.onclose = (e) => {
      if (ws === this.ws) this.gone(e.code);
    };
  }

  private hello(ws: WebSocket): void {
    this.post<Welcome>({ type: "hello", version: 1, token: this.token, fresh: this.events.fresh() }).then(
      (w) => {
        this.wait = 250;
        this.lostAt = 0;
        this.ready = true;
        this.heart = window.setInterval(() => void this.beat(), PING_MS);
        this.events.welcome(w);
      },
      (e: unknown) => {
        // The server closes with the code that tells why; should it not, we do.
        this.refused = e instanceof SocketError ? e.code : "";
        window.setTimeout(() => ws.close(), 2000);
      },
    );
  }

  /** A dead path (another network, a sleeping phone) does not close a socket by itself. */
  private async beat(): Promise<void> {
    const ws = this.ws;
    if (!this.ready || ws === undefined) return;
    try {
      await this.post({ type: "ping" }, PONG_MS);
    } catch {
      if (ws === this.ws && !this.closed) this.again();
    }
  }

  private take(m: Answer | Notice): void {
    if (m.type !== "ok" && m.type !== "error") {
      this.events.notice(m);
      return;
    }
    const p = m.id === null ? undefined : this.pending.get(m.id);
    if (p === undefined || m.id === null) return;
    this.pending.delete(m.id);
    clearTimeout(p.timer);
    if (m.type === "ok") p.resolve(m);
    else p.reject(new SocketError(m.code, m.message));
  }

  private gone(code: number): void {
    window.clearInterval(this.heart);
    for (const p of this.pending.values()) {
      clearTimeout(p.timer);
      p.reject(new SocketError("lost", ""));
    }
    this.pending.clear();
    if (this.closed) return;
    if (FINAL.has(code) || (code === 4000 && this.refused === "invalid")) {
      this.close();
      this.events.over(code);
      return;
    }
    if (this.lostAt === 0) this.lostAt = Date.now();
    if (this.ready) this.events.lost();
    this.ready = false;
    this.timer = window.setTimeout(() => this.open(), this.wait);
    this.wait = nextWait(this.wait, Date.now() - this.lostAt);
  }

  /** Drops this socket without waiting for its close, and makes another. */
  again(): void {
    const old = this.ws;
    if (this.closed || old === undefined) return;
    this.ws = undefined;
    this.wait = 250;
    this.gone(1006);
    old.close();
  }

  private post<T>(m: object, within = ANSWER_MS): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.ws?.readyState !== WebSocket.OPEN) {
        reject(new SocketError("lost", ""));
        return;
      }
      const id = this.next++;
      const timer = setTimeout(() => {
        this.pending.delete(id);
        reject(new SocketError("lost", ""));
      }, within);
      this.pending.set(id, { resolve: (v) => resolve(v as T), reject, timer });
      this.ws.send(JSON.stringify({ id, ...m }));
    });
  }

  request<T = object>(type: string, m: object = {}): Promise<T> {
    return this.ready ? this.post<T>({ type, ...m }) : Promise.reject(new SocketError("lost", ""));
  }

  close(): void {
    this.closed = true;
    removeEventListener("online", this.hurry);
    document.removeEventListener("visibilitychange", this.hurry);
    window.clearTimeout(this.timer);
    window.clearInterval(this.heart);
    this.ws?.close();
  }
}
