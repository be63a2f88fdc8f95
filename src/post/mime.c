/* One writer that marks itself full, as everywhere; base64 and encoded words go through it. */
#include "post/mime.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "domain/contacts.h"

enum {
    WORD_BYTES = 42, /* of an encoded word: 56 characters of base64, 68 with what stands around */
    BODY_BYTES = 57, /* of a line of a body: 76 characters */
};

static bool word_ok(const char *text, const char *more)
{
    size_t n = strlen(text);
    for (const char *p = text; *p != '\0'; p++)
        if (!isalnum((unsigned char)*p) && strchr(more, *p) == NULL)
            return false;
    return n > 0 && n <= 64;
}

/* ---- encodings --------------------------------------------------------------------------------
 */

__attribute__((format(printf, 2, 3))) static void put(struct buf *b, const char *fmt, ...)
{
    char line[600];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(line, sizeof(line), fmt, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= sizeof(line))
        b->full = true;
    else
        buf_str(b, line);
}

static void put_base64(struct buf *b, const uint8_t *p, size_t n)
{
    static const char abc[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < n; i += 3) {
        uint32_t v = 0;
        char four[4] = {'=', '=', '=', '='};
        for (size_t k = 0; k < 3; k++)
            v = v << 8 | (i + k < n ? p[i + k] : 0u);
        for (size_t k = 0; k < 4 && k <= n - i; k++)
            four[k] = abc[v >> (18 - 6 * k) & 63];
        buf_put(b, four, sizeof(four));
    }
}

/* The first bytes of @p p that are whole characters and at most @p room. */
static size_t whole(const char *p, size_t n, size_t room)
{
    if (n <= room)
        return n;
    size_t at = room;
    while (at > 0 && ((unsigned char)p[at] & 0xc0) == 0x80)
        at--;
    return at > 0 ? at : room;
}

/* RFC 2047 2: no encoded word is longer than 75, no line with one longer than 76, and a character
 * is not split between two. */
static void put_words(struct buf *b, const char *text)
{
    size_t left = strlen(text);
    for (bool first = true; left > 0; first = false) {
        size_t n = whole(text, left, first ? WORD_BYTES - 9 : WORD_BYTES);
        buf_str(b, first ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
        put_base64(b, (const uint8_t *)text, n);
        buf_str(b, "?=");
        text += n;
        left -= n;
    }
}

/* Control characters out, so that no line ends where none of ours does. */
static void clean(char *out, size_t cap, const char *text, bool *ascii)
{
    size_t n = 0;
    *ascii = true;
    for (const char *p = text; *p != '\0' && n < cap - 1; p++) {
        unsigned char c = (unsigned char)*p;
        out[n++] = *p;
        if (c < 0x20 || c == 0x7f)
            out[n - 1] = ' ';
        *ascii = *ascii && c < 0x80;
    }
    while (n > 0 && ((unsigned char)out[n - 1] & 0xc0) == 0x80 && n == cap - 1)
        n--; /* cut within a character */
    out[n] = '\0';
}

/* A long ASCII text becomes encoded words as well: they fold by themselves. */
static void put_header(struct buf *b, const char *name, const char *text)
{
    char line[800] = "";
    bool ascii = false;
    clean(line, sizeof(line), text, &ascii);
    put(b, "%s: ", name);
    if (ascii && strlen(line) < 60 && strstr(line, "=?") == NULL)
        buf_str(b, line);
    else
        put_words(b, line);
    buf_str(b, "\r\n");
}

static void put_mailbox(struct buf *b, const char *name, const char *person, const char *mail)
{
    char line[300] = "";
    bool ascii = false;
    clean(line, sizeof(line), person, &ascii);
    put(b, "%s: ", name);
    if (line[0] == '\0') {
        put(b, "%s\r\n", mail);
        return;
    }
    /* Quoted strings would need escapes; a word of base64 needs none. */
    if (ascii && strlen(line) < 60 &&
        line[strspn(line, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -")] ==
            '\0')
        buf_str(b, line);
    else
        put_words(b, line);
    put(b, "\r\n <%s>\r\n", mail);
}

/* RFC 5322 3.3, in English whatever the locale. */
static void put_date(struct buf *b, int64_t at_ms)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct tm t;
    time_t s = (time_t)(at_ms / 1000);
    if (gmtime_r(&s, &t) == NULL) {
        b->full = true;
        return;
    }
    put(b, "Date: %s, %d %s %04d %02d:%02d:%02d +0000\r\n", days[t.tm_wday], t.tm_mday,
        months[t.tm_mon], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

/* Text in its canonical form: every line ends with CR LF (RFC 2046 4.1.1). */
static void put_body(struct buf *b, const char *text)
{
    uint8_t row[BODY_BYTES] = {0};
    size_t n = 0;
    char last = '\0';
    for (const char *p = text; *p != '\0';) {
        if (*p == '\n' && last != '\r')
            last = '\r';
        else
            last = *p++;
        row[n++] = (uint8_t)last;
        if (n == sizeof(row) || *p == '\0') {
            put_base64(b, row, n);
            buf_str(b, "\r\n");
            n = 0;
        }
    }
}

struct part {
    const char *type, *more, *text;
};

static void put_part(struct buf *b, char level, const char *id, const struct part *p)
{
    put(b, "--=_%c%s\r\nContent-Type: %s\r\n%sContent-Transfer-Encoding: base64\r\n\r\n", level, id,
        p->type, p->more);
    put_body(b, p->text);
}

/* Clients take the calendar up from among the alternatives; those that do not know it there show
 * the file. */
static void put_parts(struct buf *b, const struct mail *m)
{
    bool event = m->calendar != NULL;
    const struct part text = {"text/plain; charset=utf-8", "", m->text};
    const struct part html = {"text/html; charset=utf-8", "", m->html};
    if (event)
        put(b, "Content-Type: multipart/mixed; boundary=\"=_m%s\"\r\n\r\n--=_m%s\r\n", m->id,
            m->id);
    put(b, "Content-Type: multipart/alternative; boundary=\"=_a%s\"\r\n\r\n", m->id);
    put_part(b, 'a', m->id, &text);
    put_part(b, 'a', m->id, &html);
    if (event) {
        char type[120];
        (void)snprintf(type, sizeof(type), "text/calendar; charset=utf-8; method=%s",
                       m->calendar_method);
        const struct part calendar = {type, "", m->calendar};
        put_part(b, 'a', m->id, &calendar);
    }
    put(b, "--=_a%s--\r\n", m->id);
    if (!event)
        return;
    const struct part file = {"application/ics; name=\"invitation.ics\"",
                              "Content-Disposition: attachment; filename=\"invitation.ics\"\r\n",
                              m->calendar};
    put_part(b, 'm', m->id, &file);
    put(b, "--=_m%s--\r\n", m->id);
}

enum err mime_write(char *out, size_t cap, size_t *len, const struct mail *m)
{
    struct buf b = buf_make(out, cap > 0 ? cap - 1 : 0);
    if (!mail_is(m->from_mail) || !mail_is(m->to_mail) || !word_ok(m->id, "") ||
        !word_ok(m->host, ".-") || !word_ok(m->language, "-") ||
        (m->calendar != NULL && !word_ok(m->calendar_method, "")))
        return ERR_INVAL;
    put_mailbox(&b, "From", m->from_name, m->from_mail);
    put_mailbox(&b, "To", m->to_name, m->to_mail);
    put_header(&b, "Subject", m->subject);
    put_date(&b, m->at_ms);
    put(&b, "Message-ID: <%s@%s>\r\n", m->id, m->host);
    put(&b, "Content-Language: %s\r\n", m->language);
    /* RFC 3834: answering machines keep still. */
    buf_str(&b, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
    put_parts(&b, m);
    if (!buf_ok(&b))
        return ERR_TOOBIG;
    out[b.len] = '\0';
    *len = b.len;
    return ERR_OK;
}
