/* A part is well when it has answered lately: what hangs says nothing by itself. */
#include "health_priv.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/mem.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "outlines_priv.h"

enum {
    WORKER_EVERY_S = 1,
    WORKER_LATE_S = 5,
    SLOW_EVERY_S = 10, /* disk and records: each beat of the records is one commit */
    SLOW_LATE_S = 35,
};

#define FAMILY(var, name, help, type, scale) \
    static const struct metric_family var = {name, help, type, scale, NULL, 0}
// clang-format off
FAMILY(f_rooms, "yunjian_media_rooms", "Rooms of a media worker.", METRIC_GAUGE, 1);
FAMILY(f_peers, "yunjian_media_peers", "Peer connections of a media worker; a participant has two.", METRIC_GAUGE, 1);
FAMILY(f_producers, "yunjian_media_producers", "Tracks that are received.", METRIC_GAUGE, 1);
FAMILY(f_consumers, "yunjian_media_consumers", "Tracks that are sent, one a receiver.", METRIC_GAUGE, 1);
FAMILY(f_packets, "yunjian_media_packets_total", "RTP packets.", METRIC_COUNTER, 1);
FAMILY(f_bytes, "yunjian_media_bytes_total", "Bytes of RTP.", METRIC_COUNTER, 1);
FAMILY(f_dropped, "yunjian_media_dropped_packets_total", "RTP packets that were not sent on.", METRIC_COUNTER, 1);
FAMILY(f_bad, "yunjian_media_refused_packets_total", "Packets refused, by what was wrong.", METRIC_COUNTER, 1);
FAMILY(f_nacks, "yunjian_media_nacks_total", "Packets asked for again, by receivers or of senders.", METRIC_COUNTER, 1);
FAMILY(f_plis, "yunjian_media_plis_total", "Key frames asked for.", METRIC_COUNTER, 1);
FAMILY(f_cpu, "yunjian_media_cpu_seconds_total", "Processor time of a media worker.", METRIC_COUNTER, 1e-9);
FAMILY(f_ring, "yunjian_media_retransmission_bytes", "Media kept to be sent again.", METRIC_GAUGE, 1);
FAMILY(f_meetings, "yunjian_meetings", "Meetings that are live.", METRIC_GAUGE, 1);
FAMILY(f_people, "yunjian_people", "People in meetings.", METRIC_GAUGE, 1);
FAMILY(f_recordings, "yunjian_recordings", "Meetings that are being recorded.", METRIC_GAUGE, 1);
FAMILY(f_journal_wait, "yunjian_journal_waiting_bytes", "Media that waits for the disk, of all recordings.", METRIC_GAUGE, 1);
FAMILY(f_journal_drop, "yunjian_journal_dropped_packets_total", "Packets that found the memory for a slow disk full.", METRIC_COUNTER, 1);
FAMILY(f_journal_fail, "yunjian_journal_failures_total", "Times that a journal could not be written.", METRIC_COUNTER, 1);
FAMILY(f_segments, "yunjian_journal_segments_total", "Segments closed.", METRIC_COUNTER, 1);
FAMILY(f_lag, "yunjian_packager_lag_seconds", "Age of the stalest index of the recordings that run.", METRIC_GAUGE, 1e-3);
FAMILY(f_again, "yunjian_records_again", "Records that could not be written and are tried again.", METRIC_GAUGE, 1);
FAMILY(f_refused, "yunjian_records_refused_total", "Records of meetings that were given up.", METRIC_COUNTER, 1);
FAMILY(f_free, "yunjian_data_free_bytes", "Room on the disk of the data folder.", METRIC_GAUGE, 1);
FAMILY(f_part, "yunjian_part_ready", "1 while this part of the server is well.", METRIC_GAUGE, 1);
FAMILY(f_ready, "yunjian_ready", "1 while the server can do all it is for.", METRIC_GAUGE, 1);
// clang-format on

/* One series a worker each, in the order of worker_values(). */
static const struct {
    const struct metric_family *family;
    const char *key, *value;
} worker_series[] = {
    {&f_rooms, NULL, NULL},          {&f_peers, NULL, NULL},
    {&f_producers, NULL, NULL},      {&f_consumers, NULL, NULL},
    {&f_packets, "direction", "in"}, {&f_packets, "direction", "out"},
    {&f_bytes, "direction", "in"},   {&f_bytes, "direction", "out"},
    {&f_dropped, NULL, NULL},        {&f_bad, "reason", "malformed"},
    {&f_bad, "reason", "stun"},      {&f_bad, "reason", "dtls"},
    {&f_bad, "reason", "srtp"},      {&f_nacks, NULL, NULL},
    {&f_plis, NULL, NULL},           {&f_cpu, NULL, NULL},
    {&f_ring, NULL, NULL},
};
enum health_part { HEALTH_WORKERS, HEALTH_RECORDS, HEALTH_DISK, HEALTH_N };
static const char *const health_words[HEALTH_N] = {"workers", "records", "disk"};
enum { WORKER_SERIES = sizeof(worker_series) / sizeof(worker_series[0]) };

struct health {
    struct api *api;
    uint64_t next_ns, next_slow_ns;
    struct {
        uint64_t cookie, heard_ns;
        struct metric *series[WORKER_SERIES];
    } workers[API_WORKERS_MAX];
    uint64_t records_ns, disk_ns; /* when each was last found well */
    bool records_out, disk_out;   /* asked, not answered yet */
    bool roomy;
    struct metric *meetings, *people, *recordings, *journal_wait, *journal_drop, *journal_fail,
        *segments, *lag, *again, *refused, *free_bytes, *ready, *parts[HEALTH_N];
};

static void add_worker_series(struct health *h, struct metrics *ms)
{
    for (unsigned w = 0; w < h->api->cfg.n_workers; w++)
        for (size_t i = 0; i < WORKER_SERIES; i++) {
            char number[12];
            (void)snprintf(number, sizeof(number), "%u", w);
            const char *labels[] = {"worker", number, worker_series[i].key, worker_series[i].value,
                                    NULL};
            h->workers[w].series[i] = metrics_series(ms, worker_series[i].family, labels);
        }
}

enum err health_new(struct health **out, struct api *a)
{
    struct health *h = (struct health *)mem_zalloc(1, sizeof(*h));
    struct metrics *ms = a->cfg.metrics;
    if (h == NULL)
        return ERR_NOMEM;
    h->api = a;
    add_worker_series(h, ms);
    h->meetings = metrics_series(ms, &f_meetings, NULL);
    h->people = metrics_series(ms, &f_people, NULL);
    h->recordings = metrics_series(ms, &f_recordings, NULL);
    h->journal_wait = metrics_series(ms, &f_journal_wait, NULL);
    h->journal_drop = metrics_series(ms, &f_journal_drop, NULL);
    h->journal_fail = metrics_series(ms, &f_journal_fail, NULL);
    h->segments = metrics_series(ms, &f_segments, NULL);
    h->lag = metrics_series(ms, &f_lag, NULL);
    h->again = metrics_series(ms, &f_again, NULL);
    h->refused = metrics_series(ms, &f_refused, NULL);
    h->free_bytes = metrics_series(ms, &f_free, NULL);
    h->ready = metrics_series(ms, &f_ready, NULL);
    for (int i = 0; i < HEALTH_N; i++)
        h->parts[i] =
            metrics_series(ms, &f_part, (const char *const[]){"part", health_words[i], NULL});
    metric_add(h->journal_drop, 0);
    metric_add(h->journal_fail, 0);
    metric_add(h->segments, 0);
    *out = h;
    return ERR_OK;
}

void health_free(struct health *h)
{
    mem_free(h);
}

/* ---- workers
 * --------------------------------------------------------------------------------------------------
 */

static void ask_workers(struct health *h)
{
    for (unsigned i = 0; i < h->api->cfg.n_workers; i++) {
        struct worker_cmd *c = worker_cmd_new(CMD_STATS);
        if (c == NULL)
            continue;
        h->workers[i].cookie = c->cookie = ++h->api->next_id;
        worker_post(h->api->cfg.workers[i], c);
    }
}

bool health_stats(struct health *h, const struct worker_event *e)
{
    unsigned w = 0;
    while (w < h->api->cfg.n_workers && h->workers[w].cookie != e->cookie)
        w++;
    if (w == h->api->cfg.n_workers)
        return false;
    const uint64_t values[WORKER_SERIES] = {
        e->u.stats.rooms,       e->u.stats.peers,   e->u.stats.producers, e->u.stats.consumers,
        e->u.stats.rtp_in,      e->u.stats.rtp_out, e->u.stats.bytes_in,  e->u.stats.bytes_out,
        e->u.stats.dropped,     e->u.stats.bad,     e->u.stats.stun_bad,  e->u.stats.dtls_failed,
        e->u.stats.srtp_failed, e->u.stats.nacks,   e->u.stats.plis,      e->u.stats.cpu_ns,
        e->u.stats.ring_bytes};
    h->workers[w].heard_ns = clock_mono_ns();
    for (size_t i = 0; i < WORKER_SERIES; i++)
        metric_set(h->workers[w].series[i], (int64_t)values[i]);
    return true;
}

/* ---- records
 * --------------------------------------------------------------------------------------------------
 */

static enum err write_pulse(struct db *db, struct job *j)
{
    AUTO(db_done) struct stmt q = db_use(db, &SQL_PULSE);
    db_bind_i64(&q, ":now", j->now_ms);
    return db_exec(&q);
}

static void pulse_written(struct job *j)
{
    struct health *h = j->api->health;
    h->records_out = false;
    if (j->task.result == ERR_OK)
        h->records_ns = clock_mono_ns();
    else
        h->records_ns = 0; /* It can not be written now: there is no need to wait and see. */
}

static void ask_records(struct health *h)
{
    struct job *j = h->records_out ? NULL : job_new(h->api, write_pulse);
    if (j == NULL)
        return;
    h->records_out = true;
    j->after = pulse_written;
    job_write(j);
}

/* ---- disk, and how far the packagers are behind
 * ---------------------------------------------------------------------- */

/* The index is replaced every two seconds while its packager is well. */
static int64_t stalest_ms(const char *data, const char *meetings, int64_t now_ms)
{
    int64_t worst = 0;
    for (const char *p = meetings; *p != '\0';) {
        char path[CONF_TEXT + 120];
        struct stat st;
        size_t n = strcspn(p, " ");
        (void)snprintf(path, sizeof(path), "%s/recordings/%.*s/index.json", data, (int)n, p);
        int64_t age = stat(path, &st) != 0 ? 0
                                           : now_ms - (int64_t)st.st_mtim.tv_sec * 1000 -
                                                 st.st_mtim.tv_nsec / 1000000;
        worst = age > worst ? age : worst;
        p += n;
        p += *p == ' ';
    }
    return worst;
}

static enum err look_at_disk(struct db *db, struct job *j)
{
    struct statvfs v;
    (void)db;
    if (statvfs(j->text, &v) != 0)
        return ERR_IO;
    j->number = (int64_t)(v.f_bavail * v.f_frsize);
    j->at = stalest_ms(j->text, j->json != NULL ? j->json : "", j->now_ms);
    return ERR_OK;
}

static void disk_seen(struct job *j)
{
    struct health *h = j->api->health;
    h->disk_out = false;
    if (j->task.result != ERR_OK)
        return;
    h->disk_ns = clock_mono_ns();
    h->roomy = j->number >= (int64_t)h->api->cfg.conf->disk_reserve_mib << 20;
    metric_set(h->free_bytes, j->number);
    metric_set(h->lag, j->at);
}

static char *recorded_meetings(const struct api *a)
{
    size_t n = 0;
    for (const struct live *l = a->lives; l != NULL; l = l->next)
        n += l->rec == REC_ON;
    char *text = (char *)calloc(n + 1, PUBLIC_ID_LEN + 2); /* a job's text is freed as jansson's */
    char *at = text;
    for (const struct live *l = a->lives; at != NULL && l != NULL; l = l->next)
        if (l->rec == REC_ON)
            at += sprintf(at, "%s ", l->m.public_id);
    return text;
}

static void ask_disk(struct health *h)
{
    struct job *j = h->disk_out ? NULL : job_new(h->api, look_at_disk);
    if (j == NULL)
        return;
    h->disk_out = true;
    (void)snprintf(j->text, sizeof(j->text), "%s", h->api->cfg.conf->data);
    j->json = recorded_meetings(h->api);
    j->after = disk_seen;
    job_read(j);
}

/* ---- what it comes to
 * ------------------------------------------------------------------------------------------------
 */

static bool lately(uint64_t then, unsigned late_s)
{
    return then != 0 && clock_mono_ns() - then < late_s * NS_PER_S;
}

static bool workers_well(const struct health *h)
{
    for (unsigned i = 0; i < h->api->cfg.n_workers; i++)
        if (!lately(h->workers[i].heard_ns, WORKER_LATE_S))
            return false;
    return true;
}

static bool records_well(const struct health *h)
{
    return lately(h->records_ns, SLOW_LATE_S) && h->api->again == NULL;
}

static bool disk_well(const struct health *h)
{
    return h->roomy && lately(h->disk_ns, SLOW_LATE_S);
}

static bool is_ready(const struct health *h)
{
    return workers_well(h) && records_well(h) && disk_well(h) && !h->api->stopping;
}

bool api_alive(const struct api *a)
{
    return workers_well(a->health);
}

void health_journal(struct health *h, const struct journal_event *e)
{
    if (e->type == JOURNAL_DROPPED)
        metric_add(h->journal_drop, e->u.dropped.packets);
    else if (e->type == JOURNAL_FAILED)
        metric_add(h->journal_fail, 1);
    else if (e->type == JOURNAL_SEGMENT)
        metric_add(h->segments, 1);
}

static void count(struct health *h)
{
    const struct api *a = h->api;
    int64_t meetings = 0, people = 0, recordings = 0, waiting = 0;
    for (const struct live *l = a->lives; l != NULL; l = l->next) {
        meetings++;
        people += (int64_t)live_count_in(l);
        recordings += l->rec == REC_ON;
        if (l->journal != NULL)
            waiting += (int64_t)journal_waiting(l->journal);
    }
    metric_set(h->meetings, meetings);
    metric_set(h->people, people);
    metric_set(h->recordings, recordings);
    metric_set(h->journal_wait, waiting);
    metric_set(h->again, (int64_t)a->n_again);
    metric_set(h->refused, (int64_t)a->refused);
    metric_set(h->ready, is_ready(h));
    metric_set(h->parts[HEALTH_WORKERS], workers_well(h));
    metric_set(h->parts[HEALTH_RECORDS], records_well(h));
    metric_set(h->parts[HEALTH_DISK], disk_well(h));
}

void health_tick(struct health *h, uint64_t now)
{
    if (now < h->next_ns)
        return;
    h->next_ns = now + WORKER_EVERY_S * NS_PER_S;
    ask_workers(h);
    count(h);
    if (now < h->next_slow_ns)
        return;
    h->next_slow_ns = now + SLOW_EVERY_S * NS_PER_S;
    ask_records(h);
    ask_disk(h);
}

json_t *health_summary(const struct health *h)
{
    const struct {
        const char *name;
        const struct metric *value;
    } rows[] = {
        {"meetings", h->meetings},
        {"people", h->people},
        {"recordings", h->recordings},
        {"journal_waiting_bytes", h->journal_wait},
        {"journal_failures", h->journal_fail},
        {"packager_lag_ms", h->lag},
        {"records_again", h->again},
        {"records_refused", h->refused},
    };
    json_t *parts = json_object(), *o = json_object();
    for (int i = 0; i < HEALTH_N; i++)
        (void)json_object_set_new(parts, health_words[i],
                                  json_boolean(metric_get(h->parts[i]) != 0));
    (void)json_object_set_new(o, "ready", json_boolean(metric_get(h->ready) != 0));
    (void)json_object_set_new(o, "parts", parts);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        (void)json_object_set_new(o, rows[i].name, json_integer(metric_get(rows[i].value)));
    return o;
}

/* ---- the doors
 * -------------------------------------------------------------------------------------------------
 */

/* That this is answered is the answer. */
static enum err get_live(struct request *rq)
{
    rq->answer.body = json_pack("{s:s}", "status", "live");
    http_answer(rq, ERR_OK);
    return ERR_OK;
}

static enum err get_ready(struct request *rq)
{
    const struct health *h = ((struct api *)rq->app)->health;
    bool ready = is_ready(h);
    rq->answer.status = ready ? 200 : 503;
    rq->answer.body =
        json_pack("{s:s,s:b,s:b,s:b}", "status",
                  h->api->stopping ? "stopping"
                  : ready          ? "ready"
                                   : "not_ready",
                  "workers", workers_well(h), "records", records_well(h), "disk", disk_well(h));
    http_answer(rq, ERR_OK);
    return ERR_OK;
}

static enum err get_metrics(struct request *rq)
{
    struct metrics *ms = ((struct api *)rq->app)->cfg.metrics;
    rq->answer.text = ms != NULL ? metrics_text(ms) : NULL;
    rq->answer.text_type = "text/plain; version=0.0.4; charset=utf-8";
    return rq->answer.text != NULL ? ERR_OK : ERR_NOMEM;
}

// clang-format off
const struct route health_routes[] = {
    {M_GET, "/healthz", ON_LIVE, ACT_ANYBODY, NULL, get_live, {200, &o_live}},
    {M_GET, "/readyz", ON_LIVE, ACT_ANYBODY, NULL, get_ready, {200, &o_ready, .flags = REPLY_UNWELL}},
    {M_GET, "/metrics", ON_READ, ACT_METRICS, NULL, get_metrics, {200, .media = "text/plain"}},
};
// clang-format on
const size_t health_routes_n = sizeof(health_routes) / sizeof(health_routes[0]);
