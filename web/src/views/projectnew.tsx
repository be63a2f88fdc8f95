// Making a project: what is known now; the rest may follow.
import { useState } from "preact/hooks";
import { api, type ApiError } from "../api/rest";
import type { Project } from "../api/types";
import { t } from "../i18n";
import { bodyOf, EMPTY_FORM, type FormField, type ProjectForm } from "../state/project";
import { Dialog } from "../ui/dialog";
import { Fault, Icon } from "../ui/parts";
import { useMaking } from "./making";
import { MainFields, OtherFields } from "./projectform";

export const numberTaken = (e: ApiError | undefined): boolean => e?.status === 409 && e.message.startsWith("number:");

function NewForm() {
  const [form, setForm] = useState<ProjectForm>(EMPTY_FORM);
  const [wrong, setWrong] = useState<FormField[]>([]);
  const { busy, fault, run } = useMaking(async () => {
    const r = bodyOf(form);
    if ("wrong" in r) throw new Error("checked before");
    return `/projects/${(await api<Project>("POST", "/projects", r.body)).id}`;
  });
  const ready = form.title.trim() !== "" && form.customer.trim() !== "";
  const fields = { form, wrong: numberTaken(fault) ? [...wrong, "number" as const] : wrong, change: (part: Partial<ProjectForm>) => setForm({ ...form, ...part }) };
  const send = () => {
    const r = bodyOf(form);
    setWrong("wrong" in r ? r.wrong : []);
    if ("body" in r) void run();
  };
  return (
    <form
      class="col gap"
      onSubmit={(e) => {
        e.preventDefault();
        if (ready) send();
      }}
    >
      <MainFields {...fields} />
      <details class="col gap" open={wrong.some((x) => x !== "title" && x !== "customer") || numberTaken(fault)}>
        <summary class="sm">{t("project_more")}</summary>
        <OtherFields {...fields} />
      </details>
      {fault !== undefined && !numberTaken(fault) && <Fault error={fault} />}
      <button class="btn pri" disabled={!ready || busy} data-test="project-create">
        {t(busy ? "creating" : ready ? "project_create" : "project_needs")}
      </button>
    </form>
  );
}

export function NewProject() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button class="btn pri" onClick={() => setOpen(true)} data-test="project-new">
        <Icon of="plus" size="s" />
        {t("project_new")}
      </button>
      {open && (
        <Dialog title={t("project_new")} close={() => setOpen(false)} test="project-new-dialog">
          <NewForm />
        </Dialog>
      )}
    </>
  );
}
