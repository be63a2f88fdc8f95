// What the browser keeps for this page. Some (private windows, in-app browsers) refuse: then the page works without.
export type Shelf = "session" | "local";

const shelf = (which: Shelf): Storage => (which === "session" ? sessionStorage : localStorage);

export function kept(which: Shelf, key: string): string {
  try {
    return shelf(which).getItem(key) ?? "";
  } catch {
    return "";
  }
}

export function keep(which: Shelf, key: string, value: string): void {
  try {
    shelf(which).setItem(key, value);
  } catch {
    // Refused or full: nothing depends on it but convenience.
  }
}

export function forget(which: Shelf, key: string): void {
  try {
    shelf(which).removeItem(key);
  } catch {
    // As above.
  }
}
