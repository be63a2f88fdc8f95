// Whom a meeting invites: colleagues with an account, and guests by name and a way to reach them.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Colleague, Role } from "../../api/types";
import { t, word } from "../../i18n";
import { INVITED, type Invitee, LIMITS, newKey, type PersonFault, personFaults } from "../../state/schedule";
import { Face, Icon } from "../../ui/parts";
import { FindColleague } from "./colleagues";
import { Line, Pick } from "./field";

/** An organisation that the project knows, with whom to ask for there. */
export interface Suggested {
  role: Role;
  organisation: string;
  person: string;
  phone: string;
}

const ROLE_OPTIONS = (): [Role, string][] => INVITED.map((r) => [r, word("role", r)]);
export const guestOf = (p: Partial<Invitee>): Invitee => ({ key: newKey(), account: "", name: "", organisation: "", role: "customer", phone: "", email: "", ...p });
export const colleagueOf = (c: Colleague): Invitee => guestOf({ account: c.account, name: c.name, organisation: c.organisation, role: c.role });

interface RowProps {
  p: Invitee;
  n: number;
  faults: PersonFault[];
  /** Just added by hand: to be filled in. */
  fresh: boolean;
  change: (part: Partial<Invitee>) => void;
  drop: () => void;
}

function Drop({ name, drop }: { name: string; drop: () => void }) {
  return (
    <button type="button" class="btn sq ghost" aria-label={t("person_drop", name)} title={t("person_drop", name)} onClick={drop} data-test="person-drop">
      <Icon of="cross" />
    </button>
  );
}

function ColleagueRow({ p, drop }: { p: Invitee; drop: () => void }) {
  return (
    <div class="line" data-test="person" data-kind="account">
      <Face name={p.name} />
      <span class="sp cut col">
        <b class="cut">{p.name}</b>
        <span class="sm dim cut">{[word("role", p.role), p.organisation].filter((s) => s !== "").join(" · ")}</span>
      </span>
      <span class="tag acc">{t("person_account")}</span>
      <Drop name={p.name} drop={drop} />
    </div>
  );
}

interface FieldsOf {
  p: Invitee;
  faults: PersonFault[];
  change: (part: Partial<Invitee>) => void;
  /** Of the names by which tests find the fields. */
  prefix: string;
}

export function GuestFields({ p, faults, change, prefix }: FieldsOf) {
  const of = (f: PersonFault): string => (faults.includes(f) ? t(`person_fault_${f}`) : "");
  return (
    <div class="fields">
      <Line text="name" value={p.name} set={(name) => change({ name })} max={LIMITS.name} test={`${prefix}-name`} fault={of("name")} />
      <Pick text="person_role" value={p.role} set={(role) => change({ role })} options={ROLE_OPTIONS()} test={`${prefix}-role`} />
      <Line text="organisation" value={p.organisation} set={(organisation) => change({ organisation })} max={LIMITS.name} test={`${prefix}-organisation`} />
      <Line text="person_phone" value={p.phone} set={(phone) => change({ phone })} max={LIMITS.phone} test={`${prefix}-phone`} type="tel" fault={of("phone")} />
      <Line text="person_email" value={p.email} set={(email) => change({ email })} max={LIMITS.email} test={`${prefix}-email`} type="email" fault={of("email")} />
    </div>
  );
}

function GuestRow({ p, n, faults, fresh, change, drop }: RowProps) {
  const box = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    if (fresh) box.current?.querySelector("input")?.focus();
  }, [fresh]);
  return (
    <fieldset class="guest" ref={box} data-test="person" data-kind="guest">
      <legend class="vh">{t("person_n", n)}</legend>
      <GuestFields p={p} faults={faults} change={change} prefix="guest" />
      <Drop name={p.name === "" ? t("person_n", n) : p.name} drop={drop} />
    </fieldset>
  );
}

const same = (p: Invitee, x: Suggested): boolean => p.organisation === x.organisation && p.role === x.role && p.name === x.person;

interface GuestsProps {
  people: Invitee[];
  host: string;
  parties: Suggested[];
  /** What is wrong is shown after the first try to go on. */
  tried: boolean;
  change: (people: Invitee[]) => void;
}

export function Guests({ people, host, parties, tried, change }: GuestsProps) {
  const [fresh, setFresh] = useState("");
  const full = people.length >= LIMITS.people;
  const add = (p: Invitee) => change([...people, p]);
  const left = parties.filter((x) => !people.some((p) => same(p, x)));
  return (
    <div class="col gap">
      {people.length > 0 && (
        <div class="col chosen">
          {people.map((p, i) => {
            const drop = () => change(people.filter((x) => x.key !== p.key));
            const set = (part: Partial<Invitee>) => change(people.map((x) => (x.key === p.key ? { ...x, ...part } : x)));
            return p.account !== "" ? <ColleagueRow key={p.key} p={p} drop={drop} /> : <GuestRow key={p.key} p={p} n={i + 1} faults={tried ? personFaults(p) : []} fresh={p.key === fresh} change={set} drop={drop} />;
          })}
        </div>
      )}
      <FindColleague text="people_find" hint="people_find_hint" chosen={[host, ...people.map((p) => p.account)]} pick={(c) => !full && add(colleagueOf(c))} test="people-find" />
      {left.length > 0 && (
        <div class="col label">
          <span class="sm dim">{t("parties_suggested")}</span>
          <div class="row wrap">
            {left.map((x) => (
              <button key={`${x.role} ${x.organisation} ${x.person}`} type="button" class="btn" disabled={full} onClick={() => add(guestOf({ role: x.role, organisation: x.organisation, name: x.person, phone: x.phone }))} data-test="party">
                <Icon of="plus" />
                {[x.person, x.organisation, word("role", x.role)].filter((s) => s !== "").join(" · ")}
              </button>
            ))}
          </div>
        </div>
      )}
      <div>
        <button
          type="button"
          class="btn"
          disabled={full}
          onClick={() => {
            const p = guestOf({});
            add(p);
            setFresh(p.key);
          }}
          data-test="guest-add"
        >
          <Icon of="plus" />
          {t("guest_add")}
        </button>
      </div>
    </div>
  );
}
