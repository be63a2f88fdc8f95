/* domain/outbox: order within a lane, what an attempt comes to, what is kept and what is not. */
#include "domain/outbox.h"

#include <sqlite3.h>
#include <string.h>

#include "base/mem.h"
#include "db/db.h"
#include "domain/meetings.h"
#include "t.h"
#include "tmpdir.h"

#define NOW INT64_C(1795520741123)
#define HOUR INT64_C(3600000)
#define SECRET "https://yunjian.example/j#0123456789abcdef"

static struct db *db;
static const uint8_t key[SEAL_KEY_LEN] = {7, 1, 2, 3}, other[SEAL_KEY_LEN] = {8};

struct list {
    size_t n;
    struct outbox_row at[20];
};
static void collect(void *arg, const struct outbox_row *r)
{
    struct list *l = (struct list *)arg;
    if (l->n < sizeof(l->at) / sizeof(l->at[0]))
        l->at[l->n++] = *r;
}

static const char *put(enum outbox_way w, const char *kind, const char *lane, const char *about,
                       int64_t at)
{
    static char ids[64][PUBLIC_ID_LEN + 1];
    static size_t n;
    const struct outbox_entry m = {.way = w,
                                   .kind = kind,
                                   .lane = lane,
                                   .about = about,
                                   .meeting = "m1",
                                   .name = "李雯",
                                   .recipient = lane,
                                   .body = SECRET,
                                   .at = at,
                                   .give_up_at = NOW + 24 * HOUR};
    T_EQ(outbox_put(db, key, &m, NOW, ids[n % 64]), ERR_OK);
    return ids[n++ % 64];
}

static struct list due(enum outbox_way w, int64_t at)
{
    struct list l = {.n = 0};
    T_EQ(outbox_due(db, w, at, 20, collect, &l), ERR_OK);
    return l;
}

static struct outbox_row get(const char *id)
{
    struct outbox_row r = {.id = 0};
    T_EQ(outbox_get(db, id, &r), ERR_OK);
    return r;
}

/* The file must not hold the text, whatever wrote it. */
static bool in_file(const char *path, const char *text)
{
    static char bytes[16 << 20]; /* more than a new database and its log */
    FILE *f = fopen(path, "rb");
    size_t n = f != NULL ? fread(bytes, 1, sizeof(bytes), f) : 0;
    if (f != NULL)
        (void)fclose(f);
    return memmem(bytes, n, text, strlen(text)) != NULL;
}

static void content_is_sealed_and_goes(void)
{
    char *body = NULL;
    const char *id = put(OUTBOX_MAIL, "invitation", "li@example.com", "i1", 0);
    struct outbox_row r = get(id), moved = r;
    T_OK(strcmp(r.state, "waiting") == 0 && r.kept && r.next_at == NOW && r.attempts == 0);
    T_OK(strcmp(r.about, "i1") == 0 && strcmp(r.name, "李雯") == 0);
    T_EQ(outbox_open(db, key, &r, &body), ERR_OK);
    T_OK(body != NULL && strcmp(body, SECRET) == 0);
    mem_free(body);
    T_EQ(outbox_open(db, other, &r, &body), ERR_CRYPTO);
    moved.public_id[0] = moved.public_id[0] == '0' ? '1' : '0';
    T_EQ(outbox_open(db, key, &moved, &body), ERR_CRYPTO);
    T_OK(!in_file(tmpdir_path("o.sqlite"), "0123456789abcdef"));
    T_OK(!in_file(tmpdir_path("o.sqlite-wal"), "0123456789abcdef"));
    T_OK(
        in_file(tmpdir_path("o.sqlite-wal"), "li@example.com")); /* The look finds what is there. */
    T_EQ(outbox_sent(db, r.id, NOW + 5), ERR_OK);
    r = get(id);
    T_OK(strcmp(r.state, "sent") == 0 && !r.kept && r.attempts == 1 && r.changed_at == NOW + 5);
    T_EQ(outbox_open(db, key, &r, &body), ERR_NOENT);
    T_EQ(outbox_retry(db, id, NOW + HOUR, NOW), ERR_GONE);
    T_EQ(due(OUTBOX_MAIL, NOW + HOUR).n, 0);
}

static void a_lane_goes_in_order(void)
{
    const char *a1 = put(OUTBOX_GATEWAY, "invitation", "A", "i2", 0);
    const char *a2 = put(OUTBOX_GATEWAY, "cancelled", "A", "i2", 0);
    const char *b1 = put(OUTBOX_GATEWAY, "invitation", "B", "i3", 0);
    struct list l = due(OUTBOX_GATEWAY, NOW);
    T_EQ(l.n, 2);
    T_OK(strcmp(l.at[0].public_id, a1) == 0 && strcmp(l.at[1].public_id, b1) == 0);
    T_EQ(get(a2).next_at, 0);
    T_EQ(due(OUTBOX_MAIL, NOW).n, 0);
    /* What waits to be tried again holds up its own lane alone. */
    T_EQ(outbox_again(db, l.at[0].id, NOW + 2000, "451 later", NOW + 1), ERR_OK);
    l = due(OUTBOX_GATEWAY, NOW + 1999);
    T_EQ(l.n, 1);
    T_OK(strcmp(l.at[0].public_id, b1) == 0);
    T_EQ(outbox_sent(db, l.at[0].id, NOW + 1), ERR_OK);
    l = due(OUTBOX_GATEWAY, NOW + 2000);
    T_EQ(l.n, 1);
    T_OK(strcmp(l.at[0].public_id, a1) == 0 && l.at[0].attempts == 1);
    T_OK(strcmp(l.at[0].error, "451 later") == 0);
    T_EQ(outbox_over(db, l.at[0].id, false, "550 unknown", NOW + 3000), ERR_OK);
    l = due(OUTBOX_GATEWAY, NOW + 3000);
    T_EQ(l.n, 1);
    T_OK(strcmp(l.at[0].public_id, a2) == 0); /* The next is due now. */
    T_EQ(outbox_sent(db, l.at[0].id, NOW + 3001), ERR_OK);
    struct outbox_row r = get(a1);
    T_OK(strcmp(r.state, "failed") == 0 && r.kept && strcmp(r.error, "550 unknown") == 0);
}

static void what_failed_can_be_sent_after_all(void)
{
    struct list l = {.n = 0};
    int64_t n = 0, oldest = 0;
    const char *a = put(OUTBOX_MAIL, "invitation", "x@example.com", "i4", 0);
    T_EQ(outbox_retry(db, a, NOW + HOUR, NOW), ERR_CONFLICT); /* It is due. */
    T_EQ(outbox_again(db, get(a).id, NOW + HOUR, "down", NOW), ERR_OK);
    T_EQ(outbox_retry(db, a, NOW + HOUR, NOW), ERR_OK);
    T_EQ(get(a).next_at, NOW);
    T_EQ(outbox_over(db, get(a).id, true, "nobody answered", NOW + 1), ERR_OK);
    T_EQ(outbox_count(db, OUTBOX_MAIL, &n, &oldest), ERR_OK);
    T_OK(n == 0 && oldest == 0);
    T_EQ(outbox_stuck(db, 20, collect, &l), ERR_OK);
    T_EQ(l.n, 2); /* And the one of the test before. */
    T_EQ(outbox_retry(db, "nothing", NOW, NOW), ERR_NOENT);
    T_EQ(outbox_retry(db, a, NOW + 2 * HOUR, NOW + 2), ERR_OK);
    struct outbox_row r = get(a);
    T_OK(strcmp(r.state, "waiting") == 0 && r.attempts == 0 && r.give_up_at == NOW + 2 * HOUR);
    T_EQ(outbox_count(db, OUTBOX_MAIL, &n, &oldest), ERR_OK);
    T_OK(n == 1 && oldest == NOW);
    T_EQ(outbox_over(db, r.id, true, "nobody answered", NOW + 3), ERR_OK);
    T_EQ(outbox_blank(db, NOW + 3 + OUTBOX_DAYS * 24 * HOUR), ERR_OK);
    T_OK(get(a).kept); /* To the day. */
    T_EQ(outbox_blank(db, NOW + 4 + OUTBOX_DAYS * 24 * HOUR), ERR_OK);
    T_OK(!get(a).kept);
    T_EQ(outbox_retry(db, a, NOW + HOUR, NOW), ERR_GONE);
}

static void what_waits_is_taken_back(void)
{
    char *body = NULL;
    const char *first = put(OUTBOX_MAIL, "invitation", "y@example.com", "i5", 0);
    const char *next = put(OUTBOX_MAIL, "invitation", "y@example.com", "i6", 0);
    const char *reminder = put(OUTBOX_MAIL, "reminder", "reminder i5", "i5", NOW + HOUR);
    T_EQ(get(reminder).next_at, NOW + HOUR);
    T_EQ(outbox_waiting_body(db, key, "i5", "reminder", &body), ERR_OK);
    T_OK(body != NULL && strcmp(body, SECRET) == 0);
    mem_free(body);
    T_EQ(outbox_withdraw_about(db, "i5", "reminder", "moved", NOW + 1), ERR_OK);
    T_OK(strcmp(get(reminder).state, "given_up") == 0 && !get(reminder).kept);
    T_EQ(outbox_waiting_body(db, key, "i5", "reminder", &body), ERR_OK);
    T_OK(body == NULL);
    T_OK(strcmp(get(first).state, "waiting") == 0);
    T_EQ(outbox_withdraw_about(db, "i5", "", "revoked", NOW + 2), ERR_OK);
    T_OK(strcmp(get(first).state, "given_up") == 0 && get(next).next_at == NOW + 2);
    /* Under way already, it did arrive: the record says so. */
    T_EQ(outbox_sent(db, get(first).id, NOW + 3), ERR_OK);
    T_OK(strcmp(get(first).state, "sent") == 0);
    T_EQ(outbox_over(db, get(first).id, true, "late", NOW + 4), ERR_OK);
    T_OK(strcmp(get(first).state, "sent") == 0);
    T_EQ(outbox_withdraw_lane(db, OUTBOX_MAIL, "y@example.com", "gone", NOW + 5), ERR_OK);
    T_OK(strcmp(get(next).state, "given_up") == 0);
    T_EQ(due(OUTBOX_MAIL, NOW + 2 * HOUR).n, 0);
}

static void a_way_that_is_no_more(void)
{
    const char *a = put(OUTBOX_GATEWAY, "invitation", "Z", "i7", 0);
    const char *b = put(OUTBOX_GATEWAY, "cancelled", "Z", "i7", 0);
    T_EQ(outbox_expire(db, OUTBOX_GATEWAY, "gone", NOW + 24 * HOUR), ERR_OK);
    T_OK(strcmp(get(a).state, "waiting") == 0);
    T_EQ(outbox_expire(db, OUTBOX_GATEWAY, "gone", NOW + 24 * HOUR + 1), ERR_OK);
    T_OK(strcmp(get(a).state, "given_up") == 0 && get(a).kept && get(b).next_at > NOW);
    T_EQ(outbox_expire(db, OUTBOX_GATEWAY, "gone", NOW + 24 * HOUR + 1), ERR_OK);
    T_OK(strcmp(get(b).state, "given_up") == 0);
}

static void events_for_who_subscribed(void)
{
    struct outbox_hook h = {.subscription = "s1",
                            .url = "https://erp.example/in",
                            .secret = "whsec",
                            .event = "meeting.scheduled",
                            .about = "m1",
                            .body = "{\"a\":\n1}",
                            .give_up_at = NOW + HOUR},
                       got;
    char *body = NULL, big[OUTBOX_HOOK_MAX + 2];
    T_EQ(outbox_put_hook(db, key, &h, NOW), ERR_OK);
    struct list l = due(OUTBOX_HOOK, NOW);
    T_EQ(l.n, 1);
    T_OK(strcmp(l.at[0].lane, "s1") == 0 && strcmp(l.at[0].recipient, "s1") == 0);
    T_EQ(outbox_open(db, key, &l.at[0], &body), ERR_OK);
    T_OK(outbox_hook_open(body, &got));
    T_OK(strcmp(got.url, h.url) == 0 && strcmp(got.secret, h.secret) == 0 &&
         strcmp(got.body, h.body) == 0);
    mem_free(body);
    T_OK(!in_file(tmpdir_path("o.sqlite-wal"), "erp.example"));
    h.url = "https://erp.example/\r\nx";
    T_EQ(outbox_put_hook(db, key, &h, NOW), ERR_INVAL);
    h.url = "https://erp.example/";
    memset(big, 'x', sizeof(big) - 1);
    big[sizeof(big) - 1] = '\0';
    h.body = big;
    T_EQ(outbox_put_hook(db, key, &h, NOW), ERR_TOOBIG);
    char none[] = "no lines", one[] = "one\nline";
    T_OK(!outbox_hook_open(none, &got) && !outbox_hook_open(one, &got));
}

static void records_stay(void)
{
    struct list l = {.n = 0};
    sqlite3 *raw = NULL;
    T_EQ(outbox_of_meeting(db, "m1", collect, &l), ERR_OK);
    T_OK(l.n == 10 && l.at[0].id > l.at[9].id); /* newest first */
    l.n = 0;
    T_EQ(outbox_of(db, "i2", collect, &l), ERR_OK);
    T_EQ(l.n, 2);
    T_EQ(sqlite3_open(tmpdir_path("o.sqlite"), &raw), SQLITE_OK);
    T_EQ(sqlite3_exec(raw, "DELETE FROM outbox", NULL, NULL, NULL), SQLITE_CONSTRAINT);
    (void)sqlite3_close(raw);
    T_EQ(outbox_way_from_text("mail"), OUTBOX_MAIL);
    T_EQ(outbox_way_from_text("pigeon"), OUTBOX_WAYS);
}

int main(void)
{
    struct project p = {.f = {.title = "t", .customer = "c"}};
    struct meeting m = {.public_id = "m1", .kind = "survey", .title = "a", .host_name = "h"};
    tmpdir_make();
    T_EQ(db_open(&db, tmpdir_path("o.sqlite")), ERR_OK);
    T_EQ(project_add(db, &p, NOW), ERR_OK);
    T_EQ(meeting_add(db, &m, p.id, NOW), ERR_OK);
    content_is_sealed_and_goes();
    a_lane_goes_in_order();
    what_failed_can_be_sent_after_all();
    what_waits_is_taken_back();
    a_way_that_is_no_more();
    events_for_who_subscribed();
    records_stay();
    db_close(db);
    return t_done("outbox");
}
