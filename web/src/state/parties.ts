// The organisations of a project, as far as they need no page.
import type { Party, PartyPart } from "../api/types";

export const PARTS: PartyPart[] = ["customer", "designer", "contractor", "operator"];
export const PARTIES_MAX = 16;

export const newParty = (part: PartyPart = "designer"): Party => ({ part, organisation: "", person: "", phone: "" });

/** What is sent: without blanks around, without lines where nothing was filled in. */
export const partiesOf = (list: Party[]): Party[] =>
  list.map((p) => ({ part: p.part, organisation: p.organisation.trim(), person: p.person.trim(), phone: p.phone.trim() })).filter((p) => p.organisation !== "" || p.person !== "" || p.phone !== "");

/** Lines that cannot be sent: somebody of no organisation, or the same one twice. */
export function wrongParties(list: Party[]): number[] {
  const seen = new Set<string>();
  return list.flatMap((p, i) => {
    const [sent] = partiesOf([p]);
    if (sent === undefined) return [];
    const key = JSON.stringify([sent.part, sent.organisation, sent.person]);
    const twice = seen.has(key);
    seen.add(key);
    return sent.organisation === "" || twice ? [i] : [];
  });
}

export const sameParties = (a: Party[], b: Party[]): boolean => JSON.stringify(partiesOf(a)) === JSON.stringify(partiesOf(b));
export const partyText = (p: Party): string => [p.organisation, p.person, p.phone].filter((x) => x !== "").join(" · ");
