// A project: its stage and time, its meetings, what happened, who it is about; moving it on.
import { useState } from "preact/hooks";
import type { Held, ProjectPage as ProjectData } from "../api/types";
import { t } from "../i18n";
import { useTitle } from "../ui/hooks";
import { Icon, Note } from "../ui/parts";
import { Documents } from "./documents";
import { Loaded, useLoad } from "./load";
import { Crumbs, Page } from "./page";
import { Parties } from "./parties";
import { Details } from "./projectdetails";
import { ProjectEdit } from "./projectedit";
import { HeldMeetings } from "./projectheld";
import { History } from "./projecthistory";
import { Moves } from "./projectmove";
import { StageTag } from "./projecttable";
import { StageBar } from "./stagebar";

const AGAIN_MS = 10_000;

function Heading({ p, moved, overtaken }: { p: ProjectData; moved: (p: ProjectData) => void; overtaken: () => void }) {
  const facts = [p.number, p.customer, p.voltage_v === null ? "" : `${p.voltage_v / 1000} kV`, p.capacity_kva === null ? "" : `${p.capacity_kva.toLocaleString()} kVA`, p.manager === "" ? "" : `${t("project_manager")} ${p.manager}`];
  const supply = [t(p.sources === 2 ? "sources_2" : "sources_1"), p.importance === 1 || p.importance === 2 || p.importance === 3 ? t(`importance_${p.importance}`) : ""];
  return (
    <div class="row wrap pagehead">
      <div class="sp heading">
        <Crumbs>{p.park !== "" && <span class="dim"> / {p.park}</span>}</Crumbs>
        <div class="row wrap titles">
          <h1>{p.title}</h1>
          <StageTag stage={p.stage} />
          <span class="tag">{supply.filter((x) => x !== "").join(" · ")}</span>
        </div>
        <p class="sm dim">{facts.filter((x) => x !== "").join(" · ")}</p>
      </div>
      {p.rights.edit && (
        <a class="btn" href={`/projects/${p.id}/schedule`} data-test="meeting-new">
          <Icon of="calendar" />
          {t("meeting_new")}
        </a>
      )}
      {p.rights.edit && <Moves p={p} moved={moved} overtaken={overtaken} />}
    </div>
  );
}

function Whole({ first, reload }: { first: ProjectData; reload: () => void }) {
  const [changed, setChanged] = useState<ProjectData | undefined>();
  const [editing, setEditing] = useState(false);
  const [overtaken, setOvertaken] = useState(false);
  const p = changed !== undefined && changed.version >= first.version ? changed : first;
  const timeline = useLoad<{ meetings: Held[] }>(`/projects/${p.id}/timeline`, AGAIN_MS);
  useTitle(`${p.title} · ${t("brand")}`);
  const again = () => {
    setOvertaken(true);
    reload();
  };
  const take = (next: ProjectData) => {
    setOvertaken(false);
    setChanged(next);
  };
  return (
    <>
      <Heading p={p} moved={take} overtaken={again} />
      {overtaken && <Note kind="warn">{t("overtaken_move")}</Note>}
      <StageBar p={p} />
      <div class="columns">
        <div class="col gap4">
          <Loaded of={timeline}>{(d) => <HeldMeetings meetings={d.meetings} />}</Loaded>
          <Documents of={{ project: p.id }} />
          <History p={p} held={timeline.data?.meetings ?? []} />
        </div>
        <div class="col gap4">
          <Parties list={p.parties} />
          <Details p={p} edit={() => setEditing(true)} />
        </div>
      </div>
      {editing && <ProjectEdit p={p} close={() => setEditing(false)} saved={take} reload={reload} />}
    </>
  );
}

export function ProjectPage({ id }: { id: string }) {
  const project = useLoad<ProjectData>(`/projects/${id}`);
  useTitle(`${project.data?.title ?? t(project.error === undefined ? "projects" : "not_found")} · ${t("brand")}`);
  return (
    <Page wide>
      <Loaded of={project}>{(p) => <Whole first={p} reload={project.reload} />}</Loaded>
    </Page>
  );
}
