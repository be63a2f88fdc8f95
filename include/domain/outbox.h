/**
 * @file
 * What people and systems outside are told: put in with the change that it tells of, so that none
 * is lost and none is sent of a change that was not made, and sent afterwards by others
 * (post/sender.h). What was sent stays as a record of who was told what, when and by which way; its
 * content, which may hold a link, is encrypted while it waits and gone afterwards.
 *
 * Thread: of the connection.
 */
#ifndef DOMAIN_OUTBOX_H
#define DOMAIN_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "crypto/seal.h"
#include "domain/people.h"

struct db;

enum outbox_way {
    OUTBOX_MAIL,    /**< A person, by mail. */
    OUTBOX_GATEWAY, /**< A person, by the gateway of the utility: short message, WeChat. */
    OUTBOX_HOOK,    /**< A system that has subscribed. */
    OUTBOX_WAYS,
};
/** "mail" and so on. */
const char *outbox_way_text(enum outbox_way w);
/** OUTBOX_WAYS for an unknown word. */
enum outbox_way outbox_way_from_text(const char *text);

enum {
    OUTBOX_KIND_LEN = 40,
    OUTBOX_LANE_LEN = 300,
    OUTBOX_TO_LEN = 300,
    OUTBOX_ERROR_LEN = 200,
    OUTBOX_STATE_LEN = 15,
    OUTBOX_BODY_MAX = 48 << 10, /**< Of what is sealed. */
    OUTBOX_HOOK_MAX = 16 << 10, /**< Of the body of an event. */
    OUTBOX_DAYS = 14, /**< So long what has failed can be sent after all; then its content goes. */
};

/** A message that is put in. */
struct outbox_entry {
    enum outbox_way way;
    const char *kind;             /**< "invitation", "meeting.scheduled" */
    const char *lane;             /**< Goes in order with others of the same way and lane. */
    const char *about;            /**< Public id of what it is about. */
    const char *meeting;          /**< Public id; "" for none. */
    const char *name, *recipient; /**< Who it goes to, for the record. */
    const char *body;             /**< UTF-8; sealed. At most OUTBOX_BODY_MAX bytes. */
    int64_t at;                   /**< Not before; 0: now. */
    int64_t give_up_at;           /**< UTC ms. */
};
/** @param public_id  Filled: the id of the delivery, the same in all attempts. */
MUST_USE enum err outbox_put(struct db *db, const uint8_t key[SEAL_KEY_LEN],
                             const struct outbox_entry *m, int64_t now_ms,
                             char public_id[PUBLIC_ID_LEN + 1]);

/** An event for who has subscribed. */
struct outbox_hook {
    const char *subscription; /**< Public id: one lane. */
    const char *url, *secret;
    const char *event; /**< "meeting.scheduled" */
    const char *about; /**< Public id of the thing. */
    const char *body;  /**< JSON text, sent as it is; at most OUTBOX_HOOK_MAX bytes. */
    int64_t give_up_at;
};
/** Address and secret are sealed with the body: lines before it (outbox_hook_open()). ERR_INVAL: a
 * line end in either. */
MUST_USE enum err outbox_put_hook(struct db *db, const uint8_t key[SEAL_KEY_LEN],
                                  const struct outbox_hook *h, int64_t now_ms);
/** Takes apart what outbox_put_hook() has sealed; the parts lie in @p body. False: it is none. */
bool outbox_hook_open(char *body, struct outbox_hook *out);

/** What is known of a message; texts are cut to their room. */
struct outbox_row {
    int64_t id, attempts, created_at, changed_at;
    int64_t next_at; /**< 0: others of its lane go before it, or it does not wait. */
    int64_t give_up_at;
    enum outbox_way way;
    char public_id[PUBLIC_ID_LEN + 1], kind[OUTBOX_KIND_LEN + 1], lane[OUTBOX_LANE_LEN + 1];
    char about[PUBLIC_ID_LEN + 1], name[NAME_LEN + 1], recipient[OUTBOX_TO_LEN + 1];
    char state[OUTBOX_STATE_LEN + 1]; /**< waiting, sent, failed, given_up */
    char error[OUTBOX_ERROR_LEN + 1]; /**< Why it was not sent yet, or at all. */
    bool kept;                        /**< Its content is still there. */
};
typedef void outbox_each(void *arg, const struct outbox_row *r);

/** The first of each lane that are due, the longest due first. */
MUST_USE enum err outbox_due(struct db *db, enum outbox_way w, int64_t now_ms, int limit,
                             outbox_each *each, void *arg);
/** The content of one that waits. @param body  Filled: mem_free()d by the caller. ERR_NOENT: it
 * does not wait any more. ERR_CRYPTO: it was sealed with another key. */
MUST_USE enum err outbox_open(struct db *db, const uint8_t key[SEAL_KEY_LEN],
                              const struct outbox_row *r, char **body);

/** @name What an attempt has come to. The next of the lane is due then, but after again. @{ */
MUST_USE enum err outbox_sent(struct db *db, int64_t id, int64_t now_ms);
MUST_USE enum err outbox_again(struct db *db, int64_t id, int64_t next_ms, const char *error,
                               int64_t now_ms);
/** @param given_up  It may have worked later; else it was refused for good. */
MUST_USE enum err outbox_over(struct db *db, int64_t id, bool given_up, const char *error,
                              int64_t now_ms);
/** @} */

/** What waits about this is not sent any more, and its content goes. @param kind  "": all. */
MUST_USE enum err outbox_withdraw_about(struct db *db, const char *about, const char *kind,
                                        const char *why, int64_t now_ms);
MUST_USE enum err outbox_withdraw_lane(struct db *db, enum outbox_way w, const char *lane,
                                       const char *why, int64_t now_ms);
/** Send it after all, as new. ERR_NOENT: there is none; ERR_GONE: its content is gone;
 * ERR_CONFLICT: it waits for others of its lane, or is due. */
MUST_USE enum err outbox_retry(struct db *db, const char *public_id, int64_t give_up_ms,
                               int64_t now_ms);
/** Gives up the first of each lane whose time is over: for a way by which nothing is sent any more.
 */
MUST_USE enum err outbox_expire(struct db *db, enum outbox_way w, const char *why, int64_t now_ms);
/** Takes away the content of what failed more than OUTBOX_DAYS ago. */
MUST_USE enum err outbox_blank(struct db *db, int64_t now_ms);

/** The content of the one of this kind about this that waits; NULL in @p body when none does. */
MUST_USE enum err outbox_waiting_body(struct db *db, const uint8_t key[SEAL_KEY_LEN],
                                      const char *about, const char *kind, char **body);

/** @name Newest first. @{ */
MUST_USE enum err outbox_of(struct db *db, const char *about, outbox_each *each, void *arg);
MUST_USE enum err outbox_of_meeting(struct db *db, const char *meeting, outbox_each *each,
                                    void *arg);
/** @} */
MUST_USE enum err outbox_get(struct db *db, const char *public_id, struct outbox_row *out);
/** Those that can be tried again. */
MUST_USE enum err outbox_stuck(struct db *db, int limit, outbox_each *each, void *arg);
MUST_USE enum err outbox_waiting(struct db *db, enum outbox_way w, int limit, outbox_each *each,
                                 void *arg);
/** @param oldest  When the oldest was put in, reminders for later not counted; 0: none. */
MUST_USE enum err outbox_count(struct db *db, enum outbox_way w, int64_t *n, int64_t *oldest);

#endif
