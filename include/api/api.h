/**
 * @file
 * What the server does: REST, signalling, live meetings, recordings. Control thread.
 */
#ifndef API_API_H
#define API_API_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/conf.h"
#include "base/err.h"
#include "base/mailbox.h"
#include "base/tasks.h"
#include "http/route.h"
#include "http/server.h"
#include "net/addr.h"

struct api;
struct stage_rules;
struct metrics;
struct worker;
struct writer;

enum { API_WORKERS_MAX = 64 };

/** What a meeting's recording needs from outside: the packager that follows it. Called on the
 * control thread. */
struct api_hooks {
    void (*follow)(void *arg, const char *meeting, const char *dir);
    void *arg;
};

struct api_config {
    const struct conf *conf;
    const struct stage_rules *rules; /**< By which due days are reckoned. */
    struct mailbox *inbox;           /**< The control thread's. */
    struct tasks *tasks;
    struct tasks *intakes; /**< As the server's: slow work with files, a connection a thread. */
    struct tasks *scans;   /**< The virus scanner's one thread; NULL: there is none. */
    struct writer *writer;
    struct imports *imports; /**< Woken when there is one more. */
    struct worker *workers[API_WORKERS_MAX];
    unsigned n_workers;
    const uint8_t *fingerprint;  /**< Of the DTLS certificate. */
    const struct addr *announce; /**< Addresses for candidates; ports are filled per worker. */
    unsigned n_announce;
    uint16_t media_port;
    const char *public_url; /**< Without a slash at the end. */
    const uint8_t *secret;  /**< The key that seals small secrets, SEAL_KEY_LEN bytes. */
    struct api_hooks hooks;
    struct metrics *metrics; /**< NULL: nothing is counted. */
};

MUST_USE enum err api_new(struct api **out, const struct api_config *cfg);
/** After http_free(): closes recordings and waits for them. */
void api_free(struct api *a);

/** Mail for the control thread: worker and journal events. Owns @p m. */
void api_on_msg(void *api, struct msg *m);
void api_on_tick(void *api);
enum err api_authorise(struct request *rq);
/** The handler, and the keeping of its answer under the request's Idempotency-Key. */
enum err api_run(struct request *rq);
/** Puts down when and from where the token of a request was used. */
void api_ran(const struct request *rq);
enum err api_write(void *api, struct task *t);
struct ws_events api_ws_events(void);
/** All media workers answer: what the service manager's watchdog is told. */
bool api_alive(const struct api *a);
/** For http_config.headers. */
extern const char *const api_headers[];
/** The tables of routes. */
size_t api_routes(const struct route *const **tables, const size_t **counts);

/** Who may do what, with all routes and messages, as JSON. */
void api_write_rights(FILE *to);
/** The API's description, OpenAPI 3.1, as JSON. */
void api_write_openapi(FILE *to);

/** Tell everybody that the server stops, and close the journals; api_idle() says when all is on
 * disk. */
void api_shutdown(struct api *a);
bool api_idle(const struct api *a);

/** Meetings that were live when the last process ended: recordings that go on need their packager.
 */
void api_resume(struct api *a, const char *meeting);
/** The recording of a meeting is complete: who has subscribed is told. */
void api_recording_ready(struct api *a, const char *meeting);
/** End a meeting, live or not. @param by  Who, for the record. */
void api_end_meeting(struct api *a, const char *public_id, const char *by,
                     void (*told)(void *arg, enum err e), void *arg);

/** A device's token is no longer good: what came in by it ends. @param device  Its public id. */
void api_device_revoked(struct api *a, const char *device);
/** Sessions have ended, and with them goes from the running meetings who came in by them: by @p
 * only of this account's, or by any but @p but (0: by any). */
void api_sessions_ended(struct api *a, int64_t account, int64_t only, int64_t but);
/** An account is disabled: its sessions and the device tokens that it made have ended. */
void api_account_disabled(struct api *a, int64_t account);

/** State of the server as JSON text (mem_free), once all workers have answered; then @p done. */
void api_status(struct api *a, void (*done)(void *arg, const char *json), void *arg);

#endif
