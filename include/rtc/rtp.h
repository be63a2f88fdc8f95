/**
 * @file
 * RTP headers (RFC 3550 5.1), header extensions (RFC 8285), sequence numbers, RTX (RFC 4588).
 * Thread: pure functions and value types.
 */
#ifndef RTC_RTP_H
#define RTC_RTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { RTP_HEADER_LEN = 12, RTP_PACKET_MAX = 1500 };

/** A parsed header. Offsets count from the packet's first byte. */
struct rtp {
    uint8_t pt;
    bool marker, padding;
    uint16_t seq;
    uint32_t ts, ssrc;
    uint16_t ext_at, ext_len; /**< Extension elements without their 4-byte head; 0 when absent. */
    uint16_t ext_profile;     /**< 0xBEDE one-byte form, 0x100x two-byte form. */
    uint16_t head_len;        /**< All of the header. */
    uint16_t payload_len;     /**< Without padding. */
    uint8_t pad_len;
};

/** @return ERR_PROTO for a version other than 2 or lengths that do not fit. */
MUST_USE enum err rtp_parse(struct rtp *out, const uint8_t *p, size_t n);

/**
 * Find extension @p id (1 to 14; 0 finds nothing).
 * @return its first byte and *len, or NULL.
 */
const uint8_t *rtp_ext(const struct rtp *h, const uint8_t *p, uint8_t id, size_t *len);

/** 16-bit numbers made 32-bit by nearness to the newest. */
struct seq_ext {
    uint32_t
        newest; /**< Highest extended number so far; cycles start at 1 so that it may go back. */
    bool started;
};
/** Extended number of @p seq; moves @c newest forward only. */
uint32_t seq_extend(struct seq_ext *s, uint16_t seq);

static inline void rtp_put_seq(uint8_t *p, uint16_t v)
{
    p[2] = (uint8_t)(v >> 8);
    p[3] = (uint8_t)v;
}

static inline void rtp_put32(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 24);
    p[1] = (uint8_t)(v >> 16);
    p[2] = (uint8_t)(v >> 8);
    p[3] = (uint8_t)v;
}

#endif
