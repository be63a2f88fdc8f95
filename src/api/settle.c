/* All bytes have come: what they are, their place on the disk, and then the records. Until those
 * are committed nobody sees anything of it. */
#include <inttypes.h>
#include <string.h>

#include "crypto/random.h"
#include "documents_priv.h"

static const struct conf *conf_of(const struct request *rq)
{
    return ((const struct api *)rq->app)->cfg.conf;
}

enum err answer_sniffed(struct request *rq, enum sniff_verdict v)
{
    static const struct {
        const char *code, *words;
    } rows[] = {
        [SNIFF_FINE] = {"", ""},
        [SNIFF_UNKNOWN] = {"unknown", "This kind of file is not taken: drawings, pictures, Office "
                                      "documents, text, archives and video are."},
        [SNIFF_ACTIVE] = {"active", "Pages, SVG, scripts and programs are not taken: save as PDF."},
        [SNIFF_BROKEN] = {"broken", "It is damaged: its end or its list of contents is missing."},
        [SNIFF_EMPTY] = {"empty", "The file is empty."},
        [SNIFF_SWOLLEN] = {"swollen", "The archive unpacks to more than is allowed."},
    };
    json_decref(rq->answer.more);
    rq->answer.more = json_pack("{s:s}", "refused", rows[v].code);
    rq->answer.status = 415;
    return answer_error(rq, ERR_INVAL, rows[v].words);
}

static enum err answer_same(struct request *rq, int64_t number)
{
    json_decref(rq->answer.more);
    rq->answer.more = json_pack("{s:s,s:I}", "refused", "same", "revision", (json_int_t)number);
    rq->answer.status = 422;
    return answer_error(rq, ERR_INVAL, "These are the same bytes as those of the latest revision.");
}

/* The same again as a new revision: told before it takes a place. */
static enum err check_same(struct request *rq, const struct upload *u, const struct content *c)
{
    struct revision last;
    if (u->document == 0)
        return ERR_OK;
    enum err e = revision_get(rq->db, &last, u->document, 0);
    if (e == ERR_NOENT)
        return ERR_OK;
    if (e == ERR_OK && memcmp(last.sha256, c->sha256, sizeof(c->sha256)) == 0)
        return answer_same(rq, last.number);
    return e;
}

enum err settle_file(struct request *rq, const struct upload *u, struct content *c, bool *gone)
{
    const struct conf *conf = conf_of(rq);
    enum sniff_verdict v = SNIFF_FINE;
    *gone = false;
    enum err e = upload_file_look(c, &v, conf->data, u->public_id,
                                  (uint64_t)conf->upload_unpacked_mib << 20);
    if (e == ERR_OK && c->bytes != u->bytes)
        e = ERR_IO; /* not what was asked for: never a revision */
    if (e != ERR_OK)
        return e;
    e = v != SNIFF_FINE ? answer_sniffed(rq, v) : check_same(rq, u, c);
    *gone = e == ERR_INVAL;
    return e == ERR_OK ? upload_file_keep(conf->data, u->public_id) : e;
}

void answer_done(struct request *rq, const char *document, int64_t number)
{
    answer_header(rq, "upload-document:", document);
    answer_number(rq, "upload-revision:", (uint64_t)number);
}

static enum err audit_done(struct request *rq, const struct document *d, const struct revision *r)
{
    char digest[2 * SHA256_LEN + 1], detail[FILE_NAME_LEN + 140];
    hex_text(digest, r->sha256, sizeof(r->sha256));
    (void)snprintf(detail, sizeof(detail), "%" PRId64 " %s %" PRId64 " sha256 %s", r->number,
                   r->name, r->bytes, digest);
    return audit_caller(rq, r->number == 1 ? "document.add" : "document.revise", d->public_id,
                        detail);
}

static enum err say_same(struct request *rq, const struct document *d, const struct revision *r)
{
    struct same same;
    enum err e = revision_same(rq->db, &same, d->project, r->sha256, r->id);
    if (e == ERR_OK && same.document[0] != '\0')
        answer_header(rq, "upload-same-as:", same.document);
    return e;
}

static void committed(const struct request *rq)
{
    desk_hurry(((struct api *)rq->app)->desk);
}

enum err settle_records(struct request *rq, const struct upload *u, const struct content *c)
{
    const struct conf *conf = conf_of(rq);
    struct document d = {.id = 0};
    struct revision r = {.id = 0};
    struct uploader by = uploader_of(rq);
    struct quotas q = quotas_of(conf);
    enum quota_verdict v = QUOTA_FINE;
    enum err e = quota_check(rq->db, &v, &q, u->project, u->bytes, u->id);
    if (e == ERR_OK && v != QUOTA_FINE)
        return answer_quota(rq, v);
    if (e == ERR_OK)
        e = upload_commit(rq->db, u, c, &by, conf->clamd_socket[0] != '\0' ? "waiting" : "off", &d,
                          &r, rq->now_ms);
    if (e == ERR_CONFLICT)
        return answer_same(rq, r.number);
    if (e == ERR_GONE)
        return answer_error(rq, e,
                            "The document was withdrawn meanwhile, or the upload has ended.");
    if (e == ERR_OK)
        e = audit_done(rq, &d, &r);
    if (e == ERR_OK)
        e = say_same(rq, &d, &r);
    if (e != ERR_OK)
        return e;
    answer_done(rq, d.public_id, r.number);
    rq->answer.after = committed;
    return ERR_OK;
}

static enum err write_refused(struct db *db, struct job *j)
{
    return upload_end(db, j->id, "refused", j->text);
}

void settle_refuse(struct api *a, int64_t upload, const char *why)
{
    struct job *j = job_new(a, write_refused);
    if (j == NULL)
        return; /* It runs out by itself. */
    j->id = upload;
    (void)snprintf(j->text, sizeof(j->text), "%.*s", UPLOAD_REASON_LEN, why);
    job_write(j);
    desk_hurry(a->desk);
}
