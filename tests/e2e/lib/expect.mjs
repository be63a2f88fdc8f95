// Assertions that say what was seen.
export function ok(value, what) {
  if (!value) throw new Error(what);
}
export function equal(got, want, what) {
  if (got !== want) throw new Error(`${what}: is ${JSON.stringify(got)}, want ${JSON.stringify(want)}`);
}
export function between(got, low, high, what) {
  if (!(got >= low && got <= high)) throw new Error(`${what}: is ${got}, want ${low} to ${high}`);
}
