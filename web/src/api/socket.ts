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

interface Pending {
  resolve: (value: unknown) => void;
  reject: (error: SocketError) => void;
}
type Answer = { type: "ok"; id: number } | { type: "error"; id: number | null; code: string; message: string };

export interface SocketEvents {
  welcome: (w: Welcome) => void;
  notice: (n: Notice) => void;
  /** The socket is gone and being made again. */
  lost: () => void;
  /** It will not come back: 4001 unknown, 4002 replaced, 4003 removed, 4004 ended. */
  over: (code: number) => void;
  /** True when the page has no peer connections that the server could know. */
  fresh: () => boolean;
}

const FINAL = new Set([4001, 4002, 4003, 4004]);

export class Socket {
  private ws: WebSocket | undefined;
  private readonly pending = new Map<number, Pending>();
  private next = 1;
  private wait = 250;
  private timer: number | undefined;
  private closed = false;
  private ready = false;

  constructor(
    private readonly token: string,
    private readonly events: SocketEvents,
  ) {
    this.open();
  }

  private open(): void {
    const ws = new WebSocket(`wss://${location.host}/ws/v1`, "yunjian.v1");
    this.ws = ws;
    ws.onopen = () => {
      this.post<Welcome>({ type: "hello", version: 1, token: this.token, fresh: this.events.fresh() }).then(
        (w) => {
          this.wait = 250;
          this.ready = true;
          this.events.welcome(w);
        },
        () => ws.close(),
      );
    };
    ws.onmessage = (e: MessageEvent<string>) => this.take(JSON.parse(e.data) as Answer | Notice);
    ws.onclose = (e) => this.gone(e.code);
  }

  private take(m: Answer | Notice): void {
    if (m.type !== "ok" && m.type !== "error") {
      this.events.notice(m);
      return;
    }
    const p = m.id === null ? undefined : this.pending.get(m.id);
    if (p === undefined || m.id === null) return;
    this.pending.delete(m.id);
    if (m.type === "ok") p.resolve(m);
    else p.reject(new SocketError(m.code, m.message));
  }

  private gone(code: number): void {
    for (const p of this.pending.values()) p.reject(new SocketError("lost", ""));
    this.pending.clear();
    if (this.closed) return;
    if (FINAL.has(code)) {
      this.closed = true;
      this.events.over(code);
      return;
    }
    if (this.ready) this.events.lost();
    this.ready = false;
    this.timer = window.setTimeout(() => this.open(), this.wait);
    this.wait = Math.min(this.wait * 1.5, 2000);
  }

  private post<T>(m: object): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.ws?.readyState !== WebSocket.OPEN) {
        reject(new SocketError("lost", ""));
        return;
      }
      const id = this.next++;
      this.pending.set(id, { resolve: (v) => resolve(v as T), reject });
      this.ws.send(JSON.stringify({ id, ...m }));
    });
  }

  request<T = object>(type: string, m: object = {}): Promise<T> {
    return this.post<T>({ type, ...m });
  }

  close(): void {
    this.closed = true;
    window.clearTimeout(this.timer);
    this.ws?.close();
  }
}
