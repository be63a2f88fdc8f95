/** @file
 * What the searches share: words of three characters and more are found by trigrams, shorter ones
 * by single characters in a row. */
#ifndef DOMAIN_FIND_PRIV_H
#define DOMAIN_FIND_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/db.h"

enum {
    WORDS_MAX = 8,
    SHORTS_MAX = 4,
    CHARS_MAX = 2,    /**< Characters of a short word. */
    TEXT_MAX = 16000, /**< Bytes of what is searched of one thing. */
    MATCH_MAX = 3 * 1100,
};

struct words {
    char match[MATCH_MAX]; /**< Of the index that leads; "": nothing but signs. */
    bool longs;            /**< By trigrams; else by characters. */
    char shorts[SHORTS_MAX][CHARS_MAX * 4 + 1];
    size_t n_shorts;
};

/** Each character of @p text by itself, a space between: ASCII letters small. @return false when
 * it does not fit. */
bool find_chars(char *out, size_t cap, const char *text);
/** ASCII letters small, everything else as it is. */
char find_small(char c);
void find_split(struct words *w, const char *text);
/** Length of the blank at @p p in bytes: ASCII's and the ideographic space; 0: none. */
size_t find_blank(const char *p);

/** The two indexes of a kind of thing. */
struct find_index {
    const struct sql *text_remove, *text_add, *chars_remove, *chars_add;
};
/** What is found of the thing @p id, made anew. ERR_TOOBIG: over TEXT_MAX bytes. */
MUST_USE enum err find_put(struct db *db, const struct find_index *x, int64_t id, const char *text);

/** It is found no more. */
MUST_USE enum err find_remove(struct db *db, const struct find_index *x, int64_t id);

/** A place in a list that is ordered by something, then by id. */
struct place {
    int64_t at, id;
};
/** "at.id", or "id" when @p with_at is false. ERR_INVAL: it is none. */
MUST_USE enum err place_read(struct place *out, const char *text, bool with_at);

#endif
