/* When a host has no time. */
#include <stdio.h>

#include "db/db.h"
#include "db/sql_gen.h"
#include "domain/meetings.h"

static const int64_t MINUTE_MS = 60000;

enum err meeting_busy(struct db *db, const struct busy_query *q,
                      void (*each)(void *arg, const struct busy *b), void *arg)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_MEETING_BUSY);
    db_bind_i64(&s, ":host", q->host);
    db_bind_i64(&s, ":caller", q->caller);
    /* The longest meeting may have begun that long before. */
    db_bind_i64(&s, ":from", q->from - DURATION_MAX * MINUTE_MS);
    db_bind_i64(&s, ":to", q->to);
    while (db_row(&s)) {
        struct busy b = {.starts_at = db_i64(&s, 2), .duration_min = db_i64(&s, 3)};
        (void)snprintf(b.public_id, sizeof(b.public_id), "%s", db_text(&s, 0));
        (void)snprintf(b.title, sizeof(b.title), "%s", db_text(&s, 1));
        if (b.starts_at + b.duration_min * MINUTE_MS > q->from)
            each(arg, &b);
    }
    return s.err;
}
