/* Answers about projects. */
#include "domain/parties.h"
#include "outlines_priv.h"

static const struct outline_part p_fields[] = {
    O_TEXT("number", .about = "Of the application; empty before there is one."),
    O_TEXT("title"),
    O_TEXT("customer"),
    O_TEXT("park"),
    O_TEXT("address"),
    O_I64("latitude_e6", .null = true),
    O_I64("longitude_e6", .null = true),
    O_I64("voltage_v", .null = true),
    O_I64("capacity_kva", .null = true),
    O_TEXT("load_nature"),
    O_I64("importance", .null = true),
    O_I64("sources"),
    O_DAY("wanted_on", .null = true),
};
static const struct outline o_fields =
    OUTLINE("ProjectFields", p_fields, .about = "What the manager of a project fills in.");

static const struct outline_part p_project[] = {
    O_TEXT("id"),
    O_I64("version", .about = "Of the last change; what ETag says and If-Match repeats."),
    O_TEXT("manager"),
    O_TIME("created_at"),
    O_WORD("stage", &w_stage),
    O_DAY("stage_on", .about = "Since when it is in this stage."),
    O_I64("stage_days", .about = "Working days in this stage."),
    O_DAY("due_on", .null = true),
    O_I64("days_left", .null = true, .about = "Working days left of the limit; negative: late by."),
};
static const struct outline o_project = OUTLINE("Project", p_project, .base = &o_fields);

static const struct outline_part p_move[] = {
    O_WORD("from", &w_stage), O_WORD("to", &w_stage), O_TIME("at"), O_DAY("on"), O_TEXT("who"),
    O_TEXT("reason"),
};
static const struct outline o_move = OUTLINE("StageMove", p_move);

static const struct outline_words w_part = {"PartyPart", part_words};
static const struct outline_part p_party[] = {
    O_WORD("part", &w_part),
    O_TEXT("organisation"),
    O_TEXT("person", .about = "Whom one talks to there."),
    O_TEXT("phone", .about = "For the project's manager; empty for others."),
};
static const struct outline o_party = OUTLINE("Party", p_party);

static const struct outline_part p_rights[] = {O_BOOL("edit")};
static const struct outline o_rights = OUTLINE("ProjectRights", p_rights);

static const struct outline_part p_page[] = {
    O_LIST("moves", &o_move),
    O_MAP("limits", OUTLINE_I64, .words = &w_stage,
          .about = "Working days that a stage may take, for those that have a limit."),
    O_LIST("parties", &o_party, .about = "The organisations involved."),
    O_MAP("times", OUTLINE_I64, .words = &w_stage,
          .about = "Working days that the stages behind have taken."),
    O_I64("total_days", .null = true,
          .about = "Working days from the application until power was on, or until now."),
    O_OBJECT("rights", &o_rights),
};
const struct outline o_project_page = OUTLINE("ProjectPage", p_page, .base = &o_project);

static const struct outline_part p_list[] = {
    O_LIST("projects", &o_project),
    O_TEXT("next", .about = "To be sent as `cursor`; empty: this is the last page."),
};
const struct outline o_project_list = OUTLINE("ProjectList", p_list);

static const char *const orders[] = {"recent", "due", NULL};
static const struct outline_words w_order = {.list = orders};
const struct outline_part q_projects[] = {
    O_TEXT("q", .about = "Words of its number, title, customer, park, address."),
    O_TEXT("cursor", .about = "`next` of the page before."),
    O_WORD("stage", &w_stage),
    O_WORD("sort", &w_order),
    O_TEXT("open", .about = "Anything: only those that are not over."),
    O_TEXT("late", .about = "Anything: only those over a time limit."),
    {.name = NULL},
};
