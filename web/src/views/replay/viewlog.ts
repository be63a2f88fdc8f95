// Every view is logged: who, when, which part. The page opens its view before it fetches anything that can be seen or heard,
// and tells the server what was played, now and then and when it goes.
import { effect, signal } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import { api, ApiError } from "../../api/rest";
import type { Motion } from "../../replay/clock";
import type { Playback } from "../../replay/playback";
import { Seen } from "./seen";

const STOOD_MS = 500;
const SEND_MS = 10_000;
const RETRY_MS = 3000;
const MOST_SPANS = 100;

export type LogState = "logged" | "behind" | "refused";

const isRefusal = (e: unknown): boolean => e instanceof ApiError && [403, 404].includes(e.status);

/** The view of this page, once it is on record; `trouble`: it may not be, or cannot be by now and is tried again. */
export function useView(meeting: string, wanted: boolean): { view: string | undefined; trouble: "denied" | "waits" | undefined } {
  const [view, setView] = useState<string | undefined>();
  const [trouble, setTrouble] = useState<"denied" | "waits" | undefined>();
  useEffect(() => {
    if (!wanted) return undefined;
    let timer = 0;
    let gone = false;
    const open = async (): Promise<void> => {
      try {
        const got = await api<{ view: string }>("POST", `/meetings/${meeting}/recording/views`);
        if (gone) return;
        setView(got.view);
        setTrouble(undefined);
      } catch (e) {
        if (gone) return;
        setTrouble(isRefusal(e) ? "denied" : "waits");
        if (!isRefusal(e)) timer = window.setTimeout(() => void open(), RETRY_MS);
      }
    };
    void open();
    return () => {
      gone = true;
      window.clearTimeout(timer);
    };
  }, [meeting, wanted]);
  return { view, trouble };
}

export class ViewLog {
  readonly state = signal<LogState>("logged");
  private readonly seen = new Seen(MOST_SPANS);
  private readonly every: number;
  private retry = 0;
  private closed = false;
  private readonly stop: () => void;

  constructor(
    private readonly meeting: string,
    private view: string,
    play: Playback,
  ) {
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

  private last = 0;
  private readonly step = (at: number, motion: Motion, rate: number): void => {
    const now = performance.now();
    if (motion === "runs") this.seen.playing(at, now - this.last, rate);
    else this.seen.moved(at);
    this.last = now;
  };

  private again(): void {
    window.clearTimeout(this.retry);
    if (!this.closed) this.retry = window.setTimeout(() => void this.send(), RETRY_MS);
  }

  /**
   * What was played since the last report that was answered; the page may go while it is under way. After a day of silence
   * the server opens another view for it.
   */
  private async send(): Promise<void> {
    const spans = this.seen.take();
    if (spans.length === 0) return;
    try {
      this.view = (await api<{ view: string }>("PUT", `/meetings/${this.meeting}/recording/views/${this.view}`, { spans }, { keepalive: true })).view;
      this.state.value = "logged";
    } catch (e) {
      this.seen.giveBack(spans);
      this.state.value = isRefusal(e) ? "refused" : "behind";
      this.again();
    }
  }

  private readonly leave = (): void => void this.send();
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

export function useViewLog(meeting: string, view: string, play: Playback): ViewLog {
  const log = useMemo(() => new ViewLog(meeting, view, play), [meeting, view, play]);
  useEffect(() => () => log.close(), [log]);
  return log;
}
