/* Project links: made, listed, sent anew, taken back by the project's manager; opened by the person
 * they name, who then sees the project by them. */
#include <string.h>

#include "documents_priv.h"
#include "domain/outbox.h"
#include "domain/stages.h"
#include "meet_priv.h"
#include "outlines_priv.h"

/* ---- by the manager ---------------------------------------------------------------------------
 */

struct in_link {
    int role;
    char name[NAME_LEN + 1], organisation[NAME_LEN + 1];
    char email[MAIL_LEN + 1], phone[PHONE_TYPED_LEN + 1], expires_at[CLOCK_TEXT_MAX];
};
static const char *const link_roles[] = {"designer", "contractor", "customer", NULL};
static const struct field f_link[] = {
    FIELD_WORD(struct in_link, role, link_roles), FIELD_TEXT(struct in_link, name, 1),
    FIELD_TEXT_OPT(struct in_link, organisation), FIELD_TEXT_OPT(struct in_link, email),
    FIELD_TEXT_OPT(struct in_link, phone),        FIELD_TEXT_OPT(struct in_link, expires_at),
};
static const struct shape s_link = SHAPE(struct in_link, f_link);

struct listing {
    json_t *list;
    int64_t now_ms;
};

static void list_link(void *arg, const struct project_link *k)
{
    const struct listing *l = (const struct listing *)arg;
    (void)json_array_append_new(
        l->list,
        json_pack("{s:s,s:s,s:s,s:s,s:s,s:o,s:s,s:o,s:s,s:o,s:o,s:o,s:o,s:o}", "id", k->public_id,
                  "name", k->name, "organisation", k->organisation, "role", role_text(k->role),
                  "email", k->mail, "phone", json_phone(k->phone, false), "state",
                  invitation_state_text(link_state(k, l->now_ms)), "created_at",
                  json_moment(k->created_at), "created_by", k->created_by, "sent_at",
                  json_moment(k->sent_at), "opened_at", json_moment(k->opened_at), "redeemed_at",
                  json_moment(k->redeemed_at), "expires_at", json_moment(k->expires_at),
                  "revoked_at", json_moment(k->revoked_at)));
}

static enum err links_get(struct request *rq)
{
    struct project p;
    enum err e = allowed_project(rq, &p, ACT_PROJECT_READ);
    if (e != ERR_OK)
        return e;
    struct listing l = {json_array(), rq->now_ms};
    e = link_each(rq->db, p.id, list_link, &l);
    rq->answer.body = json_pack("{s:o}", "links", l.list);
    return e;
}

/* The link is told its person, and shown this once. */
static enum err answer_made(struct request *rq, const struct project *p,
                            const struct project_link *l, const char *secret)
{
    char url[URL_MAX];
    (void)snprintf(url, sizeof(url), "%s/p#%s", ((const struct api *)rq->app)->cfg.public_url,
                   secret);
    rq->answer.body = json_pack("{s:s,s:s,s:s,s:s}", "id", l->public_id, "name", l->name, "role",
                                role_text(l->role), "url", url);
    return tell_linked(rq, p, l, url);
}

static enum err links_post(struct request *rq)
{
    const struct in_link *in = (const struct in_link *)rq->in;
    char secret[TOKEN_LEN + 1];
    struct project p;
    enum err e = allowed_project(rq, &p, ACT_PROJECT_EDIT);
    if (e != ERR_OK)
        return e;
    struct project_link l = {.project = p.id, .role = role_from_text(link_roles[in->role])};
    COPY(l.name, in->name);
    COPY(l.organisation, in->organisation);
    COPY(l.created_by, caller_of(rq)->name);
    e = take_contacts(rq, "", in->email, in->phone, l.mail, l.phone);
    if (e == ERR_OK)
        e = take_expiry(rq, "", in->expires_at, &l.expires_at);
    if (e == ERR_OK)
        e = link_add(rq->db, &l, secret, rq->now_ms);
    if (e == ERR_OK)
        e = audit_caller(rq, "link.add", p.public_id, l.public_id);
    if (e != ERR_OK)
        return e;
    rq->answer.status = 201;
    return answer_made(rq, &p, &l, secret);
}

static enum err mine(struct request *rq, struct project *p, struct project_link *l)
{
    enum err e = allowed_project(rq, p, ACT_PROJECT_EDIT);
    return e == ERR_OK ? link_get(rq->db, l, p->id, rq->args[1]) : e;
}

/* One that has run out is sent anew without an end: whoever does it has just decided so. */
static enum err link_resend(struct request *rq)
{
    char secret[TOKEN_LEN + 1];
    struct project p;
    struct project_link l;
    enum err e = mine(rq, &p, &l);
    if (e == ERR_OK && l.expires_at != 0 && l.expires_at <= rq->now_ms)
        l.expires_at = 0;
    if (e == ERR_OK)
        e = link_renew(rq->db, &l, secret);
    if (e == ERR_CONFLICT)
        return answer_error(rq, e, "This link was taken back. Make a new one.");
    if (e == ERR_OK)
        e = audit_caller(rq, "link.resend", p.public_id, l.public_id);
    return e == ERR_OK ? answer_made(rq, &p, &l, secret) : e;
}

static enum err link_revoke_post(struct request *rq)
{
    struct project p;
    struct project_link l;
    enum err e = mine(rq, &p, &l);
    if (e == ERR_OK)
        e = link_revoke(rq->db, l.id, rq->now_ms);
    if (e == ERR_OK) /* A message with it that was not sent yet is of no use any more. */
        e = outbox_withdraw_about(rq->db, l.public_id, "", "revoked", rq->now_ms);
    if (e == ERR_OK) /* What the person is about to upload ends with it, bytes on their way too. */
        e = uploads_revoked(rq, p.id, l.public_id);
    return e == ERR_OK ? audit_caller(rq, "link.revoke", p.public_id, l.public_id) : e;
}

/* ---- by the person ----------------------------------------------------------------------------
 */

static enum err find_link(struct request *rq, struct project_link *l, struct project *p,
                          const char *secret)
{
    struct attempts *tries = ((struct api *)rq->app)->attempts;
    rq->answer.retry_after_s = attempts_wait_s(tries, ATTEMPT_INVITATION, rq->client);
    if (rq->answer.retry_after_s > 0)
        return ERR_LIMIT;
    enum err e = link_find(rq->db, l, secret, rq->now_ms);
    if (e == ERR_NOENT) {
        attempts_failed(tries, ATTEMPT_INVITATION, rq->client);
        return answer_error(rq, e, "This link is not known here. Ask for a new one.");
    }
    if (e == ERR_GONE) {
        enum invitation_state state = link_state(l, rq->now_ms);
        rq->answer.more = json_pack("{s:s}", "state", invitation_state_text(state));
        return answer_error(rq, e,
                            state == INVITATION_REVOKED
                                ? "This link was taken back. Ask the project's manager."
                                : "This link has run out. Ask the project's manager.");
    }
    return e == ERR_OK ? project_get(rq->db, p, l->project_public_id, true, 0) : e;
}

struct in_look {
    char secret[TOKEN_LEN + 1];
};
static const struct field f_look[] = {FIELD_TEXT(struct in_look, secret, TOKEN_LEN)};
static const struct shape s_look = SHAPE(struct in_look, f_look);

static enum err link_look(struct request *rq)
{
    struct project_link l;
    struct project p;
    enum err e = find_link(rq, &l, &p, ((const struct in_look *)rq->in)->secret);
    if (e != ERR_OK)
        return e;
    if (l.opened_at == 0 && !rq->again) { /* The first look is put down. */
        rq->answer.write = true;
        return ERR_OK;
    }
    if (l.opened_at == 0)
        e = link_mark(rq->db, l.id, INVITATION_MARK_OPENED, rq->now_ms);
    if (e == ERR_OK && l.opened_at == 0)
        e = audit_add(rq->db, rq->now_ms, l.name, "link.open", p.public_id, rq->client);
    if (e == ERR_OK)
        rq->answer.body = json_pack("{s:{s:s},s:s,s:s,s:s,s:o,s:s,s:o}", "project", "title",
                                    p.f.title, "name", l.name, "organisation", l.organisation,
                                    "role", role_text(l.role), "phone", json_phone(l.phone, false),
                                    "state", invitation_state_text(link_state(&l, rq->now_ms)),
                                    "expires_at", json_moment(l.expires_at));
    return e;
}

struct in_redeem {
    char secret[TOKEN_LEN + 1], name[NAME_LEN + 1], organisation[NAME_LEN + 1];
    char phone[PHONE_TYPED_LEN + 1];
};
static const struct field f_redeem[] = {
    FIELD_TEXT(struct in_redeem, secret, TOKEN_LEN),
    FIELD_TEXT(struct in_redeem, name, 1),
    FIELD_TEXT(struct in_redeem, organisation, 0),
    FIELD_TEXT_OPT(struct in_redeem, phone),
};
static const struct shape s_redeem = SHAPE(struct in_redeem, f_redeem);

/* The number that the link was made with need not be typed again; without any nobody comes in. */
static enum err take_stated(struct request *rq, const struct in_redeem *in,
                            const struct project_link *l, struct link_session *s)
{
    if (!phone_take(s->phone, in->phone))
        return answer_error(rq, ERR_INVAL, "phone: is no telephone number");
    if (s->phone[0] == '\0')
        COPY(s->phone, l->phone);
    if (s->phone[0] == '\0')
        return answer_error(rq, ERR_INVAL, "phone: is missing");
    s->link = l->id;
    s->identity = identity_of_link(l->name, in->name);
    COPY(s->name, in->name);
    COPY(s->organisation, in->organisation);
    return ERR_OK;
}

static enum err link_redeem(struct request *rq)
{
    const struct in_redeem *in = (const struct in_redeem *)rq->in;
    const struct origin from = request_origin(rq, "link");
    char token[TOKEN_LEN + 1];
    struct project_link l;
    struct project p;
    struct link_session s = {.id = 0};
    enum err e = find_link(rq, &l, &p, in->secret);
    if (e == ERR_OK)
        e = take_stated(rq, in, &l, &s);
    if (e == ERR_OK)
        e = link_session_open(rq->db, &s, &from, token, rq->now_ms);
    if (e == ERR_OK)
        e = link_mark(rq->db, l.id, INVITATION_MARK_REDEEMED, rq->now_ms);
    if (e == ERR_OK)
        e = audit_add(rq->db, rq->now_ms, s.name, "link.redeem", p.public_id, rq->client);
    if (e != ERR_OK)
        return e;
    COPY(rq->answer.set_session, token);
    rq->answer.status = 201;
    rq->answer.body = json_pack("{s:s,s:s,s:s}", "token", token, "project", p.public_id, "identity",
                                identity_text(s.identity));
    return ERR_OK;
}

/* ---- what a link is for -----------------------------------------------------------------------
 */

static json_t *json_linked(const struct project *p)
{
    char on[DAY_TEXT_MAX];
    day_text(on, p->stage_on);
    return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "id", p->public_id, "number", p->f.number,
                     "title", p->f.title, "customer", p->f.customer, "stage", stage_text(p->stage),
                     "stage_on", on, "manager", p->manager_name);
}

static enum err link_get_page(struct request *rq)
{
    const struct caller *c = caller_of(rq);
    struct project p;
    if (c->link.id == 0 || !policy_allows(c->role, REL_LINKED, ACT_LINK_READ))
        return ERR_DENIED;
    enum err e = project_get(rq->db, &p, c->link.project_public_id, true, 0);
    if (e == ERR_OK)
        e = answer_meetings_of(rq, p.id);
    if (e != ERR_OK)
        return e;
    json_t *o = rq->answer.body;
    (void)json_object_set_new(o, "project", json_linked(&p));
    (void)json_object_set_new(
        o, "person",
        json_pack("{s:s,s:s,s:s,s:s,s:o}", "name", c->link.name, "organisation",
                  c->link.organisation, "role", role_text(c->role), "identity",
                  identity_text(c->link.identity), "phone", json_phone(c->link.phone, false)));
    (void)json_object_set_new(
        o, "rights",
        json_pack("{s:b}", "upload", (int)policy_allows(c->role, REL_LINKED, ACT_COMMENT_ANSWER)));
    return ERR_OK;
}

// clang-format off
const struct route link_routes[] = {
    {M_GET, "/api/v1/projects/{id}/links", ON_READ, ACT_PROJECT_READ, NULL, links_get, {200, &o_link_list}},
    {M_POST, "/api/v1/projects/{id}/links", ON_WRITE, ACT_PROJECT_EDIT, &s_link, links_post,
     {201, &o_link_made, .flags = REPLY_SECRET}},
    {M_POST, "/api/v1/projects/{id}/links/{link}/resend", ON_WRITE, ACT_PROJECT_EDIT, NULL, link_resend,
     {200, &o_link_made, .flags = REPLY_SECRET, .also = "409"}},
    {M_POST, "/api/v1/projects/{id}/links/{link}/revoke", ON_WRITE, ACT_PROJECT_EDIT, NULL, link_revoke_post,
     {204}},
    {M_POST, "/api/v1/links/look", ON_READ, ACT_ANYBODY, &s_look, link_look,
     {200, &o_link_look, .flags = REPLY_LIMITED, .also = "404 410"}},
    {M_POST, "/api/v1/links/redeem", ON_WRITE, ACT_ANYBODY, &s_redeem, link_redeem,
     {201, &o_link_ticket, .flags = REPLY_SECRET | REPLY_LIMITED, .also = "404 410"}},
    {M_GET, "/api/v1/link", ON_READ, ACT_LINK_READ, NULL, link_get_page, {200, &o_link_page, .query = q_project_meetings}},
};
// clang-format on
const size_t link_routes_n = sizeof(link_routes) / sizeof(link_routes[0]);
