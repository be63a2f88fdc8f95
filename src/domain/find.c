/* Words that are looked for, and the indexes in which they are found. */
#include "find_priv.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { LONG_CHARS = 3 };

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

char find_small(char c)
{
    return (char)((unsigned char)c < 0x80 ? tolower((unsigned char)c) : c);
}

bool find_chars(char *out, size_t cap, const char *text)
{
    size_t at = 0;
    for (const char *p = text; *p != '\0';) {
        size_t n = char_len(p);
        if (at + n + 2 > cap)
            return false;
        for (size_t i = 0; i < n; i++)
            out[at++] = find_small(p[i]);
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

static enum err put_chars(struct db *db, const struct find_index *x, int64_t id, const char *text)
{
    size_t cap = 3 * strlen(text) + 3;
    char *chars = (char *)mem_alloc(cap);
    if (chars == NULL)
        return ERR_NOMEM;
    enum err e = find_chars(chars, cap, text) ? add_text(db, x->chars_add, id, chars) : ERR_TOOBIG;
    mem_free(chars);
    return e;
}

enum err find_remove(struct db *db, const struct find_index *x, int64_t id)
{
    enum err e = remove_text(db, x->text_remove, id);
    return e == ERR_OK ? remove_text(db, x->chars_remove, id) : e;
}

enum err find_put(struct db *db, const struct find_index *x, int64_t id, const char *text)
{
    if (strlen(text) > TEXT_MAX)
        return ERR_TOOBIG;
    enum err e = find_remove(db, x, id);
    if (e == ERR_OK)
        e = add_text(db, x->text_add, id, text);
    return e == ERR_OK ? put_chars(db, x, id, text) : e;
}

/* ---- the words --------------------------------------------------------------------------------
 */

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
        w->shorts[w->n_shorts][i] = find_small(p[i]);
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
size_t find_blank(const char *p)
{
    if (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')
        return 1;
    return strncmp(p, "\xe3\x80\x80", 3) == 0 ? 3 : 0;
}

void find_split(struct words *w, const char *text)
{
    size_t n = 0;
    memset(w, 0, sizeof(*w));
    for (const char *p = text; *p != '\0' && n < WORDS_MAX;) {
        if (find_blank(p) > 0) {
            p += find_blank(p);
            continue;
        }
        size_t len = 0;
        while (p[len] != '\0' && find_blank(p + len) == 0)
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
        if (find_chars(chars, sizeof(chars), w->shorts[i]))
            (void)add_phrase(w->match, chars, strlen(chars));
    }
}

/* ---- places -----------------------------------------------------------------------------------
 */

enum err place_read(struct place *out, const char *text, bool with_at)
{
    struct place c = {.at = 0};
    char *end = NULL;
    if (with_at) {
        c.at = strtoll(text, &end, 10);
        if (end == text || *end != '.')
            return ERR_INVAL;
        text = end + 1;
    }
    c.id = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || c.id <= 0)
        return ERR_INVAL;
    *out = c;
    return ERR_OK;
}
