/* base/shape: one good object, then a table of everything that is refused and what is said of it.
 */
#include "base/shape.h"

#include <stdlib.h>
#include <string.h>

#include "t.h"

struct point {
    int64_t x;
};
struct thing {
    int64_t count;
    bool on;
    char name[9], note[5];
    int kind;
    size_t n_points;
    struct point points[3];
};

static const struct field point_fields[] = {FIELD_I64(struct point, x, 0, 9)};
static const struct shape point_shape = SHAPE(struct point, point_fields);
static const char *const kinds[] = {"red", "green", NULL};
static const struct field thing_fields[] = {
    FIELD_I64(struct thing, count, -5, 1000),
    FIELD_BOOL(struct thing, on),
    FIELD_TEXT(struct thing, name, 1),
    FIELD_TEXT_OPT(struct thing, note),
    FIELD_WORD(struct thing, kind, kinds),
    FIELD_LIST(struct thing, points, n_points, &point_shape),
};
static const struct shape thing_shape = SHAPE(struct thing, thing_fields);

/* An exact-size copy without terminator, as a body off the wire is. */
static enum err read_thing(struct thing *out, const char *text, char *why)
{
    size_t n = strlen(text);
    char *copy = (char *)malloc(n ? n : 1);
    if (copy == NULL)
        abort();
    memcpy(copy, text, n);
    why[0] = '\0';
    json_t *v = shape_parse(copy, n, why);
    free(copy);
    if (v == NULL)
        return ERR_PROTO;
    enum err e = shape_decode(&thing_shape, v, out, why);
    json_decref(v);
    return e;
}

static const char good[] =
    "{\"count\":-5,\"on\":true,\"name\":\"\xe4\xba\x91\xe9\x89\xb4\",\"kind\":"
    "\"green\",\"points\":[{\"x\":9},{\"x\":0}],\"later\":{\"a\":[1]}}";

static void reads_and_writes_the_same(void)
{
    struct thing t, again;
    char why[SHAPE_WHY_MAX];
    T_EQ(read_thing(&t, good, why), ERR_OK);
    T_EQ(t.count, -5);
    T_OK(t.on);
    T_OK(strcmp(t.name, "\xe4\xba\x91\xe9\x89\xb4") == 0);
    T_OK(strcmp(t.note, "") == 0);
    T_EQ(t.kind, 1);
    T_EQ(t.n_points, 2);
    T_EQ(t.points[0].x, 9);
    json_t *v = shape_encode(&thing_shape, &t);
    T_OK(v != NULL);
    T_OK(json_object_get(v, "later") == NULL);
    T_EQ(shape_decode(&thing_shape, v, &again, why), ERR_OK);
    T_OK(memcmp(&t, &again, sizeof(t)) == 0);
    json_decref(v);
}

/* Every row is the good object with one member replaced, and a word that the refusal must say. */
static void refuses(void)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"", "JSON"},
        {"[]", "not an object"},
        {"7", "JSON"},
        {"{\"count\":1", "JSON"},
        {"{} trailing", "JSON"},
        {"{\"count\":1,\"count\":1}", "JSON"},
        {"{\"name\":\"\xff\"}", "JSON"},
        {"{\"on\":true,\"name\":\"a\",\"kind\":\"red\",\"points\":[]}", "count"},
        {"{\"count\":null,\"on\":true,\"name\":\"a\",\"kind\":\"red\",\"points\":[]}", "missing"},
        {"{\"count\":1001,\"on\":true,\"name\":\"a\",\"kind\":\"red\",\"points\":[]}", "1000"},
        {"{\"count\":-6,\"on\":true,\"name\":\"a\",\"kind\":\"red\",\"points\":[]}", "-5"},
        {"{\"count\":1.0,\"on\":true,\"name\":\"a\",\"kind\":\"red\",\"points\":[]}", "whole"},
        {"{\"count\":\"1\",\"on\":true,\"name\":\"a\",\"kind\":\"red\",\"points\":[]}", "whole"},
        {"{\"count\":99999999999999999999,\"on\":true,\"name\":\"a\",\"kind\":\"red\",\"points\":[]"
         "}",
         "JSON"},
        {"{\"count\":1,\"on\":1,\"name\":\"a\",\"kind\":\"red\",\"points\":[]}", "true or false"},
        {"{\"count\":1,\"on\":true,\"name\":\"\",\"kind\":\"red\",\"points\":[]}", "bytes"},
        {"{\"count\":1,\"on\":true,\"name\":\"123456789\",\"kind\":\"red\",\"points\":[]}",
         "1 to 8"},
        {"{\"count\":1,\"on\":true,\"name\":\"a\\u0000b\",\"kind\":\"red\",\"points\":[]}", "JSON"},
        {"{\"count\":1,\"on\":true,\"name\":\"a\\u001bb\",\"kind\":\"red\",\"points\":[]}",
         "control"},
        {"{\"count\":1,\"on\":true,\"name\":\"a\\u007fb\",\"kind\":\"red\",\"points\":[]}",
         "control"},
        {"{\"count\":1,\"on\":true,\"name\":7,\"kind\":\"red\",\"points\":[]}", "text"},
        {"{\"count\":1,\"on\":true,\"name\":\"a\",\"note\":\"12345\",\"kind\":\"red\",\"points\":[]"
         "}",
         "note"},
        {"{\"count\":1,\"on\":true,\"name\":\"a\",\"kind\":\"blue\",\"points\":[]}", "red green"},
        {"{\"count\":1,\"on\":true,\"name\":\"a\",\"kind\":0,\"points\":[]}", "kind"},
        {"{\"count\":1,\"on\":true,\"name\":\"a\",\"kind\":\"red\",\"points\":{}}", "list"},
        {"{\"count\":1,\"on\":true,\"name\":\"a\",\"kind\":\"red\",\"points\":[{\"x\":1},{\"x\":1},"
         "{\"x\":1},{\"x\":1}]}",
         "at most 3"},
        {"{\"count\":1,\"on\":true,\"name\":\"a\",\"kind\":\"red\",\"points\":[{\"x\":10}]}", "x"},
        {"{\"count\":1,\"on\":true,\"name\":\"a\",\"kind\":\"red\",\"points\":[7]}", "object"},
    };
    static const struct thing zero;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char why[SHAPE_WHY_MAX];
        struct thing t = {0};
        enum err e = read_thing(&t, rows[i].text, why);
        T_OK(e != ERR_OK);
        T_OK(strstr(why, rows[i].says) != NULL);
        if (strstr(why, rows[i].says) == NULL)
            (void)fprintf(stderr, "row %zu says: %s\n", i, why);
        T_OK(memcmp(&t, &zero, sizeof(t)) == 0);
    }
}

static void refuses_depth(void)
{
    char text[600], why[SHAPE_WHY_MAX];
    for (size_t depth = 1; depth <= 200; depth++) {
        size_t n = (size_t)snprintf(text, sizeof(text), "{\"a\":");
        for (size_t i = 1; i < depth; i++)
            text[n++] = '[';
        text[n++] = '1';
        for (size_t i = 1; i < depth; i++)
            text[n++] = ']';
        text[n++] = '}';
        json_t *v = shape_parse(text, n, why);
        T_OK((v != NULL) == (depth <= SHAPE_DEPTH_MAX));
        json_decref(v);
    }
    static const char quoted[] = "{\"a\":\"[[[[[[[[[[[[[[[[[[[[[[[[\\\"{{{{{{{{{{\"}";
    json_t *v = shape_parse(quoted, strlen(quoted), why);
    T_OK(v != NULL); /* brackets inside a text are no depth */
    json_decref(v);
}

static void what_is_text(void)
{
    T_OK(shape_is_text("") && shape_is_text("a=\xe4\xba\x91\tb\n"));
    T_OK(!shape_is_text("a\x01") && !shape_is_text("\x7f") && !shape_is_text("\xe4\xba"));
    T_OK(!shape_is_text("\xc0\xaf") && !shape_is_text("a\rb"));
}

struct pairs {
    struct pair {
        int64_t from, to;
    } list[2];
    size_t n;
};

/* [[1,2],[3,4]]: arrays with a fixed place for each value. */
static void tuples(void)
{
    static const struct field pair_fields[] = {FIELD_I64(struct pair, from, 0, 9),
                                               FIELD_I64(struct pair, to, 0, 9)};
    static const struct shape pair_shape = SHAPE_TUPLE(struct pair, pair_fields);
    static const struct field fields[] = {FIELD_LIST(struct pairs, list, n, &pair_shape)};
    static const struct shape shape = SHAPE(struct pairs, fields);
    static const char *const bad[] = {"{\"list\":[[1]]}",
                                      "{\"list\":[[1,2,3]]}",
                                      "{\"list\":[{\"from\":1,\"to\":2}]}",
                                      "{\"list\":[[1,10]]}",
                                      "{\"list\":[[1,null]]}",
                                      "{\"list\":[1,2]}",
                                      "{\"list\":[[],[1,2]]}",
                                      "{\"list\":[[1,2],[1,2],[1,2]]}"};
    struct pairs p;
    char why[SHAPE_WHY_MAX];
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        json_t *v = shape_parse(bad[i], strlen(bad[i]), why);
        T_EQ(shape_decode(&shape, v, &p, why), ERR_INVAL);
        T_EQ(p.n, 0);
        json_decref(v);
    }
    static const char whole[] = "{\"list\":[[1,2],[3,4]]}";
    json_t *v = shape_parse(whole, strlen(whole), why);
    T_EQ(shape_decode(&shape, v, &p, why), ERR_OK);
    T_OK(p.n == 2 && p.list[0].to == 2 && p.list[1].from == 3);
    json_decref(v);
    v = shape_encode(&shape, &p);
    char *text = json_dumps(v, JSON_COMPACT);
    T_OK(text != NULL && strcmp(text, whole) == 0);
    free(text);
    json_decref(v);
}

int main(void)
{
    reads_and_writes_the_same();
    refuses();
    refuses_depth();
    what_is_text();
    tuples();
    return t_done("shape");
}
