/* Documents: lists, one, its changes, and its bytes. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/random.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "documents_priv.h"
#include "outlines_priv.h"

#define FETCHED_AGAIN_MS INT64_C(600000) /* pieces of one fetch are one line of the audit log */

static const struct conf *conf_of(const struct request *rq)
{
    return ((const struct api *)rq->app)->cfg.conf;
}

/* ---- rights -----------------------------------------------------------------------------------
 */

enum relation document_relation(const struct request *rq, const struct document *d)
{
    const struct caller *c = caller_of(rq);
    if (c->link.id != 0)
        return c->link.project == d->project ? REL_LINKED : REL_NONE;
    if (!c->participant && c->account != 0 && d->project_manager == c->account)
        return REL_OWN;
    if (!c->participant)
        return document_standing(rq->db, d->id, c->account);
    return document_is_linked(rq->db, c->p.meeting, d->id) ? participant_relation(&c->p) : REL_NONE;
}

/* Withdrawn ones are for who keeps the project, and who looks into what was. */
static bool sees_withdrawn(const struct caller *c, bool own)
{
    return !c->participant && policy_allows(c->role, own ? REL_OWN : REL_NONE, ACT_PROJECT_READ);
}

enum err allowed_document(struct request *rq, struct document *d, enum action act)
{
    const struct caller *c = caller_of(rq);
    enum err e = document_get(rq->db, d, rq->args[0]);
    if (e != ERR_OK)
        return e;
    enum relation rel = document_relation(rq, d);
    if (d->withdrawn_at != 0 && !sees_withdrawn(c, rel == REL_OWN))
        return ERR_NOENT;
    if (policy_allows(c->role, rel, act))
        return ERR_OK;
    return policy_allows(c->role, rel, ACT_DRAWING_READ) ? ERR_DENIED : ERR_NOENT;
}

/* ---- out --------------------------------------------------------------------------------------
 */

static json_t *json_same(struct request *rq, const struct document *d, const struct revision *r)
{
    struct same same;
    if (revision_same(rq->db, &same, d->project, r->sha256, r->id) != ERR_OK ||
        same.document[0] == '\0')
        return json_null();
    return json_pack("{s:s,s:s,s:I}", "document", same.document, "title", same.title, "number",
                     (json_int_t)same.number);
}

static json_t *json_revision(struct request *rq, const struct document *d, const struct revision *r)
{
    char at[CLOCK_TEXT_MAX], digest[2 * SHA256_LEN + 1];
    const struct file_type *type = file_type_of(r->type);
    clock_rfc3339(at, r->uploaded_at);
    hex_text(digest, r->sha256, sizeof(r->sha256));
    return json_pack("{s:I,s:s,s:s,s:s,s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:o}", "number",
                     (json_int_t)r->number, "name", r->name, "type", r->type, "media_type",
                     type != NULL ? type->media : "application/octet-stream", "bytes",
                     (json_int_t)r->bytes, "sha256", digest, "uploaded_at", at, "uploaded_by",
                     r->by.name, "role", r->by.role, "scan", r->scan, "finding", r->finding,
                     "same_as", json_same(rq, d, r));
}

static json_t *json_withdrawn(const struct document *d)
{
    char at[CLOCK_TEXT_MAX];
    if (d->withdrawn_at == 0)
        return json_null();
    clock_rfc3339(at, d->withdrawn_at);
    return json_pack("{s:s,s:s,s:s}", "at", at, "by", d->withdrawn_by, "reason",
                     d->withdrawn_reason);
}

static json_t *json_document(struct request *rq, const struct document *d)
{
    char made[CLOCK_TEXT_MAX];
    struct revision r;
    clock_rfc3339(made, d->created_at);
    bool has = revision_get(rq->db, &r, d->id, 0) == ERR_OK;
    return json_pack("{s:s,s:I,s:s,s:s,s:s,s:s,s:s,s:o,s:o}", "id", d->public_id, "version",
                     (json_int_t)d->version, "project", d->project_public_id, "title", d->title,
                     "kind", d->kind, "created_at", made, "created_by", d->created_by, "withdrawn",
                     json_withdrawn(d), "latest", has ? json_revision(rq, d, &r) : json_null());
}

struct listing {
    struct request *rq;
    json_t *list;
    bool withdrawn;
    size_t seen;
    int64_t last;
};

static void list_one(void *arg, const struct document *d)
{
    struct listing *l = (struct listing *)arg;
    l->seen++;
    l->last = d->id;
    if (d->withdrawn_at == 0 || l->withdrawn)
        (void)json_array_append_new(l->list, json_document(l->rq, d));
}

/* What the page says before anybody has tried in vain. */
static enum err json_limits(struct request *rq, int64_t project, json_t **out)
{
    const struct conf *c = conf_of(rq);
    const struct quotas q = quotas_of(c);
    int64_t used = 0;
    enum err e = document_usage(rq->db, project, &used);
    json_t *ends = json_array();
    for (const struct file_type *t = file_types(); t->code[0] != '\0'; t++)
        (void)json_array_append_new(ends, json_string(t->end));
    *out = json_pack("{s:I,s:I,s:I,s:b,s:o}", "upload_bytes", (json_int_t)q.upload, "project_bytes",
                     (json_int_t)q.project, "project_used", (json_int_t)used, "scanned",
                     c->clamd_socket[0] != '\0', "types", ends);
    return e;
}

static enum err answer_list(struct request *rq, struct listing *l, enum relation rel,
                            int64_t project)
{
    const struct caller *c = caller_of(rq);
    json_t *limits = NULL;
    char next[24] = "";
    enum err e = json_limits(rq, project, &limits);
    if (l->seen == DOCUMENT_PAGE)
        (void)snprintf(next, sizeof(next), "%" PRId64, l->last);
    rq->answer.body = json_pack(
        "{s:o,s:s,s:o,s:o}", "documents", l->list, "next", next, "limits", limits, "rights",
        json_pack("{s:b,s:b,s:b,s:b}", "read", (int)policy_allows(c->role, rel, ACT_DRAWING_READ),
                  "upload", (int)policy_allows(c->role, rel, ACT_DRAWING_UPLOAD), "revise",
                  (int)policy_allows(c->role, rel, ACT_COMMENT_ANSWER), "edit",
                  (int)(!c->participant && policy_allows(c->role, rel, ACT_PROJECT_EDIT))));
    return e;
}

static enum err read_before(struct request *rq, int64_t *before)
{
    if (!query_number(rq, "before", before))
        return answer_error(rq, ERR_INVAL, "before: must be what the answer before gave as next.");
    if (*before == 0)
        *before = INT64_MAX;
    return ERR_OK;
}

static enum err project_documents(struct request *rq)
{
    const struct caller *c = caller_of(rq);
    struct project p;
    int64_t before = 0;
    if (c->participant)
        return ERR_DENIED;
    bool everything = policy_allows(c->role, REL_NONE, ACT_DRAWING_READ);
    enum err e = project_get(rq->db, &p, rq->args[0], everything, c->account);
    if (e == ERR_OK)
        e = read_before(rq, &before);
    if (e != ERR_OK)
        return e;
    bool own = p.manager != 0 && p.manager == c->account;
    if (!policy_allows(c->role, own ? REL_OWN : REL_NONE, ACT_DRAWING_READ))
        return ERR_DENIED;
    struct listing l = {.rq = rq, .list = json_array(), .withdrawn = sees_withdrawn(c, own)};
    e = document_each_of_project(rq->db, p.id, before, list_one, &l);
    enum err limits = answer_list(rq, &l, own ? REL_OWN : REL_NONE, p.id);
    return e == ERR_OK ? limits : e;
}

/* What a revision may be made of: named, but neither fetched nor with its history. */
static enum err link_documents(struct request *rq)
{
    const struct caller *c = caller_of(rq);
    int64_t before = 0;
    if (c->link.id == 0 || !policy_allows(c->role, REL_LINKED, ACT_LINK_READ))
        return ERR_DENIED;
    enum err e = read_before(rq, &before);
    if (e != ERR_OK)
        return e;
    struct listing l = {.rq = rq, .list = json_array()};
    e = document_each_of_project(rq->db, c->link.project, before, list_one, &l);
    enum err limits = answer_list(rq, &l, REL_LINKED, c->link.project);
    return e == ERR_OK ? limits : e;
}

static enum err meeting_documents(struct request *rq)
{
    const struct caller *c = caller_of(rq);
    struct meeting m;
    struct project p;
    int64_t before = 0;
    enum err e = allowed_meeting(rq, &m, ACT_DRAWING_READ);
    if (e == ERR_OK)
        e = project_get(rq->db, &p, m.project_public_id, true, 0);
    if (e == ERR_OK)
        e = read_before(rq, &before);
    if (e != ERR_OK)
        return e;
    enum relation rel = caller_relation(rq, &m);
    struct listing l = {
        .rq = rq, .list = json_array(), .withdrawn = sees_withdrawn(c, rel == REL_OWN)};
    e = document_each_of_meeting(rq->db, m.id, before, list_one, &l);
    enum err limits = answer_list(rq, &l, rel, p.id);
    return e == ERR_OK ? limits : e;
}

struct history {
    struct request *rq;
    const struct document *d;
    json_t *list;
};

static void history_one(void *arg, const struct revision *r)
{
    struct history *h = (struct history *)arg;
    (void)json_array_append_new(h->list, json_revision(h->rq, h->d, r));
}

static enum err answer_document(struct request *rq, const struct document *d)
{
    struct history h = {.rq = rq, .d = d, .list = json_array()};
    json_t *o = json_document(rq, d);
    enum err e = revision_each(rq->db, d->id, history_one, &h);
    (void)json_object_set_new(o, "history", h.list);
    answer_tag(rq, d->version);
    rq->answer.body = o;
    return e;
}

static enum err document_read(struct request *rq)
{
    struct document d;
    enum err e = allowed_document(rq, &d, ACT_DRAWING_READ);
    return e == ERR_OK ? answer_document(rq, &d) : e;
}

/* ---- changes ----------------------------------------------------------------------------------
 */

static enum err mine_to_change(struct request *rq, struct document *d)
{
    enum err e = allowed_document(rq, d, ACT_PROJECT_EDIT);
    if (e == ERR_OK)
        e = match_version(rq, d->version);
    if (e == ERR_CONFLICT)
        tell_current(rq, json_document(rq, d));
    return e;
}

static enum err answer_changed(struct request *rq, const struct document *d, enum err e,
                               const char *what, const char *detail)
{
    if (e == ERR_OK)
        e = audit_caller(rq, what, d->public_id, detail);
    return e == ERR_OK ? answer_document(rq, d) : e;
}

struct in_document {
    char title[TITLE_LEN + 1];
    int kind;
};
static const struct field f_document[] = {FIELD_TEXT(struct in_document, title, 1),
                                          FIELD_WORD(struct in_document, kind, document_kinds)};
static const struct shape s_document = SHAPE(struct in_document, f_document);

static enum err document_put(struct request *rq)
{
    const struct in_document *in = (const struct in_document *)rq->in;
    struct document d;
    enum err e = mine_to_change(rq, &d);
    if (e != ERR_OK)
        return e;
    COPY(d.title, in->title);
    COPY(d.kind, document_kinds[in->kind]);
    e = document_edit(rq->db, &d);
    return answer_changed(rq, &d, e, "document.edit", d.title);
}

struct in_reason {
    char reason[REASON_MAX + 1];
};
static const struct field f_reason[] = {FIELD_TEXT(struct in_reason, reason, 1)};
static const struct shape s_reason = SHAPE(struct in_reason, f_reason);

static enum err document_withdraw_post(struct request *rq)
{
    const struct in_reason *in = (const struct in_reason *)rq->in;
    struct document d;
    enum err e = mine_to_change(rq, &d);
    if (e != ERR_OK)
        return e;
    if (d.withdrawn_at != 0)
        return answer_error(rq, ERR_GONE, "It is withdrawn already.");
    e = document_withdraw(rq->db, &d, caller_of(rq)->name, in->reason, rq->now_ms);
    return answer_changed(rq, &d, e, "document.withdraw", in->reason);
}

static enum err document_restore_post(struct request *rq)
{
    struct document d;
    enum err e = mine_to_change(rq, &d);
    if (e != ERR_OK)
        return e;
    if (d.withdrawn_at == 0)
        return answer_error(rq, ERR_GONE, "It is not withdrawn.");
    e = document_restore(rq->db, &d);
    return answer_changed(rq, &d, e, "document.restore", "");
}

/* ---- its bytes --------------------------------------------------------------------------------
 */

/* RFC 6266 with RFC 8187: the name as the uploader gave it, and one that every program can read. */
static void answer_attachment(struct request *rq, const struct revision *r)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    const struct file_type *type = file_type_of(r->type);
    char text[ROUTE_HEADERS_MAX], coded[3 * FILE_NAME_LEN + 1];
    size_t n = 0;
    for (const char *p = r->name; *p != '\0' && n + 4 < sizeof(coded); p++) {
        if (strchr(plain, *p) != NULL)
            coded[n++] = *p;
        else
            n += (size_t)snprintf(coded + n, 4, "%%%02X", (unsigned char)*p);
    }
    coded[n] = '\0';
    bool same = strcmp(coded, r->name) == 0;
    (void)snprintf(text, sizeof(text), "attachment; filename=\"%s%s\"; filename*=UTF-8''%s",
                   same ? coded : "document", same || type == NULL ? "" : type->end, coded);
    answer_header(rq, "content-disposition:", text);
    answer_header(rq, "content-security-policy:", "default-src 'none'; sandbox");
}

static enum err check_scan(struct request *rq, const struct revision *r)
{
    if (strcmp(r->scan, "waiting") == 0)
        return answer_error(rq, ERR_CONFLICT,
                            "It has not been scanned for viruses yet. Try again in a moment.");
    if (strcmp(r->scan, "infected") != 0)
        return ERR_OK;
    rq->answer.status = 403;
    return answer_error(rq, ERR_DENIED,
                        "The virus scanner found something in it: it is shut away.");
}

/* Asks for a second run, on the records thread, when this is not in the audit log yet. */
static enum err log_fetch(struct request *rq, const struct document *d, const struct revision *r,
                          bool *wait)
{
    char detail[FILE_NAME_LEN + 24];
    (void)snprintf(detail, sizeof(detail), "%" PRId64 " %s", r->number, r->name);
    *wait = false;
    if (rq->again)
        return audit_caller(rq, "document.download", d->public_id, detail);
    AUTO(db_done) struct stmt s = db_use(rq->db, &SQL_DOCUMENT_FETCHED);
    db_bind_text(&s, ":object", d->public_id);
    db_bind_text(&s, ":detail", detail);
    db_bind_text(&s, ":who", caller_of(rq)->name);
    db_bind_text(&s, ":client", rq->client);
    db_bind_i64(&s, ":since", rq->now_ms - FETCHED_AGAIN_MS);
    *wait = !db_row(&s);
    rq->answer.write = *wait;
    return s.err;
}

static enum err content_read(struct request *rq)
{
    struct document d;
    struct revision r;
    bool wait = false;
    char *end = NULL;
    long long number = strtoll(rq->args[1], &end, 10);
    enum err e = allowed_document(rq, &d, ACT_DRAWING_READ);
    if (e == ERR_OK && (*end != '\0' || number < 1))
        e = ERR_NOENT;
    if (e == ERR_OK)
        e = revision_get(rq->db, &r, d.id, number);
    if (e == ERR_OK)
        e = check_scan(rq, &r);
    if (e == ERR_OK)
        e = log_fetch(rq, &d, &r, &wait);
    if (e != ERR_OK || wait)
        return e;
    document_file(rq->answer.file, conf_of(rq)->data, r.file);
    rq->answer.file_type = "application/octet-stream"; /* Nothing that a browser would show. */
    answer_attachment(rq, &r);
    return ERR_OK;
}

enum { VERSIONED = REPLY_TAGGED | REPLY_MATCH };

const struct route document_routes[] = {
    {M_GET,
     "/api/v1/projects/{id}/documents",
     ON_READ,
     ACT_DRAWING_READ,
     NULL,
     project_documents,
     {200, &o_document_list, .query = q_documents}},
    {M_GET,
     "/api/v1/meetings/{id}/documents",
     ON_READ,
     ACT_DRAWING_READ,
     NULL,
     meeting_documents,
     {200, &o_document_list, .query = q_documents, .about = "Those that are linked to it."}},
    {M_GET,
     "/api/v1/link/documents",
     ON_READ,
     ACT_LINK_READ,
     NULL,
     link_documents,
     {200, &o_document_list, .query = q_documents,
      .about = "Of the project of a project link, by its session: what it may revise."}},
    {M_GET,
     "/api/v1/documents/{id}",
     ON_READ,
     ACT_DRAWING_READ,
     NULL,
     document_read,
     {200, &o_document_page, .flags = REPLY_TAGGED}},
    {M_PUT,
     "/api/v1/documents/{id}",
     ON_WRITE,
     ACT_PROJECT_EDIT,
     &s_document,
     document_put,
     {200, &o_document_page, .flags = VERSIONED, .also = "410"}},
    {M_POST,
     "/api/v1/documents/{id}/withdraw",
     ON_WRITE,
     ACT_PROJECT_EDIT,
     &s_reason,
     document_withdraw_post,
     {200, &o_document_page, .flags = VERSIONED, .also = "410",
      .about =
          "Hidden from all but who keeps the project or looks into it later; nothing is deleted."}},
    {M_POST,
     "/api/v1/documents/{id}/restore",
     ON_WRITE,
     ACT_PROJECT_EDIT,
     NULL,
     document_restore_post,
     {200, &o_document_page, .flags = VERSIONED, .also = "410"}},
    {M_GET,
     "/api/v1/documents/{id}/revisions/{number}/content",
     ON_READ,
     ACT_DRAWING_READ,
     NULL,
     content_read,
     {200, .media = "application/octet-stream", .flags = REPLY_RANGES, .also = "409",
      .about = "409 until it has been scanned."}},
};
const size_t document_routes_n = sizeof(document_routes) / sizeof(document_routes[0]);
