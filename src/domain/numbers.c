/* A set of texts with open addressing; the seed is drawn, so that no file can make it slow. */
#include <string.h>

#include "base/mem.h"
#include "crypto/random.h"
#include "imports_priv.h"

void numbers_free(struct numbers *n)
{
    mem_free(n->text);
    mem_free(n->slots);
    *n = (struct numbers){0};
}

static uint64_t hash_of(const struct numbers *n, const char *text)
{
    uint64_t h = n->seed;
    for (; *text != '\0'; text++) {
        h = (h ^ (unsigned char)*text) * UINT64_C(0x9e3779b97f4a7c15);
        h ^= h >> 29;
    }
    return h;
}

static struct number_slot *slot_of(const struct numbers *n, const char *text)
{
    size_t i = (size_t)hash_of(n, text) & (n->cap - 1);
    while (n->slots[i].row != 0 && strcmp(n->text + n->slots[i].at, text) != 0)
        i = (i + 1) & (n->cap - 1);
    return &n->slots[i];
}

static enum err grow(struct numbers *n)
{
    struct numbers next = *n;
    if (n->seed == 0)
        random_bytes(&next.seed, sizeof(next.seed));
    next.cap = n->cap == 0 ? 1024 : 2 * n->cap;
    next.slots = (struct number_slot *)mem_zalloc(next.cap, sizeof(*next.slots));
    if (next.slots == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < n->cap; i++)
        if (n->slots[i].row != 0)
            *slot_of(&next, n->text + n->slots[i].at) = n->slots[i];
    mem_free(n->slots);
    *n = next;
    return ERR_OK;
}

static enum err keep(struct numbers *n, const char *number, uint32_t *at)
{
    size_t len = strlen(number) + 1;
    if (n->text_len + len > n->text_cap) {
        size_t cap = n->text_cap == 0 ? 65536 : 2 * n->text_cap;
        char *text = (char *)mem_realloc(n->text, cap);
        if (text == NULL)
            return ERR_NOMEM;
        n->text = text;
        n->text_cap = cap;
    }
    memcpy(n->text + n->text_len, number, len);
    *at = (uint32_t)n->text_len;
    n->text_len += len;
    return ERR_OK;
}

enum err numbers_put(struct numbers *n, const char *number, uint32_t row, uint32_t *first)
{
    enum err e = 4 * n->used >= 3 * n->cap ? grow(n) : ERR_OK;
    if (e != ERR_OK)
        return e;
    struct number_slot *s = slot_of(n, number);
    *first = s->row;
    if (s->row != 0)
        return ERR_OK;
    uint32_t at = 0;
    e = keep(n, number, &at);
    if (e != ERR_OK)
        return e;
    *s = (struct number_slot){.at = at, .row = row};
    n->used++;
    return ERR_OK;
}
