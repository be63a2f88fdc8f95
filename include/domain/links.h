/**
 * @file
 * Project links: a named person of a project comes back by it, beyond any meeting, until it is
 * revoked. Thread: of the connection.
 */
#ifndef DOMAIN_LINKS_H
#define DOMAIN_LINKS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "crypto/password.h"
#include "domain/invitations.h"
#include "domain/participants.h"
#include "domain/sessions.h"

struct db;

enum { LINK_SESSION_DAYS = 90 };

struct project_link {
    int64_t id, project;
    enum role role; /**< customer, designer, contractor */
    char public_id[PUBLIC_ID_LEN + 1];
    char name[NAME_LEN + 1], organisation[NAME_LEN + 1];
    char mail[MAIL_LEN + 1], phone[PHONE_LEN + 1]; /**< "": not known. */
    char created_by[NAME_LEN + 1];
    int64_t created_at;
    int64_t expires_at;                                  /**< UTC ms; 0: until it is revoked. */
    int64_t sent_at, opened_at, redeemed_at, revoked_at; /**< UTC ms; 0: not. */
    char project_public_id[PUBLIC_ID_LEN + 1];
};

/** In the words of invitations. */
enum invitation_state link_state(const struct project_link *l, int64_t now_ms);

/** @param l  id, public_id and created_at are filled. @param secret  Filled: TOKEN_LEN characters,
 * shown once and stored as a hash only. */
MUST_USE enum err link_add(struct db *db, struct project_link *l, char secret[TOKEN_LEN + 1],
                           int64_t now_ms);
/** ERR_NOENT unknown; ERR_GONE expired or revoked, and @p out is filled too, to say why. */
MUST_USE enum err link_find(struct db *db, struct project_link *out, const char *secret,
                            int64_t now_ms);
/** One of a project. */
MUST_USE enum err link_get(struct db *db, struct project_link *out, int64_t project,
                           const char *public_id);
/** Calls @p each for all of a project, in the order in which they were made. */
MUST_USE enum err link_each(struct db *db, int64_t project,
                            void (*each)(void *arg, const struct project_link *l), void *arg);
/** A new secret, and l->expires_at: the link before is none any more. ERR_CONFLICT: revoked. */
MUST_USE enum err link_renew(struct db *db, struct project_link *l, char secret[TOKEN_LEN + 1]);
/** The link and every session that was opened by it. */
MUST_USE enum err link_revoke(struct db *db, int64_t id, int64_t now_ms);
MUST_USE enum err link_mark(struct db *db, int64_t id, enum invitation_mark mark, int64_t now_ms);
/** INVITATION_MARK_SENT by its public id. */
MUST_USE enum err link_told(struct db *db, const char *public_id, int64_t now_ms);

/** Who came by a link, in one browser. */
struct link_session {
    int64_t id, link, project;
    enum role role;
    enum identity identity;
    char name[NAME_LEN + 1], organisation[NAME_LEN + 1], phone[PHONE_LEN + 1]; /**< As stated. */
    char link_public_id[PUBLIC_ID_LEN + 1], project_public_id[PUBLIC_ID_LEN + 1];
};
/** @param s  link, name, organisation, phone, identity. @param token  Filled. */
MUST_USE enum err link_session_open(struct db *db, const struct link_session *s,
                                    const struct origin *from, char token[TOKEN_LEN + 1],
                                    int64_t now_ms);
/** ERR_AUTH: there is none, it has ended or run out, or its link has. */
MUST_USE enum err link_session_find(struct db *db, struct link_session *out, const char *token,
                                    int64_t now_ms);
MUST_USE enum err link_session_end(struct db *db, int64_t id, int64_t now_ms);

#endif
