/**
 * @file
 * A media worker: one thread, one UDP port, one ICE-TCP share, its peers and rooms.
 *
 * The control thread speaks to it by commands and hears events; neither waits for the other.
 * Ids are chosen by the control thread, unique for the life of the process, never 0.
 * A room lives on one worker; everything in it is reached only from that worker's thread.
 *
 * Ownership: a command goes with worker_post(); an event belongs to its reader.
 */
#ifndef SFU_WORKER_H
#define SFU_WORKER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mailbox.h"
#include "rtc/media.h"

struct worker;
struct sink;
struct dtls_ctx; /* rtc/dtls.h: the process's certificate */
struct addr;     /* net/addr.h */

enum { WORKER_EVENT = 0x6d656469 }; /**< msg.type of every worker_event. */

/** A local ICE fragment: 8 characters, the first names the worker (0 to 63), so that the ICE-TCP
 * acceptor finds it. */
void worker_ufrag(char out[ICE_UFRAG_MAX], unsigned worker);
/** The worker that a fragment names; 64 and above: none. */
unsigned worker_of_ufrag(const char *ufrag);

struct worker_config {
    const struct addr
        *listen;            /**< n addresses with port, copied; one IPv4 and one IPv6 wildcard. */
    unsigned n_listen;      /**< 1 or 2. */
    int cpu;                /**< To be pinned to; -1: not pinned. */
    struct dtls_ctx *dtls;  /**< Borrowed for the worker's life. */
    struct mailbox *events; /**< The control thread's mailbox. */
    uint32_t ring_ms;       /**< Media kept for retransmission, by time; 0: default. */
    uint32_t lost_ms, gone_ms; /**< Silence until EV_PEER_LOST and EV_PEER_GONE; 0: 5 s and 15 s. */
    uint32_t key_ms; /**< A recorded track is asked for a key frame after this long without; 0: 4 s;
                        a screen: twice that. */
    bool no_gso;     /**< Each packet leaves by itself, not in trains (UDP segmentation offload). */
    bool no_padding; /**< Packets of a frame are not padded to equal sizes, which trains want. */
};

MUST_USE enum err worker_new(struct worker **out, const struct worker_config *cfg);
/** The UDP ports it really got, in the order of the configuration. */
uint16_t worker_port(const struct worker *w, unsigned i);
/** Starts the thread. */
MUST_USE enum err worker_start(struct worker *w);
/** Sends DTLS close_notify to all peers, stops and joins, frees. Takes NULL. */
void worker_free(struct worker *w);
/** An ICE-TCP connection whose first STUN username belongs here: @p fd goes with it, as do the
 * @p len bytes already read (whole RFC 4571 frame). From any thread. */
MUST_USE enum err worker_adopt_tcp(struct worker *w, int fd, const uint8_t *first, size_t len);

enum worker_cmd_type {
    CMD_ROOM_OPEN = 1,   /**< room */
    CMD_ROOM_CLOSE,      /**< room: all in it goes */
    CMD_PEER_ADD,        /**< room, peer, member, u.peer */
    CMD_PEER_ICE,        /**< peer, u.peer: ICE restart with new credentials, same DTLS */
    CMD_PEER_REMOVE,     /**< peer: DTLS close_notify, then freed */
    CMD_PRODUCER_ADD,    /**< peer (sending), producer, u.producer */
    CMD_PRODUCER_REMOVE, /**< producer: its consumers go too, but for those that stay */
    CMD_PRODUCER_PAUSE,  /**< producer, on: muted by the host; packets are dropped, not recorded */
    CMD_CONSUMER_ADD,  /**< peer (receiving), producer, consumer, u.consumer; on: it stays when its
                            producer goes, and waits for another */
    CMD_CONSUMER_MOVE, /**< consumer, producer: from now on it sends this one, and its numbers and
                            times go on */
    CMD_CONSUMER_REMOVE, /**< consumer */
    CMD_CONSUMER_PAUSE,  /**< consumer, on: the watcher does not look; nothing is sent */
    CMD_RECORD,          /**< room, u.sink: record from now; NULL: stop (release() is called) */
    CMD_KEYFRAME,        /**< producer: ask for one, limited */
    CMD_STATS,           /**< cookie: answered by EV_STATS */
};

struct worker_cmd {
    struct msg msg; /**< First; set by worker_cmd_new(). */
    enum worker_cmd_type type;
    uint64_t room, peer, member, producer, consumer, cookie;
    bool on;
    union {
        struct transport_params peer;
        struct {
            struct media media;
            uint32_t track; /**< For the sink. */
            bool screen;    /**< A shared screen: no speaker switching, detail kept. */
        } producer;
        struct {
            struct media media; /**< What this receiver agreed to; PTs and ext ids are its own. */
            uint32_t ssrc, rtx_ssrc; /**< Ours, announced in its SDP. */
        } consumer;
        struct sink *sink;
    } u;
};

/** Zeroed but for the type; NULL without memory. */
struct worker_cmd *worker_cmd_new(enum worker_cmd_type type);
/** Hand over. Never refused by a live worker: commands come from the trusted side and are few. */
void worker_post(struct worker *w, struct worker_cmd *c);

enum worker_event_type {
    EV_PEER_UP = 1,      /**< peer: ICE and DTLS done */
    EV_PEER_LOST,        /**< peer: no authenticated check for 5 s */
    EV_PEER_BACK,        /**< peer: checks again after LOST */
    EV_PEER_GONE,        /**< peer: 15 s without, DTLS closed or failed; on: failed */
    EV_PRODUCER_STARTED, /**< producer: first packet; u.started */
    EV_SPEAKER,          /**< room, member: active speaker; 0 = nobody */
    EV_QUALITY,          /**< peer: u.quality, at each report; of who is a member */
    EV_STATS,            /**< cookie, u.stats */
};

struct worker_event {
    struct msg msg; /**< First, type WORKER_EVENT. */
    enum worker_event_type type;
    uint64_t room, peer, member, producer, cookie;
    bool on;
    union {
        struct {
            enum codec codec;
            uint32_t ssrc;
        } started;
        struct {
            uint32_t rtt_us;        /**< 0 unknown. */
            uint32_t loss_permille; /**< Worse direction of the peer, last 2 s. */
            uint32_t bitrate_bps;   /**< What the peer sends or is sent. */
            uint32_t jitter_us;
        } quality;
        struct {
            uint32_t rooms, peers, producers, consumers;
            uint64_t rtp_in, rtp_out, bytes_in, bytes_out, dropped, bad, nacks, plis;
            uint64_t cpu_ns;     /**< Of the worker's thread, since start. */
            uint64_t ring_bytes; /**< Retransmission buffers, sized by time. */
            uint64_t peer_bytes; /**< All other memory of peers and their streams. */
            uint32_t unsettled;  /**< Peers whose handshake's state is still kept. */
            uint64_t stun_bad, dtls_failed, srtp_failed;
        } stats;
    } u;
};

#endif
