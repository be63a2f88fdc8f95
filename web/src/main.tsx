// Which page this is.
import { render } from "preact";
import { language, setLanguage, t } from "./i18n";
import { Message } from "./ui/parts";
import { AccountPage } from "./views/account";
import { AdminPage } from "./views/admin";
import { AuditPage } from "./views/audit";
import { Login } from "./views/login";
import { ImportPage } from "./views/imports/page";
import { MeetingView } from "./views/meeting";
import { ProjectPage } from "./views/project";
import { OidcBack } from "./views/oidc";
import { Projects } from "./views/projects";
import { Replay } from "./views/replay";
import { WayIn } from "./views/wayin";
import "./ui/tokens.css";
import "./ui/pages.css";
import "./ui/door.css";
import "./ui/room.css";
import "./ui/panel.css";
import "./ui/replay.css";
import "./ui/accounts.css";
import "./ui/imports.css";

function App() {
  const [first, id, rest] = location.pathname.split("/").slice(1);
  if (first === "j") return <WayIn />;
  if (first === "login") return <Login />;
  if (first === "oidc") return <OidcBack />;
  if (first === "account") return <AccountPage />;
  if (first === "audit") return <AuditPage />;
  if (first === "admin") return <AdminPage tab={id ?? "accounts"} />;
  if ((first === undefined || first === "" || first === "projects") && id === undefined) return <Projects />;
  if (first === "projects" && id === "import") return <ImportPage />;
  if (first === "projects" && id !== undefined) return <ProjectPage id={id} />;
  if (first === "m" && id !== undefined && rest === "recording") return <Replay id={id} />;
  if (first === "m" && id !== undefined) return <MeetingView id={id} />;
  return (
    <Message icon="quest" title={t("not_found")}>
      <a class="btn" href="/projects">
        {t("back")}
      </a>
    </Message>
  );
}

setLanguage(language.value);
const root = document.getElementById("app");
if (root !== null) render(<App />, root);
