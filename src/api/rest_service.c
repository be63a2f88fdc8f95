/* What keeping the service needs to know, and nothing of what is in it: how it is, how much room
 * there is, which accounts want looking at. */
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "api_priv.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "health_priv.h"
#include "outlines_priv.h"

enum { DAY_S = 86400, FAILURES = 5, ATTENTION = 100 };

static int64_t size_of(const char *data, const char *name)
{
    struct stat st;
    char path[CONF_TEXT + 40];
    (void)snprintf(path, sizeof(path), "%s/%s", data, name);
    return stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

static json_t *json_storage(const struct conf *c)
{
    struct statvfs v;
    if (statvfs(c->data, &v) != 0)
        return json_null();
    json_int_t unit = (json_int_t)v.f_frsize;
    int64_t database = size_of(c->data, "yunjian.db") + size_of(c->data, "yunjian.db-wal");
    return json_pack("{s:I,s:I,s:I,s:I}", "free_bytes", (json_int_t)v.f_bavail * unit,
                     "total_bytes", (json_int_t)v.f_blocks * unit, "reserve_bytes",
                     (json_int_t)c->disk_reserve_mib << 20, "database_bytes", (json_int_t)database);
}

static enum err service_get(struct request *rq)
{
    const struct api *a = (const struct api *)rq->app;
    rq->answer.body = json_pack("{s:o,s:o}", "health", health_summary(a->health), "storage",
                                json_storage(a->cfg.conf));
    return ERR_OK;
}

/* ---- accounts
 * --------------------------------------------------------------------------------------------- */

static json_t *json_counts(struct request *rq, enum err *e)
{
    json_t *list = json_array();
    AUTO(db_done) struct stmt s = db_use(rq->db, &SQL_ACCOUNT_COUNTS);
    while (db_row(&s))
        (void)json_array_append_new(list, json_pack("{s:s,s:I,s:I}", "role", db_text(&s, 0),
                                                    "accounts", (json_int_t)db_i64(&s, 1),
                                                    "disabled", (json_int_t)db_i64(&s, 2)));
    *e = s.err;
    return list;
}

/* Why is in the members: a password that somebody else chose, no second factor where the role needs
 * one, many signings-in that failed within a day. */
static enum err attention_get(struct request *rq)
{
    json_t *list = json_array();
    AUTO(db_done) struct stmt s = db_use(rq->db, &SQL_ACCOUNT_ATTENTION);
    db_bind_i64(&s, ":since", rq->now_ms - (int64_t)DAY_S * 1000);
    db_bind_i64(&s, ":failures", FAILURES);
    db_bind_i64(&s, ":limit", ATTENTION);
    while (db_row(&s))
        (void)json_array_append_new(
            list, json_pack("{s:s,s:s,s:s,s:s,s:b,s:b,s:I}", "account", db_text(&s, 0), "login",
                            db_text(&s, 1), "name", db_text(&s, 2), "role", db_text(&s, 3),
                            "must_change", (int)db_i64(&s, 4), "second_missing", (int)db_i64(&s, 5),
                            "failures", (json_int_t)db_i64(&s, 6)));
    enum err e = ERR_OK;
    json_t *counts = json_counts(rq, &e);
    rq->answer.body = json_pack("{s:o,s:o}", "accounts", list, "counts", counts);
    return s.err != ERR_OK ? s.err : e;
}

const struct route service_routes[] = {
    {M_GET, "/api/v1/service", ON_READ, ACT_METRICS, NULL, service_get, {200, &o_service}},
    {M_GET,
     "/api/v1/attention",
     ON_READ,
     ACT_ACCOUNTS_READ,
     NULL,
     attention_get,
     {200, &o_attention}},
};
const size_t service_routes_n = sizeof(service_routes) / sizeof(service_routes[0]);
