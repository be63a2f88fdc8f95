// Sizes of files as people read them: 1,024 steps, as file managers and the limits of the server count.
const UNITS = ["B", "KB", "MB", "GB", "TB"];

/** "640 B", "1.2 MB", "60 MB": two figures while that tells something. */
export function sizeText(bytes: number): string {
  let n = bytes;
  let unit = 0;
  while (n >= 1000 && unit < UNITS.length - 1) {
    n /= 1024;
    unit++;
  }
  return `${n < 9.95 && unit > 0 ? n.toFixed(1).replace(/\.0$/, "") : String(Math.round(n))} ${UNITS[unit]}`;
}

/** Never 100 before all of it is there. */
export const percentText = (part: number, whole: number): string => `${whole === 0 || part >= whole ? 100 : Math.min(99, Math.floor((part / whole) * 100))}%`;
