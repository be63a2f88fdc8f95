/* Lists of projects, page by page, and the search: words of three characters and more by trigrams,
 * shorter ones by single characters in a row. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/sql_gen.h"
#include "projects_priv.h"

enum { WORDS_MAX = 8, SHORTS_MAX = 4, LONG_CHARS = 3, MATCH_MAX = 3300 };

/* ---- the index --------------------------------------------------------------------------------
 */

/* Bytes of the character at @p p, whatever follows. */
static size_t char_len(const char *p)
{
    size_t n = 1;
    while (((unsigned char)p[n] & 0xc0) == 0x80)
        n++;
    return n;
}

static char small(char c)
{
    return (char)((unsigned char)c < 0x80 ? tolower((unsigned char)c) : c);
}

bool project_chars(char *out, size_t cap, const char *text)
{
    size_t at = 0;
    for (const char *p = text; *p != '\0';) {
        size_t n = char_len(p);
        if (at + n + 2 > cap)
            return false;
        for (size_t i = 0; i < n; i++)
            out[at++] = small(p[i]);
        out[at++] = ' ';
        p += n;
    }
    out[at] = '\0';
    return true;
}

static enum err remove_text(struct db *db, const struct sql *q, int64_t id)
{
    AUTO(db_done) struct stmt s = db_use(db, q);
    db_bind_i64(&s, ":id", id);
    return db_exec(&s);
}

static enum err add_text(struct db *db, const struct sql *q, int64_t id, const char *text)
{
    AUTO(db_done) struct stmt s = db_use(db, q);
    db_bind_i64(&s, ":id", id);
    db_bind_text(&s, ":text", text);
    return db_exec(&s);
}

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
    TEXT_MAX =
        NUMBER_LEN + TITLE_LEN + 2 * NAME_LEN + ADDRESS_LEN + 2 * PARTIES_MAX * (NAME_LEN + 1) + 8,
};

struct texts {
    char text[TEXT_MAX], chars[2 * TEXT_MAX + 2];
};

static enum err make_texts(struct db *db, struct texts *t, int64_t id,
                           const struct project_fields *f)
{
    const char *const parts[] = {f->number, f->title, f->customer, f->park, f->address};
    struct buf b = buf_make(t->text, sizeof(t->text) - 1);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (i > 0)
            buf_u8(&b, '\n');
        buf_str(&b, parts[i]);
    }
    enum err e = add_parties(db, &b, id, f);
    t->text[b.len] = '\0';
    if (e != ERR_OK)
        return e;
    return buf_ok(&b) && project_chars(t->chars, sizeof(t->chars), t->text) ? ERR_OK : ERR_TOOBIG;
}

enum err project_unindex(struct db *db, int64_t id)
{
    enum err e = remove_text(db, &SQL_PROJECT_TEXT_REMOVE, id);
    return e == ERR_OK ? remove_text(db, &SQL_PROJECT_CHARS_REMOVE, id) : e;
}

enum err project_index(struct db *db, int64_t id, const struct project_fields *f)
{
    AUTO(mem_freep) struct texts *t = (struct texts *)mem_alloc(sizeof(*t));
    enum err e = t == NULL ? ERR_NOMEM : make_texts(db, t, id, f);
    if (e == ERR_OK)
        e = project_unindex(db, id);
    if (e == ERR_OK)
        e = add_text(db, &SQL_PROJECT_TEXT_ADD, id, t->text);
    return e == ERR_OK ? add_text(db, &SQL_PROJECT_CHARS_ADD, id, t->chars) : e;
}

/* ---- the words --------------------------------------------------------------------------------
 */

struct words {
    char match[MATCH_MAX]; /* of the index that leads */
    bool longs;            /* by trigrams; else by characters */
    char shorts[SHORTS_MAX][CHARS_MAX * 4 + 1];
    size_t n_shorts;
};

static size_t chars_of(const char *p, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        n += ((unsigned char)p[i] & 0xc0) != 0x80;
    return n;
}

/* As a phrase of FTS5: in quotes, a quote doubled. */
static bool add_phrase(char *match, const char *text, size_t len)
{
    size_t at = strlen(match);
    if (at + 2 * len + 4 > MATCH_MAX)
        return false;
    if (at > 0)
        match[at++] = ' ';
    match[at++] = '"';
    for (size_t i = 0; i < len; i++) {
        match[at++] = text[i];
        if (text[i] == '"')
            match[at++] = '"';
    }
    match[at++] = '"';
    match[at] = '\0';
    return true;
}

static bool add_short(struct words *w, const char *p, size_t len)
{
    if (w->n_shorts == SHORTS_MAX || len >= sizeof(w->shorts[0]))
        return true; /* More of them narrow nothing that matters. */
    for (size_t i = 0; i < len; i++)
        w->shorts[w->n_shorts][i] = small(p[i]);
    w->shorts[w->n_shorts++][len] = '\0';
    return true;
}

static bool has_letter(const char *p, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)p[i] >= 0x80 || isalnum((unsigned char)p[i]))
            return true;
    return false;
}

/* Blanks are ASCII's and the ideographic space. */
static size_t blank(const char *p)
{
    if (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')
        return 1;
    return strncmp(p, "\xe3\x80\x80", 3) == 0 ? 3 : 0;
}

static void split(struct words *w, const char *text)
{
    size_t n = 0;
    memset(w, 0, sizeof(*w));
    for (const char *p = text; *p != '\0' && n < WORDS_MAX;) {
        if (blank(p) > 0) {
            p += blank(p);
            continue;
        }
        size_t len = 0;
        while (p[len] != '\0' && blank(p + len) == 0)
            len++;
        n++;
        if (chars_of(p, len) >= LONG_CHARS)
            w->longs = add_phrase(w->match, p, len) || w->longs;
        else if (has_letter(p, len)) /* The index of characters knows no others. */
            (void)add_short(w, p, len);
        p += len;
    }
    for (size_t i = 0; !w->longs && i < w->n_shorts; i++) {
        char chars[CHARS_MAX * 4 + CHARS_MAX + 2] = "";
        if (project_chars(chars, sizeof(chars), w->shorts[i]))
            (void)add_phrase(w->match, chars, strlen(chars));
    }
}

/* ---- the page ---------------------------------------------------------------------------------
 */

struct cursor {
    int64_t due, id;
};

static enum err read_cursor(struct cursor *c, const char *text, bool by_due)
{
    *c = (struct cursor){.due = INT32_MIN, .id = by_due ? 0 : INT64_MAX};
    if (*text == '\0')
        return ERR_OK;
    char *end = NULL;
    if (by_due) {
        c->due = strtoll(text, &end, 10);
        if (end == text || *end != '.')
            return ERR_INVAL;
        text = end + 1;
    }
    c->id = strtoll(text, &end, 10);
    return end == text || *end != '\0' || c->id <= 0 ? ERR_INVAL : ERR_OK;
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
                              const struct cursor *c, int64_t limit)
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

static struct stmt use_by_due(struct db *db, const struct project_query *q, const struct cursor *c)
{
    struct stmt s = db_use(db, q->everything ? &SQL_PROJECT_BY_DUE : &SQL_PROJECT_BY_DUE_OWN);
    db_bind_i64(&s, ":due", c->due);
    db_bind_i64(&s, ":after", c->id);
    if (!q->everything)
        db_bind_i64(&s, ":manager", q->manager);
    bind_filters(&s, q, PAGE);
    return s;
}

static struct stmt use_recent(struct db *db, const struct project_query *q, const struct cursor *c,
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
    struct cursor c;
    split(&w, q->words);
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
    const struct cursor c = {.id = INT64_MAX};
    struct words w;
    split(&w, q->words);
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
