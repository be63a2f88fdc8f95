/* Formats into one buffer and writes once, so that lines of several threads never mix. */
#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"

enum { LINE_MAX_ = 1024 };
static atomic_int max_level = LOG_INFO;
static const char *const names[] = {"error", "warn", "info", "debug"};

void log_set_level(enum log_level level)
{
    atomic_store(&max_level, (int)level);
}

void log_line(enum log_level level, const char *module, const char *fmt, ...)
{
    char line[LINE_MAX_], when[CLOCK_TEXT_MAX];
    if ((int)level > atomic_load_explicit(&max_level, memory_order_relaxed))
        return;
    clock_rfc3339(when, clock_wall_ms());
    int at = snprintf(line, sizeof(line) - 1, "%s %s %s: ", when, names[level], module);
    va_list ap;
    va_start(ap, fmt);
    int n = at > 0 ? vsnprintf(line + at, sizeof(line) - 1 - (size_t)at, fmt, ap) : -1;
    va_end(ap);
    if (n < 0)
        return;
    size_t len = (size_t)at + (size_t)n;
    if (len > sizeof(line) - 2)
        len = sizeof(line) - 2;
    line[len] = '\n';
    (void)!write(STDERR_FILENO, line, len + 1);
}
