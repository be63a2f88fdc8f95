/* The bytes of an upload: PATCH and HEAD of tus 1.0.0. Told is only what is on the disk. */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "documents_priv.h"

/* Of one request; the intake's own. */
struct patch {
    struct upload u;
    struct claim *claim;
    struct tus_checksum sum;
    bool checked;
    bool gone; /* refused for good */
    struct content content;
};

static const char *data_of(const struct request *rq)
{
    return ((const struct api *)rq->app)->cfg.conf->data;
}

static struct claims *claims_of(const struct request *rq)
{
    return desk_claims(((const struct api *)rq->app)->desk);
}

static void patch_over(struct request *rq)
{
    struct patch *p = (struct patch *)rq->intake.own;
    if (p->gone)
        settle_refuse((struct api *)rq->app, p->u.id, rq->answer.detail);
    claim_drop(claims_of(rq), p->claim);
    mem_free(p);
    rq->intake.own = NULL;
}

/* A program or a page is told by its first bytes, and not after hours. */
static enum err patch_first(struct request *rq, const uint8_t *p, size_t n)
{
    struct patch *own = (struct patch *)rq->intake.own;
    if (rq->intake.at > 0 || (n < SNIFF_HEAD && n < (uint64_t)own->u.bytes))
        return ERR_OK;
    enum sniff_verdict v = sniff_head(p, n);
    if (v == SNIFF_FINE)
        return ERR_OK;
    own->gone = true;
    return answer_sniffed(rq, v);
}

/* ---- before the bytes -------------------------------------------------------------------------
 */

static enum err check_headers(struct request *rq, uint64_t *offset)
{
    static const char type[] = "application/offset+octet-stream";
    if (strcasecmp(rq->type, type) != 0) {
        rq->answer.status = 415;
        return answer_error(rq, ERR_INVAL,
                            "The content type must be application/offset+octet-stream.");
    }
    if (tus_number(offset, request_header(rq, "upload-offset")) != ERR_OK)
        return answer_error(rq, ERR_INVAL, "Upload-Offset: a number is missing.");
    return ERR_OK;
}

static enum err take_checksum(struct request *rq, struct patch *p, uint64_t at)
{
    const char *text = request_header(rq, "upload-checksum");
    if (*text == '\0')
        return ERR_OK;
    if (tus_checksum(&p->sum, text, strlen(text)) != ERR_OK)
        return answer_error(rq, ERR_INVAL, "Upload-Checksum: sha1 or sha256, and Base64.");
    p->checked = true;
    return upload_file_try(data_of(rq), p->u.public_id, at);
}

/* The file, open where it ends; healed of a part that was not verified. */
static enum err open_file(struct request *rq, struct patch *p, uint64_t offset)
{
    struct intake *in = &rq->intake;
    uint64_t have = 0;
    int fd = -1;
    enum err e = upload_file_open(&fd, &have, data_of(rq), p->u.public_id);
    if (e != ERR_OK)
        return e;
    in->fd = fd; /* The dispatcher's from here on. */
    in->at = offset;
    in->max = (uint64_t)p->u.bytes - offset;
    in->first = patch_first;
    in->stop = claim_stop(p->claim);
    return have == offset ? take_checksum(rq, p, offset) : ERR_IO;
}

static enum err answer_so_far(struct request *rq, uint64_t offset)
{
    answer_number(rq, "upload-offset:", offset);
    rq->answer.status = 204;
    return ERR_OK;
}

/* All of it is here: what it is decides whether it stays. */
static enum err all_here(struct request *rq, struct patch *p)
{
    enum err e = settle_file(rq, &p->u, &p->content, &p->gone);
    rq->answer.write = e == ERR_OK;
    return e;
}

static enum err take_claim(struct request *rq, struct patch *p)
{
    p->claim = claim_take(claims_of(rq), p->u.public_id, p->u.owner);
    if (p->claim != NULL)
        return ERR_OK;
    rq->answer.status = 423;
    rq->answer.retry_after_s = 1;
    return answer_error(rq, ERR_BUSY, "Its bytes still come by another connection.");
}

static enum err begin(struct request *rq, struct patch *p)
{
    uint64_t offset = 0, have = 0;
    enum err e = check_headers(rq, &offset);
    if (e == ERR_OK)
        e = allowed_upload(rq, &p->u);
    if (e == ERR_OK)
        e = still_open(rq, &p->u);
    if (e == ERR_OK)
        e = take_claim(rq, p);
    if (e != ERR_OK)
        return e;
    e = upload_file_have(&have, data_of(rq), p->u.public_id);
    if (e == ERR_OK && have != offset)
        return answer_error(rq, ERR_CONFLICT, "Upload-Offset: not where the bytes end.");
    if (e == ERR_OK && rq->intake.announced > (uint64_t)p->u.bytes - offset)
        return answer_error(rq, ERR_TOOBIG, "These are more bytes than Upload-Length said.");
    if (e != ERR_OK || rq->intake.announced > 0)
        return e == ERR_OK ? open_file(rq, p, offset) : e;
    return have == (uint64_t)p->u.bytes ? all_here(rq, p) : answer_so_far(rq, have);
}

/* NULL: no memory. */
static struct patch *patch_new(struct request *rq)
{
    struct patch *p = (struct patch *)mem_zalloc(1, sizeof(*p));
    if (p == NULL)
        return NULL;
    rq->intake.own = p;
    rq->intake.over = patch_over;
    return p;
}

static enum err patch_open(struct request *rq)
{
    enum err e = tus_begin(rq);
    if (e != ERR_OK)
        return e;
    struct patch *p = patch_new(rq);
    return p != NULL ? begin(rq, p) : ERR_NOMEM;
}

/* ---- after them -------------------------------------------------------------------------------
 */

/* Without all of its bytes a checksum says nothing, and nothing of the part counts. */
static enum err verify(struct request *rq, const struct patch *p)
{
    const struct intake *in = &rq->intake;
    uint8_t digest[SHA256_LEN];
    if (!p->checked)
        return ERR_OK;
    if (!in->whole)
        return upload_file_back(data_of(rq), p->u.public_id);
    enum err e =
        upload_file_digest(digest, data_of(rq), p->u.public_id, in->at, in->got, p->sum.sha1);
    if (e != ERR_OK)
        return e;
    if (memcmp(digest, p->sum.digest, p->sum.len) == 0)
        return upload_file_take(data_of(rq), p->u.public_id);
    e = upload_file_back(data_of(rq), p->u.public_id);
    if (e != ERR_OK)
        return e;
    rq->answer.status = 460;
    return answer_error(rq, ERR_INVAL, "Upload-Checksum: these bytes are others.");
}

static enum err patch_done(struct request *rq)
{
    struct patch *p = (struct patch *)rq->intake.own;
    uint64_t offset = rq->intake.at + rq->intake.got;
    enum err e = tus_begin(rq);
    if (e == ERR_OK)
        e = verify(rq, p);
    if (e != ERR_OK || !rq->intake.whole)
        return e;
    return offset == (uint64_t)p->u.bytes ? all_here(rq, p) : answer_so_far(rq, offset);
}

static enum err patch_commit(struct request *rq)
{
    struct patch *p = (struct patch *)rq->intake.own;
    struct upload u = {.id = 0};
    enum err e = tus_begin(rq);
    if (e == ERR_OK)
        e = allowed_upload(rq, &u);
    if (e == ERR_OK)
        e = settle_records(rq, &u, &p->content);
    p->gone = e == ERR_INVAL;
    return e == ERR_OK ? answer_so_far(rq, (uint64_t)u.bytes) : e;
}

enum err patch_run(struct request *rq)
{
    if (rq->again)
        return patch_commit(rq);
    return rq->intake.stage == INTAKE_OPEN ? patch_open(rq) : patch_done(rq);
}

/* ---- how far it is ----------------------------------------------------------------------------
 */

json_t *json_upload(const struct upload *u, uint64_t offset)
{
    char expires[CLOCK_TEXT_MAX];
    clock_rfc3339(expires, u->expires_at);
    bool done = u->done_document[0] != '\0';
    return json_pack("{s:s,s:s,s:s,s:I,s:I,s:s,s:o,s:o}", "id", u->public_id, "state", u->state,
                     "name", u->name, "bytes", (json_int_t)u->bytes, "offset", (json_int_t)offset,
                     "expires_at", expires, "document",
                     done ? json_string(u->done_document) : json_null(), "revision",
                     done ? json_integer((json_int_t)u->done_number) : json_null());
}

static enum err answer_offset(struct request *rq, const struct upload *u, uint64_t offset)
{
    answer_number(rq, "upload-offset:", offset);
    answer_number(rq, "upload-length:", (uint64_t)u->bytes);
    answer_expires(rq, u->expires_at);
    if (u->done_document[0] != '\0')
        answer_done(rq, u->done_document, u->done_number);
    rq->answer.status = 200;
    rq->answer.body = json_upload(u, offset);
    return ERR_OK;
}

static enum err read_begin(struct request *rq, struct patch *p)
{
    uint64_t have = 0;
    enum err e = allowed_upload(rq, &p->u);
    if (e == ERR_OK && strcmp(p->u.state, "done") == 0)
        return answer_offset(rq, &p->u, (uint64_t)p->u.bytes);
    if (e == ERR_OK)
        e = still_open(rq, &p->u);
    if (e == ERR_OK)
        e = take_claim(rq, p);
    if (e == ERR_OK)
        e = upload_file_have(&have, data_of(rq), p->u.public_id);
    if (e != ERR_OK)
        return e;
    /* All of them, and their end was not: the server or the connection had gone away. */
    return have == (uint64_t)p->u.bytes ? all_here(rq, p) : answer_offset(rq, &p->u, have);
}

/* Without the version it is no question of the protocol, but a page that looks. */
static enum err speaks(struct request *rq)
{
    bool tus = rq->head || *request_header(rq, "tus-resumable") != '\0';
    return tus ? tus_begin(rq) : ERR_OK;
}

enum err upload_read(struct request *rq)
{
    enum err e = speaks(rq);
    if (e != ERR_OK)
        return e;
    if (!rq->again) {
        struct patch *p = patch_new(rq);
        return p != NULL ? read_begin(rq, p) : ERR_NOMEM;
    }
    struct patch *p = (struct patch *)rq->intake.own;
    e = allowed_upload(rq, &p->u);
    if (e == ERR_OK)
        e = settle_records(rq, &p->u, &p->content);
    p->gone = e == ERR_INVAL;
    if (e == ERR_OK)
        e = upload_get(rq->db, &p->u, upload_of_path(rq));
    if (e != ERR_OK)
        return e;
    rq->answer.headers[0] = '\0'; /* told by answer_offset() */
    e = speaks(rq);
    return e == ERR_OK ? answer_offset(rq, &p->u, (uint64_t)p->u.bytes) : e;
}
