/* The log of views: the replay page's reports, and who may read it. */
#include <stdlib.h>
#include <string.h>

#include "api_priv.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "outlines_priv.h"

enum { VIEWS_PAGE = 100 };

static enum err view_post(struct request *rq)
{
    struct meeting m;
    struct view v;
    enum err e = allowed_meeting(rq, &m, ACT_REPLAY);
    if (e != ERR_OK)
        return e;
    struct viewer who = viewer_of(rq, &m);
    e = view_open_page(rq->db, &v, &who, m.public_id, rq->now_ms);
    if (e != ERR_OK)
        return e;
    rq->answer.status = 201;
    rq->answer.body = json_pack("{s:s}", "view", v.public_id);
    return ERR_OK;
}

struct in_report {
    struct in_span {
        int64_t from, to;
    } spans[STRETCHES_MAX];
    size_t n;
};
static const struct field f_span[] = {FIELD_I64(struct in_span, from, 0, VIEW_MS_MAX),
                                      FIELD_I64(struct in_span, to, 0, VIEW_MS_MAX)};
static const struct shape s_span = SHAPE_TUPLE(struct in_span, f_span);
static const struct field f_report[] = {FIELD_LIST(struct in_report, spans, n, &s_span)};
static const struct shape s_report = SHAPE(struct in_report, f_report);

static json_t *json_stretches(const struct stretches *s)
{
    json_t *list = json_array();
    for (size_t i = 0; i < s->n; i++)
        (void)json_array_append_new(
            list, json_pack("[I,I]", (json_int_t)s->list[i].from, (json_int_t)s->list[i].to));
    return list;
}

static enum err view_put(struct request *rq)
{
    const struct in_report *in = (const struct in_report *)rq->in;
    struct meeting m;
    struct stretches played = {0};
    struct view_report r = {.meeting = m.public_id, .played = &played};
    enum err e = allowed_meeting(rq, &m, ACT_REPLAY);
    if (e != ERR_OK)
        return e;
    for (size_t i = 0; i < in->n; i++) {
        if (in->spans[i].to <= in->spans[i].from)
            return answer_error(rq, ERR_INVAL, "spans: each must end after it begins.");
        (void)stretches_add(&played, in->spans[i].from, in->spans[i].to);
    }
    struct viewer who = viewer_of(rq, &m);
    (void)snprintf(r.view, sizeof(r.view), "%s", rq->args[1]);
    e = view_played(rq->db, &who, &r, rq->now_ms);
    if (e == ERR_OK)
        rq->answer.body = json_pack("{s:s,s:o}", "view", r.view, "spans", json_stretches(&r.all));
    return e;
}

/* ---- reading it: bytes of files become times of the meeting ---------------------------------- */

static int64_t int_of(const json_t *o, const char *name)
{
    return json_integer_value(json_object_get(o, name));
}

static const json_t *named(const json_t *list, const char *file)
{
    size_t i = 0;
    const json_t *o = NULL;
    json_array_foreach(list, i, o)
    {
        const char *name = json_string_value(json_object_get(o, "file"));
        if (name != NULL && strcmp(name, file) == 0)
            return o;
    }
    return NULL;
}

/* The description of @p file in the index; NULL: it is not there. */
static const json_t *find_file(const json_t *index, const char *file, bool *preview)
{
    size_t i = 0;
    const json_t *t = NULL, *mix = json_object_get(index, "mix");
    const char *mixed = json_string_value(json_object_get(mix, "file"));
    *preview = false;
    if (mixed != NULL && strcmp(mixed, file) == 0)
        return mix;
    json_array_foreach(json_object_get(index, "tracks"), i, t)
    {
        const json_t *o = named(json_object_get(t, "files"), file);
        if (o != NULL)
            return o;
        o = named(json_object_get(t, "previews"), file);
        if (o != NULL) {
            *preview = true;
            return o;
        }
    }
    return NULL;
}

/* How many of the points, which are in order, lie before byte @p at; with @p also: or at it. */
static size_t points_before(const json_t *points, int64_t at, bool also)
{
    size_t low = 0, high = json_array_size(points);
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int64_t there = json_integer_value(json_array_get(json_array_get(points, mid), 1));
        if (there < at || (also && there == at))
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static int64_t ms_of_point(const json_t *points, size_t i)
{
    return json_integer_value(json_array_get(json_array_get(points, i), 0));
}

/* Parts of the file that can be played: [from, to) of bytes to what they show. */
static void add_times(struct stretches *out, const json_t *file, const struct stretch *b)
{
    const json_t *points = json_object_get(file, "points");
    int64_t from = int_of(file, "start_ms"), to = int_of(file, "end_ms");
    if (b->to <= int_of(file, "init_bytes") || b->from >= int_of(file, "media_bytes"))
        return; /* heads and seek tables show nothing */
    size_t first = points_before(points, b->from, true), end = points_before(points, b->to, false);
    if (first > 0)
        from = ms_of_point(points, first - 1);
    if (end < json_array_size(points))
        to = ms_of_point(points, end);
    (void)stretches_add(out, from, to);
}

/* A sheet is looked at as a whole; each of its pictures shows a moment. */
static void add_pictures(struct stretches *out, const json_t *sheet)
{
    size_t i = 0;
    const json_t *at = NULL;
    json_array_foreach(json_object_get(sheet, "at"), i, at)(void)
        stretches_add(out, json_integer_value(at), json_integer_value(at) + 1);
}

static void times_of(struct stretches *out, const json_t *index, const char *name,
                     const struct stretches *bytes)
{
    bool preview = false;
    const json_t *file = find_file(index, name, &preview);
    for (size_t i = 0; file != NULL && i < bytes->n; i++) {
        if (!preview)
            add_times(out, file, &bytes->list[i]);
        else if (i == 0)
            add_pictures(out, file);
    }
}

/* @param fetched  Grows by what media files were fetched; previews are told in their own row. */
static json_t *json_files(struct db *db, int64_t view, const json_t *index,
                          struct stretches *fetched)
{
    json_t *list = json_array();
    AUTO(db_done) struct stmt s = db_use(db, &SQL_VIEWING_FILES);
    db_bind_i64(&s, ":viewing", view);
    while (db_row(&s)) {
        char first[CLOCK_TEXT_MAX], seen[CLOCK_TEXT_MAX];
        struct stretches bytes = {0}, times = {0};
        bool readable = stretches_read(&bytes, db_text(&s, 3)) == ERR_OK;
        times_of(&times, index, db_text(&s, 0), &bytes);
        for (size_t i = 0; i < times.n && strncmp(db_text(&s, 0), "tracks/", 7) == 0; i++)
            (void)stretches_add(fetched, times.list[i].from, times.list[i].to);
        clock_rfc3339(first, db_i64(&s, 1));
        clock_rfc3339(seen, db_i64(&s, 2));
        (void)json_array_append_new(
            list, json_pack("{s:s,s:s,s:s,s:b,s:o,s:o}", "file", db_text(&s, 0), "first_at", first,
                            "seen_at", seen, "readable", (int)readable, "bytes",
                            json_stretches(&bytes), "spans", json_stretches(&times)));
    }
    return list;
}

/* A row whose stretches cannot be read is shown with all the rest, and says so. */
static json_t *json_view(struct db *db, const struct stmt *s, const json_t *index)
{
    char opened[CLOCK_TEXT_MAX], seen[CLOCK_TEXT_MAX];
    struct stretches played = {0}, fetched = {0};
    bool readable = stretches_read(&played, db_text(s, 9)) == ERR_OK;
    json_t *files = json_files(db, db_i64(s, 0), index, &fetched);
    clock_rfc3339(opened, db_i64(s, 7));
    clock_rfc3339(seen, db_i64(s, 8));
    return json_pack("{s:I,s:s,s:s,s:s,s:b,s:s,s:s,s:s,s:s,s:b,s:o,s:I,s:o,s:o}", "number",
                     (json_int_t)db_i64(s, 0), "view", db_text(s, 1), "name", db_text(s, 2), "role",
                     db_text(s, 3), "account", (int)db_i64(s, 4), "client", db_text(s, 5), "kind",
                     db_text(s, 6), "opened_at", opened, "seen_at", seen, "readable", (int)readable,
                     "played", json_stretches(&played), "played_ms",
                     (json_int_t)stretches_length(&played), "fetched", json_stretches(&fetched),
                     "files", files);
}

static enum err views_get(struct request *rq)
{
    struct meeting m;
    int64_t before = 0;
    enum err e = allowed_meeting(rq, &m, ACT_VIEWS);
    if (e == ERR_OK && !query_number(rq, "before", &before))
        e = answer_error(rq, ERR_INVAL, "before: must be the number of a view.");
    if (e != ERR_OK)
        return e;
    json_t *index = recording_index((const struct api *)rq->app, m.public_id);
    json_t *list = json_array();
    AUTO(db_done) struct stmt s = db_use(rq->db, &SQL_VIEWING_LIST);
    db_bind_i64(&s, ":meeting", m.id);
    db_bind_i64(&s, ":before", before > 0 ? before : INT64_MAX);
    db_bind_i64(&s, ":limit", VIEWS_PAGE + 1);
    bool more = false;
    while (!more && db_row(&s)) {
        more = json_array_size(list) == VIEWS_PAGE;
        if (!more && json_array_append_new(list, json_view(rq->db, &s, index)) != 0)
            e = ERR_NOMEM;
    }
    json_decref(index);
    rq->answer.body = json_pack("{s:o,s:b}", "views", list, "more", (int)more);
    return e != ERR_OK ? e : s.err;
}

// clang-format off
const struct route view_routes[] = {
    {M_POST, "/api/v1/meetings/{id}/recording/views", ON_WRITE, ACT_REPLAY, NULL, view_post, {201, &o_view_made}},
    {M_PUT, "/api/v1/meetings/{id}/recording/views/{view}", ON_WRITE, ACT_REPLAY, &s_report, view_put,
     {200, &o_view_spans}},
    {M_GET, "/api/v1/meetings/{id}/recording/views", ON_READ, ACT_VIEWS, NULL, views_get,
     {200, &o_view_list, .query = q_views}},
};
// clang-format on
const size_t view_routes_n = sizeof(view_routes) / sizeof(view_routes[0]);
