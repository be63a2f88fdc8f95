/* domain/stretches and domain/views: what is joined, what is refused, what can never be taken back.
 */
#include "domain/views.h"

#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "domain/meetings.h"
#include "t.h"
#include "tmpdir.h"

/* ---- stretches ------------------------------------------------------------------------------- */

static const char *text_of(const struct stretches *s)
{
    static char text[STRETCHES_TEXT];
    stretches_print(s, text);
    return text;
}

static void joins(void)
{
    static const struct {
        int64_t from, to;
        const char *want;
        bool grown;
    } steps[] = {
        {10, 20, "[[10,20]]", true},
        {12, 18, "[[10,20]]", false},
        {10, 20, "[[10,20]]", false},
        {30, 40, "[[10,20],[30,40]]", true},
        {0, 5, "[[0,5],[10,20],[30,40]]", true},
        {20, 25, "[[0,5],[10,25],[30,40]]", true},
        {4, 10, "[[0,25],[30,40]]", true},
        {50, 60, "[[0,25],[30,40],[50,60]]", true},
        {24, 55, "[[0,60]]", true},
        {7, 7, "[[0,60]]", false},
        {9, 8, "[[0,60]]", false},
        {-5, 3, "[[0,60]]", false},
        {61, 62, "[[0,60],[61,62]]", true},
        {60, 61, "[[0,62]]", true},
    };
    struct stretches s = {0};
    T_OK(strcmp(text_of(&s), "[]") == 0);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        T_EQ(stretches_add(&s, steps[i].from, steps[i].to), steps[i].grown);
        T_OK(strcmp(text_of(&s), steps[i].want) == 0);
    }
    T_EQ(stretches_length(&s), 62);
}

/* Against a table of single numbers, with and without more stretches than fit. */
static void never_forgets(void)
{
    static bool seen[4000];
    uint64_t seed = 7;
    struct stretches s = {0};
    for (int i = 0; i < 600; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        int64_t from = (int64_t)(seed >> 33) % 3990, to = from + (int64_t)(seed >> 50) % 5;
        (void)stretches_add(&s, from, to);
        for (int64_t k = from; k < to; k++)
            seen[k] = true;
        T_OK(s.n <= STRETCHES_MAX);
        for (size_t k = 1; k < s.n; k++)
            T_OK(s.list[k].from > s.list[k - 1].to);
    }
    size_t at = 0, missing = 0;
    for (int64_t k = 0; k < 4000; k++) {
        while (at < s.n && s.list[at].to <= k)
            at++;
        missing += seen[k] && (at == s.n || s.list[at].from > k);
    }
    T_EQ(missing, 0);
}

static void joins_the_nearest(void)
{
    struct stretches s = {0};
    for (int64_t i = 0; i < STRETCHES_MAX; i++)
        T_OK(stretches_add(&s, i * 100, i * 100 + (i == 40 ? 98 : 10)));
    T_EQ(s.n, STRETCHES_MAX);
    T_OK(stretches_add(&s, 1000000, 1000001));
    T_EQ(s.n, STRETCHES_MAX);
    T_EQ(s.list[40].from, 4000);
    T_EQ(s.list[40].to, 4110);
    T_EQ(s.list[STRETCHES_MAX - 1].to, 1000001);
}

static void reads_its_own_text_only(void)
{
    static const char *const bad[] = {"",
                                      "[",
                                      "]",
                                      "[[]]",
                                      "[[1]]",
                                      "[[1,2]",
                                      "[[1,2],]",
                                      "[1,2]",
                                      "[[2,1]]",
                                      "[[1,1]]",
                                      "[[1,2,3]]",
                                      "[[1,2]] ",
                                      " []",
                                      "[[-1,2]]",
                                      "[[1,5],[3,9]]",
                                      "[[1,2],[2,3]]",
                                      "[[1,2]x[3,4]]",
                                      "[[a,2]]",
                                      "null"};
    struct stretches s = {0}, again = {0};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        s.n = 77;
        T_EQ(stretches_read(&s, bad[i]), ERR_INVAL);
        T_EQ(s.n, 77);
    }
    s.n = 0;
    for (int64_t i = 0; i < STRETCHES_MAX; i++)
        (void)stretches_add(&s, i * INT64_C(90000000000000000), i * INT64_C(90000000000000000) + 9);
    T_EQ(stretches_read(&again, text_of(&s)), ERR_OK);
    T_EQ(again.n, STRETCHES_MAX);
    T_OK(memcmp(again.list, s.list, again.n * sizeof(s.list[0])) == 0);
    T_EQ(stretches_read(&again, "[]"), ERR_OK);
    T_EQ(again.n, 0);
}

/* ---- views ----------------------------------------------------------------------------------- */

static struct db *db;
static struct meeting meeting = {.kind = "review", .title = "t", .host_name = "h"};
static struct account auditor = {
    .login = "a", .name = "审计", .role = ROLE_AUDITOR, .password = "x"};

static void setup(void)
{
    struct project p = {.f = {.title = "p", .customer = "c"}};
    T_EQ(db_open(&db, tmpdir_path("views.db")), ERR_OK);
    T_EQ(account_add(db, &auditor, 1), ERR_OK);
    T_EQ(project_add(db, &p, 1), ERR_OK);
    T_EQ(meeting_add(db, &meeting, p.id, 1), ERR_OK);
}

static struct viewer viewer(const char *client)
{
    return (struct viewer){.meeting = meeting.id,
                           .account = auditor.id,
                           .name = auditor.name,
                           .role = "auditor",
                           .client = client,
                           .agent = "x"};
}

/* A statement is known by the address of its text's owner. */
static struct sql *own(const char *text)
{
    static struct sql list[64];
    static size_t n;
    list[n] = (struct sql){text, text};
    return &list[n++];
}

static int64_t count(const char *text)
{
    AUTO(db_done) struct stmt s = db_use(db, own(text));
    return db_row(&s) ? db_i64(&s, 0) : -1;
}

static void belongs_to_the_newest_view_of_late(void)
{
    struct viewer who = viewer("192.0.2.1"), elsewhere = viewer("192.0.2.2"), other = who;
    struct view v = {0}, w = {0};
    int64_t now = 1000000;
    other.meeting = meeting.id + 1;
    T_EQ(view_find(db, &v, &who, now), ERR_NOENT);
    T_EQ(view_open(db, &v, &who, meeting.public_id, false, now), ERR_OK);
    T_EQ(strlen(v.public_id), PUBLIC_ID_LEN);
    T_EQ(view_find(db, &w, &who, now + VIEW_IDLE_MS), ERR_OK);
    T_EQ(w.id, v.id);
    T_OK(!w.page);
    T_EQ(view_find(db, &w, &who, now + VIEW_IDLE_MS + 1), ERR_NOENT);
    T_EQ(view_find(db, &w, &elsewhere, now), ERR_NOENT);
    T_EQ(view_find(db, &w, &other, now), ERR_NOENT);
    static const struct sql audit = {
        "audit", "SELECT COUNT(*) FROM audit WHERE what = 'recording.view' AND who = '审计'"};
    AUTO(db_done) struct stmt s = db_use(db, &audit);
    T_OK(db_row(&s));
    T_EQ(db_i64(&s, 0), 1);
}

static void a_page_takes_over_what_it_opened_itself(void)
{
    struct viewer who = viewer("192.0.2.3");
    struct view direct = {0}, page = {0}, second = {0};
    int64_t now = 2000000;
    T_EQ(view_open(db, &direct, &who, meeting.public_id, false, now), ERR_OK);
    T_EQ(view_open_page(db, &page, &who, meeting.public_id, now + VIEW_CLAIM_MS), ERR_OK);
    T_EQ(page.id, direct.id);
    T_OK(page.page);
    T_EQ(view_open_page(db, &second, &who, meeting.public_id, now + VIEW_CLAIM_MS), ERR_OK);
    T_OK(second.id != page.id); /* another page is another view */
    struct viewer late = viewer("192.0.2.4");
    T_EQ(view_open(db, &direct, &late, meeting.public_id, false, now), ERR_OK);
    T_EQ(view_open_page(db, &page, &late, meeting.public_id, now + VIEW_CLAIM_MS + 1), ERR_OK);
    T_OK(page.id != direct.id);
}

static void gathers_what_was_played(void)
{
    struct viewer who = viewer("192.0.2.5"), thief = who;
    struct view v = {0};
    struct stretches some = {0};
    struct view_report r = {.meeting = meeting.public_id, .played = &some};
    int64_t now = 3000000;
    thief.account = 0;
    thief.participant = 1;
    T_EQ(view_open_page(db, &v, &who, meeting.public_id, now), ERR_OK);
    (void)stretches_add(&some, 0, 9000);
    memcpy(r.view, v.public_id, sizeof(r.view));
    T_EQ(view_played(db, &who, &r, now + 9000), ERR_OK);
    T_OK(strcmp(text_of(&r.all), "[[0,9000]]") == 0);
    some.n = 0;
    (void)stretches_add(&some, 8000, 12000);
    (void)stretches_add(&some, 60000, 61000);
    T_EQ(view_played(db, &who, &r, now + 19000), ERR_OK);
    T_OK(strcmp(text_of(&r.all), "[[0,12000],[60000,61000]]") == 0);
    r.all.n = 55;
    T_EQ(view_played(db, &thief, &r, now + 19000), ERR_NOENT);
    memcpy(r.view, "nothing", sizeof("nothing"));
    T_EQ(view_played(db, &who, &r, now + 19000), ERR_NOENT);
    T_OK(strcmp(r.view, "nothing") == 0);
    T_EQ(r.all.n, 55);
}

/* A page that was left open for a day and is played for a moment before it is closed. */
static void after_a_day_it_is_another_view(void)
{
    struct viewer who = viewer("192.0.2.7"), thief = who;
    struct view v = {0};
    struct stretches some = {0};
    struct view_report r = {.meeting = meeting.public_id, .played = &some};
    int64_t now = 5000000, later = now + VIEW_REPORT_MS + 1;
    int64_t views = count("SELECT COUNT(*) FROM viewing"),
            rows = count("SELECT COUNT(*) FROM audit");
    T_EQ(view_open_page(db, &v, &who, meeting.public_id, now), ERR_OK);
    memcpy(r.view, v.public_id, sizeof(r.view));
    (void)stretches_add(&some, 100, 200);
    T_EQ(view_played(db, &who, &r, later - 1), ERR_OK); /* not yet: and this is heard of it */
    T_OK(strcmp(r.view, v.public_id) == 0);
    later += VIEW_REPORT_MS;
    some.n = 0;
    (void)stretches_add(&some, 300, 400);
    thief.account = 0;
    thief.participant = 1;
    T_EQ(view_played(db, &thief, &r, later), ERR_NOENT); /* opens nothing for others */
    T_EQ(view_played(db, &who, &r, later), ERR_OK);
    T_OK(strcmp(r.view, v.public_id) != 0);
    T_EQ(strlen(r.view), PUBLIC_ID_LEN);
    T_OK(strcmp(text_of(&r.all), "[[300,400]]") == 0);
    T_EQ(count("SELECT COUNT(*) FROM viewing"), views + 2);
    T_EQ(count("SELECT COUNT(*) FROM audit"), rows + 2);
    T_EQ(count("SELECT COUNT(*) FROM viewing WHERE kind = 'page' AND played = '[[300,400]]'"), 1);
}

static void gathers_what_was_fetched(void)
{
    struct viewer who = viewer("192.0.2.6");
    struct view v = {0};
    int64_t now = 4000000;
    T_EQ(view_open(db, &v, &who, meeting.public_id, false, now), ERR_OK);
    T_OK(!view_knows(db, &v, "tracks/a.webm", now));
    T_EQ(view_file_sent(db, v.id, "tracks/a.webm", 0, 10, now), ERR_NOENT);
    T_EQ(view_file_open(db, v.id, "tracks/a.webm", now), ERR_OK);
    T_EQ(view_file_open(db, v.id, "tracks/a.webm", now + 1), ERR_OK); /* again is no harm */
    T_OK(view_knows(db, &v, "tracks/a.webm", now));
    T_OK(!view_knows(db, &v, "tracks/b.webm", now));
    T_OK(!view_knows(db, &v, "tracks/a.webm", now + VIEW_IDLE_MS)); /* it has to be seen again */
    for (int64_t i = 0; i < 1000; i++)
        T_EQ(view_file_sent(db, v.id, "tracks/a.webm", i * 500, i * 500 + 500, now + i), ERR_OK);
    T_EQ(count("SELECT COUNT(*) FROM viewing_file WHERE file = 'tracks/a.webm'"), 1);
    T_EQ(count("SELECT bytes = '[[0,500000]]' FROM viewing_file WHERE file = 'tracks/a.webm'"), 1);
    T_EQ(view_find(db, &v, &who, now), ERR_OK);
    T_EQ(v.seen_at, now + 999);
    T_EQ(view_file_sent(db, v.id, "tracks/a.webm", 100, 200, now + 5000), ERR_OK);
    T_EQ(view_find(db, &v, &who, now), ERR_OK);
    T_EQ(v.seen_at, now + 999); /* nothing new: not written */
    T_EQ(view_file_sent(db, v.id, "tracks/a.webm", 0, 0, now + 999 + VIEW_SEEN_MS + 1), ERR_OK);
    T_EQ(view_find(db, &v, &who, now), ERR_OK);
    T_EQ(v.seen_at, now + 999 + VIEW_SEEN_MS + 1);
}

/* Whatever SQL is tried, what is there stays. */
static void only_grows(void)
{
    static const char *const refused[] = {
        "DELETE FROM viewing",
        "DELETE FROM viewing_file",
        "UPDATE viewing SET name = 'x'",
        "UPDATE viewing SET client = 'x'",
        "UPDATE viewing SET account_id = NULL WHERE account_id IS NOT NULL",
        "UPDATE viewing SET opened_at = opened_at + 1",
        "UPDATE viewing SET seen_at = seen_at - 1",
        "UPDATE viewing SET public_id = 'x' || id",
        "UPDATE viewing SET kind = 'direct' WHERE kind = 'page'",
        "UPDATE viewing SET played = '[]' WHERE played <> '[]'",
        "UPDATE viewing SET played = '[[1,12000],[60000,61000]]' WHERE played <> '[]'",
        "UPDATE viewing SET played = '[[0,12000]]' WHERE played <> '[]'",
        "UPDATE viewing SET played = '[[0,6000],[6000,12000],[60000,61000]]' WHERE played <> '[]'",
        "UPDATE viewing SET played = 'x' WHERE played <> '[]'",
        "UPDATE viewing_file SET bytes = '[[0,499999]]' WHERE bytes <> '[]'",
        "UPDATE viewing_file SET file = 'x'",
        "UPDATE viewing_file SET first_at = 0",
        "UPDATE viewing_file SET viewing_id = 1",
        "REPLACE INTO viewing SELECT * FROM viewing",
    };
    static const char *const fine[] = {
        "UPDATE viewing SET seen_at = seen_at + 1",
        "UPDATE viewing SET played = '[[0,70000]]' WHERE played <> '[]'",
        "UPDATE viewing_file SET bytes = '[[0,500001]]' WHERE bytes <> '[]'",
    };
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        AUTO(db_done) struct stmt s = db_use(db, own(refused[i]));
        enum err e = db_exec(&s);
        T_OK(e != ERR_OK);
        if (e == ERR_OK)
            (void)fprintf(stderr, "    allowed: %s\n", refused[i]);
    }
    for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
        AUTO(db_done) struct stmt s = db_use(db, own(fine[i]));
        T_EQ(db_exec(&s), ERR_OK);
    }
}

/* ---- times ----------------------------------------------------------------------------------- */

static void reads_times_back(void)
{
    static const int64_t times[] = {
        0, 1, 999, 1000, INT64_C(1795514400123), INT64_C(32503679999999)};
    static const char *const bad[] = {"",
                                      "2026-11-24",
                                      "2026-11-24T10:00:00Z",
                                      "2026-11-24T10:00:00.5Z",
                                      "2026-11-24T10:00:00.000",
                                      "2026-11-24T10:00:00.000+08:00",
                                      "2026-13-24T10:00:00.000Z",
                                      "2026-02-30T10:00:00.000Z",
                                      "2026-11-24T10:00:00.000Zx"};
    char text[CLOCK_TEXT_MAX];
    int64_t got = -7;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        T_OK(!clock_from_rfc3339(bad[i], &got));
    T_EQ(got, -7);
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        clock_rfc3339(text, times[i]);
        T_OK(clock_from_rfc3339(text, &got));
        T_EQ(got, times[i]);
    }
}

int main(void)
{
    tmpdir_make();
    joins();
    never_forgets();
    joins_the_nearest();
    reads_its_own_text_only();
    setup();
    belongs_to_the_newest_view_of_late();
    a_page_takes_over_what_it_opened_itself();
    gathers_what_was_played();
    after_a_day_it_is_another_view();
    gathers_what_was_fetched();
    only_grows();
    db_close(db);
    reads_times_back();
    return t_done("views");
}
