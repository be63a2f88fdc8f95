/* Who is calling: a session of an account, or a participant's token. What the caller may is the
 * policy's to say. */
#include <string.h>

#include "base/mem.h"
#include "crypto/hash.h"
#include "meet_priv.h"

/* Never from a cookie: no page of another site can send it unasked. */
static enum err find_token(struct request *rq, struct caller *c)
{
    enum err e = rq->bearer ? api_token_find(rq->db, &c->t, rq->token, rq->now_ms) : ERR_AUTH;
    if (e != ERR_OK)
        return e;
    c->account = c->t.account;
    c->role = c->t.role;
    COPY(c->name, c->t.account_name);
    return ERR_OK;
}

static enum err find_caller(struct request *rq, struct caller *c)
{
    if (rq->token[0] == '\0')
        return ERR_AUTH;
    if (strncmp(rq->token, API_TOKEN_PREFIX, sizeof(API_TOKEN_PREFIX) - 1) == 0)
        return find_token(rq, c);
    enum err e = session_find(rq->db, &c->s, rq->token, rq->now_ms);
    if (e == ERR_OK) {
        c->account = c->s.account;
        c->role = c->s.role;
        COPY(c->name, c->s.name);
        return e;
    }
    e = participant_find(rq->db, &c->p, rq->token, rq->now_ms);
    if (e == ERR_OK) {
        c->participant = true;
        c->account = c->p.account;
        c->role = c->p.role;
        COPY(c->name, c->p.name);
        return e;
    }
    e = link_session_find(rq->db, &c->link, rq->token, rq->now_ms);
    if (e != ERR_OK)
        return ERR_AUTH;
    c->role = c->link.role;
    COPY(c->name, c->link.name);
    return ERR_OK;
}

static bool is_of(const struct caller *c, const struct meeting *m)
{
    return strcmp(c->p.meeting_public_id, m->public_id) == 0;
}

enum err caller_standing(struct request *rq, struct standing *out, const struct meeting *m)
{
    const struct caller *c = caller_of(rq);
    if (!c->participant)
        return meeting_standing(rq->db, out, m, c->account, c->role);
    *out = (struct standing){is_of(c, m) ? participant_relation(&c->p) : REL_NONE, c->role};
    return ERR_OK;
}

enum relation caller_relation(struct request *rq, const struct meeting *m)
{
    struct standing st;
    return caller_standing(rq, &st, m) == ERR_OK ? st.relation : REL_NONE;
}

bool caller_hosts(const struct caller *c, const struct meeting *m)
{
    if (c->participant)
        return is_of(c, m) && c->p.host;
    return m->host != 0 && m->host == c->account;
}

enum err allowed_project(struct request *rq, struct project *p, enum action act)
{
    const struct caller *c = caller_of(rq);
    if (c->participant || c->account == 0)
        return ERR_DENIED;
    bool everything = policy_allows(c->role, REL_NONE, ACT_PROJECT_READ);
    enum err e = project_get(rq->db, p, rq->args[0], everything, c->account);
    if (e != ERR_OK)
        return e;
    enum relation rel = p->manager == c->account ? REL_OWN : REL_NONE;
    return policy_allows(c->role, rel, act) ? ERR_OK : ERR_DENIED;
}

enum relation caller_project_relation(const struct caller *c, const struct project *p)
{
    if (c->link.id != 0)
        return c->link.project == p->id ? REL_LINKED : REL_NONE;
    return !c->participant && p->manager != 0 && p->manager == c->account ? REL_OWN : REL_NONE;
}

/* Some relation would allow it: which one holds is checked by the handler, which knows the thing.
 */
static bool may_at_all(enum role role, enum action act)
{
    for (int rel = REL_NONE; rel < REL_N; rel++)
        if (policy_allows(role, (enum relation)rel, act))
            return true;
    return false;
}

/* Until a session has given what it owes, it reaches nothing but the way to give it. */
static enum err check_owed(struct request *rq, const struct caller *c, enum action act)
{
    static const struct {
        enum action way;
        const char *text;
    } rows[] = {
        [OWES_NOTHING] = {ACT_SESSION, ""},
        [OWES_SECOND] = {ACT_SESSION, "Give the code of your second factor first."},
        [OWES_PASSWORD] = {ACT_OWN_PASSWORD, "Choose a password of your own first."},
        [OWES_ENROL] = {ACT_OWN_SECOND, "Set up a second factor first: your role requires it."},
    };
    if (c->s.owes == OWES_NOTHING || act == ACT_SESSION || act == rows[c->s.owes].way)
        return ERR_OK;
    return answer_error(rq, ERR_DENIED, rows[c->s.owes].text);
}

static enum err check_right(struct request *rq, const struct caller *c, enum action act)
{
    if (c->t.id != 0 && !scopes_allow(c->t.scopes, act))
        return answer_error(rq, ERR_DENIED, "No scope of this token is for this.");
    enum err e = check_owed(rq, c, act);
    if (e != ERR_OK)
        return e;
    bool of_account = act == ACT_SELF || act == ACT_OWN_PASSWORD || act == ACT_OWN_SECOND;
    if (c->link.id != 0) /* A project link reaches what the table gives it, and no more. */
        return !of_account && policy_allows(c->role, REL_LINKED, act) ? ERR_OK : ERR_DENIED;
    if (c->participant && (of_account || (!policy_is_door(act) && !policy_is_of_meeting(act))))
        return ERR_DENIED;
    return may_at_all(c->role, act) ? ERR_OK : ERR_DENIED;
}

/* A reader of numbers is no account. */
static bool is_metrics_token(const struct request *rq)
{
    const char *want = ((const struct api *)rq->app)->cfg.conf->metrics_token;
    size_t n = strlen(want);
    return n > 0 && strlen(rq->token) == n && hash_equal(rq->token, want, n);
}

enum err api_authorise(struct request *rq)
{
    enum action act = (enum action)rq->route->right;
    struct caller *c = (struct caller *)mem_zalloc(1, sizeof(*c));
    mem_free(rq->caller);
    rq->caller = c;
    if (c == NULL)
        return ERR_NOMEM;
    if (act == ACT_METRICS && is_metrics_token(rq))
        return ERR_OK;
    enum err e = find_caller(rq, c);
    if (act == ACT_ANYBODY)
        return ERR_OK;
    return e != ERR_OK ? e : check_right(rq, c, act);
}

enum err audit_caller(struct request *rq, const char *what, const char *object, const char *detail)
{
    const struct caller *c = (const struct caller *)rq->caller;
    const struct audit a = {.who = c->name,
                            .what = what,
                            .object = object,
                            .client = rq->client,
                            .detail = detail,
                            .account = c->account,
                            .token = c->t.id};
    const struct events ev = request_events(rq);
    enum err e = audit_put(rq->db, &a, rq->now_ms);
    return e == ERR_OK ? event_of_audit(&ev, what, object) : e;
}

struct origin request_origin(const struct request *rq, const char *via)
{
    return (struct origin){.client = rq->client, .agent = rq->agent, .via = via};
}
