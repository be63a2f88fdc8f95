/**
 * @file
 * Numbers about the running server, as Prometheus reads them (text format 0.0.4).
 *
 * Every series is made at start from constants, so that nothing a user sends can make more of them.
 * A family is a constant of its owner; its name ends with its unit, and with _total for a counter.
 *
 * Thread: metrics_series() and metrics_collect() before other threads start; adding, setting and
 * observing from any (relaxed atomics); metrics_text() from one at a time. All take a NULL series
 * and do nothing, so that a module works without being watched.
 */
#ifndef BASE_METRICS_H
#define BASE_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

enum { METRIC_BOUNDS_MAX = 16, METRIC_LABELS_MAX = 200 };

struct metric_family {
    const char *name, *help;
    enum metric_type type;
    double scale; /**< Printed value of a unit added: 1e-9 for ns that are printed as s. */
    const uint64_t *bounds; /**< METRIC_HISTOGRAM: upper bounds, rising, in units added. */
    size_t n_bounds;
};

struct metrics;
struct metric; /**< One series. */

MUST_USE enum err metrics_new(struct metrics **out);
/** With all series. Takes NULL. */
void metrics_free(struct metrics *ms);

/**
 * @param ms      NULL gives NULL series.
 * @param labels  Pairs of words and values, ended by NULL; NULL: none. Values are escaped.
 * @return the series, owned by @p ms; NULL without memory (and then it counts nothing).
 */
struct metric *metrics_series(struct metrics *ms, const struct metric_family *f,
                              const char *const *labels);

void metric_add(struct metric *m, uint64_t n);
/** A gauge up or down. */
void metric_move(struct metric *m, int64_t by);
/** Of a gauge; also of a counter that is kept elsewhere and never goes back. */
void metric_set(struct metric *m, int64_t v);
void metric_observe(struct metric *m, uint64_t v);
int64_t metric_get(const struct metric *m);

/** @p f is called before each metrics_text(), to set what is only known then. */
void metrics_collect(struct metrics *ms, void (*f)(void *arg), void *arg);

/** The whole page; series that never counted are left out. mem_free(); NULL without memory. */
char *metrics_text(struct metrics *ms);

/** process_… of the Prometheus client guidelines. */
MUST_USE enum err metrics_process(struct metrics *ms);

#endif
