// While the meeting runs: how far behind it one is, and the way to where it is now.
import { length, t } from "../../i18n";
import { skew } from "../../api/rest";
import { useNow } from "../../ui/hooks";
import { Icon } from "../../ui/parts";
import type { Deck } from "./deck";
import type { Scene } from "./scene";

/** Nearer to what is there than this is as near as it goes without running dry. */
const EDGE_MS = 3000;

export const liveEdge = (total: number): number => Math.max(0, total - EDGE_MS);

export function LiveChip({ scene, deck }: { scene: Scene; deck: Deck }) {
  const now = useNow(1000) + skew.value;
  const { play, index, meeting } = scene;
  if (index.state === "final") return null;
  if (meeting.state === "ended") return <span class="tag acc livechip">{t("replay_finishing")}</span>;
  const behind = Math.max(0, now - Date.parse(index.started_at) - play.at.value);
  const atEdge = play.at.value >= liveEdge(play.total.value) - 2000;
  return (
    <span class="row livechip" data-test="live" data-behind={Math.round(behind)}>
      <span class="tag acc">
        <Icon of="live" />
        {t("live_behind", length(Math.round(behind / 1000) * 1000))}
      </span>
      {!atEdge && (
        <button
          class="btn ghost"
          onClick={() => {
            deck.seek(liveEdge(play.total.peek()));
            play.play();
          }}
          data-test="to-live"
        >
          {t("to_live")}
        </button>
      )}
    </span>
  );
}
