/**
 * @file
 * Meetings: scheduled, changed, cancelled, archived; finding them. Who comes to them is in
 * invitations.h and participants.h. Thread: of the connection.
 */
#ifndef DOMAIN_MEETINGS_H
#define DOMAIN_MEETINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "domain/invitations.h"
#include "domain/participants.h"
#include "domain/projects.h"

enum {
    KIND_LEN = 15,
    STATE_LEN = 15,
    AGENDA_LEN = 2000,
    DURATION_DEFAULT = 60, /**< Minutes, as the two that follow. */
    DURATION_MIN = 5,
    DURATION_MAX = 720,
    MEETING_PAGE = 50, /**< Meetings of one answer. */
};

struct meeting {
    int64_t id, project, project_manager;
    int64_t host;         /**< Account; 0: only known by name. */
    int64_t starts_at;    /**< UTC ms, as the other moments. */
    int64_t duration_min; /**< Minutes. */
    int64_t created_at, ended_at, cancelled_at;
    int64_t version;  /**< Grows with every change: who changes says which one was seen. */
    int64_t sequence; /**< Of the calendar entry (RFC 5545, 3.8.7.4). */
    char public_id[PUBLIC_ID_LEN + 1];
    char kind[KIND_LEN + 1]; /**< review, survey, acceptance, forum */
    char title[TITLE_LEN + 1], host_name[NAME_LEN + 1];
    char host_public_id[PUBLIC_ID_LEN + 1]; /**< Account; read only. */
    char agenda[AGENDA_LEN + 1];            /**< A point a line. */
    char state[STATE_LEN + 1];              /**< scheduled, live, ended, archived, cancelled */
    char cancel_reason[REASON_MAX + 1];
    bool record_auto;
    char project_public_id[PUBLIC_ID_LEN + 1], project_title[TITLE_LEN + 1];
    char customer[NAME_LEN + 1];
};

/** Ended, archived or cancelled: nobody comes in any more. */
bool meeting_is_over(const struct meeting *m);

/** @param m  An empty public_id is filled, and so is a duration of 0. */
MUST_USE enum err meeting_add(struct db *db, struct meeting *m, int64_t project, int64_t now_ms);
MUST_USE enum err meeting_get(struct db *db, struct meeting *out, const char *public_id);
/** Does nothing to a meeting that is over. */
MUST_USE enum err meeting_set_state(struct db *db, int64_t id, const char *state, int64_t now_ms);

/** Who changes a meeting, and why. */
struct meeting_change {
    const char *who, *reason;
    int64_t now_ms;
};
/**
 * Writes title, kind, agenda, host, time, duration and record_auto of @p after. Another time or
 * duration is put down in the meeting's history, and its invitations run out as much later.
 * @param before  As it was read. @param after  version and sequence are filled.
 * ERR_GONE: another change came first.
 */
MUST_USE enum err meeting_edit(struct db *db, const struct meeting *before, struct meeting *after,
                               const struct meeting_change *c);
/** ERR_GONE: another change came first, or it is not scheduled any more. */
MUST_USE enum err meeting_cancel(struct db *db, struct meeting *m, const struct meeting_change *c);
/** ERR_GONE: another change came first, or it has not ended. */
MUST_USE enum err meeting_archive(struct db *db, struct meeting *m, const struct meeting_change *c);
/** True when @p after is at another time than @p before, or of another length. */
bool meeting_moved(const struct meeting *before, const struct meeting *after);

struct meeting_time_change {
    int64_t at, from_starts_at, to_starts_at, from_min, to_min;
    const char *who, *reason;
};
/** Calls @p each for every rescheduling, the oldest first; texts are borrowed until it returns. */
MUST_USE enum err meeting_time_changes(struct db *db, int64_t meeting,
                                       void (*each)(void *arg, const struct meeting_time_change *t),
                                       void *arg);

/** What the search looks at, made anew; after a change of the project for all of its meetings. */
MUST_USE enum err meeting_index_project(struct db *db, int64_t project);

/** How an account stands to a meeting, and in which role it takes part there: a manager who is
 * invited to another's meeting comes as an expert. */
struct standing {
    enum relation relation;
    enum role role;
};
MUST_USE enum err meeting_standing(struct db *db, struct standing *out, const struct meeting *m,
                                   int64_t account, enum role role);

/* ---- a host's time ----------------------------------------------------------------------------
 */

struct busy_query {
    int64_t host, caller; /**< Accounts. */
    int64_t from, to;     /**< UTC ms. */
};
/** A meeting that takes its host's time. */
struct busy {
    char public_id[PUBLIC_ID_LEN + 1]; /**< "", and no title, of one that is not the caller's. */
    char title[TITLE_LEN + 1];
    int64_t starts_at, duration_min; /**< UTC ms; minutes. */
};
/** Calls @p each for the meetings of @p q->host that are planned or under way in that time, the
 * earliest first, at most 50. */
MUST_USE enum err meeting_busy(struct db *db, const struct busy_query *q,
                               void (*each)(void *arg, const struct busy *b), void *arg);

/* ---- lists ------------------------------------------------------------------------------------
 */

enum meeting_when {
    MEETINGS_ALL,      /**< The latest first. */
    MEETINGS_UPCOMING, /**< Scheduled and not over by the clock; the earliest first. */
    MEETINGS_LIVE,
    MEETINGS_PAST, /**< Ended or archived; the latest first. */
    MEETINGS_CANCELLED,
    MEETINGS_WHEN_N,
};

struct meeting_query {
    bool everything;         /**< Of all accounts; else those of @p account's calendar. */
    int64_t account, now_ms; /**< UTC ms. */
    enum meeting_when when;
    int64_t project;          /**< 0: of all. */
    const char *kind, *words; /**< "": not asked for. */
    const char *cursor;       /**< "" or what the answer before gave. */
};

/** A line of a list. */
struct meeting_line {
    int64_t id, starts_at, duration_min;
    char public_id[PUBLIC_ID_LEN + 1];
    char kind[KIND_LEN + 1], state[STATE_LEN + 1];
    char title[TITLE_LEN + 1], host_name[NAME_LEN + 1], cancel_reason[REASON_MAX + 1];
    char project_public_id[PUBLIC_ID_LEN + 1], project_title[TITLE_LEN + 1];
    char customer[NAME_LEN + 1];
};

struct meeting_page {
    size_t n;
    struct meeting_line at[MEETING_PAGE];
    char next[CURSOR_LEN]; /**< "": that was all. */
};
/** ERR_INVAL: the cursor is not one of this list. @param out  Large: not for a stack. */
MUST_USE enum err meeting_find(struct db *db, struct meeting_page *out,
                               const struct meeting_query *q);

#endif
