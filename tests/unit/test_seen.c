/* rtc/seen beside a list of everything that was ever there: in order, out of order, twice, with
 * holes, around the end of the numbers. */
#include "rtc/seen.h"

#include <stdlib.h>

#include "t.h"

enum { LISTED = 200000 };

static uint32_t listed[LISTED];
static size_t n_listed;
static uint32_t highest;

static enum seen_verdict by_list(uint32_t v)
{
    if (n_listed > 0 && (int32_t)(v - highest) <= -SEEN_MAX)
        return SEEN_OLD;
    for (size_t i = n_listed; i > 0 && n_listed - i < 4096; i--)
        if (listed[i - 1] == v)
            return SEEN_AGAIN;
    highest = n_listed == 0 || (int32_t)(v - highest) > 0 ? v : highest;
    listed[n_listed++] = v;
    return SEEN_NEW;
}

static uint32_t noise(void)
{
    static uint64_t x = 88172645463325252u;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return (uint32_t)(x >> 32);
}

static void agrees_from(uint32_t start)
{
    struct seen s = {0};
    unsigned wrong = 0, kinds[3] = {0};
    uint32_t at = start;
    n_listed = 0;
    for (int i = 0; i < 60000; i++) {
        uint32_t r = noise() % 100, v = at;
        if (r < 60)
            v = ++at;
        else if (r < 62)
            v = at += 1 + noise() % 50;
        else if (r < 63 && i % 10 == 0)
            v = at += SEEN_MAX - 2 + noise() % 5;
        else
            v = at - noise() % (SEEN_MAX + 20);
        enum seen_verdict want = by_list(v);
        kinds[want]++;
        wrong += seen_mark(&s, v) != want;
    }
    T_EQ(wrong, 0);
    T_OK(kinds[SEEN_NEW] > 1000 && kinds[SEEN_AGAIN] > 1000 && kinds[SEEN_OLD] > 100);
}

static void edges(void)
{
    struct seen s = {0};
    T_EQ(seen_mark(&s, 0), SEEN_NEW);
    T_EQ(seen_mark(&s, 0), SEEN_AGAIN);
    T_EQ(seen_mark(&s, SEEN_MAX - 1), SEEN_NEW);
    T_EQ(seen_mark(&s, 0), SEEN_AGAIN);
    T_EQ(seen_mark(&s, SEEN_MAX), SEEN_NEW); /* in the place of 0 */
    T_EQ(seen_mark(&s, 0), SEEN_OLD);
    T_EQ(seen_mark(&s, 1), SEEN_NEW);
    T_EQ(seen_mark(&s, 3 * SEEN_MAX), SEEN_NEW);
    T_EQ(seen_mark(&s, 2 * SEEN_MAX + 1), SEEN_NEW);
    T_EQ(seen_mark(&s, 2 * SEEN_MAX), SEEN_OLD);
}

int main(void)
{
    edges();
    agrees_from(0);
    agrees_from(0x10000);
    agrees_from(UINT32_MAX - 20000);
    return t_done("seen");
}
