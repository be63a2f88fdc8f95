// Which pages each role has, in the order of its navigation.
import type { Role } from "../api/types";
import type { TextKey } from "../i18n";
import type { IconName } from "../ui/icons";

export interface Place {
  href: string;
  words: TextKey;
  icon: IconName;
  /** It has pages below it. */
  also?: string;
}

const HOME: Place = { href: "/", words: "home", icon: "home" };
const PROJECTS: Place = { href: "/projects", words: "projects", icon: "folder" };
const MEETINGS: Place = { href: "/meetings", words: "meetings", icon: "calendar", also: "/m/" };
const ADMIN: Place = { href: "/admin", words: "admin_pages", icon: "gear" };
const ACCOUNTS: Place = { href: "/admin", words: "accounts", icon: "people" };
const AUDIT: Place = { href: "/audit", words: "audit", icon: "ledger" };

const PLACES: Partial<Record<Role, readonly Place[]>> = {
  manager: [HOME, PROJECTS, MEETINGS, AUDIT],
  expert: [HOME, MEETINGS],
  supervisor: [HOME, PROJECTS, MEETINGS],
  dispatcher: [HOME],
  auditor: [HOME, PROJECTS, MEETINGS, AUDIT, ACCOUNTS],
  admin: [HOME, ADMIN, AUDIT],
};
export const placesOf = (role: Role): readonly Place[] => PLACES[role] ?? [HOME];

/** "/projects" is where /projects and all below it are; "/" only itself. */
export function isAt(place: Place, path: string): boolean {
  if (place.href === "/") return path === "/";
  return path === place.href || path.startsWith(`${place.href}/`) || (place.also !== undefined && path.startsWith(place.also));
}
