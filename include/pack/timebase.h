/**
 * @file
 * From RTP timestamps to wall time of the server, so that sound and picture of one sender fit.
 *
 * A sender report (RFC 3550 6.4.1) ties a source's timestamps to the sender's own clock; all
 * sources of one sender share that clock, and one estimate of how far it is from the server's: the
 * least delay seen of late, which is followed slowly, so that drift is taken out without a jump.
 * Before a source's first report its time is taken from arrival.
 *
 * Depends on the journal alone, never on when it is read. Thread: value types, belong to one.
 */
#ifndef PACK_TIMEBASE_H
#define PACK_TIMEBASE_H

#include <stdbool.h>
#include <stdint.h>

/** A sender's clock. Zero-initialised knows nothing. */
struct sender {
    bool known;
    int64_t offset_ns;    /**< Server's wall time minus the sender's clock. */
    int64_t best_ns[2];   /**< Least delay seen in this window and the one before. */
    uint64_t window_ns;   /**< Start of this window. */
    uint64_t advanced_ns; /**< When offset_ns last moved. */
    int64_t jumped_ns;    /**< Sum of all steps that were no drift. */
    unsigned strange;     /**< Reports in a row that fit nothing. */
};

/** A source (SSRC) of a sender. */
struct source {
    struct sender *of;
    uint32_t rate; /**< RTP clock, Hz. */
    bool started, mapped, reported;
    int64_t newest_ts; /**< Unwrapped. */
    int64_t base_ns;   /**< Sender's clock at timestamp 0. */
    int64_t jumped_ns; /**< of->jumped_ns when base_ns was set. */
    int64_t early_ns;  /**< Least arrival minus media time since guessed_ns. */
    bool has_early;
    uint64_t guessed_ns;
};

void source_init(struct source *s, struct sender *of, uint32_t rate);

/** Timestamp without its wrap; remembers the newest. */
int64_t source_unwrap(struct source *s, uint32_t ts);

/** A packet with timestamp @p ts (unwrapped) came: the fallback before and without reports. */
void source_arrival(struct source *s, int64_t ts, uint64_t arrival_ns);

/** Do without a report: guess from the arrivals so far. */
void source_guess(struct source *s);

/** @param ntp_ns  The report's clock as wall nanoseconds. */
void source_report(struct source *s, uint64_t ntp_ns, uint32_t rtp_ts, uint64_t arrival_ns);

/** Server's wall time of @p ts; only once s->mapped. */
int64_t source_time(const struct source *s, int64_t ts);

/** Let the estimate follow; call with journal time every 100 ms or so. */
void sender_advance(struct sender *s, uint64_t now_ns);

#endif
