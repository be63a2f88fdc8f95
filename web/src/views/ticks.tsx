// Several of a fixed list, each with its box.
import { t, type TextKey } from "../i18n";

export function Ticks({ label, options, chosen, set, test }: { label: TextKey; options: (readonly [string, string])[]; chosen: readonly string[]; set: (list: string[]) => void; test: string }) {
  return (
    <fieldset class="ticks" data-test={test}>
      <legend class="sm dim">{t(label)}</legend>
      {options.map(([v, words]) => (
        <label key={v} class="row tick">
          <input type="checkbox" checked={chosen.includes(v)} onChange={(e) => set(e.currentTarget.checked ? [...chosen, v] : chosen.filter((x) => x !== v))} data-test={`${test}-${v}`} />
          <span>{words}</span>
        </label>
      ))}
    </fieldset>
  );
}
