// Pieces of forms that ask for passwords and codes.
import { useState } from "preact/hooks";
import { type ApiError, asApiError } from "../api/rest";
import { t, type TextKey } from "../i18n";
import { CopyLink, Fault, Note } from "../ui/parts";

/** Doing something once at a time: busy, failed with its reason. */
export function useDoing() {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<ApiError | undefined>();
  const run = async (what: () => Promise<void>): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setFault(undefined);
    try {
      await what();
    } catch (e) {
      setFault(asApiError(e));
    }
    setBusy(false);
  };
  return { busy, fault, run, forget: () => setFault(undefined) };
}

export interface FieldProps {
  label: TextKey;
  value: string;
  set: (v: string) => void;
  test: string;
  type?: "text" | "password" | "date" | "search";
  complete?: string;
  hint?: TextKey;
  max?: number;
}

export function Field({ label, value, set, test, type = "text", complete, hint, max = 200 }: FieldProps) {
  return (
    <label class="col label">
      <span class="sm dim">{t(label)}</span>
      <input class="field" type={type} value={value} maxLength={max} autoComplete={complete ?? "off"} autoCapitalize="none" spellcheck={false} onInput={(e) => set(e.currentTarget.value)} data-test={test} />
      {hint !== undefined && <span class="xs mute">{t(hint)}</span>}
    </label>
  );
}

/** A code: the phone shows its digits, and fills it in by itself where it can. */
export function CodeField({ label, value, set, long }: { label: TextKey; value: string; set: (v: string) => void; long?: boolean }) {
  return (
    <label class="col label">
      <span class="sm dim">{t(label)}</span>
      <input
        class="field sixdigits"
        value={value}
        maxLength={long === true ? 24 : 6}
        inputMode={long === true ? "text" : "numeric"}
        autoComplete="one-time-code"
        autoCapitalize="characters"
        spellcheck={false}
        onInput={(e) => set(e.currentTarget.value.trim())}
        data-test="code"
      />
    </label>
  );
}

export function Choice({ label, value, set, options, test }: { label: TextKey; value: string; set: (v: string) => void; options: (readonly [string, string])[]; test: string }) {
  return (
    <label class="col label">
      <span class="sm dim">{t(label)}</span>
      <select class="field" value={value} onChange={(e) => set(e.currentTarget.value)} data-test={test}>
        {options.map(([v, words]) => (
          <option key={v} value={v} selected={v === value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

/** What a wrong code or password means here; anything else as everywhere. */
export function CodeFault({ fault, wrong = "code_wrong" }: { fault: ApiError | undefined; wrong?: TextKey }) {
  if (fault === undefined) return null;
  if (fault.status === 429) return <Note kind="warn">{t("code_slow")}</Note>;
  if (fault.status === 401 || fault.status === 400) return <Note kind="fail">{t(wrong)}</Note>;
  return <Fault error={fault} />;
}

/** Shown once: to be kept before going on. */
export function RecoveryCodes({ codes, done }: { codes: string[]; done: () => void }) {
  return (
    <div class="col gap" data-test="recovery">
      <h2>{t("recovery")}</h2>
      <p class="sm dim">{t("recovery_what")}</p>
      <ul class="codes">
        {codes.map((c) => (
          <li key={c}>{c}</li>
        ))}
      </ul>
      <CopyLink url={codes.join("\n")} label="recovery_copy" />
      <button class="btn pri big" type="button" onClick={done} data-test="recovery-kept">
        {t("recovery_kept")}
      </button>
    </div>
  );
}
