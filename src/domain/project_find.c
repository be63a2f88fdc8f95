/* Lists of projects, page by page, and the search. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/sql_gen.h"
#include "find_priv.h"
#include "projects_priv.h"

/* ---- the index --------------------------------------------------------------------------------
 */

static const struct find_index project_words = {&SQL_PROJECT_TEXT_REMOVE, &SQL_PROJECT_TEXT_ADD,
                                                &SQL_PROJECT_CHARS_REMOVE, &SQL_PROJECT_CHARS_ADD};

/* Of the organisations their names and whom one talks to; never a telephone number, by which
 * anybody could ask whose it is. */
static enum err add_parties(struct db *db, struct buf *b, int64_t id,
                            const struct project_fields *f)
{
    AUTO(mem_freep) struct parties *ps = (struct parties *)mem_alloc(sizeof(*ps));
    enum err e = ps == NULL ? ERR_NOMEM : ERR_OK;
    if (e == ERR_OK && f->parties == NULL)
        e = parties_get(db, ps, id);
    const struct parties *list = f->parties != NULL ? f->parties : ps;
    for (size_t i = 0; e == ERR_OK && i < list->n; i++) {
        buf_u8(b, '\n');
        buf_str(b, list->at[i].organisation);
        buf_u8(b, '\n');
        buf_str(b, list->at[i].person);
    }
    return e;
}

enum {
    PROJECT_TEXT_MAX =
        NUMBER_LEN + TITLE_LEN + 2 * NAME_LEN + ADDRESS_LEN + 2 * PARTIES_MAX * (NAME_LEN + 1) + 8,
};
_Static_assert((int)PROJECT_TEXT_MAX <= (int)TEXT_MAX, "what is searched of a project fits");

static enum err make_text(struct db *db, char *text, int64_t id, const struct project_fields *f)
{
    const char *const parts[] = {f->number, f->title, f->customer, f->park, f->address};
    struct buf b = buf_make(text, PROJECT_TEXT_MAX - 1);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (i > 0)
            buf_u8(&b, '\n');
        buf_str(&b, parts[i]);
    }
    enum err e = add_parties(db, &b, id, f);
    text[b.len] = '\0';
    return e != ERR_OK ? e : buf_ok(&b) ? ERR_OK : ERR_TOOBIG;
}

enum err project_unindex(struct db *db, int64_t id)
{
    return find_remove(db, &project_words, id);
}

enum err project_index(struct db *db, int64_t id, const struct project_fields *f)
{
    AUTO(mem_freep) char *text = (char *)mem_alloc(PROJECT_TEXT_MAX);
    enum err e = text == NULL ? ERR_NOMEM : make_text(db, text, id, f);
    return e == ERR_OK ? find_put(db, &project_words, id, text) : e;
}

/* ---- the page ---------------------------------------------------------------------------------
 */

static enum err read_cursor(struct place *c, const char *text, bool by_due)
{
    *c = (struct place){.at = INT32_MIN, .id = by_due ? 0 : INT64_MAX};
    return *text == '\0' ? ERR_OK : place_read(c, text, by_due);
}

static void bind_filters(struct stmt *s, const struct project_query *q, int64_t limit)
{
    db_bind_text(s, ":stage", q->stage < STAGE_N ? stage_text(q->stage) : NULL);
    db_bind_id(s, ":late", q->late_on);
    db_bind_i64(s, ":open", q->open);
    db_bind_i64(s, ":limit", limit);
}

static enum err read_page(struct stmt *s, struct project_page *out, bool by_due)
{
    out->n = 0;
    out->next[0] = '\0';
    while (db_row(s)) {
        if (out->n == PROJECT_PAGE) {
            const struct project *last = &out->at[PROJECT_PAGE - 1];
            if (by_due)
                (void)snprintf(out->next, sizeof(out->next), "%d.%lld", (int)last->due_on,
                               (long long)last->id);
            else
                (void)snprintf(out->next, sizeof(out->next), "%lld", (long long)last->id);
            break;
        }
        project_of_row(s, &out->at[out->n++]);
    }
    return s->err;
}

enum { PAGE = PROJECT_PAGE + 1, ALL = -1 };

static struct stmt use_search(struct db *db, const struct project_query *q, const struct words *w,
                              const struct place *c, int64_t limit)
{
    static const char *const names[SHORTS_MAX] = {":short1", ":short2", ":short3", ":short4"};
    struct stmt s = db_use(db, w->longs ? &SQL_PROJECT_SEARCH : &SQL_PROJECT_SEARCH_SHORT);
    db_bind_text(&s, ":match", w->match);
    db_bind_i64(&s, ":before", c->id);
    db_bind_i64(&s, ":everything", q->everything);
    db_bind_i64(&s, ":manager", q->manager);
    for (size_t i = 0; w->longs && i < w->n_shorts; i++)
        db_bind_text(&s, names[i], w->shorts[i]);
    bind_filters(&s, q, limit);
    return s;
}

static struct stmt use_by_due(struct db *db, const struct project_query *q, const struct place *c)
{
    const struct sql *all = q->stage < STAGE_N ? &SQL_PROJECT_BY_DUE_STAGE : &SQL_PROJECT_BY_DUE;
    struct stmt s = db_use(db, q->everything ? all : &SQL_PROJECT_BY_DUE_OWN);
    db_bind_i64(&s, ":due", c->at);
    db_bind_i64(&s, ":after", c->id);
    if (!q->everything)
        db_bind_i64(&s, ":manager", q->manager);
    bind_filters(&s, q, PAGE);
    return s;
}

static struct stmt use_recent(struct db *db, const struct project_query *q, const struct place *c,
                              int64_t limit)
{
    struct stmt s = db_use(db, q->everything ? &SQL_PROJECT_RECENT : &SQL_PROJECT_RECENT_OWN);
    db_bind_i64(&s, ":before", c->id);
    if (!q->everything)
        db_bind_i64(&s, ":manager", q->manager);
    bind_filters(&s, q, limit);
    return s;
}

static bool is_searched(const struct project_query *q)
{
    return q->words[strspn(q->words, " \t")] != '\0';
}

enum err project_find(struct db *db, struct project_page *out, const struct project_query *q)
{
    struct words w;
    struct place c;
    find_split(&w, q->words);
    bool searched = is_searched(q);
    bool by_due = !searched && q->order == PROJECT_DUE;
    enum err e = read_cursor(&c, q->cursor, by_due);
    if (e != ERR_OK)
        return e;
    if (searched && w.match[0] == '\0') { /* Nothing but signs. */
        out->n = 0;
        out->next[0] = '\0';
        return ERR_OK;
    }
    AUTO(db_done)
    struct stmt s = searched ? use_search(db, q, &w, &c, PAGE)
                    : by_due ? use_by_due(db, q, &c)
                             : use_recent(db, q, &c, PAGE);
    return read_page(&s, out, by_due);
}

enum err project_each(struct db *db, const struct project_query *q,
                      enum err (*each)(void *arg, const struct project *p), void *arg)
{
    const struct place c = {.id = INT64_MAX};
    struct words w;
    find_split(&w, q->words);
    if (is_searched(q) && w.match[0] == '\0')
        return ERR_OK;
    AUTO(db_done)
    struct stmt s = is_searched(q) ? use_search(db, q, &w, &c, ALL) : use_recent(db, q, &c, ALL);
    enum err e = ERR_OK;
    while (e == ERR_OK && db_row(&s)) {
        struct project p;
        project_of_row(&s, &p);
        e = each(arg, &p);
    }
    return e != ERR_OK ? e : s.err;
}
