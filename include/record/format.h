/**
 * @file
 * The journal's bytes: nanosecond pcap, raw IPv4, one synthetic UDP port per track.
 * recordings/README.md describes them for people. Thread: pure functions; a reader belongs to one.
 */
#ifndef RECORD_FORMAT_H
#define RECORD_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
    FORMAT_FILE_HEAD = 24,
    FORMAT_PACKET_HEAD = 16 + 20 + 8, /**< pcap, IPv4, UDP */
    FORMAT_PAYLOAD_MAX = 65000,
    FORMAT_PORT_LINES = 9,
    FORMAT_PORT_TRACKS = 10000,
    FORMAT_TRACKS_MAX = 27000,
};

void format_file_head(uint8_t out[FORMAT_FILE_HEAD]);
/** Head of a packet of @p len payload bytes on @p port. */
void format_packet_head(uint8_t out[FORMAT_PACKET_HEAD], uint64_t wall_ns, uint16_t port,
                        size_t len);
static inline uint16_t format_port(uint32_t track, bool rtcp)
{
    return (uint16_t)(FORMAT_PORT_TRACKS + 2 * track + rtcp);
}

/** One packet of a journal. */
struct record {
    uint64_t wall_ns;
    uint16_t port;
    uint32_t track; /**< 0: a JSON line. */
    bool rtcp;
    const uint8_t *p; /**< Valid until the next read. */
    size_t len;
};

enum read_result {
    READ_PACKET,
    READ_END,    /**< Nothing more, at the end of a whole packet. */
    READ_TORN,   /**< The file ends inside a packet: more may come, or it was cut off. */
    READ_BAD,    /**< Not a journal. */
    READ_FAILED, /**< The disk refused: nothing is known about what follows. */
};

/** Reads a segment, also one that still grows. */
struct reader;
/** ERR_NOENT when there is no such file, ERR_IO when it cannot be opened. */
MUST_USE enum err reader_open(struct reader **out, const char *path);
void reader_close(struct reader *r);
enum read_result reader_next(struct reader *r, struct record *out);
/** Bytes up to the end of the last whole packet. */
uint64_t reader_offset(const struct reader *r);

/** The same over memory; @return bytes used, 0 when it is torn or bad (*bad). */
size_t format_parse(const uint8_t *p, size_t n, struct record *out, bool *bad);
bool format_is_file_head(const uint8_t *p, size_t n);

#endif
