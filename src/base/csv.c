/* A state for each place within a cell; cells lie one after the other in the row's text. */
#include "base/csv.h"

#include <string.h>

enum { BEGIN, PLAIN, QUOTED, CLOSED };

void csv_init(struct csv *c, char separator, enum err (*row)(void *arg, const struct csv_row *row),
              void *arg)
{
    memset(c, 0, sizeof(*c));
    c->separator = separator;
    c->row = row;
    c->arg = arg;
}

static void fault(struct csv *c, enum csv_fault f)
{
    if (c->fault == CSV_FINE)
        c->fault = f;
}

static void put(struct csv *c, char byte)
{
    if (c->len == sizeof(c->text))
        fault(c, CSV_LONG);
    else
        c->text[c->len++] = byte;
    if (byte == '\0' ||
        (byte == '\xbd' && c->len >= 3 && memcmp(c->text + c->len - 3, "\xef\xbf\xbd", 3) == 0))
        fault(c, CSV_BYTES);
}

static void open_cell(struct csv *c)
{
    c->state = BEGIN;
    c->any = true;
    if (c->n == CSV_CELLS_MAX)
        fault(c, CSV_LONG);
    else
        c->at[c->n++] = c->len;
}

static void close_cell(struct csv *c)
{
    enum csv_fault before = c->fault;
    put(c, '\0');
    if (before == CSV_FINE && c->fault == CSV_BYTES)
        c->fault = CSV_FINE; /* This NUL is ours. */
}

static enum err close_row(struct csv *c)
{
    struct csv_row row = {.number = ++c->number};
    if (c->any)
        close_cell(c);
    row.fault = c->fault;
    c->text[sizeof(c->text) - 1] = '\0';
    bool blank = true;
    for (size_t i = 0; c->any && i < c->n; i++) {
        row.cell[i] = c->at[i] < sizeof(c->text) ? c->text + c->at[i] : "";
        blank = blank && row.cell[i][0] == '\0';
    }
    row.n = blank && row.fault == CSV_FINE ? 0 : c->n;
    c->len = c->n = 0;
    c->any = false;
    c->fault = CSV_FINE;
    c->state = BEGIN;
    return c->row(c->arg, &row);
}

/* One byte within quotes, or just after the quote that may close them. @return whether it is done
 * with. */
static bool quoted(struct csv *c, char b)
{
    if (c->state == QUOTED) {
        if (b == '"')
            c->state = CLOSED;
        else
            put(c, b);
        return true;
    }
    if (c->state == CLOSED && b == '"') {
        put(c, b);
        c->state = QUOTED;
        return true;
    }
    return false;
}

static void plain(struct csv *c, char b)
{
    if (c->state == CLOSED && b != ' ')
        fault(c, CSV_STRAY);
    else if (c->state == BEGIN && b == '"')
        c->state = QUOTED;
    else if (c->state != CLOSED) {
        c->state = PLAIN; /* A quote within a plain cell is one of its characters. */
        put(c, b);
    }
}

static enum err take(struct csv *c, char b)
{
    bool lf_of_cr = c->after_cr && b == '\n';
    c->after_cr = false;
    if (lf_of_cr)
        return ERR_OK;
    if (c->any && quoted(c, b))
        return ERR_OK;
    if (b == '\n' || b == '\r') {
        c->after_cr = b == '\r';
        return close_row(c);
    }
    if (!c->any)
        open_cell(c);
    if (b == c->separator) {
        close_cell(c);
        open_cell(c);
        return ERR_OK;
    }
    plain(c, b);
    return ERR_OK;
}

enum err csv_feed(struct csv *c, const char *text, size_t len)
{
    enum err e = ERR_OK;
    for (size_t i = 0; e == ERR_OK && i < len; i++)
        e = take(c, text[i]);
    return e;
}

enum err csv_end(struct csv *c)
{
    if (c->any && c->state == QUOTED)
        c->fault = CSV_OPEN;
    return c->any ? close_row(c) : ERR_OK;
}

char csv_separator(const char *text, size_t len)
{
    static const char all[] = ",;\t";
    size_t n[sizeof(all) - 1] = {0}, best = 0;
    bool in = false;
    for (size_t i = 0; i < len && (in || (text[i] != '\n' && text[i] != '\r')); i++) {
        in ^= text[i] == '"';
        const char *at = in || text[i] == '\0' ? NULL : strchr(all, text[i]);
        if (at != NULL)
            n[at - all]++;
    }
    for (size_t i = 1; i < sizeof(all) - 1; i++)
        if (n[i] > n[best])
            best = i;
    return all[best];
}

/* ---- writing ----------------------------------------------------------------------------------
 */

static void put_cell(struct buf *b, bool first, const char *mark, const char *cell)
{
    size_t n = strlen(cell);
    bool quotes =
        n > 0 && (strpbrk(cell, ",;\t\"\r\n") != NULL || cell[0] == ' ' || cell[n - 1] == ' ');
    if (!first)
        buf_u8(b, ',');
    if (quotes)
        buf_u8(b, '"');
    buf_str(b, mark);
    for (const char *p = cell; *p != '\0'; p++) {
        if (*p == '"')
            buf_u8(b, '"');
        buf_u8(b, (uint8_t)*p);
    }
    if (quotes)
        buf_u8(b, '"');
}

void csv_put(struct buf *b, bool first, const char *cell)
{
    put_cell(b, first, "", cell);
}

/* What a spreadsheet takes for the beginning of a formula, in the wide forms of East Asia too; and
 * the apostrophe itself, so that the way back is the same for all. */
static bool is_live(const char *cell)
{
    static const char *const wide[] = {"\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d",
                                       "\xef\xbc\xa0"}; /* ＝ ＋ － ＠ */
    if (cell[0] != '\0' && strchr("=+-@\t\r'", cell[0]) != NULL)
        return true;
    for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
        if (strncmp(cell, wide[i], 3) == 0)
            return true;
    return false;
}

void csv_put_text(struct buf *b, bool first, const char *cell)
{
    put_cell(b, first, is_live(cell) ? "'" : "", cell);
}

const char *csv_plain(const char *cell)
{
    return cell[0] == '\'' && is_live(cell + 1) ? cell + 1 : cell;
}
