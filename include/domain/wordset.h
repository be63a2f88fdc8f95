/**
 * @file
 * Sets of words of a fixed list as texts with one blank between and as bits. Thread: pure.
 */
#ifndef DOMAIN_WORDSET_H
#define DOMAIN_WORDSET_H

#include <stddef.h>

#include "base/err.h"

/**
 * @param words  NULL-terminated, at most 32: one bit each.
 * @return ERR_INVAL: a word is none of them, or there is none at all.
 */
MUST_USE enum err wordset_parse(unsigned *out, const char *const *words, const char *text);
/** In the order of the list; cut to @p cap bytes with terminator. */
void wordset_text(char *out, size_t cap, const char *const *words, unsigned set);

#endif
