// The history of signing in: one's own, or all of it.
import type { SignIn } from "../api/types";
import { clock, date, t, word } from "../i18n";
import { address } from "../state/text";
import { Fault, Icon } from "../ui/parts";
import { usePaged } from "./paged";

const GOOD = new Set(["ok", "second"]);

export function SignIns({ path, names }: { path: string; names?: boolean }) {
  const { list, error, more } = usePaged<{ signins: SignIn[]; next: number | null }, SignIn>(path, "before", (a) => ({ list: a.signins, next: a.next }));
  return (
    <section class="panel" aria-label={t("signins")}>
      <header>
        <h2>{t("signins")}</h2>
      </header>
      {error !== undefined && <Fault error={error} />}
      {list?.length === 0 && <div class="empty">{t("signins_empty")}</div>}
      {list?.map((s) => (
        <div key={s.signin} class="line" data-test="signin">
          <span class="sp col">
            <span class="cut">
              {names === true && <b>{s.login} · </b>}
              {date(s.at)} {clock(s.at)} · {address(s.client)}
            </span>
            <span class="xs mute cut">{s.agent}</span>
          </span>
          <span class={GOOD.has(s.result) ? "tag pass" : "tag fail"}>
            <Icon of={GOOD.has(s.result) ? "check" : "cross"} />
            {word("result", s.result)}
          </span>
        </div>
      ))}
      {more !== undefined && (
        <button class="btn ghost" onClick={more}>
          {t("signins_older")}
        </button>
      )}
    </section>
  );
}
