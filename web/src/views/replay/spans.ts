// Spans of the meeting clock: which parts somebody has seen, who spoke when.
export type Span = [number, number];

/** In order, without overlaps; what lies nearer than `slack` becomes one. */
export function mergeSpans(spans: readonly Span[], slack = 0): Span[] {
  const out: Span[] = [];
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = out.at(-1);
    if (last !== undefined && from <= last[1] + slack) last[1] = Math.max(last[1], to);
    else out.push([from, to]);
  }
  return out;
}

export const totalOf = (spans: readonly Span[]): number => spans.reduce((sum, [from, to]) => sum + to - from, 0);

/** The next span that begins after a moment; the first one again after the last. */
export function nextSpan(spans: readonly Span[], ms: number): Span | undefined {
  return spans.find(([from]) => from > ms + 1) ?? spans[0];
}

/** The span under a moment, or one no farther than `near`. */
export function spanAt(spans: readonly Span[], ms: number, near: number): Span | undefined {
  return spans.find(([from, to]) => ms >= from && ms <= to) ?? spans.find(([from, to]) => ms >= from - near && ms <= to + near);
}
