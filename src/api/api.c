/* The door between the control thread's mail and the live meetings. */
#include <stdlib.h>
#include <string.h>

#include "api_priv.h"
#include "base/log.h"
#include "base/mem.h"
#include "db/writer.h"
#include "documents_priv.h"
#include "health_priv.h"
#include "lobby_priv.h"
#include "meet_priv.h"
#include "oidc_priv.h"
#include "project_priv.h"

enum { HELLO_S = 10, SPACE_S = 60, TRIM_S = 5 };

struct status {
    struct status *next;
    uint64_t cookie;
    unsigned waiting;
    json_t *workers;
    void (*done)(void *arg, const char *json);
    void *arg;
};

enum err api_new(struct api **out, const struct api_config *cfg)
{
    struct api *a = (struct api *)mem_zalloc(1, sizeof(*a));
    if (a == NULL)
        return ERR_NOMEM;
    a->cfg = *cfg;
    a->scratch = (struct sdp *)mem_alloc(sizeof(*a->scratch));
    a->answer = (struct nego_send *)mem_alloc(sizeof(*a->answer));
    a->applied = (struct nego_recv *)mem_alloc(sizeof(*a->applied));
    a->text = (char *)mem_alloc(NEGO_TEXT_MAX);
    if (attempts_new(&a->attempts) != ERR_OK ||
        oidc_new(&a->oidc, a->cfg.conf, a->cfg.public_url) != ERR_OK ||
        desk_new(&a->desk, a) != ERR_OK || health_new(&a->health, a) != ERR_OK ||
        lobby_new(&a->lobby) != ERR_OK || a->scratch == NULL || a->answer == NULL ||
        a->applied == NULL || a->text == NULL) {
        api_free(a);
        return ERR_NOMEM;
    }
    *out = a;
    return ERR_OK;
}

void api_free(struct api *a)
{
    if (a == NULL)
        return;
    whip_free_all(a);
    while (a->lives != NULL) {
        journal_free(a->lives->journal);
        a->lives->journal = NULL;
        live_free(a->lives);
    }
    while (a->conns != NULL) {
        struct conn *c = a->conns;
        a->conns = c->next;
        mem_free(c);
    }
    attempts_free(a->attempts);
    oidc_free(a->oidc);
    desk_free(a->desk);
    health_free(a->health);
    lobby_free(a->lobby);
    store_drop(a);
    map_fini(&a->peers);
    map_fini(&a->whip_ids);
    map_fini(&a->watchers);
    map_fini(&a->producers);
    map_fini(&a->rooms);
    map_fini(&a->members);
    map_fini(&a->journals);
    mem_free(a->scratch);
    mem_free(a->answer);
    mem_free(a->applied);
    mem_free(a->text);
    mem_free(a);
}

enum err api_write(void *api, struct task *t)
{
    return writer_submit(((struct api *)api)->cfg.writer, t);
}

// clang-format off
#define TABLES(X) \
    X(session) \
    X(self) \
    X(oidc) \
    X(account) \
    X(audit) \
    X(project) \
    X(import) \
    X(export) \
    X(calendar) \
    X(people) \
    X(pace) \
    X(waiting) \
    X(service) \
    X(timeline) \
    X(meeting) \
    X(invitation) \
    X(attendance) \
    X(link) \
    X(paper) \
    X(recording) \
    X(view) \
    X(device) \
    X(delivery) \
    X(ics) \
    X(token) \
    X(upload) \
    X(document) \
    X(hook) \
    X(health) \
    X(whip)
// clang-format on

size_t api_routes(const struct route *const **tables, const size_t **counts)
{
#define TABLE(name) name##_routes,
#define COUNT(name) sizes[n++] = name##_routes_n;
    static const struct route *const list[] = {TABLES(TABLE)};
    static size_t sizes[sizeof(list) / sizeof(list[0])];
    size_t n = 0;
    TABLES(COUNT)
    *tables = list;
    *counts = sizes;
    return n;
}

/* ---- status
 * ------------------------------------------------------------------------------------------ */

static void status_finish(struct api *a, struct status *s)
{
    struct status **at = &a->status;
    size_t people = 0, meetings = 0, watchers = 0;
    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
    for (const struct live *l = a->lives; l != NULL; l = l->next) {
        meetings++;
        people += live_count_in(l);
        watchers += l->watchers;
    }
    json_t *o = json_pack("{s:s,s:I,s:I,s:I,s:o}", "state", a->stopping ? "stopping" : "running",
                          "meetings", (json_int_t)meetings, "people", (json_int_t)people,
                          "watchers", (json_int_t)watchers, "workers", s->workers);
    char *text = json_dumps(o, JSON_COMPACT);
    s->done(s->arg, text != NULL ? text : "{}");
    free(text);
    json_decref(o);
    mem_free(s);
}

static void on_stats(struct api *a, const struct worker_event *e)
{
    struct status *s = a->status;
    while (s != NULL && s->cookie != e->cookie)
        s = s->next;
    if (s == NULL)
        return;
    (void)json_array_append_new(
        s->workers,
        json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}",
                  "rooms", (json_int_t)e->u.stats.rooms, "peers", (json_int_t)e->u.stats.peers,
                  "producers", (json_int_t)e->u.stats.producers, "consumers",
                  (json_int_t)e->u.stats.consumers, "rtp_in", (json_int_t)e->u.stats.rtp_in,
                  "rtp_out", (json_int_t)e->u.stats.rtp_out, "bytes_in",
                  (json_int_t)e->u.stats.bytes_in, "bytes_out", (json_int_t)e->u.stats.bytes_out,
                  "dropped", (json_int_t)e->u.stats.dropped, "bad", (json_int_t)e->u.stats.bad,
                  "nacks", (json_int_t)e->u.stats.nacks, "plis", (json_int_t)e->u.stats.plis,
                  "cpu_ms", (json_int_t)(e->u.stats.cpu_ns / 1000000), "ring_bytes",
                  (json_int_t)e->u.stats.ring_bytes, "peer_bytes",
                  (json_int_t)e->u.stats.peer_bytes, "unsettled", (json_int_t)e->u.stats.unsettled,
                  "stun_bad", (json_int_t)e->u.stats.stun_bad, "srtp_failed",
                  (json_int_t)e->u.stats.srtp_failed));
    if (--s->waiting == 0)
        status_finish(a, s);
}

void api_status(struct api *a, void (*done)(void *arg, const char *json), void *arg)
{
    struct status *s = (struct status *)mem_zalloc(1, sizeof(*s));
    if (s == NULL) {
        done(arg, "{}");
        return;
    }
    *s = (struct status){.cookie = ++a->next_id,
                         .waiting = a->cfg.n_workers,
                         .workers = json_array(),
                         .done = done,
                         .arg = arg,
                         .next = a->status};
    a->status = s;
    for (unsigned i = 0; i < a->cfg.n_workers; i++) {
        struct worker_cmd *c = worker_cmd_new(CMD_STATS);
        if (c == NULL)
            continue;
        c->cookie = s->cookie;
        worker_post(a->cfg.workers[i], c);
    }
}

/* ---- mail and time
 * --------------------------------------------------------------------------------------- */

void api_on_msg(void *api, struct msg *m)
{
    struct api *a = (struct api *)api;
    if (m->type == WORKER_EVENT) {
        const struct worker_event *e = (const struct worker_event *)m;
        if (e->type == EV_PEER_UP && a->trim_ns == 0) /* Handshakes are let go within this time. */
            a->trim_ns = clock_mono_ns() + TRIM_S * NS_PER_S;
        if (e->type == EV_STATS && health_stats(a->health, e))
            ; /* It was a heartbeat. */
        else if (e->type == EV_STATS)
            on_stats(a, e);
        else
            media_event(a, e);
    } else if (m->type == JOURNAL_EVENT) {
        health_journal(a->health, (const struct journal_event *)m);
        recorder_event(a, (const struct journal_event *)m);
    }
    msg_drop(m);
}

static void tick_conns(struct api *a, uint64_t now)
{
    for (struct conn *c = a->conns; c != NULL; c = c->next)
        if (c->ws != NULL && !c->helloed && now - c->opened_ns > HELLO_S * NS_PER_S)
            ws_close(c->ws, 4000, "no hello");
}

void api_on_tick(void *api)
{
    struct api *a = (struct api *)api;
    uint64_t now = clock_mono_ns();
    tick_conns(a, now);
    health_tick(a->health, now);
    lobby_tick(a->lobby, a->lives, now);
    whip_tick(a, now);
    desk_tick(a->desk, now);
    store_again(a, now);
    if (a->trim_ns != 0 && now >= a->trim_ns) {
        a->trim_ns = 0;
        mem_trim();
    }
    for (struct live *l = a->lives, *next = NULL; l != NULL; l = next) {
        next = l->next;
        live_tick(l, now);
    }
    if (now < a->next_space_ns)
        return;
    a->next_space_ns = now + SPACE_S * NS_PER_S;
    for (struct live *l = a->lives; l != NULL; l = l->next)
        if (l->journal != NULL)
            recorder_space(l);
}

/* ---- meetings from outside
 * ------------------------------------------------------------------------------- */

static void end_loaded(struct job *j)
{
    struct live *l = j->task.result == ERR_OK ? live_get(j->api, j) : NULL;
    if (l == NULL) {
        j->told(j->told_arg, j->task.result == ERR_OK ? ERR_NOMEM : j->task.result);
        return;
    }
    if (!meeting_is_over(&l->m))
        live_end(l, j->key);
    store_receipt(j->api, j->told, j->told_arg);
}

void api_end_meeting(struct api *a, const char *public_id, const char *by,
                     void (*told)(void *arg, enum err e), void *arg)
{
    struct live *l = live_find(a, public_id);
    struct job *j = l != NULL ? NULL : job_new(a, read_hello);
    if (l != NULL) {
        if (!l->ending)
            live_end(l, by);
        store_receipt(a, told, arg);
        return;
    }
    if (j == NULL) {
        told(arg, ERR_NOMEM);
        return;
    }
    (void)snprintf(j->public_id, sizeof(j->public_id), "%s", public_id);
    (void)snprintf(j->key, sizeof(j->key), "%s", by);
    j->told = told;
    j->told_arg = arg;
    j->after = end_loaded;
    job_read(j);
}

void api_resume(struct api *a, const char *meeting)
{
    char dir[CONF_TEXT + 80];
    recording_dir(a, meeting, dir);
    a->cfg.hooks.follow(a->cfg.hooks.arg, meeting, dir);
}

void api_shutdown(struct api *a)
{
    a->stopping = true;
    desk_stop(a->desk);
    for (struct live *l = a->lives; l != NULL; l = l->next) {
        for (struct person *p = l->persons; p != NULL; p = p->next)
            say(p, json_pack("{s:s}", "type", "shutdown"));
        recorder_shutdown(l);
    }
}

bool api_idle(const struct api *a)
{
    for (const struct live *l = a->lives; l != NULL; l = l->next)
        if (l->journal != NULL)
            return false;
    return true;
}
