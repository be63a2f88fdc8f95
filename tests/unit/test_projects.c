/* domain: stages, fields, changes that meet, moves and their due days, lists and the search. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "db/db.h"
#include "domain/projects.h"
#include "t.h"
#include "tmpdir.h"

#define DAY_MS INT64_C(86400000)
#define NOW (INT64_C(20782) * DAY_MS) /* 2026-11-25, a Wednesday */

static struct db *db;
static struct stage_rules rules;
static struct project_page *page;
static int64_t managers[2];

static void stages(void)
{
    static const struct {
        enum stage from, to;
        enum stage_move kind;
    } moves[] = {
        {STAGE_RESERVE, STAGE_APPLICATION, STAGE_MOVE_NEXT},
        {STAGE_RESERVE, STAGE_WITHDRAWN, STAGE_MOVE_WITHDRAW},
        {STAGE_RESERVE, STAGE_SURVEY, STAGE_MOVE_SKIP},
        {STAGE_RETURN_VISIT, STAGE_CLOSED, STAGE_MOVE_NEXT},
        {STAGE_RETURN_VISIT, STAGE_WITHDRAWN, STAGE_MOVE_NONE},
        {STAGE_ENERGIZATION, STAGE_WITHDRAWN, STAGE_MOVE_NONE},
        {STAGE_ACCEPTANCE, STAGE_WITHDRAWN, STAGE_MOVE_WITHDRAW},
        {STAGE_ACCEPTANCE, STAGE_DRAWING_REVIEW, STAGE_MOVE_BACK},
        {STAGE_CLOSED, STAGE_RETURN_VISIT, STAGE_MOVE_BACK},
        {STAGE_CLOSED, STAGE_WITHDRAWN, STAGE_MOVE_NONE},
        {STAGE_WITHDRAWN, STAGE_RESERVE, STAGE_MOVE_BACK},
        {STAGE_WITHDRAWN, STAGE_SURVEY, STAGE_MOVE_NONE},
        {STAGE_SURVEY, STAGE_SURVEY, STAGE_MOVE_NONE},
        {STAGE_SURVEY, STAGE_N, STAGE_MOVE_NONE},
        {STAGE_N, STAGE_SURVEY, STAGE_MOVE_NONE},
    };
    for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++)
        T_EQ(stage_move(moves[i].from, moves[i].to), moves[i].kind);
    for (enum stage s = STAGE_RESERVE; s < STAGE_N; s++)
        T_EQ(stage_from_text(stage_text(s)), s);
    T_EQ(stage_from_text("party"), STAGE_N);
    T_OK(stage_text(STAGE_N)[0] == '\0' && stage_words[STAGE_N] == NULL);
    T_OK(stage_is_over(STAGE_CLOSED) && stage_is_over(STAGE_WITHDRAWN) &&
         !stage_is_over(STAGE_RETURN_VISIT));
}

static struct project add(const char *title, const char *number, int64_t manager)
{
    struct project p = {.manager = manager};
    (void)snprintf(p.f.title, sizeof(p.f.title), "%s", title);
    (void)snprintf(p.f.number, sizeof(p.f.number), "%s", number);
    (void)snprintf(p.f.customer, sizeof(p.f.customer), "\xe9\x94\xa6\xe6\xbe\x9c");
    T_EQ(project_add(db, &p, NOW), ERR_OK);
    return p;
}

static void fields(void)
{
    struct project p = {.manager = managers[0],
                        .f = {.number = "BZ-2026-0318",
                              .title = "T",
                              .customer = "C",
                              .park = "P",
                              .address = "A",
                              .placed = true,
                              .latitude_e6 = 31230416,
                              .longitude_e6 = -1,
                              .voltage_v = 10000,
                              .capacity_kva = 3200,
                              .load_nature = "L",
                              .importance = 2,
                              .sources = 2,
                              .wanted_on = 20833}},
                   q = {.id = 0}, twin = {.manager = managers[0], .f = {.number = "BZ-2026-0318"}};
    T_EQ(project_add(db, &p, NOW), ERR_OK);
    T_EQ(project_get(db, &q, p.public_id, false, managers[0]), ERR_OK);
    T_OK(strcmp(q.f.number, p.f.number) == 0 && strcmp(q.f.title, "T") == 0 &&
         strcmp(q.f.customer, "C") == 0 && strcmp(q.f.park, "P") == 0 &&
         strcmp(q.f.address, "A") == 0 && strcmp(q.f.load_nature, "L") == 0);
    T_OK(q.f.placed && q.f.latitude_e6 == 31230416 && q.f.longitude_e6 == -1);
    T_OK(q.f.voltage_v == 10000 && q.f.capacity_kva == 3200 && q.f.importance == 2 &&
         q.f.sources == 2 && q.f.wanted_on == 20833);
    T_OK(strcmp(q.manager_name, "m0") == 0 && q.version == 1 && q.stage == STAGE_RESERVE &&
         q.stage_on == 20782 && q.due_on == 0);
    T_EQ(project_get(db, &q, p.public_id, false, managers[1]), ERR_NOENT);
    T_EQ(project_add(db, &twin, NOW), ERR_CONFLICT);
}

static void changes_that_meet(void)
{
    struct project p = add("edited", "N1", managers[0]), other = p;
    (void)snprintf(p.f.title, sizeof(p.f.title), "first");
    (void)snprintf(other.f.title, sizeof(other.f.title), "second");
    T_EQ(project_edit(db, &p, &rules), ERR_OK);
    T_EQ(p.version, 2);
    T_EQ(project_edit(db, &other, &rules), ERR_GONE);
    struct project q;
    T_EQ(project_get(db, &q, p.public_id, true, 0), ERR_OK);
    T_OK(strcmp(q.f.title, "first") == 0 && q.version == 2);
    struct project_move m = {
        .to = STAGE_APPLICATION, .who = "w", .reason = "", .on = 20782, .at_ms = NOW};
    T_EQ(project_move(db, &other, &m, &rules), ERR_GONE);
    T_EQ(project_move(db, &q, &m, &rules), ERR_OK);
    T_EQ(q.version, 3);
    T_EQ(project_edit(db, &p, &rules), ERR_GONE);
}

static void moves_and_due_days(void)
{
    struct project p = add("moved", "N2", managers[0]), q;
    struct project_move m = {
        .to = STAGE_SUPPLY_PLAN, .who = "w", .reason = "", .on = 20782, .at_ms = NOW};
    T_EQ(project_move(db, &p, &m, &rules), ERR_INVAL); /* over two stages, and no reason */
    m.reason = "known already";
    T_EQ(project_move(db, &p, &m, &rules), ERR_OK);
    T_EQ(p.due_on, 20782 + 28); /* 20 working days, no holidays here */
    p.f.sources = 2;
    T_EQ(project_edit(db, &p, &rules), ERR_OK);
    T_EQ(p.due_on, 20782 + 63); /* 45 */
    m = (struct project_move){
        .to = STAGE_DRAWING_REVIEW, .who = "w", .reason = "", .on = 20790, .at_ms = NOW + DAY_MS};
    T_EQ(project_move(db, &p, &m, &rules), ERR_OK);
    T_EQ(project_get(db, &q, p.public_id, true, 0), ERR_OK);
    T_OK(q.stage == STAGE_DRAWING_REVIEW && q.stage_on == 20790 && q.due_on == p.due_on);
    struct stage_rules tighter = rules;
    int64_t changed = 0;
    tighter.limits.days[STAGE_DRAWING_REVIEW][1] = 1;
    T_EQ(project_due_again(db, &tighter, &changed), ERR_OK);
    T_EQ(changed, 1);
    T_EQ(project_get(db, &q, p.public_id, true, 0), ERR_OK);
    T_EQ(q.due_on, 20791);
    T_EQ(project_due_again(db, &rules, &changed), ERR_OK);
    T_EQ(changed, 1);
    m.to = STAGE_WITHDRAWN;
    m.reason = "the customer was told";
    q.version = p.version;
    T_EQ(project_move(db, &q, &m, &rules), ERR_OK);
    T_EQ(q.due_on, 0);
}

static size_t find(struct project_query q, const char *first)
{
    T_EQ(project_find(db, page, &q), ERR_OK);
    if (first != NULL)
        T_OK(page->n > 0 && strcmp(page->at[0].f.title, first) == 0);
    return page->n;
}

static void searches(void)
{
    const struct project_query any = {
        .everything = true, .words = "", .cursor = "", .stage = STAGE_N};
    static const struct {
        const char *words, *first;
        size_t n;
    } finds[] = {
        {"\xe5\x8f\x98\xe7\x94\xb5\xe7\xab\x99", "110kV \xe5\x8f\x98\xe7\x94\xb5\xe7\xab\x99", 1},
        {"\xe5\x8f\x98\xe7\x94\xb5", NULL, 2}, /* two characters */
        {"\xe5\x8f\x98", NULL, 2},             /* one */
        {"\xe5\x8f\x98 \xe7\x94\xb5\xe7\xab\x99", "110kV \xe5\x8f\x98\xe7\x94\xb5\xe7\xab\x99", 1},
        {"\xe7\x94\xb5\xe5\x8f\x98", NULL, 0}, /* the other way round */
        {"110KV \xe5\x8f\x98", "110kV \xe5\x8f\x98\xe7\x94\xb5\xe7\xab\x99",
         1},                                                  /* long and short */
        {"110kv\xe3\x80\x80\xe5\xae\xa4", NULL, 0},           /* ideographic space; no such pair */
        {"bz-77", "\xe5\x8f\x98\xe7\x94\xb5\xe5\xae\xa4", 1}, /* by number, small letters */
        {"\"", NULL, 0},
        {"\"\"\" OR text", NULL, 0},
        {"AND", NULL, 0},
        {"*", NULL, 0},
        {"- (", NULL, 0},
        {"   ", NULL, PROJECT_PAGE},
    };
    (void)add("110kV \xe5\x8f\x98\xe7\x94\xb5\xe7\xab\x99", "", managers[0]);
    struct project p = add("\xe5\x8f\x98\xe7\x94\xb5\xe5\xae\xa4", "BZ-77", managers[1]);
    for (size_t i = 0; i < sizeof(finds) / sizeof(finds[0]); i++) {
        struct project_query q = any;
        q.words = finds[i].words;
        if (finds[i].n != PROJECT_PAGE)
            T_EQ(find(q, finds[i].first), finds[i].n);
    }
    struct project_query q = any;
    q.words = "\xe5\x8f\x98\xe7\x94\xb5";
    q.everything = false;
    q.manager = managers[1];
    T_EQ(find(q, "\xe5\x8f\x98\xe7\x94\xb5\xe5\xae\xa4"), 1);
    (void)snprintf(p.f.title, sizeof(p.f.title), "renamed");
    T_EQ(project_edit(db, &p, &rules), ERR_OK);
    T_EQ(find(q, NULL), 0); /* the old name is forgotten */
    q.words = "bz-77";
    T_EQ(find(q, "renamed"), 1);
}

/* Every project once, in order, page after page. */
static size_t walk(struct project_query q, bool by_due)
{
    char cursor[CURSOR_LEN] = "";
    int64_t last = by_due ? INT32_MIN : INT64_MAX;
    size_t n = 0, pages = 0;
    do {
        q.cursor = cursor;
        T_EQ(project_find(db, page, &q), ERR_OK);
        for (size_t i = 0; i < page->n; i++) {
            int64_t key = by_due ? page->at[i].due_on : page->at[i].id;
            T_OK(by_due ? key >= last : key < last);
            last = key;
        }
        n += page->n;
        memcpy(cursor, page->next, sizeof(cursor));
    } while (cursor[0] != '\0' && ++pages < 100);
    return n;
}

static void lists(void)
{
    const struct project_query any = {
        .everything = true, .words = "", .cursor = "", .stage = STAGE_N};
    static const char *const bad[] = {"x", "-1", "0", "12x", "1.2", "."};
    struct project_query q = any;
    size_t before = walk(q, false);
    for (int i = 0; i < 120; i++) {
        struct project p = add("many", "", managers[i % 2]);
        struct project_move m = {.to = i % 3 == 0 ? STAGE_ACCEPTANCE : STAGE_APPLICATION,
                                 .who = "w",
                                 .reason = "r",
                                 .on = 20782 - i,
                                 .at_ms = NOW};
        T_EQ(project_move(db, &p, &m, &rules), ERR_OK);
    }
    T_EQ(walk(q, false), before + 120);
    q.words = "many";
    T_EQ(walk(q, false), 120);
    q.words = "ma";
    T_EQ(walk(q, false), 120);
    q = any;
    q.stage = STAGE_ACCEPTANCE;
    T_EQ(walk(q, false), 40);
    q.order = PROJECT_DUE;
    T_EQ(walk(q, true), 40);
    q.late_on = 20782;
    size_t late = walk(q, true);
    T_OK(late > 20 && late < 40);
    q.everything = false;
    q.manager = managers[0];
    T_EQ(walk(q, true) * 2, late + late % 2);
    q = any;
    q.open = true;
    T_EQ(walk(q, false), before + 120 - 1); /* one was withdrawn */
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        q = any;
        q.cursor = bad[i];
        T_EQ(project_find(db, page, &q), ERR_INVAL);
    }
    q = any;
    q.order = PROJECT_DUE;
    q.cursor = "12";
    T_EQ(project_find(db, page, &q), ERR_INVAL);
}

int main(void)
{
    struct calendar *c = NULL;
    char why[CALENDAR_WHY];
    (void)setenv("TZ", "UTC", 1);
    tzset();
    tmpdir_make();
    page = (struct project_page *)mem_zalloc(1, sizeof(*page));
    T_EQ(calendar_parse(&c, "", 0, why), ERR_OK);
    rules = (struct stage_rules){.calendar = c,
                                 .limits = {.days = {[STAGE_SUPPLY_PLAN] = {20, 45},
                                                     [STAGE_DRAWING_REVIEW] = {20, 20},
                                                     [STAGE_ACCEPTANCE] = {7, 7}}}};
    T_EQ(db_open(&db, tmpdir_path("p.sqlite")), ERR_OK);
    for (int i = 0; i < 2; i++) {
        struct account a = {.role = ROLE_MANAGER};
        (void)snprintf(a.login, sizeof(a.login), "m%d", i);
        (void)snprintf(a.name, sizeof(a.name), "m%d", i);
        T_EQ(account_add(db, &a, NOW), ERR_OK);
        managers[i] = a.id;
    }
    stages();
    fields();
    changes_that_meet();
    moves_and_due_days();
    searches();
    lists();
    db_close(db);
    calendar_free(c);
    mem_free(page);
    return t_done("test_projects");
}
