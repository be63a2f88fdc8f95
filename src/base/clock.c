/* Reads the clocks and writes RFC 3339. */
#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t read_ns(clockid_t id)
{
    struct timespec t = {0};
    (void)clock_gettime(id, &t);
    return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

uint64_t clock_mono_ns(void)
{
    return read_ns(CLOCK_MONOTONIC);
}

uint64_t clock_wall_ns(void)
{
    return read_ns(CLOCK_REALTIME);
}

int64_t clock_wall_ms(void)
{
    return (int64_t)(clock_wall_ns() / NS_PER_MS);
}

void clock_rfc3339(char out[CLOCK_TEXT_MAX], int64_t wall_ms)
{
    time_t s = (time_t)(wall_ms / 1000);
    struct tm tm = {0};
    char text[CLOCK_TEXT_MAX] = "";
    (void)gmtime_r(&s, &tm);
    (void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
    (void)snprintf(out, CLOCK_TEXT_MAX, "%.19s.%03dZ", text, (int)(wall_ms % 1000));
}

bool clock_from_rfc3339(const char *text, int64_t *wall_ms)
{
    struct tm tm = {0};
    char again[CLOCK_TEXT_MAX];
    const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
    if (rest == NULL || *rest != '.')
        return false;
    int64_t ms = (int64_t)timegm(&tm) * 1000 + strtol(rest + 1, NULL, 10);
    clock_rfc3339(again, ms);
    if (strcmp(again, text) != 0)
        return false;
    *wall_ms = ms;
    return true;
}
