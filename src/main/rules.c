/* The rules of time from the configuration. */
#include "domain/pace.h"

#include "base/clock.h"
#include "base/log.h"
#include "main_priv.h"

enum err rules_load(struct stage_rules *out, const struct conf *c)
{
    const struct {
        enum stage stage;
        int64_t one, two;
    } limits[] = {
        {STAGE_SUPPLY_PLAN, c->limit_supply_plan, c->limit_supply_plan_double},
        {STAGE_DRAWING_REVIEW, c->limit_drawing_review, c->limit_drawing_review},
        {STAGE_INTERIM_INSPECTION, c->limit_interim_inspection, c->limit_interim_inspection},
        {STAGE_ACCEPTANCE, c->limit_acceptance, c->limit_acceptance},
        {STAGE_ENERGIZATION, c->limit_energization, c->limit_energization},
        {STAGE_RETURN_VISIT, c->limit_return_visit, c->limit_return_visit},
    };
    char why[CALENDAR_WHY] = "";
    struct calendar *calendar = NULL;
    *out = (struct stage_rules){.calendar = NULL};
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        out->limits.days[limits[i].stage][0] = (int32_t)limits[i].one;
        out->limits.days[limits[i].stage][1] = (int32_t)limits[i].two;
    }
    enum err e = calendar_load(&calendar, c->holidays, why);
    if (e != ERR_OK) {
        log_error("start",
                  "the file of holidays %s: %s; set \"holidays\" to one like "
                  "conf/holidays.conf",
                  c->holidays, why);
        return e;
    }
    if (calendar_known_until(calendar) < day_of_ms(clock_wall_ms()))
        log_warn("start", "%s says nothing of this year: time limits count weekdays only",
                 c->holidays);
    out->calendar = calendar;
    return ERR_OK;
}

enum err rules_apply(const struct stage_rules *r, struct db *db)
{
    int64_t changed = 0;
    enum err e = project_due_again(db, r, &changed);
    if (e == ERR_OK && changed > 0)
        log_info("start", "the time limits of %lld projects have changed", (long long)changed);
    bool counted = false;
    if (e == ERR_OK)
        e = pace_again(db, r->calendar, &counted);
    if (counted)
        log_info("start", "the working days of all projects were counted by this calendar");
    return e;
}
