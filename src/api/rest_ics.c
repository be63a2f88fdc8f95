/* A meeting as a calendar entry, for who is invited: by the secret of the link, which stays out of
 * addresses, or by who is in by it, as a plain link of the pages. */
#include <string.h>

#include "base/mem.h"
#include "meet_priv.h"
#include "outlines_priv.h"
#include "post/ics.h"
#include "post/notice.h"

static enum err answer_ics(struct request *rq, const struct meeting *m, const struct invitation *i,
                           const char *link)
{
    struct post p = request_post(rq);
    bool cancelled = strcmp(m->state, "cancelled") == 0 || i->revoked_at != 0;
    char *text = (char *)mem_alloc(ICS_MAX);
    if (text == NULL)
        return ERR_NOMEM;
    struct notice n = notice_of(cancelled ? NOTICE_CANCELLED : NOTICE_INVITATION, m, i);
    COPY(n.link, link);
    enum err e = notice_ics(text, &p, &n, rq->now_ms);
    if (e != ERR_OK) {
        mem_free(text);
        return e;
    }
    rq->answer.text = text;
    rq->answer.text_type = "text/calendar; charset=utf-8";
    answer_header(rq, "content-disposition:", "attachment; filename=\"invitation.ics\"");
    return ERR_OK;
}

struct in_secret {
    char secret[TOKEN_LEN + 1];
};
static const struct field f_secret[] = {FIELD_TEXT(struct in_secret, secret, TOKEN_LEN)};
static const struct shape s_secret = SHAPE(struct in_secret, f_secret);

static enum err ics_by_secret(struct request *rq)
{
    const char *secret = ((const struct in_secret *)rq->in)->secret;
    char link[CONF_TEXT + 80];
    struct invitation i;
    struct meeting m;
    enum err e = find_invitation(rq, &i, &m, secret);
    (void)snprintf(link, sizeof(link), "%s/j#%s", ((const struct api *)rq->app)->cfg.public_url,
                   secret);
    return e == ERR_OK ? answer_ics(rq, &m, &i, link) : e;
}

struct finding {
    const struct caller *c;
    struct invitation *i;
    bool found;
};

static void find_own(void *arg, const struct invitation *i)
{
    struct finding *f = (struct finding *)arg;
    bool by_link = f->c->participant && f->c->p.invitation != 0 && f->c->p.invitation == i->id;
    bool by_name = f->c->account != 0 && i->account == f->c->account;
    if (!by_link && !by_name)
        return;
    *f->i = *i;
    f->found = true;
}

/* Whoever has no invitation (the host, the project's manager) gets the meeting as it is. */
static enum err ics_of_meeting(struct request *rq)
{
    char link[CONF_TEXT + 80];
    struct meeting m;
    struct invitation i = {.id = 0};
    struct finding f = {caller_of(rq), &i, false};
    enum err e = allowed_meeting(rq, &m, ACT_MEETING_READ);
    if (e == ERR_OK)
        e = invitation_each(rq->db, m.id, find_own, &f);
    if (e != ERR_OK)
        return e;
    if (!f.found) {
        COPY(i.public_id, m.public_id);
        COPY(i.name, caller_of(rq)->name);
    }
    (void)snprintf(link, sizeof(link), "%s/m/%s", ((const struct api *)rq->app)->cfg.public_url,
                   m.public_id);
    return answer_ics(rq, &m, &i, link);
}

const struct route ics_routes[] = {
    {M_POST,
     "/api/v1/invitations/ics",
     ON_READ,
     ACT_ANYBODY,
     &s_secret,
     ics_by_secret,
     {200, .media = "text/calendar", .flags = REPLY_LIMITED, .also = "404 410"}},
    {M_GET,
     "/api/v1/meetings/{id}/invitation.ics",
     ON_READ,
     ACT_MEETING_READ,
     NULL,
     ics_of_meeting,
     {200, .media = "text/calendar"}},
};
const size_t ics_routes_n = sizeof(ics_routes) / sizeof(ics_routes[0]);
