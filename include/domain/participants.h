/**
 * @file
 * Participants: one person's presence in one meeting, what is known of who it is, and when it was
 * there. Thread: of the connection.
 */
#ifndef DOMAIN_PARTICIPANTS_H
#define DOMAIN_PARTICIPANTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "crypto/password.h"
#include "domain/contacts.h"
#include "domain/people.h"

struct db;

enum { PRESENCE_LEN = 15 };

/** How it is known who somebody is. */
enum identity {
    IDENTITY_STATED,  /**< Said at the door, checked by nobody. */
    IDENTITY_NAMED,   /**< The same, by a personal link and under the name it was made for. */
    IDENTITY_ACCOUNT, /**< Signed in. */
    IDENTITY_DEVICE,  /**< A camera or encoder, by its token. */
    IDENTITY_N,
};
/** stated_unverified, invitation_name_matched, account, device_token. */
const char *identity_text(enum identity i);
enum identity identity_from_text(const char *text); /**< IDENTITY_STATED for an unknown word. */
/** Who came by a link made for @p invited and says to be @p stated: blanks do not matter. */
enum identity identity_of_link(const char *invited, const char *stated);

/** One person's presence, known by a token. */
struct participant {
    int64_t id, meeting, invitation, account;
    int64_t session; /**< By which the account came in; 0: by a link. It ends with it. */
    char public_id[PUBLIC_ID_LEN + 1], meeting_public_id[PUBLIC_ID_LEN + 1];
    char name[NAME_LEN + 1], organisation[NAME_LEN + 1];
    char phone[PHONE_LEN + 1]; /**< Whole; phone_mask() it for all but the host. */
    enum role role;
    enum identity identity;
    bool host;
    char state[PRESENCE_LEN + 1]; /**< new, in, left, removed, refused */
    unsigned muted;               /**< Of a device: by the host, a bit for each source. */
};

/** @param token  Filled. @param p  Without id and public_id, which are filled. */
MUST_USE enum err participant_add(struct db *db, struct participant *p, char token[TOKEN_LEN + 1],
                                  int64_t now_ms);
/** ERR_AUTH unknown; ERR_GONE when the invitation has been revoked or ran out. */
MUST_USE enum err participant_find(struct db *db, struct participant *out, const char *token,
                                   int64_t now_ms);
MUST_USE enum err participant_set_state(struct db *db, int64_t id, const char *state);
/** Makes this person the host of her meeting, and nobody else. */
MUST_USE enum err participant_set_host(struct db *db, int64_t id);
/** How a participant stands to its own meeting. */
enum relation participant_relation(const struct participant *p);

/* ---- attendance: from the media server --------------------------------------------------------
 */

MUST_USE enum err attendance_open(struct db *db, int64_t participant, int64_t now_ms);
MUST_USE enum err attendance_close(struct db *db, int64_t participant, int64_t now_ms);

/** One person, over all of her presences: an account, or who said the same of herself. */
struct attendee {
    char name[NAME_LEN + 1], organisation[NAME_LEN + 1], phone[PHONE_LEN + 1];
    enum role role;
    enum identity identity;
    bool host, here;
    int64_t meetings; /**< How many of a project's. */
    int64_t joined_at,
        left_at;        /**< UTC ms, first and last; 0: never came; left_at of who is here: 0. */
    int64_t present_ms; /**< Two devices at once count once. */
    size_t n_spans;
    struct attended {
        int64_t from, to; /**< UTC ms; to: 0 while here. */
    } spans[200];         /**< The last ones, apart from each other. */
};
/** Calls @p each for everybody who ever was at the meeting's door, in the order of coming. */
MUST_USE enum err attendance_of_meeting(struct db *db, int64_t meeting, int64_t now_ms,
                                        void (*each)(void *arg, const struct attendee *a),
                                        void *arg);
/** Of all meetings of a project; without spans. */
MUST_USE enum err attendance_of_project(struct db *db, int64_t project, int64_t now_ms,
                                        void (*each)(void *arg, const struct attendee *a),
                                        void *arg);

#endif
