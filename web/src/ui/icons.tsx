// The drawn signs. Decorative: what they mean stands beside them, or is the name of their button.
import type { ComponentChildren } from "preact";

const signs = {
  ledger: () => (
    <>
      <rect x="4" y="4" width="6" height="6" rx="1"/>
      <rect x="14" y="4" width="6" height="6" rx="1"/>
      <rect x="9" y="14" width="6" height="6" rx="1"/>
      <path d="M7 10v2h10v-2M12 12v2"/>
    </>
  ),
  find: () => (
    <>
      <circle cx="10.5" cy="10.5" r="6"/>
      <path d="m15 15 5 5"/>
    </>
  ),
  phone: () => (
    <>
      <path d="M6.5 4h3l1.5 4-2 1.5a11 11 0 0 0 5.5 5.5l1.5-2 4 1.5v3a2 2 0 0 1-2.2 2A16 16 0 0 1 4.5 6.2 2 2 0 0 1 6.5 4z"/>
    </>
  ),
  disk: () => (
    <>
      <ellipse cx="12" cy="6" rx="7.5" ry="2.8"/>
      <path d="M4.5 6v12c0 1.5 3.400 2.8 7.5 2.8s7.5-1.300 7.5-2.8V6M4.5 12c0 1.5 3.400 2.8 7.5 2.8s7.5-1.300 7.5-2.8"/>
    </>
  ),
  mic: () => (
    <>
      <rect x="9" y="3" width="6" height="11" rx="3"/>
      <path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/>
    </>
  ),
  micOff: () => (
    <>
      <path d="M9 9.5V11a3 3 0 0 0 4.6 2.5M15 10V6a3 3 0 0 0-5.6-1.5M5.5 11.5a6.5 6.5 0 0 0 10.2 5.3M18.5 11.5c0 .9-.2 1.7-.5 2.5M12 18v3M4 4l16 16"/>
    </>
  ),
  cam: () => (
    <>
      <rect x="3" y="6.5" width="12.5" height="11" rx="2.5"/>
      <path d="m15.5 10.7 5.5-3v8.6l-5.5-3"/>
    </>
  ),
  camOff: () => (
    <>
      <path d="M10 6.5h3a2.5 2.5 0 0 1 2.5 2.5v1.7l5.5-3v8.6l-3-1.6M15 17c-.5.3-1 .5-1.5.5h-8A2.5 2.5 0 0 1 3 15V9c0-1 .6-1.9 1.5-2.3M3.5 3.5l17 17"/>
    </>
  ),
  flip: () => (
    <>
      <path d="M4 12a8 8 0 0 1 13.5-5.8L20 8.5M20 4v4.5h-4.5M20 12a8 8 0 0 1-13.5 5.8L4 15.5M4 20v-4.5h4.5"/>
    </>
  ),
  share: () => (
    <>
      <rect x="3" y="4.5" width="18" height="12" rx="2"/>
      <path d="M12 14V8m-2.7 2.5L12 7.8l2.7 2.7M8.5 20h7"/>
    </>
  ),
  people: () => (
    <>
      <circle cx="9" cy="8.5" r="3.5"/>
      <path d="M2.8 19.5c.5-3.5 3-5.5 6.2-5.5s5.7 2 6.2 5.5M15.5 5.3a3.5 3.5 0 0 1 0 6.4M17.5 14.5c2.2.7 3.4 2.5 3.7 5"/>
    </>
  ),
  chat: () => (
    <>
      <path d="M4 6a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-7l-4.5 4v-4H6a2 2 0 0 1-2-2z"/>
      <path d="M8 8.5h8M8 12h5"/>
    </>
  ),
  leave: () => (
    <>
      <path d="M13.5 4H6.5A1.5 1.5 0 0 0 5 5.5v13A1.5 1.5 0 0 0 6.5 20h7M10 12h10m-3.5-3.7L20.2 12l-3.7 3.7"/>
    </>
  ),
  more: () => (
    <>
      <path d="M5.5 12h.1M12 12h.1M18.5 12h.1" stroke-width="3"/>
    </>
  ),
  pin: () => (
    <>
      <path d="M9 4h6l-.8 6 2.8 3H7l2.8-3zM12 13v7"/>
    </>
  ),
  check: () => (
    <>
      <path d="m5 12.5 4.7 4.7L19.5 7"/>
    </>
  ),
  cross: () => (
    <>
      <path d="m6 6 12 12M18 6 6 18"/>
    </>
  ),
  warn: () => (
    <>
      <path d="M12 4 2.8 19.5h18.4zM12 10v4.5M12 17v.3"/>
    </>
  ),
  clock: () => (
    <>
      <circle cx="12" cy="12" r="8.5"/>
      <path d="M12 7v5.3l3.5 2"/>
    </>
  ),
  play: () => (
    <>
      <path d="M8 5.5v13l10.5-6.5z" fill="currentColor"/>
    </>
  ),
  pause: () => (
    <>
      <path d="M8.5 5.5v13M15.5 5.5v13" stroke-width="3"/>
    </>
  ),
  speaker: () => (
    <>
      <path d="M4 9.5h3.5L12 5.5v13l-4.5-4H4zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11"/>
    </>
  ),
  mark: () => (
    <>
      <path d="M5 3.5h10.5L20.5 8.5V19a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 19V5A1.5 1.5 0 0 1 5 3.5z"/>
      <circle cx="11.5" cy="12.5" r="4.25"/>
      <path d="m9.6 12.6 1.4 1.4 2.6-2.9"/>
    </>
  ),
  link: () => (
    <>
      <path d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1"/>
    </>
  ),
  folder: () => (
    <>
      <path d="M3.5 7A1.5 1.5 0 0 1 5 5.5h4.5l2 2.5H19a1.5 1.5 0 0 1 1.5 1.5V18a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 18z"/>
    </>
  ),
  stop: () => (
    <>
      <rect x="6.5" y="6.5" width="11" height="11" rx="1.5" fill="currentColor"/>
    </>
  ),
  gear: () => (
    <>
      <circle cx="12" cy="12" r="3"/>
      <path d="M12 3.5v3M12 17.5v3M3.5 12h3M17.5 12h3M6 6l2.1 2.1M15.9 15.9 18 18M18 6l-2.1 2.1M8.1 15.9 6 18"/>
    </>
  ),
  left: () => (
    <>
      <path d="m14.5 5.5-6.5 6.5 6.5 6.5"/>
    </>
  ),
  right: () => (
    <>
      <path d="m9.5 5.5 6.5 6.5-6.5 6.5"/>
    </>
  ),
  ok: () => (
    <>
      <circle cx="12" cy="12" r="9.5" fill="currentColor" stroke="none"/>
      <path d="m7.8 12.3 2.9 2.9 5.5-6" stroke="var(--glyph-cut,#fff)" stroke-width="2.2"/>
    </>
  ),
  no: () => (
    <>
      <path d="M12 1.8 22.2 12 12 22.2 1.8 12z" fill="currentColor" stroke="none"/>
      <path d="m9 9 6 6M15 9l-6 6" stroke="var(--glyph-cut,#fff)" stroke-width="2.2"/>
    </>
  ),
  quest: () => (
    <>
      <circle cx="12" cy="12" r="8.5" stroke-dasharray="3.2 2.4"/>
      <path d="M9.6 9.8c.2-3.3 5-3 4.8-.2-.1 1.7-2.3 1.9-2.4 3.9M12 16.5v.3"/>
    </>
  ),
  refresh: () => (
    <>
      <path d="M19.5 12a7.5 7.5 0 1 1-2.2-5.3L19.5 9M19.5 4.5V9H15"/>
    </>
  ),
  tune: () => (
    <>
      <path d="M4 8h9M17.5 8H20M4 16h2.5M11 16h9"/>
      <circle cx="15" cy="8" r="2.3"/>
      <circle cx="8.7" cy="16" r="2.3"/>
    </>
  ),
  keys: () => (
    <>
      <rect x="2.5" y="6" width="19" height="12" rx="2"/>
      <path d="M6.5 10h.1M10 10h.1M13.5 10h.1M17 10h.1M8 14h8"/>
    </>
  ),
  back10: () => (
    <>
      <path d="M6.5 6.5A8 8 0 1 1 4 12M6.5 2.8v3.9h3.9"/>
      <path d="M9.5 10v5M13 10.2c2.8-1 3.3 4.8.8 4.8s-2.3-3.7-.8-4.8z" stroke-width="1.4"/>
    </>
  ),
  ahead10: () => (
    <>
      <path d="M17.5 6.5A8 8 0 1 0 20 12M17.5 2.8v3.9h-3.9"/>
      <path d="M9 10v5M12.5 10.2c2.8-1 3.3 4.8.8 4.8s-2.3-3.7-.8-4.8z" stroke-width="1.4"/>
    </>
  ),
  plus: () => (
    <>
      <path d="M12 5v14M5 12h14"/>
    </>
  ),
  gap: () => (
    <>
      <path d="M3.5 9.5v5M20.5 9.5v5M3.5 12H8M16 12h4.5M10.5 12h.1M13.5 12h.1"/>
    </>
  ),
  home: () => (
    <>
      <path d="M4 11.5 12 4.5l8 7M6 10v9.5h12V10M10 19.5v-5h4v5"/>
    </>
  ),
  calendar: () => (
    <>
      <rect x="4" y="5.5" width="16" height="14.5" rx="2"/>
      <path d="M4 10h16M8.5 3.5v4M15.5 3.5v4"/>
    </>
  ),
  shield: () => (
    <>
      <path d="M12 3.5 5 6v5.5c0 4.3 2.8 7.4 7 9 4.2-1.6 7-4.7 7-9V6z"/>
      <path d="m8.8 12 2.3 2.3 4.2-4.6"/>
    </>
  ),
  swap: () => (
    <>
      <path d="M4 8.5h14M14.5 5 18 8.5 14.5 12M20 15.5H6M9.5 12 6 15.5 9.5 19"/>
    </>
  ),
  eye: () => (
    <>
      <path d="M2.5 12C5 7.7 8.2 5.5 12 5.5s7 2.2 9.5 6.5c-2.5 4.3-5.7 6.5-9.5 6.5S5 16.3 2.5 12z"/>
      <circle cx="12" cy="12" r="2.8"/>
    </>
  ),
  prev: () => (
    <>
      <path d="M6 5.5v13M18.5 5.5 9 12l9.5 6.5z"/>
    </>
  ),
  next: () => (
    <>
      <path d="M18 5.5v13M5.5 5.5 15 12l-9.5 6.5z"/>
    </>
  ),
  half: () => (
    <>
      <circle cx="12" cy="12" r="8"/>
      <path d="M12 4a8 8 0 0 1 0 16z" fill="currentColor"/>
    </>
  ),
  sound: () => (
    <>
      <path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11"/>
    </>
  ),
  soundOff: () => (
    <>
      <path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM16 9.5l5 5M21 9.5l-5 5"/>
    </>
  ),
  full: () => (
    <>
      <path d="M4 9V4.5h4.5M15.500 4.5H20V9M20 15v4.500h-4.500M8.500 19.500H4V15"/>
    </>
  ),
  unfull: () => (
    <>
      <path d="M8.500 4.500V9H4M20 9h-4.500V4.500M15.500 19.500V15H20M4 15h4.500v4.500"/>
    </>
  ),
  nearer: () => (
    <>
      <circle cx="10.5" cy="10.5" r="6"/>
      <path d="m15 15 5 5M10.5 8v5M8 10.5h5"/>
    </>
  ),
  farther: () => (
    <>
      <circle cx="10.5" cy="10.5" r="6"/>
      <path d="m15 15 5 5M8 10.5h5"/>
    </>
  ),
  come: () => (
    <>
      <path d="M10.5 4h7A1.5 1.5 0 0 1 19 5.5v13a1.5 1.5 0 0 1-1.5 1.500h-7M4 12h10m-3.500-3.700L14.200 12l-3.700 3.700"/>
    </>
  ),
  fetch: () => (
    <>
      <path d="M12 4v11m-4.2-4 4.2 4.2 4.2-4.2M5 19.5h14"/>
    </>
  ),
  raise: () => (
    <>
      <path d="M12 20V9.5m-4.2 4L12 9.3l4.2 4.2M5 4.5h14"/>
    </>
  ),
  photo: () => (
    <>
      <path d="M4 8h3.2l1.6-2.5h6.4L16.8 8H20a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1z"/>
      <circle cx="12" cy="13" r="3.4"/>
    </>
  ),
  down: () => (
    <>
      <path d="m5.500 9.500 6.500 6.500 6.500-6.500"/>
    </>
  ),
  up: () => (
    <>
      <path d="m5.500 14.500 6.500-6.500 6.500 6.500"/>
    </>
  ),
  edit: () => (
    <>
      <path d="M4.500 19.500l1-4.500L16 4.500l3.500 3.500L9 18.500zM13.500 7l3.500 3.500"/>
    </>
  ),
  print: () => (
    <>
      <path d="M7 8V3.500h10V8M7 17H4.500A1.500 1.500 0 0 1 3 15.500v-6A1.500 1.500 0 0 1 4.500 8h15A1.500 1.500 0 0 1 21 9.500v6a1.500 1.500 0 0 1-1.500 1.500H17M7 13.500h10v7H7z"/>
    </>
  ),
  send: () => (
    <>
      <path d="M12 15V4m-4 3.800L12 3.800l4 4M8 11H6.500A1.500 1.500 0 0 0 5 12.500v6A1.500 1.500 0 0 0 6.500 20h11a1.500 1.500 0 0 0 1.500-1.500v-6a1.500 1.500 0 0 0-1.500-1.500H16"/>
    </>
  ),
  live: () => (
    <>
      <circle cx="12" cy="12" r="3" fill="currentColor"/>
      <path d="M7.500 7.500a6.400 6.400 0 0 0 0 9M16.500 7.500a6.400 6.400 0 0 1 0 9"/>
    </>
  ),
} satisfies Record<string, () => ComponentChildren>;

export type IconName = keyof typeof signs;

export function Icon({ of, size }: { of: IconName; size?: "s" | "l" }) {
  const Sign = signs[of];
  return (
    <svg class={size === undefined ? "i" : `i i-${size}`} viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
      <Sign />
    </svg>
  );
}
