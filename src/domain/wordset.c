/* Words of a list as bits. */
#include "domain/wordset.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool add_word(unsigned *set, const char *const *words, const char *text, size_t n)
{
    for (unsigned i = 0; words[i] != NULL; i++)
        if (strlen(words[i]) == n && memcmp(words[i], text, n) == 0) {
            *set |= 1u << i;
            return true;
        }
    return false;
}

enum err wordset_parse(unsigned *out, const char *const *words, const char *text)
{
    unsigned set = 0;
    for (const char *at = text;; at++) {
        size_t n = strcspn(at, " ");
        if (!add_word(&set, words, at, n))
            return ERR_INVAL;
        at += n;
        if (*at == '\0')
            break;
    }
    *out = set;
    return ERR_OK;
}

void wordset_text(char *out, size_t cap, const char *const *words, unsigned set)
{
    size_t n = 0;
    out[0] = '\0';
    for (unsigned i = 0; words[i] != NULL && n < cap; i++)
        if ((set >> i & 1u) != 0)
            n += (size_t)snprintf(out + n, cap - n, "%s%s", n > 0 ? " " : "", words[i]);
}
