// Pressing and dragging on the timeline, with mouse, pen and finger.
import { signal } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import type { Deck } from "./deck";
import type { Window } from "./ruler";
import type { Scene } from "./scene";
import { spanAt } from "./spans";

const DRAG_PX = 4;
const NEAR_PX = 6;
const SEEK_EVERY_MS = 100;

interface Press {
  id: number;
  x: number;
  lane: string | undefined;
  from: number;
  wasPlaying: boolean;
  moved: boolean;
  sought: number;
}

export interface Scrub {
  /** The moment under the pointer: hovering, or being dragged to. */
  readonly over: { value: number | undefined };
  readonly dragging: { value: boolean };
  readonly on: Record<"onPointerDown" | "onPointerMove" | "onPointerUp" | "onPointerCancel" | "onPointerLeave", (e: PointerEvent & { currentTarget: HTMLElement }) => void>;
}

/** @param track  Whose left and right edge are the window's. */
export function useScrub(scene: Scene, deck: Deck, w: Window, track: { readonly current: HTMLElement | null }): Scrub {
  const now = useRef({ scene, deck, w });
  now.current = { scene, deck, w };
  return useMemo(() => {
    const over = signal<number | undefined>(undefined);
    const dragging = signal(false);
    let press: Press | undefined;
    const box = () => track.current?.getBoundingClientRect() ?? new DOMRect(0, 0, 1, 1);
    const moment = (x: number): number => {
      const { left, width } = box();
      const { from, to } = now.current.w;
      return from + (to - from) * Math.max(0, Math.min(1, (x - left) / Math.max(1, width)));
    };
    const inside = (x: number): boolean => x >= box().left - 8 && x <= box().right + 8;
    const tap = (x: number, lane: string | undefined) => {
      const ms = moment(x);
      const near = (NEAR_PX / Math.max(1, box().width)) * (now.current.w.to - now.current.w.from);
      const speech = lane === undefined ? undefined : spanAt(now.current.scene.people.find((p) => p.participant === lane)?.speech ?? [], ms, near);
      if (speech !== undefined) now.current.deck.jump(speech[0]);
      else now.current.deck.seek(ms);
    };
    const drag = (p: Press, x: number) => {
      const ms = moment(x);
      over.value = ms;
      if (!p.moved) {
        p.moved = true;
        dragging.value = true;
        if (p.wasPlaying) now.current.scene.play.pause();
      }
      if (performance.now() - p.sought < SEEK_EVERY_MS) return;
      p.sought = performance.now();
      now.current.deck.seek(ms);
    };
    const end = (ms: number) => {
      const p = press;
      press = undefined;
      if (p?.moved !== true) return;
      dragging.value = false;
      now.current.deck.seek(ms);
      if (p.wasPlaying) now.current.scene.play.play();
    };
    return {
      over,
      dragging,
      on: {
        onPointerDown: (e) => {
          const target = e.target as Element;
          if (e.button !== 0 || target.closest("button") !== null || !inside(e.clientX)) return;
          const { play } = now.current.scene;
          press = { id: e.pointerId, x: e.clientX, lane: target.closest<HTMLElement>("[data-lane]")?.dataset.lane, from: play.at.peek(), wasPlaying: play.playing.peek(), moved: false, sought: 0 };
          e.currentTarget.setPointerCapture(e.pointerId);
        },
        onPointerMove: (e) => {
          if (press?.id === e.pointerId) {
            if (press.moved || Math.abs(e.clientX - press.x) > DRAG_PX) drag(press, e.clientX);
          } else if (e.pointerType !== "touch") over.value = inside(e.clientX) && (e.target as Element).closest("button") === null ? moment(e.clientX) : undefined;
        },
        onPointerUp: (e) => {
          if (press?.id !== e.pointerId) return;
          if (!press.moved) tap(e.clientX, press.lane);
          end(moment(e.clientX));
          if (e.pointerType === "touch") over.value = undefined;
        },
        // The browser took the finger for scrolling: nothing was meant.
        onPointerCancel: () => {
          over.value = undefined;
          end(press?.from ?? 0);
        },
        onPointerLeave: () => {
          if (press === undefined) over.value = undefined;
        },
      },
    };
  }, []);
}
