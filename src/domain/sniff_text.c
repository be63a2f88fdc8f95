/* Text or not, and what kind of it: in UTF-8, GB18030 or UTF-16. */
#include <string.h>
#include <strings.h>

#include "sniff_priv.h"

/* Bytes of the UTF-8 sequence at @p p; 0: it is none. @p last: it may be cut off at the end. */
static size_t utf8_len(const uint8_t *p, size_t n, bool last)
{
    size_t want = p[0] < 0x80 ? 1 : p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
    if ((p[0] >= 0x80 && p[0] < 0xc2) || p[0] > 0xf4)
        return 0;
    for (size_t i = 1; i < want; i++) {
        if (i >= n)
            return last ? n : 0;
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    }
    return want;
}

/* GB18030: two bytes, or four of which the second is a digit. */
static size_t gb_len(const uint8_t *p, size_t n, bool last)
{
    if (p[0] < 0x80)
        return 1;
    if (p[0] == 0x80 || p[0] == 0xff)
        return 0;
    if (n < 2)
        return last ? n : 0;
    if (p[1] >= 0x40 && p[1] != 0x7f && p[1] != 0xff)
        return 2;
    if (p[1] < 0x30 || p[1] > 0x39)
        return 0;
    if (n < 4)
        return last ? n : 0;
    return p[2] >= 0x81 && p[2] <= 0xfe && p[3] >= 0x30 && p[3] <= 0x39 ? 4 : 0;
}

/* Of the control characters those that texts have. */
static bool is_blank(uint8_t c)
{
    return c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == 0x1a;
}

static bool is_all(const uint8_t *p, size_t n, bool last,
                   size_t (*len)(const uint8_t *p, size_t n, bool last))
{
    for (size_t at = 0, k = 0; at < n; at += k) {
        bool control = p[at] < 0x20 && !is_blank(p[at]);
        k = control || p[at] == 0x7f ? 0 : len(p + at, n - at, last);
        if (k == 0)
            return false;
    }
    return true;
}

/* Pages and drawings that carry scripts begin with a tag; so does other XML, which opens as one. */
static bool is_markup(const uint8_t *p, size_t n)
{
    size_t at = 0;
    while (at < n && (p[at] <= ' ' || p[at] == 0xef || p[at] == 0xbb || p[at] == 0xbf ||
                      p[at] == 0xff || p[at] == 0xfe))
        at++;
    return at < n && p[at] == '<';
}

/* Scripts of the shell and of Windows that open with a double click have a name that says so; by
 * content only what begins with a tag can be told. Inside of text, tags are letters. */
static bool holds_script(const uint8_t *p, size_t n)
{
    static const char *const words[] = {"<script", "<html", "<svg", "<!doctype html"};
    for (size_t at = 0; at < n; at++)
        for (size_t i = 0; p[at] == '<' && i < sizeof(words) / sizeof(words[0]); i++) {
            size_t k = strlen(words[i]);
            if (n - at >= k && strncasecmp((const char *)p + at, words[i], k) == 0)
                return true;
        }
    return false;
}

/* Group code 0 with SECTION, or 999, which is a comment. */
static bool is_dxf(const uint8_t *p, size_t n)
{
    size_t at = 0;
    while (at < n && (p[at] == ' ' || p[at] == '\r' || p[at] == '\n'))
        at++;
    if (at + 4 <= n && memcmp(p + at, "999", 3) == 0 && (p[at + 3] == '\r' || p[at + 3] == '\n'))
        return memmem(p + at, n - at, "SECTION", 7) != NULL;
    if (at >= n || p[at++] != '0')
        return false;
    while (at < n && (p[at] == ' ' || p[at] == '\r' || p[at] == '\n'))
        at++;
    return at + 7 <= n && memcmp(p + at, "SECTION", 7) == 0;
}

/* With its byte order mark; without one nobody writes it. */
static bool is_utf16(const uint8_t *p, size_t n)
{
    return n >= 4 && (memcmp(p, "\xff\xfe", 2) == 0 || memcmp(p, "\xfe\xff", 2) == 0) &&
           memcmp(p + 2, "\0\0", 2) != 0;
}

enum sniff_verdict sniff_text(const char **code, const uint8_t *p, size_t n)
{
    bool last = n == SNIFF_HEAD;
    bool wide = is_utf16(p, n);
    *code = NULL;
    if (is_markup(p, n) || (wide && n >= 4 && (p[2] == '<' || p[3] == '<')))
        return SNIFF_ACTIVE;
    if (!wide && !is_all(p, n, last, utf8_len) && !is_all(p, n, last, gb_len))
        return SNIFF_UNKNOWN;
    if (!wide && holds_script(p, n))
        return SNIFF_ACTIVE;
    *code = !wide && is_dxf(p, n) ? "dxf" : "text";
    return SNIFF_FINE;
}
