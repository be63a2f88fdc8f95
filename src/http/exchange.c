/* One request: read and checked here, run on another thread, answered here. */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "crypto/random.h"
#include "http_priv.h"

static const struct {
    enum lws_token_indexes token;
    enum method method;
    bool head;
} methods[] = {
    {WSI_TOKEN_GET_URI, M_GET, false},         {WSI_TOKEN_HEAD_URI, M_GET, true},
    {WSI_TOKEN_POST_URI, M_POST, false},       {WSI_TOKEN_PUT_URI, M_PUT, false},
    {WSI_TOKEN_DELETE_URI, M_DELETE, false},   {WSI_TOKEN_PATCH_URI, M_PATCH, false},
    {WSI_TOKEN_OPTIONS_URI, M_OPTIONS, false},
};

struct exchange *exchange_new(struct http *h, struct lws *wsi)
{
    struct exchange *x = (struct exchange *)mem_zalloc(1, sizeof(*x));
    if (x == NULL)
        return NULL;
    x->http = h;
    x->wsi = wsi;
    x->fd = -1;
    x->started_ns = clock_mono_ns();
    x->rq.app = h->cfg.app;
    random_hex(x->rq.id, 16);
    guard_client(h, wsi, x->rq.client);
    return x;
}

void exchange_free(struct exchange *x)
{
    if (x == NULL)
        return;
    intake_free(x);
    if (x->fd >= 0)
        (void)close(x->fd);
    if (x->rq.answer.sent != NULL && x->first > x->sent_from)
        x->rq.answer.sent(&x->rq, x->sent_from, x->first);
    json_decref(x->rq.answer.body);
    json_decref(x->rq.answer.more);
    mem_free(x->rq.answer.text);
    mem_free(x->rq.in);
    mem_free(x->rq.caller);
    mem_free(x->body);
    mem_free(x->text);
    mem_free(x->chunk);
    mem_free(x);
}

void exchange_orphan(struct exchange *x)
{
    if (x == NULL)
        return;
    x->wsi = NULL;
    if (!x->busy && !intake_orphan(x))
        exchange_free(x);
}

/* ---- the answer's text -------------------------------------------------------------------------
 */

static bool set_text(struct exchange *x, char *json)
{
    size_t n = json == NULL ? 0 : strlen(json);
    x->text = (char *)mem_alloc(LWS_PRE + n);
    if (x->text != NULL && n > 0)
        memcpy(x->text + LWS_PRE, json, n);
    x->text_len = x->text == NULL ? 0 : n;
    free(json); /* jansson's own */
    return x->text != NULL;
}

/* RFC 9457 */
static json_t *problem(const struct exchange *x, int status, enum err e, const char *detail)
{
    return json_pack("{s:s,s:s,s:i,s:s,s:s,s:s}", "type", "about:blank", "title", err_name(e),
                     "status", status, "code", err_name(e), "detail", detail, "request_id",
                     x->rq.id);
}

int exchange_fail(struct exchange *x, int status, enum err e, const char *detail)
{
    json_t *p = problem(x, status, e, detail);
    (void)json_object_update_missing(p, x->rq.answer.more);
    x->status = status;
    x->err = e;
    bool fine = set_text(x, json_dumps(p, JSON_COMPACT));
    json_decref(p);
    if (!fine)
        return -1;
    (void)lws_callback_on_writable(x->wsi);
    return 0;
}

static const char *default_detail(enum err e)
{
    static const struct {
        enum err err;
        const char *text;
    } rows[] = {
        {ERR_AUTH, "Sign in first, or open your invitation link again."},
        {ERR_DENIED, "You do not have the right to do this."},
        {ERR_NOENT, "There is no such thing, or you may not see it."},
        {ERR_BUSY, "The server is busy. Try again in a moment."},
        {ERR_GONE, "This has ended or is no longer valid."},
        {ERR_LIMIT, "Too many attempts. Wait a few minutes."},
        {ERR_CONFLICT, "It was changed meanwhile. Load it again."},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].err == e)
            return rows[i].text;
    return "The request failed. Its number helps your administrator to find out why.";
}

/* ---- on the other thread ------------------------------------------------------------------------
 */

/* Whether a run that went well was the first of two. */
static bool runs_again(const struct exchange *x)
{
    enum where w = x->rq.route->where;
    bool checked = w == ON_CHECK_WRITE || w == ON_FETCH_WRITE;
    return !x->rq.again && (checked || (w == ON_READ && x->rq.answer.write));
}

void exchange_handle(struct task *t, void *db)
{
    struct exchange *x = (struct exchange *)t;
    struct request *rq = &x->rq;
    rq->db = (struct db *)db;
    rq->now_ms = clock_wall_ms();
    bool no_db = rq->route->where == ON_FETCH_WRITE && !rq->again;
    mem_free(rq->caller); /* of the first run */
    rq->caller = NULL;
    enum err e = no_db ? ERR_OK : x->http->cfg.authorise(rq);
    if (e == ERR_OK)
        e = x->http->cfg.run != NULL && !no_db ? x->http->cfg.run(rq) : rq->route->run(rq);
    t->result = e;
    if (e == ERR_OK && rq->answer.file[0] != '\0' && !runs_again(x))
        file_open(x);
}

static int status_of(const struct answer *a, enum err e)
{
    return a->status >= 400 ? a->status : err_http_status(e);
}

static char *body_of(const struct answer *a)
{
    if (a->body != NULL)
        return json_dumps(a->body, JSON_COMPACT);
    return a->text != NULL ? strdup(a->text) : NULL;
}

void exchange_answer(struct exchange *x, enum err e)
{
    struct answer *a = &x->rq.answer;
    if (e != ERR_OK) {
        int status = status_of(a, e);
        const char *detail = a->detail[0] != '\0' ? a->detail : default_detail(e);
        if (exchange_fail(x, status, e, detail) != 0)
            lws_set_timeout(x->wsi, PENDING_TIMEOUT_HTTP_CONTENT, LWS_TO_KILL_ASYNC);
    } else if (x->fd < 0) {
        char *text = body_of(a);
        x->status = a->status != 0 ? a->status : text != NULL ? 200 : 204;
        (void)set_text(x, text);
    }
    (void)lws_callback_on_writable(x->wsi);
}

static struct exchange *exchange_of(struct request *rq)
{
    return (struct exchange *)(void *)((char *)rq - offsetof(struct exchange, rq));
}

void http_answer(struct request *rq, enum err e)
{
    struct exchange *x = exchange_of(rq);
    x->busy = false;
    if (x->wsi == NULL)
        exchange_free(x);
    else
        exchange_answer(x, e);
}

void http_trust(struct request *rq)
{
    struct exchange *x = exchange_of(rq);
    if (x->wsi != NULL)
        guard_trust(x->http, x->wsi);
}

/* What follows from a change that is durable now, whether or not anybody waits for the answer. */
static void follow_up(struct exchange *x, enum err e)
{
    if (e == ERR_OK && x->rq.answer.after != NULL)
        x->rq.answer.after(&x->rq);
}

static int submit(struct exchange *x);

static void handler_done(struct task *t)
{
    struct exchange *x = (struct exchange *)t;
    x->busy = false;
    if (x->http->cfg.ran != NULL)
        x->http->cfg.ran(&x->rq);
    follow_up(x, t->result);
    if (x->wsi == NULL) {
        exchange_free(x);
        return;
    }
    if (t->result == ERR_OK && runs_again(x)) {
        x->rq.again = true;
        if (submit(x) != 0)
            lws_set_timeout(x->wsi, PENDING_TIMEOUT_HTTP_CONTENT, LWS_TO_KILL_ASYNC);
        return;
    }
    exchange_answer(x, t->result == ERR_OK ? x->rq.answer.refused : t->result);
}

static int hand_over(struct exchange *x)
{
    x->task.run = exchange_handle;
    x->task.done = handler_done;
    x->task.reply = x->http->cfg.inbox;
    x->busy = true;
    if (x->wsi != NULL)
        lws_set_timeout(x->wsi, PENDING_TIMEOUT_HTTP_CONTENT, HELD_S);
    bool write = x->rq.route->where == ON_WRITE || x->rq.again;
    const struct http_config *c = &x->http->cfg;
    struct tasks *readers = x->rq.route->where == ON_CHECK_WRITE   ? c->checks
                            : x->rq.route->where == ON_FETCH_WRITE ? c->fetches
                                                                   : c->tasks;
    enum err e = write ? c->write(c->app, &x->task) : tasks_submit(readers, &x->task);
    if (e != ERR_OK)
        x->busy = false;
    return e == ERR_OK ? 0 : -1;
}

static int submit(struct exchange *x)
{
    return hand_over(x) == 0 ? 0 : exchange_fail(x, 503, ERR_BUSY, default_detail(ERR_BUSY));
}

int exchange_again(struct exchange *x)
{
    return hand_over(x);
}

/* Here and now; the answer may come later. */
static int run_live(struct exchange *x)
{
    x->rq.head = x->head;
    x->rq.now_ms = clock_wall_ms();
    x->busy = true;
    lws_set_timeout(x->wsi, PENDING_TIMEOUT_HTTP_CONTENT, HELD_S);
    enum err e = x->rq.route->run(&x->rq);
    if (e != ERR_OK)
        http_answer(&x->rq, e);
    return 0;
}

int exchange_run(struct exchange *x)
{
    x->rq.body = x->body;
    x->rq.body_len = x->body_len;
    if (x->rq.route->where == ON_LIVE)
        return run_live(x);
    char why[SHAPE_WHY_MAX];
    const struct shape *s = x->rq.route->in;
    if (s == NULL)
        return x->body_len == 0 ? submit(x)
                                : exchange_fail(x, 400, ERR_INVAL, "No body is expected here.");
    json_t *v = shape_parse(x->body != NULL ? x->body : "", x->body_len, why);
    x->rq.in = mem_zalloc(1, s->size);
    enum err e = v == NULL || x->rq.in == NULL ? ERR_INVAL : shape_decode(s, v, x->rq.in, why);
    json_decref(v);
    return e == ERR_OK ? submit(x) : exchange_fail(x, 400, ERR_INVAL, why);
}

int exchange_body(struct exchange *x, const void *p, size_t n)
{
    if (x->flow != NULL)
        return intake_body(x, p, n);
    /* The library begins its own time anew with every byte. */
    if (clock_mono_ns() - x->started_ns > REQUEST_S * NS_PER_S)
        return -1;
    if (x->status != 0 || n == 0)
        return 0; /* Refused already: the rest is only read away. */
    if (x->body_len + n > x->body_cap)
        return exchange_fail(x, 413, ERR_TOOBIG, "The request is larger than announced.");
    memcpy(x->body + x->body_len, p, n);
    x->body_len += n;
    return 0;
}

/* ---- headers
 * -------------------------------------------------------------------------------------- */

static void copy_header(struct lws *wsi, enum lws_token_indexes token, char *out, size_t cap)
{
    if (lws_hdr_copy(wsi, out, (int)cap, token) <= 0)
        out[0] = '\0';
}

static void read_cookie(const char *cookies, const char *name, char out[ROUTE_TOKEN_MAX])
{
    size_t n = strlen(name);
    for (const char *at = cookies; (at = strstr(at, name)) != NULL; at += n)
        if (at == cookies || at[-1] == ' ' || at[-1] == ';') {
            (void)snprintf(out, ROUTE_TOKEN_MAX, "%.*s", (int)strcspn(at + n, "; "), at + n);
            return;
        }
}

static bool printable(const char *text)
{
    for (const char *p = text; *p != '\0'; p++)
        if (*p < 0x20 || *p > 0x7e)
            return false;
    return true;
}

static void read_agent(struct exchange *x)
{
    char text[1024];
    copy_header(x->wsi, WSI_TOKEN_HTTP_USER_AGENT, text, sizeof(text));
    if (printable(text))
        (void)snprintf(x->rq.agent, sizeof(x->rq.agent), "%s", text);
}

static void read_token(struct exchange *x)
{
    char text[2048];
    copy_header(x->wsi, WSI_TOKEN_HTTP_AUTHORIZATION, text, sizeof(text));
    if (strncasecmp(text, "Bearer ", 7) == 0) {
        x->rq.bearer = true;
        (void)snprintf(x->rq.token, sizeof(x->rq.token), "%s", text + 7);
        return;
    }
    copy_header(x->wsi, WSI_TOKEN_HTTP_COOKIE, text, sizeof(text));
    read_cookie(text, SESSION_COOKIE, x->rq.token);
    read_cookie(text, DEVICE_COOKIE, x->rq.device);
}

/* Parameters come decoded; what is no text is refused. */
static bool read_query(struct exchange *x)
{
    size_t used = 0;
    for (int i = 0;; i++) {
        size_t room = sizeof(x->rq.query) - 1 - used;
        char *at = x->rq.query + used;
        int have = lws_hdr_fragment_length(x->wsi, WSI_TOKEN_HTTP_URI_ARGS, i);
        if (have <= 0)
            return true;
        if ((size_t)have >= room ||
            lws_hdr_copy_fragment(x->wsi, at, (int)room, WSI_TOKEN_HTTP_URI_ARGS, i) != have ||
            strlen(at) != (size_t)have || !shape_is_text(at))
            return false;
        used += (size_t)have + 1;
        x->rq.query[used] = '\0';
    }
}

/* Changes need the page's own origin where the browser says one: a form elsewhere is refused, also
 * by a browser that keeps the origin to itself. */
static bool origin_fine(struct exchange *x, enum method m, const char *host)
{
    static const char fetch[] = "sec-fetch-site:";
    char origin[300], want[300], site[32];
    copy_header(x->wsi, WSI_TOKEN_ORIGIN, origin, sizeof(origin));
    (void)snprintf(want, sizeof(want), "https://%s", host);
    if (lws_hdr_custom_copy(x->wsi, site, sizeof(site), fetch, (int)sizeof(fetch) - 1) <= 0)
        site[0] = '\0';
    if (m != M_GET && strstr(site, "-site") != NULL)
        return false;
    return m == M_GET || origin[0] == '\0' || strcmp(origin, want) == 0;
}

static enum method method_of(struct exchange *x)
{
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
        if (lws_hdr_total_length(x->wsi, methods[i].token) > 0) {
            x->head = methods[i].head;
            return methods[i].method;
        }
    return 0;
}

/* -1: none, or none that may be; more than 2^53 is as good as that. */
static int64_t announced(struct exchange *x)
{
    char text[24];
    int64_t n = 0;
    copy_header(x->wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH, text, sizeof(text));
    for (const char *p = text; *p != '\0'; p++) {
        if (*p < '0' || *p > '9' || n > INT64_C(1) << 53)
            return -1;
        n = n * 10 + (*p - '0');
    }
    return text[0] == '\0' && lws_hdr_total_length(x->wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0
               ? -1
               : n;
}

/* No form of another site can send this type unasked. */
static bool is_json(struct exchange *x)
{
    static const char json[] = "application/json";
    char type[80];
    copy_header(x->wsi, WSI_TOKEN_HTTP_CONTENT_TYPE, type, sizeof(type));
    size_t n = sizeof(json) - 1;
    return strncasecmp(type, json, n) == 0 && (type[n] == '\0' || type[n] == ';' || type[n] == ' ');
}

static int not_this_method(struct exchange *x)
{
    const struct http_config *c = &x->http->cfg;
    char allow[64];
    route_methods(c->tables, c->counts, c->n_tables, x->path, allow);
    answer_header(&x->rq, "allow:", allow);
    return exchange_fail(x, 405, ERR_INVAL, "Not this method.");
}

/* Names without their colon, as "name=value" one after the other. */
static bool read_kept(struct exchange *x)
{
    const char *const *names = x->http->cfg.headers;
    size_t used = 0;
    char name[40];
    for (; names != NULL && *names != NULL; names++) {
        int n = snprintf(name, sizeof(name), "%s:", *names);
        int have = lws_hdr_custom_length(x->wsi, name, n);
        size_t room = sizeof(x->rq.headers) - 1 - used;
        if (have < 0)
            continue;
        if ((size_t)n + (size_t)have + 1 > room)
            return false;
        char *at = x->rq.headers + used;
        memcpy(at, *names, (size_t)n - 1);
        at[n - 1] = '=';
        at[n] = '\0';
        if (have > 0 && lws_hdr_custom_copy(x->wsi, at + n, (int)room - n, name, n) < 0)
            return false;
        used += strlen(at) + 1;
        x->rq.headers[used] = '\0';
    }
    return true;
}

static void read_live_headers(struct exchange *x)
{
    copy_header(x->wsi, WSI_TOKEN_HTTP_CONTENT_TYPE, x->rq.type, sizeof(x->rq.type));
    copy_header(x->wsi, WSI_TOKEN_HTTP_ACCEPT, x->rq.accept, sizeof(x->rq.accept));
}

/* What does not fit is passed on as something that is no key. */
static void read_once(struct exchange *x)
{
    static const char name[] = "idempotency-key:";
    char *to = x->rq.once;
    int n = (int)sizeof(name) - 1, have = lws_hdr_custom_length(x->wsi, name, n);
    if (have <= 0)
        return;
    if (lws_hdr_custom_copy(x->wsi, to, (int)sizeof(x->rq.once), name, n) <= 0)
        (void)snprintf(to, sizeof(x->rq.once), " ");
}

static int begin_route(struct exchange *x, bool known)
{
    if (x->rq.route == NULL && known)
        return not_this_method(x);
    if (x->rq.route == NULL)
        return exchange_fail(x, 404, ERR_NOENT, default_detail(ERR_NOENT));
    bool live = x->rq.route->where == ON_LIVE;
    copy_header(x->wsi, WSI_TOKEN_HTTP_IF_MATCH, x->rq.if_match, sizeof(x->rq.if_match));
    read_once(x);
    if (live) {
        read_live_headers(x);
        answer_header(&x->rq, "access-control-allow-origin:", "*"); /* Refusals too. */
    }
    if (!read_kept(x))
        return exchange_fail(x, 431, ERR_TOOBIG, "The headers are too long.");
    int64_t n = announced(x);
    if (n >= 0 && x->rq.route->where == ON_INTAKE) {
        read_live_headers(x);
        return intake_begin(x, (uint64_t)n);
    }
    if (n < 0 || n > ROUTE_BODY_MAX)
        return exchange_fail(x, n < 0 ? 411 : 413, ERR_TOOBIG, "At most 64 KiB, with its length.");
    if (n == 0)
        return exchange_run(x);
    if (!live && !is_json(x))
        return exchange_fail(x, 415, ERR_INVAL, "The content type must be application/json.");
    x->body_cap = (size_t)n;
    x->body = (char *)mem_alloc(x->body_cap);
    return x->body == NULL ? -1 : 0;
}

static int begin_asset(struct exchange *x, enum method m)
{
    char accept[128];
    x->asset = m == M_GET ? assets_find(&x->http->assets, x->path) : NULL;
    if (x->asset == NULL)
        return exchange_fail(x, m == M_GET ? 404 : 405, ERR_NOENT, default_detail(ERR_NOENT));
    copy_header(x->wsi, WSI_TOKEN_HTTP_ACCEPT_ENCODING, accept, sizeof(accept));
    x->gzip_ok = strstr(accept, "gzip") != NULL;
    x->status = strcmp(x->if_none_match, x->asset->etag) == 0 ? 304 : 200;
    (void)lws_callback_on_writable(x->wsi);
    return 0;
}

int exchange_begin(struct exchange *x, const char *uri)
{
    const struct http_config *c = &x->http->cfg;
    char host[256];
    bool known = false;
    enum method m = method_of(x);
    lws_set_timeout(x->wsi, PENDING_TIMEOUT_HTTP_CONTENT, REQUEST_S);
    if (!guard_host_ok(x->wsi, host, sizeof(host)))
        return exchange_fail(x, 400, ERR_INVAL, "The Host header is missing or malformed.");
    if (m == 0)
        return exchange_fail(x, 405, ERR_INVAL, "Not this method.");
    if (strlen(uri) >= sizeof(x->path) || strstr(uri, "//") != NULL || strstr(uri, "/.") != NULL)
        return exchange_fail(x, 400, ERR_INVAL, "A malformed path.");
    (void)snprintf(x->path, sizeof(x->path), "%s", uri);
    x->rq.route = route_find(c->tables, c->counts, c->n_tables, m, x->path, x->rq.args, &known);
    bool live = x->rq.route != NULL && x->rq.route->where == ON_LIVE;
    if (!live && !origin_fine(x, m, host))
        return exchange_fail(x, 403, ERR_DENIED, "A request from another site.");
    copy_header(x->wsi, WSI_TOKEN_HTTP_RANGE, x->range, sizeof(x->range));
    copy_header(x->wsi, WSI_TOKEN_HTTP_IF_NONE_MATCH, x->if_none_match, sizeof(x->if_none_match));
    copy_header(x->wsi, WSI_TOKEN_HTTP_IF_RANGE, x->if_range, sizeof(x->if_range));
    read_token(x);
    read_agent(x);
    if (!read_query(x))
        return exchange_fail(x, 400, ERR_INVAL, "A malformed address.");
    return known || strncmp(x->path, "/api/", 5) == 0 ? begin_route(x, known) : begin_asset(x, m);
}

/* ---- the answer
 * ------------------------------------------------------------------------------------- */

static int add(struct exchange *x, const char *name, const char *value, uint8_t **p, uint8_t *end)
{
    return lws_add_http_header_by_name(x->wsi, (const unsigned char *)name,
                                       (const unsigned char *)value, (int)strlen(value), p, end);
}

static int add_cookie(struct exchange *x, const char *name, const char *v, int days, uint8_t **p,
                      uint8_t *end)
{
    char text[200];
    if (v[0] == '\0')
        return 0;
    bool clear = strcmp(v, "-") == 0;
    (void)snprintf(text, sizeof(text), "%s%s; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=%d",
                   name, clear ? "" : v, clear ? 0 : days * 86400);
    return add(x, "set-cookie:", text, p, end);
}

static int add_retry(struct exchange *x, uint8_t **p, uint8_t *end)
{
    char text[16];
    (void)snprintf(text, sizeof(text), "%d", x->rq.answer.retry_after_s);
    return x->rq.answer.retry_after_s > 0 ? add(x, "retry-after:", text, p, end) : 0;
}

int exchange_lines(struct exchange *x, uint8_t **p, uint8_t *end)
{
    char lines[ROUTE_HEADERS_MAX], name[40], *rest = lines;
    int bad = 0;
    memcpy(lines, x->rq.answer.headers, sizeof(lines));
    for (char *line = NULL; (line = strsep(&rest, "\n")) != NULL && *line != '\0';) {
        size_t n = strcspn(line, " ");
        (void)snprintf(name, sizeof(name), "%.*s", (int)n, line);
        bad |= add(x, name, line + n + 1, p, end);
    }
    return bad;
}

static int send_headers(struct exchange *x, const char *type, size_t len, const char *cache)
{
    uint8_t head[LWS_PRE + 4096], *start = head + LWS_PRE, *p = start, *end = head + sizeof(head);
    int bad = lws_add_http_header_status(x->wsi, (unsigned)x->status, &p, end);
    if (type != NULL)
        bad |= add(x, "content-type:", type, &p, end);
    if (x->status != 204 && x->status != 304)
        bad |= lws_add_http_header_content_length(x->wsi, len, &p, end);
    bad |= add(x, "cache-control:", cache, &p, end);
    if (x->asset != NULL)
        bad |=
            add(x, "etag:", x->asset->etag, &p, end) | add(x, "vary:", "accept-encoding", &p, end);
    if (x->asset != NULL && x->gzip_ok && x->asset->gz != NULL && x->status == 200)
        bad |= add(x, "content-encoding:", "gzip", &p, end);
    bad |= add_cookie(x, SESSION_COOKIE, x->rq.answer.set_session, 14, &p, end);
    bad |= add_cookie(x, DEVICE_COOKIE, x->rq.answer.set_device, 365, &p, end);
    bad |= add_retry(x, &p, end) | exchange_lines(x, &p, end) |
           guard_headers(x->http, x->wsi, &p, end);
    if (bad != 0 || lws_finalize_write_http_header(x->wsi, start, &p, end) != 0)
        return -1;
    x->headers_sent = true;
    exchange_told(x);
    return 0;
}

int exchange_finish(struct exchange *x)
{
    x->over = true;
    if (intake_unread(x))
        return 0;
    return lws_http_transaction_completed(x->wsi) != 0 ? -1 : 1;
}

static int write_asset(struct exchange *x)
{
    const struct asset *a = x->asset;
    bool gz = x->gzip_ok && a->gz != NULL;
    size_t len = gz ? a->gz_len : a->len;
    bool hashed = strncmp(a->path, "/assets/", 8) == 0;
    const char *cache = hashed ? "public, max-age=31536000, immutable" : "no-cache";
    if (!x->headers_sent) {
        if (send_headers(x, a->type, len, cache) != 0)
            return -1;
        if (x->head || x->status == 304)
            return exchange_finish(x);
        x->left = len;
        (void)lws_callback_on_writable(x->wsi);
        return 0;
    }
    size_t n = x->left < CHUNK / 4 ? (size_t)x->left : CHUNK / 4;
    if (x->chunk == NULL)
        x->chunk = (uint8_t *)mem_alloc(LWS_PRE + CHUNK / 4);
    if (x->chunk == NULL)
        return -1;
    memcpy(x->chunk + LWS_PRE, (gz ? a->gz : a->bytes) + (len - (size_t)x->left), n);
    x->left -= n;
    enum lws_write_protocol how = x->left == 0 ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP;
    if (lws_write(x->wsi, x->chunk + LWS_PRE, n, how) < (int)n)
        return -1;
    lws_set_timeout(x->wsi, PENDING_TIMEOUT_HTTP_CONTENT, REQUEST_S);
    if (x->left == 0)
        return exchange_finish(x);
    (void)lws_callback_on_writable(x->wsi);
    return 0;
}

static int write_text(struct exchange *x)
{
    const char *fine = x->rq.answer.text != NULL ? x->rq.answer.text_type : "application/json";
    const char *type = x->err != ERR_OK ? "application/problem+json" : fine;
    if (!x->headers_sent) {
        if (send_headers(x, x->text_len > 0 ? type : NULL, x->text_len, "no-store") != 0)
            return -1;
        if (x->text_len == 0 || x->head)
            return exchange_finish(x);
        (void)lws_callback_on_writable(x->wsi);
        return 0;
    }
    if (lws_write(x->wsi, (uint8_t *)x->text + LWS_PRE, x->text_len, LWS_WRITE_HTTP_FINAL) <
        (int)x->text_len)
        return -1;
    return exchange_finish(x);
}

/* -1: close; 0: more to come; 1: done, the connection may carry another request. */
int exchange_writable(struct exchange *x)
{
    if (x->busy || x->over)
        return 0;
    if (x->asset != NULL && x->err == ERR_OK)
        return write_asset(x);
    if (x->fd >= 0 && x->err == ERR_OK)
        return file_writable(x);
    return x->text == NULL ? 0 : write_text(x);
}
