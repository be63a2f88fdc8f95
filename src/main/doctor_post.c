/* How people are told: the mail server, the gateway, and what waits for either. */
#include <stdio.h>

#include "base/clock.h"
#include "doctor_priv.h"
#include "http/fetch.h"
#include "post/sender.h"

enum { OLD_MIN = 60, SHOWN = 1000 };

void doctor_post(struct doctor *d)
{
    char why[CONF_WHY];
    const struct conf *c = d->conf;
    const struct post p = {.conf = c, .secret = NULL, .public_url = c->public_url};
    bool mail = post_way_there(c, OUTBOX_MAIL), gateway = post_way_there(c, OUTBOX_GATEWAY);
    if (!mail && !gateway)
        doctor_found(d, "delivery.none", "%s", "");
    if (post_check(c, why) != ERR_OK) {
        doctor_found(d, "delivery.wrong", "%s", why);
        return;
    }
    if (fetch_init() != ERR_OK)
        return;
    if (mail && post_try_mail(&p, why) != ERR_OK)
        doctor_found(d, "mail.silent", "%s, %s", c->smtp_url, why);
    else if (mail)
        doctor_found(d, "mail.fine", "%s", c->smtp_url);
    if (gateway && post_try_gateway(&p, why) != ERR_OK)
        doctor_found(d, "gateway.silent", "%s, %s", c->gateway_url, why);
    else if (gateway)
        doctor_found(d, "gateway.fine", "%s", c->gateway_url);
}

static void count_one(void *arg, const struct outbox_row *r)
{
    (void)r;
    ++*(int *)arg;
}

void doctor_outbox(struct doctor *d, struct db *db)
{
    int64_t waiting = 0, first = 0, now = clock_wall_ms();
    int failed = 0;
    for (int w = 0; w < OUTBOX_WAYS; w++) {
        int64_t n = 0, oldest = 0;
        if (outbox_count(db, (enum outbox_way)w, &n, &oldest) != ERR_OK)
            return;
        waiting += n;
        first = oldest > 0 && (first == 0 || oldest < first) ? oldest : first;
    }
    if (outbox_stuck(db, SHOWN, count_one, &failed) != ERR_OK)
        return;
    int64_t age_min = first > 0 ? (now - first) / 60000 : 0;
    if (age_min > OLD_MIN)
        doctor_found(d, "outbox.old", "%lld, %lld min", (long long)waiting, (long long)age_min);
    if (failed > 0)
        doctor_found(d, "outbox.failed", "%d", failed);
    if (age_min <= OLD_MIN && failed == 0)
        doctor_found(d, "outbox.fine", "%lld", (long long)waiting);
}
