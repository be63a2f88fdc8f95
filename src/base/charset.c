/* iconv tells a cut character (EINVAL) from one that is none (EILSEQ): the one waits for the next
 * piece, of the other one byte is passed over. */
#include "base/charset.h"

#include <errno.h>
#include <string.h>

const char *const charset_words[CHARSET_N + 1] = {"utf-8", "gb18030", "utf-16le", "utf-16be", NULL};

static const char replacement[] = "\xef\xbf\xbd";
enum { REPLACEMENT = sizeof(replacement) - 1 };

size_t charset_mark(enum charset *out, const uint8_t *data, size_t len)
{
    static const struct {
        size_t n;
        enum charset of;
        uint8_t mark[4];
    } marks[] = {
        {3, CHARSET_UTF8, {0xef, 0xbb, 0xbf}},
        {4, CHARSET_GB18030, {0x84, 0x31, 0x95, 0x33}},
        {2, CHARSET_UTF16LE, {0xff, 0xfe}},
        {2, CHARSET_UTF16BE, {0xfe, 0xff}},
    };
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
        if (len >= marks[i].n && memcmp(data, marks[i].mark, marks[i].n) == 0) {
            *out = marks[i].of;
            return marks[i].n;
        }
    return 0;
}

enum err charset_open(struct charset_reader *r, enum charset of)
{
    *r = (struct charset_reader){.of = of, .cd = iconv_open("UTF-8", charset_words[of])};
    if ((intptr_t)r->cd != -1)
        return ERR_OK;
    r->cd = NULL;
    return ERR_IO;
}

void charset_close(struct charset_reader *r)
{
    if (r->cd != NULL)
        (void)iconv_close(r->cd);
    r->cd = NULL;
}

static size_t replace(struct charset_reader *r, char *out, size_t cap)
{
    r->bad++;
    if (cap < REPLACEMENT)
        return 0;
    memcpy(out, replacement, REPLACEMENT);
    return REPLACEMENT;
}

static size_t unit(const struct charset_reader *r)
{
    return r->of == CHARSET_UTF16LE || r->of == CHARSET_UTF16BE ? 2 : 1;
}

/* @return bytes of @p data that are done with; the rest, if any, is a cut character. */
static size_t convert(struct charset_reader *r, const uint8_t *data, size_t len, char *out,
                      size_t cap, size_t *written)
{
    char *from = NULL;
    memcpy(&from, &data, sizeof(from)); /* iconv(3) takes no const, and changes nothing. */
    char *to = out;
    size_t left = len, room = cap;
    while (left > 0) {
        if (iconv(r->cd, &from, &left, &to, &room) != (size_t)-1 || errno != EILSEQ)
            break;
        size_t n = left < unit(r) ? left : unit(r), put = replace(r, to, room);
        to += put;
        room -= put;
        from += n;
        left -= n;
    }
    *written = (size_t)(to - out);
    return len - left;
}

size_t charset_read(struct charset_reader *r, const uint8_t *data, size_t len, char *out,
                    size_t cap)
{
    size_t total = 0, n = 0;
    /* The cut character first, byte by byte, until it is whole. */
    while (r->n_rest > 0 && len > 0) {
        r->rest[r->n_rest++] = *data++;
        len--;
        size_t used = convert(r, r->rest, r->n_rest, out + total, cap - total, &n);
        total += n;
        r->n_rest -= used;
        memmove(r->rest, r->rest + used, r->n_rest);
        if (r->n_rest == sizeof(r->rest)) { /* No character is that long. */
            total += replace(r, out + total, cap - total);
            r->n_rest = 0;
        }
    }
    size_t used = convert(r, data, len, out + total, cap - total, &n);
    total += n;
    if (len - used <= sizeof(r->rest) - 1 && len > used) {
        memcpy(r->rest, data + used, len - used);
        r->n_rest = len - used;
    }
    return total;
}

size_t charset_finish(struct charset_reader *r, char *out, size_t cap)
{
    size_t n = r->n_rest > 0 ? replace(r, out, cap) : 0;
    r->n_rest = 0;
    return n;
}
