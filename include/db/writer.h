/**
 * @file
 * The records thread: the one that writes. Tasks that wait together are one transaction, each in a
 * savepoint of its own; done() is called after the commit, so an acknowledged change is durable.
 */
#ifndef DB_WRITER_H
#define DB_WRITER_H

#include "base/tasks.h"

struct metrics;
struct writer;

MUST_USE enum err writer_new(struct writer **out, const char *path, size_t cap);
/** The same, with its queue and the time of its commits among @p ms. */
MUST_USE enum err writer_new_watched(struct writer **out, const char *path, size_t cap,
                                     struct metrics *ms);
/** Writes what was submitted, then stops. Takes NULL. */
void writer_free(struct writer *w);
/**
 * task.run() gets the connection (struct db *) as its context; task.result other than ERR_OK rolls
 * its part back. A failed commit sets ERR_DB on all of its group.
 * Thread: any. @return ERR_BUSY when full.
 */
MUST_USE enum err writer_submit(struct writer *w, struct task *t);

/** For tasks_ctx: a read-only connection per task thread; arg is the path. */
enum err reader_make(void **ctx, void *arg);
void reader_free(void *ctx);

#endif
