/* base/csv, base/charset: rows as spreadsheets write them, in pieces of every size; what is
 * refused; texts that would be formulas; encodings told apart and turned. */
#include "base/csv.h"

#include <stdlib.h>
#include <string.h>

#include "base/charset.h"
#include "base/mem.h"
#include "t.h"

static char seen[8192];
static size_t n_seen;
static const char faults[] = ".SLOB";

/* Rows as "number fault|cell|cell;" */
static enum err collect(void *arg, const struct csv_row *row)
{
    (void)arg;
    n_seen += (size_t)snprintf(seen + n_seen, sizeof(seen) - n_seen, "%d%c", (int)row->number,
                               faults[row->fault]);
    for (size_t i = 0; i < row->n; i++)
        n_seen += (size_t)snprintf(seen + n_seen, sizeof(seen) - n_seen, "|%s", row->cell[i]);
    n_seen += (size_t)snprintf(seen + n_seen, sizeof(seen) - n_seen, ";");
    return ERR_OK;
}

static void read_whole(const char *text, size_t len, size_t piece, char separator)
{
    struct csv *c = (struct csv *)mem_alloc(sizeof(*c));
    char *exact = (char *)mem_alloc(len > 0 ? len : 1);
    memcpy(exact, text, len);
    n_seen = 0;
    seen[0] = '\0';
    csv_init(c, separator, collect, NULL);
    for (size_t at = 0; at < len; at += piece)
        T_EQ(csv_feed(c, exact + at, len - at < piece ? len - at : piece), ERR_OK);
    T_EQ(csv_end(c), ERR_OK);
    mem_free(exact);
    mem_free(c);
}

static void rows(void)
{
    static const struct {
        const char *text, *want;
        char separator;
    } table[] = {
        {"", "", ','},
        {"a,b\r\nc,d\r\n", "1.|a|b;2.|c|d;", ','},
        {"a,b\nc,d", "1.|a|b;2.|c|d;", ','},
        {"a\rb\r\rc", "1.|a;2.|b;3.;4.|c;", ','},
        {"a,\n", "1.|a|;", ','},
        {",,\n,x,\n", "1.;2.||x|;", ','},
        {"\"a,b\";c\n", "1.|a,b|c;", ';'},
        {"a\tb;c\n", "1.|a|b;c;", '\t'},
        {"\"a\nb\r\nc\",d\ne", "1.|a\nb\r\nc|d;2.|e;", ','},
        {"\"say \"\"hi\"\"\",x\n", "1.|say \"hi\"|x;", ','},
        {"\"\",\"\"\"\"\n", "1.||\";", ','},
        {"a\"b,c\"\n", "1.|a\"b|c\";", ','},
        {"\"a\" ,b\n", "1.|a|b;", ','},
        {"\"a\"x,b\nc\n", "1S|a|b;2.|c;", ','},
        {"a,\"b\nc,d\n", "1O|a|b\nc,d\n;", ','},
        {"\"\"\"\n", "1O|\"\n;", ','},
        {"a\xef\xbf\xbd,b\nc\n", "1B|a\xef\xbf\xbd|b;2.|c;", ','},
        {"\n\n a \n", "1.;2.;3.| a ;", ','},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        for (size_t piece = 1; piece < 9; piece++) {
            read_whole(table[i].text, strlen(table[i].text), piece, table[i].separator);
            if (strcmp(seen, table[i].want) != 0)
                (void)fprintf(stderr, "row %zu, pieces of %zu: %s\n", i, piece, seen);
            T_OK(strcmp(seen, table[i].want) == 0);
        }
    read_whole("a\0b,c\n", 6, 6, ',');
    T_OK(strcmp(seen, "1B|a|c;") == 0);
}

static enum err stop_at_two(void *arg, const struct csv_row *row)
{
    ++*(int *)arg;
    return row->number == 2 ? ERR_BUSY : ERR_OK;
}

static void limits(void)
{
    struct csv *c = (struct csv *)mem_alloc(sizeof(*c));
    char *text = (char *)mem_alloc(2 * CSV_ROW_MAX);
    memset(text, 'x', 2 * CSV_ROW_MAX);
    int n = 0;
    text[CSV_ROW_MAX - 1] = '\n'; /* The longest that fits, with its terminator. */
    n_seen = 0;
    csv_init(c, ',', stop_at_two, &n);
    T_EQ(csv_feed(c, text, CSV_ROW_MAX), ERR_OK);
    T_EQ(n, 1);
    T_EQ(csv_feed(c, "a\nb\n", 4), ERR_BUSY);
    T_EQ(n, 2);
    memset(text, ',', CSV_CELLS_MAX + 1);
    text[0] = 'x';
    text[CSV_CELLS_MAX + 1] = '\n'; /* One cell more than fits. */
    read_whole(text, CSV_CELLS_MAX + 2, 7, ',');
    T_OK(strncmp(seen, "1L|x|", 5) == 0);
    text[CSV_CELLS_MAX] = '\n';
    read_whole(text, CSV_CELLS_MAX + 1, 7, ',');
    T_OK(strncmp(seen, "1.|x|", 5) == 0);
    mem_free(text);
    mem_free(c);
}

static enum err fault_only(void *arg, const struct csv_row *row)
{
    *(enum csv_fault *)arg = row->fault;
    return ERR_OK;
}

static void too_long(void)
{
    struct csv *c = (struct csv *)mem_alloc(sizeof(*c));
    enum csv_fault f = CSV_FINE;
    csv_init(c, ',', fault_only, &f);
    for (size_t i = 0; i < CSV_ROW_MAX + 5; i++)
        T_EQ(csv_feed(c, i % 2 == 0 ? "y" : ",", 1), ERR_OK);
    T_EQ(csv_feed(c, "\n", 1), ERR_OK);
    T_EQ(f, CSV_LONG);
    T_EQ(csv_feed(c, "fine\n", 5), ERR_OK);
    T_EQ(f, CSV_FINE);
    mem_free(c);
}

static void separators(void)
{
    T_EQ(csv_separator("a,b;c\nx;y;z", 11), ',');
    T_EQ(csv_separator("a;b;c\n", 6), ';');
    T_EQ(csv_separator("a\tb\n", 4), '\t');
    T_EQ(csv_separator("\"a,b,c\";d\n", 10), ';');
    T_EQ(csv_separator("\"a,\nb,c\";d\n", 11), ';');
    T_EQ(csv_separator("one", 3), ',');
    T_EQ(csv_separator("", 0), ',');
}

static void formulas(void)
{
    static const struct {
        const char *cell, *want;
    } table[] = {
        {"plain", "plain"},
        {"", ""},
        {"a,b", "\"a,b\""},
        {"say \"x\"", "\"say \"\"x\"\"\""},
        {" blank", "\" blank\""},
        {"two\nlines", "\"two\nlines\""},
        {"=1+1", "'=1+1"},
        {"+86 21", "'+86 21"},
        {"-x", "'-x"},
        {"@SUM(A1)", "'@SUM(A1)"},
        {"=a,\"b\"", "\"'=a,\"\"b\"\"\""},
        {"'quoted", "''quoted"},
        {"''", "'''"},
        {"\ttab", "\"'\ttab\""},
        {"\xef\xbc\x9d"
         "1",
         "'\xef\xbc\x9d"
         "1"},
        {"a=b", "a=b"},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char text[100];
        struct buf b = buf_make(text, sizeof(text) - 1);
        csv_put_text(&b, true, table[i].cell);
        text[b.len] = '\0';
        T_OK(strcmp(text, table[i].want) == 0);
        text[b.len++] = '\n';
        read_whole(text, b.len, 3, ',');
        /* And back: what was read, without its mark, is what was written. */
        char *cell = strchr(seen, '|');
        if (cell != NULL) {
            seen[n_seen - 1] = '\0';
            T_OK(strcmp(csv_plain(cell + 1), table[i].cell) == 0);
        } else {
            T_OK(table[i].cell[0] == '\0');
        }
    }
    T_OK(strcmp(csv_plain("'tis"), "'tis") == 0); /* Not ours. */
}

/* ---- encodings --------------------------------------------------------------------------------
 */

static const struct {
    enum charset of;
    const char *bytes;
    size_t len;
    const char *utf8;
    uint64_t bad;
} encoded[] = {
    {CHARSET_UTF8, "a\xe9\x94\xa6", 4, "a\xe9\x94\xa6", 0},
    {CHARSET_UTF8,
     "a\xff"
     "b",
     3,
     "a\xef\xbf\xbd"
     "b",
     1},
    {CHARSET_UTF8, "a\xe9\x94", 3, "a\xef\xbf\xbd", 1},
    {CHARSET_UTF8, "\xed\xa0\x80x", 4, NULL, 0}, /* Half of a pair is none. */
    {CHARSET_GB18030, "\xbd\xf5\xc0\xbd\xbe\xab\xc3\xdc", 8, "锦澜精密", 0},
    {CHARSET_GB18030, "\x95\x32\x82\x36", 4, "\xf0\xa0\x80\x80", 0}, /* U+20000, four bytes */
    {CHARSET_GB18030, "\x81\x30\x81\x30", 4, "\xc2\x80", 0},
    {CHARSET_GB18030,
     "x\xff"
     "y",
     3,
     "x\xef\xbf\xbd"
     "y",
     1},
    {CHARSET_GB18030, "x\xbd", 2, "x\xef\xbf\xbd", 1},
    {CHARSET_UTF16LE, "a\0\x26\x95", 4, "a\xe9\x94\xa6", 0},
    {CHARSET_UTF16BE, "\0a\x95\x26", 4, "a\xe9\x94\xa6", 0},
    {CHARSET_UTF16LE,
     "a\0\x00\xd8"
     "b\0",
     6,
     "a\xef\xbf\xbd"
     "b",
     1},
};

static void turned(void)
{
    for (size_t i = 0; i < sizeof(encoded) / sizeof(encoded[0]); i++)
        for (size_t piece = 1; piece < 6; piece++) {
            struct charset_reader r = {0};
            char out[200];
            size_t n = 0;
            T_EQ(charset_open(&r, encoded[i].of), ERR_OK);
            for (size_t at = 0; at < encoded[i].len; at += piece) {
                size_t len = encoded[i].len - at < piece ? encoded[i].len - at : piece;
                uint8_t *exact = (uint8_t *)mem_alloc(len);
                memcpy(exact, encoded[i].bytes + at, len);
                n += charset_read(&r, exact, len, out + n, 3 * (len + 8));
                mem_free(exact);
            }
            n += charset_finish(&r, out + n, 3);
            out[n] = '\0';
            if (encoded[i].utf8 == NULL) {
                T_OK(r.bad > 0);
            } else {
                T_OK(strcmp(out, encoded[i].utf8) == 0);
                T_EQ(r.bad, encoded[i].bad);
            }
            charset_close(&r);
        }
}

static void marks(void)
{
    static const struct {
        const char *bytes;
        size_t len, mark;
        enum charset of;
    } table[] = {
        {"\xef\xbb\xbf"
         "a",
         4, 3, CHARSET_UTF8},
        {"\xef\xbb", 2, 0, CHARSET_N},
        {"\xff\xfe"
         "a\0",
         4, 2, CHARSET_UTF16LE},
        {"\xfe\xff\0a", 4, 2, CHARSET_UTF16BE},
        {"\x84\x31\x95\x33", 4, 4, CHARSET_GB18030},
        {"abc", 3, 0, CHARSET_N},
        {"", 0, 0, CHARSET_N},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        enum charset of = CHARSET_N;
        T_EQ(charset_mark(&of, (const uint8_t *)table[i].bytes, table[i].len), table[i].mark);
        T_EQ(of, table[i].of);
    }
}

int main(void)
{
    rows();
    limits();
    too_long();
    separators();
    formulas();
    turned();
    marks();
    return t_done("csv");
}
