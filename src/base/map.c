/* Open addressing, linear probing, doubled at three quarters. */
#include "base/map.h"

#include "base/mem.h"

struct map_slot {
    uint64_t id; /* 0: never used */
    void *value; /* NULL with an id: taken out */
};

static size_t place(const struct map *m, uint64_t id)
{
    return (size_t)((id * UINT64_C(0x9E3779B97F4A7C15)) >> 20) & (m->cap - 1);
}

void map_fini(struct map *m)
{
    mem_free(m->slots);
    *m = (struct map){0};
}

static struct map_slot *find(const struct map *m, uint64_t id)
{
    if (m->cap == 0 || id == 0)
        return NULL;
    for (size_t i = place(m, id);; i = (i + 1) & (m->cap - 1)) {
        struct map_slot *s = &m->slots[i];
        if (s->id == id || s->id == 0)
            return s->id == id ? s : NULL;
    }
}

static void insert(struct map *m, uint64_t id, void *value)
{
    size_t i = place(m, id);
    while (m->slots[i].id != 0)
        i = (i + 1) & (m->cap - 1);
    m->slots[i] = (struct map_slot){.id = id, .value = value};
    m->used++;
}

static enum err grow(struct map *m)
{
    struct map bigger = {.cap = m->cap == 0                      ? 16
                                : m->used - m->dead > m->cap / 2 ? m->cap * 2
                                                                 : m->cap};
    bigger.slots = (struct map_slot *)mem_zalloc(bigger.cap, sizeof(*bigger.slots));
    if (bigger.slots == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < m->cap; i++)
        if (m->slots[i].value != NULL)
            insert(&bigger, m->slots[i].id, m->slots[i].value);
    mem_free(m->slots);
    *m = bigger;
    return ERR_OK;
}

enum err map_put(struct map *m, uint64_t id, void *value)
{
    struct map_slot *s = find(m, id);
    if (id == 0 || value == NULL)
        return ERR_INVAL;
    if (s != NULL) {
        m->dead -= s->value == NULL;
        s->value = value;
        return ERR_OK;
    }
    if (m->used * 4 >= m->cap * 3) {
        enum err e = grow(m);
        if (e != ERR_OK)
            return e;
    }
    insert(m, id, value);
    return ERR_OK;
}

void *map_get(const struct map *m, uint64_t id)
{
    struct map_slot *s = find(m, id);
    return s == NULL ? NULL : s->value;
}

void *map_take(struct map *m, uint64_t id)
{
    struct map_slot *s = find(m, id);
    if (s == NULL || s->value == NULL)
        return NULL;
    void *v = s->value;
    s->value = NULL;
    m->dead++;
    return v;
}

size_t map_size(const struct map *m)
{
    return m->used - m->dead;
}

void *map_next(const struct map *m, size_t *at)
{
    while (*at < m->cap) {
        void *v = m->slots[(*at)++].value;
        if (v != NULL)
            return v;
    }
    return NULL;
}
