/* The whole file decides, not its beginning: a Chinese table may begin with a page of ASCII. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "importer_priv.h"

enum { PIECE = 16384, HEAD = 8192 };

struct sniff {
    uint64_t bad;
    char head[HEAD];
    size_t n;
};

static enum err read_as(struct sniff *s, FILE *f, enum charset of)
{
    struct charset_reader cs = {0};
    uint8_t in[PIECE];
    char out[3 * (PIECE + 8)];
    enum charset marked = of;
    s->n = 0;
    enum err e = charset_open(&cs, of);
    if (e != ERR_OK)
        return e;
    rewind(f);
    size_t n = fread(in, 1, sizeof(in), f);
    for (size_t skip = charset_mark(&marked, in, n); n > 0; n = fread(in, 1, sizeof(in), f)) {
        size_t len = charset_read(&cs, in + skip, n - skip, out, sizeof(out));
        size_t take = len < sizeof(s->head) - s->n ? len : sizeof(s->head) - s->n;
        memcpy(s->head + s->n, out, take);
        s->n += take;
        skip = 0;
    }
    (void)charset_finish(&cs, out, sizeof(out));
    s->bad = cs.bad;
    charset_close(&cs);
    return ferror(f) != 0 ? ERR_IO : ERR_OK;
}

/* "sep=;" as the first line, as spreadsheets write and read it. */
static bool names_its_separator(const struct sniff *s, char *separator)
{
    if (s->n < 5 || strncasecmp(s->head, "sep=", 4) != 0 ||
        (s->n > 5 && s->head[5] != '\r' && s->head[5] != '\n'))
        return false;
    *separator = s->head[4];
    return true;
}

static enum err choose(FILE *f, struct sniff *s, enum charset *of, const char **sure)
{
    uint8_t begin[4];
    size_t n = fread(begin, 1, sizeof(begin), f);
    *sure = "mark";
    if (charset_mark(of, begin, n) > 0)
        return read_as(s, f, *of);
    *of = CHARSET_UTF8;
    *sure = "content";
    enum err e = read_as(s, f, CHARSET_UTF8);
    if (e != ERR_OK || s->bad == 0)
        return e;
    uint64_t as_utf8 = s->bad;
    e = read_as(s, f, CHARSET_GB18030);
    *of = CHARSET_GB18030;
    if (e != ERR_OK || s->bad == 0)
        return e;
    *sure = "guess";
    if (as_utf8 > s->bad)
        return ERR_OK;
    *of = CHARSET_UTF8;
    return read_as(s, f, CHARSET_UTF8);
}

enum err import_sniff(const char *path, enum charset *of, const char **sure, char *separator,
                      bool *named)
{
    struct sniff s = {0};
    FILE *f = fopen(path, "rbe");
    if (f == NULL)
        return ERR_NOENT;
    enum err e = choose(f, &s, of, sure);
    (void)fclose(f);
    if (e != ERR_OK)
        return e;
    *named = names_its_separator(&s, separator);
    if (!*named)
        *separator = csv_separator(s.head, s.n);
    return ERR_OK;
}
