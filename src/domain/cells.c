/* Generous in form, strict in meaning: what could be read in two ways is refused. */
#include "domain/cells.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "domain/workdays.h"

/* The blank at the beginning of @p p: its bytes, 0 when there is none. */
static size_t blank(const char *p)
{
    if (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n')
        return 1;
    if (strncmp(p, "\xc2\xa0", 2) == 0) /* U+00A0 */
        return 2;
    return strncmp(p, "\xe3\x80\x80", 3) == 0 ? 3 : 0; /* U+3000 */
}

/* U+FF01 to U+FF5E, which are ASCII's ! to ~ made wide: the narrow one, else 0. */
static int narrow_of(const char *p)
{
    unsigned char a = (unsigned char)p[0], b = a == 0xef ? (unsigned char)p[1] : 0,
                  c = b == 0xbc || b == 0xbd ? (unsigned char)p[2] : 0;
    if (c < 0x80)
        return 0;
    unsigned point = 0xf000u | (b & 0x3fu) << 6 | (c & 0x3fu);
    return point >= 0xff01 && point <= 0xff5e ? (int)(point - 0xff01 + '!') : 0;
}

static const char *skip_blanks(const char *p)
{
    while (blank(p) > 0)
        p += blank(p);
    return p;
}

/* One character, or one byte of it. @return bytes of @p cell that are done with. */
static size_t copy_one(struct buf *out, const char *cell, bool narrow)
{
    int thin = narrow ? narrow_of(cell) : 0;
    size_t n = blank(cell) > 0 ? blank(cell) : thin != 0 ? 3 : 1;
    if (thin != 0)
        buf_u8(out, (uint8_t)thin);
    else
        buf_put(out, cell, n);
    return n;
}

bool cell_trim(char *out, size_t cap, const char *cell, bool narrow)
{
    struct buf b = buf_make(out, cap - 1);
    size_t end = 0;
    bool inside = false;
    for (cell = skip_blanks(cell); *cell != '\0' && buf_ok(&b);) {
        inside = blank(cell) == 0;
        cell += copy_one(&b, cell, narrow);
        if (inside)
            end = b.len;
    }
    out[end] = '\0';
    return buf_ok(&b) || (!inside && *skip_blanks(cell) == '\0'); /* Blanks at the end. */
}

/* ---- numbers ----------------------------------------------------------------------------------
 */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

enum { WHOLE_MAX = 15 };

struct whole {
    int64_t v;
    size_t digits, group; /* in all; since the last sign between groups */
    char by;              /* that sign; 0: none yet */
};

static bool add_digit(struct whole *w, char c)
{
    if (++w->digits > WHOLE_MAX || (w->by != 0 && w->group == 3))
        return false;
    w->group++;
    w->v = w->v * 10 + (c - '0');
    return true;
}

static bool next_group(struct whole *w, char by)
{
    bool fine = w->by == 0 ? w->group >= 1 && w->group <= 3 : w->group == 3 && w->by == by;
    w->by = by;
    w->group = 0;
    return fine;
}

/* The digits before the point, groups of three or none. @return what follows them, NULL when they
 * are none. */
static const char *read_whole(const char *p, int64_t *out)
{
    struct whole w = {0};
    for (;; p++) {
        if (is_digit(*p) ? !add_digit(&w, *p)
                         : (*p == ',' || *p == ' ') && is_digit(p[1]) && !next_group(&w, *p))
            return NULL;
        if (!is_digit(*p) && !is_digit(p[*p != '\0']))
            break;
        if (!is_digit(*p) && *p != ',' && *p != ' ')
            break;
    }
    *out = w.v;
    return w.digits == 0 || (w.by != 0 && w.group != 3) ? NULL : p;
}

static const char *read_fraction(const char *p, int64_t *v, int digits, bool rounds)
{
    int n = 0;
    bool up = false;
    for (; is_digit(*p); p++, n++) {
        if (n < digits)
            *v = *v * 10 + (*p - '0');
        else if (!rounds && *p != '0')
            return NULL;
        else if (n == digits)
            up = *p >= '5';
    }
    for (; n < digits; n++)
        *v *= 10;
    *v += up;
    return p;
}

static bool is_unit(const char *p, const char *const *units)
{
    while (*p == ' ')
        p++;
    if (*p == '\0')
        return true;
    for (; units != NULL && *units != NULL; units++)
        if (strcasecmp(p, *units) == 0)
            return true;
    return false;
}

enum err cell_decimal(int64_t *out, const char *cell, int digits, bool rounds,
                      const char *const *units)
{
    int64_t v = 0;
    bool minus = *cell == '-';
    const char *p = read_whole(cell + (minus || *cell == '+'), &v);
    if (p == NULL || digits > 6 || v > INT64_C(9000000000000))
        return ERR_INVAL;
    bool point = *p == '.' && is_digit(p[1]);
    p = read_fraction(p + point, &v, digits, point && rounds);
    if (p == NULL || !is_unit(p, units))
        return ERR_INVAL;
    *out = minus ? -v : v;
    return ERR_OK;
}

/* ---- days -------------------------------------------------------------------------------------
 */

/* Up to @p most digits. @return what follows, NULL without one. */
static const char *read_part(const char *p, int most, int *out)
{
    int n = 0, v = 0;
    for (; n < most && is_digit(*p); p++, n++)
        v = v * 10 + (*p - '0');
    *out = v;
    return n == 0 || is_digit(*p) ? NULL : p;
}

/* What stands between the parts: the same sign twice, or the Chinese ones. */
static const char *read_sign(const char *p, char by, const char *chinese, bool *wide)
{
    size_t n = strlen(chinese);
    if (by == 0 || *wide)
        *wide = strncmp(p, chinese, n) == 0;
    if (*wide)
        return strncmp(p, chinese, n) == 0 ? p + n : NULL;
    return by != 0 && *p == by ? p + 1 : NULL;
}

static bool is_midnight(const char *p)
{
    static const char *const words[] = {"",          " 0:00",     " 00:00", " 0:00:00",
                                        " 00:00:00", "T00:00:00", NULL};
    for (size_t i = 0; words[i] != NULL; i++)
        if (strcmp(p, words[i]) == 0)
            return true;
    return false;
}

static enum err make_day(int32_t *out, int y, int m, int d)
{
    char text[40];
    (void)snprintf(text, sizeof(text), "%04d-%02d-%02d", y, m, d);
    return strlen(text) == DAY_TEXT_MAX - 1 ? day_parse(out, text) : ERR_INVAL;
}

enum err cell_day(int32_t *out, const char *cell)
{
    int y = 0, m = 0, d = 0;
    bool wide = false;
    if (strspn(cell, "0123456789") == 8 && is_midnight(cell + 8)) {
        int all = 0;
        return read_part(cell, 8, &all) == NULL
                   ? ERR_INVAL
                   : make_day(out, all / 10000, all / 100 % 100, all % 100);
    }
    const char *p = strspn(cell, "0123456789") == 4 ? read_part(cell, 4, &y) : NULL;
    const char *sign = p != NULL && *p != '\0' ? strchr("-/.", *p) : NULL;
    char by = '\0';
    if (sign != NULL)
        by = *sign;
    if (p != NULL)
        p = read_sign(p, by, "\xe5\xb9\xb4", &wide); /* 年 */
    if (p != NULL)
        p = read_part(p, 2, &m);
    if (p != NULL)
        p = read_sign(p, by, "\xe6\x9c\x88", &wide); /* 月 */
    if (p != NULL)
        p = read_part(p, 2, &d);
    if (p != NULL && wide && strncmp(p, "\xe6\x97\xa5", 3) == 0) /* 日 */
        p += 3;
    return p != NULL && is_midnight(p) ? make_day(out, y, m, d) : ERR_INVAL;
}

bool cell_is_phone(const char *cell)
{
    size_t digits = 0, others = 0;
    for (const char *p = cell; *p != '\0'; p++) {
        if (is_digit(*p))
            digits++;
        else if (strchr(" -()#x", *p) == NULL && !(*p == '+' && p == cell))
            return false;
        else
            others++;
    }
    return digits >= 5 && digits <= 20 && others <= 10;
}
