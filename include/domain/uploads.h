/**
 * @file
 * Uploads on their way: what was announced, who may go on with it, what became of it. The bytes lie
 * in a file (domain/upload_file.h); nothing of an upload is visible before it is committed.
 * Thread: of the connection.
 */
#ifndef DOMAIN_UPLOADS_H
#define DOMAIN_UPLOADS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "domain/documents.h"

enum { UPLOAD_OWNER_LEN = 40, UPLOAD_REASON_LEN = 200 };

struct upload {
    int64_t id, project;
    int64_t document; /**< 0: it becomes a new one. */
    int64_t meeting;  /**< To which it is linked; 0: none. */
    int64_t bytes, expires_at;
    char public_id[PUBLIC_ID_LEN + 1];
    char title[TITLE_LEN + 1], kind[DOCUMENT_KIND_LEN + 1], name[FILE_NAME_LEN + 1];
    char owner[UPLOAD_OWNER_LEN + 1]; /**< By upload_owner(). */
    char state[12];                   /**< open, done, refused, cancelled, expired */
    char reason[UPLOAD_REASON_LEN + 1];
    char done_document[PUBLIC_ID_LEN + 1]; /**< What it has become. */
    int64_t done_number;
    int64_t project_manager; /**< Account; 0: none. */
    char meeting_public_id[PUBLIC_ID_LEN + 1],
        document_public_id[PUBLIC_ID_LEN + 1]; /**< "": none. */
};

/** Bytes; 0: no limit. */
struct quotas {
    int64_t upload, project, all;
};

/** Who may go on with it: the same account, project link or invitation, whose guest may have come
 * in anew meanwhile. */
void upload_owner(char out[UPLOAD_OWNER_LEN + 1], const struct uploader *by);

enum quota_verdict { QUOTA_FINE, QUOTA_UPLOAD, QUOTA_PROJECT, QUOTA_ALL };
/** Whether @p bytes more fit, beside what is kept and what is announced by uploads but @p but. */
MUST_USE enum err quota_check(struct db *db, enum quota_verdict *out, const struct quotas *q,
                              int64_t project, int64_t bytes, int64_t but);

/** @param u  All but id and public_id, which are filled. */
MUST_USE enum err upload_add(struct db *db, struct upload *u, int64_t now_ms);
MUST_USE enum err upload_get(struct db *db, struct upload *out, const char *public_id);
/** @param state  refused or cancelled. */
MUST_USE enum err upload_end(struct db *db, int64_t id, const char *state, const char *reason);
/** Cancels what an owner has open in a project. */
MUST_USE enum err upload_end_owner(struct db *db, int64_t project, const char *owner,
                                   const char *reason);
MUST_USE enum err upload_expire(struct db *db, int64_t now_ms);
/** Any that upload_expire() would end. */
MUST_USE enum err upload_any_due(struct db *db, bool *due, int64_t now_ms);
/** One that has ended without becoming a document, and whose file was not removed yet. ERR_NOENT:
 * none. @param kept  A revision has its file all the same. */
MUST_USE enum err upload_unswept(struct db *db, int64_t *id, char public_id[PUBLIC_ID_LEN + 1],
                                 bool *kept);
MUST_USE enum err upload_swept(struct db *db, int64_t id);
/** Not ended in any way. */
MUST_USE enum err upload_is_open(struct db *db, bool *open, const char *public_id);

/** What the bytes are. */
struct content {
    uint8_t sha256[SHA256_LEN];
    char type[TYPE_LEN + 1];
    int64_t bytes;
};
/**
 * Makes it visible: a new document or revision, linked to the meeting. Its file lies in its place
 * already.
 * @param scan  off or waiting.
 * @param d     Filled. @param r  Filled.
 * ERR_CONFLICT: the latest revision has the same bytes. ERR_GONE: the document is withdrawn, or the
 * upload is not open.
 */
MUST_USE enum err upload_commit(struct db *db, const struct upload *u, const struct content *c,
                                const struct uploader *by, const char *scan, struct document *d,
                                struct revision *r, int64_t now_ms);

#endif
