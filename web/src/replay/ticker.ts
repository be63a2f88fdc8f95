// Calls again and again while it is on: once a screen frame as long as the page is seen. A hidden page draws no frames; then
// a timer calls, which browsers hold back to once a second, and `hidden()` may be called by whatever still happens.
const HIDDEN_MS = 250;

export class Ticker {
  private on = false;
  private frame = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly run: () => void) {
    document.addEventListener("visibilitychange", this.now);
  }

  start(): void {
    this.on = true;
    this.next();
  }

  stop(): void {
    this.on = false;
    this.cancel();
  }

  close(): void {
    this.stop();
    document.removeEventListener("visibilitychange", this.now);
  }

  /** For events that also come while the page is hidden; nothing while it is seen. */
  readonly hidden = (): void => {
    if (document.hidden) this.now();
  };

  private readonly now = (): void => {
    if (!this.on) return;
    this.run();
    this.next();
  };

  private cancel(): void {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
  }

  private next(): void {
    this.cancel();
    if (!this.on) return; // What was called may have stopped it.
    if (document.hidden) this.timer = setTimeout(this.now, HIDDEN_MS);
    else this.frame = requestAnimationFrame(this.now);
  }
}
