// Hooks that several pages use.
import { useEffect, useState } from "preact/hooks";
import { said, visit } from "./route";

export function useNow(every = 1000): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), every);
    return () => window.clearInterval(timer);
  }, [every]);
  return now;
}

export function useMatch(query: string): boolean {
  const [match, setMatch] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const change = () => setMatch(list.matches);
    change();
    list.addEventListener("change", change);
    return () => list.removeEventListener("change", change);
  }, [query]);
  return match;
}

export const NARROW = "(max-width:599px)";
export const TOUCH = "(pointer:coarse)";

/** The page's name in the tab; said too when the page has changed without being loaded. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title;
    if (visit.peek().n > 0) said.value = title;
  }, [title]);
}
