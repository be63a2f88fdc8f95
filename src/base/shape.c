/* Walks a shape's table: one small function a type in each direction. */
#include "base/shape.h"

#include <stdio.h>
#include <string.h>

static bool refuse(char why[SHAPE_WHY_MAX], const char *name, const char *what)
{
    (void)snprintf(why, SHAPE_WHY_MAX, "%s: %s", name, what);
    return false;
}

/* jansson's own depth limit is 2,048: count brackets first, outside strings. */
static bool too_deep(const char *text, size_t len)
{
    size_t depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (in_string && c == '\\')
            i++;
        else if (c == '"')
            in_string = !in_string;
        else if (!in_string && (c == '{' || c == '['))
            depth++;
        else if (!in_string && (c == '}' || c == ']') && depth > 0)
            depth--;
        if (depth > SHAPE_DEPTH_MAX)
            return true;
    }
    return false;
}

json_t *shape_parse(const char *text, size_t len, char why[SHAPE_WHY_MAX])
{
    json_error_t error;
    if (too_deep(text, len)) {
        (void)refuse(why, "JSON", "nested too deep");
        return NULL;
    }
    json_t *v = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_object(v)) {
        (void)refuse(why, "JSON", v == NULL ? error.text : "not an object");
        json_decref(v);
        return NULL;
    }
    return v;
}

static bool clean_text(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)s[i];
        bool line_end = c == '\n' || (c == '\r' && i + 1 < len && s[i + 1] == '\n');
        if ((c < 0x20 && !line_end && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

bool shape_is_text(const char *s)
{
    json_t *v = json_string(s); /* NULL for what is no UTF-8. */
    bool fine = v != NULL && clean_text(s, strlen(s));
    json_decref(v);
    return fine;
}

static bool get_i64(const struct field *f, const json_t *v, char *at, char *why)
{
    if (!json_is_integer(v))
        return refuse(why, f->name, "must be a whole number");
    int64_t n = json_integer_value(v);
    if (n < f->lo || n > f->hi) {
        (void)snprintf(why, SHAPE_WHY_MAX, "%s: must be from %lld to %lld", f->name,
                       (long long)f->lo, (long long)f->hi);
        return false;
    }
    memcpy(at, &n, sizeof(n));
    return true;
}

static bool get_bool(const struct field *f, const json_t *v, char *at, char *why)
{
    if (!json_is_boolean(v))
        return refuse(why, f->name, "must be true or false");
    bool b = json_is_true(v);
    memcpy(at, &b, sizeof(b));
    return true;
}

static bool get_text(const struct field *f, const json_t *v, char *at, char *why)
{
    if (!json_is_string(v))
        return refuse(why, f->name, "must be a text");
    size_t len = json_string_length(v);
    if (len < (size_t)f->lo || len > (size_t)f->hi) {
        (void)snprintf(why, SHAPE_WHY_MAX, "%s: must have %lld to %lld bytes, has %zu", f->name,
                       (long long)f->lo, (long long)f->hi, len);
        return false;
    }
    if (!clean_text(json_string_value(v), len))
        return refuse(why, f->name, "has control characters");
    memcpy(at, json_string_value(v), len);
    at[len] = '\0';
    return true;
}

static bool get_word(const struct field *f, const json_t *v, char *at, char *why)
{
    const char *s = json_string_value(v);
    for (int i = 0; s != NULL && f->words[i] != NULL; i++)
        if (strcmp(s, f->words[i]) == 0) {
            memcpy(at, &i, sizeof(i));
            return true;
        }
    size_t n = (size_t)snprintf(why, SHAPE_WHY_MAX, "%s: must be one of", f->name);
    for (int i = 0; f->words[i] != NULL && n < SHAPE_WHY_MAX; i++)
        n += (size_t)snprintf(why + n, SHAPE_WHY_MAX - n, " %s", f->words[i]);
    return false;
}

static bool get_list(const struct field *f, const json_t *v, char *base, char *why)
{
    size_t n = json_array_size(v);
    if (!json_is_array(v) || n > (size_t)f->hi) {
        (void)snprintf(why, SHAPE_WHY_MAX, "%s: must be a list of at most %lld", f->name,
                       (long long)f->hi);
        return false;
    }
    for (size_t i = 0; i < n; i++)
        if (shape_decode(f->item, json_array_get(v, i), base + f->offset + i * f->item->size,
                         why) != ERR_OK)
            return false;
    memcpy(base + f->count_offset, &n, sizeof(n));
    return true;
}

static bool get(const struct field *f, const json_t *v, char *base, char *why)
{
    if (v == NULL || json_is_null(v))
        return f->optional || refuse(why, f->name, "is missing");
    switch (f->type) {
    case SHAPE_I64:
        return get_i64(f, v, base + f->offset, why);
    case SHAPE_BOOL:
        return get_bool(f, v, base + f->offset, why);
    case SHAPE_TEXT:
        return get_text(f, v, base + f->offset, why);
    case SHAPE_WORD:
        return get_word(f, v, base + f->offset, why);
    case SHAPE_LIST:
        return get_list(f, v, base, why);
    }
    return false;
}

static bool is_container(const struct shape *s, const json_t *v)
{
    return s->tuple ? json_array_size(v) == s->n : json_is_object(v);
}

enum err shape_decode(const struct shape *s, const json_t *from, void *out, char why[SHAPE_WHY_MAX])
{
    memset(out, 0, s->size);
    if (!is_container(s, from)) {
        (void)refuse(why, "JSON", s->tuple ? "a short array is expected" : "an object is expected");
        return ERR_INVAL;
    }
    for (size_t i = 0; i < s->n; i++) {
        const json_t *v =
            s->tuple ? json_array_get(from, i) : json_object_get(from, s->fields[i].name);
        if (!get(&s->fields[i], v, (char *)out, why)) {
            memset(out, 0, s->size);
            return ERR_INVAL;
        }
    }
    return ERR_OK;
}

static json_t *put_list(const struct field *f, const char *base)
{
    size_t n = 0;
    memcpy(&n, base + f->count_offset, sizeof(n));
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        if (json_array_append_new(
                list, shape_encode(f->item, base + f->offset + i * f->item->size)) != 0) {
            json_decref(list);
            return NULL; /* Not a part of it. */
        }
    return list;
}

static json_t *put(const struct field *f, const char *base)
{
    int64_t n = 0;
    int word = 0;
    bool b = false;
    switch (f->type) {
    case SHAPE_I64:
        memcpy(&n, base + f->offset, sizeof(n));
        return json_integer(n);
    case SHAPE_BOOL:
        memcpy(&b, base + f->offset, sizeof(b));
        return json_boolean(b);
    case SHAPE_TEXT:
        return json_string(base + f->offset);
    case SHAPE_WORD:
        memcpy(&word, base + f->offset, sizeof(word));
        return json_string(f->words[word]);
    case SHAPE_LIST:
        return put_list(f, base);
    }
    return NULL;
}

json_t *shape_encode(const struct shape *s, const void *from)
{
    json_t *o = s->tuple ? json_array() : json_object();
    for (size_t i = 0; o != NULL && i < s->n; i++) {
        json_t *v = put(&s->fields[i], (const char *)from);
        int bad =
            s->tuple ? json_array_append_new(o, v) : json_object_set_new(o, s->fields[i].name, v);
        if (bad != 0) {
            json_decref(o);
            return NULL;
        }
    }
    return o;
}
