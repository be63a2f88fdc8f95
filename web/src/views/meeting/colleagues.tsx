// Finding somebody with an account by name, organisation or login.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { api, type ApiError, asApiError } from "../../api/rest";
import type { Colleague } from "../../api/types";
import { t, type TextKey, word } from "../../i18n";
import { Face, Fault, Icon } from "../../ui/parts";

const TYPING_MS = 200;

/** Whom the server finds; what is asked later wins. */
function useFound(words: string) {
  const [found, setFound] = useState<Colleague[] | undefined>();
  const [fault, setFault] = useState<ApiError | undefined>();
  const latest = useRef(0);
  useEffect(() => {
    const mine = ++latest.current;
    if (words === "") {
      setFound(undefined);
      return;
    }
    const ask = async () => {
      try {
        const { people } = await api<{ people: Colleague[] }>("GET", `/people?q=${encodeURIComponent(words)}`);
        if (mine !== latest.current) return;
        setFound(people);
        setFault(undefined);
      } catch (e) {
        if (mine === latest.current) setFault(asApiError(e));
      }
    };
    const timer = window.setTimeout(() => void ask(), TYPING_MS);
    return () => window.clearTimeout(timer);
  }, [words]);
  return { found, fault };
}

interface FindProps {
  text: TextKey;
  hint: TextKey;
  /** Those already chosen: shown, and not to be chosen again. */
  chosen: string[];
  pick: (c: Colleague) => void;
  fits?: (c: Colleague) => boolean;
  test: string;
}

export function FindColleague({ text, hint, chosen, pick, fits = () => true, test }: FindProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [words, setWords] = useState("");
  const { found, fault } = useFound(words.trim());
  const list = found?.filter(fits);
  const take = (c: Colleague) => {
    pick(c);
    setWords("");
    input.current?.focus();
  };
  return (
    <div class="col gap find">
      <div class="col label">
        <label class="sm dim" for={id}>
          {t(text)}
        </label>
        <input
          id={id}
          ref={input}
          class="field"
          type="search"
          value={words}
          maxLength={40}
          placeholder={t(hint)}
          autoComplete="off"
          onInput={(e) => setWords(e.currentTarget.value)}
          onKeyDown={(e) => {
            if (e.key === "Enter") e.preventDefault(); // Looks for it; does not send the form.
          }}
          data-test={test}
        />
      </div>
      {fault !== undefined && <Fault error={fault} />}
      {list !== undefined && words.trim() !== "" && (
        <div class="found" role="status" aria-live="polite">
          {list.length === 0 && <p class="sm dim pad2">{t("people_none")}</p>}
          {list.map((c) => {
            const in_ = chosen.includes(c.account);
            return (
              <button key={c.account} type="button" class="line" disabled={in_} onClick={() => take(c)} data-test={`${test}-found`}>
                <Face name={c.name} />
                <span class="sp cut col">
                  <b class="cut">{c.name}</b>
                  <span class="sm dim cut">{[word("role", c.role), c.organisation].filter((s) => s !== "").join(" · ")}</span>
                </span>
                {in_ ? <span class="sm mute">{t("people_in")}</span> : <Icon of="plus" />}
              </button>
            );
          })}
        </div>
      )}
    </div>
  );
}
