/* The stages in their order. */
#include "domain/stages.h"

#include <stddef.h>
#include <string.h>

const char *const stage_words[STAGE_N + 1] = {
    "reserve",      "application",        "survey",     "supply_plan",  "drawing_review",
    "construction", "interim_inspection", "acceptance", "energization", "return_visit",
    "closed",       "withdrawn",          NULL,
};

const char *stage_text(enum stage s)
{
    return s < STAGE_N ? stage_words[s] : "";
}

enum stage stage_from_text(const char *text)
{
    size_t i = 0;
    while (i < STAGE_N && strcmp(text, stage_words[i]) != 0)
        i++;
    return (enum stage)i;
}

bool stage_is_over(enum stage s)
{
    return s == STAGE_CLOSED || s == STAGE_WITHDRAWN;
}

enum stage_move stage_move(enum stage from, enum stage to)
{
    if (from >= STAGE_N || to >= STAGE_N || from == to)
        return STAGE_MOVE_NONE;
    if (to == STAGE_WITHDRAWN)
        return from < STAGE_ENERGIZATION ? STAGE_MOVE_WITHDRAW : STAGE_MOVE_NONE;
    if (from == STAGE_WITHDRAWN) /* Taken up again: from the beginning. */
        return to == STAGE_RESERVE ? STAGE_MOVE_BACK : STAGE_MOVE_NONE;
    if (to < from)
        return STAGE_MOVE_BACK;
    return to == from + 1 ? STAGE_MOVE_NEXT : STAGE_MOVE_SKIP;
}
