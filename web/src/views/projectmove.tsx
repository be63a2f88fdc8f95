// Moving a project to another stage: the next one by one press, others with a reason.
import { useState } from "preact/hooks";
import { api, type ApiError, asApiError } from "../api/rest";
import type { ProjectPage, Stage } from "../api/types";
import { t, type TextKey } from "../i18n";
import { ALL_STAGES, moveKind, nextStage } from "../state/project";
import { Dialog } from "../ui/dialog";
import { Fault, Icon, Note } from "../ui/parts";

const WHY: Partial<Record<ReturnType<typeof moveKind>, TextKey>> = { skip: "move_why_skip", back: "move_why_back", withdraw: "move_why_withdraw" };

interface MoveProps {
  p: ProjectPage;
  moved: (p: ProjectPage) => void;
  /** Somebody else's change came first: the page shows the latest. */
  overtaken: () => void;
}

function useMove({ p, moved, overtaken }: MoveProps) {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<ApiError | undefined>();
  const move = async (to: Stage, reason: string): Promise<boolean> => {
    setBusy(true);
    setFault(undefined);
    try {
      moved(await api<ProjectPage>("POST", `/projects/${p.id}/moves`, { to, reason }, { version: p.version }));
      return true;
    } catch (e) {
      const error = asApiError(e);
      if (error.status === 412) overtaken();
      else setFault(error);
      return error.status === 412;
    } finally {
      setBusy(false);
    }
  };
  return { busy, fault, move };
}

function MoveDialog({ close, ...props }: MoveProps & { close: () => void }) {
  const { p } = props;
  const choices = ALL_STAGES.filter((s) => !["none", "next"].includes(moveKind(p.stage, s)));
  const [to, setTo] = useState<Stage>(choices[0] ?? p.stage);
  const [reason, setReason] = useState("");
  const { busy, fault, move } = useMove(props);
  const why = WHY[moveKind(p.stage, to)];
  const ready = reason.trim() !== "";
  return (
    <Dialog title={t("move_title")} close={close} test="move-dialog">
      <form
        class="col gap"
        onSubmit={(e) => {
          e.preventDefault();
          if (ready && !busy) void move(to, reason.trim()).then((done) => done && close());
        }}
      >
        <label class="col label">
          <span class="sm dim">{t("move_to")}</span>
          <select class="field" value={to} onChange={(e) => setTo(e.currentTarget.value as Stage)} data-test="move-to">
            {choices.map((s) => (
              <option key={s} value={s}>
                {t(`stage_${s}`)}
              </option>
            ))}
          </select>
        </label>
        {why !== undefined && <Note kind="warn">{t(why)}</Note>}
        <label class="col label">
          <span class="sm dim">{t("move_why")}</span>
          <textarea class="field" rows={3} maxLength={160} value={reason} onInput={(e) => setReason(e.currentTarget.value)} data-test="move-reason" />
        </label>
        {fault !== undefined && <Fault error={fault} />}
        <button class="btn pri" disabled={!ready || busy} data-test="move-go">
          {busy ? t("moving") : t(ready ? "move_next" : "move_needs", t(`stage_${to}`))}
        </button>
      </form>
    </Dialog>
  );
}

export function Moves(props: MoveProps) {
  const [open, setOpen] = useState(false);
  const { busy, fault, move } = useMove(props);
  const next = nextStage(props.p.stage);
  return (
    <>
      <button class="btn" onClick={() => setOpen(true)} data-test="move-other">
        {t("move_other")}
      </button>
      {next !== undefined && (
        <button class="btn pri" disabled={busy} onClick={() => void move(next, "")} data-test="move-next">
          <Icon of="right" size="s" />
          {busy ? t("moving") : t("move_next", t(`stage_${next}`))}
        </button>
      )}
      {fault !== undefined && <Fault error={fault} />}
      {open && <MoveDialog {...props} close={() => setOpen(false)} />}
    </>
  );
}
