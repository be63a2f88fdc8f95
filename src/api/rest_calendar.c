/* The working calendar, for a form that asks for a day: which days of a span are not worked. */
#include "api_priv.h"
#include "domain/projects.h"
#include "outlines_priv.h"

enum { SPAN_MAX = 400 };

static const struct calendar *calendar_of(const struct request *rq)
{
    return ((const struct api *)rq->app)->cfg.rules->calendar;
}

static json_t *json_day(int32_t day)
{
    char text[DAY_TEXT_MAX];
    day_text(text, day);
    return json_string(text);
}

static enum err calendar_get(struct request *rq)
{
    const struct calendar *c = calendar_of(rq);
    int32_t from = 0, to = 0, known = calendar_known_until(c);
    if (day_parse(&from, request_query(rq, "from")) != ERR_OK ||
        day_parse(&to, request_query(rq, "to")) != ERR_OK)
        return answer_error(rq, ERR_INVAL, "from, to: must be days like 2026-11-25");
    if (to < from || to - from >= SPAN_MAX)
        return answer_error(rq, ERR_INVAL, "to: must be from 0 to 399 days after from");
    json_t *off = json_array();
    for (int32_t day = from; day <= to; day++)
        if (!calendar_works(c, day))
            (void)json_array_append_new(off, json_day(day));
    rq->answer.body = json_pack("{s:s,s:o,s:o,s:o}", "timezone",
                                ((const struct api *)rq->app)->cfg.conf->timezone, "today",
                                json_day(day_of_ms(rq->now_ms)), "known_until",
                                known != 0 ? json_day(known) : json_null(), "days_off", off);
    return ERR_OK;
}

// clang-format off
const struct route calendar_routes[] = {
    {M_GET, "/api/v1/calendar", ON_READ, ACT_SELF, NULL, calendar_get,
     {200, &o_calendar, .query = q_calendar}},
};
// clang-format on
const size_t calendar_routes_n = sizeof(calendar_routes) / sizeof(calendar_routes[0]);
