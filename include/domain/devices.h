/**
 * @file
 * Tokens of devices: with one, a camera publishes into a meeting (WHIP) or a display watches it
 * (WHEP). Made by whoever answers for the device. Thread: of the connection.
 */
#ifndef DOMAIN_DEVICES_H
#define DOMAIN_DEVICES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "domain/meetings.h"

enum { DEVICE_DAYS = 30, DEVICE_DAYS_MAX = 400, DEVICE_NAME_LEN = 64 };

struct device_token {
    int64_t id, created_at, expires_at;
    char public_id[PUBLIC_ID_LEN + 1];
    char label[NAME_LEN + 1];   /**< What it is for, shown beside the device's name. */
    char made_by[NAME_LEN + 1]; /**< Who answers for what the device sends. */
    int64_t account;            /**< Made by it: disabled, it takes the token along. 0: none. */
    bool publish, view, revoked;
};

/** @param t  label, made_by, account, publish, view and expires_at; the rest is filled. @param
 * secret Filled: shown once and stored as a hash only. It is good for no meeting yet. */
MUST_USE enum err device_token_add(struct db *db, struct device_token *t,
                                   char secret[TOKEN_LEN + 1], int64_t now_ms);
/** Good for this meeting too. ERR_CONFLICT: it is already. */
MUST_USE enum err device_token_allow(struct db *db, int64_t token, int64_t meeting);
/** ERR_AUTH: unknown, run out or revoked. ERR_DENIED: not for the meeting of public id @p meeting,
 * whether there is such a meeting or not. */
MUST_USE enum err device_token_find(struct db *db, struct device_token *out, const char *secret,
                                    const char *meeting, int64_t now_ms);
/** ERR_NOENT: the meeting has no such token that is not revoked. */
MUST_USE enum err device_token_revoke(struct db *db, const char *public_id, int64_t meeting,
                                      int64_t now_ms);

/** All that an account has made: it is disabled. */
MUST_USE enum err device_token_revoke_all(struct db *db, int64_t account, int64_t now_ms);

/** What the host has muted of a device. @param muted  A bit for each source. */
MUST_USE enum err device_mute(struct db *db, int64_t participant, unsigned muted);
/** The participant that a device is in its meeting: the same each time it comes back under its
 * name. @param p  meeting, name, organisation; id, public_id, state and muted
 * are filled. */
MUST_USE enum err device_participant(struct db *db, struct participant *p, int64_t now_ms);

#endif
