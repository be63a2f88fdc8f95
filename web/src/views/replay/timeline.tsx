// The timeline of a replay: ruler, preview pictures, lanes, gaps, and the head that can be dragged.
import { useEffect, useRef, useState } from "preact/hooks";
import { duration, t } from "../../i18n";
import { NARROW, TOUCH, useMatch } from "../../ui/hooks";
import { Icon, type IconName } from "../../ui/parts";
import type { Deck } from "./deck";
import { left, useWidth } from "./geometry";
import { talkingAt } from "./happenings";
import { GapLane, Lanes } from "./lanes";
import { follow, isClosest, isWhole, pan, part, ticks, whole, type Window, zoom } from "./ruler";
import type { Scene } from "./scene";
import { type Scrub, useScrub } from "./scrub";
import { HoverCard, Strip } from "./strip";

interface TimelineProps {
  scene: Scene;
  deck: Deck;
}

const PX_PER_TICK = 92;

/** The part that is shown: all of it, until somebody looks nearer. While it plays, the page turns by itself. */
function useWindow(scene: Scene) {
  const { play } = scene;
  const total = play.total.value;
  const [chosen, choose] = useState<Window | undefined>();
  const inside = useRef(true);
  useEffect(() => {
    if (chosen === undefined) return undefined;
    inside.current = play.at.peek() >= chosen.from && play.at.peek() <= chosen.to;
    return play.at.subscribe((at) => {
      const now = at >= chosen.from && at <= chosen.to;
      if (!now && inside.current) choose(follow(chosen, at, play.total.peek()));
      inside.current = now;
    });
  }, [chosen]);
  const w = chosen ?? whole(total);
  const show = (next: Window) => choose(isWhole(next, total) ? undefined : next);
  return { w, total, zoomed: chosen !== undefined, show };
}

function ZoomButtons({ scene, w, total, zoomed, show }: { scene: Scene } & ReturnType<typeof useWindow>) {
  if (!zoomed && isClosest(w)) return null;
  const centre = () => {
    const at = scene.play.at.peek();
    return at >= w.from && at <= w.to ? at : (w.from + w.to) / 2;
  };
  const tools: [IconName, string, () => void, boolean, string][] = [
    ["left", t("zoom_earlier"), () => show(pan(w, -0.5, total)), zoomed && w.from > 0, "zoom-earlier"],
    ["farther", t("zoom_out"), () => show(zoom(w, 2, centre(), total)), zoomed, "zoom-out"],
    ["nearer", t("zoom_in"), () => show(zoom(w, 0.5, centre(), total)), !isClosest(w), "zoom-in"],
    ["right", t("zoom_later"), () => show(pan(w, 0.5, total)), zoomed && w.to < total, "zoom-later"],
  ];
  return (
    <span class="zoom" role="group" aria-label={t("zoom")}>
      {tools.map(([of, name, run, on, test]) => (
        <button key={test} class="zoombtn" aria-label={name} title={name} disabled={!on} onClick={run} data-test={test}>
          <Icon of={of} size="s" />
        </button>
      ))}
    </span>
  );
}

function Head({ scene, deck, scrub, w }: TimelineProps & { scrub: Scrub; w: Window }) {
  const { play } = scene;
  const total = play.total.value;
  const at = scrub.dragging.value ? (scrub.over.value ?? play.at.value) : play.at.value;
  const talking = talkingAt(scene.people, at).map((p) => p.name);
  const spoken = t("spoken_position", duration(at), duration(total));
  const out = at < w.from || at > w.to;
  const keys = (e: KeyboardEvent) => {
    const to = { Home: 0, End: total, PageUp: at - 60_000, PageDown: at + 60_000, ArrowUp: at + 1000, ArrowDown: at - 1000 }[e.key];
    if (to === undefined || e.ctrlKey || e.altKey || e.metaKey) return;
    e.preventDefault();
    deck.seek(to);
  };
  return (
    <div class="head">
      <div class="track">
        <div
          class={`playhead${part(w, at) > 0.9 ? " end" : ""}${out ? " out" : ""}`}
          style={{ left: left(w, Math.max(w.from, Math.min(w.to, at))) }}
          role="slider"
          tabIndex={0}
          aria-label={t("position")}
          aria-orientation="horizontal"
          aria-valuemin={0}
          aria-valuemax={Math.round(total / 1000)}
          aria-valuenow={Math.round(at / 1000)}
          aria-valuetext={talking.length === 0 ? spoken : `${spoken}, ${t("who_speaks", talking.join(t("and")))}`}
          onKeyDown={keys}
          data-test="seek"
        >
          <b class="mono">{duration(at)}</b>
        </div>
      </div>
    </div>
  );
}

/** Wheel: with Ctrl nearer and farther, sideways or with Shift along. */
function useWheel(box: { readonly current: HTMLElement | null }, track: { readonly current: HTMLElement | null }, win: ReturnType<typeof useWindow>): void {
  const now = useRef(win);
  now.current = win;
  useEffect(() => {
    const e = box.current;
    const wheel = (ev: WheelEvent) => {
      const { w, total, zoomed, show } = now.current;
      const r = track.current?.getBoundingClientRect();
      const along = ev.shiftKey ? ev.deltaY : ev.deltaX;
      if (r === undefined || (!ev.ctrlKey && !(zoomed && along !== 0))) return;
      ev.preventDefault(); // The page itself must not zoom.
      if (ev.ctrlKey) show(zoom(w, ev.deltaY > 0 ? 1.25 : 0.8, w.from + ((w.to - w.from) * (ev.clientX - r.left)) / r.width, total));
      else show(pan(w, along / r.width, total));
    };
    e?.addEventListener("wheel", wheel, { passive: false });
    return () => e?.removeEventListener("wheel", wheel);
  }, []);
}

export function Timeline({ scene, deck }: TimelineProps) {
  const box = useRef<HTMLDivElement>(null);
  const track = useRef<HTMLDivElement>(null);
  const narrow = useMatch(NARROW);
  const touch = useMatch(TOUCH); // Fingers need larger buttons than the column of names has room for.
  const [open, setOpen] = useState(false);
  const width = useWidth(track);
  const win = useWindow(scene);
  const { w } = win;
  const scrub = useScrub(scene, deck, w, track);
  useWheel(box, track, win);
  const edge = (track.current?.getBoundingClientRect().left ?? 0) - (box.current?.getBoundingClientRect().left ?? 0);
  const at = { scene, deck, w, width };
  const lanes = !narrow || open;
  return (
    <div class="timeline" ref={box} role="group" aria-label={t("timeline")} data-test="timeline">
      <div class="scrub" {...scrub.on}>
        <div class="lane ruler">
          <div class="lb">{!narrow && !touch && <ZoomButtons scene={scene} {...win} />}</div>
          <div class="track" ref={track} aria-hidden="true">
            {ticks(w, Math.max(2, Math.floor(width / PX_PER_TICK))).map((ms) => (
              <span key={ms} class={part(w, ms) > 0.93 ? "tk end" : "tk"} style={{ left: left(w, ms) }}>
                {duration(ms)}
              </span>
            ))}
          </div>
        </div>
        <div class="lane striplane">
          <div class="lb dim">{t("lane_picture")}</div>
          <div class="track">
            <Strip scene={scene} w={w} width={width} />
          </div>
        </div>
        {lanes && (
          <div class="lanes">
            <Lanes {...at} />
          </div>
        )}
        <GapLane {...at} />
        <Head scene={scene} deck={deck} scrub={scrub} w={w} />
      </div>
      {(narrow || touch) && (
        <div class="row tlfoot">
          {narrow && (
            <button class="btn ghost" aria-expanded={open} onClick={() => setOpen(!open)} data-test="lanes-open">
              <Icon of={open ? "down" : "right"} size="s" />
              {t(open ? "lanes_close" : "lanes_open")}
            </button>
          )}
          <span class="sp" />
          <ZoomButtons scene={scene} {...win} />
        </div>
      )}
      <HoverCard scene={scene} scrub={scrub} w={w} width={width} edge={edge} />
    </div>
  );
}
