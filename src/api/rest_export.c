/* Projects as a table: written into a file without a name in any folder's list for long, sent from
 * there. No more of it is in memory than a piece. */
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <string.h>
#include <unistd.h>

#include "api/imports.h"
#include "api_priv.h"
#include "base/charset.h"
#include "base/log.h"
#include "base/mem.h"
#include "crypto/random.h"
#include "domain/project_csv.h"
#include "outlines_priv.h"
#include "project_priv.h"

enum { ROW_MAX = 2 * CSV_ROW_MAX };

struct table {
    struct request *rq;
    FILE *f;
    iconv_t cd; /* into GB18030; NULL: it stays UTF-8 */
    bool english;
    struct parties parties;
    char row[ROW_MAX], other[ROW_MAX * 4];
};

static enum err put(struct table *x, const struct buf *b)
{
    char *from = x->row;
    char *to = x->other;
    size_t left = b->len, room = sizeof(x->other);
    if (!buf_ok(b))
        return ERR_TOOBIG;
    if (x->cd == NULL)
        return fwrite(x->row, 1, b->len, x->f) == b->len ? ERR_OK : ERR_IO;
    /* GB18030 has a place for everything that Unicode has. */
    if (iconv(x->cd, &from, &left, &to, &room) == (size_t)-1)
        return ERR_PROTO;
    size_t n = (size_t)(to - x->other);
    return fwrite(x->other, 1, n, x->f) == n ? ERR_OK : ERR_IO;
}

static enum err put_project(void *arg, const struct project *p)
{
    struct table *x = (struct table *)arg;
    struct buf b = buf_make(x->row, sizeof(x->row));
    enum err e = parties_get(x->rq->db, &x->parties, p->id);
    if (e != ERR_OK)
        return e;
    bool own = p->manager != 0 && p->manager == caller_of(x->rq)->account;
    for (size_t i = 0; i < x->parties.n; i++)
        party_show_phone(&x->parties.at[i], own);
    row_write(&b, p, &x->parties, x->english);
    return put(x, &b);
}

static enum err write_all(struct table *x, const struct project_query *q)
{
    struct buf b = buf_make(x->row, sizeof(x->row));
    if (x->cd == NULL)
        buf_str(&b, "\xef\xbb\xbf");
    header_write(&b, x->english);
    enum err e = put(x, &b);
    if (e == ERR_OK)
        e = project_each(x->rq->db, q, put_project, x);
    return e == ERR_OK && fflush(x->f) != 0 ? ERR_IO : e;
}

static enum err write_file(struct request *rq, const struct project_query *q, bool gb)
{
    struct table *x = (struct table *)mem_zalloc(1, sizeof(*x));
    if (x == NULL)
        return ERR_NOMEM;
    x->rq = rq;
    x->english = strcmp(request_query(rq, "language"), "en") == 0;
    if (gb)
        x->cd = iconv_open("GB18030", "UTF-8");
    bool fine = (intptr_t)x->cd != -1;
    x->f = fine ? fopen(rq->answer.file, "wbxe") : NULL;
    enum err e = x->f != NULL ? write_all(x, q) : ERR_IO;
    if (x->f != NULL && fclose(x->f) != 0 && e == ERR_OK)
        e = ERR_IO;
    if (fine && x->cd != NULL)
        (void)iconv_close(x->cd);
    mem_free(x);
    return e;
}

static enum err export_get(struct request *rq)
{
    struct project_query q;
    char id[PUBLIC_ID_LEN + 1], name[80], day[DAY_TEXT_MAX];
    const char *encoding = request_query(rq, "encoding");
    bool gb = strcmp(encoding, "gb18030") == 0;
    enum err e = project_query_of(rq, &q);
    if (e != ERR_OK)
        return answer_error(rq, e, "There is no such stage or order.");
    if (!gb && encoding[0] != '\0' && strcmp(encoding, "utf-8") != 0)
        return answer_error(rq, ERR_INVAL, "encoding: utf-8 or gb18030");
    random_hex(id, PUBLIC_ID_LEN);
    import_path(rq->answer.file, ((const struct api *)rq->app)->cfg.conf->data, id, "export");
    e = write_file(rq, &q, gb);
    if (e != ERR_OK) {
        log_error("export", "%s: %s", rq->answer.file, err_name(e));
        (void)unlink(rq->answer.file);
        rq->answer.file[0] = '\0';
        return e;
    }
    rq->answer.file_once = true;
    rq->answer.file_type = gb ? "text/csv; charset=gb18030" : "text/csv; charset=utf-8";
    day_text(day, day_of_ms(rq->now_ms));
    (void)snprintf(name, sizeof(name), "attachment; filename=\"projects-%s.csv\"", day);
    answer_header(rq, "content-disposition:", name);
    return ERR_OK;
}

const struct route export_routes[] = {
    {M_GET,
     "/api/v1/projects.csv",
     ON_READ,
     ACT_PROJECT_READ,
     NULL,
     export_get,
     {200, .media = "text/csv", .query = q_export, .flags = REPLY_RANGES,
      .about = "All that the filters leave of what one may read, newest first."}},
};
const size_t export_routes_n = sizeof(export_routes) / sizeof(export_routes[0]);
