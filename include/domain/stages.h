/**
 * @file
 * The stages of a project, which of them follow on which, and how long each may take.
 * Thread: pure.
 */
#ifndef DOMAIN_STAGES_H
#define DOMAIN_STAGES_H

#include <stdbool.h>
#include <stdint.h>

enum stage {
    STAGE_RESERVE,
    STAGE_APPLICATION,
    STAGE_SURVEY,
    STAGE_SUPPLY_PLAN,
    STAGE_DRAWING_REVIEW,
    STAGE_CONSTRUCTION,
    STAGE_INTERIM_INSPECTION,
    STAGE_ACCEPTANCE,
    STAGE_ENERGIZATION,
    STAGE_RETURN_VISIT,
    STAGE_CLOSED,
    STAGE_WITHDRAWN, /**< Out of the reserve library. */
    STAGE_N,
};

/** How one stage can become another. */
enum stage_move {
    STAGE_MOVE_NONE,     /**< It cannot. */
    STAGE_MOVE_NEXT,     /**< The usual way. */
    STAGE_MOVE_SKIP,     /**< Over one or more stages: a reason is asked for. */
    STAGE_MOVE_BACK,     /**< To be done again, or moved by mistake: a reason. */
    STAGE_MOVE_WITHDRAW, /**< The customer gives up, before power is on: a reason. */
};

/** The words of enum stage, NULL-terminated. */
extern const char *const stage_words[STAGE_N + 1];

const char *stage_text(enum stage s);
/** STAGE_N for an unknown word. */
enum stage stage_from_text(const char *text);
enum stage_move stage_move(enum stage from, enum stage to);
/** Closed or withdrawn: nothing is due any more. */
bool stage_is_over(enum stage s);

/** Working days that a stage may take; 0: no limit. [1]: with two sources of supply. */
struct stage_limits {
    int32_t days[STAGE_N][2];
};

#endif
