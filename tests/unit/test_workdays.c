/* domain/workdays: days and their texts, the file of exceptions, counting against a slow count. */
#include "domain/workdays.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "t.h"

static int32_t day(const char *text)
{
    int32_t d = 0;
    T_EQ(day_parse(&d, text), ERR_OK);
    return d;
}

static void days_and_texts(void)
{
    static const struct {
        const char *text;
        int32_t day;
    } good[] = {{"1970-01-01", 0},     {"1969-12-31", -1},      {"2000-02-29", 11016},
                {"2026-11-25", 20782}, {"1900-01-01", DAY_MIN}, {"2170-01-01", DAY_MAX}};
    static const char *const bad[] = {"",           "2026-11-5",   "2026-13-01", "2026-02-29",
                                      "2026-00-10", "2026-04-31",  "2026/04/30", "2026-11-25 ",
                                      "20261125",   "+026-11-25",  "2026-11-2x", "1899-12-31",
                                      "2170-01-02", "２026-11-25", "2026-11-00"};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        char text[DAY_TEXT_MAX];
        T_EQ(day(good[i].text), good[i].day);
        day_text(text, good[i].day);
        T_OK(strcmp(text, good[i].text) == 0);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        int32_t d = 77;
        T_EQ(day_parse(&d, bad[i]), ERR_INVAL);
        T_EQ(d, 77);
    }
    for (int32_t d = DAY_MIN; d <= DAY_MAX; d++) {
        char text[DAY_TEXT_MAX];
        int32_t back = 0;
        day_text(text, d);
        if (day_parse(&back, text) != ERR_OK || back != d)
            T_EQ(back, d);
    }
}

static void the_day_of_a_moment(void)
{
    (void)setenv("TZ", "Asia/Shanghai", 1);
    tzset();
    T_EQ(day_of_ms(INT64_C(1795622399999)), 20782); /* 2026-11-25T15:59:59.999Z: 23:59 there */
    T_EQ(day_of_ms(INT64_C(1795622400000)), 20783);
    (void)setenv("TZ", "UTC", 1);
    tzset();
    T_EQ(day_of_ms(-1), -1);
    T_EQ(day_of_ms(0), 0);
}

static void refuses(void)
{
    static const struct {
        const char *text, *why;
    } bad[] = {{"2026-10-01", "line 1"},
               {"# fine\n2026-10-01 of\n", "line 2"},
               {"2026-10-01 offx\n", "line 1"},
               {"2026-10-01  off\n", "line 1"},
               {" 2026-10-01 off\n", "line 1"},
               {"2026-02-30 off\n", "line 1"},
               {"2026-10-01 off a\n\n2026-10-01 work b\n", "2026-10-01 stands twice"}};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct calendar *c = NULL;
        char why[CALENDAR_WHY] = "";
        size_t n = strlen(bad[i].text);
        char *exact = (char *)mem_alloc(n);
        memcpy(exact, bad[i].text, n);
        T_EQ(calendar_parse(&c, exact, n, why), ERR_INVAL);
        T_OK(c == NULL && strncmp(why, bad[i].why, strlen(bad[i].why)) == 0);
        mem_free(exact);
    }
    struct calendar *c = NULL;
    char why[CALENDAR_WHY];
    T_EQ(calendar_load(&c, "/nonexistent", why), ERR_NOENT);
    T_EQ(calendar_parse(&c, "", 0, why), ERR_OK);
    T_EQ(calendar_known_until(c), 0);
    calendar_free(c);
    calendar_free(NULL);
}

static void a_year_in_china(void)
{
    static const struct {
        const char *from, *to;
        int32_t n;
    } spans[] = {{"2026-09-30", "2026-10-08", 1},  {"2026-09-30", "2026-10-10", 3},
                 {"2026-02-13", "2026-02-24", 2}, /* Saturday 14 is worked */
                 {"2026-11-25", "2026-11-25", 0},  {"2026-11-27", "2026-11-29", 0},
                 {"2026-11-30", "2026-11-25", -3}, {"2025-12-31", "2026-12-31", 248}};
    struct calendar *c = NULL;
    char why[CALENDAR_WHY] = "";
    T_EQ(calendar_load(&c, "conf/holidays.conf", why), ERR_OK);
    T_OK(why[0] == '\0' || c != NULL);
    for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++)
        T_EQ(calendar_between(c, day(spans[i].from), day(spans[i].to)), spans[i].n);
    T_OK(!calendar_works(c, day("2026-10-01")) && calendar_works(c, day("2026-10-10")));
    T_OK(!calendar_works(c, day("2026-11-28")) && calendar_works(c, day("2026-11-25")));
    T_EQ(calendar_add(c, day("2026-09-30"), 1), day("2026-10-08"));
    T_EQ(calendar_add(c, day("2026-11-27"), 0), day("2026-11-27"));
    T_EQ(calendar_known_until(c), day("2027-10-03"));
    /* Against the plain count, over two years and all distances that are asked for. */
    for (int32_t from = day("2026-01-01"); from < day("2027-12-31"); from++)
        for (int32_t n = 1, d = from; n <= 46; n++) {
            do
                d++;
            while (!calendar_works(c, d));
            if (calendar_add(c, from, n) != d || calendar_between(c, from, d) != n)
                T_EQ(calendar_add(c, from, n), d);
        }
    calendar_free(c);
}

int main(void)
{
    days_and_texts();
    the_day_of_a_moment();
    refuses();
    a_year_in_china();
    return t_done("test_workdays");
}
