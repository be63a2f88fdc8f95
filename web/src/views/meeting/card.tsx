// One person's invitation with its link: to be scanned, copied, handed on; or printed, a card a person.
import type { MeetingPage } from "../../api/types";
import { day, t, word } from "../../i18n";
import { CopyLink, Icon } from "../../ui/parts";
import { Qr } from "../../ui/qr";
import { whenWords } from "./words";

type Of = Pick<MeetingPage, "title" | "kind" | "starts_at" | "duration_min" | "timezone" | "host_name">;
export interface Whom {
  name: string;
  organisation: string;
  expires_at: string | null;
}

/** What is sent along with a link. */
export const shareText = (m: Of, who: string): string => t("share_text", who, word("kind", m.kind), m.title, whenWords(m.starts_at, m.duration_min, m.timezone), m.host_name);

const canShare = (): boolean => typeof (navigator as Partial<Navigator>).share === "function";

function Share({ m, whom, url }: { m: Of; whom: Whom; url: string }) {
  if (!canShare()) return <CopyLink url={`${shareText(m, whom.name)}\n${url}`} class="btn" label="copy_invitation" />;
  const run = () => {
    // Refused means that the person closed the system's sheet: nothing to say.
    navigator.share({ title: m.title, text: shareText(m, whom.name), url }).catch(() => undefined);
  };
  return (
    <button type="button" class="btn" onClick={run} data-test="share-link">
      <Icon of="send" />
      {t("share_link")}
    </button>
  );
}

/** The link while it is known: code, address, copy, share. */
export function LinkTools({ m, whom, url }: { m: Of; whom: Whom; url: string }) {
  return (
    <div class="linktools" data-test="link-tools">
      <Qr text={url} label={t("qr_for", whom.name === "" ? t("person_unnamed") : whom.name)} />
      <div class="col gap">
        <input class="field mono" readOnly value={url} aria-label={t("link_for", whom.name)} data-test="invite-url" onFocus={(e) => e.currentTarget.select()} />
        <div class="row wrap">
          <CopyLink url={url} class="btn pri" />
          <Share m={m} whom={whom} url={url} />
        </div>
        <p class="xs mute">{t("link_once")}</p>
      </div>
    </div>
  );
}

/** On paper only. */
export function PrintCard({ m, whom, url }: { m: Of; whom: Whom; url: string }) {
  return (
    <article class="printcard" data-test="print-card">
      <header>
        <b>{t("brand")}</b> · {word("kind", m.kind)}
      </header>
      <h2>{m.title}</h2>
      <p class="when">{whenWords(m.starts_at, m.duration_min, m.timezone)}</p>
      <p>{t("host_is", m.host_name)}</p>
      <div class="half">
        <Qr text={url} label={t("qr_for", whom.name)} />
        <div>
          <p class="who">{[whom.name, whom.organisation].filter((s) => s !== "").join(" · ") || t("person_unnamed")}</p>
          <ol>
            <li>{t("print_1")}</li>
            <li>{t("print_2")}</li>
            <li>{t("print_3")}</li>
          </ol>
          {whom.expires_at !== null && <p>{t("link_until", day(whom.expires_at))}</p>}
          <p>{t("print_own")}</p>
        </div>
      </div>
      <p class="mono url">{url}</p>
    </article>
  );
}
