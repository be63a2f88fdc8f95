// Where the reader is. Pages of the records follow on one another without loading everything anew; the room, the replay
// and what guests open load by themselves.
import { signal } from "@preact/signals";

/** Grows with every page: the same page opened again is a new one. */
export const visit = signal({ n: 0, path: "/" });
/** Said to those who cannot see that the page has changed. */
export const said = signal("");

const SOFT = /^\/(?:$|(?:projects|meetings|admin|audit|account)(?:\/|$)|m\/[^/]+(?:\/(?:edit|invitations))?$)/;
export const isSoft = (path: string): boolean => SOFT.test(path);

const show = (): void => {
  visit.value = { n: visit.peek().n + 1, path: location.pathname };
};

/** To another page of this server. */
export function go(to: string): void {
  const url = new URL(to, location.href);
  if (url.origin !== location.origin || !isSoft(url.pathname)) {
    location.assign(to);
    return;
  }
  history.pushState(null, "", url);
  show();
  scrollTo(0, 0);
}

/** A plain press on a link of ours; with a key held down, or for another window, the browser does what it always does. */
export function take(e: MouseEvent): void {
  const link = e.target instanceof Element ? e.target.closest("a[href]") : null;
  if (!(link instanceof HTMLAnchorElement) || e.defaultPrevented || e.button !== 0) return;
  if (e.ctrlKey || e.metaKey || e.shiftKey || e.altKey || link.target !== "" || link.hasAttribute("download")) return;
  if (link.origin !== location.origin || !isSoft(link.pathname) || link.hash !== "") return;
  e.preventDefault();
  go(link.href);
}

/** Once, by the page that holds all others. Back and forth: a page that was soft is shown, another loads anew. */
export function startRoute(): void {
  visit.value = { n: 0, path: location.pathname };
  addEventListener("popstate", () => {
    if (isSoft(location.pathname) && isSoft(visit.peek().path)) show();
    else location.reload();
  });
}
