// What is in a recording, found by tools that are not ours: ffmpeg, ffprobe, tshark.
import { execFile, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { until } from "./server.mjs";

const run = promisify(execFile);

function output(command, args) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    const out = [];
    let err = "";
    child.stdout.on("data", (d) => out.push(d));
    child.stderr.on("data", (d) => (err += d));
    child.once("close", (code) => (code === 0 ? done({ out: Buffer.concat(out), err }) : fail(new Error(`${command}: ${err.slice(-400)}`))));
  });
}

export function readIndex(dir) {
  const path = join(dir, "index.json");
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
}

export function finalIndex(dir, ms = 20_000) {
  return until(() => (readIndex(dir)?.state === "final" ? readIndex(dir) : undefined), ms, "the recording is ready");
}

export function segments(dir) {
  return readdirSync(join(dir, "journal")).filter((n) => n.endsWith(".pcap")).sort().map((n) => join(dir, "journal", n));
}

/** Wall time (ms) of the last whole packet in the newest segment, closed or not, by the pcap records alone. */
export function lastPacket(dir) {
  const names = readdirSync(join(dir, "journal")).sort();
  const bytes = readFileSync(join(dir, "journal", names.at(-1)));
  let last;
  for (let at = 24; at + 16 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 8);
    if (at + 16 + length > bytes.length) break;
    last = bytes.readUInt32LE(at) * 1000 + bytes.readUInt32LE(at + 4) / 1e6;
    at += 16 + length;
  }
  return last;
}

const code = (count, who) => {
  const bits = (who & 15) | ((count & 1023) << 4);
  let parity = 0;
  for (let i = 0; i < 14; i += 2) parity ^= (bits >> i) & 3;
  return bits | (parity << 14);
};

/** The code in a gray picture of 64 x 64; id -1 without one. */
function codeIn(px) {
  let bits = 0;
  let clear = true;
  for (let i = 0; i < 16; i++) {
    const level = px[(Math.floor(i / 4) * 16 + 8) * 64 + (i % 4) * 16 + 8];
    if (level > 90 && level < 150) clear = false;
    if (level >= 150) bits |= 1 << i;
  }
  const id = bits & 15;
  const count = (bits >> 4) & 1023;
  return { id: clear && code(count, id) === bits ? id : -1, count };
}

/** Every small picture of a track: [{ms, id, count}]. */
export async function smallPictures(dir, track) {
  const list = [];
  for (const sheet of track.previews) {
    for (const [k, ms] of sheet.at.entries()) {
      const { width: w, height: h, columns } = sheet;
      const crop = `crop=${w}:${h}:${(k % columns) * w}:${Math.floor(k / columns) * h}:exact=1,scale=64:64:flags=area`;
      const { out } = await output("ffmpeg", ["-v", "error", "-i", join(dir, sheet.file), "-vf", crop, "-pix_fmt", "gray", "-f", "rawvideo", "-"]);
      list.push({ ms, ...codeIn(out) });
    }
  }
  return list;
}

/** Every picture of a video file on the meeting clock: [{ms, id, count}]; pictures without a code have id -1. */
export async function pictures(dir, file) {
  const path = join(dir, file.file);
  const { out } = await output("ffmpeg", ["-v", "error", "-i", path, "-an", "-vf", "scale=64:64:flags=area", "-pix_fmt", "gray", "-fps_mode", "passthrough", "-f", "rawvideo", "-"]);
  const { stdout } = await run("ffprobe", ["-v", "error", "-select_streams", "v:0", "-show_entries", "frame=pts_time,best_effort_timestamp_time", "-of", "csv=p=0", path], { maxBuffer: 1 << 26 });
  const times = stdout.trim().split("\n").map((l) => Number(l.split(",")[0]) * 1000);
  const list = [];
  for (let n = 0; (n + 1) * 4096 <= out.length && n < times.length; n++) {
    list.push({ ms: times[n] + file.start_ms, ...codeIn(out.subarray(n * 4096, (n + 1) * 4096)) });
  }
  return list;
}

/** Samples of a sound file, mono, 48 kHz. */
export async function samples(dir, file) {
  const { out } = await output("ffmpeg", ["-v", "error", "-i", join(dir, file.file), "-vn", "-ac", "1", "-ar", "48000", "-f", "f32le", "-"]);
  return new Float32Array(out.buffer, out.byteOffset, Math.floor(out.length / 4));
}

/** Power of one frequency in a stretch of samples (Goertzel). */
export function power(list, from, length, frequency) {
  const k = 2 * Math.cos((2 * Math.PI * frequency) / 48000);
  let a = 0;
  let b = 0;
  for (let i = from; i < from + length && i < list.length; i++) {
    const c = list[i] + k * a - b;
    b = a;
    a = c;
  }
  return (a * a + b * b - k * a * b) / (length * length);
}

/** True when the tone stands 20 dB over its neighbours in the given stretch. */
export function hasTone(list, fromMs, toMs, frequency) {
  const from = Math.round(fromMs * 48);
  const n = Math.round((toMs - fromMs) * 48);
  const here = power(list, from, n, frequency);
  return here > 1e-7 && here > 100 * power(list, from, n, frequency * 0.8) && here > 100 * power(list, from, n, frequency * 1.25);
}

/** When the bursts of a frequency begin, in ms of the file: windows of 5 ms against the loudest. */
export function onsets(list, frequency) {
  const step = 240;
  const level = [];
  for (let at = 0; at + step * 2 <= list.length; at += step) level.push(power(list, at, step * 2, frequency));
  const loud = [...level].sort((a, b) => b - a)[Math.floor(level.length / 20)] ?? 0;
  const found = [];
  for (let i = 4; i < level.length - 4; i++) {
    const rises = level[i] > loud / 4 && level[i - 1] <= loud / 4 && level[i - 3] < loud / 8 && level[i + 2] > loud / 4;
    if (rises) found.push((i * step + step) / 48);
  }
  return found;
}

/**
 * Sound against picture of one signal: for every burst, when the picture of the same moment is shown.
 * @returns [ms]: positive where the sound is late.
 */
export function offsets(shown, id, heard) {
  const mine = shown.filter((p) => p.id === id);
  const list = [];
  for (const at of heard) {
    // The count at the burst, by the pictures around it: a line through their times.
    const near = mine.filter((p) => Math.abs(p.ms - at) < 450);
    if (near.length < 6) continue;
    const base = near[0].count;
    const turns = near.map((p) => ({ ms: p.ms, n: (p.count - base + 1024 + 512) % 1024 - 512 }));
    const zero = turns.map((t) => t.ms - t.n * 40).sort((a, b) => a - b)[Math.floor(turns.length / 2)];
    const count = base + (at - zero) / 40;
    const second = Math.round(count / 25) * 25;
    list.push((count - second) * 40);
  }
  return list;
}

/** What tshark makes of a segment: packets by protocol; fails where it cannot read it. */
export async function tshark(segment, tracks) {
  const args = ["-r", segment, "-n", "-T", "fields", "-e", "frame.protocols", "-e", "udp.dstport", "-e", "rtp.p_type", "-e", "rtcp.pt"];
  for (const t of tracks) args.push("-d", `udp.port==${10000 + 2 * t},rtp`, "-d", `udp.port==${10001 + 2 * t},rtcp`);
  const { out, err } = await output("tshark", args);
  if (/malformed|cut short|damaged/i.test(err)) throw new Error(`tshark: ${err}`);
  const lines = out.toString().trim().split("\n").map((l) => l.split("\t"));
  return { packets: lines.length, rtp: lines.filter((l) => l[2] !== "" && l[2] !== undefined).length, rtcp: lines.filter((l) => /rtcp/.test(l[0])).length, odd: lines.filter((l) => /malformed/.test(l[0])).length };
}

export async function ffprobe(path) {
  const { stdout } = await run("ffprobe", ["-v", "error", "-show_streams", "-show_format", "-of", "json", path]);
  return JSON.parse(stdout);
}
