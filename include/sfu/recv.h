/**
 * @file
 * Reception of one RTP stream: order, loss, jitter (RFC 3550 A.1, A.3, A.8) and what to ask for
 * again (RFC 4585 6.2.1). Thread: belongs to one media worker.
 */
#ifndef SFU_RECV_H
#define SFU_RECV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rtc/rtcp.h"
#include "rtc/rtp.h"
#include "rtc/seen.h"

enum { RECV_MISSING_MAX = 128, RECV_TRIES = 10 };

struct recv {
    struct seq_ext seq;
    uint32_t first;    /**< Extended number of the first packet. */
    uint64_t received; /**< Without duplicates. */
    uint64_t duplicates;
    uint32_t prior_expected, prior_received;
    uint32_t jitter_q4; /**< In 16ths of a clock unit. */
    uint32_t last_transit;
    bool has_transit;
    struct seen seen; /**< Extended numbers that have come. */
    struct missing {
        uint32_t seq;
        uint8_t tries;
        uint64_t next_ns;
    } * missing; /**< At most RECV_MISSING_MAX; NULL while nothing was ever missing. */
    size_t n_missing, missing_cap;
    bool lost_for_good; /**< Set when a number is given up: the picture needs a key frame. */
    uint32_t lsr;       /**< Of the last sender report; 0 none. */
    uint64_t lsr_ns;
};

/** Frees what it holds, not itself. Zeroed memory is a new one. */
void recv_fini(struct recv *r);

enum recv_verdict { RECV_NEW, RECV_DUPLICATE, RECV_STALE };

/**
 * Account for a packet.
 * @param clock  RTP clock rate in Hz.
 * @param again  It came as a retransmission: not counted for jitter.
 * @param ext    The extended sequence number, on RECV_NEW.
 */
enum recv_verdict recv_packet(struct recv *r, const struct rtp *h, uint32_t clock, bool again,
                              uint64_t now_ns, uint32_t *ext);

/** Numbers to ask for now; @return how many of @p out (@p max) were filled, ascending. */
size_t recv_nacks(struct recv *r, uint64_t now_ns, uint64_t rtt_ns, uint16_t *out, size_t max);

/** The report block for the last interval, and start a new one. */
struct rtcp_block recv_report(struct recv *r, uint32_t ssrc, uint64_t now_ns);

#endif
