// A link opened long before its meeting: when and with whom it is, a place in the calendar, and trying things out now.
import { useEffect, useState } from "preact/hooks";
import type { Invitation } from "../api/types";
import { length, t } from "../i18n";
import { isEarly } from "../state/until";
import { useNow, useTitle } from "../ui/hooks";
import { Fault, Icon, TopBar } from "../ui/parts";
import { useDoing } from "./form";
import { Countdown, When } from "./meeting/facts";
import { kindWords } from "./meeting/words";
import { calendarFile, saveFile } from "./meeting/calendar";

export function Early({ i, secret, on }: { i: Invitation; secret: string; on: () => void }) {
  const now = useNow();
  const [name] = useState(i.name);
  const { busy, fault, run } = useDoing();
  const points = i.agenda.split("\n").filter((s) => s.trim() !== "");
  useTitle(`${i.title} · ${t("brand")}`);
  useEffect(() => {
    if (!isEarly(Date.parse(i.starts_at), now)) on(); // Whoever leaves the page open comes to the door in time.
  }, [now]);
  return (
    <div class="paper door" data-test="early">
      <TopBar />
      <main class="doorway single">
        <div class="heading">
          <p class="dim">{[kindWords(i), name === "" ? "" : t("early_for", name)].filter((s) => s !== "").join(" · ")}</p>
          <h1>{i.title}</h1>
        </div>
        <section class="panel pad col gap4">
          <div class="row wrap">
            <span class="sp">
              <When m={i} />
            </span>
            <Countdown m={i} />
          </div>
          <p class="dim">
            {t("host_is", i.host_name)} · {t("about_length", length(i.duration_min * 60_000))}
          </p>
          {points.length > 0 && (
            <ol class="points read">
              {points.map((p, n) => (
                <li key={n} class="row">
                  <span class="num">{n + 1}</span>
                  <span class="anywhere">{p}</span>
                </li>
              ))}
            </ol>
          )}
          <button
            type="button"
            class="btn"
            disabled={busy}
            onClick={() =>
              void run(async () => {
                saveFile("yunjian.ics", await calendarFile(secret));
              })
            }
            data-test="early-ics"
          >
            <Icon of="calendar" />
            {t("to_calendar")}
          </button>
          {fault !== undefined && <Fault error={fault} />}
        </section>
        <p class="sm dim">{t("early_what")}</p>
      </main>
      <footer class="dockb single">
        <button class="btn pri big" onClick={on} data-test="early-try">
          {t("early_try")}
        </button>
        <p class="sm dim center">{t("early_note")}</p>
      </footer>
    </div>
  );
}
