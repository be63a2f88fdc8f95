// One meeting as the server tells it. Notices in, signals out, and what of it is worth saying aloud.
import { computed, signal } from "@preact/signals";
import type { Chat, Notice, Participant, Recording, Track, Waiting, Welcome } from "../api/types";
import type { Arg, TextKey } from "../i18n/texts";

export interface Announcement {
  text: TextKey;
  args: Arg[];
  urgent: boolean;
}
const aloud = (text: TextKey, ...args: Arg[]): Announcement => ({ text, args, urgent: false });
const urgent = (text: TextKey, ...args: Arg[]): Announcement => ({ text, args, urgent: true });

export function upsert<T>(list: T[], item: T, same: (a: T) => boolean): T[] {
  return list.some(same) ? list.map((x) => (same(x) ? item : x)) : [...list, item];
}

/** The recording is told of often (hours left, after a resume); only a change of its state is news. */
export function recordingNews(before: Recording | undefined, now: Recording): Announcement | undefined {
  if (before === undefined || before.state === now.state) return undefined;
  switch (now.state) {
    case "on":
      return before.state === "failed" ? urgent("rec_resumed") : aloud("rec_began");
    case "stopped":
      return urgent("rec_stopped_why", now.by, now.reason);
    default:
      return undefined; // A fault stands on the stage, as an alert, for as long as it lasts.
  }
}

type PeopleNotice = Extract<Notice, { type: "participant" | "participant_left" | "waiting" | "waiting_left" | "speaker" | "host" | "lobby" }>;

export class MeetingState {
  readonly me = signal<Welcome | undefined>(undefined);
  readonly participants = signal<Participant[]>([]);
  readonly tracks = signal<Track[]>([]);
  readonly waiting = signal<Waiting[]>([]);
  /** Displays that watch by WHEP, as the managers are told. */
  readonly watchers = signal(0);
  readonly chat = signal<Chat[]>([]);
  readonly unread = signal(0);
  readonly recording = signal<Recording | undefined>(undefined);
  /** Set when a broken recording came back, to show it for a while. */
  readonly resumedAt = signal(0);
  readonly speaker = signal<string | null>(null);
  /** Who spoke last besides oneself: keeps the stage while one speaks. */
  readonly heard = signal<string | null>(null);
  readonly pinned = signal<string | undefined>(undefined);
  /** For those who wait: whether anybody is there who could admit them. */
  readonly hostHere = signal(true);
  readonly hostAway = computed(() => this.participants.value.filter((p) => p.host).every((p) => p.state !== "in"));
  readonly self = computed(() => this.participants.value.find((p) => p.participant === this.me.value?.participant));
  readonly recorded = computed(() => this.recording.value?.state === "on");

  private isMe(id: string): boolean {
    return id === this.me.value?.participant;
  }
  nameOf(id: string): string {
    return this.participants.value.find((p) => p.participant === id)?.name ?? "";
  }

  /** @returns what to say, if anything. Notices about this page's own connections are not for here. */
  take(n: Notice): Announcement | undefined {
    switch (n.type) {
      case "snapshot":
        this.participants.value = n.participants;
        this.tracks.value = n.tracks;
        this.waiting.value = n.waiting;
        this.watchers.value = n.watchers;
        this.chat.value = n.chat;
        this.hear(n.speaker);
        if (this.me.value !== undefined) this.me.value = { ...this.me.value, host: n.host, rights: n.rights };
        return this.record(n.recording);
      case "track":
        this.tracks.value = upsert(this.tracks.value, n, (x) => x.track === n.track);
        return undefined;
      case "watchers":
        this.watchers.value = n.count;
        return undefined;
      case "track_left":
        this.tracks.value = this.tracks.value.filter((x) => x.track !== n.track);
        return undefined;
      case "chat":
        return this.message(n);
      case "recording":
        return this.record(n);
      case "shutdown":
        return urgent("shutdown");
      case "participant":
      case "participant_left":
      case "waiting":
      case "waiting_left":
      case "speaker":
      case "host":
      case "lobby":
        return this.people(n);
      default:
        return undefined;
    }
  }

  private people(n: PeopleNotice): Announcement | undefined {
    switch (n.type) {
      case "participant": {
        const known = this.participants.value.some((p) => p.participant === n.participant);
        this.participants.value = upsert(this.participants.value, n, (p) => p.participant === n.participant);
        return known || this.isMe(n.participant) ? undefined : aloud("joined", n.name);
      }
      case "participant_left":
        return this.gone(n.participant, n.reason);
      case "waiting": {
        const known = this.waiting.value.some((w) => w.participant === n.participant);
        this.waiting.value = upsert(this.waiting.value, n, (w) => w.participant === n.participant);
        return known ? undefined : aloud("knocks", n.name);
      }
      case "waiting_left":
        this.waiting.value = this.waiting.value.filter((w) => w.participant !== n.participant);
        return undefined;
      case "speaker":
        this.hear(n.participant);
        return undefined;
      case "host":
        return this.host(n.participant, n.name);
      case "lobby":
        this.hostHere.value = n.host_here;
        return undefined;
    }
  }

  private gone(id: string, reason: string): Announcement {
    const name = this.nameOf(id);
    this.participants.value = this.participants.value.filter((p) => p.participant !== id);
    this.tracks.value = this.tracks.value.filter((x) => x.participant !== id);
    if (this.pinned.value === id) this.pinned.value = undefined;
    return aloud(reason === "removed" ? "was_removed" : reason === "gone" ? "fell_away" : "went", name);
  }

  private hear(speaker: string | null): void {
    this.speaker.value = speaker;
    if (speaker !== null && !this.isMe(speaker)) this.heard.value = speaker;
  }

  private message(c: Chat): Announcement | undefined {
    const known = this.chat.value.some((x) => x.chat === c.chat);
    this.chat.value = upsert(this.chat.value, c, (x) => x.chat === c.chat);
    if (known || this.isMe(c.participant)) return undefined;
    this.unread.value++;
    return aloud("chat_from", c.name, c.text);
  }

  private record(r: Recording): Announcement | undefined {
    const news = recordingNews(this.recording.value, r);
    if (news?.text === "rec_resumed") this.resumedAt.value = Date.now();
    this.recording.value = r;
    return news;
  }

  /** Whoever takes over is sent a snapshot with a host's rights. */
  private host(id: string, name: string): Announcement {
    this.participants.value = this.participants.value.map((p) => ({ ...p, host: p.participant === id }));
    return this.isMe(id) ? aloud("you_host") : aloud("now_host", name);
  }
}
