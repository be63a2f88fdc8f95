// Systems that are told of what happens to projects and meetings, as an administrator keeps them; an auditor reads.
import { useState } from "preact/hooks";
import { api, asApiError } from "../api/rest";
import type { Webhook, WebhookDelivery, WebhookDeliveryList, WebhookList, WebhookMade } from "../api/types";
import { clock, date, t, word } from "../i18n";
import { Dialog } from "../ui/dialog";
import { Fault, Icon, Note } from "../ui/parts";
import { Field, useDoing } from "./form";
import { Loaded, useLoad } from "./load";
import { Overtaken } from "./overtaken";
import { Ticks } from "./ticks";
import { Once } from "./tokens";

const eventsInWords = (events: string): string => events.split(" ").map((e) => word("event", e)).join(", ");
const yes = (on: boolean): string => t(on ? "webhook_active" : "webhook_off");

function HookForm({ of, events, saved }: { of: Webhook | undefined; events: readonly string[]; saved: (h: Webhook, secret: string) => void }) {
  const [name, setName] = useState(of?.name ?? "");
  const [url, setUrl] = useState(of?.url ?? "https://");
  const [chosen, setChosen] = useState<string[]>(of?.events.split(" ") ?? []);
  const [active, setActive] = useState(of?.active ?? true);
  const [theirs, setTheirs] = useState<Webhook | undefined>();
  const { busy, fault, run } = useDoing();
  const mine = { name: name.trim(), url: url.trim(), events: events.filter((e) => chosen.includes(e)).join(" "), active };
  const ready = mine.name !== "" && mine.url.length > 8 && mine.events !== "";
  const send = async (version = of?.version) => {
    try {
      if (of === undefined) {
        const made = await api<WebhookMade>("POST", "/webhooks", mine);
        saved(made, made.secret);
      } else saved(await api<Webhook>("PUT", `/webhooks/${of.webhook}`, mine, { version: version ?? 0 }), "");
    } catch (e) {
      const error = asApiError(e);
      if (error.status !== 412) throw e;
      setTheirs(error.more["current"] as Webhook);
    }
  };
  if (theirs !== undefined)
    return (
      <Overtaken
        rows={[
          { label: t("webhook_name"), mine: mine.name, theirs: theirs.name },
          { label: t("webhook_url"), mine: mine.url, theirs: theirs.url },
          { label: t("webhook_events"), mine: eventsInWords(mine.events), theirs: eventsInWords(theirs.events) },
          { label: t("state_column"), mine: yes(mine.active), theirs: yes(theirs.active) },
        ]}
        keep={() => {
          setTheirs(undefined);
          void run(() => send(theirs.version));
        }}
        take={() => saved(theirs, "")}
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
      <Field label="webhook_name" value={name} set={setName} max={26} test="webhook-name" />
      <Field label="webhook_url" value={url} set={setUrl} max={500} test="webhook-url" />
      <Ticks label="webhook_events" options={events.map((e) => [e, word("event", e)] as const)} chosen={chosen} set={setChosen} test="webhook-event" />
      <label class="row tick">
        <input type="checkbox" checked={active} onChange={(e) => setActive(e.currentTarget.checked)} data-test="webhook-active" />
        <span>{t("webhook_active")}</span>
      </label>
      {fault !== undefined && <Fault error={fault} />}
      <button class="btn pri" disabled={!ready || busy} data-test="webhook-save">
        {t(ready ? "webhook_save" : "webhook_needs")}
      </button>
    </form>
  );
}

const TAG = { waiting: "tag", sent: "tag pass", failed: "tag fail", given_up: "tag warn" } as const;

function Delivery({ d, again }: { d: WebhookDelivery; again: (() => void) | undefined }) {
  return (
    <div class="line" data-test="webhook-delivery">
      <span class="sp col">
        <span class="cut">
          {word("event", d.event)} · {date(d.created_at)} {clock(d.created_at)}
        </span>
        {d.error !== "" && (
          <span class="xs mute">
            {d.error} · {t("webhook_tries", d.attempts)}
          </span>
        )}
      </span>
      {again !== undefined && d.again && d.state !== "sent" ? (
        <button class="btn" onClick={again} data-test="webhook-again">
          {t("webhook_again")}
        </button>
      ) : null}
      <span class={TAG[d.state]}>{word("hook_state", d.state)}</span>
    </div>
  );
}

const LOOK_MS = 3000;

function Deliveries({ of, mayEdit }: { of: Webhook; mayEdit: boolean }) {
  const list = useLoad<WebhookDeliveryList>(`/webhooks/${of.webhook}/deliveries`, LOOK_MS);
  const { busy, fault, run } = useDoing();
  const post = (what: string) =>
    void run(async () => {
      await api("POST", `/webhooks/${of.webhook}/${what}`);
      list.reload();
    });
  return (
    <section class="col gap" aria-label={t("webhook_log")}>
      <div class="row">
        <h3 class="sp">{t("webhook_log")}</h3>
        {mayEdit && (
          <button class="btn" disabled={busy} onClick={() => post("ping")} data-test="webhook-ping">
            {t("webhook_ping")}
          </button>
        )}
      </div>
      {fault !== undefined && <Fault error={fault} />}
      <Loaded of={list}>
        {(a) => <>{a.deliveries.length === 0 ? <p class="sm dim">{t("webhook_log_none")}</p> : a.deliveries.slice(0, 10).map((d) => <Delivery key={d.delivery} d={d} again={mayEdit ? () => post(`deliveries/${d.delivery}/retry`) : undefined} />)}</>}
      </Loaded>
    </section>
  );
}

function Deeds({ of, renewed, removed }: { of: Webhook; renewed: (h: WebhookMade) => void; removed: () => void }) {
  const [sure, setSure] = useState(false);
  const { busy, fault, run } = useDoing();
  const remove = async () => {
    await api("DELETE", `/webhooks/${of.webhook}`);
    removed();
  };
  return (
    <>
      {fault !== undefined && <Fault error={fault} />}
      <div class="actions3">
        <button class="btn" disabled={busy} onClick={() => void run(async () => renewed(await api<WebhookMade>("POST", `/webhooks/${of.webhook}/secret`)))} data-test="webhook-renew">
          {t("webhook_secret_renew")}
        </button>
        <button class="btn danger" disabled={busy} onClick={() => (sure ? void run(remove) : setSure(true))} data-test="webhook-remove">
          {t(sure ? "webhook_remove_sure" : "webhook_remove")}
        </button>
      </div>
    </>
  );
}

function Line({ h, open }: { h: Webhook; open: () => void }) {
  return (
    <button class="line" onClick={open} data-test="webhook">
      <span class="sp col">
        <b class="cut">{h.name}</b>
        <span class="sm dim cut">{h.url}</span>
        <span class="xs mute cut">{eventsInWords(h.events)}</span>
      </span>
      <span class={h.active ? "tag pass" : "tag"}>{yes(h.active)}</span>
      <Icon of="right" size="s" />
    </button>
  );
}

export function Webhooks({ mayEdit }: { mayEdit: boolean }) {
  const list = useLoad<WebhookList>("/webhooks");
  const [open, setOpen] = useState<Webhook | "new" | undefined>();
  const [secret, setSecret] = useState("");
  const shut = () => {
    setOpen(undefined);
    setSecret("");
    list.reload();
  };
  const made = (h: WebhookMade) => {
    setOpen(h);
    setSecret(h.secret);
  };
  const hook = open === "new" ? undefined : open;
  return (
    <section class="panel" aria-label={t("webhooks")}>
      <header>
        <h2 class="sp">{t("webhooks")}</h2>
        {mayEdit && (
          <button class="btn pri" onClick={() => setOpen("new")} data-test="webhook-new">
            <Icon of="plus" />
            {t("webhook_new")}
          </button>
        )}
      </header>
      <p class="sm dim pad">{t("webhooks_what")}</p>
      <Loaded of={list}>
        {(d) => (
          <>
            {d.webhooks.length === 0 && <div class="empty">{t("webhooks_none")}</div>}
            {d.webhooks.map((h) => (
              <Line key={h.webhook} h={h} open={() => setOpen(h)} />
            ))}
          </>
        )}
      </Loaded>
      {open !== undefined && (
        <Dialog title={hook === undefined ? t("webhook_new") : hook.name} close={shut} test="webhook-dialog">
          {secret !== "" && <Once title="webhook_secret" what="webhook_secret_what" secret={secret} copy="webhook_secret_copy" />}
          {secret === "" && list.data?.private === false && mayEdit && <Note kind="acc">{t("webhooks_inner_off")}</Note>}
          {mayEdit && secret === "" && (
            <HookForm
              key={hook === undefined ? "" : `${hook.webhook} ${hook.version}`}
              of={hook}
              events={list.data?.events ?? []}
              saved={(h, s) => {
                setOpen(h);
                setSecret(s);
              }}
            />
          )}
          {hook !== undefined && <Deliveries of={hook} mayEdit={mayEdit} />}
          {hook !== undefined && mayEdit && secret === "" && <Deeds of={hook} renewed={made} removed={shut} />}
        </Dialog>
      )}
    </section>
  );
}
