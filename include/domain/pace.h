/**
 * @file
 * How long projects take: working days by stage, of one project and on average, and how many are
 * late. Kept with every move; counted anew when the calendar has changed.
 * Thread: of the connection.
 */
#ifndef DOMAIN_PACE_H
#define DOMAIN_PACE_H

#include "domain/projects.h"

/**
 * Puts down what a move ends: the working days spent in the stage before, and, when power is on
 * now, those since the application.
 * @param since  Day on which the project came into @p from.
 * @param on     Day of the move.
 */
MUST_USE enum err pace_moved(struct db *db, int64_t project, enum stage from, enum stage to,
                             int32_t since, int32_t on, const struct calendar *c);

/** Counts everything anew, when it was counted by another calendar. @param counted  Whether. */
MUST_USE enum err pace_again(struct db *db, const struct calendar *c, bool *counted);

/** What one project has spent so far, in working days. */
struct pace_project {
    int32_t days[STAGE_N]; /**< Of the stages that it has left; -1: of none. */
    int32_t applied_on;    /**< Day of its application; 0: not yet. */
    int32_t total;         /**< From the application until power was on; -1: not yet. */
};
MUST_USE enum err pace_of(struct db *db, struct pace_project *out, int64_t project);

/** Whose projects are counted. */
struct pace_query {
    bool everything;
    int64_t manager; /**< Without @p everything. */
    int32_t today;
    int32_t since; /**< Averages are of stages left on this day or later. */
};

/** Sum and number, so that the reader divides. */
struct pace_done {
    int64_t projects, days;
};
struct pace_stage {
    int64_t projects;
    int64_t late, late_more, late_most; /**< Each counts the ones after it too. */
    struct pace_done done;
};
struct pace {
    struct pace_stage stages[STAGE_N];
    struct pace_done total;
};
enum { PACE_LATE_MORE = 5, PACE_LATE_MOST = 20 }; /**< "Late by more than": working days. */
MUST_USE enum err pace_read(struct db *db, struct pace *out, const struct pace_query *q,
                            const struct calendar *c);

#endif
