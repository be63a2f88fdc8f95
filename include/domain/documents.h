/**
 * @file
 * Documents of a project: each a row of revisions, which are never overwritten and never deleted.
 * A document may be withdrawn, with a reason, and taken up again. Thread: of the connection.
 */
#ifndef DOMAIN_DOCUMENTS_H
#define DOMAIN_DOCUMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "crypto/hash.h"
#include "domain/people.h"
#include "domain/projects.h"

struct db;

enum {
    FILE_NAME_LEN = 200, /**< Of a label, in bytes. */
    DOCUMENT_KIND_LEN = 15,
    DOCUMENT_PAGE = 200, /**< Documents of one answer. */
    TYPE_LEN = 15,
    SCAN_LEN = 15,
    FINDING_LEN = 120,
    ROLE_LEN = 15,
};

/** drawing, plan, photo, other; NULL at the end. */
extern const char *const document_kinds[];

/** Who uploads: an account, a participant of a meeting, or the person of a project link. */
struct uploader {
    int64_t account, participant; /**< 0: none. */
    int64_t invitation;           /**< By which the participant came in; 0: none. Not kept. */
    char link[PUBLIC_ID_LEN + 1]; /**< Public id; "": none. */
    char name[NAME_LEN + 1];
    char role[ROLE_LEN + 1];
};

struct revision {
    int64_t id, number, bytes, uploaded_at;
    char file[PUBLIC_ID_LEN + 1]; /**< By which it lies on the disk. */
    uint8_t sha256[SHA256_LEN];
    char type[TYPE_LEN + 1];       /**< Code of a file_type. */
    char name[FILE_NAME_LEN + 1];  /**< What the uploader calls it. */
    char scan[SCAN_LEN + 1];       /**< off, waiting, clean, infected */
    char finding[FINDING_LEN + 1]; /**< Of the scanner. */
    struct uploader by;
};

struct document {
    int64_t id, project, project_manager, created_at, version;
    int64_t withdrawn_at; /**< UTC ms; 0: it is not. */
    char public_id[PUBLIC_ID_LEN + 1], project_public_id[PUBLIC_ID_LEN + 1];
    char title[TITLE_LEN + 1], kind[DOCUMENT_KIND_LEN + 1];
    char created_by[NAME_LEN + 1], withdrawn_by[NAME_LEN + 1], withdrawn_reason[REASON_MAX + 1];
};

MUST_USE enum err document_get(struct db *db, struct document *out, const char *public_id);
/** Newest first, DOCUMENT_PAGE at the most, withdrawn ones as well.
 * @param before  Row id of the last one of the page before; INT64_MAX for the first page. */
MUST_USE enum err document_each_of_project(struct db *db, int64_t project, int64_t before,
                                           void (*each)(void *arg, const struct document *d),
                                           void *arg);
/** What is linked to a meeting, as document_each_of_project(). */
MUST_USE enum err document_each_of_meeting(struct db *db, int64_t meeting, int64_t before,
                                           void (*each)(void *arg, const struct document *d),
                                           void *arg);
/** @param d  project, title and kind; id, public_id and version are filled. */
MUST_USE enum err document_add(struct db *db, struct document *d, const char *by, int64_t now_ms);

/** @name Changes of @p d as it was read; version becomes the new one. ERR_GONE: another change came
 * first, or it is in that state already. @{ */
MUST_USE enum err document_edit(struct db *db, struct document *d);
MUST_USE enum err document_withdraw(struct db *db, struct document *d, const char *by,
                                    const char *reason, int64_t now_ms);
MUST_USE enum err document_restore(struct db *db, struct document *d);
/** @} */

/** @name Links to a meeting of the same project. @{ */
/** ERR_NOENT: no document of the meeting's project has this id, or it is withdrawn. Twice is fine.
 */
MUST_USE enum err document_link(struct db *db, int64_t meeting, const char *public_id);
MUST_USE enum err document_unlink(struct db *db, int64_t meeting, const char *public_id);
MUST_USE enum err document_unlink_all(struct db *db, int64_t meeting);
bool document_is_linked(struct db *db, int64_t meeting, int64_t document);
/** How an account stands to it by the meetings it is linked to: OWN as the host of one, ASSIGNED
 * when invited to one by name. */
enum relation document_standing(struct db *db, int64_t document, int64_t account);
/** @} */

/** @param r  All but id and number, which are filled: one more than the last. */
MUST_USE enum err revision_add(struct db *db, const struct document *d, struct revision *r,
                               int64_t now_ms);
/** @param number  0: the latest. */
MUST_USE enum err revision_get(struct db *db, struct revision *out, int64_t document,
                               int64_t number);
/** Newest first. */
MUST_USE enum err revision_each(struct db *db, int64_t document,
                                void (*each)(void *arg, const struct revision *r), void *arg);

/** An earlier revision with the same bytes, within the project. */
struct same {
    char document[PUBLIC_ID_LEN + 1]; /**< "": there is none. */
    char title[TITLE_LEN + 1];
    int64_t number;
};
/** @param before  Row id of the revision itself; INT64_MAX: it is not there yet. */
MUST_USE enum err revision_same(struct db *db, struct same *out, int64_t project,
                                const uint8_t sha256[SHA256_LEN], int64_t before);

/** @name What waits for the scanner. @{ */
/** The first after row @p after. ERR_NOENT: none. */
MUST_USE enum err revision_waiting(struct db *db, struct revision *out, int64_t after);
MUST_USE enum err revision_waits(struct db *db, int64_t *n);
/** @param scan  clean or infected. @param document  Its public id. ERR_NOENT: it does not wait. */
MUST_USE enum err revision_scanned(struct db *db, char document[PUBLIC_ID_LEN + 1], int64_t id,
                                   const char *scan, const char *finding, int64_t now_ms);
/** Why it still waits; nothing when it does not. */
MUST_USE enum err revision_noted(struct db *db, int64_t id, const char *finding);
/** @} */

/** Bytes of all revisions of a project; of all there are with 0. */
MUST_USE enum err document_usage(struct db *db, int64_t project, int64_t *bytes);

#endif
