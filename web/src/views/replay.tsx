// A first replay: all tracks together on the clock of the voice mix, or on the page's own when there is no voice.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Gap, IndexFile, IndexTrack, Meeting, RecordingIndex } from "../api/types";
import { day, duration, has, t } from "../i18n";
import { Icon, Note, Page } from "../ui/parts";
import { Loaded, useLoad } from "./desk";

interface Answer {
  meeting: Meeting;
  index: RecordingIndex | null;
}

const TOLERANCE_S = 0.08;

export function fileAt(track: IndexTrack, ms: number): IndexFile | undefined {
  return track.files.find((f) => ms >= f.start_ms && ms < f.end_ms);
}

export function shows(track: IndexTrack, ms: number): boolean {
  return track.spans.some(([from, to]) => ms >= from && ms <= to);
}

function Cell({ id, track, at, playing }: { id: string; track: IndexTrack; at: number; playing: boolean }) {
  const video = useRef<HTMLVideoElement>(null);
  const [failed, setFailed] = useState(false);
  const file = fileAt(track, at);
  useEffect(() => {
    const v = video.current;
    if (v === null || file === undefined) return;
    const want = (at - file.start_ms) / 1000;
    if (Math.abs(v.currentTime - want) > (playing ? TOLERANCE_S * 2 : 0.01)) v.currentTime = want;
    if (playing && v.paused) void v.play().catch(() => undefined);
    if (!playing && !v.paused) v.pause();
  }, [at, playing, file]);
  return (
    <figure class="tile cell" data-test="cell" data-track={track.track}>
      {file !== undefined && shows(track, at) && !failed ? (
        <video ref={video} key={file.file} muted playsInline preload="auto" src={`/api/v1/meetings/${id}/recording/files/${file.file.replace("tracks/", "")}`} onError={() => setFailed(true)} />
      ) : (
        <div class="initial">{failed ? t("cannot_play") : track.name.slice(0, 1)}</div>
      )}
      <figcaption class="nm">
        <span class="cut">{track.name}</span>
      </figcaption>
    </figure>
  );
}

function Gaps({ gaps, total }: { gaps: Gap[]; total: number }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Positions by CSSOM: the content policy refuses style attributes.
    for (const el of box.current?.children ?? []) {
      if (!(el instanceof HTMLElement)) continue;
      el.style.left = `${(Number(el.dataset["from"]) / total) * 100}%`;
      el.style.width = `${Math.max(0.3, (Number(el.dataset["length"]) / total) * 100)}%`;
    }
  });
  const label = (g: Gap) => {
    const key = `gap_${g.reason}`;
    return t("gap", ((g.end_ms - g.start_ms) / 1000).toFixed(1), has(key) ? t(key) : g.reason);
  };
  return (
    <div class="gaps" ref={box}>
      {gaps.map((g) => (
        <span key={g.start_ms} class="hatch" data-from={g.start_ms} data-length={g.end_ms - g.start_ms} title={label(g)} role="img" aria-label={label(g)} />
      ))}
    </div>
  );
}

function Player({ id, index }: { id: string; index: RecordingIndex }) {
  const mix = useRef<HTMLAudioElement>(null);
  const [at, setAt] = useState(0);
  const [playing, setPlaying] = useState(false);
  const total = Math.max(1, index.duration_ms);
  const pictures = index.tracks.filter((x) => x.kind === "video");
  const inMix = (ms: number): boolean => index.mix !== null && ms >= index.mix.start_ms && ms < index.mix.end_ms;

  useEffect(() => {
    if (!playing) return;
    let last = performance.now();
    let frame = 0;
    const step = () => {
      const now = performance.now();
      const passed = now - last;
      last = now;
      setAt((old) => {
        const a = mix.current;
        const voice = a !== null && !a.paused && inMix(old);
        const next = voice ? (index.mix?.start_ms ?? 0) + a.currentTime * 1000 : old + passed;
        if (next >= total) setPlaying(false);
        return Math.min(next, total);
      });
      frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [playing]);

  useEffect(() => {
    const a = mix.current;
    if (a === null || index.mix === null) return;
    if (playing && inMix(at)) {
      if (a.paused) {
        a.currentTime = (at - index.mix.start_ms) / 1000;
        a.play().catch(() => setPlaying(false));
      }
    } else if (!a.paused) {
      a.pause();
    }
  }, [playing, playing && inMix(at)]);

  const seek = (ms: number) => {
    const to = Math.max(0, Math.min(total, ms));
    setAt(to);
    if (mix.current !== null && index.mix !== null) mix.current.currentTime = Math.max(0, (to - index.mix.start_ms) / 1000);
  };
  const press = (e: KeyboardEvent) => {
    if (e.key === " ") setPlaying(!playing);
    else if (e.key === "ArrowLeft") seek(at - (e.shiftKey ? 1000 : 10_000));
    else if (e.key === "ArrowRight") seek(at + (e.shiftKey ? 1000 : 10_000));
    else return;
    e.preventDefault();
  };
  const visible = pictures.filter((p) => shows(p, at) || p.files.length > 0);
  return (
    <div class="player" data-theme="ink" tabIndex={0} onKeyDown={press} data-test="player" data-at={Math.round(at)} data-playing={playing}>
      <div class={`cells n${Math.min(visible.length, 4)}`}>
        {visible.map((p) => (
          <Cell key={p.track} id={id} track={p} at={at} playing={playing} />
        ))}
      </div>
      {index.mix !== null && <audio ref={mix} preload="auto" src={`/api/v1/meetings/${id}/recording/files/${index.mix.file.replace("tracks/", "")}`} data-test="mix" />}
      <div class="seek">
        <Gaps gaps={index.gaps} total={total} />
        <input type="range" min={0} max={total} step={100} value={at} aria-label={t("position")} aria-valuetext={duration(at)} onInput={(e) => seek(Number(e.currentTarget.value))} data-test="seek" />
      </div>
      <div class="row controls">
        <button class="btn pri" onClick={() => setPlaying(!playing)} data-test="play">
          <Icon of={playing ? "pause" : "play"} />
          {t(playing ? "pause" : "play")}
        </button>
        <button class="btn" onClick={() => seek(at - 10_000)}>{t("back10")}</button>
        <button class="btn" onClick={() => seek(at + 10_000)}>{t("ahead10")}</button>
        <span class="sp" />
        <span class="mono nw">
          {duration(at)} / {duration(total)}
        </span>
      </div>
    </div>
  );
}

export function Replay({ id }: { id: string }) {
  const [every, setEvery] = useState<number | undefined>(1500);
  const page = useLoad<Answer>(`/meetings/${id}/recording`, every);
  const index = page.data?.index;
  const final = index?.state === "final";
  useEffect(() => {
    if (final || page.error !== undefined) setEvery(undefined);
  }, [final, page.error]);
  return (
    <Page wide>
      <Loaded of={page}>
        {(d) => (
          <>
            <div class="row wrap">
              <div class="sp">
                <h1>{d.meeting.title}</h1>
                <p class="dim">{d.index === null ? day(d.meeting.starts_at) : day(d.index.started_at)}</p>
              </div>
              <a class="btn" href={`/m/${id}`}>
                {t("to_meeting")}
              </a>
            </div>
            {d.index === null || d.index.duration_ms === 0 ? (
              <Note kind="acc">{t(d.meeting.state === "ended" ? "replay_preparing" : "recording_none")}</Note>
            ) : (
              <>
                {d.index.state === "live" && <Note kind="acc">{t("replay_live")}</Note>}
                <Player id={id} index={d.index} />
              </>
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}
