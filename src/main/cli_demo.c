/* Something to look at without filling in a form, and something for a load generator. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli_priv.h"
#include "crypto/random.h"
#include "db/db.h"
#include "domain/devices.h"

enum { LOAD_ROOMS_MAX = 1000, LOAD_PREFIX = 20 };

enum err cli_link(struct cli *c, int64_t meeting, enum role role, bool host, const char *name,
                  const char *organisation, char out[CONF_TEXT + 80])
{
    char secret[TOKEN_LEN + 1];
    struct invitation i = {.meeting = meeting, .role = role, .host = host};
    (void)snprintf(i.name, sizeof(i.name), "%s", name);
    (void)snprintf(i.organisation, sizeof(i.organisation), "%s", organisation);
    enum err e = invitation_add(c->db, &i, secret, clock_wall_ms());
    if (e == ERR_OK)
        (void)snprintf(out, CONF_TEXT + 80, "%s/j#%s", c->url, secret);
    return e;
}

static enum err add_project(struct cli *c, struct project *p)
{
    (void)snprintf(p->f.title, sizeof(p->f.title), "锦澜精密制造 10 kV 业扩工程");
    (void)snprintf(p->f.customer, sizeof(p->f.customer), "锦澜精密制造");
    return project_add(c->db, p, clock_wall_ms());
}

static enum err add_meeting(struct cli *c, struct meeting *m, const struct project *p)
{
    m->starts_at = clock_wall_ms();
    (void)snprintf(m->kind, sizeof(m->kind), "review");
    (void)snprintf(m->title, sizeof(m->title), "云审图演示");
    (void)snprintf(m->host_name, sizeof(m->host_name), "沈知远");
    return meeting_add(c->db, m, p->id, clock_wall_ms());
}

static enum err add_token(struct cli *c, struct device_token *t, char secret[TOKEN_LEN + 1])
{
    int64_t now = clock_wall_ms();
    t->publish = t->view = true;
    t->expires_at = now + DEVICE_DAYS * INT64_C(86400000);
    (void)snprintf(t->label, sizeof(t->label), "演示设备");
    (void)snprintf(t->made_by, sizeof(t->made_by), "yunjian demo");
    enum err e = device_token_add(c->db, t, secret, now);
    return e == ERR_OK ? audit_add(c->db, now, t->made_by, "device.add", t->public_id, "") : e;
}

static int demo_one(struct cli *c)
{
    struct project p = {.manager = 0};
    struct meeting m = {.record_auto = true};
    struct device_token t = {.id = 0};
    char host[CONF_TEXT + 80] = "", guest[CONF_TEXT + 80] = "", secret[TOKEN_LEN + 1] = "";
    char whip[CONF_TEXT + 100], whep[CONF_TEXT + 100];
    AUTO(db_rollback) struct tx tx = {0};
    enum err e = db_begin(&tx, c->db);
    if (e == ERR_OK)
        e = add_project(c, &p);
    if (e == ERR_OK)
        e = add_meeting(c, &m, &p);
    if (e == ERR_OK)
        e = cli_link(c, m.id, ROLE_MANAGER, true, "沈知远", "供电公司", host);
    if (e == ERR_OK)
        e = cli_link(c, m.id, ROLE_CUSTOMER, false, "", "", guest);
    if (e == ERR_OK)
        e = add_token(c, &t, secret);
    if (e == ERR_OK)
        e = device_token_allow(c->db, t.id, m.id);
    if (e == ERR_OK)
        e = db_commit(&tx);
    if (e != ERR_OK)
        return cli_fail("the demonstration was not made", e);
    (void)snprintf(whip, sizeof(whip), "%s/whip/%s/camera", c->url, m.public_id);
    (void)snprintf(whep, sizeof(whep), "%s/whep/%s/camera", c->url, m.public_id);
    if (c->json)
        return cli_print(json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "project", p.public_id,
                                   "meeting", m.public_id, "host_url", host, "guest_url", guest,
                                   "whip_url", whip, "whep_url", whep, "token", secret));
    printf("\n  host   主持人  %s\n  guest  来宾    %s\n", host, guest);
    printf("  WHIP   摄像机  %s\n  WHEP   大屏    %s\n  token  令牌    %s\n\n", whip, whep, secret);
    return 0;
}

/* Meetings whose ids differ by their number only: so that one template names them all. */
static int demo_load(struct cli *c, int rooms, int publishers)
{
    struct project p = {.manager = 0};
    struct device_token t = {.id = 0};
    char prefix[LOAD_PREFIX + 1], secret[TOKEN_LEN + 1] = "";
    char whip[CONF_TEXT + 100], whep[CONF_TEXT + 100];
    random_hex(prefix, LOAD_PREFIX);
    AUTO(db_rollback) struct tx tx = {0};
    enum err e = db_begin(&tx, c->db);
    if (e == ERR_OK)
        e = add_project(c, &p);
    if (e == ERR_OK)
        e = add_token(c, &t, secret);
    for (int i = 0; e == ERR_OK && i < rooms; i++) {
        struct meeting m = {.record_auto = c->conf.record_auto != 0};
        (void)snprintf(m.public_id, sizeof(m.public_id), "%s-%d", prefix, i);
        e = add_meeting(c, &m, &p);
        if (e == ERR_OK)
            e = device_token_allow(c->db, t.id, m.id);
    }
    if (e == ERR_OK)
        e = db_commit(&tx);
    if (e != ERR_OK)
        return cli_fail("the meetings were not made", e);
    (void)snprintf(whip, sizeof(whip), "%s/whip/%s-{room}/p{pub}", c->url, prefix);
    (void)snprintf(whep, sizeof(whep), "%s/whep/%s-{room}/p{pub}", c->url, prefix);
    return cli_print(json_pack("{s:s,s:i,s:i,s:s,s:s,s:s}", "project", p.public_id, "rooms", rooms,
                               "publishers", publishers, "whip_url", whip, "whep_url", whep,
                               "token", secret));
}

int cmd_demo(struct cli *c)
{
    int rooms = cli_number(c, 1, 0), publishers = cli_number(c, 2, 0);
    if (!c->load)
        return demo_one(c);
    if (rooms < 1 || rooms > LOAD_ROOMS_MAX || publishers < 1)
        return cli_fail("usage: yunjian demo --json --load ROOMS PUBLISHERS, at most 1000 rooms",
                        ERR_INVAL);
    return demo_load(c, rooms, publishers);
}
