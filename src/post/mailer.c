/* The adapter for mail. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "post/ics.h"
#include "post/mime.h"
#include "post/sender.h"
#include "post/smtp.h"
#include "post_priv.h"

struct letter_room {
    char subject[SUBJECT_TEXT], text[LETTER_TEXT], html[LETTER_HTML], ics[ICS_MAX];
    char mime[MIME_MAX];
    size_t len;
};

static const char *domain_of(const char *address)
{
    const char *at = strrchr(address, '@');
    return at != NULL ? at + 1 : "localhost";
}

static enum result refuse(struct attempt *a, const char *what)
{
    (void)snprintf(a->why, sizeof(a->why), "%s", what);
    return REFUSED;
}

/* ---- one mail ---------------------------------------------------------------------------------
 */

static enum err compose(struct letter_room *r, const struct attempt *a, const struct notice *n)
{
    const struct conf *c = a->post->conf;
    bool cancel = n->kind == NOTICE_CANCELLED || n->kind == NOTICE_REVOKED;
    bool event = cancel || n->kind == NOTICE_INVITATION || n->kind == NOTICE_RESCHEDULED;
    enum err e = letter_write(a->post, n, r->subject, r->text, r->html);
    if (e == ERR_OK && event)
        e = notice_ics(r->ics, a->post, n, a->row->created_at);
    if (e == ERR_NOENT) {
        event = false;
        e = ERR_OK;
    }
    const struct mail m = {.id = a->row->public_id,
                           .host = domain_of(c->smtp_from),
                           .from_name = c->smtp_name,
                           .from_mail = c->smtp_from,
                           .to_name = n->name,
                           .to_mail = n->mail,
                           .subject = r->subject,
                           .at_ms = a->now_ms,
                           .language = notice_language(c, n) == ENGLISH ? "en" : "zh-CN",
                           .text = r->text,
                           .html = r->html,
                           .calendar = event ? r->ics : NULL,
                           .calendar_method = cancel ? "CANCEL" : "REQUEST"};
    return e == ERR_OK ? mime_write(r->mime, sizeof(r->mime), &r->len, &m) : e;
}

static enum smtp_result hand_over(struct attempt *a, const char *to, const char *data, size_t len)
{
    const struct conf *c = a->post->conf;
    char password[POST_SECRET_MAX] = "", why[SMTP_WHY] = "";
    if (c->smtp_user[0] != '\0' && post_secret(password, c->smtp_password_file) != ERR_OK) {
        (void)snprintf(a->why, sizeof(a->why), "smtp_password_file cannot be used");
        return SMTP_NO_WAY;
    }
    const struct smtp s = {.url = c->smtp_url,
                           .hello = domain_of(c->smtp_from),
                           .user = c->smtp_user,
                           .password = password,
                           .ca_file = c->delivery_ca,
                           .from = c->smtp_from,
                           .to = to,
                           .data = data,
                           .len = len,
                           .stop = a->stop};
    enum smtp_result r = smtp_send(&s, why);
    (void)snprintf(a->why, sizeof(a->why), "%s", why);
    return r;
}

enum result mail_send(struct attempt *a)
{
    static const enum result results[] = {[SMTP_TAKEN] = SENT,
                                          [SMTP_LATER] = AGAIN,
                                          [SMTP_REFUSED] = REFUSED,
                                          [SMTP_NO_WAY] = DOWN,
                                          [SMTP_STOPPED] = STOPPED};
    struct notice n;
    if (notice_read(&n, a->body) != ERR_OK)
        return refuse(a, "not understood");
    struct letter_room *r = (struct letter_room *)mem_zalloc(1, sizeof(*r));
    enum err e = r != NULL ? compose(r, a, &n) : ERR_NOMEM;
    enum result result = AGAIN;
    if (e == ERR_OK)
        result = results[hand_over(a, n.mail, r->mime, r->len)];
    else if (e == ERR_NOMEM)
        (void)snprintf(a->why, sizeof(a->why), "no memory");
    else
        result = refuse(a, "this cannot be put into a mail");
    mem_free(r);
    return result;
}

/* ---- the doctor's question --------------------------------------------------------------------
 */

enum err post_try_mail(const struct post *p, char why[CONF_WHY])
{
    struct attempt a = {.post = p};
    enum smtp_result r = hand_over(&a, NULL, "", 0);
    (void)snprintf(why, CONF_WHY, "%s", a.why);
    return r == SMTP_TAKEN ? ERR_OK : ERR_IO;
}
