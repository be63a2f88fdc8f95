/**
 * @file
 * What a JSON answer consists of, as tables: its members, their types, which may be null or absent.
 * Answers are built by hand; these tables describe them, the OpenAPI file and the types of the
 * pages are made from them, and the end-to-end tests hold every answer against them.
 *
 *     static const struct outline_part p_stay[] = {
 *         O_TEXT("participant"), O_TIME("left_at", .null = true), O_WORD("role", &w_role)};
 *     const struct outline o_stay = OUTLINE("Attendance", p_stay);
 *
 * Thread: constant.
 */
#ifndef BASE_OUTLINE_H
#define BASE_OUTLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/shape.h"

enum outline_type {
    OUTLINE_TEXT = 1,
    OUTLINE_I64,
    OUTLINE_BOOL,
    OUTLINE_TIME,   /**< RFC 3339, UTC: as clock_rfc3339() writes it. */
    OUTLINE_DAY,    /**< "2026-11-25", in the zone of the service. */
    OUTLINE_WORD,   /**< One of words. */
    OUTLINE_OBJECT, /**< of */
    OUTLINE_LIST,   /**< Of what each says, or of objects. */
    OUTLINE_MAP,    /**< An object whose members' names are data; their values as in a list. */
    OUTLINE_PAIR,   /**< [from, to], two whole numbers. */
    OUTLINE_ANY,    /**< An object that is not described here. */
};

/** Words that a text may be. */
struct outline_words {
    const char *name;        /**< Of its type, "Stage"; NULL: it stands where it is used. */
    const char *const *list; /**< NULL-terminated. */
};

struct outline;

struct outline_part {
    const char *name;
    enum outline_type type, each;      /**< each: LIST, MAP; 0: objects of the outline. */
    bool null;                         /**< May be null. */
    bool optional;                     /**< May be absent. */
    const struct outline_words *words; /**< WORD, and lists of them; a MAP: of its names. */
    const struct outline *of;
    const char *about; /**< For readers of the description; NULL: the name says it. */
};

struct outline {
    const char *name;           /**< "ProjectPage"; unique. NULL: it stands where it is used. */
    const struct outline *base; /**< Whose members it has as well; NULL: none. */
    const struct outline_part *parts;
    size_t n;
    bool open; /**< It may have further members, which are not described here. */
    const char *about;
};

// clang-format off
#define O_TEXT(m, ...) {.name = (m), .type = OUTLINE_TEXT, ##__VA_ARGS__}
#define O_I64(m, ...) {.name = (m), .type = OUTLINE_I64, ##__VA_ARGS__}
#define O_BOOL(m, ...) {.name = (m), .type = OUTLINE_BOOL, ##__VA_ARGS__}
#define O_TIME(m, ...) {.name = (m), .type = OUTLINE_TIME, ##__VA_ARGS__}
#define O_DAY(m, ...) {.name = (m), .type = OUTLINE_DAY, ##__VA_ARGS__}
#define O_ANY(m, ...) {.name = (m), .type = OUTLINE_ANY, ##__VA_ARGS__}
#define O_WORD(m, list_, ...) {.name = (m), .type = OUTLINE_WORD, .words = (list_), ##__VA_ARGS__}
#define O_OBJECT(m, outline_, ...) {.name = (m), .type = OUTLINE_OBJECT, .of = (outline_), ##__VA_ARGS__}
#define O_LIST(m, outline_, ...) {.name = (m), .type = OUTLINE_LIST, .of = (outline_), ##__VA_ARGS__}
/** A list of plain values, O_EACH("at", OUTLINE_I64). */
#define O_EACH(m, each_, ...) {.name = (m), .type = OUTLINE_LIST, .each = (each_), ##__VA_ARGS__}
#define O_MAP(m, each_, ...) {.name = (m), .type = OUTLINE_MAP, .each = (each_), ##__VA_ARGS__}
#define OUTLINE(n_, parts_, ...) {.name = (n_), .parts = (parts_), .n = sizeof(parts_) / sizeof((parts_)[0]), ##__VA_ARGS__}
// clang-format on

/**
 * JSON Schema (2020-12) of an answer.
 * @param types  An object: what has a name is put into it, once, and referred to.
 * @return a new reference; NULL without memory.
 */
json_t *outline_schema(const struct outline *o, json_t *types);
/** Of one member by itself, such as a parameter of an address. */
json_t *outline_part_schema(const struct outline_part *p, json_t *types);
/** Of what is sent to the server. */
json_t *shape_schema(const struct shape *s);

#endif
