/* api/recovery: what a kill at an awkward moment leaves, and what is there after the next start. */
#include "api/recovery.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "domain/meetings.h"
#include "record/format.h"
#include "record/journal.h"
#include "t.h"
#include "tmpdir.h"

#define NOW INT64_C(1795514400000)

static struct db *db;
static struct project project = {.f = {.title = "P", .customer = "C"}};

static const char *path(const char *meeting, const char *name)
{
    static char at[4][400];
    static unsigned turn;
    char *p = at[turn++ % 4];
    (void)snprintf(p, sizeof(at[0]), "%s/recordings/%s/%s", tmpdir, meeting, name);
    return p;
}

/* A segment of two lines; the second may be cut off. */
static void put_segment(const char *meeting, const char *name, const char *last, size_t less)
{
    static const char first[] = "{\"type\":\"segment\",\"tracks\":[]}";
    uint8_t p[1000];
    size_t n = FORMAT_FILE_HEAD;
    format_file_head(p);
    for (int i = 0; i < 2; i++) {
        const char *text = i == 0 ? first : last;
        format_packet_head(p + n, (uint64_t)NOW * 1000000 + (unsigned)i, FORMAT_PORT_LINES,
                           strlen(text));
        memcpy(p + n + FORMAT_PACKET_HEAD, text, strlen(text));
        n += FORMAT_PACKET_HEAD + strlen(text);
    }
    int fd = open(path(meeting, name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    T_OK(fd >= 0 && write(fd, p, n - less) == (ssize_t)(n - less) && close(fd) == 0);
}

static struct meeting meeting_in(const char *state)
{
    struct meeting m = {.kind = "review", .title = "M", .host_name = "H", .starts_at = NOW};
    T_EQ(meeting_add(db, &m, project.id, NOW), ERR_OK);
    T_EQ(meeting_set_state(db, m.id, "live", NOW), ERR_OK);
    if (strcmp(state, "live") != 0)
        T_EQ(meeting_set_state(db, m.id, state, NOW), ERR_OK);
    T_EQ(mkdir(path(m.public_id, ""), 0700), 0);
    T_EQ(mkdir(path(m.public_id, "journal"), 0700), 0);
    AUTO(db_done) struct stmt q = db_use(db, &SQL_RECORDING_SET);
    db_bind_i64(&q, ":meeting", m.id);
    db_bind_text(&q, ":state", strcmp(state, "live") == 0 ? "on" : "ended");
    db_bind_i64(&q, ":now", NOW);
    db_bind_text(&q, ":by", "");
    db_bind_text(&q, ":reason", "");
    T_EQ(db_exec(&q), ERR_OK);
    return m;
}

static int64_t last_segment(const struct meeting *m)
{
    AUTO(db_done) struct stmt q = db_use(db, &SQL_SEGMENT_LAST);
    db_bind_i64(&q, ":meeting", m->id);
    return db_row(&q) ? db_i64(&q, 0) : 0;
}

static struct journal_state look(const struct meeting *m)
{
    struct journal_state s = {0};
    T_EQ(journal_look(&s, path(m->public_id, "")), ERR_OK);
    return s;
}

static void index_says(const struct meeting *m, const char *state)
{
    FILE *f = fopen(path(m->public_id, "index.json"), "w");
    T_OK(f != NULL);
    if (f != NULL)
        T_OK(fprintf(f, "{\"version\":1,\"state\":\"%s\"}", state) > 0 && fclose(f) == 0);
}

static void run(void)
{
    T_EQ(recovery_run(db, tmpdir), ERR_OK);
}

/* Killed in a meeting: it goes on, so nothing ends it. */
static void a_live_meeting(void)
{
    struct meeting m = meeting_in("live");
    put_segment(m.public_id, "journal/000001.pcap", "{\"type\":\"x\"}", 0);
    put_segment(m.public_id, "journal/000002.pcap.part", "{\"type\":\"x\"}", 3);
    run();
    struct journal_state s = look(&m);
    T_OK(s.closed == 2 && s.open == 0 && !s.ended);
    T_EQ(last_segment(&m), 2);
}

/* Killed between the end of the meeting and that of its journal. */
static void an_ended_meeting_with_an_open_journal(void)
{
    struct meeting m = meeting_in("ended");
    put_segment(m.public_id, "journal/000001.pcap.part", "{\"type\":\"x\"}", 3);
    index_says(&m, "live");
    run();
    struct journal_state s = look(&m);
    T_OK(s.closed == 2 && s.open == 0 && s.ended);
    T_EQ(last_segment(&m), 2);
    run();
    s = look(&m);
    T_OK(s.closed == 2 && s.ended); /* once */
}

/* Ended while nothing could be written, and the process with it: the last seconds are a gap. */
static void an_end_that_was_not_recorded(const char *last_line, unsigned gaps)
{
    struct meeting m = meeting_in("live");
    struct reader *rd = NULL;
    struct record r;
    char want[160];
    unsigned n = 0;
    T_EQ(meeting_set_state(db, m.id, "ended", NOW + 10000), ERR_OK);
    put_segment(m.public_id, "journal/000001.pcap", last_line, 0);
    run();
    T_OK(look(&m).closed == 2 && look(&m).ended);
    (void)snprintf(want, sizeof(want), "\"reason\":\"outage\",\"from_ns\":%lld,\"to_ns\":%lld,",
                   (long long)NOW * 1000000 + 1, (long long)(NOW + 10000) * 1000000);
    T_EQ(reader_open(&rd, path(m.public_id, "journal/000002.pcap")), ERR_OK);
    while (rd != NULL && reader_next(rd, &r) == READ_PACKET)
        n += memmem(r.p, r.len, want, strlen(want)) != NULL;
    reader_close(rd);
    T_EQ(n, gaps);
}

/* Killed after the rename and before the commit: all is on disk, the row is missing. */
static void a_segment_without_its_row(void)
{
    struct meeting m = meeting_in("ended");
    put_segment(m.public_id, "journal/000001.pcap", "{\"type\":\"end\"}", 0);
    T_EQ(last_segment(&m), 0);
    run();
    struct journal_state s = look(&m);
    T_OK(s.closed == 1 && s.ended);
    T_EQ(last_segment(&m), 1);
}

/* An "end" in somebody's words is none. */
static void words_are_no_end(void)
{
    struct meeting m = meeting_in("ended");
    put_segment(m.public_id, "journal/000001.pcap",
                "{\"type\":\"stop\",\"reason\":\"\\\"type\\\":\\\"end\\\"\"}", 0);
    T_OK(!look(&m).ended);
    run();
    T_OK(look(&m).closed == 2 && look(&m).ended);
}

static void a_finished_recording_is_left_alone(void)
{
    struct meeting m = meeting_in("ended");
    put_segment(m.public_id, "journal/000001.pcap", "{\"type\":\"x\"}", 0);
    index_says(&m, "final");
    T_OK(recovery_is_final(tmpdir, m.public_id));
    run();
    T_OK(look(&m).closed == 1 && !look(&m).ended);
}

/* What a full disk condemned on the way is there for good, with its row; and nothing follows. */
static void a_finished_recording_with_a_condemned_segment(void)
{
    struct meeting m = meeting_in("ended");
    put_segment(m.public_id, "journal/000001.pcap", "{\"type\":\"x\"}", 0);
    put_segment(m.public_id, "journal/000002.pcap.part", "{\"type\":\"x\"}", 3);
    index_says(&m, "final");
    run();
    T_OK(look(&m).closed == 2 && look(&m).open == 0 && !look(&m).ended);
    T_EQ(last_segment(&m), 2);
}

/* One folder that cannot be read keeps neither the others nor the server from starting. */
static void one_bad_folder(void)
{
    struct meeting bad = meeting_in("live"), good = meeting_in("live");
    T_EQ(mkdir(path(bad.public_id, "journal/000001.pcap.part"), 0700), 0);
    put_segment(good.public_id, "journal/000001.pcap.part", "{\"type\":\"x\"}", 0);
    run();
    T_OK(look(&bad).open == 1 && look(&good).closed == 1);
    T_EQ(last_segment(&good), 1);
    T_EQ(last_segment(&bad), 0);
}

static void nothing_recorded(void)
{
    struct meeting m = meeting_in("ended");
    T_EQ(rmdir(path(m.public_id, "journal")), 0);
    T_EQ(rmdir(path(m.public_id, "")), 0);
    run();
    T_OK(access(path(m.public_id, ""), F_OK) != 0 && last_segment(&m) == 0);
    T_OK(!recovery_is_final(tmpdir, m.public_id));
}

int main(void)
{
    struct account manager = {.login = "m", .name = "M", .role = ROLE_MANAGER, .password = "x"};
    log_set_level(LOG_ERROR);
    tmpdir_make();
    T_EQ(db_open(&db, tmpdir_path("x.sqlite")), ERR_OK);
    T_EQ(account_add(db, &manager, NOW), ERR_OK);
    project.manager = manager.id;
    T_EQ(project_add(db, &project, NOW), ERR_OK);
    T_EQ(mkdir(path("", ""), 0700), 0);
    a_live_meeting();
    an_ended_meeting_with_an_open_journal();
    an_end_that_was_not_recorded("{\"type\":\"x\"}", 1);
    an_end_that_was_not_recorded("{\"type\":\"stop\",\"by\":\"A\"}", 0);
    a_segment_without_its_row();
    words_are_no_end();
    a_finished_recording_is_left_alone();
    a_finished_recording_with_a_condemned_segment();
    one_bad_folder();
    nothing_recorded();
    db_close(db);
    return t_done("recovery");
}
