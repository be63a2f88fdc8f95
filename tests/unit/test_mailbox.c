/* base/mailbox and base/tasks with real threads; run under ThreadSanitizer too. */
#include "base/mailbox.h"

#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/tasks.h"
#include "t.h"

enum { SENDERS = 4, EACH = 2000, TASKS = 500 };

struct letter {
    struct msg msg;
    unsigned from, no;
};

static unsigned dropped;

static void count_drop(struct msg *m)
{
    dropped++;
    mem_free(m);
}

static struct letter *letter_new(unsigned from, unsigned no)
{
    struct letter *l = (struct letter *)mem_zalloc(1, sizeof(*l));
    if (l == NULL)
        abort();
    l->msg.drop = count_drop;
    l->from = from;
    l->no = no;
    return l;
}

static bool readable(const struct mailbox *mb, int ms)
{
    struct pollfd p = {.fd = mailbox_fd(mb), .events = POLLIN};
    return poll(&p, 1, ms) == 1;
}

static void bounds_and_order(void)
{
    struct mailbox *mb = NULL;
    T_EQ(mailbox_new(&mb, 0), ERR_INVAL);
    T_EQ(mailbox_new(&mb, 1000001), ERR_INVAL);
    T_EQ(mailbox_new(&mb, 2), ERR_OK);
    T_OK(!readable(mb, 0));
    T_OK(mailbox_take(mb) == NULL);
    struct letter *third = letter_new(0, 3);
    T_EQ(mailbox_push(mb, &letter_new(0, 1)->msg), ERR_OK);
    T_EQ(mailbox_push(mb, &letter_new(0, 2)->msg), ERR_OK);
    T_EQ(mailbox_push(mb, &third->msg), ERR_BUSY);
    T_OK(readable(mb, 0));
    mailbox_push_always(mb, &third->msg);
    struct msg *m = mailbox_take(mb);
    T_OK(!readable(mb, 0));
    for (unsigned no = 1; no <= 3; no++) {
        struct msg *next = m != NULL ? m->next : NULL;
        T_OK(m != NULL && ((struct letter *)m)->no == no);
        msg_drop(m);
        m = next;
    }
    T_OK(m == NULL);
    T_EQ(dropped, 3);
    T_EQ(mailbox_push(mb, &letter_new(0, 4)->msg), ERR_OK); /* room again */
    mailbox_free(mb);
    T_EQ(dropped, 4);
    mailbox_free(NULL);
}

static struct mailbox *shared;

static void *sender(void *arg)
{
    unsigned from = *(const unsigned *)arg;
    for (unsigned i = 0; i < EACH; i++)
        mailbox_push_always(shared, &letter_new(from, i)->msg);
    return NULL;
}

static void many_senders_one_reader(void)
{
    pthread_t t[SENDERS];
    unsigned ids[SENDERS], next[SENDERS] = {0}, total = 0;
    T_EQ(mailbox_new(&shared, 10), ERR_OK);
    for (unsigned i = 0; i < SENDERS; i++) {
        ids[i] = i;
        T_EQ(pthread_create(&t[i], NULL, sender, &ids[i]), 0);
    }
    while (total < SENDERS * EACH && readable(shared, 5000)) {
        for (struct msg *m = mailbox_take(shared), *n = NULL; m != NULL; m = n) {
            struct letter *l = (struct letter *)m;
            n = m->next;
            T_EQ(l->no, next[l->from]++); /* each sender's own order is kept */
            total++;
            msg_drop(m);
        }
    }
    T_EQ(total, SENDERS * EACH);
    for (unsigned i = 0; i < SENDERS; i++)
        T_EQ(pthread_join(t[i], NULL), 0);
    mailbox_free(shared);
}

struct sum {
    struct task task;
    unsigned in, out;
};

static unsigned finished, sum_of_all, contexts;

static enum err make_ctx(void **ctx, void *arg)
{
    *ctx = arg;
    contexts++;
    return contexts == 3 ? ERR_IO : ERR_OK; /* the third thread cannot have one */
}

static void free_ctx(void *ctx)
{
    (void)ctx;
    contexts--;
}

static void run_sum(struct task *t, void *ctx)
{
    struct sum *s = (struct sum *)t;
    s->out = s->in * (ctx != NULL ? *(const unsigned *)ctx : 1);
}

static void done_sum(struct task *t)
{
    finished++;
    sum_of_all += ((struct sum *)t)->out;
    mem_free(t);
}

static unsigned submit_all(struct tasks *ts, struct mailbox *mb)
{
    unsigned refused = 0;
    for (unsigned i = 0; i < TASKS; i++) {
        struct sum *s = (struct sum *)mem_zalloc(1, sizeof(*s));
        if (s == NULL)
            abort();
        *s = (struct sum){.task = {.reply = mb, .run = run_sum, .done = done_sum}, .in = i};
        if (tasks_submit(ts, &s->task) != ERR_OK) {
            refused++;
            mem_free(s);
        }
    }
    return refused;
}

static void tasks_run_and_come_back(void)
{
    unsigned two = 2;
    struct tasks *ts = NULL;
    struct mailbox *mb = NULL;
    struct tasks_ctx ctx = {.make = make_ctx, .free = free_ctx, .arg = &two};
    T_EQ(mailbox_new(&mb, 10), ERR_OK); /* answers go past the bound */
    T_EQ(tasks_new(&ts, 0, 1, NULL), ERR_INVAL);
    T_EQ(tasks_new(&ts, 3, 1, &ctx), ERR_IO);
    T_EQ(contexts, 1); /* the two that were made are freed; the failed one counted itself */
    contexts = 5;
    T_EQ(tasks_new(&ts, 2, TASKS, &ctx), ERR_OK);
    T_EQ(submit_all(ts, mb), 0);
    tasks_free(ts); /* runs what was submitted */
    T_EQ(contexts, 5);
    for (struct msg *m = mailbox_take(mb), *n = NULL; m != NULL; m = n) {
        n = m->next;
        T_EQ(m->type, MSG_TASK_DONE);
        tasks_finish(m);
    }
    T_EQ(finished, TASKS);
    T_EQ(sum_of_all, TASKS * (TASKS - 1));
    mailbox_free(mb);
    tasks_free(NULL);
}

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void run_gate(struct task *t, void *ctx)
{
    (void)ctx;
    (void)pthread_mutex_lock(&gate);
    (void)pthread_mutex_unlock(&gate);
    ((struct sum *)t)->out = 1;
}

static void says_busy_when_full(void)
{
    struct tasks *ts = NULL;
    struct mailbox *mb = NULL;
    struct sum held = {.task = {.run = run_gate}};
    T_EQ(mailbox_new(&mb, 10), ERR_OK);
    held.task.reply = mb;
    held.task.msg.drop = count_drop;
    T_EQ(tasks_new(&ts, 1, 3, NULL), ERR_OK);
    (void)pthread_mutex_lock(&gate);
    struct sum *first = (struct sum *)mem_alloc(sizeof(*first));
    if (first == NULL)
        abort();
    *first = held;
    T_EQ(tasks_submit(ts, &first->task), ERR_OK);
    unsigned refused = submit_all(ts, mb);
    T_OK(refused == TASKS - 2 || refused == TASKS - 3); /* has the thread taken the first yet? */
    (void)pthread_mutex_unlock(&gate);
    tasks_free(ts);
    mailbox_free(mb);
}

int main(void)
{
    bounds_and_order();
    many_senders_one_reader();
    tasks_run_and_come_back();
    says_busy_when_full();
    return t_done("mailbox");
}
