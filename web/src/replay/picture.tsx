// The muted picture of one track at the clock, turned as it was filmed. Only a track that is mounted is fetched and decoded.
//
//   <Picture index={index} track={track} play={play} url={url} instead={(why) => …} />
//   instead   what stands there when there is no picture: "nothing" (the track sent none at that moment; gapAt() tells
//             why) or "cannot_play" (this browser does not play the file's type, or the file is broken)
//   The <video> has the class r90, r180 or r270 when it has to be turned.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { IndexTrack, RecordingIndex } from "../api/types";
import { fileAt, firstPicture, shows } from "../state/tracks";
import { fix } from "./clock";
import type { Playback, Url } from "./playback";

export type Why = "nothing" | "cannot_play";

export interface PictureProps {
  index: RecordingIndex;
  track: IndexTrack;
  play: Playback;
  url: Url;
  instead: (why: Why) => ComponentChildren;
}

export function Picture({ index, track, play, url, instead }: PictureProps) {
  const video = useRef<HTMLVideoElement>(null);
  const [failed, setFailed] = useState<string | undefined>();
  // Before the first press it stands on the first picture, not on the instant before it.
  const first = firstPicture(index);
  const at = play.at.value === 0 && !play.playing.value ? first : play.at.value;
  const file = fileAt(track, at);
  const there = file !== undefined && shows(track, at);
  useEffect(() => {
    if (file === undefined) return undefined;
    return play.follow((ms, playing, rate) => {
      const v = video.current;
      if (v === null) return;
      const want = ms === 0 && !playing ? first : ms;
      const f = fix((want - file.start_ms) / 1000, v.currentTime, playing && !v.paused, rate);
      if (f.seek !== undefined && !v.seeking) v.currentTime = f.seek;
      if (v.playbackRate !== f.rate) v.playbackRate = f.rate;
      if (playing && v.paused) void v.play().catch(() => undefined); // Pictures are muted: they may play, and the next step tries again.
      if (!playing && !v.paused) v.pause();
    });
  }, [file?.file, file?.start_ms, first, there, failed]);
  if (!there) return <>{instead("nothing")}</>;
  if (failed === file.file) return <>{instead("cannot_play")}</>;
  return (
    <video
      ref={video}
      key={file.file}
      muted
      playsInline
      preload="auto"
      class={file.rotation === undefined ? "" : `r${file.rotation}`}
      src={url(file.file)}
      onError={() => setFailed(file.file)}
    />
  );
}
