/* Weekdays by arithmetic, exceptions by a sorted list. */
#include "domain/workdays.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"

struct exception {
    int32_t day;
    bool works;
};

struct calendar {
    size_t n;
    struct exception at[CALENDAR_MAX];
};

enum { FILE_MAX = 256 << 10, THURSDAY = 4 };

/* Days from civil and back: eras of 400 years that begin with March. */
static int32_t from_civil(int y, int m, int d)
{
    y -= m <= 2;
    int era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
    int doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + (yoe * 365 + yoe / 4 - yoe / 100 + doy) - 719468;
}

static void to_civil(int32_t day, int *y, int *m, int *d)
{
    int32_t z = day + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
    int32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    *d = doy - (153 * mp + 2) / 5 + 1;
    *m = mp + (mp < 10 ? 3 : -9);
    *y = yoe + era * 400 + (*m <= 2);
}

static bool digits(const char *p, int n, int *out)
{
    *out = 0;
    for (int i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return false;
        *out = *out * 10 + (p[i] - '0');
    }
    return true;
}

/* @p text has ten bytes at least. */
static bool parse(int32_t *out, const char *text)
{
    int y = 0, m = 0, d = 0, y2 = 0, m2 = 0, d2 = 0;
    if (!digits(text, 4, &y) || text[4] != '-' || !digits(text + 5, 2, &m) || text[7] != '-' ||
        !digits(text + 8, 2, &d) || m < 1 || m > 12)
        return false;
    int32_t day = from_civil(y, m, d);
    to_civil(day, &y2, &m2, &d2);
    if (y != y2 || m != m2 || d != d2 || day < DAY_MIN || day > DAY_MAX)
        return false;
    *out = day;
    return true;
}

enum err day_parse(int32_t *out, const char *text)
{
    return strlen(text) == DAY_TEXT_MAX - 1 && parse(out, text) ? ERR_OK : ERR_INVAL;
}

void day_text(char out[DAY_TEXT_MAX], int32_t day)
{
    int y = 0, m = 0, d = 0;
    char text[48];
    to_civil(day, &y, &m, &d);
    (void)snprintf(text, sizeof(text), "%04d-%02d-%02d", y, m, d);
    (void)snprintf(out, DAY_TEXT_MAX, "%.10s", text);
}

int32_t day_of_ms(int64_t wall_ms)
{
    time_t s = (time_t)((wall_ms - (wall_ms < 0 ? 999 : 0)) / 1000);
    struct tm tm = {0};
    if (localtime_r(&s, &tm) == NULL)
        return 0;
    return from_civil(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

/* ---- the file ---------------------------------------------------------------------------------
 */

static int compare(const void *a, const void *b)
{
    const struct exception *x = (const struct exception *)a, *y = (const struct exception *)b;
    return (x->day > y->day) - (x->day < y->day);
}

static enum err refuse(char why[CALENDAR_WHY], size_t line, const char *what)
{
    (void)snprintf(why, CALENDAR_WHY, "line %zu: %s", line, what);
    return ERR_INVAL;
}

static bool word_is(const char *p, const char *end, const char *word)
{
    size_t n = strlen(word);
    return (size_t)(end - p) >= n && memcmp(p, word, n) == 0 &&
           (p + n == end || p[n] == ' ' || p[n] == '\t');
}

/* One line without its end. */
static enum err add_line(struct calendar *c, const char *p, const char *end, size_t line, char *why)
{
    while (end > p && (end[-1] == '\r' || end[-1] == ' ' || end[-1] == '\t'))
        end--;
    if (p == end || *p == '#')
        return ERR_OK;
    struct exception x = {0};
    if (end - p < DAY_TEXT_MAX || p[10] != ' ' || !parse(&x.day, p))
        return refuse(why, line, "must begin with a day like 2026-10-01 and a space");
    p += DAY_TEXT_MAX;
    x.works = word_is(p, end, "work");
    if (!x.works && !word_is(p, end, "off"))
        return refuse(why, line, "\"off\" or \"work\" must follow the day");
    if (c->n == CALENDAR_MAX)
        return refuse(why, line, "there are too many days");
    c->at[c->n++] = x;
    return ERR_OK;
}

static enum err fill(struct calendar *c, const char *text, size_t len, char *why)
{
    const char *end = text + len;
    size_t line = 1;
    for (const char *p = text; p < end; line++) {
        const char *eol = (const char *)memchr(p, '\n', (size_t)(end - p));
        enum err e = add_line(c, p, eol != NULL ? eol : end, line, why);
        if (e != ERR_OK)
            return e;
        p = eol != NULL ? eol + 1 : end;
    }
    qsort(c->at, c->n, sizeof(c->at[0]), compare);
    for (size_t i = 1; i < c->n; i++)
        if (c->at[i].day == c->at[i - 1].day) {
            char day[DAY_TEXT_MAX];
            day_text(day, c->at[i].day);
            (void)snprintf(why, CALENDAR_WHY, "%s stands twice", day);
            return ERR_INVAL;
        }
    return ERR_OK;
}

enum err calendar_parse(struct calendar **out, const char *text, size_t len, char why[CALENDAR_WHY])
{
    struct calendar *c = (struct calendar *)mem_zalloc(1, sizeof(*c));
    if (c == NULL)
        return ERR_NOMEM;
    enum err e = fill(c, text, len, why);
    if (e != ERR_OK) {
        calendar_free(c);
        return e;
    }
    *out = c;
    return ERR_OK;
}

enum err calendar_load(struct calendar **out, const char *path, char why[CALENDAR_WHY])
{
    FILE *f = fopen(path, "re");
    (void)snprintf(why, CALENDAR_WHY, "it cannot be opened");
    if (f == NULL)
        return ERR_NOENT;
    char *text = (char *)mem_alloc(FILE_MAX);
    size_t n = text != NULL ? fread(text, 1, FILE_MAX, f) : 0;
    enum err e = text == NULL ? ERR_NOMEM : ferror(f) != 0 ? ERR_IO : ERR_OK;
    if (e == ERR_OK && n == FILE_MAX)
        e = refuse(why, 0, "the file is too long");
    (void)fclose(f);
    if (e == ERR_OK)
        e = calendar_parse(out, text, n, why);
    mem_free(text);
    return e;
}

void calendar_free(struct calendar *c)
{
    mem_free(c);
}

/* ---- counting ---------------------------------------------------------------------------------
 */

static bool is_weekday(int32_t day)
{
    int32_t w = (day + THURSDAY) % 7; /* 0 Sunday */
    if (w < 0)
        w += 7;
    return w != 0 && w != 6;
}

/* The first exception at or after @p day. */
static size_t first_from(const struct calendar *c, int32_t day)
{
    size_t lo = 0, hi = c->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (c->at[mid].day < day)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

bool calendar_works(const struct calendar *c, int32_t day)
{
    size_t i = first_from(c, day);
    return i < c->n && c->at[i].day == day ? c->at[i].works : is_weekday(day);
}

/* Weekdays among the days up to and with @p day, counted from a Sunday long ago. */
static int32_t weekdays_until(int32_t day)
{
    int32_t n = day - DAY_MIN + 2; /* 1900-01-01 was a Monday: its Sunday is day 1. */
    int32_t rest = (n % 7 + 7) % 7, weeks = (n - rest) / 7;
    return weeks * 5 + (rest == 0 ? 0 : rest - 1 < 5 ? rest - 1 : 5);
}

int32_t calendar_between(const struct calendar *c, int32_t from, int32_t to)
{
    if (to < from)
        return -calendar_between(c, to, from);
    int32_t n = weekdays_until(to) - weekdays_until(from);
    for (size_t i = first_from(c, from + 1); i < c->n && c->at[i].day <= to; i++)
        n += (c->at[i].works ? 1 : 0) - (is_weekday(c->at[i].day) ? 1 : 0);
    return n;
}

int32_t calendar_add(const struct calendar *c, int32_t day, int32_t n)
{
    int32_t at = day + n; /* As early as it can be. */
    for (int32_t have = calendar_between(c, day, at); have < n && at < DAY_MAX;
         have = calendar_between(c, day, at))
        at += n - have;
    while (n > 0 && at > day && !calendar_works(c, at) && at < DAY_MAX)
        at--;
    return at;
}

int32_t calendar_before(const struct calendar *c, int32_t day, int32_t n)
{
    int32_t at = day - n; /* As late as it can be. */
    for (int32_t have = calendar_between(c, at, day); have < n && at > DAY_MIN;
         have = calendar_between(c, at, day))
        at -= n - have;
    return at;
}

/* FNV-1a over the exceptions. */
int64_t calendar_mark(const struct calendar *c)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < c->n; i++) {
        uint32_t v = (uint32_t)c->at[i].day << 1 | c->at[i].works;
        for (int b = 0; b < 4; b++)
            h = (h ^ (v >> 8 * b & 0xff)) * UINT64_C(1099511628211);
    }
    return (int64_t)(h >> 1);
}

int32_t calendar_known_until(const struct calendar *c)
{
    return c->n > 0 ? c->at[c->n - 1].day : 0;
}
