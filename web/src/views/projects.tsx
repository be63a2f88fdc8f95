// The projects one manages, and making another.
import { useState } from "preact/hooks";
import { api, type ApiError, asApiError } from "../api/rest";
import type { Project } from "../api/types";
import { date, t } from "../i18n";
import { useTitle } from "../ui/hooks";
import { Fault, Icon } from "../ui/parts";
import { Loaded, useLoad } from "./load";
import { Page } from "./page";

/** A form's making of something: busy, failed with its reason, or on to the page of what was made. */
export function useMaking(make: () => Promise<string>) {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<ApiError | undefined>();
  const run = async () => {
    if (busy) return;
    setBusy(true);
    setFault(undefined);
    try {
      location.assign(await make());
    } catch (e) {
      setFault(asApiError(e));
      setBusy(false);
    }
  };
  return { busy, fault, run };
}

function NewProject() {
  const [title, setTitle] = useState("");
  const [customer, setCustomer] = useState("");
  const { busy, fault, run } = useMaking(async () => `/projects/${(await api<Project>("POST", "/projects", { title: title.trim(), customer: customer.trim() })).id}`);
  const ready = title.trim() !== "" && customer.trim() !== "";
  return (
    <form
      class="panel pad col gap"
      onSubmit={(e) => {
        e.preventDefault();
        if (ready) void run();
      }}
    >
      <h2>{t("project_new")}</h2>
      <label class="col label">
        <span class="sm dim">{t("project_title")}</span>
        <input class="field" value={title} maxLength={60} onInput={(e) => setTitle(e.currentTarget.value)} data-test="project-title" />
      </label>
      <label class="col label">
        <span class="sm dim">{t("customer")}</span>
        <input class="field" value={customer} maxLength={40} onInput={(e) => setCustomer(e.currentTarget.value)} data-test="project-customer" />
      </label>
      {fault !== undefined && <Fault error={fault} />}
      <button class="btn pri" disabled={!ready || busy} data-test="project-create">
        {t(busy ? "creating" : ready ? "project_create" : "project_needs")}
      </button>
    </form>
  );
}

export function Projects() {
  const list = useLoad<{ projects: Project[] }>("/projects");
  useTitle(`${t("projects")} · ${t("brand")}`);
  return (
    <Page wide>
      <h1>{t("projects")}</h1>
      <Loaded of={list}>
        {(d) => (
          <div class="columns">
            <section class="panel" aria-label={t("projects")}>
              {d.projects.length === 0 ? (
                <div class="empty">
                  <Icon of="folder" />
                  {t("projects_empty")}
                </div>
              ) : (
                d.projects.map((p) => (
                  <a key={p.id} class="line" href={`/projects/${p.id}`} data-test="project">
                    <Icon of="folder" />
                    <span class="sp cut col">
                      <b class="cut">{p.title}</b>
                      <span class="sm dim cut">{p.customer}</span>
                    </span>
                    <span class="sm mute nw long">{t("since", date(p.created_at))}</span>
                    <Icon of="right" size="s" />
                  </a>
                ))
              )}
            </section>
            <NewProject />
          </div>
        )}
      </Loaded>
    </Page>
  );
}
