// Changing a project's details. Nobody overwrites another's change without having seen it.
import { useState } from "preact/hooks";
import { api, type ApiError, asApiError } from "../api/rest";
import type { Party, Project, ProjectPage } from "../api/types";
import { t, type TextKey } from "../i18n";
import { bodyOf, differing, type FormField, formOf, type ProjectForm } from "../state/project";
import { partiesOf, partyText, sameParties, wrongParties } from "../state/parties";
import { Dialog } from "../ui/dialog";
import { Fault } from "../ui/parts";
import { Overtaken } from "./overtaken";
import { PartiesFields } from "./parties";
import { MainFields, OtherFields } from "./projectform";
import { numberTaken } from "./projectnew";

const NAMES: Record<FormField, TextKey> = {
  number: "project_number",
  title: "project_title",
  customer: "customer",
  park: "project_park",
  address: "project_address",
  place: "project_place",
  voltage: "project_voltage",
  capacity: "project_capacity",
  load: "project_load",
  importance: "project_importance",
  sources: "project_sources",
  wanted: "project_wanted",
};

/** A field's value in words. */
export function shown(form: ProjectForm, field: FormField): string {
  if (field === "importance") return t(`importance_${form.importance}` as TextKey);
  if (field === "sources") return t(`sources_${form.sources}` as TextKey);
  return form[field] === "" ? t("not_given") : form[field];
}
export const fieldName = (f: FormField): string => t(NAMES[f]);

const lines = (list: Party[]): string => (list.length === 0 ? t("not_given") : list.map((p) => `${t(`part_${p.part}`)}: ${partyText(p)}`).join("; "));
const differingParties = (mine: Party[], theirs: Party[]) => (sameParties(mine, theirs) ? [] : [{ label: t("parties"), mine: lines(partiesOf(mine)), theirs: lines(theirs) }]);

export function ProjectEdit({ p, close, saved, reload }: { p: ProjectPage; close: () => void; saved: (p: ProjectPage) => void; reload: () => void }) {
  const [form, setForm] = useState<ProjectForm>(() => formOf(p));
  const [wrong, setWrong] = useState<FormField[]>([]);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<ApiError | undefined>();
  const [theirs, setTheirs] = useState<(Project & { parties: Party[] }) | undefined>();
  const [parties, setParties] = useState<Party[]>(p.parties);
  const [wrongLines, setWrongLines] = useState<number[]>([]);
  const save = async (version: number) => {
    const r = bodyOf(form);
    setWrong("wrong" in r ? r.wrong : []);
    const lost = wrongParties(parties);
    setWrongLines(lost);
    if ("wrong" in r || lost.length > 0 || busy) return;
    setBusy(true);
    setFault(undefined);
    try {
      saved(await api<ProjectPage>("PUT", `/projects/${p.id}`, { ...r.body, parties: partiesOf(parties) }, { version }));
      close();
    } catch (e) {
      const error = asApiError(e);
      if (error.status === 412) setTheirs(error.more["current"] as Project & { parties: Party[] });
      else setFault(error);
    }
    setBusy(false);
  };
  const ready = form.title.trim() !== "" && form.customer.trim() !== "";
  const fields = { form, wrong: numberTaken(fault) ? [...wrong, "number" as const] : wrong, change: (part: Partial<ProjectForm>) => setForm({ ...form, ...part }) };
  return (
    <Dialog title={t("project_edit")} close={close} test="project-edit-dialog">
      {theirs !== undefined ? (
        <Overtaken
          what="overtaken"
          rows={[...differing(form, formOf(theirs)).map((f) => ({ label: fieldName(f), mine: shown(form, f), theirs: shown(formOf(theirs), f) })), ...differingParties(parties, theirs.parties)]}
          keep={() => {
            setTheirs(undefined);
            void save(theirs.version);
          }}
          take={() => {
            reload();
            close();
          }}
        />
      ) : (
        <form
          class="col gap"
          onSubmit={(e) => {
            e.preventDefault();
            if (ready) void save(p.version);
          }}
        >
          <MainFields {...fields} />
          <OtherFields {...fields} />
          <PartiesFields list={parties} wrong={wrongLines} change={setParties} />
          {fault !== undefined && !numberTaken(fault) && <Fault error={fault} />}
          <button class="btn pri" disabled={!ready || busy} data-test="project-save">
            {t(busy ? "project_saving" : ready ? "project_save" : "project_save_needs")}
          </button>
        </form>
      )}
    </Dialog>
  );
}
