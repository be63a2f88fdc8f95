// Medians and spreads of rounds that took turns.

export function median(list) {
  const s = [...list].sort((a, b) => a - b);
  const half = s.length >> 1;
  if (s.length === 0) return undefined;
  return s.length % 2 === 1 ? s[half] : (s[half - 1] + s[half]) / 2;
}

/** {median, low, high} */
export function spread(list) {
  const known = list.filter((v) => Number.isFinite(v));
  return known.length === 0 ? undefined : { median: median(known), low: Math.min(...known), high: Math.max(...known), n: known.length };
}

/** The spread of `a / b` round by round: a machine that slows down slows both. */
export function ratio(a, b) {
  const pairs = a.map((v, i) => v / b[i]).filter((v) => Number.isFinite(v));
  return spread(pairs);
}
