/**
 * @file
 * The journal: a write-ahead log for media. One per recorded meeting, with threads of its own, so
 * that one meeting's slow disk delays nobody else.
 *
 * Segments are nanosecond pcap, LINKTYPE_RAW, IPv4/UDP with one synthetic port per track:
 * RTP of track N on port 10000 + 2N, its RTCP on the port above, and the journal's own JSON lines
 * (record/format.h) on port 9. Each segment opens with a "segment" line that repeats all tracks, so
 * it can be read alone. recordings/README.md describes the layout.
 *
 * Order of a close: `.part` written -> fdatasync -> rename -> fsync of the folder ->
 * JOURNAL_SEGMENT event; whoever gets it makes the database row. Open segments are fdatasynced at
 * least every second from another thread than the one that writes.
 *
 * Thread: create and control from the control thread; the sink belongs to the media worker.
 */
#ifndef RECORD_JOURNAL_H
#define RECORD_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mailbox.h"

struct journal;
struct sink;

enum {
    JOURNAL_EVENT = 0x6a6f7572, /**< msg.type of every journal_event. */
    JOURNAL_LAST_MAX = 8192,
};

struct journal_config {
    const char *dir;        /**< recordings/<meeting>; made with its sub-folders when missing. */
    const char *meeting;    /**< Public id, for the segment line. */
    uint64_t id;            /**< Chosen by the caller, repeated in events. */
    struct mailbox *events; /**< The control thread's. */
    size_t ring_bytes;      /**< Memory between worker and disk; 0: 16 MiB. More is dropped, counted
                                 and named as a gap. */
    uint64_t segment_ns;    /**< 0: 30 s. */
    size_t segment_bytes;   /**< 0: 16 MiB. */
};

/** Starts the threads; the folder is made by them, so this never waits for the disk. */
MUST_USE enum err journal_new(struct journal **out, const struct journal_config *cfg);

/** What the worker is given in CMD_RECORD; lives until the worker has released it. */
struct sink *journal_sink(struct journal *j);

/**
 * Append one JSON line (port 9), in order with the packets handed over after it: a track's
 * definition must be given before its CMD_PRODUCER_ADD. Copied. Lines of type "track" are repeated
 * at the head of every later segment until a line of type "track_end" names the same track.
 * @return ERR_INVAL for what is not JSON with a type, ERR_TOOBIG beyond 32 KiB, ERR_NOMEM.
 */
MUST_USE enum err journal_line(struct journal *j, const char *json);

/** Bytes that wait for the disk, about. Thread: any. */
size_t journal_waiting(const struct journal *j);

/**
 * The worker has been told to let go (CMD_RECORD with no sink): once it has, close the last segment
 * with @p json ("stop", "pause" or "end") as its last line; JOURNAL_CLOSED follows, then call
 * journal_free(). A disk that fails is tried again until it has taken the line: CLOSED means that
 * it lies in a closed segment, behind a gap of what was lost before. Cannot fail; @p json of
 * JOURNAL_LAST_MAX bytes or more becomes a bare "stop".
 */
void journal_finish(struct journal *j, const char *json);

/**
 * Joins the threads. Takes NULL. Only after JOURNAL_CLOSED, or to abandon at exit: then closes, and
 * leaves to recovery what the disk does not take at once.
 */
void journal_free(struct journal *j);

enum journal_event_type {
    JOURNAL_STARTED = 1, /**< The first segment is open: recording is true from here. */
    JOURNAL_SEGMENT,     /**< One is closed and durable: u.segment. */
    JOURNAL_FAILED,  /**< Writing failed (errno in error): everyone is told; retried every 2 s. */
    JOURNAL_RESUMED, /**< Writing works again, in a new segment. */
    JOURNAL_DROPPED, /**< The ring was full: u.dropped. */
    JOURNAL_CLOSED,  /**< Nothing more comes. */
};

struct journal_event {
    struct msg msg; /**< First, type JOURNAL_EVENT. */
    enum journal_event_type type;
    uint64_t id;
    int error; /**< errno of JOURNAL_FAILED. */
    union {
        struct {
            uint32_t number;
            uint64_t start_wall_ns, end_wall_ns; /**< First and last record. */
            uint64_t bytes, packets;
            uint8_t sha256[32];
            char name[32]; /**< "000001.pcap" */
        } segment;
        struct {
            uint64_t packets, bytes;
        } dropped;
    } u;
};

/** Found by recovery: see journal_recover(). */
struct recovered {
    uint32_t number;
    uint64_t start_wall_ns, end_wall_ns, bytes, packets, cut_bytes;
    uint8_t sha256[32];
    char name[32];
    bool was_torn; /**< It was a .part: cut at its last whole packet, synced and renamed. */
};

/**
 * At start, before anything records: mend the journal under @p dir and report every segment in
 * order, torn ones included. Deletes nothing but a .part without a single packet. One that cannot
 * be read or mended now is left as it is: the others are mended, and the error is returned.
 */
MUST_USE enum err journal_recover(const char *dir,
                                  void (*found)(void *arg, const struct recovered *r), void *arg);

/** What lies in a journal's folder, without reading a segment but the last. */
struct journal_state {
    uint64_t closed, open; /**< Segments, and .part files. */
    bool ended;            /**< The last closed segment ends with an "end" line, */
    bool resting;          /**< or with a "stop" or "pause". */
    uint64_t last_ns;      /**< Wall time of its latest record. */
};
/** ERR_OK with zeros when there is no journal. */
MUST_USE enum err journal_look(struct journal_state *out, const char *dir);

#endif
