// Which parts a viewer has seen: the clock is read now and then, and what was played between two readings counts.
import { mergeSpans, type Span } from "./spans";

/** A picture looked at while the recording stands counts as one second. */
const STILL_MS = 1000;
const SLACK_MS = 500;

export class Seen {
  private spans: Span[] = [];
  private last: number | undefined;

  constructor(private readonly most: number) {}

  /** `at` of the meeting clock while it plays at `rate`, `passed` ms after the reading before. A jump begins a new span. */
  playing(at: number, passed: number, rate: number): void {
    const from = this.last;
    this.last = at;
    if (from === undefined || at <= from || at - from > passed * rate + SLACK_MS) return;
    this.add([from, at]);
  }

  /** It stands, and a picture is shown. */
  still(at: number, total: number): void {
    this.last = undefined;
    const to = Math.min(total, at + STILL_MS);
    if (to > at) this.add([at, to]);
  }

  paused(): void {
    this.last = undefined;
  }

  private add(span: Span): void {
    this.spans = mergeSpans([...this.spans, span], SLACK_MS);
  }

  /** In whole milliseconds; when there are too many, the nearest become one. */
  list(): Span[] {
    let out = this.spans;
    for (let slack = 1000; out.length > this.most; slack *= 2) out = mergeSpans(out, slack);
    return out.map(([from, to]) => [Math.round(from), Math.round(to)]);
  }
}
