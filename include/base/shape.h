/**
 * @file
 * JSON shapes: tables that bind JSON members to members of a C struct, with bounds.
 *
 * Decoding checks everything before a handler sees it; encoding writes the same names. Unknown
 * members are ignored (older server, newer page); doubled members are refused.
 *
 * Thread: the tables are constant; a decode touches only its arguments.
 */
#ifndef BASE_SHAPE_H
#define BASE_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/err.h"

enum shape_type {
    SHAPE_I64,  /**< int64_t; lo and hi bound the value. */
    SHAPE_BOOL, /**< bool. */
    SHAPE_TEXT, /**< char[hi + 1], UTF-8 without NUL or control characters but line ends (LF, CR LF)
                   and tab; lo and hi bound its bytes. */
    SHAPE_WORD, /**< int: index into words. */
    SHAPE_LIST, /**< struct shape_list head followed by items: see SHAPE_FIELD_LIST. */
};

struct shape;

struct field {
    enum shape_type type;
    bool optional; /**< Absent or null leaves the zero value. */
    const char *name;
    size_t offset;
    int64_t lo, hi;
    const char *const *words; /**< SHAPE_WORD: NULL-terminated. */
    const struct shape *item; /**< SHAPE_LIST: shape of one item. */
    size_t count_offset;      /**< SHAPE_LIST: a size_t; hi bounds it. */
};

struct shape {
    size_t size; /**< sizeof the C struct. */
    const struct field *fields;
    size_t n;
    bool tuple; /**< An array with just these values in this order, no object. */
};

// clang-format off
#define FIELD_I64(S, m, low, high)  {.type = SHAPE_I64, .name = #m, .offset = offsetof(S, m), .lo = (low), .hi = (high)}
#define FIELD_I64_OPT(S, m, low, high) {.type = SHAPE_I64, .name = #m, .offset = offsetof(S, m), .lo = (low), .hi = (high), .optional = true}
#define FIELD_BOOL(S, m)            {.type = SHAPE_BOOL, .name = #m, .offset = offsetof(S, m)}
#define FIELD_TEXT(S, m, low)       {.type = SHAPE_TEXT, .name = #m, .offset = offsetof(S, m), .lo = (low), .hi = (int64_t)sizeof(((S *)0)->m) - 1}
#define FIELD_TEXT_OPT(S, m)        {.type = SHAPE_TEXT, .name = #m, .offset = offsetof(S, m), .lo = 0, .hi = (int64_t)sizeof(((S *)0)->m) - 1, .optional = true}
#define FIELD_WORD(S, m, list)      {.type = SHAPE_WORD, .name = #m, .offset = offsetof(S, m), .words = (list)}
/** @p m is an array member of @p S, @p count a size_t member. */
#define FIELD_LIST(S, m, count, shape_) {.type = SHAPE_LIST, .name = #m, .offset = offsetof(S, m), .hi = (int64_t)(sizeof(((S *)0)->m) / sizeof(((S *)0)->m[0])), .item = (shape_), .count_offset = offsetof(S, count)}
#define SHAPE(S, table) {sizeof(S), (table), sizeof(table) / sizeof((table)[0]), false}
#define SHAPE_TUPLE(S, table) {sizeof(S), (table), sizeof(table) / sizeof((table)[0]), true}
// clang-format on

enum { SHAPE_WHY_MAX = 120, SHAPE_DEPTH_MAX = 16 };

/**
 * Parse @p len bytes of JSON text: one object, at most SHAPE_DEPTH_MAX deep.
 * @param why  What is wrong, one line, when refused.
 * @return the object, to be json_decref()ed by the caller, or NULL.
 */
json_t *shape_parse(const char *text, size_t len, char why[SHAPE_WHY_MAX]);

/**
 * Check @p from against @p s and fill @p out (zeroed first; @p s->size bytes).
 * @param why  Names the member and its bound when refused.
 * @return ERR_OK, or ERR_INVAL with @p out zeroed.
 */
MUST_USE enum err shape_decode(const struct shape *s, const json_t *from, void *out,
                               char why[SHAPE_WHY_MAX]);

/** True for what SHAPE_TEXT takes: UTF-8 without control characters but line ends and tab. */
bool shape_is_text(const char *s);

/** A new object with all members of @p s; NULL without memory. */
json_t *shape_encode(const struct shape *s, const void *from);

#endif
