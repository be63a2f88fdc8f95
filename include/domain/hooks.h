/**
 * @file
 * Subscriptions of other systems to what happens to projects and meetings: where they are told, of
 * what, and the secret by which they know that it is us. The telling is the outbox's.
 * Thread: of the connection.
 */
#ifndef DOMAIN_HOOKS_H
#define DOMAIN_HOOKS_H

#include <stdbool.h>
#include <stdint.h>

#include "crypto/seal.h"
#include "domain/people.h"

enum hook_event {
    HOOK_PROJECT_CREATED,
    HOOK_PROJECT_CHANGED,
    HOOK_PROJECT_MOVED, /**< To another stage. */
    HOOK_MEETING_SCHEDULED,
    HOOK_MEETING_CHANGED,
    HOOK_MEETING_RESCHEDULED,
    HOOK_MEETING_CANCELLED,
    HOOK_MEETING_STARTED,
    HOOK_MEETING_ENDED,
    HOOK_RECORDING_READY,
    HOOK_EVENTS,
};
/** "project.created" and so on; NULL-terminated. */
extern const char *const hook_words[HOOK_EVENTS + 1];
/** What a test is called; nobody subscribes to it. */
#define HOOK_PING "ping"

enum {
    HOOKS_MAX = 20,
    HOOK_NAME_LEN = 80,
    HOOK_URL_LEN = 500,
    HOOK_EVENTS_LEN = 250, /**< Text of all events, with blanks between. */
    HOOK_SECRET_LEN = 64,
};

struct hook {
    int64_t id, version, created_at, changed_at;
    char public_id[PUBLIC_ID_LEN + 1], name[HOOK_NAME_LEN + 1], url[HOOK_URL_LEN + 1];
    char made_by[NAME_LEN + 1];
    unsigned events;                  /**< One bit for each. */
    bool active;                      /**< Else it is told of nothing. */
    char secret[HOOK_SECRET_LEN + 1]; /**< Only where it says so. */
};

/** @param h  name, url, events, active, made_by are given, the rest is filled, the secret too:
 * shown once. ERR_LIMIT: there are HOOKS_MAX. */
MUST_USE enum err hook_add(struct db *db, const uint8_t key[SEAL_KEY_LEN], struct hook *h,
                           int64_t now_ms);
/** Without the secret. */
MUST_USE enum err hook_get(struct db *db, struct hook *out, const char *public_id);
/** Writes name, url, events and active when h->version is still the newest; fills the new version.
 * ERR_CONFLICT otherwise. */
MUST_USE enum err hook_edit(struct db *db, struct hook *h, int64_t now_ms);
/** Another secret, filled; what waits already is signed by the one before. */
MUST_USE enum err hook_secret_renew(struct db *db, const uint8_t key[SEAL_KEY_LEN], struct hook *h,
                                    int64_t now_ms);
/** It is gone; what it was told stays on record. */
MUST_USE enum err hook_remove(struct db *db, const char *public_id, int64_t now_ms);
/** All there are, in the order of their names. Without secrets. */
MUST_USE enum err hook_list(struct db *db, void (*each)(void *arg, const struct hook *h),
                            void *arg);
/** With the secret. ERR_CRYPTO: it was sealed by another key. */
MUST_USE enum err hook_open(struct db *db, const uint8_t key[SEAL_KEY_LEN], struct hook *out,
                            const char *public_id);
/** Those that are told of this event, with their secrets; one whose secret cannot be opened is left
 * out, and logged. @param n  Filled; at most HOOKS_MAX. */
MUST_USE enum err hooks_of(struct db *db, const uint8_t key[SEAL_KEY_LEN], enum hook_event event,
                           struct hook out[HOOKS_MAX], size_t *n);

/** Ids of what an event is about: for a project itself nothing is looked up. */
struct hook_subject {
    char project[PUBLIC_ID_LEN + 1], meeting[PUBLIC_ID_LEN + 1]; /**< meeting: "" for none. */
};
MUST_USE enum err hook_subject_of_meeting(struct db *db, struct hook_subject *out,
                                          const char *public_id);

#endif
