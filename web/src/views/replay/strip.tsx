// The strip of preview pictures, and the larger one at the pointer.
import { useMemo } from "preact/hooks";
import { duration, t } from "../../i18n";
import { gapAt } from "../../state/tracks";
import { fileUrl } from "./data";
import { left, visible, wide } from "./geometry";
import { talkingAt } from "./happenings";
import { gapWords } from "./gapwords";
import { part, type Window } from "./ruler";
import { pinned, type Scene } from "./scene";
import type { Scrub } from "./scrub";
import { Still } from "./still";
import { stageStill, strip } from "./stills";

const HEIGHT = 44;
const CELL = 78;
const CARD = { width: 192, height: 108 };

export const previewUrl = (id: string, live: boolean) => (file: string, pictures: number) => `${fileUrl(id, file)}${live ? `?n=${pictures}` : ""}`;

export function Strip({ scene, w, width }: { scene: Scene; w: Window; width: number }) {
  const pin = scene.pin.value;
  const cells = Math.max(1, Math.round(width / CELL));
  const list = useMemo(() => strip(scene.index, w, cells, pinned(scene.index, pin, (w.from + w.to) / 2)), [scene.index, w.from, w.to, cells, pin]);
  const url = previewUrl(scene.id, scene.index.state === "live");
  return (
    <div class="prestrip" aria-hidden="true">
      {list.map((c, i) => (
        <span key={i} class="stripcell">{c.shown?.still !== undefined && <Still found={c.shown.still} width={Math.ceil(width / cells)} height={HEIGHT} url={url} />}</span>
      ))}
      {scene.index.gaps
        .filter((g) => g.track === null && visible(w, g.start_ms, g.end_ms))
        .map((g) => (
          <i key={g.start_ms} class="hatch whole" style={{ left: left(w, g.start_ms), width: wide(w, g.start_ms, g.end_ms) }} />
        ))}
    </div>
  );
}

/** What the stage showed at the moment under the pointer, when, and who spoke. */
export function HoverCard({ scene, scrub, w, width, edge }: { scene: Scene; scrub: Scrub; w: Window; width: number; edge: number }) {
  const ms = scrub.over.value;
  if (ms === undefined || width === 0) return null;
  const shown = stageStill(scene.index, ms, pinned(scene.index, scene.pin.value, ms));
  const gap = gapAt(scene.index.gaps, null, ms);
  const talking = talkingAt(scene.people, ms).map((p) => p.name);
  const x = part(w, ms) * width;
  const half = CARD.width / 2 + 4;
  const centre = Math.max(half, Math.min(width - half, x));
  return (
    <div class="hovercard" aria-hidden="true" style={{ left: `${edge + centre}px` }} data-test="hover" data-ms={Math.round(ms)} data-track={shown?.track.track}>
      {shown?.still !== undefined && gap === undefined && <Still found={shown.still} {...CARD} whole url={previewUrl(scene.id, scene.index.state === "live")} />}
      <b class="mono">{duration(ms)}</b>
      {gap !== undefined && <span class="xs">{gapWords(scene.index, gap)}</span>}
      {talking.length > 0 && <span class="xs cut">{t("who_speaks", talking.join(t("and")))}</span>}
    </div>
  );
}
