/* Content lines are written whole and folded on the way out: at 75 octets, and never within a
 * character (RFC 5545 3.1). */
#include "post/ics.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"

enum { LINE = 75, ROW_MAX = 12 << 10 };

/* ---- lines ------------------------------------------------------------------------------------
 */

/* Bytes from @p p on that make a first line of at most @p room, whole characters. */
static size_t whole(const char *p, size_t n, size_t room)
{
    if (n <= room)
        return n;
    size_t at = room;
    while (at > 0 && ((unsigned char)p[at] & 0xc0) == 0x80)
        at--;
    return at > 0 ? at : room; /* What is no UTF-8 is cut anywhere. */
}

static void put_line(struct buf *b, const char *line)
{
    size_t left = strlen(line);
    size_t n = whole(line, left, LINE);
    buf_put(b, line, n);
    for (line += n, left -= n; left > 0; line += n, left -= n) {
        n = whole(line, left, LINE - 1);
        buf_str(b, "\r\n ");
        buf_put(b, line, n);
    }
    buf_str(b, "\r\n");
}

__attribute__((format(printf, 2, 3))) static void put(struct buf *b, const char *fmt, ...)
{
    char line[ROW_MAX];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(line, sizeof(line), fmt, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= sizeof(line))
        b->full = true;
    else
        put_line(b, line);
}

/* TEXT (3.3.11): a line end is \n, and other control characters have no place. */
static void put_text(struct buf *b, const char *name, const char *text)
{
    char line[ROW_MAX];
    struct buf l = buf_make(line, sizeof(line) - 1);
    if (text == NULL || text[0] == '\0')
        return;
    buf_str(&l, name);
    buf_u8(&l, ':');
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\n')
            buf_str(&l, "\\n");
        else if (strchr("\\;,", *p) != NULL)
            buf_put(&l, (const char[]){'\\', *p}, 2);
        else if ((unsigned char)*p >= 0x20 && *p != 0x7f)
            buf_u8(&l, (uint8_t)*p);
        else if (*p == '\t')
            buf_u8(&l, ' ');
    }
    line[l.len] = '\0';
    b->full = b->full || l.full;
    put_line(b, line);
}

/* ORGANIZER and ATTENDEE. A quoted parameter value (3.2) has neither quotes nor control characters,
 * for which there is no escape. */
static void put_person(struct buf *b, const char *property, const char *name, const char *mail)
{
    char clean[400];
    struct buf n = buf_make(clean, sizeof(clean) - 1);
    if (mail == NULL || mail[0] == '\0')
        return;
    for (const char *p = name != NULL ? name : ""; *p != '\0'; p++)
        if ((unsigned char)*p >= 0x20 && *p != 0x7f && *p != '"')
            buf_u8(&n, (uint8_t)*p);
    clean[n.len] = '\0';
    if (n.len > 0)
        put(b, "%s;CN=\"%s\":mailto:%s", property, clean, mail);
    else
        put(b, "%s:mailto:%s", property, mail);
}

/* ---- times ------------------------------------------------------------------------------------
 */

/* China has had no summer time since 1991 and no meeting is older: one rule is the whole zone. */
static const char shanghai[] = "Asia/Shanghai";
static const char *const shanghai_lines[] = {
    "BEGIN:VTIMEZONE",    "TZID:Asia/Shanghai", "BEGIN:STANDARD", "DTSTART:19910915T010000",
    "TZOFFSETFROM:+0900", "TZOFFSETTO:+0800",   "TZNAME:CST",     "END:STANDARD",
    "END:VTIMEZONE",
};
enum { SHANGHAI_S = 8 * 3600 };

static bool time_text(char out[20], int64_t ms, int64_t offset_s)
{
    struct tm t;
    time_t s = (time_t)(ms / 1000 + offset_s);
    return ms >= 0 && gmtime_r(&s, &t) != NULL && t.tm_year < 9999 - 1900 &&
           strftime(out, 20, "%Y%m%dT%H%M%S", &t) > 0;
}

static bool put_times(struct buf *b, const struct ics_event *e)
{
    char starts[20], ends[20];
    bool local = e->zone != NULL && strcmp(e->zone, shanghai) == 0;
    int64_t shift = local ? SHANGHAI_S : 0;
    if (e->minutes < 0 || e->minutes > 527040 || !time_text(starts, e->starts_at, shift) ||
        !time_text(ends, e->starts_at + e->minutes * 60000, shift))
        return false;
    put(b, local ? "DTSTART;TZID=Asia/Shanghai:%s" : "DTSTART:%sZ", starts);
    put(b, local ? "DTEND;TZID=Asia/Shanghai:%s" : "DTEND:%sZ", ends);
    return true;
}

/* ---- the object -------------------------------------------------------------------------------
 */

static void put_alarm(struct buf *b, const struct ics_event *e)
{
    if (e->cancel || e->alarm_min <= 0)
        return;
    put_line(b, "BEGIN:VALARM");
    put_line(b, "ACTION:DISPLAY");
    put(b, "TRIGGER:-PT%lldM", (long long)e->alarm_min);
    put_text(b, "DESCRIPTION", e->summary != NULL && *e->summary != '\0' ? e->summary : "-");
    put_line(b, "END:VALARM");
}

static bool put_event(struct buf *b, const struct ics_event *e)
{
    char stamp[20];
    if (!time_text(stamp, e->stamp_ms, 0))
        return false;
    put_line(b, "BEGIN:VEVENT");
    put_text(b, "UID", e->uid);
    put(b, "DTSTAMP:%sZ", stamp);
    put(b, "SEQUENCE:%lld", (long long)e->sequence);
    if (!put_times(b, e))
        return false;
    put_text(b, "SUMMARY", e->summary);
    put_text(b, "DESCRIPTION", e->description);
    put_text(b, "LOCATION", e->location);
    if (e->url != NULL && e->url[0] != '\0')
        put(b, "URL:%s", e->url);
    put_person(b, "ORGANIZER", e->organiser_name, e->organiser_mail);
    /* No answer is asked for: nobody reads the mail that it would be. */
    put_person(b, "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE",
               e->attendee_name, e->attendee_mail);
    put(b, "STATUS:%s", e->cancel ? "CANCELLED" : "CONFIRMED");
    put_line(b, "TRANSP:OPAQUE");
    put_alarm(b, e);
    put_line(b, "END:VEVENT");
    return true;
}

enum err ics_write(char *out, size_t cap, const struct ics_event *e)
{
    struct buf b = buf_make(out, cap > 0 ? cap - 1 : 0);
    bool local = e->zone != NULL && strcmp(e->zone, shanghai) == 0;
    if (e->uid == NULL || e->uid[0] == '\0' || e->sequence < 0 ||
        (e->url != NULL && strpbrk(e->url, "\r\n") != NULL))
        return ERR_INVAL;
    put_line(&b, "BEGIN:VCALENDAR");
    put_line(&b, "PRODID:-//Yunjian//Yunjian//ZH");
    put_line(&b, "VERSION:2.0");
    put_line(&b, "CALSCALE:GREGORIAN");
    put(&b, "METHOD:%s", e->cancel ? "CANCEL" : "REQUEST");
    for (size_t i = 0; local && i < sizeof(shanghai_lines) / sizeof(shanghai_lines[0]); i++)
        put_line(&b, shanghai_lines[i]);
    if (!put_event(&b, e))
        return ERR_INVAL;
    put_line(&b, "END:VCALENDAR");
    if (!buf_ok(&b))
        return ERR_TOOBIG;
    out[b.len] = '\0';
    return ERR_OK;
}
