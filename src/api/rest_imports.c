/* Imports of projects: the file comes in, what the check found goes out, and whether it is to be.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "api/imports.h"
#include "api_priv.h"
#include "base/log.h"
#include "base/mem.h"
#include "crypto/random.h"
#include "outlines_priv.h"
#include "project_priv.h"

enum { ROWS_PAGE = 100, LINE_MAX_ = 65536 };

static const char *data_of(const struct request *rq)
{
    return ((const struct api *)rq->app)->cfg.conf->data;
}

static void wake(const struct request *rq)
{
    imports_wake(((const struct api *)rq->app)->cfg.imports);
}

/* ---- out --------------------------------------------------------------------------------------
 */

static json_t *json_import(const struct import *im)
{
    char made[CLOCK_TEXT_MAX], changed[CLOCK_TEXT_MAX];
    clock_rfc3339(made, im->created_at);
    clock_rfc3339(changed, im->changed_at);
    return json_pack("{s:s,s:s,s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:{s:I,s:I,s:I,s:I,s:I}}", "id",
                     im->public_id, "name", im->name, "bytes", (json_int_t)im->bytes, "existing",
                     im->refuse ? "refuse" : "update", "state", import_state_words[im->state],
                     "encoding", im->encoding, "sure", im->sure, "reason", im->reason, "changed_at",
                     changed, "done_rows", (json_int_t)im->done, "rows", "all",
                     (json_int_t)im->counts.all, "fresh", (json_int_t)im->counts.fresh, "changed",
                     (json_int_t)im->counts.changed, "unchanged", (json_int_t)im->counts.unchanged,
                     "bad", (json_int_t)im->counts.bad);
}

static enum err answer_import(struct request *rq, const struct import *im, int status)
{
    rq->answer.status = status;
    rq->answer.body = json_import(im);
    return rq->answer.body != NULL ? ERR_OK : ERR_NOMEM;
}

static enum err find_mine(struct request *rq, struct import *im)
{
    return import_get(rq->db, im, rq->args[0], caller_of(rq)->account);
}

static void add_import(void *list, const struct import *im)
{
    (void)json_array_append_new((json_t *)list, json_import(im));
}

static enum err imports_get(struct request *rq)
{
    json_t *list = json_array();
    enum err e = import_list(rq->db, caller_of(rq)->account, add_import, list);
    rq->answer.body = json_pack("{s:o}", "imports", list);
    return e;
}

static enum err import_read(struct request *rq)
{
    struct import im;
    enum err e = find_mine(rq, &im);
    return e == ERR_OK ? answer_import(rq, &im, 200) : e;
}

/* Lines of the report from the byte @p at on; the key of the next page is where it goes on. */
static json_t *read_rows(FILE *f, int64_t *at)
{
    json_t *list = json_array();
    char *line = NULL;
    size_t cap = 0;
    if (fseeko(f, (off_t)*at, SEEK_SET) != 0)
        return list;
    for (size_t n = 0; n < ROWS_PAGE; n++) {
        ssize_t len = getdelim(&line, &cap, '\n', f);
        if (len <= 0 || line[len - 1] != '\n')
            break;
        json_t *one = json_loadb(line, (size_t)len, 0, NULL);
        if (one != NULL)
            (void)json_array_append_new(list, one);
        *at += len;
    }
    free(line);
    return list;
}

static enum err rows_get(struct request *rq)
{
    struct import im;
    char path[IMPORT_PATH_MAX];
    int64_t at = 0;
    enum err e = find_mine(rq, &im);
    if (e != ERR_OK)
        return e;
    if (!query_number(rq, "after", &at))
        return answer_error(rq, ERR_INVAL, "after: a whole number from an answer before");
    import_path(path, data_of(rq), im.public_id, "rows");
    FILE *f = im.state == IMPORT_CHECKING ? NULL : fopen(path, "rbe");
    json_t *list = f != NULL ? read_rows(f, &at) : json_array();
    bool more = f != NULL && json_array_size(list) == ROWS_PAGE;
    if (f != NULL)
        (void)fclose(f);
    rq->answer.body =
        json_pack("{s:o,s:o}", "rows", list, "next", more ? json_integer(at) : json_null());
    return ERR_OK;
}

/* ---- in ---------------------------------------------------------------------------------------
 */

/* The last part of a path as browsers of old send it; never used as a name of ours. */
static void take_name(const struct request *rq, char out[IMPORT_NAME_LEN + 1])
{
    const char *name = request_query(rq, "name"), *at = NULL;
    while ((at = strpbrk(name, "/\\")) != NULL)
        name = at + 1;
    size_t n = strlen(name) < IMPORT_NAME_LEN ? strlen(name) : IMPORT_NAME_LEN;
    while (n < strlen(name) && n > 0 && ((unsigned char)name[n] & 0xc0) == 0x80)
        n--;
    (void)snprintf(out, IMPORT_NAME_LEN + 1, "%.*s", (int)n, n > 0 ? name : "");
}

static bool is_table(const char *type)
{
    static const char *const types[] = {"text/csv", "text/plain", "application/vnd.ms-excel",
                                        "application/octet-stream", NULL};
    for (size_t i = 0; types[i] != NULL; i++) {
        size_t n = strlen(types[i]);
        if (strncasecmp(type, types[i], n) == 0 &&
            (type[n] == '\0' || type[n] == ';' || type[n] == ' '))
            return true;
    }
    return false;
}

static enum err one_at_a_time(struct request *rq)
{
    int64_t n = 0;
    enum err e = import_open_count(rq->db, &n, caller_of(rq)->account);
    if (e == ERR_OK && n > 0)
        return answer_error(rq, ERR_CONFLICT,
                            "You have an import that is not over: confirm or cancel it first.");
    return e;
}

static enum err open_file(struct request *rq)
{
    const char *existing = request_query(rq, "existing");
    if (existing[0] != '\0' && strcmp(existing, "update") != 0 && strcmp(existing, "refuse") != 0)
        return answer_error(rq, ERR_INVAL, "existing: update or refuse");
    if (!is_table(rq->type)) {
        rq->answer.status = 415;
        return answer_error(rq, ERR_INVAL, "The content type must be text/csv.");
    }
    enum err e = one_at_a_time(rq);
    char *id = e == ERR_OK ? (char *)mem_alloc(PUBLIC_ID_LEN + 1) : NULL;
    if (id == NULL)
        return e != ERR_OK ? e : ERR_NOMEM;
    char path[IMPORT_PATH_MAX];
    random_hex(id, PUBLIC_ID_LEN);
    import_path(path, data_of(rq), id, "csv");
    rq->intake.own = id;
    rq->intake.max = IMPORT_BYTES_MAX;
    rq->intake.fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (rq->intake.fd >= 0)
        return ERR_OK;
    log_error("imports", "%s: %s", path, strerror(errno));
    return ERR_IO;
}

static void file_over(struct request *rq)
{
    mem_free(rq->intake.own);
    rq->intake.own = NULL;
}

static void recorded(const struct request *rq)
{
    wake(rq);
}

static enum err record(struct request *rq)
{
    struct import im = {.account = caller_of(rq)->account,
                        .bytes = (int64_t)rq->intake.got,
                        .refuse = strcmp(request_query(rq, "existing"), "refuse") == 0};
    COPY(im.public_id, (const char *)rq->intake.own);
    take_name(rq, im.name);
    enum err e = one_at_a_time(rq);
    if (e == ERR_OK)
        e = import_add(rq->db, &im, rq->now_ms);
    if (e == ERR_OK)
        e = audit_caller(rq, "project.import_check", im.public_id, im.name);
    if (e != ERR_OK)
        return e;
    rq->answer.after = recorded;
    return answer_import(rq, &im, 202);
}

static enum err imports_post(struct request *rq)
{
    if (rq->again)
        return record(rq);
    if (rq->intake.stage == INTAKE_OPEN) {
        rq->intake.over = file_over;
        return open_file(rq);
    }
    if (rq->intake.whole) {
        rq->answer.write = true;
        return ERR_OK;
    }
    char path[IMPORT_PATH_MAX];
    import_path(path, data_of(rq), (const char *)rq->intake.own, "csv");
    (void)unlink(path); /* What came is not all of it. */
    return ERR_IO;
}

static enum err confirm_post(struct request *rq)
{
    struct import im;
    enum err e = find_mine(rq, &im);
    if (e != ERR_OK)
        return e;
    COPY(im.client, rq->client);
    e = import_confirm(rq->db, &im, rq->now_ms);
    if (e == ERR_CONFLICT)
        return answer_error(rq, e,
                            im.state != IMPORT_CHECKED ? "It is not waiting to be confirmed."
                            : im.counts.bad > 0
                                ? "It has bad rows: mend the file and send it again."
                                : "There is nothing in it that is new.");
    if (e == ERR_OK)
        e = audit_caller(rq, "project.import_confirm", im.public_id, im.name);
    if (e == ERR_OK)
        e = find_mine(rq, &im);
    rq->answer.after = recorded;
    return e == ERR_OK ? answer_import(rq, &im, 202) : e;
}

static enum err import_delete(struct request *rq)
{
    struct import im;
    enum err e = find_mine(rq, &im);
    if (e != ERR_OK)
        return e;
    e = import_cancel(rq->db, &im, rq->now_ms);
    if (e == ERR_CONFLICT)
        return answer_error(rq, e, "It is over already.");
    if (e == ERR_OK)
        e = audit_caller(rq, "project.import_cancel", im.public_id, im.name);
    if (e == ERR_OK)
        e = find_mine(rq, &im);
    rq->answer.after = recorded;
    return e == ERR_OK ? answer_import(rq, &im, 202) : e;
}

// clang-format off
const struct route import_routes[] = {
    {M_GET, "/api/v1/imports", ON_READ, ACT_PROJECT_EDIT, NULL, imports_get, {200, .body = &o_import_list}},
    {M_POST, "/api/v1/imports", ON_INTAKE, ACT_PROJECT_EDIT, NULL, imports_post,
     {202, &o_import, .takes = "text/csv", .query = q_imports, .also = "409",
      .about = "A table of projects, UTF-8 or GB18030, up to 64 MiB: it is checked, nothing is changed yet."}},
    {M_GET, "/api/v1/imports/{id}", ON_READ, ACT_PROJECT_EDIT, NULL, import_read, {200, .body = &o_import}},
    {M_GET, "/api/v1/imports/{id}/rows", ON_READ, ACT_PROJECT_EDIT, NULL, rows_get,
     {200, &o_import_rows, .query = q_import_rows, .about = "Every bad row and every change, in the order of the file."}},
    {M_POST, "/api/v1/imports/{id}/confirm", ON_WRITE, ACT_PROJECT_EDIT, NULL, confirm_post,
     {202, &o_import, .also = "409", .about = "All of it is written, and seen at once; or nothing."}},
    {M_DELETE, "/api/v1/imports/{id}", ON_WRITE, ACT_PROJECT_EDIT, NULL, import_delete,
     {202, &o_import, .also = "409", .about = "Cancelled; what was written is taken back."}},
};
// clang-format on
const size_t import_routes_n = sizeof(import_routes) / sizeof(import_routes[0]);
