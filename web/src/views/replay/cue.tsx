// The pentagon: a moment of the recording, and a press plays it.
import { duration, t } from "../../i18n";

interface CueProps {
  ms: number;
  go: (ms: number) => void;
  on?: boolean;
  /** What happened then, for those who do not see what stands beside. */
  what?: string;
}

export function Cue({ ms, go, on, what }: CueProps) {
  return (
    <button class="cuebtn" aria-label={t("cue_play", duration(ms), what ?? "").trim()} onClick={() => go(ms)} data-test="cue" data-ms={ms}>
      <span class={on === true ? "cue on" : "cue"}>{duration(ms)}</span>
    </button>
  );
}
