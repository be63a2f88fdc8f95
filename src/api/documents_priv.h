/** @file
 * Uploads and documents: what their routes share. */
#ifndef DOCUMENTS_PRIV_H
#define DOCUMENTS_PRIV_H

#include "api_priv.h"
#include "domain/upload_file.h"
#include "domain/uploads.h"
#include "http/tus.h"

/* ---- claims.c: who writes to which upload. Any thread ---------------------------------------- */

struct claims;
struct claim;
MUST_USE enum err claims_new(struct claims **out);
void claims_free(struct claims *cs);
/** NULL: somebody holds it, and is told to stop; or no memory. @param owner  By upload_owner(). */
struct claim *claim_take(struct claims *cs, const char *id, const char *owner);
void claim_drop(struct claims *cs, struct claim *c);
/** Set when somebody else wants it. */
const atomic_bool *claim_stop(const struct claim *c);
/** True when somebody holds it, who is told to stop. */
bool claims_stop(struct claims *cs, const char *id);
/** All that this one writes to: the right to it has ended. */
void claims_stop_owner(struct claims *cs, const char *owner);

/* ---- desk.c: what happens to them by itself. Control thread ---------------------------------- */

struct desk;
MUST_USE enum err desk_new(struct desk **out, struct api *a);
void desk_free(struct desk *d);
void desk_tick(struct desk *d, uint64_t now);
/** Nothing is scanned any more, what is under way least of all. */
void desk_stop(struct desk *d);
/** Something has come for the scanner, or has to be cleared away. */
void desk_hurry(struct desk *d);
struct claims *desk_claims(struct desk *d);

extern const struct route upload_routes[], document_routes[];
extern const size_t upload_routes_n, document_routes_n;

/* ---- rest_uploads.c, rest_patch.c, settle.c -------------------------------------------------- */

/** Speaks the version that we do; else the answer is filled, 412. Headers of every answer. */
MUST_USE enum err tus_begin(struct request *rq);
void answer_expires(struct request *rq, int64_t ms);
void answer_number(struct request *rq, const char *name, uint64_t n);
struct uploader uploader_of(const struct request *rq);
/** Its public id, below a document or by itself. */
const char *upload_of_path(const struct request *rq);
/** The upload of the path, when the caller may go on with it. Any state. */
MUST_USE enum err allowed_upload(struct request *rq, struct upload *u);
/** An open one, else 410 with what became of it. */
MUST_USE enum err still_open(struct request *rq, const struct upload *u);
/** With the project link that is args[1]: what was on its way by it ends, also the connections that
 * bytes come by. On the records thread; sets answer.after. */
MUST_USE enum err uploads_revoked(struct request *rq, int64_t project, const char *link);
enum err patch_run(struct request *rq);
enum err upload_read(struct request *rq);
json_t *json_upload(const struct upload *u, uint64_t offset);
struct quotas quotas_of(const struct conf *c);
/** Says which limit it is. */
MUST_USE enum err answer_quota(struct request *rq, enum quota_verdict v);

/** All bytes are there: what they are, and whether they may stay; then they are put in their place.
 * On an intake's or a task's thread. @param gone  True: the upload is over, with reason in
 * answer.detail. */
MUST_USE enum err settle_file(struct request *rq, const struct upload *u, struct content *c,
                              bool *gone);
/** On the records thread. The answer's headers say what it has become. */
MUST_USE enum err settle_records(struct request *rq, const struct upload *u,
                                 const struct content *c);
/** In words, and why; 415. */
MUST_USE enum err answer_sniffed(struct request *rq, enum sniff_verdict v);
/** Puts down that an upload was refused, and why. Control thread. */
void settle_refuse(struct api *a, int64_t upload, const char *why);
void answer_done(struct request *rq, const char *document, int64_t number);

/* ---- rest_documents.c ------------------------------------------------------------------------ */

enum relation document_relation(const struct request *rq, const struct document *d);
/** The document of the path, when the caller may do @p act with it. */
MUST_USE enum err allowed_document(struct request *rq, struct document *d, enum action act);

#endif
