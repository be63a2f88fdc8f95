/**
 * @file
 * How threads talk: a bounded queue of small messages and an eventfd to wake the reader.
 *
 * Ownership of a message goes with it. A full mailbox refuses, and the sender keeps the message:
 * media then drops and counts, control says busy.
 *
 * Thread: mailbox_push() from any; everything else from the one reader.
 */
#ifndef BASE_MAILBOX_H
#define BASE_MAILBOX_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/** Embedded as the first member of every message. */
struct msg {
    struct msg *next;
    uint32_t type; /**< Meaning belongs to the pair of threads that talk. */
    /** Frees the message when the mailbox is freed with it inside; NULL means mem_free(). */
    void (*drop)(struct msg *m);
};

struct mailbox;

/** @param cap  Messages it holds at the most, 1 to 1,000,000. */
MUST_USE enum err mailbox_new(struct mailbox **out, size_t cap);
/** Drops what is inside. Takes NULL. */
void mailbox_free(struct mailbox *mb);

/** Hand @p m over. @return ERR_BUSY when full: the caller still owns @p m. */
MUST_USE enum err mailbox_push(struct mailbox *mb, struct msg *m);

/** As mailbox_push(), past the bound: for the few messages that must not be refused (answers). */
void mailbox_push_always(struct mailbox *mb, struct msg *m);

/** Take everything, oldest first, as a list by @c next, and clear the wake-up; NULL when empty. */
struct msg *mailbox_take(struct mailbox *mb);

/** Readable while something may be inside; for epoll. Owned by the mailbox. */
int mailbox_fd(const struct mailbox *mb);

/** Free one message by its own drop function. */
void msg_drop(struct msg *m);

#endif
