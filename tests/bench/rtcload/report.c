#include "report.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "options.h"
#include "util.h"
#include "worker.h"

struct totals totals_now(void)
{
    struct totals t = {.at = clock_mono_ns(),
                       .server = procstat_read(opt.pids, opt.n_pids),
                       .udp = udpstat_read(),
                       .host = hoststat_read()};
    for (int i = 0; i < opt.workers; i++) {
        t.received += workers[i].received;
        t.octets += workers[i].received_octets;
        t.sent += workers[i].sent;
        t.errors += workers[i].send_errors;
        t.rtcp += workers[i].rtcp;
        t.cpu_ns += workers[i].cpu_ns;
    }
    return t;
}

static void put_real(json_t *o, const char *name, double v)
{
    (void)json_object_set_new(o, name, json_real(round(v * 1000) / 1000));
}

static void put_whole(json_t *o, const char *name, uint64_t v)
{
    (void)json_object_set_new(o, name, json_integer((json_int_t)v));
}

static json_t *quantiles(const struct hist *h, double unit)
{
    json_t *o = json_object();
    put_whole(o, "samples", h->n);
    put_real(o, "p50", (double)hist_quantile(h, .5) / unit);
    put_real(o, "p95", (double)hist_quantile(h, .95) / unit);
    put_real(o, "p99", (double)hist_quantile(h, .99) / unit);
    put_real(o, "max", (double)h->max / unit);
    return o;
}

static json_t *joins_of(const struct run *r, bool publishers)
{
    static struct hist up, first;
    uint64_t failed = 0;
    json_t *o = json_object(), *why = json_object();
    up = first = (struct hist){0};
    for (int i = publishers ? 0 : r->n_publishers; i < (publishers ? r->n_publishers : r->n_peers);
         i++) {
        const struct peer *p = &r->peers[i];
        if (p->t_up != 0)
            hist_add(&up, p->t_up - p->t_start);
        if (p->t_first != 0)
            hist_add(&first, p->t_first - p->t_start);
        if (atomic_load(&p->state) == PEER_UP)
            continue;
        failed++;
        json_int_t n = json_integer_value(json_object_get(why, p->error));
        (void)json_object_set_new(why, p->error, json_integer(n + 1));
    }
    put_whole(o, "failed", failed);
    (void)json_object_set_new(o, "why", why);
    (void)json_object_set_new(o, "up_ms", quantiles(&up, 1e6));
    (void)json_object_set_new(o, "first_packet_ms", quantiles(&first, 1e6));
    return o;
}

static json_t *join_cost(const struct run *r)
{
    const struct totals *a = &r->before_joins, *b = &r->after_joins;
    json_t *o = json_object();
    put_real(o, "seconds", (double)(b->at - a->at) / 1e9);
    put_real(o, "cpu_s", b->server.own.cpu_s - a->server.own.cpu_s);
    put_whole(o, "forwarded", b->received - a->received);
    return o;
}

struct delivery {
    uint64_t expected, got, unique, reordered, duplicate, renumbered, unknown, repaired;
    uint64_t drops, bad, nacks, plis, rembs, twccs, dropped, withheld, asked, probes, resent;
    uint64_t up, silent, gaps;
};

static void add_peer(struct delivery *d, const struct peer *p)
{
    bool up = atomic_load(&p->state) == PEER_UP;
    d->up += up;
    d->drops += p->socket_drops;
    d->bad += p->bad_srtp;
    d->nacks += p->nacks;
    d->plis += p->plis;
    d->rembs += p->rembs;
    d->twccs += p->twccs;
    d->dropped += p->dropped;
    d->withheld += p->withheld;
    d->asked += p->asked;
    d->probes += p->probes;
    if (p->publishes || !up)
        return;
    d->silent += p->t_first == 0;
    for (enum kind k = AUDIO; k <= VIDEO; k++) {
        const struct source *s = source_of(p->publisher, k);
        d->expected += s->to - s->from;
    }
    for (int i = 0; i < p->n_sinks; i++) {
        const struct sink *k = &p->sinks[i];
        d->got += k->in_window;
        d->unique += k->unique;
        d->reordered += k->reordered;
        d->duplicate += k->duplicate;
        d->renumbered += k->renumbered;
        d->unknown += k->unknown;
        d->repaired += k->repaired;
        d->gaps += k->packets > 0 ? k->highest - k->base + 1 - k->unique : 0;
    }
}

static json_t *delivery_of(const struct run *r)
{
    struct delivery d = {0};
    json_t *o = json_object();
    for (int i = 0; i < r->n_peers; i++)
        add_peer(&d, &r->peers[i]);
    for (int i = 0; i < n_sources; i++)
        d.resent += sources[i].resent;
    const struct {
        const char *name;
        uint64_t v;
    } rows[] = {
        {"up", d.up},
        {"silent", d.silent},
        {"expected", d.expected},
        {"received", d.got},
        {"received_in_all", d.unique},
        {"gaps_in_all", d.gaps},
        {"reordered", d.reordered},
        {"duplicate", d.duplicate},
        {"renumbered", d.renumbered},
        {"unknown", d.unknown},
        {"srtp_errors", d.bad},
        {"dropped_on_purpose", d.dropped},
        {"withheld_on_purpose", d.withheld},
        {"asked_again", d.asked},
        {"repaired_by_rtx", d.repaired},
        {"sent_again", d.resent},
        {"nacks_received", d.nacks},
        {"plis_received", d.plis},
        {"rembs_received", d.rembs},
        {"transport_cc_received", d.twccs},
        {"padding_probes", d.probes},
        {"socket_drops", d.drops},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        put_whole(o, rows[i].name, rows[i].v);
    double lost = (double)d.expected - (double)d.got;
    put_real(o, "lost", lost);
    put_real(o, "loss_percent", d.expected > 0 ? 100 * lost / (double)d.expected : 0);
    return o;
}

static json_t *window_of(const struct run *r, double s)
{
    json_t *o = json_object();
    uint64_t received = r->to.received - r->from.received, sent = r->to.sent - r->from.sent;
    put_real(o, "seconds", s);
    put_whole(o, "sent", sent);
    put_whole(o, "received", received);
    put_real(o, "received_pps", (double)received / s);
    put_real(o, "received_mbps", (double)(r->to.octets - r->from.octets) * 8e-6 / s);
    put_whole(o, "rtcp_received", r->to.rtcp - r->from.rtcp);
    return o;
}

static json_t *generator_of(const struct run *r, double s)
{
    static struct hist lag, pacing;
    json_t *o = json_object();
    lag = pacing = (struct hist){0};
    for (int i = 0; i < opt.workers; i++) {
        hist_merge(&lag, &workers[i].lag);
        hist_merge(&pacing, &workers[i].pacing);
    }
    put_real(o, "cpu_percent", (double)(r->to.cpu_ns - r->from.cpu_ns) / s / 1e7);
    put_whole(o, "send_errors", r->to.errors - r->from.errors);
    put_whole(o, "host_rcvbuf_errors", r->to.udp.rcvbuf_errors - r->from.udp.rcvbuf_errors);
    (void)json_object_set_new(o, "read_lag_us", quantiles(&lag, 1e3));
    (void)json_object_set_new(o, "pacing_late_us", quantiles(&pacing, 1e3));
    return o;
}

static double used(const struct usage *a, const struct usage *b)
{
    return b->cpu_s - a->cpu_s;
}

static json_t *server_of(const struct run *r, double s)
{
    const struct procstat *a = &r->from.server, *b = &r->to.server;
    json_t *o = json_object();
    double own = used(&a->own, &b->own), children = used(&a->children, &b->children);
    double n = r->to.received > r->from.received ? (double)(r->to.received - r->from.received) : 1;
    put_real(o, "cpu_percent", 100 * (own + children) / s);
    put_real(o, "us_per_packet", (own + children) * 1e6 / n);
    put_real(o, "own_us_per_packet", own * 1e6 / n);
    put_real(o, "children_us_per_packet", children * 1e6 / n);
    put_real(o, "children_cpu_s", children);
    put_real(o, "user_us", (b->own.user_s - a->own.user_s) * 1e6 / n);
    put_real(o, "system_us", (b->own.system_s - a->own.system_s) * 1e6 / n);
    put_whole(o, "threads", (uint64_t)b->own.threads);
    put_whole(o, "children", (uint64_t)b->n_children);
    put_whole(o, "idle_pss_kb", (uint64_t)r->idle.own_kb);
    put_whole(o, "pss_kb", (uint64_t)r->full.own_kb);
    put_whole(o, "rss_kb", (uint64_t)r->full.own_rss_kb);
    put_whole(o, "children_pss_kb", (uint64_t)r->full.children_kb);
    return o;
}

static json_t *host_of(const struct run *r, double s)
{
    json_t *o = json_object();
    double own = (double)(r->to.cpu_ns - r->from.cpu_ns) / 1e9;
    double served = used(&r->from.server.own, &r->to.server.own) +
                    used(&r->from.server.children, &r->to.server.children);
    double busy = r->to.host.busy_s - r->from.host.busy_s;
    put_real(o, "other_cpu_percent", 100 * (busy - own - served) / s);
    put_real(o, "steal_percent", 100 * (r->to.host.steal_s - r->from.host.steal_s) / s);
    return o;
}

static json_t *config_of(const struct run *r)
{
    json_t *o =
        json_pack("{ss si si si sb}", "signalling", r->signalling, "rooms", opt.rooms, "publishers",
                  opt.publishers, "subscribers", opt.subscribers, "mesh", (int)opt.mesh);
    const char *profile = r->n_peers > 0 ? r->peers[0].dtls.profile : NULL;
    (void)json_object_set_new(o, "srtp", profile != NULL ? json_string(profile) : json_null());
    put_whole(o, "subscriptions", (uint64_t)(r->n_peers - r->n_publishers));
    return o;
}

void report(const struct run *r)
{
    static struct hist latency;
    double s = (double)(r->to.at - r->from.at) / 1e9;
    json_t *o = json_object();
    for (int i = 0; i < opt.workers; i++)
        hist_merge(&latency, &workers[i].latency);
    (void)json_object_set_new(o, "config", config_of(r));
    (void)json_object_set_new(o, "publishers", joins_of(r, true));
    (void)json_object_set_new(o, "subscribers", joins_of(r, false));
    (void)json_object_set_new(o, "joining", join_cost(r));
    (void)json_object_set_new(o, "window", window_of(r, s));
    (void)json_object_set_new(o, "delivery", delivery_of(r));
    (void)json_object_set_new(o, "latency_us", quantiles(&latency, 1e3));
    (void)json_object_set_new(o, "generator", generator_of(r, s));
    (void)json_object_set_new(o, "host", host_of(r, s));
    if (opt.n_pids > 0)
        (void)json_object_set_new(o, "server", server_of(r, s));
    (void)json_dumpf(o, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(10));
    (void)putchar('\n');
    (void)fflush(stdout);
    json_decref(o);
}
