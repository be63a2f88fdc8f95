/* domain/once: keys, what is kept under them, for how long and how many. */
#include "domain/once.h"

#include <stdlib.h>
#include <string.h>

#include "db/db.h"
#include "t.h"
#include "tmpdir.h"

#define NOW INT64_C(1795520741123)
#define DAY INT64_C(86400000)

static struct db *db;

/* ---- keys -------------------------------------------------------------------------------------
 */

static const char k64[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static void keys(void)
{
    static const struct {
        const char *header, *key; /* NULL: refused */
    } rows[] = {
        {"a", "a"},
        {"8e03978e-40d5-43dd-bc93-6894a57f9324", "8e03978e-40d5-43dd-bc93-6894a57f9324"},
        {"\"8e03978e\"", "8e03978e"},
        {"!#$~", "!#$~"},
        {k64, k64},
        {"", NULL},
        {"\"\"", NULL},
        {"\"", NULL},
        {"a b", NULL},
        {" a", NULL},
        {"a\"b", NULL},
        {"\"a", NULL},
        {"a\\b", NULL},
        {"a\tb", NULL},
        {"a\x7f", NULL},
        {"\xe4\xba\x91", NULL},
        {"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdefg", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char key[ONCE_KEY_MAX + 1] = "untouched";
        char *copy = strdup(rows[i].header); /* of its exact size */
        if (copy == NULL)
            abort();
        bool fine = once_key(key, copy);
        free(copy);
        T_EQ(fine, rows[i].key != NULL);
        T_OK(strcmp(key, rows[i].key != NULL ? rows[i].key : "untouched") == 0);
    }
}

/* ---- what is kept -----------------------------------------------------------------------------
 */

struct seen {
    int status, times;
    bool whole;
    char headers[80], body[80];
};

static enum err see(void *arg, const struct once_answer *a)
{
    struct seen *s = (struct seen *)arg;
    *s = (struct seen){.status = a->status, .times = s->times + 1, .whole = a->whole};
    (void)snprintf(s->headers, sizeof(s->headers), "%s", a->headers);
    (void)snprintf(s->body, sizeof(s->body), "%s", a->body);
    return ERR_OK;
}

static struct once once_of(const char *caller, const char *key, uint8_t request)
{
    struct once o = {.request = {request}};
    (void)snprintf(o.caller, sizeof(o.caller), "%s", caller);
    (void)snprintf(o.key, sizeof(o.key), "%s", key);
    return o;
}

static enum err find(const struct once *o, int64_t now, struct seen *s)
{
    bool found = false;
    enum err e = once_find(db, o, now, &found, see, s);
    T_EQ(found, s->times > 0 || e == ERR_CONFLICT);
    return e;
}

static const struct once_answer made = {
    .status = 201, .whole = true, .headers = "etag: \"1\"\n", .body = "{\"id\":\"x\"}"};

static void the_same_again(void)
{
    const struct once o = once_of("a1", "key", 1), changed = once_of("a1", "key", 2),
                      other = once_of("p1", "key", 2);
    struct seen s = {0};
    T_EQ(find(&o, NOW, &s), ERR_OK);
    T_EQ(s.times, 0);
    T_EQ(once_keep(db, &o, &made, NOW), ERR_OK);
    T_EQ(find(&o, NOW + DAY - 1, &s), ERR_OK);
    T_EQ(s.times, 1);
    T_EQ(s.status, 201);
    T_OK(s.whole && strcmp(s.headers, made.headers) == 0 && strcmp(s.body, made.body) == 0);
    s = (struct seen){0};
    T_EQ(find(&changed, NOW, &s), ERR_CONFLICT);
    T_EQ(s.times, 0);
    T_EQ(find(&other, NOW, &s), ERR_OK); /* Somebody else's key of the same name. */
    T_EQ(s.times, 0);
}

/* After a day the key is free, for another request too. */
static void a_day_later(void)
{
    const struct once o = once_of("a1", "key", 1), changed = once_of("a1", "key", 2);
    struct seen s = {0};
    T_EQ(find(&o, NOW + DAY, &s), ERR_OK);
    T_EQ(s.times, 0);
    T_EQ(once_keep(db, &changed, &made, NOW + DAY), ERR_OK);
    T_EQ(find(&changed, NOW + DAY, &s), ERR_OK);
    T_EQ(s.times, 1);
}

static void not_whole(void)
{
    const struct once secret = once_of("a1", "secret", 1), large = once_of("a1", "large", 1);
    struct once_answer a = {.status = 201, .headers = "etag: 1\n", .body = "{\"token\":\"x\"}"};
    struct seen s = {0};
    T_EQ(once_keep(db, &secret, &a, NOW), ERR_OK);
    T_EQ(find(&secret, NOW, &s), ERR_OK);
    T_OK(s.times == 1 && !s.whole && s.headers[0] == '\0' && s.body[0] == '\0');
    char *text = (char *)malloc(ONCE_BODY_MAX + 2);
    if (text == NULL)
        abort();
    memset(text, 'x', ONCE_BODY_MAX + 1);
    text[ONCE_BODY_MAX + 1] = '\0';
    a = (struct once_answer){.status = 200, .whole = true, .headers = "", .body = text};
    T_EQ(once_keep(db, &large, &a, NOW), ERR_OK);
    s = (struct seen){0};
    T_EQ(find(&large, NOW, &s), ERR_OK);
    T_OK(s.times == 1 && !s.whole && s.body[0] == '\0');
    free(text);
}

/* One caller's many keys are his own trouble, and no longer than a day. */
static void so_many(void)
{
    struct tx tx = {0};
    char key[20];
    T_EQ(db_begin(&tx, db), ERR_OK);
    enum err e = ERR_OK;
    for (int i = 0; i < ONCE_KEYS_MAX && e == ERR_OK; i++) {
        (void)snprintf(key, sizeof(key), "%d", i);
        const struct once o = once_of("a2", key, 1);
        e = once_keep(db, &o, &made, NOW);
    }
    T_EQ(e, ERR_OK);
    const struct once more = once_of("a2", "more", 1), other = once_of("a3", "more", 1);
    T_EQ(once_keep(db, &more, &made, NOW), ERR_LIMIT);
    T_EQ(once_keep(db, &other, &made, NOW), ERR_OK);
    T_EQ(once_keep(db, &more, &made, NOW + DAY), ERR_OK);
    T_EQ(db_commit(&tx), ERR_OK);
}

int main(void)
{
    tmpdir_make();
    T_EQ(db_open(&db, tmpdir_path("o.sqlite")), ERR_OK);
    keys();
    the_same_again();
    a_day_later();
    not_whole();
    so_many();
    db_close(db);
    return t_done("once");
}
