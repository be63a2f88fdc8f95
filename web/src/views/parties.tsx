// The organisations of a project: shown, and filled in.
import type { Party, PartyPart } from "../api/types";
import { t } from "../i18n";
import { newParty, PARTIES_MAX, PARTS } from "../state/parties";
import { Icon } from "../ui/parts";

export function Parties({ list }: { list: Party[] }) {
  return (
    <section class="panel" data-test="parties">
      <header>
        <h2>{t("parties")}</h2>
      </header>
      {list.length === 0 ? (
        <p class="pad mute sm">{t("parties_empty")}</p>
      ) : (
        <dl class="pairs">
          {list.map((p) => (
            <div key={`${p.part} ${p.organisation} ${p.person}`}>
              <dt>{t(`part_${p.part}`)}</dt>
              <dd>
                <b>{p.organisation}</b>
                {(p.person !== "" || p.phone !== "") && (
                  <span class="sm dim who">
                    {p.person} {p.phone !== "" && (p.phone.includes("*") ? <span class="mono">{p.phone}</span> : <a href={`tel:${p.phone.replaceAll(/[^+\d]/g, "")}`}>{p.phone}</a>)}
                  </span>
                )}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

interface LineProps {
  p: Party;
  n: number;
  wrong: boolean;
  change: (part: Partial<Party>) => void;
  remove: () => void;
}

function Line({ p, n, wrong, change, remove }: LineProps) {
  const label = (key: "party_organisation" | "party_person" | "party_phone"): string => `${t(key)} ${n + 1}`;
  return (
    <li class="partyline">
      <select class="field" value={p.part} aria-label={`${t("party_part")} ${n + 1}`} onChange={(e) => change({ part: e.currentTarget.value as PartyPart })} data-test="party-part">
        {PARTS.map((x) => (
          <option key={x} value={x}>
            {t(`part_${x}`)}
          </option>
        ))}
      </select>
      <input class="field" value={p.organisation} maxLength={40} placeholder={t("party_organisation")} aria-label={label("party_organisation")} aria-invalid={wrong} onInput={(e) => change({ organisation: e.currentTarget.value })} data-test="party-organisation" />
      <input class="field" value={p.person} maxLength={40} placeholder={t("party_person")} aria-label={label("party_person")} onInput={(e) => change({ person: e.currentTarget.value })} data-test="party-person" />
      <input class="field" type="tel" value={p.phone} maxLength={32} placeholder={t("party_phone")} aria-label={label("party_phone")} onInput={(e) => change({ phone: e.currentTarget.value })} data-test="party-phone" />
      <button type="button" class="btn sq ghost" aria-label={`${t("party_remove")} ${n + 1}`} onClick={remove} data-test="party-remove">
        <Icon of="cross" />
      </button>
      {wrong && (
        <span class="sm c-fail" role="alert">
          {t(p.organisation.trim() === "" ? "why_nobody" : "why_party_twice")}
        </span>
      )}
    </li>
  );
}

export function PartiesFields({ list, wrong, change }: { list: Party[]; wrong: number[]; change: (list: Party[]) => void }) {
  return (
    <fieldset class="col gap partylines">
      <legend class="sm dim">{t("parties")}</legend>
      <ul class="col gap">
        {list.map((p, i) => (
          <Line key={i} p={p} n={i} wrong={wrong.includes(i)} change={(part) => change(list.map((x, k) => (k === i ? { ...x, ...part } : x)))} remove={() => change(list.filter((_, k) => k !== i))} />
        ))}
      </ul>
      {list.length < PARTIES_MAX && (
        <button type="button" class="btn start" onClick={() => change([...list, newParty()])} data-test="party-add">
          <Icon of="plus" />
          {t("party_add")}
        </button>
      )}
    </fieldset>
  );
}
