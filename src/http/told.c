/* What is said of a request when its answer is out: never its body, its parameters or its token. */
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "http_priv.h"

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
}
