/* Lists of meetings, page by page, and the search. */
#include <stdio.h>
#include <string.h>

#include "db/db.h"
#include "db/sql_gen.h"
#include "find_priv.h"
#include "meetings_priv.h"

#define COPY(to, s, col) ((void)snprintf((to), sizeof(to), "%s", db_text((s), (col))))
#define MINUTE_MS INT64_C(60000)

/* ---- the index --------------------------------------------------------------------------------
 */

static enum err index_some(struct db *db, int64_t project, int64_t meeting)
{
    static const struct find_index index = {&SQL_MEETING_TEXT_REMOVE, &SQL_MEETING_TEXT_ADD,
                                            &SQL_MEETING_CHARS_REMOVE, &SQL_MEETING_CHARS_ADD};
    enum err e = ERR_OK;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_MEETING_TEXTS);
    db_bind_i64(&s, ":project", project);
    db_bind_i64(&s, ":meeting", meeting);
    while (e == ERR_OK && db_row(&s))
        e = find_put(db, &index, db_i64(&s, 0), db_text(&s, 1));
    return e != ERR_OK ? e : s.err;
}

enum err meeting_index(struct db *db, const struct meeting *m)
{
    return index_some(db, m->project, m->id);
}

enum err meeting_index_project(struct db *db, int64_t project)
{
    return index_some(db, project, 0);
}

/* ---- what is asked for ------------------------------------------------------------------------
 */

enum { WORDS_OWN = 4, WORD_LEN = 80, LOOK_THROUGH = 1500 };

/* A list within one project is short enough to look through its texts, and so is most people's
 * calendar; longer ones are searched by the index, where what is theirs is soon met. */
struct asked {
    const struct meeting_query *q;
    struct words w; /* of the search over all */
    char words[WORDS_OWN][WORD_LEN + 1];
    size_t n_words;
    bool up, searched, by_index;
    struct place from;
};

static const struct {
    const char *state, *state2;
    bool up;
} whens[MEETINGS_WHEN_N] = {
    [MEETINGS_ALL] = {NULL, NULL, false},
    [MEETINGS_UPCOMING] = {"scheduled", NULL, true},
    [MEETINGS_LIVE] = {"live", NULL, false},
    [MEETINGS_PAST] = {"ended", "archived", false},
    [MEETINGS_CANCELLED] = {"cancelled", NULL, false},
};

/* What does not fit narrows nothing that matters. */
static void take_words(struct asked *a, const char *text)
{
    while (*text != '\0' && a->n_words < WORDS_OWN) {
        size_t gap = find_blank(text), n = 0;
        if (gap > 0) {
            text += gap;
            continue;
        }
        for (; text[n] != '\0' && find_blank(text + n) == 0; n++)
            if (n < WORD_LEN)
                a->words[a->n_words][n] = find_small(text[n]);
        a->words[a->n_words++][n < WORD_LEN ? n : 0] = '\0';
        text += n;
    }
}

/* The first page of those to come begins with what may still be going on. */
static struct place first_place(const struct asked *a)
{
    if (a->by_index)
        return (struct place){0, INT64_MAX};
    if (a->up)
        return (struct place){a->q->now_ms - DURATION_MAX * MINUTE_MS, 0};
    return (struct place){INT64_MAX, INT64_MAX};
}

static bool is_long(struct db *db, int64_t account)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_MEETING_OWN_COUNT);
    db_bind_i64(&s, ":account", account);
    db_bind_i64(&s, ":limit", LOOK_THROUGH + 1);
    return db_row(&s) && db_i64(&s, 0) > LOOK_THROUGH;
}

static enum err take_query(struct db *db, struct asked *a, const struct meeting_query *q)
{
    a->q = q;
    a->up = whens[q->when].up;
    take_words(a, q->words);
    a->searched = a->n_words > 0;
    a->by_index =
        a->searched && q->project == 0 && (q->everything || (!a->up && is_long(db, q->account)));
    if (a->by_index)
        find_split(&a->w, q->words);
    a->from = first_place(a);
    return q->cursor[0] == '\0' ? ERR_OK : place_read(&a->from, q->cursor, !a->by_index);
}

/* ---- the statements ---------------------------------------------------------------------------
 */

/* Few are live, and few of all are cancelled: they are looked through for one's own. */
static const struct sql *by_state(const struct asked *a, bool kind)
{
    if (a->up)
        return kind ? &SQL_MEETING_LIST_UP_BOTH : &SQL_MEETING_LIST_UP_STATE;
    return kind ? &SQL_MEETING_LIST_DOWN_BOTH : &SQL_MEETING_LIST_DOWN_STATE;
}

static const struct sql *statement_of(const struct asked *a)
{
    const struct meeting_query *q = a->q;
    bool kind = q->kind[0] != '\0', past = q->when == MEETINGS_PAST;
    bool rare = q->when == MEETINGS_LIVE || q->when == MEETINGS_CANCELLED;
    if (a->by_index)
        return a->w.longs ? &SQL_MEETING_SEARCH : &SQL_MEETING_SEARCH_SHORT;
    if (q->project != 0)
        return a->up ? &SQL_MEETING_LIST_PROJECT_UP : &SQL_MEETING_LIST_PROJECT_DOWN;
    if (rare && !a->searched)
        return by_state(a, kind);
    if (!q->everything)
        return a->up ? &SQL_MEETING_LIST_OWN_UP : &SQL_MEETING_LIST_OWN_DOWN;
    if (a->up)
        return by_state(a, kind);
    if (past)
        return kind ? &SQL_MEETING_LIST_PAST_KIND : &SQL_MEETING_LIST_PAST;
    return kind ? &SQL_MEETING_LIST_DOWN_KIND : &SQL_MEETING_LIST_DOWN;
}

static void bind_words(struct stmt *s, const struct asked *a)
{
    static const char *const names[] = {":word1", ":word2", ":word3", ":word4"};
    if (a->by_index) {
        db_bind_text(s, ":match", a->w.match);
        for (size_t i = 0; a->w.longs && i < a->w.n_shorts; i++)
            db_bind_text(s, names[i], a->w.shorts[i]);
        return;
    }
    for (size_t i = 0; i < a->n_words; i++)
        db_bind_text(s, names[i], a->words[i]);
}

static void bind_query(struct stmt *s, const struct asked *a)
{
    const struct meeting_query *q = a->q;
    db_bind_text(s, ":state", whens[q->when].state);
    db_bind_text(s, ":state2", whens[q->when].state2);
    db_bind_text(s, ":kind", q->kind[0] != '\0' ? q->kind : NULL);
    db_bind_id(s, ":project", q->project);
    db_bind_id(s, ":over", q->when == MEETINGS_UPCOMING ? q->now_ms : 0);
    db_bind_i64(s, ":id", a->from.id);
    db_bind_i64(s, ":limit", MEETING_PAGE + 1);
    if (!a->by_index)
        db_bind_i64(s, ":at", a->from.at);
    if (!q->everything)
        db_bind_i64(s, ":account", q->account);
    bind_words(s, a);
}

/* ---- the page ---------------------------------------------------------------------------------
 */

static void line_of_row(const struct stmt *s, struct meeting_line *m)
{
    *m = (struct meeting_line){
        .id = db_i64(s, 0), .starts_at = db_i64(s, 1), .duration_min = db_i64(s, 2)};
    COPY(m->public_id, s, 3);
    COPY(m->kind, s, 4);
    COPY(m->state, s, 5);
    COPY(m->title, s, 6);
    COPY(m->host_name, s, 7);
    COPY(m->cancel_reason, s, 8);
    COPY(m->project_public_id, s, 9);
    COPY(m->project_title, s, 10);
    COPY(m->customer, s, 11);
}

static void put_cursor(struct meeting_page *out, const struct asked *a)
{
    const struct meeting_line *last = &out->at[MEETING_PAGE - 1];
    if (a->by_index)
        (void)snprintf(out->next, sizeof(out->next), "%lld", (long long)last->id);
    else
        (void)snprintf(out->next, sizeof(out->next), "%lld.%lld", (long long)last->starts_at,
                       (long long)last->id);
}

static enum err read_page(struct db *db, struct meeting_page *out, const struct asked *a)
{
    AUTO(db_done) struct stmt s = db_use(db, statement_of(a));
    bind_query(&s, a);
    while (db_row(&s)) {
        if (out->n == MEETING_PAGE) {
            put_cursor(out, a);
            break;
        }
        line_of_row(&s, &out->at[out->n++]);
    }
    return s.err;
}

enum err meeting_find(struct db *db, struct meeting_page *out, const struct meeting_query *q)
{
    struct asked a = {.q = NULL};
    out->n = 0;
    out->next[0] = '\0';
    enum err e = take_query(db, &a, q);
    if (e != ERR_OK || (a.by_index && a.w.match[0] == '\0')) /* Nothing but signs. */
        return e;
    return read_page(db, out, &a);
}
