/**
 * @file
 * Sends what the outbox holds, on threads of its own: neither the control thread nor the records
 * thread ever waits for a mail server or a gateway. Each way has a few threads, so that none that
 * hangs holds up the others; the first of each lane is tried, and again later, with growing
 * distance, until it is sent, refused for good, or given up.
 *
 * At least once: a process that dies between the sending and its record sends again, with the same
 * id of delivery.
 */
#ifndef POST_SENDER_H
#define POST_SENDER_H

#include "base/conf.h"
#include "base/err.h"
#include "domain/outbox.h"
#include "post/notice.h"

struct metrics;
struct sender;
struct writer;

enum {
    POST_SECRET_MAX = 200,
    BACKOFF_FIRST_S = 2,
    BACKOFF_MAX_S = 1800,
    RETRY_AFTER_MAX_S = 3600, /**< What the other side asks for, at the most. */
};

/** True when messages by this way can be sent here. Thread: any. */
bool post_way_there(const struct conf *c, enum outbox_way w);
/** What of the configuration is wrong, in one line for people. Opens nothing but the files of
 * secrets. Thread: any. */
MUST_USE enum err post_check(const struct conf *c, char why[CONF_WHY]);
/** The first line of a file that only its owner may read (or a credential of the service manager).
 * ERR_DENIED: others may; ERR_IO: it cannot be read; ERR_INVAL: no line, or too long. */
MUST_USE enum err post_secret(char out[POST_SECRET_MAX], const char *path);

/** Milliseconds until attempt number @p attempts + 1: doubled each time, from BACKOFF_FIRST_S to
 * BACKOFF_MAX_S, a fifth more or less by @p dice (any number). */
int64_t post_backoff_ms(int64_t attempts, uint32_t dice);

/** What is tried once, outside of the outbox: for `yunjian doctor`. ERR_IO: not, @p why says why.
 * Blocks. */
MUST_USE enum err post_try_mail(const struct post *p, char why[CONF_WHY]);
/** ERR_NOENT: nothing answers there. Any answer is one. */
MUST_USE enum err post_try_gateway(const struct post *p, char why[CONF_WHY]);

/**
 * @param p   Borrowed until sender_free(), with all it points at.
 * @param db_path  A connection of its own reads there.
 * @param w   Writes what attempts have come to.
 * @param ms  May be NULL.
 */
MUST_USE enum err sender_new(struct sender **out, const struct post *p, const char *db_path,
                             struct writer *w, struct metrics *ms);
/** Stops what is being sent, puts down what has been, within seconds. Before writer_free(). Takes
 * NULL. */
void sender_free(struct sender *s);

#endif
