/* Group commit: what gathered during the last fsync is the next transaction. */
#include "db/writer.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/log.h"
#include "base/mem.h"
#include "db/db.h"

struct writer {
    struct db *db;
    struct mailbox *inbox;
    pthread_t thread;
    atomic_bool stop;
};

static void run_one(struct writer *w, struct task *t)
{
    t->result = db_savepoint(w->db);
    if (t->result != ERR_OK)
        return;
    t->run(t, w->db);
    enum err e = db_release(w->db, t->result == ERR_OK);
    if (t->result == ERR_OK)
        t->result = e;
}

static enum err run_group(struct writer *w, struct msg *first)
{
    AUTO(db_rollback) struct tx tx = {0};
    enum err e = db_begin(&tx, w->db);
    if (e != ERR_OK)
        return e;
    for (struct msg *m = first; m != NULL; m = m->next)
        run_one(w, (struct task *)m);
    return db_commit(&tx);
}

static void take_group(struct writer *w)
{
    struct msg *first = mailbox_take(w->inbox);
    if (first == NULL)
        return;
    enum err e = run_group(w, first);
    if (e != ERR_OK)
        log_error("records", "a group of changes was not written: %s", err_name(e));
    for (struct msg *m = first, *next = NULL; m != NULL; m = next) {
        struct task *t = (struct task *)m;
        next = m->next;
        if (e != ERR_OK)
            t->result = ERR_DB;
        m->type = MSG_TASK_DONE;
        mailbox_push_always(t->reply, m);
    }
}

static void *thread_main(void *arg)
{
    struct writer *w = (struct writer *)arg;
    struct pollfd p = {.fd = mailbox_fd(w->inbox), .events = POLLIN};
    while (!atomic_load(&w->stop)) {
        (void)poll(&p, 1, 200);
        take_group(w);
    }
    take_group(w);
    return NULL;
}

enum err writer_new(struct writer **out, const char *path, size_t cap)
{
    struct writer *w = (struct writer *)mem_zalloc(1, sizeof(*w));
    if (w == NULL)
        return ERR_NOMEM;
    enum err e = mailbox_new(&w->inbox, cap);
    if (e == ERR_OK)
        e = db_open(&w->db, path);
    if (e == ERR_OK && pthread_create(&w->thread, NULL, thread_main, w) != 0)
        e = ERR_NOMEM;
    if (e != ERR_OK) {
        db_close(w->db);
        mailbox_free(w->inbox);
        mem_free(w);
        return e;
    }
    *out = w;
    return ERR_OK;
}

void writer_free(struct writer *w)
{
    if (w == NULL)
        return;
    atomic_store(&w->stop, true);
    (void)pthread_join(w->thread, NULL);
    db_close(w->db);
    mailbox_free(w->inbox);
    mem_free(w);
}

enum err writer_submit(struct writer *w, struct task *t)
{
    return mailbox_push(w->inbox, &t->msg);
}

enum err reader_make(void **ctx, void *arg)
{
    return db_open_readonly((struct db **)ctx, (const char *)arg);
}

void reader_free(void *ctx)
{
    db_close((struct db *)ctx);
}
