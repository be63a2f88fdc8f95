/* The libwebsockets context, its loop, and the mailbox that wakes it. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "http_priv.h"

/* libwebsockets' session memory of an HTTP connection. */
struct session {
    struct exchange *x;
};

static struct http *http_of(struct lws *wsi)
{
    return (struct http *)lws_context_user(lws_get_context(wsi));
}

static int on_request(struct lws *wsi, struct session *s, const char *uri)
{
    exchange_orphan(s->x);
    s->x = exchange_new(http_of(wsi), wsi);
    return s->x == NULL ? -1 : exchange_begin(s->x, uri);
}

/* libwebsockets may free *s when a transaction is completed: then it must not be looked at again.
 */
static int on_writable(struct session *s)
{
    struct exchange *x = s->x;
    if (x == NULL)
        return 0;
    s->x = NULL;
    int r = exchange_writable(x);
    if (r == 0)
        s->x = x;
    else
        exchange_orphan(x);
    return r < 0 ? -1 : 0;
}

static int on_intake_end(struct session *s)
{
    struct exchange *x = s->x;
    s->x = NULL;
    int r = intake_body_end(x);
    if (r == 0)
        s->x = x;
    else
        exchange_orphan(x);
    return r < 0 ? -1 : 0;
}

static int on_body_end(struct session *s)
{
    if (s->x != NULL && s->x->flow != NULL)
        return on_intake_end(s);
    if (s->x == NULL || s->x->status != 0 || s->x->busy || s->x->rq.route == NULL)
        return 0;
    return exchange_run(s->x);
}

static int http_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                         size_t len)
{
    struct session *s = (struct session *)user;
    switch ((int)reason) {
    case LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED:
        return guard_arrive(http_of(wsi), wsi) ? 0 : -1;
    case LWS_CALLBACK_WSI_DESTROY:
        guard_leave(http_of(wsi), wsi);
        return 0;
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
        return -1; /* A WebSocket without our subprotocol. */
    case LWS_CALLBACK_FILTER_HTTP_CONNECTION:
        return 0;
    case LWS_CALLBACK_HTTP:
        return on_request(wsi, s, (const char *)in);
    case LWS_CALLBACK_HTTP_BODY:
        return s->x == NULL ? -1 : exchange_body(s->x, in, len);
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
        return on_body_end(s);
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return on_writable(s);
    case LWS_CALLBACK_CLOSED_HTTP:
        if (s != NULL) {
            exchange_orphan(s->x);
            s->x = NULL;
        }
        return 0;
    default:
        return 0;
    }
}

static void take_mail(struct http *h)
{
    for (struct msg *m = mailbox_take(h->cfg.inbox), *next = NULL; m != NULL; m = next) {
        next = m->next;
        if (m->type == MSG_TASK_DONE)
            tasks_finish(m);
        else
            h->cfg.on_msg(h->cfg.app, m);
    }
}

static int mail_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                         size_t len)
{
    (void)user;
    (void)in;
    (void)len;
    if (reason == LWS_CALLBACK_RAW_RX_FILE)
        take_mail(http_of(wsi));
    /* A client may ask for any protocol of the table by name. */
    return reason == LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION ? -1 : 0;
}

static const struct lws_protocols protocols[] = {
    {"http", http_callback, sizeof(struct session), 65536, 0, NULL, 0},
    {"yunjian.v1", ws_callback, sizeof(struct session), 65536, 0, NULL, 0},
    {"mailbox", mail_callback, 0, 0, 0, NULL, 0},
    {NULL, NULL, 0, 0, 0, NULL, 0},
};

static void on_tick(lws_sorted_usec_list_t *sul)
{
    struct http *h = lws_container_of(sul, struct http, tick);
    if (atomic_exchange(&h->reload, false)) {
        int bad = lws_tls_cert_updated(h->lws, h->cfg.cert_file, h->cfg.key_file, NULL, 0, NULL, 0);
        log_info("http", "certificate read again: %s",
                 bad == 0 ? "ok" : "refused, the old one stays");
    }
    ws_tick(h);
    counts_tick(h);
    intake_tick(h);
    h->cfg.on_tick(h->cfg.app);
    lws_sul_schedule(h->lws, 0, &h->tick, on_tick, 100 * LWS_US_PER_MS);
}

static void lws_log(int level, const char *line)
{
    int n = (int)strcspn(line, "\n");
    if (level == LLL_ERR)
        log_warn("lws", "%.*s", n, line);
}

static enum err open_context(struct http *h)
{
    struct lws_context_creation_info info = {0};
    lws_set_log_level(LLL_ERR, lws_log);
    info.port = h->cfg.port;
    info.iface = h->cfg.listen != NULL && h->cfg.listen[0] != '\0' ? h->cfg.listen : NULL;
    info.protocols = protocols;
    info.user = h;
    info.gid = -1;
    info.uid = -1;
    info.alpn = "http/1.1";
    info.ssl_cert_filepath = h->cfg.cert_file;
    info.ssl_private_key_filepath = h->cfg.key_file;
    info.keepalive_timeout = 30;
    info.timeout_secs = REQUEST_S;
    info.max_http_header_data2 = 8192;
    info.max_http_header_pool2 = 512;
    info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT | LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
                   LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND;
    info.ssl_options_set = SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 | SSL_OP_NO_RENEGOTIATION;
    h->lws = lws_create_context(&info);
    if (h->lws == NULL)
        return ERR_IO;
    h->vhost = lws_create_vhost(h->lws, &info);
    if (h->vhost == NULL)
        return ERR_IO;
    /* A copy: the context closes what it adopted. */
    lws_sock_file_fd_type fd = {.filefd = dup(mailbox_fd(h->cfg.inbox))};
    if (lws_adopt_descriptor_vhost(h->vhost, LWS_ADOPT_RAW_FILE_DESC, fd, "mailbox", NULL) == NULL)
        return ERR_IO;
    lws_sul_schedule(h->lws, 0, &h->tick, on_tick, 100 * LWS_US_PER_MS);
    return ERR_OK;
}

enum err http_new(struct http **out, const struct http_config *cfg)
{
    struct http *h = (struct http *)mem_zalloc(1, sizeof(*h));
    if (h == NULL)
        return ERR_NOMEM;
    h->cfg = *cfg;
    /* connect-src names the socket's scheme as well: some engines do not take 'self' for it. */
    (void)snprintf(
        h->csp, sizeof(h->csp),
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
        "media-src 'self' blob:; connect-src 'self' wss:; worker-src 'self'; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
    counts_new(h);
    enum err e = assets_load(&h->assets, cfg->web_root);
    if (e != ERR_OK)
        log_error("http", "the pages under %s cannot be read: run `make web`", cfg->web_root);
    if (e == ERR_OK) {
        e = open_context(h);
        if (e != ERR_OK)
            log_error("http", "port %u cannot be opened: is another server running on it?",
                      cfg->port);
    }
    if (e != ERR_OK) {
        http_free(h);
        return e;
    }
    *out = h;
    return ERR_OK;
}

void http_free(struct http *h)
{
    if (h == NULL)
        return;
    if (h->lws != NULL)
        lws_context_destroy(h->lws);
    assets_free(&h->assets);
    counts_free(h);
    mem_free(h);
}

void http_run(struct http *h)
{
    while (!atomic_load(&h->stop))
        if (lws_service(h->lws, 0) < 0)
            break;
}

void http_stop(struct http *h)
{
    atomic_store(&h->stop, true);
    lws_cancel_service(h->lws);
}

void http_reload(struct http *h)
{
    atomic_store(&h->reload, true);
}
