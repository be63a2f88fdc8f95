// A field with its name, what is wrong with it, and what helps to fill it in.
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { t, type TextKey } from "../../i18n";
import { Icon } from "../../ui/parts";

interface Wired {
  id: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
}
interface LabelledProps {
  text: TextKey;
  /** In words; "": nothing is wrong. */
  fault?: string;
  hint?: string;
  children: (wired: Wired) => ComponentChildren;
}

export function Labelled({ text, fault = "", hint = "", children }: LabelledProps) {
  const id = useId();
  const about = fault !== "" || hint !== "" ? { "aria-describedby": `${id}-about` } : {};
  return (
    <div class="col label">
      <label class="sm dim" for={id}>
        {t(text)}
      </label>
      {children({ id, ...about, ...(fault === "" ? {} : { "aria-invalid": true }) })}
      {fault !== "" ? (
        <span id={`${id}-about`} class="sm c-fail row faulty" data-test="field-fault">
          <Icon of="warn" size="s" />
          {fault}
        </span>
      ) : (
        hint !== "" && (
          <span id={`${id}-about`} class="xs mute">
            {hint}
          </span>
        )
      )}
    </div>
  );
}

interface LineProps {
  text: TextKey;
  value: string;
  set: (v: string) => void;
  max: number;
  test: string;
  fault?: string;
  hint?: string;
  type?: "text" | "tel" | "email" | "date" | "time";
  complete?: string;
}

export function Line({ text, value, set, max, test, fault = "", hint = "", type = "text", complete = "off" }: LineProps) {
  return (
    <Labelled text={text} fault={fault} hint={hint}>
      {(wired) => <input {...wired} class="field" type={type} value={value} maxLength={max} autoComplete={complete} onInput={(e) => set(e.currentTarget.value)} data-test={test} />}
    </Labelled>
  );
}

interface PickProps<T extends string> {
  text: TextKey;
  value: T;
  set: (v: T) => void;
  options: readonly (readonly [T, string])[];
  test: string;
  fault?: string;
}

export function Pick<T extends string>({ text, value, set, options, test, fault = "" }: PickProps<T>) {
  return (
    <Labelled text={text} fault={fault}>
      {(wired) => (
        <select {...wired} class="field" value={value} onChange={(e) => set(options.find(([v]) => v === e.currentTarget.value)?.[0] ?? value)} data-test={test}>
          {options.map(([v, words]) => (
            <option key={v} value={v} selected={v === value}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}
