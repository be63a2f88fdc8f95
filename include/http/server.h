/**
 * @file
 * The HTTPS and WebSocket server: libwebsockets, on the control thread.
 *
 * Thread: everything here is called on the thread that runs http_run(), unless it says so.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mailbox.h"
#include "base/tasks.h"
#include "http/route.h"

struct http;
struct metrics;
struct ws;

/** What a WebSocket's owner hears. */
struct ws_events {
    /** @return the owner's pointer for this socket, or NULL to refuse it. */
    void *(*open)(void *app, struct ws *ws, const char *client);
    /** One whole text message, valid UTF-8 is the owner's to check by parsing; not NUL-terminated.
     */
    void (*message)(void *owner, const char *text, size_t len);
    void (*closed)(void *owner);
};

struct http_config {
    const char *listen; /**< Numeric address; NULL or "": all, IPv4 and IPv6. */
    uint16_t port;
    const char *cert_file, *key_file; /**< PEM. */
    const char *web_root;             /**< Built pages, read into memory at start. */
    const char *ws_path, *ws_protocol;
    const struct route *const *tables;
    const size_t *counts;
    size_t n_tables;
    /** Who is calling, and may they: on the handler's thread, before it. Fills rq->caller. */
    enum err (*authorise)(struct request *rq);
    /** Runs the handler, within whatever belongs around it; NULL: just it. On the same thread. */
    enum err (*run)(struct request *rq);
    /** On the control thread, after each run of a handler; NULL: nothing. */
    void (*ran)(const struct request *rq);
    struct ws_events ws;
    struct tasks *tasks;                          /**< ON_READ; their context is a struct db *. */
    struct tasks *checks;                         /**< The checking run of ON_CHECK_WRITE: one
                                                       thread, so that guesses wait for each other
                                                       and nobody else does. The same context. */
    struct tasks *fetches;                        /**< The checking run of ON_FETCH_WRITE. */
    struct tasks *intakes;                        /**< ON_INTAKE: bodies go to the disk. The same
                                                       context. */
    const char *const *headers;                   /**< Kept for request_header(), in small letters
                                                       without colon; ends with NULL. */
    enum err (*write)(void *app, struct task *t); /**< ON_WRITE. */
    void (*on_msg)(void *app, struct msg *m); /**< Other mail than the server's own. Owns @p m. */
    void (*on_tick)(void *app);               /**< About every 100 ms. */
    const char *trusted;                      /**< Proxies, for forwarded_client(); NULL: none. */
    struct metrics *metrics;                  /**< NULL: nothing is counted. */
    struct mailbox *inbox;                    /**< The control thread's. */
    void *app;
};

MUST_USE enum err http_new(struct http **out, const struct http_config *cfg);
void http_free(struct http *h);
/** Serve until http_stop(). */
void http_run(struct http *h);
/** From any thread or a signal handler. */
void http_stop(struct http *h);
/** Take up a changed certificate. From any thread. */
void http_reload(struct http *h);

/** The answer of an ON_LIVE request is complete: it is sent, and @p rq is gone. Once for each. */
void http_answer(struct request *rq, enum err e);
/** The caller has shown a true token: its connection no longer counts among those that an address
 * may have. */
void http_trust(struct request *rq);

/** Queue one text message; copied. Cut off when it does not drain (SECURITY: slow readers). */
void ws_send(struct ws *ws, const char *text, size_t len);
/** Monotonic time of the last frame from the other side, pongs included. */
uint64_t ws_heard_ns(const struct ws *ws);
/** Close with @p code after what is queued. The owner hears closed(). */
void ws_close(struct ws *ws, uint16_t code, const char *reason);

#endif
