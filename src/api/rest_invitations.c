/* Invitations: made, listed, sent anew, taken back; and the ways into a meeting. */
#include <string.h>

#include "db/db.h"
#include "meet_priv.h"
#include "outlines_priv.h"

#define DAY_MS INT64_C(86400000)

/* ---- one person -------------------------------------------------------------------------------
 */

const char *const person_roles[] = {"", "customer", "designer", "contractor", "expert", NULL};
static const struct field f_person[] = {
    FIELD_TEXT_OPT(struct in_person, account),
    {.type = SHAPE_WORD,
     .name = "role",
     .offset = offsetof(struct in_person, role),
     .words = person_roles,
     .optional = true},
    FIELD_TEXT_OPT(struct in_person, name),
    FIELD_TEXT_OPT(struct in_person, organisation),
    FIELD_TEXT_OPT(struct in_person, email),
    FIELD_TEXT_OPT(struct in_person, phone),
    FIELD_TEXT_OPT(struct in_person, expires_at),
};
const struct shape s_person = SHAPE(struct in_person, f_person);

static enum err wrong(struct request *rq, const char *where, const char *what)
{
    char text[ROUTE_DETAIL_MAX];
    (void)snprintf(text, sizeof(text), "%s%s", where, what);
    return answer_error(rq, ERR_INVAL, text);
}

enum err take_contacts(struct request *rq, const char *where, const char *email, const char *typed,
                       char mail[MAIL_LEN + 1], char phone[PHONE_LEN + 1])
{
    if (email[0] != '\0' && !mail_is(email))
        return wrong(rq, where, "email: is no mail address");
    if (!phone_take(phone, typed))
        return wrong(rq, where, "phone: is no telephone number");
    (void)snprintf(mail, MAIL_LEN + 1, "%s", email);
    return ERR_OK;
}

enum err take_expiry(struct request *rq, const char *where, const char *text, int64_t *out)
{
    int64_t at = 0;
    if (text[0] == '\0')
        return ERR_OK;
    if (!clock_from_rfc3339(text, &at))
        return wrong(rq, where, "expires_at: must be like 2026-11-26T02:00:00.000Z");
    if (at <= rq->now_ms)
        return wrong(rq, where, "expires_at: lies in the past");
    *out = at;
    return ERR_OK;
}

/* Name and organisation are the account's; whoever is a manager elsewhere takes part as an expert.
 */
static enum err take_account(struct request *rq, const struct meeting *m, const char *where,
                             const char *id, struct invitation *i)
{
    struct account a;
    enum err e = account_by_public_id(rq->db, &a, id);
    if (e == ERR_NOENT || (e == ERR_OK && a.disabled_at != 0))
        return wrong(rq, where, "account: there is no such account");
    if (e != ERR_OK)
        return e;
    if (a.role != ROLE_MANAGER && a.role != ROLE_EXPERT && a.role != ROLE_SUPERVISOR)
        return wrong(rq, where, "account: this role takes no part in meetings");
    if (a.id == m->host || a.id == m->project_manager)
        return wrong(rq, where, "account: the host and the project's manager need no invitation");
    i->account = a.id;
    i->role = a.role == ROLE_MANAGER ? ROLE_EXPERT : a.role;
    COPY(i->name, a.name);
    COPY(i->organisation, a.organisation);
    return ERR_OK;
}

static enum err take_person(struct request *rq, const struct meeting *m, const char *where,
                            const struct in_person *in, struct invitation *i)
{
    int64_t from = m->starts_at > rq->now_ms ? m->starts_at : rq->now_ms;
    *i = (struct invitation){.meeting = m->id, .expires_at = from + INVITATION_DAYS * DAY_MS};
    enum err e = take_contacts(rq, where, in->email, in->phone, i->mail, i->phone);
    if (e == ERR_OK)
        e = take_expiry(rq, where, in->expires_at, &i->expires_at);
    if (e != ERR_OK)
        return e;
    if (in->account[0] != '\0')
        return take_account(rq, m, where, in->account, i);
    if (in->role == 0)
        return wrong(rq, where, "role: is missing");
    i->role = role_from_text(person_roles[in->role]);
    COPY(i->name, in->name);
    COPY(i->organisation, in->organisation);
    return ERR_OK;
}

static void put_url(const struct request *rq, const struct invitation *i, const char *secret,
                    char url[URL_MAX])
{
    const char *base = ((const struct api *)rq->app)->cfg.public_url;
    if (i->account != 0)
        (void)snprintf(url, URL_MAX, "%s/m/%s", base, i->meeting_public_id);
    else
        (void)snprintf(url, URL_MAX, "%s/j#%s", base, secret);
}

enum err invite(struct request *rq, const struct meeting *m, const struct in_person *in,
                const char *where, json_t **made)
{
    struct invitation i;
    char secret[TOKEN_LEN + 1], url[URL_MAX];
    enum err e = take_person(rq, m, where, in, &i);
    if (e == ERR_OK)
        e = invitation_add(rq->db, &i, secret, rq->now_ms);
    if (e == ERR_CONFLICT)
        return answer_error(rq, e, "account: is invited already");
    if (e != ERR_OK)
        return e;
    COPY(i.meeting_public_id, m->public_id);
    put_url(rq, &i, secret, url);
    e = audit_caller(rq, "invitation.add", m->public_id, i.public_id);
    if (e == ERR_OK)
        e = tell_invited(rq, m, &i, NOTICE_INVITATION, url, "");
    if (e != ERR_OK)
        return e;
    *made = json_pack("{s:s,s:s,s:s,s:b,s:s}", "id", i.public_id, "name", i.name, "role",
                      role_text(i.role), "account", (int)(i.account != 0), "url", url);
    return ERR_OK;
}

/* ---- by who schedules -------------------------------------------------------------------------
 */

struct listing {
    json_t *list;
    int64_t now_ms;
    bool host;
};

static void list_invitation(void *arg, const struct invitation *i)
{
    const struct listing *l = (const struct listing *)arg;
    (void)json_array_append_new(
        l->list,
        json_pack("{s:s,s:s,s:s,s:s,s:b,s:b,s:s,s:o,s:s,s:o,s:o,s:o,s:o,s:o,s:o}", "id",
                  i->public_id, "name", i->name, "organisation", i->organisation, "role",
                  role_text(i->role), "host", (int)i->host, "account", (int)(i->account != 0),
                  "email", i->mail, "phone", json_phone(i->phone, l->host), "state",
                  invitation_state_text(invitation_state(i, l->now_ms)), "created_at",
                  json_moment(i->created_at), "sent_at", json_moment(i->sent_at), "opened_at",
                  json_moment(i->opened_at), "redeemed_at", json_moment(i->redeemed_at),
                  "expires_at", json_moment(i->expires_at), "revoked_at",
                  json_moment(i->revoked_at)));
}

static enum err invitations_get(struct request *rq)
{
    struct meeting m;
    enum err e = allowed_meeting(rq, &m, ACT_MEETING_SCHEDULE);
    if (e != ERR_OK)
        return e;
    struct listing l = {json_array(), rq->now_ms, caller_hosts(caller_of(rq), &m)};
    e = invitation_each(rq->db, m.id, list_invitation, &l);
    rq->answer.body = json_pack("{s:o}", "invitations", l.list);
    return e;
}

/* The meeting of the path, when the caller may invite to it still. */
static enum err open_to_invite(struct request *rq, struct meeting *m)
{
    enum err e = allowed_meeting(rq, m, ACT_MEETING_SCHEDULE);
    return e == ERR_OK && meeting_is_over(m) ? answer_over(rq, m) : e;
}

static enum err invitations_post(struct request *rq)
{
    struct meeting m;
    json_t *made = NULL;
    enum err e = open_to_invite(rq, &m);
    if (e == ERR_OK)
        e = invite(rq, &m, (const struct in_person *)rq->in, "", &made);
    rq->answer.status = e == ERR_OK ? 201 : rq->answer.status;
    rq->answer.body = made;
    return e;
}

static enum err invitation_resend(struct request *rq)
{
    char secret[TOKEN_LEN + 1], url[URL_MAX];
    struct meeting m;
    struct invitation i;
    enum err e = open_to_invite(rq, &m);
    if (e == ERR_OK)
        e = invitation_get(rq->db, &i, m.id, rq->args[1]);
    if (e == ERR_OK)
        e = invitation_renew(rq->db, &i, secret, rq->now_ms);
    if (e == ERR_CONFLICT)
        return answer_error(rq, e, "This invitation was taken back. Invite anew.");
    if (e != ERR_OK)
        return e;
    put_url(rq, &i, secret, url);
    e = audit_caller(rq, "invitation.resend", m.public_id, i.public_id);
    if (e == ERR_OK)
        e = tell_invited(rq, &m, &i, NOTICE_INVITATION, url, "");
    if (e != ERR_OK)
        return e;
    rq->answer.body = json_pack("{s:s,s:s,s:s,s:b,s:s}", "id", i.public_id, "name", i.name, "role",
                                role_text(i.role), "account", (int)(i.account != 0), "url", url);
    return ERR_OK;
}

static void after_revoke(const struct request *rq)
{
    api_invitation_revoked((struct api *)rq->app, rq->answer.about[0], rq->answer.about[1],
                           rq->answer.about[2]);
}

static enum err invitation_revoke_post(struct request *rq)
{
    struct meeting m;
    struct invitation i;
    enum err e = allowed_meeting(rq, &m, ACT_MEETING_SCHEDULE);
    if (e == ERR_OK)
        e = invitation_get(rq->db, &i, m.id, rq->args[1]);
    if (e != ERR_OK)
        return e;
    bool tell = i.revoked_at == 0 && !meeting_is_over(&m);
    e = invitation_revoke(rq->db, i.id, rq->now_ms);
    if (e == ERR_OK)
        e = audit_caller(rq, "invitation.revoke", m.public_id, i.public_id);
    if (e == ERR_OK && tell)
        e = tell_invited(rq, &m, &i, NOTICE_REVOKED, "", "");
    if (e != ERR_OK)
        return e;
    rq->answer.after = after_revoke;
    rq->answer.about[0] = m.id;
    rq->answer.about[1] = i.id;
    rq->answer.about[2] = i.account;
    return ERR_OK;
}

/* ---- by who was invited -----------------------------------------------------------------------
 */

struct in_secret {
    char secret[TOKEN_LEN + 1];
};
static const struct field f_secret[] = {FIELD_TEXT(struct in_secret, secret, TOKEN_LEN)};
static const struct shape s_secret = SHAPE(struct in_secret, f_secret);

/* Who holds a true link is told whom to ask. */
static enum err answer_gone(struct request *rq, const struct invitation *i)
{
    enum invitation_state state = invitation_state(i, rq->now_ms);
    struct meeting m;
    enum err e = meeting_get(rq->db, &m, i->meeting_public_id);
    if (e != ERR_OK)
        return e;
    rq->answer.more =
        json_pack("{s:s,s:s}", "state", invitation_state_text(state), "host_name", m.host_name);
    return answer_error(rq, ERR_GONE,
                        state == INVITATION_REVOKED
                            ? "This invitation was taken back. Ask whoever invited you."
                            : "This link has run out. Ask for a new one.");
}

/* Who guesses has to wait; who has a true link meanwhile from the same address as well. */
enum err find_invitation(struct request *rq, struct invitation *i, struct meeting *m,
                         const char *secret)
{
    struct attempts *tries = ((struct api *)rq->app)->attempts;
    rq->answer.retry_after_s = attempts_wait_s(tries, ATTEMPT_INVITATION, rq->client);
    if (rq->answer.retry_after_s > 0)
        return ERR_LIMIT;
    enum err e = invitation_find(rq->db, i, secret, rq->now_ms);
    if (e == ERR_NOENT) {
        attempts_failed(tries, ATTEMPT_INVITATION, rq->client);
        return answer_error(rq, e, "This link is not known here. Ask for a new one.");
    }
    if (e == ERR_GONE)
        return answer_gone(rq, i);
    return e == ERR_OK ? meeting_get(rq->db, m, i->meeting_public_id) : e;
}

/* A number that the invitation was made with need only be confirmed. */
static bool needs_phone(const struct invitation *i)
{
    return role_is_guest(i->role) && i->phone[0] == '\0';
}

static json_t *json_look(const struct request *rq, const struct invitation *i,
                         const struct meeting *m)
{
    json_t *o = json_meeting_page(rq, m);
    (void)json_object_set_new(o, "agenda", json_string(m->agenda));
    (void)json_object_set_new(o, "role", json_string(role_text(i->role)));
    (void)json_object_set_new(o, "host", json_boolean(i->host));
    (void)json_object_set_new(o, "name", json_string(i->name));
    (void)json_object_set_new(o, "organisation", json_string(i->organisation));
    (void)json_object_set_new(o, "phone", json_phone(i->phone, false));
    (void)json_object_set_new(o, "phone_needed", json_boolean(needs_phone(i)));
    (void)json_object_set_new(o, "expires_at", json_moment(i->expires_at));
    return o;
}

static enum err invitation_look(struct request *rq)
{
    const struct in_secret *in = (const struct in_secret *)rq->in;
    struct invitation i;
    struct meeting m;
    enum err e = find_invitation(rq, &i, &m, in->secret);
    if (e != ERR_OK)
        return e;
    if (i.opened_at == 0 && !rq->again) { /* The first look is put down. */
        rq->answer.write = true;
        return ERR_OK;
    }
    if (i.opened_at == 0)
        e = invitation_mark(rq->db, i.id, INVITATION_MARK_OPENED, rq->now_ms);
    if (e == ERR_OK && i.opened_at == 0)
        e = audit_add(rq->db, rq->now_ms, i.name, "invitation.open", m.public_id, rq->client);
    if (e == ERR_OK)
        rq->answer.body = json_look(rq, &i, &m);
    return e;
}

struct in_redeem {
    char secret[TOKEN_LEN + 1], name[NAME_LEN + 1], organisation[NAME_LEN + 1];
    char phone[PHONE_TYPED_LEN + 1];
    bool consent;
};
static const struct field f_redeem[] = {
    FIELD_TEXT(struct in_redeem, secret, TOKEN_LEN), FIELD_TEXT(struct in_redeem, name, 1),
    FIELD_TEXT(struct in_redeem, organisation, 0), FIELD_TEXT_OPT(struct in_redeem, phone),
    FIELD_BOOL(struct in_redeem, consent)};
static const struct shape s_redeem = SHAPE(struct in_redeem, f_redeem);

static enum err answer_participant(struct request *rq, struct participant *p)
{
    char token[TOKEN_LEN + 1];
    enum err e = participant_add(rq->db, p, token, rq->now_ms);
    if (e == ERR_OK)
        e = audit_add(rq->db, rq->now_ms, p->name, "participant.consent", p->public_id, rq->client);
    if (e != ERR_OK)
        return e;
    rq->answer.status = 201;
    rq->answer.body =
        json_pack("{s:s,s:s,s:s,s:s}", "token", token, "participant", p->public_id, "meeting",
                  p->meeting_public_id, "identity", identity_text(p->identity));
    return ERR_OK;
}

static enum err check_door(struct request *rq, const struct meeting *m, bool consent)
{
    if (meeting_is_over(m))
        return answer_over(rq, m);
    if (!consent)
        return answer_error(rq, ERR_INVAL, "Entering needs your consent to being recorded.");
    return ERR_OK;
}

/* Who confirms the number that the invitation was made with need not type it again. */
static enum err take_stated(struct request *rq, const struct in_redeem *in,
                            const struct invitation *i, struct participant *p)
{
    if (!phone_take(p->phone, in->phone))
        return answer_error(rq, ERR_INVAL, "phone: is no telephone number");
    if (p->phone[0] == '\0')
        COPY(p->phone, i->phone);
    if (p->phone[0] == '\0' && role_is_guest(i->role))
        return answer_error(rq, ERR_INVAL, "phone: is missing");
    p->identity = identity_of_link(i->name, in->name);
    COPY(p->name, in->name);
    COPY(p->organisation, in->organisation);
    return ERR_OK;
}

static enum err invitation_redeem(struct request *rq)
{
    const struct in_redeem *in = (const struct in_redeem *)rq->in;
    struct invitation i;
    struct meeting m;
    enum err e = find_invitation(rq, &i, &m, in->secret);
    if (e == ERR_OK)
        e = check_door(rq, &m, in->consent);
    if (e != ERR_OK)
        return e;
    struct participant p = {.meeting = m.id, .invitation = i.id, .role = i.role, .host = i.host};
    COPY(p.meeting_public_id, m.public_id);
    e = take_stated(rq, in, &i, &p);
    if (e == ERR_OK)
        e = answer_participant(rq, &p);
    if (e == ERR_OK)
        e = invitation_mark(rq->db, i.id, INVITATION_MARK_REDEEMED, rq->now_ms);
    const char *token = json_string_value(json_object_get(rq->answer.body, "token"));
    if (e == ERR_OK && token != NULL)
        COPY(rq->answer.set_session, token);
    return e;
}

struct in_join {
    bool consent;
};
static const struct field f_join[] = {FIELD_BOOL(struct in_join, consent)};
static const struct shape s_join = SHAPE(struct in_join, f_join);

static bool is_host(const struct meeting *m, int64_t account)
{
    return m->host != 0 ? m->host == account : m->project_manager == account;
}

static enum err meeting_join(struct request *rq)
{
    const struct caller *c = caller_of(rq);
    struct meeting m;
    struct account a;
    struct standing st;
    enum err e = allowed_meeting(rq, &m, ACT_JOIN);
    if (e == ERR_OK)
        e = check_door(rq, &m, ((const struct in_join *)rq->in)->consent);
    if (e == ERR_OK)
        e = c->participant ? ERR_CONFLICT : account_by_id(rq->db, &a, c->account);
    if (e == ERR_OK)
        e = caller_standing(rq, &st, &m);
    if (e != ERR_OK)
        return e;
    struct participant p = {.meeting = m.id,
                            .account = a.id,
                            .session = c->s.id,
                            .role = st.role,
                            .identity = IDENTITY_ACCOUNT,
                            .host = is_host(&m, a.id)};
    COPY(p.name, a.name);
    COPY(p.organisation, a.organisation);
    COPY(p.meeting_public_id, m.public_id);
    return answer_participant(rq, &p);
}

// clang-format off
const struct route invitation_routes[] = {
    {M_GET, "/api/v1/meetings/{id}/invitations", ON_READ, ACT_MEETING_SCHEDULE, NULL, invitations_get,
     {200, &o_invitation_list}},
    {M_POST, "/api/v1/meetings/{id}/invitations", ON_WRITE, ACT_MEETING_SCHEDULE, &s_person, invitations_post,
     {201, &o_invitation_made, .flags = REPLY_SECRET, .also = "409 410"}},
    {M_POST, "/api/v1/meetings/{id}/invitations/{invitation}/resend", ON_WRITE, ACT_MEETING_SCHEDULE, NULL,
     invitation_resend, {200, &o_invitation_made, .flags = REPLY_SECRET, .also = "409 410"}},
    {M_POST, "/api/v1/meetings/{id}/invitations/{invitation}/revoke", ON_WRITE, ACT_MEETING_SCHEDULE, NULL,
     invitation_revoke_post, {204}},
    {M_POST, "/api/v1/meetings/{id}/join", ON_WRITE, ACT_JOIN, &s_join, meeting_join,
     {201, &o_ticket, .flags = REPLY_SECRET, .also = "409 410"}},
    {M_POST, "/api/v1/invitations/look", ON_READ, ACT_ANYBODY, &s_secret, invitation_look,
     {200, &o_invitation, .flags = REPLY_LIMITED, .also = "404 410"}},
    {M_POST, "/api/v1/invitations/redeem", ON_WRITE, ACT_ANYBODY, &s_redeem, invitation_redeem,
     {201, &o_ticket, .flags = REPLY_SECRET | REPLY_LIMITED, .also = "404 410"}},
};
// clang-format on
const size_t invitation_routes_n = sizeof(invitation_routes) / sizeof(invitation_routes[0]);
