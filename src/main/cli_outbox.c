/* Messages that wait or failed: seen, and tried again. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "cli_priv.h"
#include "db/db.h"
#include "domain/audit.h"
#include "domain/contacts.h"
#include "domain/outbox.h"
#include "post/notice.h"

enum { SHOWN = 1000 };

struct listing {
    const struct cli *c;
    json_t *list;
};

/* Who keeps the system sees no whole numbers. */
static void show_recipient(char out[OUTBOX_TO_LEN + 1], const struct outbox_row *r)
{
    char masked[PHONE_LEN + 1];
    if (r->way == OUTBOX_GATEWAY)
        phone_mask(masked, r->recipient);
    (void)snprintf(out, OUTBOX_TO_LEN + 1, "%s", r->way == OUTBOX_GATEWAY ? masked : r->recipient);
}

static void list_one(void *arg, const struct outbox_row *r)
{
    struct listing *l = (struct listing *)arg;
    char created[CLOCK_TEXT_MAX], next[CLOCK_TEXT_MAX], to[OUTBOX_TO_LEN + 1];
    show_recipient(to, r);
    clock_rfc3339(created, r->created_at);
    clock_rfc3339(next, r->next_at);
    if (!l->c->json)
        printf("%s  %-7s  %-12s  %-8s  %lld tries  since %s%s%s  %s%s%s\n", r->public_id,
               outbox_way_text(r->way), r->kind, r->state, (long long)r->attempts, created,
               r->next_at > 0 ? "  next " : "", r->next_at > 0 ? next : "", to,
               r->error[0] != '\0' ? ": " : "", r->error);
    json_t *o =
        json_pack("{s:s,s:s,s:s,s:s,s:I,s:s,s:s,s:s}", "delivery", r->public_id, "way",
                  outbox_way_text(r->way), "kind", r->kind, "state", r->state, "attempts",
                  (json_int_t)r->attempts, "created_at", created, "to", to, "error", r->error);
    (void)json_object_set_new(o, "next_at", r->next_at > 0 ? json_string(next) : json_null());
    (void)json_array_append_new(l->list, o);
}

int cmd_outbox_list(struct cli *c)
{
    struct listing l = {c, json_array()};
    enum err e = ERR_OK;
    if (strcmp(cli_arg(c, 2), "failed") == 0)
        e = outbox_stuck(c->db, SHOWN, list_one, &l);
    else
        for (int w = 0; e == ERR_OK && w < OUTBOX_WAYS; w++)
            e = outbox_waiting(c->db, (enum outbox_way)w, SHOWN, list_one, &l);
    int bad = e != ERR_OK ? cli_fail("the outbox cannot be read", e) : 0;
    if (bad == 0 && c->json)
        return cli_print(l.list);
    json_decref(l.list);
    return bad;
}

/* ---- again ------------------------------------------------------------------------------------
 */

struct ids {
    size_t n;
    char id[SHOWN][PUBLIC_ID_LEN + 1];
};

static void take_id(void *arg, const struct outbox_row *r)
{
    struct ids *ids = (struct ids *)arg;
    if (ids->n < SHOWN)
        memcpy(ids->id[ids->n++], r->public_id, sizeof(r->public_id));
}

static enum err retry_one(const struct cli *c, const char *id, int64_t now)
{
    enum err e = outbox_retry(c->db, id, notice_give_up(&c->conf, now), now);
    return e == ERR_OK ? audit_add(c->db, now, "yunjian", "delivery.retry", id, "") : e;
}

int cmd_outbox_retry(struct cli *c)
{
    static struct ids ids;
    int64_t now = clock_wall_ms();
    AUTO(db_rollback) struct tx tx = {0};
    enum err e = db_begin(&tx, c->db);
    if (e == ERR_OK && strcmp(cli_arg(c, 2), "all") == 0)
        e = outbox_stuck(c->db, SHOWN, take_id, &ids);
    else
        (void)snprintf(ids.id[ids.n++], sizeof(ids.id[0]), "%s", cli_arg(c, 2));
    for (size_t i = 0; e == ERR_OK && i < ids.n; i++)
        e = retry_one(c, ids.id[i], now);
    if (e == ERR_OK)
        e = db_commit(&tx);
    if (e != ERR_OK)
        return cli_fail(e == ERR_NOENT  ? "there is no such message; `yunjian outbox list failed`"
                        : e == ERR_GONE ? "it was sent, or its content is gone: send a new one"
                                        : "it was not put in again",
                        e);
    return c->json ? cli_print(json_pack("{s:I}", "retried", (json_int_t)ids.n)) : 0;
}

/* ---- a test -----------------------------------------------------------------------------------
 */

int cmd_outbox_test(struct cli *c)
{
    uint8_t key[SEAL_KEY_LEN];
    char path[CONF_TEXT + 32];
    unsigned by = 0;
    int64_t now = clock_wall_ms();
    const char *to = cli_arg(c, 2);
    struct notice n = {.kind = NOTICE_TEST, .about = "test"};
    const struct post p = {.conf = &c->conf, .secret = key, .public_url = c->url};
    (void)snprintf(strchr(to, '@') != NULL ? n.mail : n.phone,
                   strchr(to, '@') != NULL ? sizeof(n.mail) : sizeof(n.phone), "%s", to);
    (void)snprintf(path, sizeof(path), "%s/secret.key", c->conf.data);
    enum err e = seal_key_ensure(key, path);
    if (e != ERR_OK)
        return cli_fail("secret.key in the data folder cannot be used", e);
    AUTO(db_rollback) struct tx tx = {0};
    e = db_begin(&tx, c->db);
    if (e == ERR_OK)
        e = notice_put(c->db, &p, &n, now, &by);
    if (e == ERR_OK)
        e = audit_add(c->db, now, "yunjian", "delivery.test",
                      (by & NOTICE_BY_MAIL) != 0 ? "mail" : "gateway", "");
    if (e == ERR_OK && by != 0)
        e = db_commit(&tx);
    if (e != ERR_OK)
        return cli_fail("the message was not put in", e);
    if (by == 0)
        return cli_fail("no way is configured for this, or it is neither an address nor a number: "
                        "smtp_url, gateway_url",
                        ERR_INVAL);
    if (c->json)
        return cli_print(json_pack("{s:s}", "way", by == NOTICE_BY_MAIL ? "mail" : "gateway"));
    printf("put in; the running server sends it: `yunjian outbox list` shows what comes of it\n");
    return 0;
}
