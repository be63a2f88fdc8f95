/* The audit log: put in, and read by key from the newest on. */
#include "domain/audit.h"

#include "db/db.h"
#include "db/sql_gen.h"

enum err audit_put(struct db *db, const struct audit *a, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_AUDIT_ADD);
    db_bind_i64(&s, ":now", now_ms);
    db_bind_text(&s, ":who", a->who);
    db_bind_text(&s, ":what", a->what);
    db_bind_text(&s, ":object", a->object);
    db_bind_text(&s, ":client", a->client);
    db_bind_id(&s, ":account", a->account);
    db_bind_id(&s, ":token", a->token);
    db_bind_text(&s, ":detail", a->detail != NULL ? a->detail : "");
    return db_exec(&s);
}

enum err audit_add(struct db *db, int64_t now_ms, const char *who, const char *what,
                   const char *object, const char *client)
{
    const struct audit a = {.who = who, .what = what, .object = object, .client = client};
    return audit_put(db, &a, now_ms);
}

static void bind_query(struct stmt *s, const struct audit_query *q)
{
    db_bind_i64(s, ":before", q->before);
    db_bind_i64(s, ":from", q->from);
    db_bind_i64(s, ":to", q->to);
    db_bind_text(s, ":what", q->what);
    db_bind_text(s, ":who", q->who);
    db_bind_text(s, ":object", q->object);
    db_bind_i64(s, ":limit", q->limit);
}

enum err audit_list(struct db *db, const struct audit_query *q,
                    void (*each)(void *arg, const struct audit *a), void *arg)
{
    bool own = q->manager != 0;
    AUTO(db_done) struct stmt s = db_use(db, own ? &SQL_AUDIT_OF_MANAGER : &SQL_AUDIT_ALL);
    bind_query(&s, q);
    if (own)
        db_bind_i64(&s, ":manager", q->manager);
    while (db_row(&s)) {
        const struct audit a = {.id = db_i64(&s, 0),
                                .at = db_i64(&s, 1),
                                .who = db_text(&s, 2),
                                .what = db_text(&s, 3),
                                .object = db_text(&s, 4),
                                .client = db_text(&s, 5),
                                .detail = db_text(&s, 6),
                                .content = db_i64(&s, 7) != 0,
                                .project = db_text(&s, 8),
                                .login = db_text(&s, 9),
                                .token_name = db_text(&s, 10)};
        each(arg, &a);
    }
    return s.err;
}
