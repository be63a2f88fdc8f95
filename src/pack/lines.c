/* The journal's own lines: who sends what, and when nothing was written. */
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "meeting_priv.h"

enum { PEOPLE_MAX = 4096, TRACKS_MAX = 8192, LINE_MAX = 65536 };
#define LINGER_NS (2 * NS_PER_S) /* packets may come a little after their track's end */

static void copy_text(char *to, size_t cap, const json_t *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o, name));
    size_t n = s == NULL ? 0 : strlen(s);
    n = n < cap ? n : cap - 1;
    while (n > 0 && s[n] != '\0' && ((unsigned char)s[n] & 0xc0u) == 0x80)
        n--; /* never half a character */
    if (n > 0)
        memcpy(to, s, n);
    to[n] = '\0';
}

static struct person *person_of(struct meeting *m, const json_t *o)
{
    char id[TRACK_TEXT_MAX];
    copy_text(id, sizeof(id), o, "participant");
    for (struct person *p = m->people; p != NULL; p = p->next)
        if (strcmp(p->id, id) == 0)
            return p;
    struct person *p = (struct person *)mem_zalloc(1, sizeof(*p));
    if (p == NULL)
        return NULL;
    memcpy(p->id, id, sizeof(p->id));
    *m->people_tail = p;
    m->people_tail = &p->next;
    return p;
}

static enum codec codec_named(const char *name)
{
    for (int c = CODEC_NONE + 1; name != NULL && c < CODEC_N; c++)
        if (strcasecmp(codec_name((enum codec)c), name) == 0)
            return (enum codec)c;
    return CODEC_NONE;
}

static void read_codecs(struct track *t, const json_t *list)
{
    size_t i = 0;
    const json_t *o = NULL;
    json_array_foreach(list, i, o)
    {
        json_int_t pt = json_integer_value(json_object_get(o, "pt"));
        enum codec codec = codec_named(json_string_value(json_object_get(o, "name")));
        bool fits = (codec == CODEC_OPUS) != t->video;
        if (pt < 0 || pt > 127 || codec == CODEC_NONE || !fits || t->n_codecs == TRACK_CODECS_MAX)
            continue;
        t->codecs[t->n_codecs].pt = (uint8_t)pt;
        t->codecs[t->n_codecs++].codec = codec;
    }
    t->codec = t->n_codecs > 0 ? t->codecs[0].codec : CODEC_NONE;
}

static enum err on_track(struct meeting *m, const json_t *o)
{
    struct track *t = NULL;
    json_int_t number = json_integer_value(json_object_get(o, "track"));
    if (number < 1 || number > FORMAT_TRACKS_MAX) {
        m->malformed++;
        return ERR_OK;
    }
    if (meeting_track(m, (uint32_t)number) != NULL)
        return ERR_OK; /* repeated at the head of each segment */
    enum err e = track_new(&t, &m->stage, (uint32_t)number);
    if (e == ERR_OK && (t->person = person_of(m, o)) == NULL)
        e = ERR_NOMEM;
    if (e != ERR_OK) {
        track_free(t);
        return e;
    }
    const char *kind = json_string_value(json_object_get(o, "kind"));
    t->video = kind != NULL && strcmp(kind, "video") == 0;
    copy_text(t->source_name, sizeof(t->source_name), o, "source");
    copy_text(t->name, sizeof(t->name), o, "name");
    t->screen = strcmp(t->source_name, "screen") == 0;
    json_int_t ext = json_integer_value(json_object_get(o, "orientation"));
    t->orientation_ext = ext >= 1 && ext <= 14 ? (uint8_t)ext : 0;
    read_codecs(t, json_object_get(o, "codecs"));
    *m->tracks_tail = t;
    m->tracks_tail = &t->next;
    return ERR_OK;
}

static struct track *track_named(struct meeting *m, const json_t *o)
{
    json_int_t number = json_integer_value(json_object_get(o, "track"));
    return number > 0 && number <= FORMAT_TRACKS_MAX ? meeting_track(m, (uint32_t)number) : NULL;
}

static enum err on_mute(struct meeting *m, const json_t *o, const struct record *rec)
{
    struct track *t = track_named(m, o);
    if (t != NULL)
        t->muted_ms = meeting_ms(m, rec->wall_ns);
    return ERR_OK;
}

static enum err on_track_end(struct meeting *m, const json_t *o)
{
    struct track *t = track_named(m, o);
    if (t != NULL && t->end_at_ns == 0)
        t->end_at_ns = m->stage.now_ns + LINGER_NS;
    return ERR_OK;
}

static void break_tracks(struct meeting *m)
{
    for (struct track *t = m->tracks; t != NULL; t = t->next)
        track_break(t);
}

static enum err on_gap(struct meeting *m, const json_t *o)
{
    static const char *const reasons[] = {"dropped", "stopped", "write_error", "outage"};
    const char *given = json_string_value(json_object_get(o, "reason"));
    json_int_t from = json_integer_value(json_object_get(o, "from_ns"));
    json_int_t to = json_integer_value(json_object_get(o, "to_ns"));
    const char *reason = "outage";
    for (size_t i = 0; given != NULL && i < sizeof(reasons) / sizeof(reasons[0]); i++)
        if (strcmp(given, reasons[i]) == 0)
            reason = reasons[i];
    if (from <= 0 || to < from) {
        m->malformed++;
        return ERR_OK;
    }
    if (strcmp(reason, "dropped") != 0) /* that one is told when it is long over */
        break_tracks(m);
    return gaps_add(&m->gaps, meeting_ms(m, (uint64_t)from), meeting_ms(m, (uint64_t)to), reason)
               ? ERR_OK
               : ERR_NOMEM;
}

/* "stop" and "pause": what comes after is a new beginning. */
static enum err on_stop(struct meeting *m, const struct record *rec, const char *reason)
{
    break_tracks(m);
    m->stopped_at = meeting_ms(m, rec->wall_ns);
    m->stop_reason = reason;
    return ERR_OK;
}

/* Between two segments of one recording nothing is missing; after a stop or a pause it is. */
static enum err on_segment(struct meeting *m, const json_t *o, const struct record *rec)
{
    int64_t now = meeting_ms(m, rec->wall_ns), from = m->stopped_at;
    size_t i = 0;
    const json_t *t = NULL;
    bool fine = true;
    if (m->id[0] == '\0')
        copy_text(m->id, sizeof(m->id), o, "meeting");
    if (from != NEVER)
        fine = gaps_add(strcmp(m->stop_reason, "stopped") == 0 ? &m->gaps : &m->holes, from, now,
                        m->stop_reason);
    m->stopped_at = NEVER;
    enum err e = fine ? ERR_OK : ERR_NOMEM;
    json_array_foreach(json_object_get(o, "tracks"), i, t) e = e == ERR_OK ? on_track(m, t) : e;
    return e;
}

static enum err dispatch(struct meeting *m, const char *type, const json_t *o,
                         const struct record *rec)
{
    if (strcmp(type, "segment") == 0)
        return on_segment(m, o, rec);
    if (strcmp(type, "track") == 0)
        return on_track(m, o);
    if (strcmp(type, "track_end") == 0)
        return on_track_end(m, o);
    if (strcmp(type, "mute") == 0)
        return on_mute(m, o, rec);
    if (strcmp(type, "gap") == 0)
        return on_gap(m, o);
    if (strcmp(type, "stop") == 0)
        return on_stop(m, rec, "stopped");
    if (strcmp(type, "pause") == 0)
        return on_stop(m, rec, "outage");
    m->ended = m->ended || strcmp(type, "end") == 0;
    return ERR_OK;
}

enum err meeting_line(struct meeting *m, const struct record *rec)
{
    json_t *o = rec->len <= LINE_MAX
                    ? json_loadb((const char *)rec->p, rec->len, JSON_REJECT_DUPLICATES, NULL)
                    : NULL;
    const char *type = json_string_value(json_object_get(o, "type"));
    enum err e = ERR_OK;
    if (type == NULL)
        m->malformed++;
    else
        e = dispatch(m, type, o, rec);
    json_decref(o);
    return e;
}
