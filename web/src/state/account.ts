// Who is signed in: asked once a visit. Who came by a link has no account.
import { signal } from "@preact/signals";
import { api, asApiError } from "../api/rest";
import type { SessionAccount } from "../api/types";

/** undefined: not known yet; null: nobody. */
export const account = signal<SessionAccount | null | undefined>(undefined);
let asked = false;

export function askAccount(): void {
  if (asked) return;
  asked = true;
  api<SessionAccount>("GET", "/session").then(
    (a) => (account.value = a.account === "" ? null : a),
    (e: unknown) => {
      account.value = null;
      asked = asApiError(e).status === 401; // Anything else is asked again by the next page.
    },
  );
}

export async function signOut(): Promise<void> {
  try {
    await api("DELETE", "/session");
  } finally {
    location.assign("/login");
  }
}
