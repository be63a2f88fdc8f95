// The organisations that accounts belong to.
import { useState } from "preact/hooks";
import { api, asApiError } from "../api/rest";
import type { Organisation } from "../api/types";
import { t, word } from "../i18n";
import { Dialog } from "../ui/dialog";
import { Fault, Icon } from "../ui/parts";
import { Choice, Field, useDoing } from "./form";
import { Loaded, useLoad } from "./load";
import { Overtaken } from "./overtaken";

const KINDS = ["utility", "design", "contractor", "customer"] as const;

function OrganisationForm({ of, done }: { of: Organisation | undefined; done: () => void }) {
  const [name, setName] = useState(of?.name ?? "");
  const [kind, setKind] = useState<string>(of?.kind ?? "utility");
  const [theirs, setTheirs] = useState<Organisation | undefined>();
  const { busy, fault, run } = useDoing();
  const ready = name.trim() !== "";
  const send = async (version = of?.version) => {
    const fields = { name: name.trim(), kind };
    try {
      if (of === undefined) await api("POST", "/organisations", fields);
      else await api("PUT", `/organisations/${of.organisation}`, fields, { version: version ?? 0 });
      done();
    } catch (e) {
      const error = asApiError(e);
      if (error.status !== 412) throw e;
      setTheirs(error.more["current"] as Organisation);
    }
  };
  if (theirs !== undefined)
    return (
      <Overtaken
        rows={[
          { label: t("name_of_organisation"), mine: name.trim(), theirs: theirs.name },
          { label: t("organisation_kind"), mine: word("org", kind), theirs: word("org", theirs.kind) },
        ]}
        keep={() => {
          setTheirs(undefined);
          void run(() => send(theirs.version));
        }}
        take={done}
      />
    );
  return (
    <form
      class="col gap"
      onSubmit={(e) => {
        e.preventDefault();
        if (ready) void run(() => send());
      }}
    >
      <Field label="name_of_organisation" value={name} set={setName} max={40} test="organisation-name" />
      <Choice label="organisation_kind" value={kind} set={setKind} options={KINDS.map((k) => [k, word("org", k)] as const)} test="organisation-kind" />
      {fault !== undefined && <Fault error={fault} own={{ conflict: "organisation_taken" }} />}
      <button class="btn pri" disabled={!ready || busy} data-test="organisation-save">
        {t(of !== undefined ? "account_save" : ready ? "organisation_create" : "organisation_needs")}
      </button>
    </form>
  );
}

export function Organisations({ mayEdit }: { mayEdit: boolean }) {
  const list = useLoad<{ organisations: Organisation[] }>("/organisations");
  const [open, setOpen] = useState<Organisation | "new" | undefined>();
  const shut = () => {
    setOpen(undefined);
    list.reload();
  };
  return (
    <section class="panel" aria-label={t("organisations")}>
      <header>
        <h2 class="sp">{t("organisations")}</h2>
        {mayEdit && (
          <button class="btn pri" onClick={() => setOpen("new")} data-test="organisation-new">
            <Icon of="plus" />
            {t("organisation_new")}
          </button>
        )}
      </header>
      <Loaded of={list}>
        {(d) => (
          <>
            {d.organisations.length === 0 && <div class="empty">{t("organisations_none")}</div>}
            {d.organisations.map((o) => (
              <div key={o.organisation} class="line" data-test="organisation">
                <span class="sp col">
                  <b class="cut">{o.name}</b>
                  <span class="sm dim">
                    {word("org", o.kind)} · {t("organisation_accounts", o.accounts ?? 0)}
                  </span>
                </span>
                {mayEdit && (
                  <button class="btn" onClick={() => setOpen(o)} aria-label={`${t("edit")} ${o.name}`}>
                    {t("edit")}
                  </button>
                )}
              </div>
            ))}
          </>
        )}
      </Loaded>
      {open !== undefined && (
        <Dialog title={t(open === "new" ? "organisation_new" : "organisation_edit")} close={shut} test="organisation-dialog">
          <OrganisationForm of={open === "new" ? undefined : open} done={shut} />
        </Dialog>
      )}
    </section>
  );
}
