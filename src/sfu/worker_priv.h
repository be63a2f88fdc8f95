/** @file
 * Inside of a media worker. Everything here belongs to its thread. */
#ifndef WORKER_PRIV_H
#define WORKER_PRIV_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "base/map.h"
#include "net/addr.h"
#include "net/udp.h"
#include "rtc/codec.h"
#include "rtc/rtcp.h"
#include "rtc/rtp.h"
#include "rtc/transport.h"
#include "sfu/cache.h"
#include "sfu/recv.h"
#include "sfu/sink.h"
#include "sfu/worker.h"

/** epoll keys: the inbox, then the sockets, then TCP links from KEY_LINK up. */
enum { KEY_INBOX = 0, KEY_SOCKET = 1, KEY_LINK = 16 };

enum {
    STREAMS_MAX = 16, /**< RTP streams of one peer, retransmission streams included. */
    STRAY_MAX = 8,    /**< SSRCs of nobody's that SRTP keeps a state for. */
    SOCKETS_MAX = 2,
    PATH_BUCKETS = 4096,
    RUN_MAX = 32,          /**< Packets of one producer forwarded in one go. */
    RUN_VOICE_MAX = 4,     /**< Of a voice, which does not wait for its neighbours. */
    RUN_NS = 1000000,      /**< A run's age at most, while its frame is not complete. */
    PAD_MAX = CACHE_SLACK, /**< Bytes a packet is padded by to be as long as its neighbours. */
    HEAD_MAX = 32,         /**< Header that is written for a receiver. */
    OUT_FIRST = 0x10000,   /**< Where a consumer's numbers begin, so that they may go back. */
    SHIFTS_MAX = 4,        /**< Sequence shifts of a consumer that are remembered for NACKs. */
    TICK_MS = 20,
    TCP_MAX = 512,
    TCP_UNPROVEN_MAX = 16,   /**< Connections of one address that have proven nothing yet. */
    TCP_PROVE_S = 5,         /**< Time to do so. */
    TCP_OUT_MAX = 256 << 10, /**< Bytes waiting for one TCP peer; beyond, packets are dropped. */
};

_Static_assert(KEY_SOCKET + SOCKETS_MAX <= KEY_LINK, "a socket's key is not a link's");

struct room {
    uint64_t id;
    struct map members; /**< Not used for routing: only for who speaks. member id -> struct voice */
    struct sink *sink;
    uint64_t speaker;
    struct producer *producers; /**< List by next_in_room. */
};

/** An incoming RTP stream of a producer. */
struct stream {
    uint32_t ssrc;
    struct producer *producer;
    bool rtx;
    uint32_t primary;  /**< Of a retransmission stream: the SSRC it repairs, 0 unknown. */
    struct recv *recv; /**< NULL for a retransmission stream: what it repairs is counted. */
    struct rtcp_sr sr; /**< Last sender report; ntp 0: none. */
    uint64_t sr_ns;
};

/** A packet on its way out. Its bytes lie in the producer's ring, with room for padding behind. */
struct out_packet {
    uint8_t *p;
    size_t len;
    struct rtp h;
    uint32_t ext; /**< Number within the producer, whatever its SSRC was. */
    bool key;     /**< A key frame starts here. */
    bool has_level, has_turn;
    uint8_t level, turn; /**< Audio level, video orientation. */
    uint8_t pad;         /**< Bytes of padding that make it as long as its neighbours. */
};

struct producer {
    uint64_t id;
    struct peer *peer;
    struct room *room;
    struct producer *next_in_room, *next_of_peer;
    struct media media;
    const struct codec_pt *codec; /**< Of the last packet; NULL before the first. */
    uint32_t track;
    bool screen, paused;
    struct stream *main; /**< The one that is forwarded. */
    uint64_t main_ns;    /**< Its last packet. */
    uint32_t ext_by; /**< What is added to its numbers: they go on where the last one's ended. */
    uint32_t newest_ext;
    struct cache cache;
    struct consumer *consumers; /**< List by next_of_producer. */
    /* the run: packets that leave together, a frame or as much of it as has come in 1 ms */
    struct out_packet *run;
    size_t run_max;
    size_t n_run, run_bytes;
    uint64_t run_due_ns;
    struct producer *next_active; /**< In the worker's list of producers with a run. */
    bool active;
    /* key frames */
    uint64_t key_asked_ns, key_seen_ns;
    bool key_wanted; /**< Somebody waits for one ... */
    bool key_fresh;  /**< ... since after the last was asked for. */
    uint8_t fir_seq;
    /* voice */
    uint32_t level_q8; /**< Smoothed loudness, 0 to 127 in 256ths. */
    uint64_t level_ns;
    /* rate */
    uint64_t estimate_bps;
    uint64_t bytes, bytes_before;
    uint8_t loss; /**< Last own report, 256ths. */
};

struct consumer {
    /* what the hot path touches */
    struct peer *peer;
    struct producer *producer; /**< NULL: it has gone, and another is waited for. */
    struct consumer *next_of_producer;
    const struct codec_pt *pt; /**< The receiver's for the producer's codec; NULL: none. */
    uint32_t ssrc, rtx_ssrc;
    bool paused, started;
    bool stays;                /**< When its producer goes. */
    bool another;              /**< Its producer is another than before: another clock. */
    uint8_t level_id, turn_id; /**< Its ids of the extensions that are passed on. */
    uint32_t ts_shift;
    uint32_t last_out; /**< Highest extended outgoing number; the first cycle is OUT_FIRST. */
    uint32_t last_ts;  /**< Its time stamp. */
    uint32_t packets, octets;
    struct shift {
        uint32_t from; /**< First outgoing number it is good for. */
        uint32_t by;   /**< out = in + by. */
    } shifts[SHIFTS_MAX];
    size_t n_shifts;
    uint64_t last_ns;          /**< When last_out was sent. */
    struct srtp_sender sender; /**< Open when the peer has keys. */
    uint64_t id;
    struct consumer *next_of_peer;
    struct media media;
    uint32_t source; /**< The SSRC that ts_shift is for; 0: none yet. */
    uint16_t rtx_seq;
    uint64_t resend_ns; /**< Each retransmission moves it on; how far ahead it may be is limited. */
    uint64_t sr_sent_ns;
    uint32_t sr_mid;   /**< Middle of the NTP stamp sent then. */
    uint8_t loss;      /**< Of the last receiver report. */
    uint64_t remb_bps; /**< What the receiver says it can take; 0 nothing said. */
};

/** A framed TCP connection (RFC 4571). Nobody's until an authenticated check has come by it. */
struct tcp {
    uint32_t link;
    int fd;
    struct worker *w;
    struct peer *peer; /**< Whose it is; NULL: nobody has proven it. */
    struct addr addr;
    uint64_t heard_ns; /**< The last authenticated check, or when it came to us. */
    size_t in_len;
    uint8_t in[2 + UDP_PACKET];
    uint8_t *out;
    size_t out_len;
    bool waits; /**< epoll tells when it can be written. */
};

/** A proven path and whose it is; in the worker's table. */
struct way {
    struct path path;
    struct peer *peer;
    struct way *next;
    bool linked;
};

struct peer {
    uint64_t id, member;
    struct worker *w;
    struct room *room;
    struct transport *transport;
    char ufrag[ICE_UFRAG_MAX], old_ufrag[ICE_UFRAG_MAX];
    struct way ways[TRANSPORT_PATHS];
    uint32_t link;             /**< Sends by this TCP connection; 0: by udp. */
    struct udp_way udp;        /**< Where it is sent to. */
    uint32_t stray[STRAY_MAX]; /**< SSRCs that belong to no producer, the oldest overwritten. */
    unsigned next_stray;
    struct stream *streams[STREAMS_MAX];
    size_t n_streams;
    struct producer *producers;
    struct consumer *consumers;
    bool up, lost, gone;
    uint64_t heard_ns; /* last authentic packet or report */
    uint32_t own_ssrc; /**< Sender of our reports. */
    uint64_t rtt_ns;
    uint64_t due_ns; /**< DTLS timer. */
};

enum { EVENT_RESERVE = 64 };

struct worker {
    struct worker_config cfg;
    pthread_t thread;
    bool running;
    atomic_bool stop;
    struct mailbox *inbox;
    int epoll, fds[SOCKETS_MAX];
    bool v6[SOCKETS_MAX];
    unsigned n_fds;
    struct udp_in *in;
    struct udp_out *out;
    struct map peers, rooms, producers, consumers, links, ufrags;
    struct way *by_path[PATH_BUCKETS];
    struct producer *active;
    uint32_t next_link;
    uint64_t now_ns, next_tick_ns, next_second_ns, next_voice_ns;
    uint64_t rtp_in, rtp_out, bytes_in, bytes_out, dropped, bad, nacks, plis;
    struct transport_counts gone_counts; /**< Of peers that have left. */
    uint64_t stun_unknown;
    struct worker_event *reserve[EVENT_RESERVE]; /**< For news that come once, without memory. */
    unsigned n_reserve;
};

/* worker.c */
void worker_emit(struct worker *w, const struct worker_event *e);
/* peer.c */
enum err peer_add(struct worker *w, const struct worker_cmd *c);
void peer_free(struct peer *p);
void peer_restart(struct worker *w, struct peer *p, const struct transport_params *params);
/** Commands that wait. Not while something of a TCP link is being read: one may end it. */
void worker_take_inbox(struct worker *w);
void peer_datagram(struct worker *w, const struct path *from, uint8_t *p, size_t len);
void peer_tick(struct peer *p);
/** Protects and sends the packet of @p len bytes that lies in udp_room(). */
void peer_commit(struct peer *p, bool rtcp, size_t len);
/** A run of packets to the peer follows, each by peer_put(). */
void peer_open_run(struct peer *p);
/** Sends the protected packet of @p len bytes that lies in udp_room(). */
void peer_put(struct peer *p, size_t len);
void peer_send_rtcp(struct peer *p, const struct buf *b);
uint64_t ufrag_key(const char *ufrag);
/* tcp.c */
void tcp_adopt(struct worker *w, int fd, const uint8_t *first, size_t len);
void tcp_event(struct worker *w, uint32_t link, uint32_t epoll_events);
void tcp_proven(struct worker *w, uint32_t link, struct peer *p);
void tcp_second(struct worker *w);
void tcp_send(struct tcp *t, const uint8_t *p, size_t len);
void tcp_free(struct tcp *t);
/* producer.c */
enum err producer_add(struct worker *w, const struct worker_cmd *c);
void producer_free(struct producer *p);
void stream_free(struct stream *s);
void producer_rtp(struct peer *peer, uint8_t *p, size_t len);
/** What of the header extensions is passed on, found once for all receivers. */
void producer_read_ext(struct out_packet *k, const struct ext_ids *ids, const uint8_t *pkt);
void producer_bye(struct peer *peer, uint32_t ssrc);
void producer_sr(struct peer *peer, const struct rtcp_sr *sr, const uint8_t *p, size_t len);
/** Sends the runs that are complete or old enough. */
void producer_run_out(struct worker *w);
/** When the next of the others is; UINT64_MAX: there is none. */
uint64_t producer_run_due_ns(const struct worker *w);

void producer_want_key(struct producer *p);
void producer_pause(struct producer *p, bool on);
void producer_tick(struct producer *p);
void producer_second(struct producer *p);
/* consumer.c */
enum err consumer_add(struct worker *w, const struct worker_cmd *c);
void consumer_free(struct consumer *c);
/** It sends @p producer from now on, whatever it sent before. */
void consumer_join(struct consumer *c, struct producer *producer);
/** It sends nothing, until it joins another. */
void consumer_leave(struct consumer *c);
/** The peer has keys. */
void consumer_open(struct consumer *c);
void consumer_forward(struct consumer *c, const struct out_packet *run, size_t n);
/** The producer's codec is another one now. */
void consumer_codec(struct consumer *c);

void consumer_pause(struct consumer *c, bool on);
void consumer_feedback(struct peer *peer, const struct rtcp *r);
void consumer_report(struct peer *peer, struct cur body);
void consumer_second(struct consumer *c);
/* room.c */
struct room *room_open(struct worker *w, uint64_t id);
void room_close(struct worker *w, struct room *r);
void room_record(struct room *r, struct sink *s);
void room_voice(struct worker *w, struct room *r);

#endif
