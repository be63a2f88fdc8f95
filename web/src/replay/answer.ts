// What an answer to a request for a part of a recording means for whoever asked.
import { signal } from "@preact/signals";

/** The session is over: nothing more comes until somebody signs in, in this tab or another. */
export const signedOut = signal(false);

export class Refusal extends Error {
  constructor(readonly status: number) {
    super(`${status}`);
  }
}

/** Ask again a little later; only once somebody has signed in; or never, for it does not get better. */
export type Next = "later" | "sign_in" | "never";

const PASSES = [408, 425, 429];

/** @param e  a Refusal, or what the network or the browser threw; @param grows  the file is still written */
export function whatNext(e: unknown, grows: boolean): Next {
  if (!(e instanceof Refusal) || e.status >= 500 || PASSES.includes(e.status)) return "later";
  if (e.status === 401) return "sign_in";
  if (e.status === 416 && grows) return "later"; // The index was faster than the file.
  return "never"; // A whole file instead of a part (200), too: such a server does not know what a range is.
}
