/**
 * @file
 * Meetings, invitations, participants, attendance. Thread: of the connection.
 */
#ifndef DOMAIN_MEETINGS_H
#define DOMAIN_MEETINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "domain/projects.h"

enum { KIND_LEN = 15, STATE_LEN = 15, INVITATION_DAYS = 30 };

struct meeting {
    int64_t id, starts_at, ended_at, project_manager;
    char public_id[PUBLIC_ID_LEN + 1];
    char kind[KIND_LEN + 1]; /**< review, survey, acceptance, forum */
    char title[TITLE_LEN + 1], host_name[NAME_LEN + 1];
    char state[STATE_LEN + 1]; /**< scheduled, live, ended */
    bool record_auto;
    char project_public_id[PUBLIC_ID_LEN + 1], project_title[TITLE_LEN + 1];
    char customer[NAME_LEN + 1];
};

struct invitation {
    int64_t id, meeting;
    enum role role;
    bool host;
    char name[NAME_LEN + 1], organisation[NAME_LEN + 1];
    char meeting_public_id[PUBLIC_ID_LEN + 1];
};

/** One person's presence, known by a token. */
struct participant {
    int64_t id, meeting, invitation, account;
    int64_t session; /**< By which the account came in; 0: by a link. It ends with it. */
    char public_id[PUBLIC_ID_LEN + 1], meeting_public_id[PUBLIC_ID_LEN + 1];
    char name[NAME_LEN + 1], organisation[NAME_LEN + 1];
    enum role role;
    bool host;
    char state[STATE_LEN + 1]; /**< new, in, left, removed, refused */
    unsigned muted;            /**< Of a device: by the host, a bit for each source. */
};

/** @param m  An empty public_id is filled. */
MUST_USE enum err meeting_add(struct db *db, struct meeting *m, int64_t project, int64_t now_ms);
MUST_USE enum err meeting_get(struct db *db, struct meeting *out, const char *public_id);
/** Does nothing to a meeting that has ended. */
MUST_USE enum err meeting_set_state(struct db *db, int64_t id, const char *state, int64_t now_ms);

/** @param secret  Filled: TOKEN_LEN characters, shown once and stored as a hash only. */
MUST_USE enum err invitation_add(struct db *db, const struct invitation *i,
                                 char secret[TOKEN_LEN + 1], int64_t now_ms);
/** ERR_NOENT unknown, ERR_GONE expired or revoked. Does not use it up. */
MUST_USE enum err invitation_find(struct db *db, struct invitation *out, const char *secret,
                                  int64_t now_ms);
/** @param token  Filled. @param p  Without id and public_id, which are filled. */
MUST_USE enum err participant_add(struct db *db, struct participant *p, char token[TOKEN_LEN + 1],
                                  int64_t now_ms);
/** ERR_AUTH unknown; ERR_GONE when the invitation has been revoked or ran out. */
MUST_USE enum err participant_find(struct db *db, struct participant *out, const char *token,
                                   int64_t now_ms);
MUST_USE enum err participant_set_state(struct db *db, int64_t id, const char *state);
/** Makes this person the host of her meeting, and nobody else. */
MUST_USE enum err participant_set_host(struct db *db, int64_t id);
MUST_USE enum err attendance_open(struct db *db, int64_t participant, int64_t now_ms);
MUST_USE enum err attendance_close(struct db *db, int64_t participant, int64_t now_ms);

/** How a participant stands to its own meeting. */
enum relation participant_relation(const struct participant *p);

#endif
