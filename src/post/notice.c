/* A notice is kept as JSON by the same table that reads it again. */
#include "post/notice.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/shape.h"
#include "domain/contacts.h"
#include "post/ics.h"
#include "post_priv.h"

#define HOUR_MS INT64_C(3600000)
#define MINUTE_MS INT64_C(60000)
#define TIME_MAX_MS INT64_C(253402300799999) /* the year 9999 */

enum {
    REMINDER_LATE_MIN = 10,  /* after the start it helps nobody */
    REMINDER_EARLY_MIN = 15, /* an invitation that has just gone out needs none */
    ALARM_MIN = 15,          /* before the start, in the calendar */
};

static const char *const kinds[NOTICE_KINDS + 1] = {
    "invitation", "rescheduled", "cancelled", "reminder", "revoked", "project_link", "test", NULL,
};

static const struct field fields[] = {
    FIELD_WORD(struct notice, kind, kinds),
    FIELD_TEXT(struct notice, about, 0),
    FIELD_TEXT(struct notice, meeting, 0),
    FIELD_TEXT(struct notice, name, 0),
    FIELD_TEXT(struct notice, mail, 0),
    FIELD_TEXT(struct notice, phone, 0),
    FIELD_TEXT(struct notice, language, 0),
    FIELD_TEXT(struct notice, link, 0),
    FIELD_TEXT(struct notice, title, 0),
    FIELD_TEXT(struct notice, meeting_kind, 0),
    FIELD_TEXT(struct notice, agenda, 0),
    FIELD_TEXT(struct notice, host, 0),
    FIELD_TEXT(struct notice, project, 0),
    FIELD_I64(struct notice, starts_at, 0, TIME_MAX_MS),
    FIELD_I64(struct notice, minutes, 0, 527040),
    FIELD_I64(struct notice, sequence, 0, INT32_MAX),
    FIELD_TEXT(struct notice, reason, 0),
    FIELD_I64(struct notice, expires_at, 0, TIME_MAX_MS),
    FIELD_BOOL(struct notice, recorded),
};
static const struct shape shape = SHAPE(struct notice, fields);

const char *notice_kind_text(enum notice_kind k)
{
    return k < NOTICE_KINDS ? kinds[k] : "";
}

char *notice_write(const struct notice *n)
{
    json_t *o = shape_encode(&shape, n);
    char *text = o != NULL ? json_dumps(o, JSON_COMPACT) : NULL;
    char *own = text != NULL ? mem_strdup(text) : NULL;
    free(text);
    json_decref(o);
    return own;
}

enum err notice_read(struct notice *n, const char *text)
{
    char why[SHAPE_WHY_MAX];
    struct notice got;
    json_t *o = shape_parse(text, strlen(text), why);
    enum err e = o != NULL ? shape_decode(&shape, o, &got, why) : ERR_INVAL;
    json_decref(o);
    if (e == ERR_OK)
        *n = got;
    return e;
}

/* ---- ways -------------------------------------------------------------------------------------
 */

unsigned notice_ways(const struct conf *c, const char *mail, const char *phone)
{
    char digits[PHONE_LEN + 1] = "";
    bool has_mail = mail_is(mail), has_phone = phone_take(digits, phone) && digits[0] != '\0';
    unsigned by = 0;
    if (has_mail && ways[OUTBOX_MAIL].there(c))
        by |= NOTICE_BY_MAIL;
    if (has_phone && ways[OUTBOX_GATEWAY].there(c))
        by |= NOTICE_BY_GATEWAY;
    return by;
}

int64_t notice_give_up(const struct conf *c, int64_t now_ms)
{
    return now_ms + c->delivery_hours * HOUR_MS;
}

/* ---- put --------------------------------------------------------------------------------------
 */

struct putting {
    struct db *db;
    const struct post *post;
    const struct notice *n;
    const char *body;
    int64_t now_ms, at, give_up_at;
};

/* Mail to one address goes in order, however it is written. */
static void lane_of(char lane[OUTBOX_LANE_LEN + 1], const struct notice *n, const char *recipient)
{
    if (n->kind == NOTICE_REMINDER) /* It waits for its time, and nothing else waits for it. */
        (void)snprintf(lane, OUTBOX_LANE_LEN + 1, "reminder %s %.200s", n->about, recipient);
    else
        (void)snprintf(lane, OUTBOX_LANE_LEN + 1, "%s", recipient);
    for (char *p = lane; *p != '\0'; p++)
        *p = (char)tolower((unsigned char)*p);
}

static enum err put_one(const struct putting *p, enum outbox_way w, const char *recipient)
{
    char lane[OUTBOX_LANE_LEN + 1], id[PUBLIC_ID_LEN + 1];
    lane_of(lane, p->n, recipient);
    const struct outbox_entry m = {.way = w,
                                   .kind = kinds[p->n->kind],
                                   .lane = lane,
                                   .about = p->n->about,
                                   .meeting = p->n->meeting,
                                   .name = p->n->name,
                                   .recipient = recipient,
                                   .body = p->body,
                                   .at = p->at,
                                   .give_up_at = p->give_up_at};
    return outbox_put(p->db, p->post->secret, &m, p->now_ms, id);
}

static enum err put_ways(struct putting *p, unsigned by)
{
    char *body = notice_write(p->n);
    if (body == NULL)
        return ERR_NOMEM;
    p->body = body;
    enum err e = ERR_OK;
    if ((by & NOTICE_BY_MAIL) != 0)
        e = put_one(p, OUTBOX_MAIL, p->n->mail);
    if (e == ERR_OK && (by & NOTICE_BY_GATEWAY) != 0)
        e = put_one(p, OUTBOX_GATEWAY, p->n->phone);
    mem_free(body);
    return e;
}

/* ---- the reminder -----------------------------------------------------------------------------
 */

/* The only place where a link that was sent is still known. */
static enum err take_over_link(struct db *db, const struct post *p, struct notice *n)
{
    char *body = NULL;
    struct notice before;
    if (n->link[0] != '\0')
        return ERR_OK;
    enum err e = outbox_waiting_body(db, p->secret, n->about, kinds[NOTICE_REMINDER], &body);
    if (e == ERR_OK && body != NULL)
        e = notice_read(&before, body);
    if (e == ERR_OK && body != NULL)
        (void)snprintf(n->link, sizeof(n->link), "%s", before.link);
    mem_free(body);
    return e;
}

static enum err put_reminder(struct putting p, const struct notice *n, unsigned by)
{
    struct notice reminder = *n;
    int64_t early = p.post->conf->reminder_minutes;
    reminder.kind = NOTICE_REMINDER;
    p.n = &reminder;
    p.at = n->starts_at - early * MINUTE_MS;
    p.give_up_at = n->starts_at + REMINDER_LATE_MIN * MINUTE_MS;
    if (early == 0 || p.at < p.now_ms + REMINDER_EARLY_MIN * MINUTE_MS)
        return ERR_OK;
    return put_ways(&p, by);
}

enum err notice_put(struct db *db, const struct post *p, const struct notice *n, int64_t now_ms,
                    unsigned *by)
{
    struct notice own = *n;
    struct putting put = {.db = db,
                          .post = p,
                          .n = &own,
                          .now_ms = now_ms,
                          .give_up_at = notice_give_up(p->conf, now_ms)};
    unsigned known = notice_ways(p->conf, n->mail, n->phone);
    bool reminds = n->kind == NOTICE_INVITATION || n->kind == NOTICE_RESCHEDULED;
    bool ends = n->kind == NOTICE_CANCELLED || n->kind == NOTICE_REVOKED;
    enum err e = ERR_OK;
    if (n->kind < 0 || n->kind >= NOTICE_KINDS || n->kind == NOTICE_REMINDER)
        return ERR_INVAL;
    if (n->kind == NOTICE_RESCHEDULED)
        e = take_over_link(db, p, &own);
    if (e == ERR_OK && (reminds || ends))
        e = outbox_withdraw_about(db, n->about,
                                  n->kind == NOTICE_REVOKED ? "" : kinds[NOTICE_REMINDER],
                                  kinds[n->kind], now_ms);
    if (e == ERR_OK)
        e = put_ways(&put, known);
    if (e == ERR_OK && reminds)
        e = put_reminder(put, &own, known);
    if (e == ERR_OK)
        *by = known;
    return e;
}

/* ---- calendar ---------------------------------------------------------------------------------
 */

static void describe(char *out, size_t cap, const struct post *p, const struct notice *n)
{
    enum language l = notice_language(p->conf, n);
    (void)snprintf(out, cap, "%s%s%s%s%s%s%s", n->project, n->project[0] != '\0' ? "\n" : "",
                   n->agenda, n->agenda[0] != '\0' ? "\n" : "", n->link,
                   n->link[0] != '\0' ? "\n" : "", n->recorded ? phrase(l, P_RECORDED) : "");
}

enum err notice_ics(char *out, const struct post *p, const struct notice *n, int64_t now_ms)
{
    char uid[PUBLIC_ID_LEN + 160], host[128], text[NOTICE_AGENDA_LEN + 2000], title[TITLE_LEN + 60];
    enum language l = notice_language(p->conf, n);
    const char *kind = meeting_kind_words(l, n->meeting_kind);
    if (n->meeting[0] == '\0' || n->starts_at <= 0)
        return ERR_NOENT;
    host_of_url(p->public_url, host);
    (void)snprintf(uid, sizeof(uid), "%s@%s", n->about, host);
    (void)snprintf(title, sizeof(title), "%s%s%s", kind, kind[0] != '\0' ? " · " : "",
                   n->title[0] != '\0' ? n->title : phrase(l, P_UNTITLED));
    describe(text, sizeof(text), p, n);
    const struct ics_event e = {.cancel = n->kind == NOTICE_CANCELLED || n->kind == NOTICE_REVOKED,
                                .uid = uid,
                                .sequence = n->sequence,
                                .stamp_ms = now_ms,
                                .starts_at = n->starts_at,
                                .minutes = n->minutes,
                                .zone = p->conf->timezone,
                                .summary = title,
                                .description = text,
                                .location = n->link[0] != '\0' ? n->link : phrase(l, P_LOCATION),
                                .url = n->link,
                                .organiser_name = n->host,
                                .organiser_mail = p->conf->smtp_from,
                                .attendee_name = n->name,
                                .attendee_mail = n->mail,
                                .alarm_min = ALARM_MIN};
    return ics_write(out, ICS_MAX, &e);
}
