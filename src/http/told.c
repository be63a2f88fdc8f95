/* What is said and counted of a request when its answer is out: never its body, its parameters or
 * its token. */
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "http_priv.h"

static const struct metric_family f_requests = {
    "yunjian_http_requests_total", "Requests answered.", METRIC_COUNTER, 1, NULL, 0};
static const uint64_t bounds[] = {1000000,   2000000,   5000000,   10000000,   20000000,  50000000,
                                  100000000, 200000000, 500000000, 1000000000, 5000000000};
static const struct metric_family f_time = {"yunjian_http_request_duration_seconds",
                                            "From the request's headers to those of its answer.",
                                            METRIC_HISTOGRAM,
                                            1e-9,
                                            bounds,
                                            sizeof(bounds) / sizeof(bounds[0])};
static const struct metric_family f_connections = {
    "yunjian_http_connections", "Connections that are open.", METRIC_GAUGE, 1, NULL, 0};
static const struct metric_family f_sockets = {
    "yunjian_websockets", "WebSockets that are open.", METRIC_GAUGE, 1, NULL, 0};

enum { CLASSES = 5 }; /* 1xx to 5xx */

struct route_counts {
    struct metric *requests[CLASSES], *time;
};

struct http_counts {
    struct metric *connections, *sockets;
    size_t n;
    struct route_counts list[]; /* all rows of all tables, then pages, then what is no route */
};

static void add_route(struct route_counts *c, struct metrics *ms, const char *method,
                      const char *route)
{
    static const char *const classes[CLASSES] = {"1xx", "2xx", "3xx", "4xx", "5xx"};
    const char *labels[] = {"method", method, "route", route, NULL, NULL, NULL};
    c->time = metrics_series(ms, &f_time, labels);
    labels[4] = "code";
    for (size_t i = 0; i < CLASSES; i++) {
        labels[5] = classes[i];
        c->requests[i] = metrics_series(ms, &f_requests, labels);
    }
}

void counts_new(struct http *h)
{
    struct metrics *ms = h->cfg.metrics;
    size_t n = 2, at = 0;
    for (size_t t = 0; t < h->cfg.n_tables; t++)
        n += h->cfg.counts[t];
    struct http_counts *c =
        (struct http_counts *)mem_zalloc(1, sizeof(*c) + n * sizeof(c->list[0]));
    if (c == NULL)
        return;
    c->n = n;
    for (size_t t = 0; t < h->cfg.n_tables; t++)
        for (size_t i = 0; i < h->cfg.counts[t]; i++) {
            const struct route *r = &h->cfg.tables[t][i];
            add_route(&c->list[at++], ms, method_text(r->method), r->path);
        }
    add_route(&c->list[at++], ms, "GET", "pages");
    add_route(&c->list[at], ms, "any", "none");
    c->connections = metrics_series(ms, &f_connections, NULL);
    c->sockets = metrics_series(ms, &f_sockets, NULL);
    h->counts = c;
}

void counts_free(struct http *h)
{
    mem_free(h->counts);
    h->counts = NULL;
}

void counts_tick(struct http *h)
{
    if (h->counts == NULL)
        return;
    metric_set(h->counts->connections, (int64_t)h->connections);
    metric_set(h->counts->sockets, (int64_t)ws_count(h));
}

static void count_it(const struct exchange *x, uint64_t ns)
{
    const struct http_config *cfg = &x->http->cfg;
    struct http_counts *c = x->http->counts;
    if (c == NULL)
        return;
    size_t at = x->asset != NULL ? c->n - 2 : c->n - 1, before = 0;
    for (size_t t = 0; x->rq.route != NULL && t < cfg->n_tables; t++) {
        const struct route *first = cfg->tables[t];
        if (x->rq.route >= first && x->rq.route < first + cfg->counts[t])
            at = before + (size_t)(x->rq.route - first);
        before += cfg->counts[t];
    }
    int class = x->status / 100 - 1;
    metric_observe(c->list[at].time, ns);
    metric_add(c->list[at].requests[class >= 0 && class < CLASSES ? class : CLASSES - 1], 1);
}

static enum log_level level_of(const struct exchange *x, bool refused)
{
    if (x->status >= 500)
        return LOG_WARN;
    bool reads = x->rq.route == NULL || x->rq.route->method == M_GET;
    return reads && !refused ? LOG_DEBUG : LOG_INFO;
}

/* Not the path: what somebody made up, or pasted there, is not for the log. */
static const char *route_of(const struct exchange *x)
{
    if (x->rq.route != NULL)
        return x->rq.route->path;
    return x->asset != NULL ? x->asset->path : "-";
}

void exchange_told(const struct exchange *x)
{
    char status[12], ms[24];
    uint64_t ns = clock_mono_ns() - x->started_ns;
    /* Whoever is refused is named, so that an address that keeps trying can be shut out. */
    bool refused = x->status == 401 || x->status == 403 || x->status == 429;
    (void)snprintf(status, sizeof(status), "%d", x->status);
    (void)snprintf(ms, sizeof(ms), "%llu.%llu", (unsigned long long)(ns / NS_PER_MS),
                   (unsigned long long)(ns / (NS_PER_MS / 10) % 10));
    const struct log_field fields[] = {
        {"request", x->rq.id},
        {"method", x->rq.route != NULL ? method_text(x->rq.route->method) : "GET"},
        {"route", route_of(x)},
        {"status", status},
        {"ms", ms},
        {x->err != ERR_OK || refused ? "error" : NULL, err_name(x->err)},
        {refused ? "client" : NULL, x->rq.client},
        {NULL, NULL},
    };
    log_event(level_of(x, refused), "http", fields, "request");
    count_it(x, ns);
}
