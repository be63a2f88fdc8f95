/* A fixed set of threads around one bounded list. */
#include "base/tasks.h"

#include <pthread.h>
#include <stdbool.h>

#include "base/mem.h"

struct tasks {
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct msg *head, **tail;
    size_t n, cap;
    bool stop;
    struct tasks_ctx ctx;
    unsigned threads;
    struct task_thread {
        struct tasks *ts;
        pthread_t id;
        void *ctx;
    } thread[];
};

static struct task *next_task(struct tasks *ts)
{
    (void)pthread_mutex_lock(&ts->lock);
    while (ts->head == NULL && !ts->stop)
        (void)pthread_cond_wait(&ts->more, &ts->lock);
    struct msg *m = ts->head;
    if (m != NULL) {
        ts->head = m->next;
        ts->n--;
        if (ts->head == NULL)
            ts->tail = &ts->head;
    }
    (void)pthread_mutex_unlock(&ts->lock);
    return (struct task *)m;
}

static void *thread_main(void *arg)
{
    struct task_thread *self = (struct task_thread *)arg;
    for (struct task *t = next_task(self->ts); t != NULL; t = next_task(self->ts)) {
        t->run(t, self->ctx);
        t->msg.type = MSG_TASK_DONE;
        mailbox_push_always(t->reply, &t->msg);
    }
    return NULL;
}

static enum err start(struct tasks *ts, struct task_thread *th)
{
    enum err e = ERR_OK;
    th->ts = ts;
    if (ts->ctx.make != NULL)
        e = ts->ctx.make(&th->ctx, ts->ctx.arg);
    if (e == ERR_OK && pthread_create(&th->id, NULL, thread_main, th) != 0) {
        e = ERR_NOMEM;
        if (ts->ctx.free != NULL)
            ts->ctx.free(th->ctx);
    }
    return e;
}

enum err tasks_new(struct tasks **out, unsigned threads, size_t cap, const struct tasks_ctx *ctx)
{
    if (threads < 1 || threads > 64 || cap < 1)
        return ERR_INVAL;
    size_t size = sizeof(struct tasks) + threads * sizeof(struct task_thread);
    struct tasks *ts = (struct tasks *)mem_zalloc(1, size);
    if (ts == NULL)
        return ERR_NOMEM;
    (void)pthread_mutex_init(&ts->lock, NULL);
    (void)pthread_cond_init(&ts->more, NULL);
    ts->tail = &ts->head;
    ts->cap = cap;
    if (ctx != NULL)
        ts->ctx = *ctx;
    for (; ts->threads < threads; ts->threads++) {
        enum err e = start(ts, &ts->thread[ts->threads]);
        if (e != ERR_OK) {
            tasks_free(ts);
            return e;
        }
    }
    *out = ts;
    return ERR_OK;
}

void tasks_free(struct tasks *ts)
{
    if (ts == NULL)
        return;
    (void)pthread_mutex_lock(&ts->lock);
    ts->stop = true;
    (void)pthread_cond_broadcast(&ts->more);
    (void)pthread_mutex_unlock(&ts->lock);
    for (unsigned i = 0; i < ts->threads; i++) {
        (void)pthread_join(ts->thread[i].id, NULL);
        if (ts->ctx.free != NULL)
            ts->ctx.free(ts->thread[i].ctx);
    }
    (void)pthread_cond_destroy(&ts->more);
    (void)pthread_mutex_destroy(&ts->lock);
    mem_free(ts);
}

enum err tasks_submit(struct tasks *ts, struct task *t)
{
    (void)pthread_mutex_lock(&ts->lock);
    bool refused = ts->n >= ts->cap || ts->stop;
    if (!refused) {
        t->msg.next = NULL;
        *ts->tail = &t->msg;
        ts->tail = &t->msg.next;
        ts->n++;
        (void)pthread_cond_signal(&ts->more);
    }
    (void)pthread_mutex_unlock(&ts->lock);
    return refused ? ERR_BUSY : ERR_OK;
}

void tasks_finish(struct msg *m)
{
    struct task *t = (struct task *)m;
    t->done(t);
}
