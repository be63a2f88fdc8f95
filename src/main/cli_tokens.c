/* Tokens of the API by the command line: for whoever keeps the machine. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "cli_priv.h"
#include "db/db.h"
#include "domain/tokens.h"

enum { DAYS = 90, DAY_MS = 86400000 };

static enum err audit(struct cli *c, const char *what, const char *token, const char *detail)
{
    const struct audit entry = {
        .who = "yunjian", .what = what, .object = token, .client = "local", .detail = detail};
    return audit_put(c->db, &entry, clock_wall_ms());
}

/* What the role has nothing of is refused here as by the server. */
static const char *refused(const struct account *a, unsigned scopes)
{
    static char why[100];
    for (unsigned s = 0; s < SCOPE_N; s++)
        if ((scopes >> s & 1u) != 0 && !scope_fits(a->role, (enum scope)s)) {
            (void)snprintf(why, sizeof(why), "the role of this account has nothing of %s",
                           scope_words[s]);
            return why;
        }
    return a->disabled_at != 0 ? "this account is disabled" : NULL;
}

static enum err add(struct cli *c, struct api_token *t, char secret[API_TOKEN_LEN + 1])
{
    char detail[LOGIN_LEN + SCOPES_LEN + 4], scopes[SCOPES_LEN + 1];
    scopes_text(scopes, t->scopes);
    (void)snprintf(detail, sizeof(detail), "%s, %s", t->login, scopes);
    AUTO(db_rollback) struct tx tx = {0};
    enum err e = db_begin(&tx, c->db);
    if (e == ERR_OK)
        e = api_token_add(c->db, t, secret, clock_wall_ms());
    if (e == ERR_OK)
        e = audit(c, "token.add", t->public_id, detail);
    return e == ERR_OK ? db_commit(&tx) : e;
}

int token_add(struct cli *c)
{
    struct account a;
    struct api_token t = {.made_by = "yunjian"};
    char secret[API_TOKEN_LEN + 1];
    int days = cli_number(c, 5, DAYS);
    if (c->argc < 5 || days < 1 || days > API_TOKEN_DAYS_MAX ||
        scopes_parse(&t.scopes, cli_arg(c, 4)) != ERR_OK)
        return cli_fail("usage: yunjian token add LOGIN NAME \"SCOPE SCOPE ...\" [DAYS, at most "
                        "366]; the scopes are in docs/api.md",
                        ERR_INVAL);
    enum err e = account_by_login(c->db, &a, cli_arg(c, 2));
    if (e != ERR_OK)
        return cli_fail("there is no such login; `yunjian user list` shows all", e);
    const char *why = refused(&a, t.scopes);
    if (why != NULL)
        return cli_fail(why, ERR_INVAL);
    t.account = a.id;
    t.expires_at = clock_wall_ms() + (int64_t)days * DAY_MS;
    (void)snprintf(t.name, sizeof(t.name), "%.80s", cli_arg(c, 3));
    (void)snprintf(t.login, sizeof(t.login), "%s", a.login);
    e = add(c, &t, secret);
    if (e != ERR_OK)
        return cli_fail(
            e == ERR_LIMIT ? "the account has too many tokens" : "the token was not made", e);
    if (c->json)
        return cli_print(json_pack("{s:s,s:s}", "token", t.public_id, "secret", secret));
    printf("%s\n%s\n", t.public_id, secret);
    return 0;
}

/* ---- listing and revoking ---------------------------------------------------------------------
 */

struct listing {
    bool json;
    json_t *list;
    int64_t last, now;
    size_t n;
};

static void list_one(void *arg, const struct api_token *t)
{
    struct listing *l = (struct listing *)arg;
    char scopes[SCOPES_LEN + 1], until[CLOCK_TEXT_MAX];
    const char *state = t->revoked_at != 0        ? "revoked"
                        : t->expires_at <= l->now ? "expired"
                                                  : "good";
    l->n++;
    l->last = t->id;
    scopes_text(scopes, t->scopes);
    clock_rfc3339(until, t->expires_at);
    if (!l->json)
        printf("%s  %-8s  until %s  %-16s  %s: %s\n", t->public_id, state, until, t->login, t->name,
               scopes);
    else
        (void)json_array_append_new(l->list,
                                    json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "token", t->public_id,
                                              "name", t->name, "login", t->login, "scopes", scopes,
                                              "state", state, "expires_at", until));
}

int token_list(struct cli *c)
{
    enum { PAGE = 200 };
    struct listing l = {
        .json = c->json, .list = json_array(), .last = INT64_MAX, .now = clock_wall_ms()};
    enum err e = ERR_OK;
    do {
        l.n = 0;
        const struct api_token_query q = {.before = l.last, .limit = PAGE};
        e = api_token_list(c->db, &q, list_one, &l);
    } while (e == ERR_OK && l.n == PAGE);
    if (e == ERR_OK && c->json)
        return cli_print(l.list);
    json_decref(l.list);
    return e == ERR_OK ? 0 : cli_fail("the tokens could not be read", e);
}

int token_revoke(struct cli *c)
{
    AUTO(db_rollback) struct tx tx = {0};
    enum err e = db_begin(&tx, c->db);
    if (e == ERR_OK)
        e = api_token_revoke(c->db, cli_arg(c, 2), 0, clock_wall_ms());
    if (e == ERR_OK)
        e = audit(c, "token.revoke", cli_arg(c, 2), "");
    if (e == ERR_OK)
        e = db_commit(&tx);
    if (e != ERR_OK)
        return cli_fail("no token was revoked; `yunjian token list` shows them", e);
    return c->json ? cli_print(json_pack("{s:s,s:b}", "token", cli_arg(c, 2), "revoked", 1)) : 0;
}
