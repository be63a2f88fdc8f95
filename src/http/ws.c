/* WebSocket messages: fragments gathered under a limit, a bounded queue out. */
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "http_priv.h"

struct outgoing {
    struct outgoing *next;
    uint64_t since_ns;
    size_t len;
    uint8_t bytes[]; /* LWS_PRE of room, then the text */
};

/* libwebsockets' own liveness check is content while it can send: it never misses a frozen device.
 */
enum { PING_MS = 3000, SILENT_MS = 8000 /* early enough for "gone within 15 s" */ };

struct ws {
    struct ws *next; /* of the server's */
    struct http *http;
    struct lws *wsi;
    void *owner;
    struct outgoing *head, **tail;
    size_t queued;
    uint16_t close_code;
    char close_reason[64];
    uint64_t heard_ns, pinged_ns;
    bool ping_due;
    char *in;
    size_t in_len;
    uint64_t in_since_ns; /* first fragment of an unfinished message; 0: none */
};

/* libwebsockets' session memory holds only the pointer. */
struct session {
    struct ws *ws;
};

static void free_queue(struct ws *ws)
{
    for (struct outgoing *o = ws->head, *next = NULL; o != NULL; o = next) {
        next = o->next;
        mem_free(o);
    }
    ws->head = NULL;
    ws->tail = &ws->head;
    ws->queued = 0;
}

static int on_open(struct lws *wsi, struct session *s)
{
    struct http *h = (struct http *)lws_context_user(lws_get_context(wsi));
    char client[64];
    struct ws *ws = (struct ws *)mem_zalloc(1, sizeof(*ws));
    if (ws == NULL)
        return -1;
    ws->in = (char *)mem_alloc(WS_MESSAGE_MAX);
    ws->http = h;
    ws->wsi = wsi;
    ws->tail = &ws->head;
    ws->heard_ns = clock_mono_ns();
    guard_client(h, wsi, client);
    log_debug("http", "a socket of %s", client);
    ws->owner = ws->in == NULL ? NULL : h->cfg.ws.open(h->cfg.app, ws, client);
    if (ws->owner == NULL) {
        mem_free(ws->in);
        mem_free(ws);
        return -1;
    }
    ws->next = h->sockets;
    h->sockets = ws;
    s->ws = ws;
    return 0;
}

static void on_closed(struct session *s)
{
    struct ws *ws = s->ws;
    if (ws == NULL)
        return;
    s->ws = NULL;
    struct ws **at = &ws->http->sockets;
    while (*at != ws)
        at = &(*at)->next;
    *at = ws->next;
    ws->http->cfg.ws.closed(ws->owner);
    free_queue(ws);
    mem_free(ws->in);
    mem_free(ws);
}

/* Fragments, empty ones too, do not go on for ever. */
static bool in_time(struct ws *ws)
{
    uint64_t now = clock_mono_ns();
    if (ws->in_since_ns == 0)
        ws->in_since_ns = now;
    return now - ws->in_since_ns <= REQUEST_S * NS_PER_S;
}

static int on_receive(struct ws *ws, const void *p, size_t n)
{
    /* What the frame announces counts before it has come. */
    bool fits = ws->in_len + n + lws_remaining_packet_payload(ws->wsi) <= WS_MESSAGE_MAX;
    if (lws_frame_is_binary(ws->wsi) || !fits) {
        static unsigned char reason[] = "text of at most 64 KiB";
        lws_close_reason(ws->wsi, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, reason, sizeof(reason) - 1);
        return -1;
    }
    ws->heard_ns = clock_mono_ns();
    memcpy(ws->in + ws->in_len, p, n);
    ws->in_len += n;
    if (lws_remaining_packet_payload(ws->wsi) > 0 || !lws_is_final_fragment(ws->wsi))
        return in_time(ws) ? 0 : -1;
    ws->in_since_ns = 0;
    size_t len = ws->in_len;
    ws->in_len = 0;
    ws->http->cfg.ws.message(ws->owner, ws->in, len);
    return 0;
}

static int write_ping(struct ws *ws)
{
    uint8_t room[LWS_PRE + 1] = {0}; /* One byte: of an empty pong the library says nothing. */
    ws->ping_due = false;
    return lws_write(ws->wsi, room + LWS_PRE, 1, LWS_WRITE_PING) < 0 ? -1 : 0;
}

static int on_writable(struct ws *ws)
{
    if (ws->ping_due) { /* One write a call: the rest when there is room again. */
        (void)lws_callback_on_writable(ws->wsi);
        return write_ping(ws);
    }
    struct outgoing *o = ws->head;
    if (o != NULL) {
        int n = lws_write(ws->wsi, o->bytes + LWS_PRE, o->len, LWS_WRITE_TEXT);
        if (n < (int)o->len)
            return -1;
        ws->head = o->next;
        if (ws->head == NULL)
            ws->tail = &ws->head;
        ws->queued -= o->len;
        mem_free(o);
    }
    if (ws->head != NULL) {
        (void)lws_callback_on_writable(ws->wsi);
        return 0;
    }
    if (ws->close_code == 0)
        return 0;
    lws_close_reason(ws->wsi, (enum lws_close_status)ws->close_code,
                     (unsigned char *)ws->close_reason, strlen(ws->close_reason));
    return -1;
}

int ws_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
    struct session *s = (struct session *)user;
    struct http *h = (struct http *)lws_context_user(lws_get_context(wsi));
    switch ((int)reason) {
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
        return guard_upgrade_ok(h, wsi) ? 0 : -1;
    case LWS_CALLBACK_ESTABLISHED:
        return on_open(wsi, s);
    case LWS_CALLBACK_RECEIVE:
        return s->ws == NULL ? -1 : on_receive(s->ws, in, len);
    case LWS_CALLBACK_RECEIVE_PONG:
        if (s->ws != NULL)
            s->ws->heard_ns = clock_mono_ns();
        return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return s->ws == NULL ? -1 : on_writable(s->ws);
    case LWS_CALLBACK_CLOSED:
        on_closed(s);
        return 0;
    default:
        return 0;
    }
}

void ws_tick(struct http *h)
{
    uint64_t now = clock_mono_ns();
    for (struct ws *ws = h->sockets; ws != NULL; ws = ws->next) {
        if (now - ws->heard_ns > SILENT_MS * NS_PER_MS) {
            lws_set_timeout(ws->wsi, PENDING_TIMEOUT_CLOSE_ACK, LWS_TO_KILL_ASYNC);
        } else if (now - ws->pinged_ns >= PING_MS * NS_PER_MS) {
            ws->pinged_ns = now;
            ws->ping_due = true;
            (void)lws_callback_on_writable(ws->wsi);
        }
    }
}

size_t ws_count(const struct http *h)
{
    size_t n = 0;
    for (const struct ws *ws = h->sockets; ws != NULL; ws = ws->next)
        n++;
    return n;
}

void ws_send(struct ws *ws, const char *text, size_t len)
{
    uint64_t now = clock_mono_ns();
    bool stuck = ws->head != NULL && now - ws->head->since_ns > WS_STUCK_S * NS_PER_S;
    if (ws->close_code != 0)
        return;
    struct outgoing *o = NULL;
    if (!stuck && ws->queued + len <= WS_QUEUE_MAX)
        o = (struct outgoing *)mem_alloc(sizeof(*o) + LWS_PRE + len);
    if (o == NULL) {
        free_queue(ws);
        ws_close(ws, 4008, "too slow");
        lws_set_timeout(ws->wsi, PENDING_TIMEOUT_CLOSE_SEND, 1);
        return;
    }
    *o = (struct outgoing){.since_ns = now, .len = len};
    memcpy(o->bytes + LWS_PRE, text, len);
    *ws->tail = o;
    ws->tail = &o->next;
    ws->queued += len;
    (void)lws_callback_on_writable(ws->wsi);
}

uint64_t ws_heard_ns(const struct ws *ws)
{
    return ws->heard_ns;
}

void ws_close(struct ws *ws, uint16_t code, const char *reason)
{
    if (ws->close_code != 0)
        return;
    ws->close_code = code;
    lws_strncpy(ws->close_reason, reason, sizeof(ws->close_reason));
    (void)lws_callback_on_writable(ws->wsi);
}
