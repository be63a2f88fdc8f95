// Seek time in the real replay page: four tracks, 100 random moments, from "seeking" to the right coded picture on all four.
//   node tests/bench/seek.mjs      (after make build web; prints one JSON object)
process.env.YUNJIAN_REPLAY_MS ??= "75000"; // Read when the library is.
const { chromium, closeBrowser } = await import("../e2e/lib/browser.mjs");
const { openReplay, quantile, recordedFour, seekAround, truth } = await import("../e2e/lib/replay.mjs");

const POINTS = 100;
const { server, meeting, dir, index } = await recordedFour();
const browser = await chromium();
try {
  const tracks = index.tracks.filter((t) => t.kind === "video");
  const page = await openReplay(browser, server, meeting);
  const { times } = await seekAround(page, tracks, await truth(dir, index), POINTS);
  const steps = tracks.flatMap((t) => t.files.flatMap((f) => f.points.slice(1).map(([ms], i) => ms - f.points[i][0])));
  const round = (ms) => Math.round(ms * 10) / 10;
  console.log(JSON.stringify({
    seek: { tracks: tracks.length, points: times.length, p50_ms: round(quantile(times, 0.5)), p95_ms: round(quantile(times, 0.95)), max_ms: round(Math.max(...times)), key_frame_every_ms: round(quantile(steps, 0.5)), width: tracks[0].files[0].width, height: tracks[0].files[0].height },
  }));
} finally {
  await closeBrowser(browser);
  await server.close();
}
