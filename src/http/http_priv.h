/** @file
 * Inside of the server. Control thread, but for the jobs' run functions. */
#ifndef HTTP_PRIV_H
#define HTTP_PRIV_H

#include <libwebsockets.h>
#include <stdatomic.h>

#include "http/server.h"

enum {
    CHUNK = 256 << 10, /* one read of a file */
    CONNECTIONS_MAX = 20000,
    PER_ADDRESS_MAX = 256,
    ADDRESSES = 4096,
    REQUEST_S = 15, /* to send a request, or to take the next piece of an answer */
    WS_MESSAGE_MAX = 65536,
    WS_QUEUE_MAX = 8 << 20, /* bytes waiting for a slow reader */
    WS_STUCK_S = 45,
    EXTRA_HEADERS = 2048,
    HELD_S = 60, /* for an answer that is in the making */
};

#define SESSION_COOKIE "__Host-yj="
#define DEVICE_COOKIE "__Host-yjd="

/** A file of the built pages, in memory. */
struct asset {
    char path[200]; /* "/assets/x.js" */
    char etag[40];
    const char *type;
    uint8_t *bytes, *gz; /* gz NULL: not worth it */
    size_t len, gz_len;
};

struct assets {
    struct asset *list;
    size_t n;
};

enum err assets_load(struct assets *a, const char *root);
void assets_free(struct assets *a);
/** The asset for a path; pages of the application all get index.html. */
const struct asset *assets_find(const struct assets *a, const char *path);
const char *type_of(const char *path);

struct http {
    struct http_config cfg;
    struct lws_context *lws;
    struct lws_vhost *vhost;
    struct assets assets;
    atomic_bool stop, reload;
    lws_sorted_usec_list_t tick;
    size_t connections;
    uint32_t per_address[ADDRESSES];
    uint32_t trusted; /* connections that no address is charged for */
    char csp[512];
    struct ws *sockets; /* open, by next */
    struct flow *flows; /* intakes under way, by next */
    size_t n_flows;
    struct http_counts *counts; /* NULL: nothing is counted */
};

/** One request and its answer, in flight. */
struct exchange {
    struct task task; /* first */
    struct http *http;
    struct lws *wsi; /* NULL when the connection is gone */
    struct request rq;
    char path[1024];
    char range[64], if_range[64], if_none_match[64];
    bool head, gzip_ok;
    bool busy; /* on another thread: freed when it comes back */
    char *body;
    size_t body_len, body_cap;
    /* the answer */
    enum err err;
    int status;
    char *text; /* LWS_PRE bytes, then the body */
    size_t text_len;
    const struct asset *asset;
    bool headers_sent;
    bool over; /* all of it has been written */
    /* a file */
    int fd;
    uint64_t first, left, size;
    uint64_t sent_from; /* first, when sending began */
    int64_t mtime;
    bool part;
    uint8_t *chunk; /* LWS_PRE bytes, then the piece */
    size_t chunk_len;
    uint64_t started_ns;
    struct flow *flow; /* of an intake */
};

/* exchange.c */
struct exchange *exchange_new(struct http *h, struct lws *wsi);
void exchange_free(struct exchange *x);
/** The connection is gone. */
void exchange_orphan(struct exchange *x);
/** Headers are in. @return -1 to close the connection. */
int exchange_begin(struct exchange *x, const char *uri);
int exchange_body(struct exchange *x, const void *p, size_t n);
int exchange_run(struct exchange *x);
int exchange_writable(struct exchange *x);
int exchange_fail(struct exchange *x, int status, enum err e, const char *detail);
/** Gives the answer, or the error. */
void exchange_answer(struct exchange *x, enum err e);
/** Authorises and runs the handler: on its thread. */
void exchange_handle(struct task *t, void *db);
/** Hands the second run to the records thread. */
int exchange_again(struct exchange *x);
/** The last byte of the answer is out, or will be: 1, or -1 to close. */
int exchange_finish(struct exchange *x);
/** The handler's own headers. */
int exchange_lines(struct exchange *x, uint8_t **p, uint8_t *end);
/* intake.c */
/** Headers are in, and so is what they announce. */
int intake_begin(struct exchange *x, uint64_t announced);
int intake_body(struct exchange *x, const void *p, size_t n);
/** The last byte of the body was given. @return as exchange_writable(). */
int intake_body_end(struct exchange *x);
/** The connection is gone. False: nothing is to be done any more. */
bool intake_orphan(struct exchange *x);
/** The answer is out while the body still comes: it is read away before the connection is used
 * again. */
bool intake_unread(const struct exchange *x);
void intake_free(struct exchange *x);
void intake_tick(struct http *h);
/* told.c */
/** Series of every route; without memory some are not counted. */
void counts_new(struct http *h);
void counts_free(struct http *h);
/** Connections and sockets as they are now. */
void counts_tick(struct http *h);
/** The headers of the answer are out: logged, once an exchange. */
void exchange_told(const struct exchange *x);
/* file.c */
void file_open(struct exchange *x);
int file_writable(struct exchange *x);
/* guard.c */
bool guard_host_ok(struct lws *wsi, char *host, size_t cap);
bool guard_upgrade_ok(struct http *h, struct lws *wsi);
/** A connection has come: false when it is one too many. */
bool guard_arrive(struct http *h, struct lws *wsi);
void guard_leave(struct http *h, struct lws *wsi);
void guard_trust(struct http *h, struct lws *wsi);
int guard_headers(struct http *h, struct lws *wsi, uint8_t **p, uint8_t *end);
/** Who is asking, as trusted proxies tell it. While the headers are there. */
void guard_client(struct http *h, struct lws *wsi, char out[64]);
/* ws.c */
/** Pings who is due, cuts off who has been silent for too long. */
void ws_tick(struct http *h);
size_t ws_count(const struct http *h);
int ws_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                size_t len);

#endif
