/* Reading the audit log: administrators without content, managers what is of their projects,
 * auditors all. */
#include <stdlib.h>

#include "api_priv.h"
#include "outlines_priv.h"

enum { PAGE = 50 };

struct page {
    json_t *list;
    bool without_content;
};

static void list_entry(void *arg, const struct audit *a)
{
    struct page *p = (struct page *)arg;
    char at[CLOCK_TEXT_MAX];
    bool hide = p->without_content && a->content;
    clock_rfc3339(at, a->at);
    (void)json_array_append_new(
        p->list, json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "entry", (json_int_t)a->id,
                           "at", at, "who", a->who, "login", a->login, "token", a->token_name,
                           "what", a->what, "object", a->object, "client", a->client, "detail",
                           hide ? "" : a->detail, "project", hide ? "" : a->project));
}

/* Times as RFC 3339 has them, from the page in UTC milliseconds. */
static int64_t number_of(const char *text, int64_t otherwise)
{
    char *end = NULL;
    long long v = strtoll(text, &end, 10);
    return text[0] == '\0' || *end != '\0' || v < 0 ? otherwise : v;
}

static enum err audit_get(struct request *rq)
{
    const struct caller *c = (const struct caller *)rq->caller;
    bool all = policy_allows(c->role, REL_NONE, ACT_AUDIT_READ);
    struct page p = {.list = json_array(), .without_content = c->role == ROLE_ADMIN};
    const struct audit_query q = {
        .before = number_of(request_query(rq, "before"), INT64_MAX),
        .from = number_of(request_query(rq, "from_ms"), 0),
        .to = number_of(request_query(rq, "to_ms"), INT64_MAX),
        .what = request_query(rq, "what"),
        .who = request_query(rq, "who"),
        .object = request_query(rq, "object"),
        .manager = all ? 0 : c->account,
        .limit = PAGE + 1,
    };
    enum err e = audit_list(rq->db, &q, list_entry, &p);
    json_t *next = json_null();
    if (json_array_size(p.list) > PAGE) {
        (void)json_array_remove(p.list, PAGE);
        next = json_incref(json_object_get(json_array_get(p.list, PAGE - 1), "entry"));
    }
    rq->answer.body = json_pack("{s:o,s:o}", "entries", p.list, "next", next);
    return e;
}

// clang-format off
const struct route audit_routes[] = {
    {M_GET, "/api/v1/audit", ON_READ, ACT_AUDIT_READ, NULL, audit_get, {200, &o_audit_list, .query = q_audit}},
};
// clang-format on
const size_t audit_routes_n = sizeof(audit_routes) / sizeof(audit_routes[0]);
