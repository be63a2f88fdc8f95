// One's own connection: bars and a word; a click tells round trip, loss and bitrate.
import { useEffect, useRef, useState } from "preact/hooks";
import { bitrateText, t } from "../i18n";
import { between, type Counters, counters, type OwnQuality } from "../rtc/stats";
import type { Room } from "../state/room";
import { Dialog } from "../ui/dialog";
import { Net, type Quality } from "../ui/parts";

const EVERY_MS = 2000;

function useOwnQuality(room: Room, on: boolean): OwnQuality | undefined {
  const [quality, setQuality] = useState<OwnQuality | undefined>();
  const before = useRef<Counters | undefined>();
  useEffect(() => {
    if (!on) return;
    const look = async () => {
      const { send, recv } = room.media.connections;
      const now = await counters([send, recv]);
      if (before.current !== undefined) setQuality(between(before.current, now));
      before.current = now;
    };
    void look();
    const timer = window.setInterval(() => void look(), EVERY_MS);
    return () => window.clearInterval(timer);
  }, [on]);
  return quality;
}

const FLOW_MS = 1000;

/** Whether anything still arrives, counted and not believed: a connection calls itself connected for seconds after the other end died. */
export function useFlows(room: Room, on: boolean): boolean {
  const [flows, setFlows] = useState(false);
  useEffect(() => {
    setFlows(false);
    if (!on) return;
    let before: number | undefined;
    const look = async () => {
      const { bytesDown } = await counters([room.media.connections.recv]);
      setFlows(before !== undefined && bytesDown > before);
      before = bytesDown;
    };
    void look();
    const timer = window.setInterval(() => void look(), FLOW_MS);
    return () => window.clearInterval(timer);
  }, [on]);
  return flows;
}

export function netFacts(rttMs: number | undefined, lossPercent: number | undefined): string {
  const facts = [
    ...(rttMs === undefined || rttMs <= 0 ? [] : [t("net_rtt", rttMs)]),
    ...(lossPercent === undefined ? [] : [t("net_loss", lossPercent.toFixed(1))]),
  ];
  return facts.length === 0 ? t("net_unknown") : facts.join(" · ");
}

export function OwnNet({ room }: { room: Room }) {
  const [open, setOpen] = useState(false);
  const q = useOwnQuality(room, open);
  const { rtt_ms, loss_permille, quality } = room.meeting.self.value ?? { rtt_ms: 0, loss_permille: 0, quality: "good" as Quality };
  const grade: Quality = room.offline.value ? "lost" : quality;
  return (
    <>
      <button class="btn ghost netbtn" onClick={() => setOpen(true)} aria-haspopup="dialog" data-test="own-net" data-quality={grade}>
        <Net quality={grade} />
        <span aria-hidden="true">{t(`short_${grade}`)}</span>
        <span class="vh">{t(`net_${grade}`)}</span>
      </button>
      {open && (
        <Dialog ink title={t("net_own")} close={() => setOpen(false)} test="net-dialog">
          <p class="row">
            <Net quality={grade} />
            <b>{t(`net_${grade}`)}</b>
          </p>
          <p data-test="net-facts">{netFacts(q?.rttMs ?? rtt_ms, q?.lossPercent ?? loss_permille / 10)}</p>
          {q !== undefined && (
            <p class="dim">
              {t("net_up", bitrateText(q.upBps))} · {t("net_down", bitrateText(q.downBps))}
            </p>
          )}
        </Dialog>
      )}
    </>
  );
}
