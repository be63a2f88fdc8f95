/* index.json, as recordings/README.md says. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "meeting_priv.h"
#include "pack/out.h"
#include "rtc/codec.h"

/* What a reader of the file finds by now; its start while there is nothing. */
static int64_t readable(const struct part *p)
{
    return p->movie == NULL ? p->end : p->start + (int64_t)movie_readable_ms(p->movie);
}

static json_t *pair(int64_t from, int64_t to)
{
    return json_pack("[I,I]", (json_int_t)from, (json_int_t)to);
}

/* ---- tracks ---------------------------------------------------------------------------------- */

/* How to fetch the file in pieces. */
static void add_places(json_t *o, const struct movie_places *p, int64_t start)
{
    json_t *points = json_array();
    for (size_t i = 0; i < p->n; i++)
        (void)json_array_append_new(
            points, pair(start + (int64_t)p->points[i].ms, (int64_t)p->points[i].at));
    (void)json_object_set_new(o, "init_bytes", json_integer((json_int_t)p->init));
    (void)json_object_set_new(o, "media_bytes", json_integer((json_int_t)p->media));
    (void)json_object_set_new(o, "points", points);
}

static json_t *json_part(const struct part *p, bool video)
{
    int64_t end = readable(p);
    const char *dot = strrchr(p->name, '.');
    bool mp4 = dot != NULL && strcmp(dot, ".mp4") == 0;
    char name[60];
    (void)snprintf(name, sizeof(name), "tracks/%s", p->name);
    json_t *o = json_pack("{s:s,s:s,s:I,s:I}", "file", name, "type",
                          !video ? "audio/webm"
                          : mp4  ? "video/mp4"
                                 : "video/webm",
                          "start_ms", (json_int_t)p->start, "end_ms", (json_int_t)end);
    add_places(o, p->movie != NULL ? movie_places(p->movie) : &p->places, p->start);
    if (!video)
        return o;
    (void)json_object_set_new(o, "codec", json_string(codec_name(p->codec)));
    (void)json_object_set_new(o, "width", json_integer(p->width));
    (void)json_object_set_new(o, "height", json_integer(p->height));
    if (p->rotation != 0)
        (void)json_object_set_new(o, "rotation", json_integer(p->rotation));
    return o;
}

static json_t *json_previews(const struct previews *p)
{
    size_t n = 0;
    json_t *list = json_array();
    const struct sheet *s = p != NULL ? previews_sheets(p, &n) : NULL;
    for (size_t i = 0; i < n; i++) {
        if (s[i].written == 0)
            continue;
        char name[40];
        json_t *at = json_array();
        (void)snprintf(name, sizeof(name), "previews/%s", s[i].name);
        for (size_t k = 0; k < s[i].written; k++)
            (void)json_array_append_new(at, json_integer((json_int_t)s[i].at[k]));
        (void)json_array_append_new(list, json_pack("{s:s,s:i,s:i,s:i,s:o}", "file", name, "width",
                                                    (int)s[i].width, "height", PREVIEW_HEIGHT,
                                                    "columns", PREVIEW_COLUMNS, "at", at));
    }
    return list;
}

static json_t *json_track(const struct track *t, int64_t *end)
{
    json_t *files = json_array(), *spans = json_array();
    int64_t until = 0;
    for (size_t i = 0; i < t->n_parts; i++) {
        const struct part *p = &t->parts[i];
        if (readable(p) <= p->start)
            continue;
        (void)json_array_append_new(files, json_part(p, t->video));
        until = readable(p);
    }
    for (size_t i = 0; i < t->spans.n && t->spans.list[i].from < until; i++) {
        const struct span *s = &t->spans.list[i];
        (void)json_array_append_new(spans, pair(s->from, s->to < until ? s->to : until));
    }
    *end = until > *end ? until : *end;
    json_t *o = json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:o,s:o}", "track", (json_int_t)t->number,
                          "kind", t->video ? "video" : "audio", "source", t->source_name,
                          "participant", t->person->id, "name", t->name, "codec",
                          codec_name(t->codec), "files", files, "spans", spans);
    if (t->video)
        (void)json_object_set_new(o, "previews", json_previews(t->previews));
    return o;
}

static json_t *json_mix(const struct mix *mix, bool final, int64_t *end)
{
    const struct movie *movie = mix_movie(mix);
    int64_t until = movie == NULL ? 0
                    : final       ? (int64_t)mix_end_ms(mix)
                                  : (int64_t)movie_readable_ms(movie);
    if (until == 0)
        return json_null();
    *end = until > *end ? until : *end;
    json_t *o = json_pack("{s:s,s:s,s:i,s:I}", "file", "tracks/mix.webm", "type", "audio/webm",
                          "start_ms", 0, "end_ms", (json_int_t)until);
    add_places(o, movie_places(movie), 0);
    return o;
}

/* ---- gaps ------------------------------------------------------------------------------------ */

struct row {
    struct gap g;
    uint32_t track; /* 0: all */
};

static int by_time(const void *a, const void *b)
{
    const struct row *x = (const struct row *)a, *y = (const struct row *)b;
    if (x->g.from != y->g.from)
        return x->g.from < y->g.from ? -1 : 1;
    return x->track < y->track ? -1 : x->track > y->track;
}

/* What is left of @p g beside the meeting's own gaps. Nothing: false. */
static bool outside(const struct gaps *all, struct gap *g)
{
    enum { NEAR_MS = 50 };
    for (size_t i = 0; i < all->n; i++) {
        const struct gap *a = &all->list[i];
        if (a->to <= g->from || a->from >= g->to)
            continue;
        if (a->from <= g->from + NEAR_MS)
            g->from = a->to;
        if (a->to + NEAR_MS >= g->to)
            g->to = a->from > g->from ? a->from : g->from;
    }
    return g->to > g->from;
}

static bool named(const struct gaps *all, const struct gap *hole)
{
    for (size_t i = 0; i < all->n; i++)
        if (all->list[i].from < hole->to && all->list[i].to > hole->from)
            return true;
    return false;
}

static size_t gather(const struct meeting *m, struct row *rows)
{
    size_t n = 0;
    for (size_t i = 0; i < m->gaps.n; i++)
        rows[n++] = (struct row){.g = m->gaps.list[i]};
    for (size_t i = 0; i < m->holes.n; i++)
        if (!named(&m->gaps, &m->holes.list[i]))
            rows[n++] = (struct row){.g = m->holes.list[i]};
    for (const struct track *t = m->tracks; t != NULL; t = t->next)
        for (size_t i = 0; i < t->gaps.n; i++) {
            struct gap g = t->gaps.list[i];
            if (outside(&m->gaps, &g) && outside(&m->holes, &g))
                rows[n++] = (struct row){.g = g, .track = t->number};
        }
    return n;
}

static json_t *json_gaps(const struct meeting *m)
{
    size_t most = m->gaps.n + m->holes.n;
    for (const struct track *t = m->tracks; t != NULL; t = t->next)
        most += t->gaps.n;
    struct row *rows = (struct row *)calloc(most + 1, sizeof(*rows));
    if (rows == NULL)
        return NULL;
    size_t n = gather(m, rows);
    json_t *list = json_array();
    qsort(rows, n, sizeof(*rows), by_time);
    for (size_t i = 0; i < n; i++) {
        json_t *track = rows[i].track != 0 ? json_integer(rows[i].track) : json_null();
        (void)json_array_append_new(
            list, json_pack("{s:I,s:I,s:s,s:o}", "start_ms", (json_int_t)rows[i].g.from, "end_ms",
                            (json_int_t)rows[i].g.to, "reason", rows[i].g.reason, "track", track));
    }
    free(rows);
    return list;
}

static json_t *json_speech(const struct meeting *m)
{
    json_t *list = json_array();
    for (const struct person *p = m->people; p != NULL; p = p->next) {
        if (p->speech.n == 0)
            continue;
        json_t *spans = json_array();
        for (size_t i = 0; i < p->speech.n; i++)
            (void)json_array_append_new(spans, pair(p->speech.list[i].from, p->speech.list[i].to));
        (void)json_array_append_new(list,
                                    json_pack("{s:s,s:o}", "participant", p->id, "spans", spans));
    }
    return list;
}

/* ---- the file -------------------------------------------------------------------------------- */

static json_t *json_index(const struct meeting *m, bool final)
{
    char started[CLOCK_TEXT_MAX];
    int64_t end = 0;
    json_t *tracks = json_array();
    clock_rfc3339(started, m->stage.start_ns / (int64_t)NS_PER_MS);
    for (const struct track *t = m->tracks; t != NULL; t = t->next)
        (void)json_array_append_new(tracks, json_track(t, &end));
    json_t *mix = json_mix(m->stage.mix, final, &end);
    int64_t now = meeting_ms(m, m->stage.now_ns);
    return json_pack("{s:i,s:s,s:s,s:s,s:I,s:o,s:o,s:o,s:o}", "version", 1, "meeting", m->id,
                     "state", final ? "final" : "live", "started_at", started, "duration_ms",
                     (json_int_t)(final       ? now
                                  : end < now ? end
                                              : now),
                     "tracks", tracks, "mix", mix, "gaps", json_gaps(m), "speech", json_speech(m));
}

static enum err publish_movies(struct meeting *m)
{
    enum err e = ERR_OK;
    for (struct track *t = m->tracks; t != NULL; t = t->next)
        for (size_t i = 0; i < t->n_parts && e == ERR_OK; i++)
            if (t->parts[i].movie != NULL && movie_readable_ms(t->parts[i].movie) > 0)
                e = movie_publish(t->parts[i].movie);
    if (e == ERR_OK && mix_movie(m->stage.mix) != NULL)
        e = movie_publish(mix_movie(m->stage.mix));
    return e;
}

static enum err put_file(const struct meeting *m, const char *text)
{
    struct out *file = NULL;
    enum err e = out_new(&file, m->dir, "index.json");
    if (e == ERR_OK)
        e = out_append(file, text, strlen(text));
    if (e == ERR_OK)
        e = out_sync(file);
    if (e == ERR_OK)
        e = out_publish(file);
    out_free(file);
    return e == ERR_OK ? out_sync_dir(m->dir) : e;
}

static enum err show_previews(struct meeting *m, bool final)
{
    enum err e = ERR_OK;
    for (struct track *t = m->tracks; t != NULL && e == ERR_OK; t = t->next)
        if (t->previews != NULL)
            e = previews_show(t->previews, final);
    return e == ERR_OK && final ? out_sync_dir(m->previews_dir) : e;
}

enum err index_write(struct meeting *m, bool final)
{
    enum err e = publish_movies(m);
    if (e == ERR_OK)
        e = show_previews(m, final);
    if (e == ERR_OK && final)
        e = out_sync_dir(m->tracks_dir);
    if (e != ERR_OK)
        return e;
    json_t *o = json_index(m, final);
    char *text = o != NULL ? json_dumps(o, JSON_COMPACT) : NULL;
    e = text != NULL ? put_file(m, text) : ERR_NOMEM;
    free(text);
    json_decref(o);
    return e;
}
