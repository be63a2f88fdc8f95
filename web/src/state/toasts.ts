// Short notices: one at a time, at most one in two seconds; what is urgent goes first and at once.
import { signal } from "@preact/signals";

export interface Toast {
  text: string;
  urgent: boolean;
}

const APART_MS = 2000;
const SHOWN_MS = 5000;
const KEPT = 3;
/** What could not be said by then is no news any more. */
const STALE_MS = 5000;

export class Toasts {
  readonly current = signal<Toast | undefined>(undefined);
  private waiting: (Toast & { at: number })[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private shownAt = -APART_MS;

  constructor(private readonly now: () => number = () => Date.now()) {}

  say(text: string, urgent = false): void {
    const toast = { text, urgent };
    if (urgent) {
      this.show(toast);
      return;
    }
    if (this.current.value?.text === text) return;
    this.waiting = [...this.waiting, { ...toast, at: this.now() }].slice(-KEPT); // In a crowd only the latest matter.
    this.plan();
  }

  clear(): void {
    clearTimeout(this.timer);
    this.waiting = [];
    this.current.value = undefined;
  }

  private show(toast: Toast): void {
    this.current.value = toast;
    this.shownAt = this.now();
    this.plan();
  }

  private plan(): void {
    clearTimeout(this.timer);
    this.waiting = this.waiting.filter((x) => this.now() - x.at < STALE_MS);
    const age = this.now() - this.shownAt;
    const next = this.waiting[0];
    if (next === undefined) {
      if (this.current.value !== undefined)
        this.timer = setTimeout(
          () => {
            this.current.value = undefined;
          },
          Math.max(0, SHOWN_MS - age),
        );
      return;
    }
    const due = this.current.value === undefined ? 0 : Math.max(0, (this.current.value.urgent ? SHOWN_MS : APART_MS) - age);
    if (due > 0) {
      this.timer = setTimeout(() => this.plan(), due);
      return;
    }
    this.waiting.shift();
    this.show({ text: next.text, urgent: next.urgent });
  }
}
