/* Answers of the dashboards and of a project's timeline. */
#include "outlines_priv.h"

static const struct outline_part p_done[] = {O_I64("projects"), O_I64("days")};
static const struct outline o_done =
    OUTLINE("Done", p_done, .about = "Sum and number: whoever shows an average divides.");

static const struct outline_part p_stage[] = {
    O_WORD("stage", &w_stage),
    O_I64("projects", .about = "In this stage now."),
    O_I64("late", .about = "Of them over the time limit."),
    O_I64("late_more", .about = "By more than `late_more_than` working days."),
    O_I64("late_most", .about = "By more than `late_most_than` working days."),
    O_OBJECT("done", &o_done,
             .about = "Left this stage since `since`, and the working days it took."),
};
static const struct outline o_stage = OUTLINE("PaceStage", p_stage);
static const struct outline_part p_pace[] = {
    O_LIST("stages", &o_stage),
    O_OBJECT("total", &o_done, .about = "From the application until power was on."),
    O_DAY("since"),
    O_I64("late_more_than"),
    O_I64("late_most_than"),
};
const struct outline o_pace = OUTLINE("Pace", p_pace);

static const struct outline_part p_visit[] = {
    O_TEXT("id"),
    O_TEXT("number"),
    O_TEXT("title"),
    O_TEXT("customer"),
    O_TEXT("park"),
    O_TEXT("address"),
    O_TEXT("manager"),
    O_DAY("energized_on"),
    O_I64("days", .about = "Working days since."),
    O_DAY("due_on", .null = true),
    O_I64("days_left", .null = true, .about = "Working days left of the limit; negative: late by."),
};
static const struct outline o_visit = OUTLINE("Visit", p_visit);
static const struct outline_part p_visits[] = {
    O_LIST("visits", &o_visit),
    O_TEXT("next", .about = "To be sent as `cursor`; empty: this is the last page."),
};
const struct outline o_visit_list = OUTLINE("VisitList", p_visits);
const struct outline_part q_visits[] = {O_TEXT("cursor", .about = "`next` of the page before."),
                                        {.name = NULL}};

/* ---- what waits -------------------------------------------------------------------------------
 */

static const struct outline_part p_of_project[] = {O_TEXT("id"), O_TEXT("title")};
static const struct outline o_of_project = OUTLINE("ProjectName", p_of_project);
static const struct outline_part p_of_meeting[] = {
    O_TEXT("id"), O_WORD("kind", &w_kind), O_TEXT("title"), O_OBJECT("project", &o_of_project)};
static const struct outline o_of_meeting = OUTLINE("MeetingName", p_of_meeting);
static const struct outline_part p_lobby[] = {
    O_OBJECT("meeting", &o_of_meeting),
    O_TEXT("first", .about = "Who has waited longest."),
    O_I64("waiting"),
    O_I64("people", .about = "In the meeting."),
    O_BOOL("host_here"),
};
static const struct outline o_lobby = OUTLINE("Lobby", p_lobby);
static const struct outline_part p_replay[] = {O_OBJECT("meeting", &o_of_meeting),
                                               O_TIME("ended_at")};
static const struct outline o_replay = OUTLINE("ReplayInWork", p_replay);
static const struct outline_part p_waiting[] = {
    O_LIST("lobbies", &o_lobby),
    O_LIST("replays", &o_replay, .about = "Of meetings that ended lately, and not whole yet."),
};
const struct outline o_waiting = OUTLINE("WaitingForMe", p_waiting);

/* ---- a project's timeline ---------------------------------------------------------------------
 */

static const struct outline_part p_present[] = {
    O_TEXT("name"), O_TEXT("organisation"), O_WORD("role", &w_role), O_BOOL("host"),
    O_I64("present_ms", .about = "All the times together, up to now for those still there.")};
static const struct outline o_present = OUTLINE("Present", p_present);
static const char *const recordings[] = {"on", "stopped", "failed", "ended", NULL};
static const struct outline_words w_recording = {.list = recordings};
static const struct outline_part p_recorded[] = {
    O_WORD("state", &w_recording),
    O_TIME("started_at"),
    O_I64("length_ms", .about = "Of what is on disk, gaps included."),
    O_BOOL("final", .about = "The replay is whole."),
};
static const struct outline o_recorded = OUTLINE("Recorded", p_recorded);
static const struct outline_part p_held[] = {
    O_LIST("people", &o_present, .about = "Who was there."),
    O_OBJECT("recording", &o_recorded, .null = true),
};
static const struct outline o_held = OUTLINE("Held", p_held, .base = &o_meeting_brief);
static const struct outline_part p_timeline[] = {O_LIST("meetings", &o_held)};
const struct outline o_timeline = OUTLINE("Timeline", p_timeline);

/* ---- keeping the service ----------------------------------------------------------------------
 */

static const struct outline_part p_parts[] = {O_BOOL("workers"), O_BOOL("records"), O_BOOL("disk")};
static const struct outline o_parts = OUTLINE(NULL, p_parts);
static const struct outline_part p_health[] = {
    O_BOOL("ready"),
    O_OBJECT("parts", &o_parts),
    O_I64("meetings"),
    O_I64("people"),
    O_I64("recordings"),
    O_I64("journal_waiting_bytes"),
    O_I64("journal_failures", .about = "Since the start."),
    O_I64("packager_lag_ms"),
    O_I64("records_again", .about = "Could not be written and are tried again."),
    O_I64("records_refused", .about = "Given up since the start."),
};
static const struct outline o_health = OUTLINE("Health", p_health);
static const struct outline_part p_storage[] = {
    O_I64("free_bytes"), O_I64("total_bytes"),
    O_I64("reserve_bytes", .about = "Below this recording stops."), O_I64("database_bytes")};
static const struct outline o_storage = OUTLINE("Storage", p_storage);
static const struct outline_part p_service[] = {
    O_OBJECT("health", &o_health),
    O_OBJECT("storage", &o_storage, .null = true),
};
const struct outline o_service = OUTLINE("Service", p_service);

static const struct outline_part p_wanting[] = {
    O_TEXT("account"),
    O_TEXT("login"),
    O_TEXT("name"),
    O_WORD("role", &w_role),
    O_BOOL("must_change", .about = "The password is one for once."),
    O_BOOL("second_missing", .about = "The role needs a second factor, and there is none."),
    O_I64("failures", .about = "Signings-in that failed within a day."),
};
static const struct outline o_wanting = OUTLINE("AccountWanting", p_wanting);
static const struct outline_part p_count[] = {O_WORD("role", &w_role), O_I64("accounts"),
                                              O_I64("disabled", .about = "Of these.")};
static const struct outline o_count = OUTLINE("AccountCount", p_count);
static const struct outline_part p_attention[] = {O_LIST("accounts", &o_wanting),
                                                  O_LIST("counts", &o_count)};
const struct outline o_attention = OUTLINE("Attention", p_attention);
