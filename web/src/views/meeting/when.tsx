// Day, time and length of a meeting, with what the working calendar and the host's other meetings say of them.
import { useEffect, useState } from "preact/hooks";
import { api } from "../../api/rest";
import type { Busy } from "../../api/types";
import { clock, day, length, t } from "../../i18n";
import { type Calendar, dayKind, lengths, type ScheduleField, type ScheduleForm, startOf, type Taken } from "../../state/schedule";
import { dayAfter, differs, weekday } from "../../state/zone";
import { Note } from "../../ui/parts";
import { Line, Pick } from "./field";

/** The host's meetings around that day; none when they cannot be asked for: it is a hint, no condition. */
export function useBusy(host: string, on: string): Taken[] {
  const [busy, setBusy] = useState<Taken[]>([]);
  useEffect(() => {
    let mine = true;
    setBusy([]);
    if (host === "" || !/^\d{4}-\d\d-\d\d$/.test(on)) return;
    const span = `from=${dayAfter(on, -1)}T00:00:00.000Z&to=${dayAfter(on, 2)}T00:00:00.000Z`;
    api<{ busy: Busy[] }>("GET", `/people/${host}/busy?${span}`).then(
      (d) => {
        if (mine) setBusy(d.busy.map((b) => ({ id: b.id, title: b.title, starts_at: b.starts_at, minutes: b.duration_min })));
      },
      () => undefined,
    );
    return () => {
      mine = false;
    };
  }, [host, on]);
  return busy;
}

const DAY_NOTE = { weekend: "day_weekend", holiday: "day_holiday" } as const;

interface HintsProps {
  form: ScheduleForm;
  zone: string;
  calendar: Calendar | undefined;
  clashes: Taken[];
}

/** What is worth knowing before it is sent; nothing of it is refused. */
export function Hints({ form, zone, calendar, clashes }: HintsProps) {
  const kind = dayKind(form.day, calendar);
  const start = startOf(form, zone);
  return (
    <>
      {(kind === "weekend" || kind === "holiday") && (
        <Note kind="warn">
          <span data-test={`hint-${kind}`}>{t(DAY_NOTE[kind])}</span>
        </Note>
      )}
      {start !== "" && Date.parse(start) < Date.now() && (
        <Note kind="warn">
          <span data-test="hint-past">{t("when_past")}</span>
        </Note>
      )}
      {start !== "" && differs(Date.parse(start), zone) && (
        <Note kind="acc">
          <span data-test="hint-zone">{t("when_here", day(start))}</span>
        </Note>
      )}
      {clashes.map((c) => (
        <Note key={c.starts_at} kind="warn">
          <span data-test="hint-busy">{t("host_busy", form.host.name, `${day(c.starts_at)}–${clock(new Date(Date.parse(c.starts_at) + c.minutes * 60_000).toISOString())}`, c.title)}</span>
        </Note>
      ))}
    </>
  );
}

interface WhenProps extends HintsProps {
  fault: (f: ScheduleField) => string;
  change: (part: Partial<ScheduleForm>) => void;
}

export function When(p: WhenProps) {
  const { form, change, fault } = p;
  const kind = dayKind(form.day, p.calendar);
  const hint = kind === "unknown" || kind === "weekend" || kind === "holiday" ? "" : t(kind === "worked" ? "day_worked" : "day_workday", t(`weekday_${weekday(form.day)}` as "weekday_0"));
  return (
    <div class="col gap">
      <div class="fields">
        <Line text="when_day" value={form.day} set={(day_) => change({ day: day_ })} max={10} type="date" test="meeting-day" fault={fault("day")} hint={hint} />
        <Line text="when_time" value={form.time} set={(time) => change({ time })} max={5} type="time" test="meeting-time" fault={fault("time")} hint={t("when_zone", p.zone)} />
        <Pick
          text="when_length"
          value={form.minutes}
          set={(minutes) => change({ minutes })}
          options={lengths(form.minutes).map((n) => [String(n), length(n * 60_000)] as const)}
          test="meeting-minutes"
          fault={fault("minutes")}
        />
      </div>
      <Hints {...p} />
    </div>
  );
}

