// While the meeting runs: how far behind it one is, and the way to where it is now.
import { length, t } from "../../i18n";
import { skew } from "../../api/rest";
import { useNow } from "../../ui/hooks";
import { Icon } from "../../ui/parts";
import type { Scene } from "./scene";

/** As near as this to what has come is near enough. */
const NEAR_MS = 6000;

export function LiveChip({ scene }: { scene: Scene }) {
  const now = useNow(1000) + skew.value;
  const { play, index, meeting } = scene;
  if (index.state === "final") return null;
  if (meeting.state === "ended") return <span class="tag acc livechip">{t("replay_finishing")}</span>;
  const behind = Math.max(0, now - Date.parse(index.started_at) - play.at.value);
  const atEdge = play.total.value - play.at.value < NEAR_MS;
  return (
    <span class="row livechip" data-test="live" data-behind={Math.round(behind)}>
      <span class="tag acc">
        <Icon of="live" />
        {t("live_behind", length(Math.round(behind / 1000) * 1000))}
      </span>
      {!atEdge && (
        <button class="btn ghost" onClick={() => play.toNow()} data-test="to-live">
          {t("to_live")}
        </button>
      )}
    </span>
  );
}
