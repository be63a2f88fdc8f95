/**
 * @file
 * Invitations to meetings: of somebody by a link, or of an account by name.
 * Thread: of the connection.
 */
#ifndef DOMAIN_INVITATIONS_H
#define DOMAIN_INVITATIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "crypto/password.h"
#include "domain/contacts.h"
#include "domain/people.h"

struct db;

enum { INVITATION_DAYS = 30, INVITATIONS_MAX = 200 };

/** How far it has come; what ends it goes first. */
enum invitation_state {
    INVITATION_NEW, /**< Nothing was sent: the link is handed over by whoever made it. */
    INVITATION_SENT,
    INVITATION_OPENED,   /**< Its page was looked at. */
    INVITATION_REDEEMED, /**< Somebody went in by it. */
    INVITATION_EXPIRED,
    INVITATION_REVOKED,
    INVITATION_STATES,
};
/** "new" and so on. */
const char *invitation_state_text(enum invitation_state s);

struct invitation {
    int64_t id, meeting;
    int64_t account; /**< 0: by a link. */
    enum role role;  /**< In the meeting. */
    bool host;
    char public_id[PUBLIC_ID_LEN + 1];
    char name[NAME_LEN + 1], organisation[NAME_LEN + 1];
    char mail[MAIL_LEN + 1], phone[PHONE_LEN + 1];       /**< "": not known. */
    int64_t created_at, expires_at;                      /**< UTC ms. */
    int64_t sent_at, opened_at, redeemed_at, revoked_at; /**< UTC ms; 0: not. */
    char meeting_public_id[PUBLIC_ID_LEN + 1];
};

enum invitation_state invitation_state(const struct invitation *i, int64_t now_ms);

/**
 * @param i  public_id and created_at are filled, and so is an expires_at of 0.
 * @param secret  Filled: TOKEN_LEN characters, shown once and stored as a hash only. That of an
 *                account is told nobody. @return ERR_CONFLICT: the account is invited already.
 */
MUST_USE enum err invitation_add(struct db *db, struct invitation *i, char secret[TOKEN_LEN + 1],
                                 int64_t now_ms);
/** ERR_NOENT unknown; ERR_GONE expired or revoked, and @p out is filled too, to say why. Does not
 * use it up. */
MUST_USE enum err invitation_find(struct db *db, struct invitation *out, const char *secret,
                                  int64_t now_ms);
/** One of a meeting. */
MUST_USE enum err invitation_get(struct db *db, struct invitation *out, int64_t meeting,
                                 const char *public_id);
/** Calls @p each for all of a meeting, in the order in which they were made. */
MUST_USE enum err invitation_each(struct db *db, int64_t meeting,
                                  void (*each)(void *arg, const struct invitation *i), void *arg);
/** A new secret: the link before is none any more; who came in by it stays. Good until
 * i->expires_at. ERR_CONFLICT: it was revoked. */
MUST_USE enum err invitation_renew(struct db *db, struct invitation *i, char secret[TOKEN_LEN + 1],
                                   int64_t now_ms);
MUST_USE enum err invitation_revoke(struct db *db, int64_t id, int64_t now_ms);

enum invitation_mark { INVITATION_MARK_SENT, INVITATION_MARK_OPENED, INVITATION_MARK_REDEEMED };
/** The first time of each is kept; of the sending, the last. */
MUST_USE enum err invitation_mark(struct db *db, int64_t id, enum invitation_mark mark,
                                  int64_t now_ms);
/** INVITATION_MARK_SENT by its public id; of what is no invitation any more nothing is put down. */
MUST_USE enum err invitation_told(struct db *db, const char *public_id, int64_t now_ms);

#endif
