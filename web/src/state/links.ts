// Links that were made on this visit. The server keeps only their hashes: once the page is left, nobody knows them any more.
import { signal } from "@preact/signals";
import type { InvitationMade } from "../api/types";

/** By invitation. */
export const made = signal<ReadonlyMap<string, string>>(new Map());

export function remember(links: Pick<InvitationMade, "id" | "url">[]): void {
  made.value = new Map([...made.peek(), ...links.map((l) => [l.id, l.url] as const)]);
}
export function forgetLink(id: string): void {
  made.value = new Map([...made.peek()].filter(([k]) => k !== id));
}
