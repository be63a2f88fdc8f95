/**
 * @file
 * Task threads: slow work (files, queries, hashes, passwords) off the control thread.
 *
 * A task's run() is called on a task thread, then its done() on the thread that reads the mailbox
 * given with it, by tasks_finish(). The submitter owns the memory again from done() on.
 * Thread: tasks_submit() from any.
 */
#ifndef BASE_TASKS_H
#define BASE_TASKS_H

#include "base/err.h"
#include "base/mailbox.h"

struct tasks;

enum { MSG_TASK_DONE = 0x7461736b }; /**< msg.type of a finished task in the reader's mailbox. */

struct task {
    struct msg msg;        /**< First. */
    struct mailbox *reply; /**< Where it comes back. */
    enum err result;       /**< Set by run(); a write that fails is rolled back. */
    void (*run)(struct task *t, void *thread_ctx); /**< On a task thread. */
    void (*done)(struct task *t);                  /**< On the reader's thread; frees @p t. */
};

/** What each task thread has of its own (a read-only database connection). May be NULL. */
struct tasks_ctx {
    enum err (*make)(void **ctx, void *arg);
    void (*free)(void *ctx);
    void *arg;
};

/** @param threads 1 to 64. @param cap  Waiting tasks at the most. */
MUST_USE enum err tasks_new(struct tasks **out, unsigned threads, size_t cap,
                            const struct tasks_ctx *ctx);
/** Runs what was submitted, then joins. Takes NULL. */
void tasks_free(struct tasks *ts);

/** @return ERR_BUSY when full: the caller still owns @p t. */
MUST_USE enum err tasks_submit(struct tasks *ts, struct task *t);

/** The reader calls this for each message of type MSG_TASK_DONE: runs done(). */
void tasks_finish(struct msg *m);

#endif
