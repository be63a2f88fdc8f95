// Seek time in the real replay page: four tracks, 100 random moments, from "seeking" to the right coded picture on all four.
// A page keeps what it has fetched: a new one each few moments, so that most have to be fetched; the others are told apart.
//   node tests/bench/seek.mjs      (after make build web; prints one JSON object)
process.env.YUNJIAN_REPLAY_MS ??= "75000"; // Read when the library is.
const { chromium, closeBrowser } = await import("../e2e/lib/browser.mjs");
const { openReplay, quantile, recordedFour, seekAround, truth } = await import("../e2e/lib/replay.mjs");

const POINTS = 100;
const A_PAGE = 10;

const round = (ms) => Math.round(ms * 10) / 10;
const figures = (times) => (times.length === 0 ? { points: 0 } : { points: times.length, p50_ms: round(quantile(times, 0.5)), p95_ms: round(quantile(times, 0.95)), max_ms: round(Math.max(...times)) });

const { server, meeting, dir, index } = await recordedFour();
const browser = await chromium();
try {
  const tracks = index.tracks.filter((t) => t.kind === "video");
  const right = await truth(dir, index);
  const all = [];
  let holes = 0;
  for (let seed = 1; all.length < POINTS; seed++) {
    const page = await openReplay(browser, server, meeting);
    const { times, cold, holes: behind } = await seekAround(page, tracks, right, A_PAGE, seed * 1_000_003);
    holes += behind;
    all.push(...times.map((ms, i) => ({ ms, cold: cold[i] })));
    await page.browserContext().close();
  }
  const steps = tracks.flatMap((t) => t.files.flatMap((f) => f.points.slice(1).map(([ms], i) => ms - f.points[i][0])));
  const of = (list) => figures(list.map((p) => p.ms));
  console.log(JSON.stringify({
    seek: {
      tracks: tracks.length, recording_s: round(index.duration_ms / 1000), pages: POINTS / A_PAGE,
      pictures_behind_holes: holes, all: of(all), cold: of(all.filter((p) => p.cold)), warm: of(all.filter((p) => !p.cold)),
      key_frame_every_ms: round(quantile(steps, 0.5)), width: tracks[0].files[0].width, height: tracks[0].files[0].height,
    },
  }));
} finally {
  await closeBrowser(browser);
  await server.close();
}
