/* Answers about the server itself, and what it answers when something is wrong. */
#include "outlines_priv.h"

static const struct outline_part p_live[] = {O_TEXT("status")};
const struct outline o_live = OUTLINE("Live", p_live);

static const char *const states[] = {"ready", "not_ready", "stopping", NULL};
static const struct outline_words w_state = {.list = states};
static const struct outline_part p_ready[] = {O_WORD("status", &w_state), O_BOOL("workers"),
                                              O_BOOL("records"), O_BOOL("disk")};
const struct outline o_ready = OUTLINE("Ready", p_ready);

static const struct outline_part p_problem[] = {
    O_TEXT("type"),
    O_TEXT("title"),
    O_I64("status"),
    O_TEXT("code", .about = "Stable, for programs."),
    O_TEXT("detail", .about = "For people: what was wrong and what to do."),
    O_TEXT("request_id", .about = "Under which the server's log has it."),
    O_ANY("current", .optional = true, .about = "With 412: the thing as it is now."),
};
const struct outline o_problem = OUTLINE("Problem", p_problem, .open = true, .about = "RFC 9457.");
