/*
 * The schema of docs/signalling.md: its client to server table says the same as the table in
 * api/signal_shapes.c, in both directions; and for every message, what it refuses.
 */
#include "api/signal_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "t.h"

/* ---- the document -------------------------------------------------------------------------- */

static char page[65536];

static void load(void)
{
    FILE *f = fopen("docs/signalling.md", "r");
    size_t n = f != NULL ? fread(page, 1, sizeof(page) - 1, f) : 0;
    T_OK(n > 1000 && n < sizeof(page) - 1);
    if (f != NULL)
        (void)fclose(f);
}

static const struct field *field_of(const struct shape *s, const char *name)
{
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->fields[i].name, name) == 0)
            return &s->fields[i];
    return NULL;
}

/* Is @p name one of the comma-separated @p others? */
static bool among(const char *others, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = others; at != NULL; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, name, n) == 0 && (at[n] == ',' || at[n] == '\0'))
            return true;
    }
    return false;
}

static void words_are(const struct field *f, const char *said)
{
    char list[100] = "";
    for (size_t i = 0; f->words != NULL && f->words[i] != NULL; i++)
        (void)snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%s", i > 0 ? "/" : "",
                       f->words[i]);
    T_OK(strncmp(said, list, strlen(list)) == 0);
}

/* What stands behind a member's name: `: 1`, `: a/b/c`, `(1 to 500 bytes`. */
static void bounds_are(const struct field *f, const char *rest)
{
    long lo = 0, hi = 0;
    if (sscanf(rest, " (%ld to %ld bytes", &lo, &hi) == 2) {
        T_EQ(f->lo, lo);
        T_EQ(f->hi, hi);
    }
    if (f->type == SHAPE_I64 && strncmp(rest, ": ", 2) == 0) {
        T_EQ(f->lo, strtol(rest + 2, NULL, 10));
        T_EQ(f->hi, strtol(rest + 2, NULL, 10));
    }
    if (f->type == SHAPE_WORD && strncmp(rest, ": ", 2) == 0)
        words_are(f, rest + 2);
}

/* Reads one cell of members; @return how many of the message's own it names. */
static size_t members(const struct message *m, char *cell)
{
    size_t n = 0, inner = 0;
    const struct shape *s = m->shape, *item = NULL;
    int depth = 0, paren = 0;
    for (char *at = cell; *at != '\0'; at++) {
        depth += (*at == '{') - (*at == '}');
        paren += (*at == '(') - (*at == ')');
        if (*at != '`' || paren > 0)
            continue;
        char *name = at + 1, *end = strchr(name, '`');
        T_OK(end != NULL);
        if (end == NULL)
            return 0;
        *end = '\0';
        at = end;
        const struct field *f = field_of(depth > 0 && item != NULL ? item : s, name);
        if (f == NULL && !among(m->others, name))
            (void)fprintf(stderr, "%s: %s is only in the document\n", m->type, name);
        T_OK(f != NULL || among(m->others, name));
        n += depth == 0;
        inner += depth > 0;
        if (f == NULL)
            continue;
        if (f->type == SHAPE_LIST) {
            item = f->item;
            inner = 0;
        }
        bounds_are(f, end + 1);
    }
    T_EQ(inner, item != NULL ? item->n : 0);
    return n;
}

static size_t others_n(const char *others)
{
    size_t n = others != NULL;
    for (; others != NULL && *others != '\0'; others++)
        n += *others == ',';
    return n;
}

/* Who may send it, where the document names a right in these words. */
static void right_is(const struct message *m, const char *cell)
{
    static const struct {
        const char *says;
        enum action act;
    } rows[] = {{" manager, host", ACT_ADMIT},
                {" manager, expert", ACT_RECORD},
                {" manager or expert", ACT_TAKE_OVER},
                {" anyone", 0}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strncmp(cell, rows[i].says, strlen(rows[i].says)) == 0)
            T_EQ(m->act, rows[i].act);
}

static bool seen[SIGNAL_N];

static void row(char *line)
{
    char *name_cell = strsep(&line, "|"), *member_cell = strsep(&line, "|");
    T_OK(member_cell != NULL && line != NULL);
    if (member_cell == NULL || line == NULL)
        return;
    for (char *name = strchr(name_cell, '`'); name != NULL; name = strchr(name, '`')) {
        char *end = strchr(++name, '`'), copy[1000];
        *end = '\0';
        const struct message *m = signal_message(name);
        if (m == NULL)
            (void)fprintf(stderr, "%s is only in the document\n", name);
        T_OK(m != NULL);
        if (m == NULL)
            return;
        T_OK(!seen[m - signal_messages]);
        seen[m - signal_messages] = true;
        (void)snprintf(copy, sizeof(copy), "%s", member_cell);
        T_EQ(members(m, copy), m->shape->n + others_n(m->others));
        right_is(m, line);
        name = end + 1;
    }
}

static void the_document_is_the_table(void)
{
    char *at = strstr(page, "## Client"), *end = NULL;
    T_OK(at != NULL);
    if (at == NULL)
        return;
    end = strstr(at + 4, "\n## ");
    T_OK(end != NULL);
    if (end == NULL)
        return;
    *end = '\0';
    for (char *line = NULL; (line = strsep(&at, "\n")) != NULL;)
        if (strncmp(line, "| `", 3) == 0)
            row(line + 1);
    for (size_t i = 0; i < SIGNAL_N; i++) {
        if (!seen[i])
            (void)fprintf(stderr, "%s is only in the code\n", signal_messages[i].type);
        T_OK(seen[i]);
    }
}

/* ---- refusals ------------------------------------------------------------------------------ */

#define TOKEN "\"token\":\"0123456789abcdef0123456789abcdef\""
#define SDP "\"sdp\":\"v=0\\r\\no=- 1 1\""

/* A message of each type that is taken as it stands. */
static const char *const good[SIGNAL_N] = {
    [SIGNAL_HELLO] = "{\"id\":1,\"version\":1," TOKEN ",\"fresh\":true}",
    [SIGNAL_PING] = "{\"id\":1}",
    [SIGNAL_JOIN] = "{\"id\":1}",
    [SIGNAL_LEAVE] = "{\"id\":1}",
    [SIGNAL_SEND_OFFER] = "{\"id\":1," SDP ",\"tracks\":[{\"mid\":\"0\",\"source\":\"camera\"}]}",
    [SIGNAL_RECV_ANSWER] = "{\"id\":1," SDP ",\"revision\":1}",
    [SIGNAL_RECV_RESTART] = "{\"id\":1}",
    [SIGNAL_TRICKLE] = "{\"pc\":\"send\",\"candidate\":\"x\"}",
    [SIGNAL_MUTE] = "{\"id\":1,\"source\":\"screen\",\"on\":false}",
    [SIGNAL_WATCH] = "{\"id\":1,\"tracks\":[]}",
    [SIGNAL_CHAT] = "{\"id\":1,\"text\":\"\\u4e91\\n\",\"key\":\"k\"}",
    [SIGNAL_ADMIT] = "{\"id\":1,\"participant\":\"p\"}",
    [SIGNAL_REFUSE] = "{\"id\":1,\"participant\":\"p\"}",
    [SIGNAL_MUTE_OTHER] = "{\"id\":1,\"participant\":\"p\",\"source\":\"microphone\"}",
    [SIGNAL_REMOVE] = "{\"id\":1,\"participant\":\"p\"}",
    [SIGNAL_END] = "{\"id\":1}",
    [SIGNAL_TAKE_OVER] = "{\"id\":1}",
    [SIGNAL_RECORDING_START] = "{\"id\":1}",
    [SIGNAL_RECORDING_STOP] = "{\"id\":1,\"reason\":\"r\"}",
};

static enum err decode(const struct message *m, const json_t *o)
{
    char why[SHAPE_WHY_MAX] = "";
    void *in = mem_zalloc(1, m->shape->size);
    if (in == NULL)
        abort();
    enum err e = shape_decode(m->shape, o, in, why);
    T_EQ(e == ERR_OK, why[0] == '\0');
    mem_free(in);
    return e;
}

/* @p o with @p name set to @p v (stolen) must be refused. */
static void refused(const struct message *m, const json_t *o, const char *name, json_t *v)
{
    json_t *copy = json_deep_copy(o);
    T_EQ(json_object_set_new(copy, name, v), 0);
    enum err e = decode(m, copy);
    if (e == ERR_OK)
        (void)fprintf(stderr, "%s: %s is taken as %s\n", m->type, name,
                      json_string_value(json_object_get(copy, name)));
    T_EQ(e, ERR_INVAL);
    json_decref(copy);
}

static json_t *text_of(size_t n, char c)
{
    char *s = (char *)malloc(n + 1);
    if (s == NULL)
        abort();
    memset(s, c, n);
    json_t *v = json_stringn(s, n);
    free(s);
    return v;
}

static void list_refusals(const struct message *m, const json_t *o, const struct field *f)
{
    json_t *many = json_array();
    const json_t *one = json_array_get(json_object_get(o, f->name), 0);
    for (int64_t i = 0; i <= f->hi; i++)
        (void)json_array_append_new(many, json_deep_copy(one));
    refused(m, o, f->name, many);
    refused(m, o, f->name, json_pack("[i]", 1));
    refused(m, o, f->name, json_pack("[{}]"));
    refused(m, o, f->name, json_object());
}

static void field_refusals(const struct message *m, const json_t *o, const struct field *f)
{
    json_t *copy = json_deep_copy(o);
    (void)json_object_del(copy, f->name);
    T_EQ(decode(m, copy), f->optional ? ERR_OK : ERR_INVAL);
    json_decref(copy);
    refused(m, o, f->name, json_real(1.5));
    switch (f->type) {
    case SHAPE_I64:
        refused(m, o, f->name, json_integer(f->lo - 1));
        if (f->hi < INT64_MAX)
            refused(m, o, f->name, json_integer(f->hi + 1));
        refused(m, o, f->name, json_string("1"));
        break;
    case SHAPE_BOOL:
        refused(m, o, f->name, json_integer(1));
        refused(m, o, f->name, json_string("true"));
        break;
    case SHAPE_TEXT:
        T_OK(f->lo > 0 && f->hi < 65536);
        refused(m, o, f->name, text_of((size_t)f->lo - 1, 'x'));
        refused(m, o, f->name, text_of((size_t)f->hi + 1, 'x'));
        refused(m, o, f->name, text_of((size_t)f->hi, 7));
        refused(m, o, f->name, json_array());
        break;
    case SHAPE_WORD:
        refused(m, o, f->name, json_string("window"));
        refused(m, o, f->name, json_string(""));
        refused(m, o, f->name, json_integer(0));
        break;
    case SHAPE_LIST:
        list_refusals(m, o, f);
        break;
    }
}

static void each_message_refuses(void)
{
    for (size_t i = 0; i < SIGNAL_N; i++) {
        const struct message *m = &signal_messages[i];
        char why[SHAPE_WHY_MAX] = "";
        T_OK(good[i] != NULL && m->type != NULL && signal_message(m->type) == m);
        if (good[i] == NULL)
            continue;
        json_t *o = shape_parse(good[i], strlen(good[i]), why);
        T_OK(o != NULL);
        T_EQ(decode(m, o), ERR_OK);
        for (size_t k = 0; k < m->shape->n; k++)
            field_refusals(m, o, &m->shape->fields[k]);
        json_decref(o);
    }
    T_OK(signal_message(NULL) == NULL && signal_message("") == NULL);
    T_OK(signal_message("Hello") == NULL && signal_message("hello ") == NULL);
}

/* Nobody reaches a host's message without a right, nor anything but hello and ping before hello. */
static void needs(void)
{
    for (size_t i = 0; i < SIGNAL_N; i++) {
        const struct message *m = &signal_messages[i];
        T_EQ(m->need == NEED_NOTHING, i == SIGNAL_HELLO || i == SIGNAL_PING);
        T_OK(m->need != NEED_IN || m->act != 0);
        bool hosts = i == SIGNAL_ADMIT || i == SIGNAL_REFUSE || i == SIGNAL_REMOVE ||
                     i == SIGNAL_END || i == SIGNAL_MUTE_OTHER;
        T_EQ(m->act == ACT_ADMIT, hosts);
        T_OK(!hosts || !policy_allows(ROLE_CUSTOMER, REL_INVITED, m->act));
    }
}

int main(void)
{
    load();
    the_document_is_the_table();
    each_message_refuses();
    needs();
    return t_done("signal");
}
