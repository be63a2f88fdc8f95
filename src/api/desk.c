/* What happens to uploads and documents by itself: the scanner is asked, what ran out is forgotten
 * and its file removed. One step at a time, each a task, so that nothing piles up. */
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "db/db.h"
#include "documents_priv.h"
#include "net/clamd.h"

enum {
    SWEEP_S = 60,
    UNREACHED_S = 5, /* the scanner is tried again */
    REFUSED_S = 600, /* what it would not scan */
};

struct desk {
    struct api *api;
    struct claims *claims;
    bool sweeping, scanning;
    atomic_bool stop;           /* the server stops: a scanner that hangs does not hold it up */
    uint64_t sweep_ns, scan_ns; /* when next */
    int64_t after;              /* row of the last that was scanned in this round */
    bool refused, down;
    struct metric *waits, *reachable;
};

enum err desk_new(struct desk **out, struct api *a)
{
    static const struct metric_family waits = {"yunjian_documents_unscanned",
                                               "Revisions that wait for the virus scanner.",
                                               METRIC_GAUGE,
                                               1,
                                               NULL,
                                               0};
    static const struct metric_family reachable = {
        "yunjian_scanner_up", "1: the virus scanner answered last time.", METRIC_GAUGE, 1, NULL, 0};
    struct desk *d = (struct desk *)mem_zalloc(1, sizeof(*d));
    if (d == NULL)
        return ERR_NOMEM;
    d->api = a;
    if (claims_new(&d->claims) != ERR_OK) {
        mem_free(d);
        return ERR_NOMEM;
    }
    if (a->cfg.scans != NULL) {
        d->waits = metrics_series(a->cfg.metrics, &waits, NULL);
        d->reachable = metrics_series(a->cfg.metrics, &reachable, NULL);
    }
    *out = d;
    return ERR_OK;
}

void desk_free(struct desk *d)
{
    if (d == NULL)
        return;
    claims_free(d->claims);
    mem_free(d);
}

struct claims *desk_claims(struct desk *d)
{
    return d->claims;
}

void desk_stop(struct desk *d)
{
    atomic_store(&d->stop, true);
}

void desk_hurry(struct desk *d)
{
    d->sweep_ns = 0;
    if (!d->down)
        d->scan_ns = 0;
}

static void submit(struct job *j, struct tasks *to)
{
    if (tasks_submit(to, &j->task) != ERR_OK) {
        j->task.result = ERR_BUSY;
        j->task.done(&j->task);
    }
}

/* ---- what is over -----------------------------------------------------------------------------
 */

static enum err write_expired(struct db *db, struct job *j)
{
    return upload_expire(db, j->now_ms);
}

static enum err write_swept(struct db *db, struct job *j)
{
    return upload_swept(db, j->id);
}

static void swept(struct job *j)
{
    j->api->desk->sweeping = false; /* and the next one, if there is one */
}

/* On an intake's thread: one file. */
static enum err sweep(struct db *db, struct job *j)
{
    bool kept = false;
    enum err e = upload_any_due(db, &j->flag, j->now_ms);
    if (e != ERR_OK || j->flag)
        return e;
    e = upload_unswept(db, &j->id, j->public_id, &kept);
    return e == ERR_OK ? upload_file_remove(j->api->cfg.conf->data, j->public_id, !kept) : e;
}

static void sweep_done(struct job *j)
{
    struct desk *d = j->api->desk;
    struct job *next = NULL;
    if (j->task.result == ERR_OK)
        next = job_new(j->api, j->flag ? write_expired : write_swept);
    if (next == NULL) { /* Nothing left, or not now. */
        d->sweeping = false;
        d->sweep_ns = clock_mono_ns() + SWEEP_S * NS_PER_S;
        return;
    }
    next->id = j->id;
    next->after = swept;
    job_write(next);
}

/* ---- the scanner ------------------------------------------------------------------------------
 */

static enum err open_revision(int *fd, const char *data, const char *file)
{
    char path[DOCUMENT_PATH];
    document_file(path, data, file);
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (*fd < 0) { /* Put away, and the end came before that was written down. */
        document_file_put_away(path, data, file);
        *fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    }
    return *fd >= 0 ? ERR_OK : ERR_NOENT;
}

/* On the scanner's thread: the next that waits. j->word: what was found; "": not scanned. */
static enum err scan(struct db *db, struct job *j)
{
    const struct conf *conf = j->api->cfg.conf;
    struct revision r;
    enum clamd_verdict v = CLAMD_REFUSED;
    char name[CLAMD_NAME_MAX] = "";
    int fd = -1;
    enum err e = revision_waits(db, &j->number);
    if (e == ERR_OK)
        e = revision_waiting(db, &r, j->at);
    if (e != ERR_OK)
        return e;
    j->id = r.id;
    if (open_revision(&fd, conf->data, r.file) != ERR_OK) {
        COPY(j->text, "its file is missing");
        return ERR_OK;
    }
    e = clamd_scan(&v, name, conf->clamd_socket, fd, &j->api->desk->stop);
    (void)close(fd);
    if (e != ERR_OK)
        return ERR_IO;
    if (v == CLAMD_FOUND)
        e = document_file_quarantine(conf->data, r.file);
    COPY(j->word, v == CLAMD_CLEAN ? "clean" : v == CLAMD_FOUND ? "infected" : "");
    COPY(j->text, name);
    return e;
}

static enum err write_scanned(struct db *db, struct job *j)
{
    char document[PUBLIC_ID_LEN + 1];
    if (j->word[0] == '\0')
        return revision_noted(db, j->id, j->text);
    enum err e = revision_scanned(db, document, j->id, j->word, j->text, j->now_ms);
    if (e != ERR_OK)
        return e == ERR_NOENT ? ERR_OK : e;
    const struct audit a = {.who = "clamd",
                            .what = "document.scan",
                            .object = document,
                            .client = "",
                            .detail = j->word[0] == 'i' ? j->text : j->word};
    return audit_put(db, &a, j->now_ms);
}

static void scanned(struct job *j)
{
    j->api->desk->scanning = false; /* What was not written is scanned again in the next round. */
}

static void note_reach(struct desk *d, bool up)
{
    if (up == d->down)
        log_info("documents", "the virus scanner %s",
                 up ? "answers again" : "cannot be reached: uploads wait for it");
    d->down = !up;
    metric_set(d->reachable, up);
}

static void round_over(struct desk *d, uint64_t s)
{
    d->scanning = false;
    d->after = 0;
    d->refused = false;
    d->scan_ns = clock_mono_ns() + s * NS_PER_S;
}

static void scan_done(struct job *j)
{
    struct desk *d = j->api->desk;
    enum err e = j->task.result;
    metric_set(d->waits, j->number);
    if (e == ERR_IO && !atomic_load(&d->stop))
        note_reach(d, false);
    if (e != ERR_OK) { /* ERR_NOENT: that was the last one. */
        round_over(d, e == ERR_NOENT && d->refused ? REFUSED_S : UNREACHED_S);
        return;
    }
    note_reach(d, true);
    d->after = j->id;
    d->refused = d->refused || j->word[0] == '\0';
    struct job *next = job_new(j->api, write_scanned);
    if (next == NULL) {
        round_over(d, UNREACHED_S);
        return;
    }
    next->id = j->id;
    COPY(next->word, j->word);
    COPY(next->text, j->text);
    next->after = scanned;
    job_write(next);
}

/* ---- when -------------------------------------------------------------------------------------
 */

void desk_tick(struct desk *d, uint64_t now)
{
    struct job *j = NULL;
    if (!d->sweeping && now >= d->sweep_ns && (j = job_new(d->api, sweep)) != NULL) {
        d->sweeping = true;
        j->after = sweep_done;
        submit(j, d->api->cfg.intakes);
    }
    if (d->api->cfg.scans == NULL || d->scanning || now < d->scan_ns || atomic_load(&d->stop))
        return;
    j = job_new(d->api, scan);
    if (j == NULL)
        return;
    d->scanning = true;
    j->at = d->after;
    j->after = scan_done;
    submit(j, d->api->cfg.scans);
}
