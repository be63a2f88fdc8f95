/* domain: how long stages take, of one project and on average; late and by how much; counted anew
 * by another calendar. */
#include "domain/pace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "db/db.h"
#include "t.h"
#include "tmpdir.h"

#define DAY_MS INT64_C(86400000)
enum { MONDAY = 20780 /* 2026-11-23 */, WEEK = 7 };

static struct db *db;
static struct stage_rules rules;
static int64_t managers[2];

static struct project add(int32_t on, int64_t manager)
{
    struct project p = {.manager = manager, .f = {.title = "t", .customer = "c", .sources = 1}};
    T_EQ(project_add(db, &p, on * DAY_MS + 1), ERR_OK);
    return p;
}

static void move(struct project *p, enum stage to, int32_t on)
{
    const struct project_move m = {
        .to = to, .who = "w", .reason = "r", .on = on, .at_ms = on * DAY_MS + 2};
    T_EQ(project_move(db, p, &m, &rules), ERR_OK);
}

static struct pace read_pace(bool everything, int64_t manager, int32_t today)
{
    const struct pace_query q = {
        .everything = everything, .manager = manager, .today = today, .since = today - 365};
    struct pace p;
    memset(&p, 0, sizeof(p));
    T_EQ(pace_read(db, &p, &q, rules.calendar), ERR_OK);
    return p;
}

/* Monday to Monday are five working days; what went before a move back is added. */
static void one_project(void)
{
    struct project p = add(MONDAY, managers[0]);
    struct pace_project t;
    T_EQ(pace_of(db, &t, p.id), ERR_OK);
    T_OK(t.total == -1 && t.applied_on == 0 && t.days[STAGE_RESERVE] == -1);
    move(&p, STAGE_APPLICATION, MONDAY + 2);
    move(&p, STAGE_SURVEY, MONDAY + 3);
    move(&p, STAGE_SUPPLY_PLAN, MONDAY + WEEK);
    move(&p, STAGE_SURVEY, MONDAY + WEEK + 1); /* back */
    struct pace all = read_pace(true, 0, MONDAY + WEEK + 1);
    T_EQ(all.stages[STAGE_SURVEY].done.projects, 1);
    T_EQ(all.stages[STAGE_SURVEY].done.days, 2);
    T_EQ(all.stages[STAGE_SUPPLY_PLAN].done.projects, 0); /* not left for good */
    move(&p, STAGE_ENERGIZATION, MONDAY + 2 * WEEK);
    move(&p, STAGE_RETURN_VISIT, MONDAY + 2 * WEEK + 2);
    T_EQ(pace_of(db, &t, p.id), ERR_OK);
    T_EQ(t.days[STAGE_RESERVE], 2);
    T_EQ(t.days[STAGE_APPLICATION], 1);
    T_EQ(t.days[STAGE_SURVEY], 2 + 4);
    T_EQ(t.days[STAGE_SUPPLY_PLAN], 1);
    T_EQ(t.days[STAGE_ENERGIZATION], 2);
    T_EQ(t.days[STAGE_RETURN_VISIT], -1);
    T_EQ(t.applied_on, MONDAY + 2);
    T_EQ(t.total, 10);
    all = read_pace(true, 0, MONDAY + 3 * WEEK);
    T_EQ(all.stages[STAGE_SURVEY].done.projects, 1);
    T_EQ(all.stages[STAGE_SURVEY].done.days, 6);
    T_OK(all.total.projects == 1 && all.total.days == 10);
    T_EQ(all.stages[STAGE_RETURN_VISIT].projects, 1);
}

/* Withdrawn is not done; power that is put on again counts once, with the longer time. */
static void what_does_not_count(void)
{
    struct project p = add(MONDAY, managers[1]), q = add(MONDAY, managers[1]);
    move(&p, STAGE_APPLICATION, MONDAY + 1);
    move(&p, STAGE_WITHDRAWN, MONDAY + 4);
    move(&p, STAGE_RESERVE, MONDAY + WEEK);
    struct pace own = read_pace(false, managers[1], MONDAY + WEEK);
    T_EQ(own.stages[STAGE_APPLICATION].done.projects, 0);
    T_OK(own.stages[STAGE_RESERVE].done.projects == 1 && own.stages[STAGE_RESERVE].done.days == 1);
    move(&q, STAGE_APPLICATION, MONDAY);
    move(&q, STAGE_RETURN_VISIT, MONDAY + 4);
    move(&q, STAGE_ENERGIZATION, MONDAY + WEEK);
    move(&q, STAGE_RETURN_VISIT, MONDAY + WEEK + 1);
    own = read_pace(false, managers[1], MONDAY + 2 * WEEK);
    T_OK(own.total.projects == 1 && own.total.days == 6);
    struct pace all = read_pace(true, 0, MONDAY + 2 * WEEK);
    T_OK(all.total.projects == 2 && all.total.days == 16);
    all = read_pace(true, 0, MONDAY + 400);
    T_EQ(all.total.projects, 0); /* more than a year ago */
}

static void late_by_how_much(void)
{
    struct project p = add(MONDAY, managers[0]);
    move(&p, STAGE_ACCEPTANCE, MONDAY); /* seven days: due on the second Wednesday */
    T_EQ(p.due_on, MONDAY + WEEK + 2);
    static const struct {
        int32_t today;
        int late, more, most;
    } rows[] = {
        {MONDAY + WEEK + 2, 0, 0, 0},     {MONDAY + WEEK + 3, 1, 0, 0},
        {MONDAY + 2 * WEEK + 2, 1, 0, 0}, {MONDAY + 2 * WEEK + 3, 1, 1, 0},
        {MONDAY + 5 * WEEK + 2, 1, 1, 0}, {MONDAY + 5 * WEEK + 3, 1, 1, 1},
        {MONDAY + WEEK + 2 + 3, 1, 0, 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pace all = read_pace(true, 0, rows[i].today);
        const struct pace_stage *s = &all.stages[STAGE_ACCEPTANCE];
        T_OK(s->projects == 1 && s->late == rows[i].late && s->late_more == rows[i].more &&
             s->late_most == rows[i].most);
        T_EQ(read_pace(false, managers[1], rows[i].today).stages[STAGE_ACCEPTANCE].projects, 0);
    }
    /* Due on a Friday: on Saturday and Sunday it is not late by a working day. */
    T_EQ(calendar_before(rules.calendar, MONDAY + 5, 1), MONDAY + 3);
    T_EQ(calendar_before(rules.calendar, MONDAY + WEEK, 1), MONDAY + 6);
}

static void counted_anew(void)
{
    bool counted = false;
    struct calendar *holiday = NULL;
    char why[CALENDAR_WHY] = "";
    struct pace before = read_pace(true, 0, MONDAY + 3 * WEEK);
    T_EQ(pace_again(db, rules.calendar, &counted), ERR_OK);
    T_OK(counted); /* Never was: as after an upgrade. */
    struct pace after = read_pace(true, 0, MONDAY + 3 * WEEK);
    T_OK(memcmp(&before, &after, sizeof(before)) == 0);
    T_EQ(pace_again(db, rules.calendar, &counted), ERR_OK);
    T_OK(!counted);
    static const char text[] = "2026-11-25 off X\n"; /* the first Wednesday */
    T_EQ(calendar_parse(&holiday, text, sizeof(text) - 1, why), ERR_OK);
    T_OK(calendar_mark(holiday) != calendar_mark(rules.calendar));
    T_EQ(pace_again(db, holiday, &counted), ERR_OK);
    T_OK(counted);
    after = read_pace(true, 0, MONDAY + 3 * WEEK);
    T_EQ(after.stages[STAGE_RESERVE].done.days, before.stages[STAGE_RESERVE].done.days - 1);
    T_EQ(after.total.days, before.total.days - 1);
    calendar_free(holiday);
}

int main(void)
{
    struct calendar *c = NULL;
    char why[CALENDAR_WHY];
    (void)setenv("TZ", "UTC", 1);
    tzset();
    tmpdir_make();
    T_EQ(calendar_parse(&c, "", 0, why), ERR_OK);
    rules = (struct stage_rules){.calendar = c, .limits = {.days = {[STAGE_ACCEPTANCE] = {7, 7}}}};
    T_EQ(db_open(&db, tmpdir_path("p.sqlite")), ERR_OK);
    for (int i = 0; i < 2; i++) {
        struct account a = {.role = ROLE_MANAGER};
        (void)snprintf(a.login, sizeof(a.login), "m%d", i);
        (void)snprintf(a.name, sizeof(a.name), "m%d", i);
        T_EQ(account_add(db, &a, MONDAY * DAY_MS), ERR_OK);
        managers[i] = a.id;
    }
    one_project();
    what_does_not_count();
    late_by_how_much();
    counted_anew();
    db_close(db);
    calendar_free(c);
    return t_done("test_pace");
}
