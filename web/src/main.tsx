// Which page this is.
import { render } from "preact";
import { language, setLanguage, t } from "./i18n";
import { Message } from "./ui/parts";
import { Login, MeetingView, ProjectPage, Projects } from "./views/desk";
import { Replay } from "./views/replay";
import { WayIn } from "./views/wayin";
import "./ui/tokens.css";
import "./ui/app.css";

function App() {
  const [first, id, rest] = location.pathname.split("/").slice(1);
  if (first === "j") return <WayIn />;
  if (first === "login") return <Login />;
  if ((first === undefined || first === "" || first === "projects") && id === undefined) return <Projects />;
  if (first === "projects" && id !== undefined) return <ProjectPage id={id} />;
  if (first === "m" && id !== undefined && rest === "recording") return <Replay id={id} />;
  if (first === "m" && id !== undefined) return <MeetingView id={id} />;
  return (
    <Message title={t("not_found")}>
      <a class="btn" href="/projects">
        {t("back")}
      </a>
    </Message>
  );
}

setLanguage(language.value);
const root = document.getElementById("app");
if (root !== null) render(<App />, root);
