#include "util.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int verbose;

static void *checked(void *p)
{
    if (p == NULL) {
        (void)fputs("rtcload: out of memory\n", stderr);
        exit(1);
    }
    return p;
}

void *must_zalloc(size_t count, size_t size)
{
    return checked(calloc(count, size));
}

void *must_realloc(void *p, size_t n)
{
    return checked(realloc(p, n));
}

char *must_strdup(const char *s)
{
    return (char *)checked(strdup(s));
}

void sleep_ns(uint64_t ns)
{
    struct timespec t = {.tv_sec = (time_t)(ns / NS_PER_S), .tv_nsec = (long)(ns % NS_PER_S)};
    (void)nanosleep(&t, NULL);
}

void say(int level, const char *fmt, ...)
{
    va_list ap;
    if (level > verbose)
        return;
    va_start(ap, fmt);
    (void)vfprintf(stderr, fmt, ap);
    va_end(ap);
    (void)fputc('\n', stderr);
}
