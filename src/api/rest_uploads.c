/* tus 1.0.0 but for the bytes: announced, asked after, ended. */
#include <inttypes.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>

#include "base/log.h"
#include "documents_priv.h"
#include "outlines_priv.h"

const char *const api_headers[] = {"tus-resumable",
                                   "upload-length",
                                   "upload-offset",
                                   "upload-metadata",
                                   "upload-checksum",
                                   "upload-defer-length",
                                   NULL};

static const struct conf *conf_of(const struct request *rq)
{
    return ((const struct api *)rq->app)->cfg.conf;
}

/* ---- what all of them share -------------------------------------------------------------------
 */

void answer_number(struct request *rq, const char *name, uint64_t n)
{
    char text[24];
    (void)snprintf(text, sizeof(text), "%" PRIu64, n);
    answer_header(rq, name, text);
}

enum err tus_begin(struct request *rq)
{
    rq->answer.headers[0] = '\0'; /* of the run before */
    answer_header(rq, "tus-resumable:", TUS_VERSION);
    if (strcmp(request_header(rq, "tus-resumable"), TUS_VERSION) == 0)
        return ERR_OK;
    answer_header(rq, "tus-version:", TUS_VERSION);
    rq->answer.status = 412;
    return answer_error(rq, ERR_INVAL, "Tus-Resumable: this server speaks 1.0.0.");
}

/* RFC 9110 5.6.7 */
void answer_expires(struct request *rq, int64_t ms)
{
    char text[40];
    struct tm tm;
    time_t s = (time_t)(ms / 1000);
    (void)gmtime_r(&s, &tm);
    (void)strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &tm);
    answer_header(rq, "upload-expires:", text);
}

struct uploader uploader_of(const struct request *rq)
{
    const struct caller *c = caller_of(rq);
    struct uploader by = {.account = c->account,
                          .participant = c->participant ? c->p.id : 0,
                          .invitation = c->participant ? c->p.invitation : 0};
    COPY(by.name, c->name);
    COPY(by.role, role_text(c->role));
    COPY(by.link, c->link.link_public_id);
    return by;
}

struct quotas quotas_of(const struct conf *c)
{
    return (struct quotas){.upload = c->upload_mib << 20,
                           .project = c->project_mib << 20,
                           .all = c->documents_mib << 20};
}

enum err answer_quota(struct request *rq, enum quota_verdict v)
{
    const struct conf *c = conf_of(rq);
    const struct {
        const char *code, *before, *after;
        int64_t mib;
    } rows[] = {
        [QUOTA_FINE] = {"", "", "", 0},
        [QUOTA_UPLOAD] = {"upload", "One file may have", ".", c->upload_mib},
        [QUOTA_PROJECT] = {"project", "The documents of a project may have",
                           " in all, and there is not enough left.", c->project_mib},
        [QUOTA_ALL] = {"all", "All documents on this server may have",
                       ", and there is not enough left. Ask your administrator.", c->documents_mib},
    };
    char text[ROUTE_DETAIL_MAX];
    (void)snprintf(text, sizeof(text), "%s %" PRId64 " MiB%s", rows[v].before, rows[v].mib,
                   rows[v].after);
    json_decref(rq->answer.more);
    rq->answer.more = json_pack("{s:s,s:I}", "quota", rows[v].code, "mib", (json_int_t)rows[v].mib);
    return answer_error(rq, ERR_TOOBIG, text);
}

/* ---- rights -----------------------------------------------------------------------------------
 */

static enum relation upload_relation(struct request *rq, const struct upload *u)
{
    const struct caller *c = caller_of(rq);
    struct document d;
    struct meeting m;
    if (u->document != 0)
        return document_get(rq->db, &d, u->document_public_id) == ERR_OK ? document_relation(rq, &d)
                                                                         : REL_NONE;
    if (u->meeting != 0 && meeting_get(rq->db, &m, u->meeting_public_id) == ERR_OK)
        return caller_relation(rq, &m);
    return !c->participant && u->project_manager != 0 && u->project_manager == c->account
               ? REL_OWN
               : REL_NONE;
}

/* A revision is another right than a new document, and so its upload has another path. */
static bool is_below(const struct request *rq, const struct upload *u)
{
    if (rq->route->right == ACT_COMMENT_ANSWER)
        return u->document != 0 && strcmp(u->document_public_id, rq->args[0]) == 0;
    return u->document == 0;
}

const char *upload_of_path(const struct request *rq)
{
    return rq->args[rq->route->right == ACT_COMMENT_ANSWER ? 1 : 0];
}

enum err allowed_upload(struct request *rq, struct upload *u)
{
    char owner[UPLOAD_OWNER_LEN + 1];
    struct uploader by = uploader_of(rq);
    enum action act = (enum action)rq->route->right;
    enum err e = upload_get(rq->db, u, upload_of_path(rq));
    if (e != ERR_OK)
        return e;
    upload_owner(owner, &by);
    if (strcmp(owner, u->owner) != 0 || !is_below(rq, u))
        return ERR_NOENT;
    return policy_allows(caller_of(rq)->role, upload_relation(rq, u), act) ? ERR_OK : ERR_DENIED;
}

enum err still_open(struct request *rq, const struct upload *u)
{
    char text[ROUTE_DETAIL_MAX];
    if (strcmp(u->state, "open") == 0 && u->expires_at > rq->now_ms)
        return ERR_OK;
    (void)snprintf(text, sizeof(text), "This upload is over (%s). %.120s", u->state, u->reason);
    return answer_error(rq, ERR_GONE, text);
}

/* ---- creation ---------------------------------------------------------------------------------
 */

static enum err refuse_field(struct request *rq, const char *text)
{
    return answer_error(rq, ERR_INVAL, text);
}

/* "图纸.pdf" without its end, when nothing else was given. */
static void title_of_name(char out[TITLE_LEN + 1], const char *name)
{
    const char *dot = strrchr(name, '.');
    size_t n = dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name);
    (void)snprintf(out, TITLE_LEN + 1, "%.*s", (int)n, name);
}

static bool is_kind(const char *text)
{
    for (size_t i = 0; document_kinds[i] != NULL; i++)
        if (strcmp(document_kinds[i], text) == 0)
            return true;
    return false;
}

/* A label: of a path only its end, and no character that would leave a line. */
static enum err take_labels(struct request *rq, struct upload *u, const struct tus_metadata *m)
{
    const char *name = tus_value(m, "filename"), *title = tus_value(m, "title");
    const char *kind = tus_value(m, "kind"), *slash = strrchr(name, '/');
    if (slash != NULL)
        name = slash + 1;
    if (*name == '\0' || strlen(name) > FILE_NAME_LEN || strpbrk(name, "\\\r\n\t") != NULL)
        return refuse_field(rq, "Upload-Metadata: filename is missing, too long or none.");
    if (strlen(title) > TITLE_LEN || strpbrk(title, "\r\n\t") != NULL)
        return refuse_field(rq, "Upload-Metadata: title is one line of at most 200 bytes.");
    if (*kind != '\0' && !is_kind(kind))
        return refuse_field(rq, "Upload-Metadata: kind is drawing, plan, photo or other.");
    COPY(u->name, name);
    COPY(u->kind, *kind != '\0' ? kind : document_kinds[0]);
    if (*title != '\0')
        COPY(u->title, title);
    else
        title_of_name(u->title, name);
    return ERR_OK;
}

static enum err take_headers(struct request *rq, struct upload *u)
{
    const char *metadata = request_header(rq, "upload-metadata");
    struct tus_metadata m;
    uint64_t length = 0;
    if (*request_header(rq, "upload-defer-length") != '\0')
        return refuse_field(rq, "Upload-Defer-Length: the length has to be known from the start.");
    if (tus_number(&length, request_header(rq, "upload-length")) != ERR_OK)
        return refuse_field(rq, "Upload-Length: the number of bytes is missing.");
    if (length == 0)
        return refuse_field(rq, "The file is empty.");
    if (tus_metadata(&m, metadata, strlen(metadata)) != ERR_OK)
        return refuse_field(rq, "Upload-Metadata: not keys with values in Base64.");
    u->bytes = (int64_t)length;
    return take_labels(rq, u, &m);
}

/* What is announced must fit beside what the server keeps free for its records. */
static enum err check_disk(struct request *rq, int64_t bytes)
{
    const struct conf *c = conf_of(rq);
    struct statvfs v;
    if (statvfs(c->data, &v) != 0)
        return ERR_IO;
    uint64_t room = (uint64_t)v.f_bavail * v.f_frsize;
    if (room >= (uint64_t)bytes + ((uint64_t)c->disk_reserve_mib << 20))
        return ERR_OK;
    log_warn("documents", "an upload of %" PRId64 " bytes was refused: the disk is full", bytes);
    rq->answer.status = 507;
    return answer_error(rq, ERR_TOOBIG, "There is no room left on the server's disk.");
}

static enum err check_room(struct request *rq, const struct upload *u)
{
    struct quotas q = quotas_of(conf_of(rq));
    enum quota_verdict v = QUOTA_FINE;
    enum err e = quota_check(rq->db, &v, &q, u->project, u->bytes, 0);
    if (e == ERR_OK && v != QUOTA_FINE)
        return answer_quota(rq, v);
    return e == ERR_OK ? check_disk(rq, u->bytes) : e;
}

static enum err create(struct request *rq, struct upload *u)
{
    char at[120], detail[FILE_NAME_LEN + 40];
    const char *document = u->document_public_id;
    struct uploader by = uploader_of(rq);
    enum err e = take_headers(rq, u);
    if (e == ERR_OK)
        e = check_room(rq, u);
    if (e != ERR_OK)
        return e;
    upload_owner(u->owner, &by);
    u->expires_at = rq->now_ms + conf_of(rq)->upload_hours * INT64_C(3600000);
    e = upload_add(rq->db, u, rq->now_ms);
    (void)snprintf(detail, sizeof(detail), "%s %" PRId64, u->name, u->bytes);
    if (e == ERR_OK)
        e = audit_caller(rq, "upload.begin", u->public_id, detail);
    if (e != ERR_OK)
        return e;
    (void)snprintf(at, sizeof(at), "/api/v1%s%s/uploads/%s",
                   document[0] != '\0' ? "/documents/" : "", document, u->public_id);
    answer_header(rq, "location:", at);
    answer_expires(rq, u->expires_at);
    rq->answer.status = 201;
    rq->answer.body = json_upload(u, 0);
    return ERR_OK;
}

static enum err project_uploads_post(struct request *rq)
{
    const struct caller *c = caller_of(rq);
    struct project p = {.id = 0};
    enum err e = tus_begin(rq);
    if (e == ERR_OK)
        e = project_get(rq->db, &p, rq->args[0], policy_allows(c->role, REL_NONE, ACT_PROJECT_READ),
                        c->account);
    if (e == ERR_OK && (c->participant || p.manager != c->account ||
                        !policy_allows(c->role, REL_OWN, ACT_DRAWING_UPLOAD)))
        e = ERR_DENIED;
    struct upload u = {.project = p.id};
    return e == ERR_OK ? create(rq, &u) : e;
}

static enum err meeting_uploads_post(struct request *rq)
{
    struct meeting m = {.id = 0};
    enum err e = tus_begin(rq);
    if (e == ERR_OK)
        e = allowed_meeting(rq, &m, ACT_DRAWING_UPLOAD);
    struct project p = {.id = 0};
    if (e == ERR_OK)
        e = project_get(rq->db, &p, m.project_public_id, true, 0);
    struct upload u = {.meeting = m.id, .project = p.id};
    return e == ERR_OK ? create(rq, &u) : e;
}

static enum err document_uploads_post(struct request *rq)
{
    struct document d = {.id = 0};
    enum err e = tus_begin(rq);
    if (e == ERR_OK)
        e = allowed_document(rq, &d, ACT_COMMENT_ANSWER);
    if (e == ERR_OK && d.withdrawn_at != 0)
        e = answer_error(rq, ERR_GONE, "The document was withdrawn.");
    struct upload u = {.document = d.id, .project = d.project};
    COPY(u.document_public_id, rq->args[0]);
    return e == ERR_OK ? create(rq, &u) : e;
}

/* ---- the end ----------------------------------------------------------------------------------
 */

static void ended(const struct request *rq)
{
    desk_hurry(((struct api *)rq->app)->desk);
}

static enum err upload_delete(struct request *rq)
{
    struct api *a = (struct api *)rq->app;
    struct upload u = {.id = 0};
    enum err e = tus_begin(rq);
    if (e == ERR_OK)
        e = allowed_upload(rq, &u);
    if (e == ERR_OK)
        e = still_open(rq, &u);
    if (e == ERR_OK)
        e = upload_end(rq->db, u.id, "cancelled", "");
    if (e == ERR_OK)
        e = audit_caller(rq, "upload.cancel", u.public_id, "");
    if (e != ERR_OK)
        return e;
    (void)claims_stop(desk_claims(a->desk), u.public_id);
    rq->answer.after = ended;
    return ERR_OK;
}

static void after_revoked(const struct request *rq)
{
    char owner[UPLOAD_OWNER_LEN + 1];
    struct uploader by = {.link = ""};
    COPY(by.link, rq->args[1]);
    upload_owner(owner, &by);
    claims_stop_owner(desk_claims(((struct api *)rq->app)->desk), owner);
    ended(rq);
}

enum err uploads_revoked(struct request *rq, int64_t project, const char *link)
{
    char owner[UPLOAD_OWNER_LEN + 1];
    struct uploader by = {.link = ""};
    COPY(by.link, link);
    upload_owner(owner, &by);
    rq->answer.after = after_revoked;
    return upload_end_owner(rq->db, project, owner, "The project link was taken back.");
}

static enum err uploads_options(struct request *rq)
{
    answer_header(rq, "tus-resumable:", TUS_VERSION);
    answer_header(rq, "tus-version:", TUS_VERSION);
    answer_header(rq, "tus-extension:", TUS_EXTENSIONS);
    answer_header(rq, "tus-checksum-algorithm:", TUS_ALGORITHMS);
    answer_number(rq, "tus-max-size:", (uint64_t)conf_of(rq)->upload_mib << 20);
    return ERR_OK;
}

#define OPTIONS(path) \
    { \
        M_OPTIONS, path, ON_READ, ACT_ANYBODY, NULL, uploads_options, \
        { \
            204, .about = "What this server speaks of tus 1.0.0." \
        } \
    }
#define BEGIN \
    { \
        201, &o_upload, .also = "410 412 413 507", \
                        .about = "tus 1.0.0: Upload-Length, Upload-Metadata." \
    }
#define PART "application/offset+octet-stream"
#define READ \
    { \
        200, &o_upload, .also = "410 412 413 415 422 423", \
                        .about = "tus 1.0.0, by HEAD: how far it is." \
    }
#define BYTES \
    { \
        204, .takes = PART, .also = "409 410 412 413 415 422 423 460 507", \
             .about = "tus 1.0.0: bytes." \
    }
#define CANCEL \
    { \
        204, .also = "410 412" \
    }

const struct route upload_routes[] = {
    OPTIONS("/api/v1/projects/{id}/uploads"),
    OPTIONS("/api/v1/meetings/{id}/uploads"),
    OPTIONS("/api/v1/documents/{id}/uploads"),
    OPTIONS("/api/v1/uploads/{id}"),
    OPTIONS("/api/v1/documents/{id}/uploads/{upload}"),
    {M_POST, "/api/v1/projects/{id}/uploads", ON_WRITE, ACT_DRAWING_UPLOAD, NULL,
     project_uploads_post, BEGIN},
    {M_POST, "/api/v1/meetings/{id}/uploads", ON_WRITE, ACT_DRAWING_UPLOAD, NULL,
     meeting_uploads_post, BEGIN},
    {M_POST, "/api/v1/documents/{id}/uploads", ON_WRITE, ACT_COMMENT_ANSWER, NULL,
     document_uploads_post, BEGIN},
    // clang-format off
    {M_GET, "/api/v1/uploads/{id}", ON_INTAKE, ACT_DRAWING_UPLOAD, NULL, upload_read, READ},
    {M_PATCH, "/api/v1/uploads/{id}", ON_INTAKE, ACT_DRAWING_UPLOAD, NULL, patch_run, BYTES},
    {M_DELETE, "/api/v1/uploads/{id}", ON_WRITE, ACT_DRAWING_UPLOAD, NULL, upload_delete, CANCEL},
    {M_GET, "/api/v1/documents/{id}/uploads/{upload}", ON_INTAKE, ACT_COMMENT_ANSWER, NULL, upload_read, READ},
    {M_PATCH, "/api/v1/documents/{id}/uploads/{upload}", ON_INTAKE, ACT_COMMENT_ANSWER, NULL, patch_run, BYTES},
    {M_DELETE, "/api/v1/documents/{id}/uploads/{upload}", ON_WRITE, ACT_COMMENT_ANSWER, NULL, upload_delete, CANCEL},
    // clang-format on
};
const size_t upload_routes_n = sizeof(upload_routes) / sizeof(upload_routes[0]);
