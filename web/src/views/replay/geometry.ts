// Pixels and moments of the timeline.
import { useEffect, useState } from "preact/hooks";
import { part, type Window } from "./ruler";

/** The width of an element, kept up as it changes. */
export function useWidth(ref: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const e = ref.current;
    if (e === null) return undefined;
    const watch = new ResizeObserver(() => setWidth(e.clientWidth));
    watch.observe(e);
    setWidth(e.clientWidth);
    return () => watch.disconnect();
  }, []);
  return width;
}

/** Where a moment stands, for the CSSOM: the content policy refuses style attributes, and Preact sets properties. */
export const left = (w: Window, ms: number): string => `${100 * part(w, ms)}%`;
export const wide = (w: Window, from: number, to: number): string => `${(100 * (to - from)) / (w.to - w.from)}%`;
export const visible = (w: Window, from: number, to: number): boolean => to >= w.from && from <= w.to;
