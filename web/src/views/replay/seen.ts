// Which parts a viewer has seen: the clock tells where it is, and what was played since it last told counts.
import { mergeSpans, type Span } from "./spans";

/** A picture looked at while the recording stands counts as one second. */
const STILL_MS = 1000;
const SLACK_MS = 500;

export class Seen {
  private spans: Span[] = [];
  private last: number | undefined;

  constructor(private readonly most: number) {}

  /** The clock has come to `at` by playing, `passed` ms after it last told. Where the sound was moved by others, a new span begins. */
  playing(at: number, passed: number, rate: number): void {
    const from = this.last;
    this.last = at;
    if (from === undefined || at <= from || at - from > passed * rate + SLACK_MS) return;
    const same = this.spans.find((s) => s[1] === from); // Sixty times a second: only made longer.
    if (same === undefined) this.add([from, at]);
    else same[1] = at;
  }

  /** The clock stands at `at`, or was moved there. */
  moved(at: number): void {
    this.last = at;
  }

  /** It stands, and a picture is shown. */
  still(at: number, total: number): void {
    const to = Math.min(total, at + STILL_MS);
    if (to > at) this.add([at, to]);
  }

  /** What was not taken yet, in whole milliseconds; when there are too many, the nearest become one. */
  take(): Span[] {
    const list = this.list();
    this.spans = [];
    return list;
  }

  /** What was taken and did not get to where it should. */
  giveBack(spans: readonly Span[]): void {
    this.spans = mergeSpans([...this.spans, ...spans]);
  }

  private add(span: Span): void {
    this.spans = mergeSpans([...this.spans, span], SLACK_MS);
  }

  list(): Span[] {
    let out = mergeSpans(this.spans, SLACK_MS);
    for (let slack = 1000; out.length > this.most; slack *= 2) out = mergeSpans(out, slack);
    return out.map(([from, to]) => [Math.round(from), Math.round(to)]);
  }
}
