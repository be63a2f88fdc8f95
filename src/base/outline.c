/* Tables of answers and of what is sent, as JSON Schema. */
#include "base/outline.h"

#include <string.h>

static json_t *ref(const char *name)
{
    return json_pack("{s:o}", "$ref", json_sprintf("#/components/schemas/%s", name));
}

static json_t *enumeration(const char *const *words)
{
    json_t *list = json_array();
    for (size_t i = 0; words[i] != NULL; i++)
        (void)json_array_append_new(list, json_string(words[i]));
    return json_pack("{s:s,s:o}", "type", "string", "enum", list);
}

static json_t *words_schema(const struct outline_words *w, json_t *types)
{
    if (w->name == NULL)
        return enumeration(w->list);
    if (json_object_get(types, w->name) == NULL)
        (void)json_object_set_new(types, w->name, enumeration(w->list));
    return ref(w->name);
}

static json_t *pair_schema(void)
{
    return json_pack("{s:s,s:{s:s},s:i,s:i}", "type", "array", "items", "type", "integer",
                     "minItems", 2, "maxItems", 2);
}

static json_t *formatted(const char *format)
{
    return json_pack("{s:s,s:s}", "type", "string", "format", format);
}

static json_t *type_schema(const struct outline_part *p, enum outline_type type, json_t *types);

static json_t *each_schema(const struct outline_part *p, json_t *types)
{
    enum outline_type each = p->each != 0 ? p->each : OUTLINE_OBJECT;
    return type_schema(p, each, types);
}

/* A map's names may be words of a list. */
static json_t *map_schema(const struct outline_part *p, json_t *types)
{
    json_t *o =
        json_pack("{s:s,s:o}", "type", "object", "additionalProperties", each_schema(p, types));
    if (p->words != NULL)
        (void)json_object_set_new(o, "propertyNames", words_schema(p->words, types));
    return o;
}

static json_t *type_schema(const struct outline_part *p, enum outline_type type, json_t *types)
{
    switch (type) {
    case OUTLINE_TEXT:
        return json_pack("{s:s}", "type", "string");
    case OUTLINE_I64:
        return json_pack("{s:s}", "type", "integer");
    case OUTLINE_BOOL:
        return json_pack("{s:s}", "type", "boolean");
    case OUTLINE_TIME:
        return formatted("date-time");
    case OUTLINE_DAY:
        return formatted("date");
    case OUTLINE_WORD:
        return words_schema(p->words, types);
    case OUTLINE_OBJECT:
        return outline_schema(p->of, types);
    case OUTLINE_LIST:
        return json_pack("{s:s,s:o}", "type", "array", "items", each_schema(p, types));
    case OUTLINE_MAP:
        return map_schema(p, types);
    case OUTLINE_PAIR:
        return pair_schema();
    case OUTLINE_ANY:
        return json_pack("{s:s}", "type", "object");
    }
    return NULL;
}

static json_t *or_null(json_t *schema)
{
    json_t *type = json_object_get(schema, "type");
    if (json_is_string(type) && json_object_get(schema, "enum") == NULL) {
        (void)json_object_set_new(schema, "type",
                                  json_pack("[O,s]", json_object_get(schema, "type"), "null"));
        return schema;
    }
    return json_pack("{s:[o,{s:s}]}", "anyOf", schema, "type", "null");
}

json_t *outline_part_schema(const struct outline_part *p, json_t *types)
{
    json_t *schema = type_schema(p, p->type, types);
    if (p->null)
        schema = or_null(schema);
    if (p->about != NULL)
        (void)json_object_set_new(schema, "description", json_string(p->about));
    return schema;
}

static void add_parts(const struct outline *o, json_t *members, json_t *required, json_t *types)
{
    if (o->base != NULL) {
        json_decref(outline_schema(o->base, types)); /* By itself it is of use as well. */
        add_parts(o->base, members, required, types);
    }
    for (size_t i = 0; i < o->n; i++) {
        const struct outline_part *p = &o->parts[i];
        (void)json_object_set_new(members, p->name, outline_part_schema(p, types));
        if (!p->optional)
            (void)json_array_append_new(required, json_string(p->name));
    }
}

static json_t *object_schema(const struct outline *o, json_t *types)
{
    json_t *members = json_object(), *required = json_array();
    add_parts(o, members, required, types);
    json_t *schema =
        json_pack("{s:s,s:o,s:o}", "type", "object", "required", required, "properties", members);
    if (o->open)
        (void)json_object_set_new(schema, "additionalProperties", json_true());
    if (o->about != NULL)
        (void)json_object_set_new(schema, "description", json_string(o->about));
    return schema;
}

json_t *outline_schema(const struct outline *o, json_t *types)
{
    if (o->name == NULL)
        return object_schema(o, types);
    if (json_object_get(types, o->name) == NULL) {
        (void)json_object_set_new(types, o->name, json_null()); /* holds its place in the order */
        (void)json_object_set_new(types, o->name, object_schema(o, types));
    }
    return ref(o->name);
}

/* ---- what is sent -----------------------------------------------------------------------------
 */

static json_t *field_schema(const struct field *f)
{
    switch (f->type) {
    case SHAPE_I64:
        return json_pack("{s:s,s:I,s:I}", "type", "integer", "minimum", (json_int_t)f->lo,
                         "maximum", (json_int_t)f->hi);
    case SHAPE_BOOL:
        return json_pack("{s:s}", "type", "boolean");
    case SHAPE_TEXT: /* The bounds are of bytes: of characters there are no more, and one at least.
                      */
        return json_pack("{s:s,s:I,s:I}", "type", "string", "minLength",
                         (json_int_t)(f->lo > 0 ? 1 : 0), "maxLength", (json_int_t)f->hi);
    case SHAPE_WORD:
        return enumeration(f->words);
    case SHAPE_LIST:
        return json_pack("{s:s,s:I,s:o}", "type", "array", "maxItems", (json_int_t)f->hi, "items",
                         shape_schema(f->item));
    }
    return NULL;
}

static json_t *tuple_schema(const struct shape *s)
{
    json_t *list = json_array();
    for (size_t i = 0; i < s->n; i++)
        (void)json_array_append_new(list, field_schema(&s->fields[i]));
    return json_pack("{s:s,s:o,s:I,s:I}", "type", "array", "prefixItems", list, "minItems",
                     (json_int_t)s->n, "maxItems", (json_int_t)s->n);
}

json_t *shape_schema(const struct shape *s)
{
    if (s->tuple)
        return tuple_schema(s);
    json_t *members = json_object(), *required = json_array();
    for (size_t i = 0; i < s->n; i++) {
        const struct field *f = &s->fields[i];
        json_t *schema = field_schema(f);
        (void)json_object_set_new(members, f->name, f->optional ? or_null(schema) : schema);
        if (!f->optional)
            (void)json_array_append_new(required, json_string(f->name));
    }
    return json_pack("{s:s,s:o,s:o}", "type", "object", "required", required, "properties",
                     members);
}
