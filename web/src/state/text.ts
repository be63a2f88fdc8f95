// Texts as people and the server count them. Lengths the server checks are in bytes of UTF-8.
export const CHAT_BYTES = 12_000;

/** How many of the last characters are too many; 0 when the text fits. */
export function excess(text: string, bytes: number): number {
  const encoder = new TextEncoder();
  let over = encoder.encode(text).length - bytes;
  let characters = 0;
  for (const c of Array.from(text).reverse()) {
    if (over <= 0) break;
    over -= encoder.encode(c).length;
    characters++;
  }
  return characters;
}

/** The first character of a name, for where there is no picture. */
export function initial(name: string): string {
  const code = name.codePointAt(0);
  return code === undefined ? "" : String.fromCodePoint(code);
}

/** An address as people know it: IPv4 without the prefix that a socket of both kinds gives it. */
export const address = (text: string): string => text.replace(/^::ffff:(?=\d)/i, "");
