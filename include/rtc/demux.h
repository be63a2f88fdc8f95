/**
 * @file
 * What a datagram is by its first bytes (RFC 7983, RFC 5761). Thread: pure.
 */
#ifndef RTC_DEMUX_H
#define RTC_DEMUX_H

#include <stddef.h>
#include <stdint.h>

enum demux { DEMUX_NONE, DEMUX_STUN, DEMUX_DTLS, DEMUX_RTP, DEMUX_RTCP };

static inline enum demux demux_of(const uint8_t *p, size_t n)
{
    if (n < 2)
        return DEMUX_NONE;
    if (p[0] < 4)
        return n >= 20 ? DEMUX_STUN : DEMUX_NONE;
    if (p[0] >= 20 && p[0] <= 63)
        return n >= 13 ? DEMUX_DTLS : DEMUX_NONE;
    if (p[0] < 128 || p[0] > 191)
        return DEMUX_NONE;
    if (p[1] >= 192 && p[1] <= 223)
        return n >= 8 ? DEMUX_RTCP : DEMUX_NONE;
    return n >= 12 ? DEMUX_RTP : DEMUX_NONE;
}

#endif
