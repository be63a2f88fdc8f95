/* Sessions that have ended end the presence of who came in by them, at once. */
#include "documents_priv.h"

static bool is_meant(const struct participant *p, int64_t account, int64_t only, int64_t but)
{
    if (p->account != account)
        return false;
    return only != 0 ? p->session == only : p->session != but || but == 0;
}

static void put_off(struct person *p)
{
    struct conn *c = p->conn;
    person_out(p, "left", "signed_out");
    if (c != NULL && c->ws != NULL)
        ws_close(c->ws, 4001, "signed out");
}

void api_sessions_ended(struct api *a, int64_t account, int64_t only, int64_t but)
{
    a->endings++;
    for (struct live *l = a->lives; l != NULL; l = l->next)
        for (struct person *p = l->persons, *next = NULL; p != NULL; p = next) {
            next = p->next;
            if (is_meant(&p->who, account, only, but))
                put_off(p);
        }
}

void api_invitation_revoked(struct api *a, int64_t meeting, int64_t invitation, int64_t account)
{
    char owner[UPLOAD_OWNER_LEN + 1];
    const struct uploader by_it = {.account = account, .invitation = invitation};
    upload_owner(owner, &by_it);
    if (account == 0) /* else it would be all uploads of the account */
        claims_stop_owner(desk_claims(a->desk), owner);
    a->endings++;
    for (struct live *l = a->lives; l != NULL; l = l->next)
        for (struct person *p = l->persons, *next = NULL; p != NULL; p = next) {
            next = p->next;
            bool by_account = account != 0 && p->who.account == account;
            if (l->m.id == meeting && (p->who.invitation == invitation || by_account))
                put_off(p);
        }
}

void api_account_disabled(struct api *a, int64_t account)
{
    api_sessions_ended(a, account, 0, 0);
    whip_account_ended(a, account);
}

static void after(const struct request *rq)
{
    const int64_t *about = rq->answer.about;
    api_sessions_ended((struct api *)rq->app, about[0], about[1], about[2]);
}

void sessions_ended(struct request *rq, int64_t account, int64_t only, int64_t but)
{
    rq->answer.after = after;
    rq->answer.about[0] = account;
    rq->answer.about[1] = only;
    rq->answer.about[2] = but;
}

static void after_disabled(const struct request *rq)
{
    api_account_disabled((struct api *)rq->app, rq->answer.about[0]);
}

enum err account_ended(struct request *rq, int64_t account)
{
    sessions_ended(rq, account, 0, 0);
    rq->answer.after = after_disabled;
    enum err e = api_token_revoke_all(rq->db, account, rq->now_ms);
    return e == ERR_OK ? device_token_revoke_all(rq->db, account, rq->now_ms) : e;
}
