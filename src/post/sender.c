/* One thread looks for what is due, gives it to the threads of its way, and hands what came of it
 * to the records thread. A message is in flight until that is written: so it is not sent twice
 * because a disk was slow. */
#include "post/sender.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "base/tasks.h"
#include "crypto/random.h"
#include "db/db.h"
#include "db/writer.h"
#include "domain/links.h"
#include "post_priv.h"

enum {
    LOOK_MS = 500,
    COUNT_S = 5,
    AGAIN_S = 1, /* a record that could not be written */
    CHORES_S = 3600,
    PAUSE_MAX_S = 300, /* of a way whose server is not there: then it is asked for again */
    QUEUE = 64,
    MAIL = 100000,
};

struct job {
    struct task task; /* first */
    struct job *next;
    struct sender *s;
    struct outbox_row row;
    struct attempt a;
    enum result result;
    bool over;         /* written as given up */
    int64_t pause_ms;  /* of the way, when it was DOWN */
    uint64_t again_ns; /* when the record is tried again; 0: it is out */
};

struct line {
    struct tasks *pool;
    unsigned busy, downs;
    uint64_t paused_ns; /* until then */
    struct metric *waiting, *oldest, *sent, *refused, *given_up;
};

struct sender {
    const struct post *post;
    struct writer *writer;
    struct db *db;
    struct mailbox *inbox;
    pthread_t thread;
    bool runs;
    atomic_bool stop;
    struct job *jobs;
    unsigned out; /* tasks on other threads */
    struct line lines[OUTBOX_WAYS];
    uint64_t next_count_ns, next_chores_ns;
    struct chores {
        struct task task; /* first */
        struct sender *s;
        bool out;
    } chores;
};

// clang-format off
static const struct metric_family f_waiting = {"yunjian_outbox_waiting", "Messages that wait to be sent, reminders for later among them.", METRIC_GAUGE, 1, NULL, 0};
static const struct metric_family f_oldest = {"yunjian_outbox_oldest_seconds", "Age of the oldest message that waits, reminders for later not counted.", METRIC_GAUGE, 1e-3, NULL, 0};
static const struct metric_family f_sent = {"yunjian_outbox_sent_total", "Messages sent.", METRIC_COUNTER, 1, NULL, 0};
static const struct metric_family f_failed = {"yunjian_outbox_failed_total", "Messages that will not be sent.", METRIC_COUNTER, 1, NULL, 0};
// clang-format on

int64_t post_backoff_ms(int64_t attempts, uint32_t dice)
{
    int64_t ms = INT64_C(1000) * BACKOFF_FIRST_S;
    for (int64_t i = 0; i < attempts && ms < INT64_C(1000) * BACKOFF_MAX_S; i++)
        ms *= 2;
    if (ms > INT64_C(1000) * BACKOFF_MAX_S)
        ms = INT64_C(1000) * BACKOFF_MAX_S;
    return ms - ms / 5 + (int64_t)(dice % (uint32_t)(ms * 2 / 5 + 1));
}

/* ---- what came of it --------------------------------------------------------------------------
 */

static void forget(struct job *j)
{
    struct job **at = &j->s->jobs;
    while (*at != j)
        at = &(*at)->next;
    *at = j->next;
    mem_free(j->a.body);
    mem_free(j);
}

/* What the other side asks for counts, within reason. */
static int64_t wait_ms(const struct job *j)
{
    int64_t asked = j->a.retry_after_s < RETRY_AFTER_MAX_S ? j->a.retry_after_s : RETRY_AFTER_MAX_S;
    int64_t own = j->result == DOWN ? j->pause_ms : post_backoff_ms(j->row.attempts, random_u32());
    return own > asked * 1000 ? own : asked * 1000;
}

/* The invitation or the link itself knows when its person was told of it. */
static enum err write_sent(struct db *db, const struct outbox_row *r, int64_t now)
{
    enum err e = outbox_sent(db, r->id, now);
    if (e == ERR_OK && strcmp(r->kind, notice_kind_text(NOTICE_INVITATION)) == 0)
        e = invitation_told(db, r->about, now);
    else if (e == ERR_OK && strcmp(r->kind, notice_kind_text(NOTICE_PROJECT_LINK)) == 0)
        e = link_told(db, r->about, now);
    return e;
}

/* On the records thread. */
static void write_result(struct task *t, void *db)
{
    struct job *j = (struct job *)t;
    int64_t now = clock_wall_ms(), next = now + wait_ms(j);
    j->over = j->result != SENT && j->result != REFUSED && next > j->row.give_up_at;
    if (j->result == SENT)
        t->result = write_sent((struct db *)db, &j->row, now);
    else if (j->result == REFUSED || j->over)
        t->result = outbox_over((struct db *)db, j->row.id, j->over, j->a.why, now);
    else
        t->result = outbox_again((struct db *)db, j->row.id, next, j->a.why, now);
}

static void written(struct task *t)
{
    struct job *j = (struct job *)t;
    const struct line *l = &j->s->lines[j->row.way];
    j->s->out--;
    if (t->result == ERR_OK) {
        metric_add(l->sent, j->result == SENT);
        metric_add(l->refused, j->result == REFUSED);
        metric_add(l->given_up, j->over);
        forget(j);
        return;
    }
    j->again_ns = clock_mono_ns() + AGAIN_S * NS_PER_S;
}

static void put_down(struct job *j)
{
    j->again_ns = 0;
    j->task.run = write_result;
    j->task.done = written;
    j->task.reply = j->s->inbox;
    if (writer_submit(j->s->writer, &j->task) == ERR_OK)
        j->s->out++;
    else
        j->again_ns = clock_mono_ns() + AGAIN_S * NS_PER_S;
}

/* No address and no words of a mail server about one: the log holds no personal data. */
static void tell(const struct job *j)
{
    static const char *const words[] = {[SENT] = "sent",
                                        [AGAIN] = "again later",
                                        [DOWN] = "nobody there",
                                        [REFUSED] = "refused",
                                        [STOPPED] = "stopped"};
    char attempts[24];
    (void)snprintf(attempts, sizeof(attempts), "%lld", (long long)j->row.attempts + 1);
    const struct log_field fields[] = {{"delivery", j->row.public_id},
                                       {"way", outbox_way_text(j->row.way)},
                                       {"kind", j->row.kind},
                                       {"attempt", attempts},
                                       {NULL, NULL}};
    log_event(j->result == SENT ? LOG_INFO : LOG_WARN, "post", fields, "%s%s%s", words[j->result],
              j->result == DOWN ? ": " : "", j->result == DOWN ? j->a.why : "");
}

static void tried(struct task *t)
{
    struct job *j = (struct job *)t;
    struct line *l = &j->s->lines[j->row.way];
    l->busy--;
    j->s->out--;
    if (j->result == STOPPED) {
        forget(j);
        return;
    }
    if (j->result == DOWN) {
        j->pause_ms = post_backoff_ms(l->downs++, random_u32());
        if (j->pause_ms > PAUSE_MAX_S * INT64_C(1000))
            j->pause_ms = PAUSE_MAX_S * INT64_C(1000);
        l->paused_ns = clock_mono_ns() + (uint64_t)j->pause_ms * NS_PER_MS;
    } else {
        l->downs = 0;
        l->paused_ns = 0;
    }
    tell(j);
    put_down(j);
}

/* ---- trying -----------------------------------------------------------------------------------
 */

/* On a thread of the way. */
static void try_one(struct task *t, void *ctx)
{
    struct job *j = (struct job *)t;
    (void)ctx;
    j->a.now_ms = clock_wall_ms();
    j->result = atomic_load(&j->s->stop) ? STOPPED : ways[j->row.way].send(&j->a);
}

static bool in_flight(const struct sender *s, int64_t id)
{
    const struct job *j = s->jobs;
    while (j != NULL && j->row.id != id)
        j = j->next;
    return j != NULL;
}

/* The content of it, or what is put down instead of sending it. */
static bool fill(struct job *j)
{
    enum err e = outbox_open(j->s->db, j->s->post->secret, &j->row, &j->a.body);
    if (e == ERR_CRYPTO) {
        (void)snprintf(j->a.why, sizeof(j->a.why), "sealed with another key");
        j->result = REFUSED;
        put_down(j);
    } else if (e != ERR_OK) {
        forget(j); /* Taken back meanwhile, or not now: it is found again. */
    }
    return e == ERR_OK;
}

static void start(void *arg, const struct outbox_row *r)
{
    struct sender *s = (struct sender *)arg;
    struct line *l = &s->lines[r->way];
    if (l->busy >= ways[r->way].threads || in_flight(s, r->id))
        return;
    struct job *j = (struct job *)mem_zalloc(1, sizeof(*j));
    if (j == NULL)
        return; /* It is found again. */
    j->s = s;
    j->row = *r;
    j->a = (struct attempt){.post = s->post, .row = &j->row, .stop = &s->stop};
    j->task.run = try_one;
    j->task.done = tried;
    j->task.reply = s->inbox;
    j->next = s->jobs;
    s->jobs = j;
    if (!fill(j))
        return;
    if (tasks_submit(l->pool, &j->task) != ERR_OK) {
        forget(j); /* It is found again. */
        return;
    }
    l->busy++;
    s->out++;
}

static void look(struct sender *s, uint64_t now)
{
    for (int w = 0; w < OUTBOX_WAYS; w++) {
        struct line *l = &s->lines[w];
        if (l->pool == NULL || l->busy >= ways[w].threads || now < l->paused_ns)
            continue;
        /* Those in flight are still due: as many again are free. */
        int limit = (int)ways[w].threads * 2;
        for (const struct job *j = s->jobs; j != NULL; j = j->next)
            limit += j->again_ns != 0;
        if (outbox_due(s->db, (enum outbox_way)w, clock_wall_ms(), limit, start, s) != ERR_OK)
            log_error("post", "the outbox cannot be read");
    }
}

/* ---- now and then -----------------------------------------------------------------------------
 */

static void measure(struct sender *s)
{
    for (int w = 0; w < OUTBOX_WAYS; w++) {
        int64_t n = 0, oldest = 0;
        if (outbox_count(s->db, (enum outbox_way)w, &n, &oldest) != ERR_OK)
            continue;
        metric_set(s->lines[w].waiting, n);
        metric_set(s->lines[w].oldest, oldest > 0 ? clock_wall_ms() - oldest : 0);
    }
}

static void do_chores(struct task *t, void *db)
{
    const struct sender *s = ((const struct chores *)t)->s;
    int64_t now = clock_wall_ms();
    t->result = outbox_blank((struct db *)db, now);
    for (int w = 0; t->result == ERR_OK && w < OUTBOX_WAYS; w++)
        if (s->lines[w].pool == NULL)
            t->result =
                outbox_expire((struct db *)db, (enum outbox_way)w, "no such way any more", now);
}

static void chores_done(struct task *t)
{
    struct sender *s = ((struct chores *)t)->s;
    s->chores.out = false;
    s->out--;
    if (t->result != ERR_OK)
        log_error("post", "what is kept too long could not be taken away");
}

static void now_and_then(struct sender *s, uint64_t now)
{
    for (struct job *j = s->jobs, *next = NULL; j != NULL; j = next) {
        next = j->next;
        if (j->again_ns != 0 && now >= j->again_ns)
            put_down(j);
    }
    if (now >= s->next_count_ns) {
        s->next_count_ns = now + COUNT_S * NS_PER_S;
        measure(s);
    }
    if (now < s->next_chores_ns || s->chores.out)
        return;
    s->next_chores_ns = now + CHORES_S * NS_PER_S;
    s->chores.s = s;
    s->chores.task = (struct task){.run = do_chores, .done = chores_done, .reply = s->inbox};
    s->chores.out = writer_submit(s->writer, &s->chores.task) == ERR_OK;
    s->out += s->chores.out;
}

static void *thread_main(void *arg)
{
    struct sender *s = (struct sender *)arg;
    struct pollfd p = {.fd = mailbox_fd(s->inbox), .events = POLLIN};
    bool stops = false;
    while (!stops || s->out > 0) {
        (void)poll(&p, 1, LOOK_MS);
        uint64_t now = clock_mono_ns();
        for (struct msg *m = mailbox_take(s->inbox), *next = NULL; m != NULL; m = next) {
            next = m->next;
            tasks_finish(m);
        }
        stops = atomic_load(&s->stop);
        if (stops)
            continue;
        look(s, now);
        now_and_then(s, now);
    }
    return NULL;
}

/* ---- start and stop ---------------------------------------------------------------------------
 */

static void add_series(struct sender *s, struct metrics *ms)
{
    for (int w = 0; w < OUTBOX_WAYS; w++) {
        struct line *l = &s->lines[w];
        const char *way[] = {"way", outbox_way_text((enum outbox_way)w), NULL};
        const char *refused[] = {"way", way[1], "reason", "refused", NULL};
        const char *given_up[] = {"way", way[1], "reason", "given_up", NULL};
        l->waiting = metrics_series(ms, &f_waiting, way);
        l->oldest = metrics_series(ms, &f_oldest, way);
        l->sent = metrics_series(ms, &f_sent, way);
        l->refused = metrics_series(ms, &f_failed, refused);
        l->given_up = metrics_series(ms, &f_failed, given_up);
        metric_add(l->sent, 0);
        metric_add(l->refused, 0);
        metric_add(l->given_up, 0);
    }
}

enum err sender_new(struct sender **out, const struct post *p, const char *db_path,
                    struct writer *w, struct metrics *ms)
{
    struct sender *s = (struct sender *)mem_zalloc(1, sizeof(*s));
    if (s == NULL)
        return ERR_NOMEM;
    s->post = p;
    s->writer = w;
    add_series(s, ms);
    enum err e = mailbox_new(&s->inbox, MAIL);
    if (e == ERR_OK)
        e = db_open_readonly(&s->db, db_path);
    for (int i = 0; e == ERR_OK && i < OUTBOX_WAYS; i++)
        if (ways[i].there(p->conf))
            e = tasks_new(&s->lines[i].pool, ways[i].threads, QUEUE, NULL);
    if (e == ERR_OK && pthread_create(&s->thread, NULL, thread_main, s) != 0)
        e = ERR_NOMEM;
    s->runs = e == ERR_OK;
    if (e == ERR_OK)
        *out = s;
    else
        sender_free(s);
    return e;
}

void sender_free(struct sender *s)
{
    if (s == NULL)
        return;
    atomic_store(&s->stop, true);
    if (s->runs)
        (void)pthread_join(s->thread, NULL);
    for (int i = 0; i < OUTBOX_WAYS; i++)
        tasks_free(s->lines[i].pool);
    /* What could not be put down will be sent again. */
    while (s->jobs != NULL)
        forget(s->jobs);
    db_close(s->db);
    mailbox_free(s->inbox);
    mem_free(s);
}
