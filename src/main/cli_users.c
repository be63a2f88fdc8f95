/* Accounts by the command line: for the first one, and for whoever locked everybody out. */
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli_priv.h"
#include "db/db.h"
#include "domain/devices.h"
#include "domain/second.h"
#include "domain/sessions.h"
#include "domain/tokens.h"
#include "domain/words.h"

enum { PASSWORD_LEN = 200 };

static bool read_password(char *out, size_t cap)
{
    struct termios old, quiet;
    bool tty = tcgetattr(STDIN_FILENO, &old) == 0;
    if (tty) {
        (void)fprintf(stderr, "Password (empty: one is made, to be changed at the first use): ");
        quiet = old;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        (void)tcsetattr(STDIN_FILENO, TCSANOW, &quiet);
    }
    bool fine = fgets(out, (int)cap, stdin) != NULL;
    if (tty) {
        (void)tcsetattr(STDIN_FILENO, TCSANOW, &old);
        (void)fputc('\n', stderr);
    }
    out[fine ? strcspn(out, "\r\n") : 0] = '\0';
    return fine || feof(stdin);
}

/* What was typed, or one that is made: then @p made. */
static int take_password(struct account *a, char password[PASSWORD_LEN], bool *made)
{
    if (!read_password(password, PASSWORD_LEN))
        return cli_fail("the password could not be read", ERR_IO);
    *made = password[0] == '\0';
    if (*made)
        password_make(password);
    const char *why = *made ? NULL : password_refused(password, a->login);
    if (why != NULL)
        return cli_fail(why, ERR_INVAL);
    enum err e = password_hash(a->password, password);
    return e == ERR_OK ? 0 : cli_fail("the password could not be stored", e);
}

/* Every change by the command line is in the audit log, as by "yunjian". */
static enum err audit(struct cli *c, const char *what, const struct account *a)
{
    const struct audit entry = {.who = "yunjian",
                                .what = what,
                                .object = a->public_id,
                                .client = "local",
                                .detail = a->login};
    return audit_put(c->db, &entry, clock_wall_ms());
}

static int show_made(const struct cli *c, const struct account *a, const char *password)
{
    if (c->json)
        return cli_print(json_pack("{s:s,s:s,s:s*}", "account", a->public_id, "login", a->login,
                                   "password", password));
    if (password != NULL)
        printf("%s\n", password);
    return 0;
}

/* ---- making -----------------------------------------------------------------------------------
 */

static enum err add(struct cli *c, struct account *a, const char *organisation)
{
    struct organisation o;
    AUTO(db_rollback) struct tx tx = {0};
    enum err e = db_begin(&tx, c->db);
    if (e == ERR_OK)
        e = organisation_ensure(c->db, &o, organisation, "utility", clock_wall_ms());
    if (e == ERR_OK) {
        (void)snprintf(a->organisation_public_id, sizeof(a->organisation_public_id), "%s",
                       o.public_id);
        e = account_add(c->db, a, clock_wall_ms());
    }
    if (e == ERR_OK)
        e = audit(c, "account.add", a);
    return e == ERR_OK ? db_commit(&tx) : e;
}

int user_add(struct cli *c)
{
    struct account a = {.role = role_from_text(c->argc > 3 ? cli_arg(c, 3) : "manager")};
    char password[PASSWORD_LEN];
    const char *why = login_refused(cli_arg(c, 2));
    if (c->argc < 3 || a.role == ROLE_NOBODY || role_is_guest(a.role))
        return cli_fail("usage: yunjian user add LOGIN "
                        "[manager|expert|supervisor|dispatcher|auditor|admin [NAME "
                        "[ORGANISATION]]]; the password comes from standard input",
                        ERR_INVAL);
    if (why != NULL)
        return cli_fail(why, ERR_INVAL);
    (void)snprintf(a.login, sizeof(a.login), "%.64s", cli_arg(c, 2));
    (void)snprintf(a.name, sizeof(a.name), "%.120s", c->argc > 4 ? cli_arg(c, 4) : cli_arg(c, 2));
    int bad = take_password(&a, password, &a.must_change);
    if (bad != 0)
        return bad;
    enum err e = add(c, &a, cli_arg(c, 5));
    if (e != ERR_OK)
        return cli_fail(e == ERR_CONFLICT ? "this login is taken" : "the account was not made", e);
    return show_made(c, &a, a.must_change ? password : NULL);
}

int user_first(struct cli *c)
{
    struct account a = {.role = ROLE_ADMIN, .must_change = true, .login = "admin", .name = "admin"};
    char password[ONE_TIME_LEN + 1];
    int64_t n = 0;
    enum err e = account_other_admins(c->db, &n, 0);
    if (e == ERR_OK && n > 0)
        return c->json ? cli_print(json_object()) : 0;
    password_make(password);
    if (e == ERR_OK)
        e = password_hash(a.password, password);
    if (e == ERR_OK)
        e = add(c, &a, "");
    if (e != ERR_OK)
        return cli_fail("the first administrator was not made", e);
    if (c->json)
        return show_made(c, &a, password);
    printf("\n  The first administrator, shown only now  首位管理员,只显示这一次\n"
           "  %s/login   admin   %s\n",
           c->url, password);
    return 0;
}

/* ---- listing ----------------------------------------------------------------------------------
 */

struct listing {
    bool json;
    json_t *list;
    char last[LOGIN_LEN + 1];
    size_t n;
};

static void list_one(void *arg, const struct account *a)
{
    struct listing *l = (struct listing *)arg;
    l->n++;
    (void)snprintf(l->last, sizeof(l->last), "%s", a->login);
    if (!l->json)
        printf("%-20s  %-10s  %-8s  %s%s%s%s\n", a->login, role_text(a->role),
               a->disabled_at != 0 ? "disabled" : "active", a->name,
               a->organisation[0] != '\0' ? ", " : "", a->organisation,
               a->second_at != 0 ? ", second factor" : "");
    else
        (void)json_array_append_new(
            l->list,
            json_pack("{s:s,s:s,s:s,s:s,s:s,s:b,s:b}", "account", a->public_id, "login", a->login,
                      "name", a->name, "organisation", a->organisation, "role", role_text(a->role),
                      "disabled", (int)(a->disabled_at != 0), "second", (int)(a->second_at != 0)));
}

int user_list(struct cli *c)
{
    enum { PAGE = 200 };
    struct listing l = {.json = c->json, .list = json_array()};
    enum err e = ERR_OK;
    do {
        l.n = 0;
        const struct account_query q = {
            .after = l.last, .q = "", .role = "", .state = "", .limit = PAGE};
        e = account_list(c->db, &q, list_one, &l);
    } while (e == ERR_OK && l.n == PAGE);
    if (e == ERR_OK && c->json)
        return cli_print(l.list);
    json_decref(l.list);
    return e == ERR_OK ? 0 : cli_fail("the accounts could not be read", e);
}

/* ---- changing ---------------------------------------------------------------------------------
 */

/* The running server, if there is one, ends what runs by these sessions. */
static void tell_server(const struct cli *c, const struct account *a, bool disabled)
{
    char line[80], text[256];
    (void)snprintf(line, sizeof(line), "{\"cmd\":\"%s\",\"account\":%lld}",
                   disabled ? "disabled" : "signed_out", (long long)a->id);
    (void)cli_ask(c, line, text, sizeof(text));
}

/** @param to  What the command line asked for, of what @p a is to be. */
typedef enum err change_fn(struct cli *c, const struct account *a, const struct account *to);

static change_fn disable;

static int change(struct cli *c, const char *what, change_fn *work, const struct account *to,
                  const char *password)
{
    struct account a;
    enum err e = account_by_login(c->db, &a, cli_arg(c, 2));
    if (e != ERR_OK)
        return cli_fail("there is no such login; `yunjian user list` shows all", e);
    AUTO(db_rollback) struct tx tx = {0};
    e = db_begin(&tx, c->db);
    if (e == ERR_OK)
        e = work(c, &a, to);
    if (e == ERR_OK)
        e = audit(c, what, &a);
    if (e == ERR_OK)
        e = db_commit(&tx);
    if (e == ERR_CONFLICT)
        return cli_fail("this is the last administrator", e);
    if (e != ERR_OK)
        return cli_fail("nothing was changed", e);
    tell_server(c, &a, work == disable);
    return show_made(c, &a, password);
}

static enum err end_all(struct cli *c, const struct account *a)
{
    enum err e = session_end_all(c->db, a->id, 0, clock_wall_ms());
    return e == ERR_OK ? browser_forget_all(c->db, a->id) : e;
}

static enum err disable(struct cli *c, const struct account *a, const struct account *to)
{
    (void)to;
    int64_t others = 1;
    enum err e = a->role == ROLE_ADMIN ? account_other_admins(c->db, &others, a->id) : ERR_OK;
    if (e == ERR_OK && others == 0)
        return ERR_CONFLICT;
    if (e == ERR_OK)
        e = account_set_disabled(c->db, a->id, true, clock_wall_ms());
    if (e == ERR_OK)
        e = device_token_revoke_all(c->db, a->id, clock_wall_ms());
    if (e == ERR_OK)
        e = api_token_revoke_all(c->db, a->id, clock_wall_ms());
    return e == ERR_OK ? end_all(c, a) : e;
}

int user_disable(struct cli *c)
{
    return change(c, "account.disable", disable, NULL, NULL);
}

static enum err enable(struct cli *c, const struct account *a, const struct account *to)
{
    (void)to;
    return account_set_disabled(c->db, a->id, false, clock_wall_ms());
}

int user_enable(struct cli *c)
{
    return change(c, "account.enable", enable, NULL, NULL);
}

static enum err forget_second(struct cli *c, const struct account *a, const struct account *to)
{
    (void)to;
    enum err e = second_remove(c->db, a->id);
    return e == ERR_OK ? end_all(c, a) : e;
}

int user_forget_second(struct cli *c)
{
    return change(c, "account.second_reset", forget_second, NULL, NULL);
}

static enum err set_password(struct cli *c, const struct account *a, const struct account *to)
{
    enum err e = account_set_password(c->db, a->id, to->password, to->must_change, clock_wall_ms());
    return e == ERR_OK ? end_all(c, a) : e;
}

int user_passwd(struct cli *c)
{
    struct account to = {.id = 0};
    char password[PASSWORD_LEN];
    (void)snprintf(to.login, sizeof(to.login), "%.64s", cli_arg(c, 2));
    /* Hashed before the transaction: it takes its time. */
    int bad = take_password(&to, password, &to.must_change);
    if (bad != 0)
        return bad;
    return change(c, "account.reset", set_password, &to, to.must_change ? password : NULL);
}
