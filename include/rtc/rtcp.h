/**
 * @file
 * RTCP (RFC 3550 6, RFC 4585, RFC 5104, draft-alvestrand-rmcat-remb): an iterator over a compound
 * packet and writers of what this server says.
 * Thread: pure functions and value types.
 */
#ifndef RTC_RTCP_H
#define RTC_RTCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/cur.h"
#include "base/err.h"

enum rtcp_type {
    RTCP_SR = 200,
    RTCP_RR = 201,
    RTCP_SDES = 202,
    RTCP_BYE = 203,
    RTCP_APP = 204,
    RTCP_RTPFB = 205, /**< fmt 1 NACK, 15 transport-cc */
    RTCP_PSFB = 206,  /**< fmt 1 PLI, 4 FIR, 15 REMB */
};
enum { RTCP_FMT_NACK = 1, RTCP_FMT_PLI = 1, RTCP_FMT_FIR = 4, RTCP_FMT_REMB = 15, RTCP_MAX = 1200 };

/** One packet of a compound. */
struct rtcp {
    uint8_t type;
    uint8_t fmt;     /**< Report count, or feedback format. */
    struct cur body; /**< After the 4-byte head, without padding. */
};

/**
 * Next packet of the compound, or false at the end or at a malformed one (then @p c is bad).
 */
bool rtcp_next(struct cur *c, struct rtcp *out);

struct rtcp_sr {
    uint32_t ssrc;
    uint64_t ntp; /**< 32.32 */
    uint32_t rtp_ts, packets, octets;
};
/** Leaves @p body at the first report block. */
MUST_USE enum err rtcp_read_sr(struct cur *body, struct rtcp_sr *out);

struct rtcp_block {
    uint32_t ssrc;
    uint8_t fraction; /**< Lost of the last interval, in 256ths. */
    int32_t lost;     /**< Cumulative, 24 bits. */
    uint32_t highest, jitter, lsr, dlsr;
};
bool rtcp_read_block(struct cur *body, struct rtcp_block *out);

/** Feedback head: who says it, about which stream. */
bool rtcp_read_fb(struct cur *body, uint32_t *sender, uint32_t *media);
/** One FCI of a NACK: the sequence number and a mask of the 16 after it. */
bool rtcp_read_nack(struct cur *body, uint16_t *pid, uint16_t *mask);
/** REMB's bits per second, 0 when it is none. */
uint64_t rtcp_read_remb(struct cur *body);
/** One FCI of a FIR: its stream. */
bool rtcp_read_fir(struct cur *body, uint32_t *ssrc);

void rtcp_write_sr(struct buf *b, const struct rtcp_sr *sr);
void rtcp_write_rr(struct buf *b, uint32_t sender, const struct rtcp_block *blocks, size_t n);
void rtcp_write_sdes(struct buf *b, uint32_t ssrc, const char *cname);
void rtcp_write_bye(struct buf *b, uint32_t ssrc);
void rtcp_write_pli(struct buf *b, uint32_t sender, uint32_t media);
/** @param seq  Another number for each new request (RFC 5104 4.3.1.1). */
void rtcp_write_fir(struct buf *b, uint32_t sender, uint32_t media, uint8_t seq);
/** @param seqs  Ascending. */
void rtcp_write_nack(struct buf *b, uint32_t sender, uint32_t media, const uint16_t *seqs,
                     size_t n);
void rtcp_write_remb(struct buf *b, uint32_t sender, uint64_t bps, const uint32_t *ssrcs,
                     uint8_t n);

/** Wall nanoseconds as NTP 32.32 (RFC 5905 6), and its middle 32 bits. */
uint64_t ntp_from_wall_ns(uint64_t ns);
uint64_t wall_ns_from_ntp(uint64_t ntp);
static inline uint32_t ntp_mid(uint64_t ntp)
{
    return (uint32_t)(ntp >> 16);
}

#endif
