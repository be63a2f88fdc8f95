/* base/outline: what tables become as JSON Schema. */
#include "base/outline.h"

#include <stdlib.h>
#include <string.h>

#include "t.h"

static const char *const colours[] = {"red", "green", NULL};
static const struct outline_words named = {"Colour", colours}, plain = {.list = colours};

static const struct outline_part p_leaf[] = {O_I64("n")};
static const struct outline o_leaf = OUTLINE("Leaf", p_leaf);
static const struct outline_part p_small[] = {O_BOOL("b", .optional = true)};
static const struct outline o_small = OUTLINE(NULL, p_small);

/* One member each, and what becomes of it. */
static const struct {
    struct outline_part part;
    const char *schema;
} rows[] = {
    {O_TEXT("m"), "{\"type\":\"string\"}"},
    {O_TEXT("m", .null = true), "{\"type\":[\"string\",\"null\"]}"},
    {O_TEXT("m", .about = "why"), "{\"type\":\"string\",\"description\":\"why\"}"},
    {O_I64("m"), "{\"type\":\"integer\"}"},
    {O_BOOL("m"), "{\"type\":\"boolean\"}"},
    {O_TIME("m"), "{\"type\":\"string\",\"format\":\"date-time\"}"},
    {O_DAY("m", .null = true), "{\"type\":[\"string\",\"null\"],\"format\":\"date\"}"},
    {O_WORD("m", &named), "{\"$ref\":\"#/components/schemas/Colour\"}"},
    {O_WORD("m", &plain), "{\"type\":\"string\",\"enum\":[\"red\",\"green\"]}"},
    {O_WORD("m", &plain, .null = true),
     "{\"anyOf\":[{\"type\":\"string\",\"enum\":[\"red\",\"green\"]},{\"type\":\"null\"}]}"},
    {O_OBJECT("m", &o_leaf), "{\"$ref\":\"#/components/schemas/Leaf\"}"},
    {O_OBJECT("m", &o_leaf, .null = true),
     "{\"anyOf\":[{\"$ref\":\"#/components/schemas/Leaf\"},{\"type\":\"null\"}]}"},
    {O_OBJECT("m", &o_small),
     "{\"type\":\"object\",\"required\":[],\"properties\":{\"b\":{\"type\":\"boolean\"}}}"},
    {O_LIST("m", &o_leaf),
     "{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/Leaf\"}}"},
    {O_EACH("m", OUTLINE_TEXT), "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}"},
    {O_EACH("m", OUTLINE_PAIR),
     "{\"type\":\"array\",\"items\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"},"
     "\"minItems\":2,\"maxItems\":2}}"},
    {O_MAP("m", OUTLINE_I64, .words = &named),
     "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"integer\"},\"propertyNames\":"
     "{\"$ref\":\"#/components/schemas/Colour\"}}"},
    {O_ANY("m"), "{\"type\":\"object\"}"},
};

static void compare(json_t *got, const char *want)
{
    char *text = json_dumps(got, JSON_COMPACT);
    T_OK(text != NULL && strcmp(text, want) == 0);
    if (text == NULL || strcmp(text, want) != 0)
        (void)fprintf(stderr, "%s\n  want %s\n", text != NULL ? text : "nothing", want);
    free(text);
    json_decref(got);
}

static void every_type(void)
{
    json_t *types = json_object();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        compare(outline_part_schema(&rows[i].part, types), rows[i].schema);
    T_EQ(json_object_size(types), 2);
    compare(json_incref(json_object_get(types, "Leaf")),
            "{\"type\":\"object\",\"required\":[\"n\"],\"properties\":{\"n\":{\"type\":"
            "\"integer\"}}}");
    json_decref(types);
}

/* What it takes over from another stands first, and is required as there. */
static void bases(void)
{
    static const struct outline_part parts[] = {O_TEXT("late", .optional = true), O_TEXT("t")};
    static const struct outline o = OUTLINE("Tree", parts, .base = &o_leaf, .open = true);
    json_t *types = json_object();
    compare(outline_schema(&o, types), "{\"$ref\":\"#/components/schemas/Tree\"}");
    compare(json_incref(json_object_get(types, "Tree")),
            "{\"type\":\"object\",\"required\":[\"n\",\"t\"],\"properties\":{\"n\":{\"type\":"
            "\"integer\"},\"late\":{\"type\":\"string\"},\"t\":{\"type\":\"string\"}},"
            "\"additionalProperties\":true}");
    json_decref(types);
}

/* An outline may have itself within. */
static const struct outline o_chain;
static const struct outline_part p_chain[] = {O_OBJECT("next", &o_chain, .null = true)};
static const struct outline o_chain = OUTLINE("Chain", p_chain);

static void itself(void)
{
    json_t *types = json_object();
    compare(outline_schema(&o_chain, types), "{\"$ref\":\"#/components/schemas/Chain\"}");
    T_OK(json_is_object(json_object_get(types, "Chain")));
    json_decref(types);
}

struct sent {
    int64_t count, late;
    char name[9];
    int kind;
    struct pair {
        int64_t a, b;
    } pairs[3];
    size_t n;
};
static const struct field f_pair[] = {FIELD_I64(struct pair, a, 0, 9),
                                      FIELD_I64(struct pair, b, 0, 9)};
static const struct shape s_pair = SHAPE_TUPLE(struct pair, f_pair);
static const struct field f_sent[] = {
    FIELD_I64(struct sent, count, -5, 1000), FIELD_I64_OPT(struct sent, late, 0, 1),
    FIELD_TEXT(struct sent, name, 4), FIELD_WORD(struct sent, kind, colours),
    FIELD_LIST(struct sent, pairs, n, &s_pair)};
static const struct shape s_sent = SHAPE(struct sent, f_sent);

static void what_is_sent(void)
{
    compare(shape_schema(&s_sent),
            "{\"type\":\"object\",\"required\":[\"count\",\"name\",\"kind\",\"pairs\"],"
            "\"properties\":{\"count\":{\"type\":\"integer\",\"minimum\":-5,\"maximum\":1000},"
            "\"late\":{\"type\":[\"integer\",\"null\"],\"minimum\":0,\"maximum\":1},"
            "\"name\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":8},"
            "\"kind\":{\"type\":\"string\",\"enum\":[\"red\",\"green\"]},"
            "\"pairs\":{\"type\":\"array\",\"maxItems\":3,\"items\":{\"type\":\"array\","
            "\"prefixItems\":[{\"type\":\"integer\",\"minimum\":0,\"maximum\":9},{\"type\":"
            "\"integer\",\"minimum\":0,\"maximum\":9}],\"minItems\":2,\"maxItems\":2}}}}");
}

int main(void)
{
    every_type();
    bases();
    itself();
    what_is_sent();
    return t_done("outline");
}
