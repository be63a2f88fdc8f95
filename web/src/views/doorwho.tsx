// Who comes in: what the invitation says, to be confirmed or put right; and the consent to being recorded.
import { useState } from "preact/hooks";
import { t, word } from "../i18n";
import { kept } from "../state/kept";
import { isPhone } from "../state/schedule";
import { Icon } from "../ui/parts";

/** What is known of a guest before the door. */
export interface Expected {
  name: string;
  organisation: string;
  role: string;
  /** Masked; "": none is known. */
  phone: string;
  phoneNeeded: boolean;
}

/** As typed. A phone that is left "" stays the one that is known. */
export interface Who {
  name: string;
  organisation: string;
  phone: string;
}
export type WhoFault = "name" | "phone";

export interface Confirming extends Who {
  expected: Expected;
  /** Typing instead of confirming. */
  editing: boolean;
  set: (part: Partial<Who>) => void;
  edit: () => void;
  fault: WhoFault | undefined;
}

export function useWho(expected: Expected): Confirming {
  const [who, setWho] = useState<Who>({
    name: expected.name === "" ? kept("local", "name") : expected.name,
    organisation: expected.organisation === "" ? kept("local", "organisation") : expected.organisation,
    phone: "",
  });
  const [editing, setEditing] = useState(expected.name === "");
  const needed = expected.phoneNeeded && expected.phone === "";
  const phone = who.phone.trim();
  const fault = who.name.trim() === "" ? "name" : (phone === "" && needed) || (phone !== "" && !isPhone(phone)) ? "phone" : undefined;
  return { ...who, expected, editing, fault, set: (part) => setWho({ ...who, ...part }), edit: () => setEditing(true) };
}

interface FieldProps {
  label: string;
  value: string;
  set: (v: string) => void;
  max: number;
  test: string;
  complete: string;
  type?: "text" | "tel";
  hint?: string;
}

function Field({ label, value, set, max, test, complete, type = "text", hint = "" }: FieldProps) {
  return (
    <label class="col label">
      <span class="sm dim">{label}</span>
      <input class="field" type={type} value={value} maxLength={max} autoComplete={complete} placeholder={hint} onInput={(e) => set(e.currentTarget.value)} data-test={test} />
    </label>
  );
}

function PhoneField({ w }: { w: Confirming }) {
  if (!w.expected.phoneNeeded && w.expected.phone === "") return null;
  return <Field label={t("person_phone")} value={w.phone} set={(phone) => w.set({ phone })} max={20} test="phone" complete="tel" type="tel" hint={w.expected.phone} />;
}

function Known({ w }: { w: Confirming }) {
  const { expected } = w;
  const rows = [
    [t("name"), expected.name],
    [t("organisation"), [expected.organisation, word("role", expected.role)].filter((s) => s !== "").join(" · ")],
    [t("person_phone"), expected.phone],
  ] as const;
  return (
    <div class="panel pad known" data-test="known">
      <dl>
        {rows
          .filter(([, value]) => value !== "")
          .map(([label, value], i) => (
            <div key={label}>
              <dt class="sm dim">{label}</dt>
              <dd class="anywhere">{i === 0 ? <b>{value}</b> : value}</dd>
            </div>
          ))}
      </dl>
      <button type="button" class="btn ghost" onClick={w.edit} data-test="not-me">
        {t("not_me")}
      </button>
      {expected.phone === "" && expected.phoneNeeded && (
        <div class="who wholeline">
          <PhoneField w={w} />
        </div>
      )}
    </div>
  );
}

export function WhoFields({ w }: { w: Confirming }) {
  if (!w.editing) return <Known w={w} />;
  const other = w.expected.name !== "" && w.name.trim() !== w.expected.name;
  return (
    <div class="panel pad who">
      <Field label={t("name")} value={w.name} set={(name) => w.set({ name })} max={40} test="name" complete="name" />
      <Field label={t("organisation")} value={w.organisation} set={(organisation) => w.set({ organisation })} max={40} test="organisation" complete="organization" />
      <PhoneField w={w} />
      {other && (
        <p class="xs mute wholeline row start">
          <Icon of="quest" size="s" />
          <span>{t("not_me_what", w.expected.name)}</span>
        </p>
      )}
    </div>
  );
}

export function Consent({ given, give }: { given: boolean; give: (yes: boolean) => void }) {
  return (
    <div class="panel consentbox">
      <label class="pad consent">
        <input type="checkbox" checked={given} onChange={(e) => give(e.currentTarget.checked)} data-test="consent" />
        <span>
          <b>{t("consent")}</b>
          <br />
          <span class="dim sm">{t("consent_why")}</span>
        </span>
      </label>
      <details class="consentmore">
        <summary class="sm">{t("consent_who")}</summary>
        <ul class="sm dim col gap">
          <li>{t("consent_who_1")}</li>
          <li>{t("consent_who_2")}</li>
          <li>{t("consent_who_3")}</li>
        </ul>
      </details>
    </div>
  );
}
