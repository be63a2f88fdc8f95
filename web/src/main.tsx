// Which page this is.
import { render } from "preact";
import type { ComponentChildren } from "preact";
import { language, setLanguage, t } from "./i18n";
import { said, startRoute, visit } from "./ui/route";
import { AccountPage } from "./views/account";
import { AdminPage } from "./views/admin";
import { AuditPage } from "./views/audit";
import { Dashboard } from "./views/dashboard";
import { ImportPage } from "./views/imports/page";
import { Login } from "./views/login";
import { MeetingView } from "./views/meeting";
import { InvitationsPage } from "./views/meeting/invitations";
import { EditPage, SchedulePage } from "./views/meeting/schedulepage";
import { Meetings } from "./views/meetings";
import { Missing } from "./views/missing";
import { OidcBack } from "./views/oidc";
import { ProjectPage } from "./views/project";
import { ProjectLink } from "./views/projectlink";
import { Projects } from "./views/projects";
import { Replay } from "./views/replay";
import { WayIn } from "./views/wayin";
import "./ui/tokens.css";
import "./ui/pages.css";
import "./ui/shell.css";
import "./ui/dashboard.css";
import "./ui/documents.css";
import "./ui/door.css";
import "./ui/room.css";
import "./ui/panel.css";
import "./ui/replay.css";
import "./ui/accounts.css";
import "./ui/imports.css";
import "./ui/meeting.css";

/** The first row that fits; what stands in brackets is handed to the page. */
const PAGES: [RegExp, (part: string) => ComponentChildren][] = [
  [/^\/$/, () => <Dashboard />],
  [/^\/login$/, () => <Login />],
  [/^\/oidc(?:\/|$)/, () => <OidcBack />],
  [/^\/j$/, () => <WayIn />],
  [/^\/p$/, () => <ProjectLink />],
  [/^\/projects$/, () => <Projects />],
  [/^\/projects\/import$/, () => <ImportPage />],
  [/^\/projects\/([^/]+)\/schedule$/, (id) => <SchedulePage id={id} />],
  [/^\/projects\/([^/]+)$/, (id) => <ProjectPage id={id} />],
  [/^\/meetings$/, () => <Meetings />],
  [/^\/m\/([^/]+)\/recording$/, (id) => <Replay id={id} />],
  [/^\/m\/([^/]+)\/edit$/, (id) => <EditPage id={id} />],
  [/^\/m\/([^/]+)\/invitations$/, (id) => <InvitationsPage id={id} />],
  [/^\/m\/([^/]+)$/, (id) => <MeetingView id={id} />],
  [/^\/admin(?:\/([^/]+))?$/, (tab) => <AdminPage tab={tab} />],
  [/^\/audit$/, () => <AuditPage />],
  [/^\/account$/, () => <AccountPage />],
];

function pageOf(path: string): ComponentChildren {
  for (const [fits, page] of PAGES) {
    const found = fits.exec(path);
    if (found !== null) return page(found[1] ?? "");
  }
  return <Missing />;
}

function App() {
  const { n, path } = visit.value;
  return (
    <>
      <div key={n} class="contents">
        {pageOf(path)}
      </div>
      <div class="vh said" role="status">
        {said.value === "" ? "" : t("page_is", said.value)}
      </div>
    </>
  );
}

setLanguage(language.value);
startRoute();
const root = document.getElementById("app");
if (root !== null) render(<App />, root);
