/** @file
 * One open segment file. Belongs to the journal's writer thread. */
#ifndef SEGMENT_PRIV_H
#define SEGMENT_PRIV_H

#include "crypto/hash.h"
#include "record/journal.h"

enum { SEGMENT_BUFFER = 256 << 10 };

struct segment {
    int fd;        /* -1: none open */
    char dir[400]; /* .../journal */
    uint32_t number;
    uint64_t first_ns, last_ns;
    uint64_t bytes, packets; /* handed to write(), whole packets only */
    struct sha256 *sha;
    size_t n;
    uint64_t waiting; /* packets in the buffer */
    uint8_t buf[SEGMENT_BUFFER];
};

/** @return 0, or errno. */
int segment_open(struct segment *s, uint32_t number);
int segment_packet(struct segment *s, uint64_t wall_ns, uint16_t port, const uint8_t *p,
                   size_t len);
int segment_flush(struct segment *s);
/** .part -> synced -> renamed -> folder synced. Fills @p out. */
int segment_close(struct segment *s, struct journal_event *out);
/** After a failure: cut to the last whole packet that was written, close, leave it to recovery. */
void segment_condemn(struct segment *s);
/** Highest number there is in the folder, 0 for none. */
uint32_t segment_last_number(const char *dir);
int segment_sync_dir(const char *dir);

#endif
