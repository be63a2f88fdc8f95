// The muted picture of one track at the clock, turned as it was filmed. Only a track that is mounted is fetched and decoded.
//
//   <Picture index={index} track={track} play={play} url={url} instead={(why) => …} />
//   instead   what stands there when there is no picture: "nothing" (the track sent none at that moment; gapAt() tells
//             why) or "cannot_play" (this browser does not play the file's type, or the file is broken)
//   The <video> is hidden meanwhile, and has the class r90, r180 or r270 when it has to be turned.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { IndexFile, IndexTrack, RecordingIndex } from "../api/types";
import { fileAt, firstPicture, shows } from "../state/tracks";
import { Film } from "./film";
import type { Playback, Url } from "./playback";
import { wayOf, wayOfAll } from "./support";

export type Why = "nothing" | "cannot_play";

export interface PictureProps {
  index: RecordingIndex;
  track: IndexTrack;
  play: Playback;
  url: Url;
  instead: (why: Why) => ComponentChildren;
}

/** Before the first press it stands on the first picture, not on the instant before it. */
function useMoment(index: RecordingIndex, play: Playback): number {
  return play.at.value === 0 && !play.playing.value ? firstPicture(index) : play.at.value;
}

function turned(file: IndexFile | undefined): string {
  return file?.rotation === undefined ? "" : `r${file.rotation}`;
}

/** Where the element itself fetches the file: another element for each. */
function Whole({ index, track, play, url, instead }: PictureProps) {
  const video = useRef<HTMLVideoElement>(null);
  const [failed, fail] = useState<string | undefined>();
  const at = useMoment(index, play);
  const file = fileAt(track, at);
  const there = file !== undefined && shows(track, at);
  const first = firstPicture(index);
  const no = file !== undefined && (failed === file.file || wayOf(file) === "no");
  useEffect(() => {
    const v = video.current;
    if (v === null || file === undefined) return undefined;
    const film = new Film(v, url, false, () => undefined);
    film.whole(file);
    const leave = play.follow({ step: (ms, motion, rate) => film.step(ms === 0 && motion === "still" ? first : ms, motion, rate), ready: () => true });
    return () => {
      leave();
      film.close();
    };
  }, [file?.file, file?.start_ms, first, there, no]);
  if (!there) return <>{instead("nothing")}</>;
  if (no) return <>{instead("cannot_play")}</>;
  return <video ref={video} key={file.file} muted playsInline preload="auto" class={turned(file)} src={url(file.file)} onError={() => fail(file.file)} />;
}

/** One element for all files of the track, fed by us. */
function Fed({ index, track, play, url, instead, giveUp }: PictureProps & { giveUp: () => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const film = useRef<Film | undefined>();
  const at = useMoment(index, play);
  const file = fileAt(track, at);
  const there = file !== undefined && shows(track, at);
  const first = useRef(0);
  first.current = firstPicture(index);
  useEffect(() => {
    const v = video.current;
    if (v === null) return undefined;
    const made = new Film(v, url, true, giveUp);
    film.current = made;
    return () => made.close();
  }, []);
  useEffect(() => film.current?.set(track.files, index.state === "live"), [index]);
  useEffect(() => film.current?.show(there), [there]);
  useEffect(
    () =>
      play.follow({
        step: (ms, motion, rate) => film.current?.step(ms === 0 && motion === "still" ? first.current : ms, motion, rate),
        ready: (ms) => film.current?.ready(ms) ?? true,
      }),
    [there],
  );
  return (
    <>
      <video ref={video} muted playsInline preload="auto" class={turned(file)} hidden={!there} style={{ display: there ? "" : "none" }} />
      {!there && instead("nothing")}
    </>
  );
}

export function Picture(props: PictureProps) {
  const [given, giveUp] = useState(false);
  const fed = !given && wayOfAll(props.track.files) === "pieces";
  return fed ? <Fed {...props} giveUp={() => giveUp(true)} /> : <Whole {...props} />;
}
