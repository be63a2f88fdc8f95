/* A body of any size on its way into a file. The control thread fills one buffer while a thread of
 * the intakes' own writes the other; when both are full, nothing more is read from the connection.
 * A slow sender holds two buffers and no thread. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "http_priv.h"

enum {
    PIECE = 256 << 10,
    ENOUGH = PIECE / 2,    /* worth a write */
    SLACK = 64 << 10,      /* what may still come after the flow was stopped */
    SYNC_EVERY = 16 << 20, /* so that the last sync, which is waited for, has little to do */
    FLOWS_MAX = 48,        /* at once; 576 KiB each */
    ANSWER_S = 600,        /* a large file is read once more before its answer */
};

struct flow {
    struct flow *next;
    struct exchange *x;
    bool opened;   /* the handler has taken it */
    bool body_end; /* the last byte was given */
    bool ending;   /* the task under way is the last before the answer */
    bool broken;   /* is being cut off */
    bool held;     /* nothing is read from the connection */
    uint64_t unsynced;
    bool looked;
    size_t fill_len, out_len;
    uint8_t *fill, *out;
};

static int begin_task(struct exchange *x, void (*run)(struct task *t, void *db),
                      void (*done)(struct task *t))
{
    x->task.run = run;
    x->task.done = done;
    x->task.reply = x->http->cfg.inbox;
    x->busy = true;
    if (tasks_submit(x->http->cfg.intakes, &x->task) == ERR_OK)
        return 0;
    x->busy = false;
    return -1;
}

static void hold(struct exchange *x, bool on)
{
    struct flow *f = x->flow;
    if (x->wsi == NULL || f->held == on)
        return;
    f->held = on;
    (void)lws_rx_flow_control(x->wsi, on ? 0 : 1);
    if (on) /* Whoever sends has no part in how long it takes. */
        lws_set_timeout(x->wsi, PENDING_TIMEOUT_HTTP_CONTENT, ANSWER_S);
    else
        lws_set_timeout(x->wsi, PENDING_TIMEOUT_HTTP_CONTENT, REQUEST_S);
}

/* ---- on the intakes' thread ------------------------------------------------------------------ */

static enum err failed(struct request *rq)
{
    rq->intake.full = errno == ENOSPC || errno == EDQUOT;
    return ERR_IO;
}

static enum err write_all(struct request *rq, const uint8_t *p, size_t n)
{
    while (n > 0) {
        ssize_t k = pwrite(rq->intake.fd, p, n, (off_t)(rq->intake.at + rq->intake.got));
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return failed(rq);
        p += k;
        n -= (size_t)k;
        rq->intake.got += (uint64_t)k;
    }
    return ERR_OK;
}

static enum err write_out(struct exchange *x)
{
    struct flow *f = x->flow;
    struct request *rq = &x->rq;
    enum err e = ERR_OK;
    if (!f->looked && rq->intake.first != NULL && f->out_len > 0)
        e = rq->intake.first(rq, f->out, f->out_len);
    f->looked = true;
    if (e == ERR_OK)
        e = write_all(rq, f->out, f->out_len);
    f->unsynced += f->out_len;
    f->out_len = 0;
    if (e == ERR_OK && f->unsynced >= SYNC_EVERY) {
        f->unsynced = 0;
        e = fdatasync(rq->intake.fd) == 0 ? ERR_OK : failed(rq);
    }
    return e;
}

static void run_write(struct task *t, void *db)
{
    (void)db;
    t->result = write_out((struct exchange *)t);
}

/* What came is on the disk before the handler says how much it was. */
static void run_end(struct task *t, void *db)
{
    struct exchange *x = (struct exchange *)t;
    struct request *rq = &x->rq;
    enum err e = write_out(x);
    if (e == ERR_OK && fdatasync(rq->intake.fd) != 0)
        e = failed(rq);
    rq->intake.stage = INTAKE_DONE;
    rq->intake.whole = e == ERR_OK && rq->intake.got == rq->intake.announced;
    if (e == ERR_OK || rq->intake.full)
        exchange_handle(t, db);
    if (e != ERR_OK)
        t->result = e;
}

/* ---- back on the control thread -------------------------------------------------------------- */

static void push(struct exchange *x);

static void cut(struct exchange *x)
{
    if (x->wsi != NULL)
        lws_set_timeout(x->wsi, PENDING_TIMEOUT_HTTP_CONTENT, LWS_TO_KILL_ASYNC);
}

static void refuse(struct exchange *x, enum err e)
{
    struct answer *a = &x->rq.answer;
    hold(x, false); /* The rest is read away. */
    if (x->wsi == NULL) {
        exchange_free(x);
        return;
    }
    if (x->rq.intake.full) {
        a->status = 507;
        (void)answer_error(&x->rq, e, "There is no room left on the server's disk.");
    }
    exchange_answer(x, e);
}

/* The handler has said all it will before the records. */
static void conclude(struct exchange *x, enum err e)
{
    if (e == ERR_OK && x->rq.answer.write && !x->rq.again) {
        x->rq.again = true;
        if (exchange_again(x) != 0) { /* What came stays, and is asked for again. */
            x->rq.again = false;
            refuse(x, ERR_BUSY);
        }
        return;
    }
    if (e == ERR_OK && x->rq.answer.after != NULL)
        x->rq.answer.after(&x->rq);
    if (e != ERR_OK || x->wsi == NULL)
        refuse(x, e);
    else
        exchange_answer(x, x->rq.answer.refused);
}

static void end_done(struct task *t)
{
    struct exchange *x = (struct exchange *)t;
    x->busy = false;
    conclude(x, t->result);
}

static void finish(struct exchange *x)
{
    struct flow *f = x->flow;
    f->ending = true;
    if (f->out_len == 0) {
        uint8_t *full = f->fill;
        f->fill = f->out;
        f->out = full;
        f->out_len = f->fill_len;
        f->fill_len = 0;
    }
    if (begin_task(x, run_end, end_done) != 0)
        refuse(x, ERR_BUSY);
}

static void write_done(struct task *t)
{
    struct exchange *x = (struct exchange *)t;
    x->busy = false;
    if (t->result != ERR_OK) {
        x->flow->ending = true;
        refuse(x, t->result);
        return;
    }
    push(x);
}

/* Something to do, and nobody is doing it. */
static void push(struct exchange *x)
{
    struct flow *f = x->flow;
    if (x->busy || !f->opened || f->ending)
        return;
    if (f->body_end || x->wsi == NULL) {
        finish(x);
        return;
    }
    if (f->fill_len >= ENOUGH) {
        uint8_t *full = f->fill;
        f->fill = f->out;
        f->out = full;
        f->out_len = f->fill_len;
        f->fill_len = 0;
        if (begin_task(x, run_write, write_done) != 0) {
            f->ending = true;
            refuse(x, ERR_BUSY);
            return;
        }
    }
    hold(x, f->fill_len >= PIECE && !f->body_end);
}

static void open_done(struct task *t)
{
    struct exchange *x = (struct exchange *)t;
    struct request *rq = &x->rq;
    x->busy = false;
    if (t->result == ERR_OK && rq->intake.fd >= 0 && rq->intake.announced > rq->intake.max)
        t->result = answer_error(rq, ERR_TOOBIG, "More is announced than may come.");
    if (t->result != ERR_OK || rq->intake.fd < 0) {
        x->flow->ending = true;
        hold(x, false);
        conclude(x, t->result);
        return;
    }
    x->flow->opened = true;
    hold(x, false);
    push(x);
}

/* ---- from the connection --------------------------------------------------------------------- */

int intake_begin(struct exchange *x, uint64_t announced)
{
    struct http *h = x->http;
    if (h->n_flows >= FLOWS_MAX)
        return exchange_fail(x, 503, ERR_BUSY, "Many uploads are under way. Try again shortly.");
    struct flow *f = (struct flow *)mem_zalloc(1, sizeof(*f));
    if (f == NULL)
        return -1;
    x->flow = f;
    f->x = x;
    f->next = h->flows;
    h->flows = f;
    h->n_flows++;
    x->rq.intake = (struct intake){.stage = INTAKE_OPEN, .announced = announced, .fd = -1};
    x->rq.head = x->head;
    f->body_end = announced == 0;
    if (announced > 0) {
        f->fill = (uint8_t *)mem_alloc(PIECE + SLACK);
        f->out = (uint8_t *)mem_alloc(PIECE + SLACK);
    }
    if (announced > 0 && (f->fill == NULL || f->out == NULL))
        return -1;
    hold(x, true);
    if (begin_task(x, exchange_handle, open_done) == 0)
        return 0;
    f->ending = true;
    hold(x, false);
    return exchange_fail(x, 503, ERR_BUSY, "The server is busy. Try again in a moment.");
}

int intake_body(struct exchange *x, const void *p, size_t n)
{
    struct flow *f = x->flow;
    if (f->broken)
        return -1;
    if (f->ending) /* Refused: the rest is only read away, for as long as a request may take. */
        return clock_mono_ns() - x->started_ns > REQUEST_S * NS_PER_S ? -1 : 0;
    if (n > PIECE + SLACK - f->fill_len)
        return -1; /* The library gave more than it may. */
    memcpy(f->fill + f->fill_len, p, n);
    f->fill_len += n;
    if (f->fill_len >= PIECE)
        hold(x, true);
    push(x);
    return 0;
}

int intake_body_end(struct exchange *x)
{
    struct flow *f = x->flow;
    f->body_end = true;
    if (x->over) /* answered before it was all here */
        return exchange_finish(x);
    hold(x, false); /* Held, it would not be written to either. */
    lws_set_timeout(x->wsi, PENDING_TIMEOUT_HTTP_CONTENT, ANSWER_S);
    push(x);
    return 0;
}

bool intake_unread(const struct exchange *x)
{
    return x->flow != NULL && !x->flow->body_end;
}

bool intake_orphan(struct exchange *x)
{
    struct flow *f = x->flow;
    if (f == NULL || !f->opened || f->ending)
        return false;
    push(x); /* With what has come so far. */
    return true;
}

void intake_free(struct exchange *x)
{
    struct flow *f = x->flow;
    if (f == NULL)
        return;
    struct flow **at = &x->http->flows;
    while (*at != f)
        at = &(*at)->next;
    *at = f->next;
    x->http->n_flows--;
    if (x->rq.intake.fd >= 0)
        (void)close(x->rq.intake.fd);
    if (x->rq.intake.over != NULL)
        x->rq.intake.over(&x->rq);
    mem_free(f->fill);
    mem_free(f->out);
    mem_free(f);
    x->flow = NULL;
}

void intake_tick(struct http *h)
{
    for (struct flow *f = h->flows; f != NULL; f = f->next) {
        const atomic_bool *stop = f->opened ? f->x->rq.intake.stop : NULL;
        if (stop != NULL && !f->broken && !f->ending && atomic_load(stop)) {
            f->broken = true;
            cut(f->x);
        }
    }
}
