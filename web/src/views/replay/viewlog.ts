// Every view is logged: who, when, which part. The page tells the server what was played, now and then and when it goes.
import { effect, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { api, ApiError } from "../../api/rest";
import type { Motion } from "../../replay/clock";
import type { Playback } from "../../replay/playback";
import { Seen } from "./seen";

const STOOD_MS = 500;
const SEND_MS = 10_000;
const RETRY_MS = 3000;
const MOST_SPANS = 100;

export type LogState = "opening" | "logged" | "behind" | "refused";

export class ViewLog {
  readonly state = signal<LogState>("opening");
  private readonly seen = new Seen(MOST_SPANS);
  private view: string | undefined;
  private sent = "[]";
  private readonly every: number;
  private retry = 0;
  private closed = false;
  private readonly stop: () => void;

  constructor(
    private readonly meeting: string,
    play: Playback,
  ) {
    void this.open();
    this.every = window.setInterval(() => void this.send(), SEND_MS);
    const leave = play.follow({ step: this.step, ready: () => true });
    // What is looked at while it stands, once it has stood for a moment.
    let still = 0;
    const unwatch = effect(() => {
      const at = play.at.value;
      const playing = play.playing.value;
      window.clearTimeout(still);
      if (!playing) still = window.setTimeout(() => this.seen.still(at, play.total.peek()), STOOD_MS);
    });
    this.stop = () => {
      leave();
      unwatch();
      window.clearTimeout(still);
    };
    window.addEventListener("pagehide", this.leave);
    document.addEventListener("visibilitychange", this.hidden);
  }

  private async open(): Promise<void> {
    try {
      this.view = (await api<{ view: string }>("POST", `/meetings/${this.meeting}/recording/views`, undefined, { keepalive: true })).view;
      this.state.value = "logged";
      if (this.closed) await this.send(true); // Somebody was quicker than the answer: what they have seen counts.
    } catch (e) {
      const final = e instanceof ApiError && [401, 403, 404].includes(e.status);
      this.state.value = final ? "refused" : "behind";
      if (!final) this.again(() => this.open());
    }
  }

  private last = 0;
  private readonly step = (at: number, motion: Motion, rate: number): void => {
    const now = performance.now();
    if (motion === "runs") this.seen.playing(at, now - this.last, rate);
    else this.seen.moved(at);
    this.last = now;
  };

  private again(what: () => Promise<void>): void {
    window.clearTimeout(this.retry);
    if (!this.closed) this.retry = window.setTimeout(() => void what(), RETRY_MS);
  }

  /** Always everything that was seen: an answer that was lost is made good by the next. */
  private async send(keepalive = false): Promise<void> {
    const spans = JSON.stringify(this.seen.list());
    if (this.view === undefined || spans === this.sent) return;
    try {
      await api("PUT", `/meetings/${this.meeting}/recording/views/${this.view}`, { spans: this.seen.list() }, { keepalive });
      this.sent = spans;
      this.state.value = "logged";
    } catch (e) {
      this.state.value = "behind";
      if (e instanceof ApiError && e.status === 410) {
        // Nothing was heard of this view for a day: this is another one.
        this.view = undefined;
        void this.open();
      } else if (!keepalive) this.again(() => this.send());
    }
  }

  private readonly leave = (): void => void this.send(true);
  /** Phones end a hidden page without another word. */
  private readonly hidden = (): void => {
    if (document.visibilityState === "hidden") this.leave();
  };

  close(): void {
    this.closed = true;
    this.leave();
    this.stop();
    window.clearInterval(this.every);
    window.clearTimeout(this.retry);
    window.removeEventListener("pagehide", this.leave);
    document.removeEventListener("visibilitychange", this.hidden);
  }
}

export function useViewLog(meeting: string, play: Playback): ViewLog {
  const log = useMemo(() => new ViewLog(meeting, play), [meeting, play]);
  useEffect(() => () => log.close(), [log]);
  return log;
}
