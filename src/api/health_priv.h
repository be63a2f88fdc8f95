/** @file
 * How the server is: heartbeats of the workers, of the records thread and of the disk, and the
 * numbers about all of them. Control thread, but for the page of metrics. */
#ifndef HEALTH_PRIV_H
#define HEALTH_PRIV_H

#include "api_priv.h"
#include "base/metrics.h"

struct health;

MUST_USE enum err health_new(struct health **out, struct api *a);
void health_free(struct health *h);
/** About every 100 ms: asks who is due. */
void health_tick(struct health *h, uint64_t now);
/** A worker's answer. @return false when it was not asked from here. */
bool health_stats(struct health *h, const struct worker_event *e);
/** What a journal reports. */
void health_journal(struct health *h, const struct journal_event *e);

/** The latest numbers for an administrator's page. Any thread: they are read from the metrics. */
json_t *health_summary(const struct health *h);

extern const struct route health_routes[];
extern const size_t health_routes_n;

#endif
