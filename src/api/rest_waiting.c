/* What waits for whoever runs meetings: people to be let in, recordings whose replay is not whole
 * yet. */
#include "api/recovery.h"
#include "api_priv.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "lobby_priv.h"
#include "outlines_priv.h"

enum { REPLAY_DAYS = 7, REPLAYS = 20 };

static json_t *json_of_meeting(const struct meeting *m)
{
    return json_pack("{s:s,s:s,s:s,s:{s:s,s:s}}", "id", m->public_id, "kind", m->kind, "title",
                     m->title, "project", "id", m->project_public_id, "title", m->project_title);
}

/* Only of meetings into which the caller may let people. */
static json_t *json_lobbies(struct request *rq)
{
    struct lobby_meeting at[LOBBY_MAX];
    const struct caller *c = caller_of(rq);
    size_t n = lobby_read(((struct api *)rq->app)->lobby, at);
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        struct meeting m;
        if (meeting_get(rq->db, &m, at[i].meeting) != ERR_OK ||
            !policy_allows(c->role, caller_relation(rq, &m), ACT_ADMIT))
            continue;
        (void)json_array_append_new(
            list, json_pack("{s:o,s:s,s:i,s:i,s:b}", "meeting", json_of_meeting(&m), "first",
                            at[i].first, "waiting", (int)at[i].waiting, "people", (int)at[i].people,
                            "host_here", (int)at[i].host_here));
    }
    return list;
}

/* Ended lately, recorded, and the packager is not through with it. */
static json_t *json_replays(struct request *rq, enum err *e)
{
    const struct api *a = (const struct api *)rq->app;
    json_t *list = json_array();
    AUTO(db_done) struct stmt s = db_use(rq->db, &SQL_WAITING_REPLAYS);
    db_bind_i64(&s, ":manager", caller_of(rq)->account);
    db_bind_i64(&s, ":since", rq->now_ms - (int64_t)REPLAY_DAYS * 86400000);
    while (db_row(&s) && json_array_size(list) < REPLAYS) {
        char ended[CLOCK_TEXT_MAX];
        if (recovery_is_final(a->cfg.conf->data, db_text(&s, 0)))
            continue;
        clock_rfc3339(ended, db_i64(&s, 3));
        (void)json_array_append_new(
            list, json_pack("{s:{s:s,s:s,s:s,s:{s:s,s:s}},s:s}", "meeting", "id", db_text(&s, 0),
                            "kind", db_text(&s, 1), "title", db_text(&s, 2), "project", "id",
                            db_text(&s, 4), "title", db_text(&s, 5), "ended_at", ended));
    }
    *e = s.err;
    return list;
}

static enum err waiting_get(struct request *rq)
{
    enum err e = ERR_OK;
    if (caller_of(rq)->participant)
        return ERR_DENIED;
    json_t *replays = json_replays(rq, &e);
    rq->answer.body = json_pack("{s:o,s:o}", "lobbies", json_lobbies(rq), "replays", replays);
    return e;
}

const struct route waiting_routes[] = {
    {M_GET, "/api/v1/waiting", ON_READ, ACT_MEETING_SCHEDULE, NULL, waiting_get, {200, &o_waiting}},
};
const size_t waiting_routes_n = sizeof(waiting_routes) / sizeof(waiting_routes[0]);
