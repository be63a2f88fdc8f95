// How the service is, how much room it has, which accounts want looking at. Nothing of what is in the records.
import type { Attention, Service } from "../../api/types";
import { t, word } from "../../i18n";
import { Icon } from "../../ui/parts";
import { Loaded, useLoad } from "../load";
import { Nothing, Panel, Today } from "./parts";

const AGAIN_MS = 10_000;
const PARTS = ["workers", "records", "disk"] as const;

export function sizeWords(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let n = bytes;
  let i = 0;
  for (; n >= 1024 && i < units.length - 1; i++) n /= 1024;
  return `${n >= 100 || i === 0 ? Math.round(n) : n.toFixed(1)} ${units[i] ?? ""}`;
}

function Health({ s }: { s: Service }) {
  const h = s.health;
  return (
    <Panel title={t("health")} test="health">
      <ul class="td">
        {PARTS.map((p) => (
          <li key={p} data-test="health-part" data-well={h.parts[p]}>
            <span class={h.parts[p] ? "c-pass" : "c-fail"}>
              <Icon of={h.parts[p] ? "ok" : "no"} />
            </span>
            <div>
              <b>{t(`part_${p}`)}</b>
              <p class="sm dim">{t(h.parts[p] ? `part_${p}_well` : `part_${p}_ill`)}</p>
            </div>
            <span class={h.parts[p] ? "tag pass" : "tag fail"}>{t(h.parts[p] ? "part_well" : "part_ill")}</span>
          </li>
        ))}
      </ul>
      <dl class="pairs">
        {(
          [
            ["now_meetings", h.meetings],
            ["now_people", h.people],
            ["now_recordings", h.recordings],
            ["journal_failures", h.journal_failures],
            ["records_refused", h.records_refused],
          ] as const
        ).map(([key, n]) => (
          <div key={key}>
            <dt>{t(key)}</dt>
            <dd>{n.toLocaleString()}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

function Storage({ s }: { s: Service["storage"] }) {
  if (s === null)
    return (
      <Panel title={t("storage")}>
        <Nothing icon="warn" words={t("storage_unknown")} />
      </Panel>
    );
  const used = s.total_bytes - s.free_bytes;
  const low = s.free_bytes < 2 * s.reserve_bytes;
  return (
    <Panel title={t("storage")} test="storage">
      <div class="pad col gap">
        <p>
          <span class="big2">{sizeWords(s.free_bytes)}</span> <span class="dim">{t("storage_free")}</span> {low && <span class="tag warn">{t("storage_low")}</span>}
        </p>
        <svg class={low ? "cb low" : "cb"} viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
          <rect class="of" width="100" height="10" />
          <rect class="so" width={s.total_bytes === 0 ? 0 : (100 * used) / s.total_bytes} height="10" />
        </svg>
        <p class="sm dim">{t("storage_used", sizeWords(used), sizeWords(s.total_bytes), sizeWords(s.database_bytes))}</p>
        <p class="xs mute">{t("storage_reserve", sizeWords(s.reserve_bytes))}</p>
      </div>
    </Panel>
  );
}

function Accounts({ a }: { a: Attention }) {
  const why = (x: Attention["accounts"][number]): string =>
    [x.second_missing ? t("attention_second") : "", x.must_change ? t("attention_password") : "", x.failures > 0 ? t("attention_failures", x.failures) : ""].filter((s) => s !== "").join(" · ");
  return (
    <Panel
      title={t("attention")}
      count={a.accounts.length}
      test="attention"
      more={
        <a class="sm" href="/admin/accounts">
          {t("show_all")}
        </a>
      }
    >
      {a.accounts.length === 0 && <Nothing icon="check" words={t("attention_none")} />}
      <ul class="td">
        {a.accounts.map((x) => (
          <li key={x.account}>
            <span class={x.second_missing || x.failures > 0 ? "c-warn" : "mute"}>
              <Icon of={x.failures > 0 ? "warn" : "shield"} />
            </span>
            <div>
              <b class="anywhere">{x.name}</b> <span class="sm dim anywhere">{[x.login, word("role", x.role)].join(" · ")}</span>
              <p class="sm dim">{why(x)}</p>
            </div>
          </li>
        ))}
      </ul>
      <dl class="pairs">
        {a.counts.map((c) => (
          <div key={c.role}>
            <dt>{word("role", c.role)}</dt>
            <dd>{c.disabled > 0 ? t("counts_disabled", c.accounts, c.disabled) : c.accounts.toLocaleString()}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

export function AdminDesk() {
  const service = useLoad<Service>("/service", AGAIN_MS);
  const attention = useLoad<Attention>("/attention");
  return (
    <>
      <Today line={service.data === undefined ? "" : t(service.data.health.ready ? "service_ready" : "service_not_ready")} />
      <div class="columns even">
        <div class="col gap4">
          <Loaded of={service}>
            {(d) => (
              <>
                <Health s={d} />
                <Storage s={d.storage} />
              </>
            )}
          </Loaded>
        </div>
        <Loaded of={attention}>{(d) => <Accounts a={d} />}</Loaded>
      </div>
    </>
  );
}
