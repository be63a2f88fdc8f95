/* What invited people are told, put into the outbox in the transaction of the change. */
#include "meet_priv.h"
#include "post/notice.h"

static void put_meeting(struct notice *n, const struct meeting *m)
{
    COPY(n->meeting, m->public_id);
    COPY(n->title, m->title);
    COPY(n->meeting_kind, m->kind);
    COPY(n->agenda, m->agenda);
    COPY(n->host, m->host_name);
    COPY(n->project, m->project_title);
    n->starts_at = m->starts_at;
    n->minutes = m->duration_min;
    n->sequence = m->sequence;
    n->recorded = m->record_auto;
}

static void put_person(struct notice *n, const struct invitation *i)
{
    COPY(n->about, i->public_id);
    COPY(n->name, i->name);
    COPY(n->mail, i->mail);
    COPY(n->phone, i->phone);
    n->expires_at = i->account == 0 ? i->expires_at : 0;
}

struct notice notice_of(enum notice_kind kind, const struct meeting *m, const struct invitation *i)
{
    struct notice n = {.kind = (int)kind};
    put_meeting(&n, m);
    put_person(&n, i);
    return n;
}

/* An account's link is the meeting's page, which everybody may know. */
static void put_link(struct notice *n, const struct request *rq, const struct invitation *i,
                     const char *link)
{
    if (i->account != 0)
        (void)snprintf(n->link, sizeof(n->link), "%s/m/%s",
                       ((const struct api *)rq->app)->cfg.public_url, n->meeting);
    else
        COPY(n->link, link);
}

enum err tell_invited(struct request *rq, const struct meeting *m, const struct invitation *i,
                      enum notice_kind kind, const char *link, const char *reason)
{
    const struct post post = request_post(rq);
    struct notice n = notice_of(kind, m, i);
    unsigned ways = 0;
    put_link(&n, rq, i, link);
    COPY(n.reason, reason);
    return notice_put(rq->db, &post, &n, rq->now_ms, &ways); /* Sent: the sender puts it down. */
}

struct telling {
    struct request *rq;
    const struct meeting *m;
    enum notice_kind kind;
    const char *reason;
    enum err e;
};

static void tell_one(void *arg, const struct invitation *i)
{
    struct telling *t = (struct telling *)arg;
    if (t->e == ERR_OK && invitation_state(i, t->rq->now_ms) < INVITATION_EXPIRED)
        t->e = tell_invited(t->rq, t->m, i, t->kind, "", t->reason);
}

enum err tell_all_invited(struct request *rq, const struct meeting *m, enum notice_kind kind,
                          const char *reason)
{
    struct telling t = {.rq = rq, .m = m, .kind = kind, .reason = reason};
    enum err e = invitation_each(rq->db, m->id, tell_one, &t);
    return e != ERR_OK ? e : t.e;
}

enum err tell_linked(struct request *rq, const struct project *p, const struct project_link *l,
                     const char *url)
{
    const struct post post = request_post(rq);
    struct notice n = {.kind = NOTICE_PROJECT_LINK, .expires_at = l->expires_at};
    unsigned ways = 0;
    COPY(n.about, l->public_id);
    COPY(n.name, l->name);
    COPY(n.mail, l->mail);
    COPY(n.phone, l->phone);
    COPY(n.link, url);
    COPY(n.host, l->created_by);
    COPY(n.project, p->f.title);
    return notice_put(rq->db, &post, &n, rq->now_ms, &ways);
}
