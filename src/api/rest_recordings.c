/* The bytes of recordings, each reading of them on record, and what happened in a meeting. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api_priv.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "outlines_priv.h"

enum { INDEX_MAX = 64 << 20, EVENTS_MAX = 1000 };
#define INDEX_NAME "index.json"
#define EVENTS_NAME "events" /* what was said and done, in the log of views */

json_t *recording_index(const struct api *a, const char *meeting)
{
    struct stat st;
    char path[CONF_TEXT + 120], dir[CONF_TEXT + 80];
    recording_dir(a, meeting, dir);
    (void)snprintf(path, sizeof(path), "%s/" INDEX_NAME, dir);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    json_t *o = NULL;
    if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size < INDEX_MAX)
        o = json_loadfd(fd, 0, NULL);
    if (fd >= 0)
        (void)close(fd);
    return o;
}

/* ---- who reads is on record before the first byte goes out --------------------------------- */

struct viewer viewer_of(const struct request *rq, const struct meeting *m)
{
    const struct caller *c = (const struct caller *)rq->caller;
    return (struct viewer){.meeting = m->id,
                           .account = c->participant ? 0 : c->account,
                           .participant = c->participant ? c->p.id : 0,
                           .name = c->name,
                           .role = role_text(c->role),
                           .client = rq->client,
                           .agent = rq->agent};
}

/* On the records thread. */
static enum err log_opening(struct request *rq, const struct viewer *who, const struct meeting *m,
                            const char *file)
{
    struct view v;
    enum err e = view_find(rq->db, &v, who, rq->now_ms);
    if (e == ERR_NOENT)
        e = view_open(rq->db, &v, who, m->public_id, false, rq->now_ms);
    if (e == ERR_OK)
        e = view_file_open(rq->db, v.id, file, rq->now_ms);
    if (e == ERR_OK)
        ((struct caller *)rq->caller)->view = v.id;
    return e;
}

/* Asks for a second run, on the records thread, when this reading is not yet in the log. True in
 * *wait: nothing is answered in this run. */
static enum err log_reading(struct request *rq, const struct meeting *m, const char *file,
                            bool *wait)
{
    struct viewer who = viewer_of(rq, m);
    struct view v;
    *wait = false;
    if (rq->again)
        return log_opening(rq, &who, m, file);
    enum err e = view_find(rq->db, &v, &who, rq->now_ms);
    if (e != ERR_OK && e != ERR_NOENT)
        return e;
    if (e == ERR_OK && view_knows(rq->db, &v, file, rq->now_ms)) {
        ((struct caller *)rq->caller)->view = v.id;
        return ERR_OK;
    }
    rq->answer.write = *wait = true;
    return ERR_OK;
}

static enum err write_sent(struct db *db, struct job *j)
{
    return view_file_sent(db, j->id, j->name, j->at, j->number, j->now_ms);
}

static void log_sent(const struct request *rq, const char *file, uint64_t from, uint64_t to)
{
    struct job *j = job_new((struct api *)rq->app, write_sent);
    if (j == NULL)
        return;
    j->id = ((const struct caller *)rq->caller)->view;
    j->at = (int64_t)from;
    j->number = (int64_t)to;
    (void)snprintf(j->name, sizeof(j->name), "%s", file);
    job_write(j);
}

/* ---- the index and the files ----------------------------------------------------------------- */

static void index_answered(const struct request *rq)
{
    log_sent(rq, INDEX_NAME, 0, 0);
}

static enum err recording_read(struct request *rq)
{
    struct meeting m;
    bool wait = false;
    enum err e = allowed_meeting(rq, &m, ACT_REPLAY);
    json_t *index = e == ERR_OK ? recording_index((const struct api *)rq->app, m.public_id) : NULL;
    if (index != NULL) /* without one there is nothing to see */
        e = log_reading(rq, &m, INDEX_NAME, &wait);
    if (e != ERR_OK || wait) {
        json_decref(index);
        return e;
    }
    if (index != NULL)
        rq->answer.after = index_answered;
    rq->answer.body =
        json_pack("{s:o,s:o,s:o}", "meeting", json_meeting_page(rq, &m), "recording",
                  json_recording_state(rq, m.id), "index", index != NULL ? index : json_null());
    return ERR_OK;
}

/* What may be fetched of a recording, by the end of its name. */
static const struct kept {
    const char *end, *folder, *type;
} kept[] = {{".webm", "tracks", "video/webm"},
            {".mp4", "tracks", "video/mp4"},
            {".jpg", "previews", "image/jpeg"}};

static const struct kept *kept_of(const char *name)
{
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot != NULL && i < sizeof(kept) / sizeof(kept[0]); i++)
        if (strcmp(kept[i].end, dot) == 0)
            return &kept[i];
    return NULL;
}

static void logged_name(const struct kept *k, const char *name, char out[VIEW_FILE_LEN])
{
    (void)snprintf(out, VIEW_FILE_LEN, "%s/%s", k->folder, name);
}

static void file_sent(const struct request *rq, uint64_t from, uint64_t to)
{
    char name[VIEW_FILE_LEN];
    logged_name(kept_of(rq->args[1]), rq->args[1], name);
    log_sent(rq, name, from, to);
}

static enum err file_read(struct request *rq)
{
    struct meeting m;
    char dir[CONF_TEXT + 80], path[ROUTE_FILE_MAX], name[VIEW_FILE_LEN];
    bool wait = false;
    enum err e = allowed_meeting(rq, &m, ACT_REPLAY);
    if (e != ERR_OK)
        return e;
    const struct kept *k = kept_of(rq->args[1]);
    if (k == NULL)
        return ERR_NOENT;
    recording_dir((const struct api *)rq->app, m.public_id, dir);
    logged_name(k, rq->args[1], name);
    (void)snprintf(path, sizeof(path), "%s/%s", dir, name);
    if (access(path, R_OK) != 0)
        return ERR_NOENT;
    e = log_reading(rq, &m, name, &wait);
    if (e != ERR_OK || wait)
        return e;
    (void)snprintf(rq->answer.file, sizeof(rq->answer.file), "%s", path);
    rq->answer.file_type = k->type;
    rq->answer.sent = file_sent;
    return ERR_OK;
}

/* ---- what happened --------------------------------------------------------------------------- */

/* The meeting clock's 0 in wall milliseconds; -1 when nothing has been recorded yet. */
static int64_t clock_start(const struct api *a, const char *meeting)
{
    json_t *index = recording_index(a, meeting);
    const char *text = json_string_value(json_object_get(index, "started_at"));
    int64_t ms = -1;
    if (text != NULL && !clock_from_rfc3339(text, &ms))
        ms = -1;
    json_decref(index);
    return ms;
}

bool query_number(const struct request *rq, const char *name, int64_t *out)
{
    const char *text = request_query(rq, name);
    size_t n = strlen(text);
    if (n > 18 || strspn(text, "0123456789") != n)
        return false;
    *out = n > 0 ? strtoll(text, NULL, 10) : 0;
    return true;
}

static json_t *json_event(const struct stmt *s, int64_t start)
{
    char at[CLOCK_TEXT_MAX];
    int64_t ms = db_i64(s, 1);
    json_t *body = json_loads(db_text(s, 5), 0, NULL);
    clock_rfc3339(at, ms);
    return json_pack("{s:I,s:s,s:o,s:s,s:s,s:s,s:o}", "event", (json_int_t)db_i64(s, 0), "at", at,
                     "at_ms", start >= 0 ? json_integer(ms - start) : json_null(), "type",
                     db_text(s, 2), "participant", db_text(s, 3), "name", db_text(s, 4), "data",
                     body != NULL ? body : json_null());
}

static void events_answered(const struct request *rq)
{
    log_sent(rq, EVENTS_NAME, 0, 0);
}

static enum err events_read(struct request *rq)
{
    struct meeting m;
    int64_t after = 0;
    bool wait = false;
    enum err e = allowed_meeting(rq, &m, ACT_REPLAY);
    if (e == ERR_OK && !query_number(rq, "after", &after))
        e = answer_error(rq, ERR_INVAL, "after: must be the number of an event.");
    if (e == ERR_OK)
        e = log_reading(rq, &m, EVENTS_NAME, &wait);
    if (e != ERR_OK || wait)
        return e;
    rq->answer.after = events_answered;
    int64_t start = clock_start((const struct api *)rq->app, m.public_id);
    json_t *list = json_array();
    AUTO(db_done) struct stmt s = db_use(rq->db, &SQL_EVENT_LIST);
    db_bind_i64(&s, ":meeting", m.id);
    db_bind_i64(&s, ":after", after);
    db_bind_i64(&s, ":limit", EVENTS_MAX + 1);
    bool more = false;
    while (!more && db_row(&s)) {
        more = json_array_size(list) == EVENTS_MAX;
        if (!more)
            (void)json_array_append_new(list, json_event(&s, start));
    }
    rq->answer.body = json_pack("{s:o,s:b}", "events", list, "more", (int)more);
    return s.err;
}

// clang-format off
const struct route recording_routes[] = {
    {M_GET, "/api/v1/meetings/{id}/recording", ON_READ, ACT_REPLAY, NULL, recording_read, {200, &o_recording_page}},
    {M_GET, "/api/v1/meetings/{id}/recording/files/{file}", ON_READ, ACT_REPLAY, NULL, file_read,
     {200, .media = "video/webm,video/mp4,image/jpeg", .flags = REPLY_RANGES}},
    {M_GET, "/api/v1/meetings/{id}/events", ON_READ, ACT_REPLAY, NULL, events_read,
     {200, &o_event_list, .query = q_events}},
};
// clang-format on
const size_t recording_routes_n = sizeof(recording_routes) / sizeof(recording_routes[0]);
