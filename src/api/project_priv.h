/** @file
 * What the routes of projects share. */
#ifndef API_PROJECT_PRIV_H
#define API_PROJECT_PRIV_H

#include <jansson.h>

#include "domain/projects.h"
#include "http/route.h"

/** The filters of the address, within what the caller may read. ERR_INVAL: an unknown word. */
MUST_USE enum err project_query_of(const struct request *rq, struct project_query *q);
/** Stages' limits and the working calendar of this server. */
const struct stage_rules *rules_of(const struct request *rq);
/** "2026-11-25"; null for 0, which is no day. */
json_t *json_day(int32_t day);
/** The number is for the project's manager (@p own) alone. */
void party_show_phone(struct party *p, bool own);

/* rest_imports.c, rest_export.c */
extern const struct route import_routes[], export_routes[];
extern const size_t import_routes_n, export_routes_n;

#endif
