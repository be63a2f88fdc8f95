/* Tokens for WHIP and WHEP, from the command line. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "cli_priv.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "domain/devices.h"

static enum err find_meeting(struct cli *c, struct meeting *m)
{
    enum err e = meeting_get(c->db, m, cli_arg(c, 2));
    if (e != ERR_OK)
        (void)cli_fail("there is no such meeting; `yunjian meeting list` shows all", e);
    return e;
}

/* What the token is for: "publish", "view", "both". */
static bool take_scope(struct device_token *t, const char *word)
{
    t->publish = strcmp(word, "view") != 0;
    t->view = strcmp(word, "publish") != 0;
    return strcmp(word, "publish") == 0 || strcmp(word, "view") == 0 || strcmp(word, "both") == 0;
}

int cmd_device_add(struct cli *c)
{
    struct meeting m;
    struct device_token t = {.id = 0};
    char secret[TOKEN_LEN + 1] = "";
    int64_t now = clock_wall_ms();
    int days = cli_number(c, 5, DEVICE_DAYS);
    if (c->argc < 4 || !take_scope(&t, c->argc > 4 ? cli_arg(c, 4) : "both") || days < 1 ||
        days > DEVICE_DAYS_MAX)
        return cli_fail("usage: yunjian device add MEETING LABEL [publish|view|both [DAYS]]",
                        ERR_INVAL);
    if (find_meeting(c, &m) != ERR_OK)
        return 1;
    (void)snprintf(t.label, sizeof(t.label), "%.120s", cli_arg(c, 3));
    (void)snprintf(t.made_by, sizeof(t.made_by), "yunjian");
    t.expires_at = now + days * INT64_C(86400000);
    AUTO(db_rollback) struct tx tx = {0};
    enum err e = db_begin(&tx, c->db);
    if (e == ERR_OK)
        e = device_token_add(c->db, &t, secret, now);
    if (e == ERR_OK)
        e = device_token_allow(c->db, t.id, m.id);
    if (e == ERR_OK)
        e = audit_add(c->db, now, t.made_by, "device.add", t.public_id, "");
    if (e == ERR_OK)
        e = db_commit(&tx);
    if (e != ERR_OK)
        return cli_fail("the token was not made", e);
    if (c->json)
        return cli_print(json_pack("{s:s,s:s}", "device", t.public_id, "token", secret));
    printf("%s\ntoken %s\n", t.public_id, secret);
    if (t.publish)
        printf("WHIP  %s/whip/%s/NAME\n", c->url, m.public_id);
    if (t.view)
        printf("WHEP  %s/whep/%s/NAME\n", c->url, m.public_id);
    return 0;
}

int cmd_device_list(struct cli *c)
{
    struct meeting m;
    if (find_meeting(c, &m) != ERR_OK)
        return 1;
    json_t *list = json_array();
    AUTO(db_done) struct stmt s = db_use(c->db, &SQL_DEVICE_TOKEN_LIST);
    db_bind_i64(&s, ":meeting", m.id);
    while (db_row(&s)) {
        char expires[CLOCK_TEXT_MAX];
        bool revoked = db_i64(&s, 7) != 0;
        clock_rfc3339(expires, db_i64(&s, 6));
        if (!c->json)
            printf("%s  %-8s%-5s  until %s%s  %s\n", db_text(&s, 0),
                   db_i64(&s, 3) != 0 ? "publish" : "", db_i64(&s, 4) != 0 ? "view" : "", expires,
                   revoked ? " (revoked)" : "", db_text(&s, 1));
        (void)json_array_append_new(
            list,
            json_pack("{s:s,s:s,s:s,s:b,s:b,s:s,s:b}", "device", db_text(&s, 0), "label",
                      db_text(&s, 1), "made_by", db_text(&s, 2), "publish", (int)db_i64(&s, 3),
                      "view", (int)db_i64(&s, 4), "expires_at", expires, "revoked", (int)revoked));
    }
    if (c->json)
        return cli_print(list);
    json_decref(list);
    return 0;
}

int cmd_device_revoke(struct cli *c)
{
    struct meeting m;
    char line[200], text[256];
    int64_t now = clock_wall_ms();
    if (find_meeting(c, &m) != ERR_OK)
        return 1;
    AUTO(db_rollback) struct tx tx = {0};
    enum err e = db_begin(&tx, c->db);
    if (e == ERR_OK)
        e = device_token_revoke(c->db, cli_arg(c, 3), m.id, now);
    if (e == ERR_OK)
        e = audit_add(c->db, now, "yunjian", "device.revoke", cli_arg(c, 3), "");
    if (e == ERR_OK)
        e = db_commit(&tx);
    if (e != ERR_OK)
        return cli_fail("no token of this meeting was revoked; `yunjian device list` shows them",
                        e);
    /* Without a server there is nothing to be ended. */
    (void)snprintf(line, sizeof(line), "{\"cmd\":\"device_revoked\",\"device\":\"%.32s\"}",
                   cli_arg(c, 3));
    (void)cli_ask(c, line, text, sizeof(text));
    return c->json ? cli_print(json_pack("{s:s,s:b}", "device", cli_arg(c, 3), "revoked", 1)) : 0;
}
