/** @file
 * RTP that a browser sent, read from a segment of a recording's journal (nanosecond pcap of raw
 * IPv4; recordings/README.md), and sent again: payloads and rhythm are the browser's, the headers
 * are the connection's. A key frame that is asked for is had by beginning anew; the VP8 picture
 * numbers go on. Thread: loaded at start; a struct replay is its source's. */
#ifndef RTCLOAD_CAPTURE_H
#define RTCLOAD_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sdp.h"
#include "source.h"

struct replay;

/** Takes the journal's first Opus and its first VP8 track. @param why  On false. */
bool capture_load(const char *path, char *why, size_t cap);
/** NULL when no capture was loaded. */
struct replay *replay_new(enum kind k);
/** @return packets due at @p now (monotonic ns), at most BURST, in @p out. */
size_t replay_due(struct replay *r, struct source *s, uint64_t now, struct packet *out);

#endif
