/* Answers for whoever schedules a meeting: colleagues, days. */
#include "outlines_priv.h"

static const struct outline_part p_colleague[] = {O_TEXT("account"), O_TEXT("name"),
                                                  O_TEXT("organisation"), O_WORD("role", &w_role)};
static const struct outline o_colleague = OUTLINE("Colleague", p_colleague);
static const struct outline_part p_colleagues[] = {O_LIST("people", &o_colleague)};
const struct outline o_colleague_list = OUTLINE("ColleagueList", p_colleagues);
const struct outline_part q_people[] = {O_TEXT("q", .about = "Part of a name."), {.name = NULL}};

static const struct outline_part p_calendar[] = {
    O_TEXT("timezone"),
    O_DAY("today"),
    O_DAY("known_until", .null = true, .about = "Up to when the holidays are known."),
    O_EACH("days_off", OUTLINE_DAY),
};
const struct outline o_calendar = OUTLINE("Calendar", p_calendar);
const struct outline_part q_calendar[] = {O_DAY("from"), O_DAY("to"), {.name = NULL}};

static const struct outline_part p_busy[] = {
    O_TEXT("id", .about = "Empty, as the title, of a meeting that is not the caller's."),
    O_TEXT("title"),
    O_TIME("starts_at"),
    O_I64("duration_min"),
};
static const struct outline o_busy = OUTLINE("Busy", p_busy);
static const struct outline_part p_busy_list[] = {O_LIST("busy", &o_busy)};
const struct outline o_busy_list = OUTLINE("BusyList", p_busy_list);
const struct outline_part q_busy[] = {O_TIME("from"), O_TIME("to"), {.name = NULL}};
