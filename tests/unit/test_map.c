/* base/map against a plain array that does the same, under many additions and removals. */
#include "base/map.h"

#include <stdbool.h>

#include "base/mem.h"
#include "t.h"

enum { IDS = 300, STEPS = 20000 };

static void holds_what_was_put(void)
{
    struct map m = {0};
    int a = 1, b = 2;
    T_OK(map_get(&m, 7) == NULL);
    T_OK(map_take(&m, 7) == NULL);
    T_EQ(map_put(&m, 7, &a), ERR_OK);
    T_EQ(map_put(&m, 7, &b), ERR_OK);
    T_OK(map_get(&m, 7) == &b);
    T_EQ(map_size(&m), 1);
    T_OK(map_take(&m, 7) == &b);
    T_OK(map_take(&m, 7) == NULL);
    T_EQ(map_size(&m), 0);
    T_EQ(map_put(&m, 7, &a), ERR_OK); /* into the place of the one taken out */
    T_OK(map_get(&m, 7) == &a);
    T_EQ(map_size(&m), 1);
    T_EQ(map_put(&m, 0, &a), ERR_INVAL);
    T_EQ(map_put(&m, 8, NULL), ERR_INVAL);
    map_fini(&m);
}

static size_t walked(const struct map *m)
{
    size_t at = 0, n = 0;
    while (map_next(m, &at) != NULL)
        n++;
    return n;
}

static void agrees_with_an_array(void)
{
    static int values[IDS + 1];
    bool in[IDS + 1] = {false};
    struct map m = {0};
    size_t n = 0;
    uint32_t seed = 12345;
    for (int i = 0; i < STEPS; i++) {
        seed = seed * 1664525u + 1013904223u;
        uint32_t id = (seed >> 8) % IDS + 1;
        uint64_t key =
            (uint64_t)id << 32 | id; /* ids that differ in high bits only would collide */
        if ((seed >> 30) != 0 && !in[id]) {
            T_EQ(map_put(&m, key, &values[id]), ERR_OK);
            in[id] = true;
            n++;
        } else if (in[id]) {
            T_OK(map_take(&m, key) == &values[id]);
            in[id] = false;
            n--;
        }
        T_OK(map_get(&m, key) == (in[id] ? &values[id] : NULL));
    }
    T_EQ(map_size(&m), n);
    T_EQ(walked(&m), n);
    size_t at = 0;
    for (int *v = NULL; (v = (int *)map_next(&m, &at)) != NULL;)
        T_OK(map_take(&m, (uint64_t)(v - values) << 32 | (uint64_t)(v - values)) == v);
    T_EQ(map_size(&m), 0);
    T_OK(m.cap <= 1024); /* removed ids do not make it grow for ever */
    map_fini(&m);
}

static void keeps_its_content_without_memory(void)
{
    struct map m = {0};
    int v = 0;
    uint64_t id = 1;
    for (; id <= 12; id++)
        T_EQ(map_put(&m, id, &v), ERR_OK);
    mem_fail_at(1);
    T_EQ(map_put(&m, id, &v), ERR_NOMEM);
    mem_fail_at(0);
    T_EQ(map_size(&m), 12);
    for (uint64_t i = 1; i <= 12; i++)
        T_OK(map_get(&m, i) == &v);
    T_EQ(map_put(&m, id, &v), ERR_OK);
    map_fini(&m);
}

int main(void)
{
    holds_what_was_put();
    agrees_with_an_array();
    keeps_its_content_without_memory();
    return t_done("map");
}
