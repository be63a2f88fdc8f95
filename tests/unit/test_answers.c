/* api: every route says what it answers, and what it says can be made into a description. */
#include <string.h>

#include "api/api.h"
#include "api/outlines_priv.h"
#include "t.h"

/* ---- rows -------------------------------------------------------------------------------------
 */

static const char *name_of(const struct route *r)
{
    static char name[200];
    (void)snprintf(name, sizeof(name), "%s %s", method_text(r->method), r->path);
    return name;
}

#define HOLDS(r, cond) \
    do { \
        T_OK(cond); \
        if (!(cond)) \
            (void)fprintf(stderr, "%s: %s\n", name_of(r), #cond); \
    } while (0)

static bool are_statuses(const char *text)
{
    size_t digits = 0;
    for (const char *p = text; *p != '\0'; p++) {
        bool digit = *p >= '0' && *p <= '9';
        if (!digit && (*p != ' ' || digits != 3))
            return false;
        digits = digit ? digits + 1 : 0;
    }
    return digits == 3;
}

static void check_row(const struct route *r)
{
    const struct reply *o = &r->out;
    HOLDS(r, o->status >= 200 && o->status < 300);
    HOLDS(r, o->body == NULL || o->media == NULL);
    HOLDS(r, o->status != 204 || (o->body == NULL && o->media == NULL));
    HOLDS(r, o->status != 201 || o->body != NULL || o->media != NULL);
    HOLDS(r, o->other == NULL || o->body != NULL);
    HOLDS(r, o->also == NULL || are_statuses(o->also));
    HOLDS(r, o->takes == NULL || r->in == NULL);
    HOLDS(r,
          (o->flags & REPLY_MATCH) == 0 || (o->flags & REPLY_TAGGED) != 0 || r->method == M_DELETE);
}

/* ---- outlines: one name, one table ------------------------------------------------------------
 */

enum { NAMES = 400 };
static struct {
    const char *name;
    const void *table;
} names[NAMES];
static size_t n_names;

/* @return true when it is the first time. */
static bool note(const char *name, const void *table)
{
    for (size_t i = 0; i < n_names; i++)
        if (strcmp(names[i].name, name) == 0) {
            if (names[i].table != table)
                (void)fprintf(stderr, "%s: two tables have this name\n", name);
            T_OK(names[i].table == table);
            return false;
        }
    T_OK(n_names < NAMES);
    if (n_names < NAMES) {
        names[n_names].name = name;
        names[n_names++].table = table;
    }
    return true;
}

static void check_outline(const struct outline *o);

static void check_part(const struct outline *o, const struct outline_part *p)
{
    enum outline_type of = p->each != 0 ? p->each : OUTLINE_OBJECT;
    bool many = p->type == OUTLINE_LIST || p->type == OUTLINE_MAP;
    enum outline_type type = many ? of : p->type;
    bool fine = p->name != NULL && p->type >= OUTLINE_TEXT && p->type <= OUTLINE_ANY &&
                (type != OUTLINE_OBJECT || p->of != NULL) &&
                (type != OUTLINE_WORD || (p->words != NULL && p->words->list[0] != NULL));
    T_OK(fine);
    if (!fine)
        (void)fprintf(stderr, "%s: member %s\n", o->name != NULL ? o->name : "?",
                      p->name != NULL ? p->name : "?");
    if (p->words != NULL && p->words->name != NULL)
        (void)note(p->words->name, p->words->list);
    if (p->of != NULL)
        check_outline(p->of);
}

static void check_outline(const struct outline *o)
{
    if (o->name != NULL && !note(o->name, o))
        return;
    if (o->base != NULL)
        check_outline(o->base);
    for (size_t i = 0; i < o->n; i++)
        check_part(o, &o->parts[i]);
}

static void every_route_says_what_it_answers(void)
{
    const struct route *const *tables = NULL;
    const size_t *counts = NULL;
    size_t n = api_routes(&tables, &counts);
    static const struct outline none = {.name = NULL};
    for (size_t t = 0; t < n; t++)
        for (size_t i = 0; i < counts[t]; i++) {
            const struct route *r = &tables[t][i];
            check_row(r);
            if (r->out.body != NULL)
                check_outline(r->out.body);
            if (r->out.other != NULL)
                check_outline(r->out.other);
            for (const struct outline_part *q = r->out.query; q != NULL && q->name != NULL; q++)
                check_part(&none, q);
        }
    check_outline(&o_problem);
}

/* ---- the whole --------------------------------------------------------------------------------
 */

static json_t *described(void)
{
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    T_OK(f != NULL);
    if (f == NULL)
        return NULL;
    api_write_openapi(f);
    (void)fclose(f);
    json_t *o = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
    free(text);
    return o;
}

/* Each reference leads somewhere. */
static void follow(const json_t *schemas, const json_t *at)
{
    static const char prefix[] = "#/components/schemas/";
    const char *key = NULL;
    json_t *v = NULL;
    size_t i = 0;
    if (json_is_array(at))
        json_array_foreach(at, i, v) follow(schemas, v);
    const char *to = json_string_value(json_object_get(at, "$ref"));
    if (to != NULL && strncmp(to, prefix, sizeof(prefix) - 1) == 0)
        T_OK(json_is_object(json_object_get(schemas, to + sizeof(prefix) - 1)));
    if (json_is_object(at))
        json_object_foreach((json_t *)(uintptr_t)at, key, v) follow(schemas, v);
}

static void it_is_whole(void)
{
    json_t *o = described();
    const json_t *paths = json_object_get(o, "paths");
    const json_t *projects =
        json_object_get(json_object_get(paths, "/api/v1/projects/{id}"), "put");
    T_OK(json_is_object(o));
    T_OK(json_object_get(json_object_get(projects, "responses"), "412") != NULL);
    T_OK(json_object_get(json_object_get(projects, "responses"), "428") != NULL);
    T_OK(json_object_get(projects, "requestBody") != NULL);
    follow(json_object_get(json_object_get(o, "components"), "schemas"), o);
    json_decref(o);
}

int main(void)
{
    every_route_says_what_it_answers();
    it_is_whole();
    return t_done("answers");
}
