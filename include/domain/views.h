/**
 * @file
 * Who looked at a recording, when, from where, and which part: the log of views. Rows only grow
 * (triggers see to it).
 *
 * A view is opened by the replay page, or by the server when a recording is read without one
 * ("direct"). What a caller fetches from one address belongs to the caller's newest view there, as
 * long as that has been heard of within VIEW_IDLE_MS.
 *
 * Thread: of the connection.
 */
#ifndef DOMAIN_VIEWS_H
#define DOMAIN_VIEWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "domain/people.h"
#include "domain/stretches.h"

struct db;

enum {
    VIEW_IDLE_MS = 3600000,        /**< Fetches after so long a silence are another view. */
    VIEW_CLAIM_MS = 60000,         /**< So long a page may take over what its first fetch opened. */
    VIEW_SEEN_MS = 10000,          /**< seen_at is no more exact than this. */
    VIEW_REPORT_MS = 86400000,     /**< What is played after so long a silence is another view. */
    VIEW_MS_MAX = 31 * 86400000LL, /**< Largest time on a meeting clock that is believed. */
    VIEW_FILE_LEN = 100,
};

/** Who is looking. */
struct viewer {
    int64_t meeting, account, participant; /**< One of the latter two; 0: not that. */
    const char *name, *role, *client, *agent;
};

struct view {
    int64_t id, opened_at, seen_at;
    char public_id[PUBLIC_ID_LEN + 1];
    bool page;
};

/** The view that a fetch by @p who belongs to; ERR_NOENT when one has to be opened. */
MUST_USE enum err view_find(struct db *db, struct view *out, const struct viewer *who,
                            int64_t now_ms);
/** Opens one, with its line in the audit log. @p meeting is the meeting's public id. */
MUST_USE enum err view_open(struct db *db, struct view *out, const struct viewer *who,
                            const char *meeting, bool page, int64_t now_ms);
/** Opens one for a page; a direct one that the page's own first fetch opened becomes it. */
MUST_USE enum err view_open_page(struct db *db, struct view *out, const struct viewer *who,
                                 const char *meeting, int64_t now_ms);
/** What a page has played, and what of it is on record. */
struct view_report {
    const char *meeting; /**< Its public id. */
    const struct stretches *played;
    char view[PUBLIC_ID_LEN + 1]; /**< In: the page's. Out: that which has it now. */
    struct stretches all;         /**< Out: everything that this view has. */
};
/**
 * Adds what was played to the caller's own view; when nothing was heard of that for
 * VIEW_REPORT_MS, to another one that is opened for it.
 * ERR_NOENT: not the caller's or not this meeting's; @p r is as it was.
 */
MUST_USE enum err view_played(struct db *db, const struct viewer *who, struct view_report *r,
                              int64_t now_ms);
/** True when @p file of this view is in the log and the log is of late. */
bool view_knows(struct db *db, const struct view *v, const char *file, int64_t now_ms);
/** @p file is about to be read. */
MUST_USE enum err view_file_open(struct db *db, int64_t view, const char *file, int64_t now_ms);
/** Bytes [@p from, @p to) of it have been sent; to 0: none, it was only asked for. */
MUST_USE enum err view_file_sent(struct db *db, int64_t view, const char *file, int64_t from,
                                 int64_t to, int64_t now_ms);

#endif
