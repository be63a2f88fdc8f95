/* Folders and database are compared; the folders are right. */
#include "api/recovery.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "record/journal.h"

enum { DIR_LEN = CONF_TEXT + 80, CLOSE_MS = 10000 };

struct found {
    struct db *db;
    int64_t meeting;
    uint64_t ended_ns; /* 0: it has not ended */
    enum err err;
};

static void add_segment(struct found *f, const struct recovered *r)
{
    AUTO(db_done) struct stmt q = db_use(f->db, &SQL_SEGMENT_ADD);
    db_bind_i64(&q, ":meeting", f->meeting);
    db_bind_i64(&q, ":number", r->number);
    db_bind_text(&q, ":name", r->name);
    db_bind_i64(&q, ":start_ns", (int64_t)r->start_wall_ns);
    db_bind_i64(&q, ":end_ns", (int64_t)r->end_wall_ns);
    db_bind_i64(&q, ":bytes", (int64_t)r->bytes);
    db_bind_i64(&q, ":packets", (int64_t)r->packets);
    db_bind_blob(&q, ":sha256", r->sha256, sizeof(r->sha256));
    enum err e = db_exec(&q);
    if (e != ERR_OK)
        f->err = e;
}

static void on_found(void *arg, const struct recovered *r)
{
    add_segment((struct found *)arg, r);
}

bool recovery_is_final(const char *data, const char *meeting)
{
    char path[DIR_LEN], head[4096] = "";
    (void)snprintf(path, sizeof(path), "%s/recordings/%s/index.json", data, meeting);
    FILE *f = fopen(path, "re");
    if (f != NULL) {
        head[fread(head, 1, sizeof(head) - 1, f)] = '\0';
        (void)fclose(f);
    }
    return strstr(head, "\"state\":\"final\"") != NULL;
}

/* @return the event that decides, JOURNAL_CLOSED or JOURNAL_FAILED; 0: none yet. */
static int take_events(struct mailbox *mail, struct found *f)
{
    int decided = 0;
    for (struct msg *m = mailbox_take(mail), *next = NULL; m != NULL; m = next) {
        const struct journal_event *e = (const struct journal_event *)m;
        struct recovered r = {.number = e->u.segment.number,
                              .start_wall_ns = e->u.segment.start_wall_ns,
                              .end_wall_ns = e->u.segment.end_wall_ns,
                              .bytes = e->u.segment.bytes,
                              .packets = e->u.segment.packets};
        next = m->next;
        if (e->type == JOURNAL_CLOSED || e->type == JOURNAL_FAILED)
            decided = (int)e->type;
        if (e->type == JOURNAL_SEGMENT) {
            memcpy(r.name, e->u.segment.name, sizeof(r.name));
            memcpy(r.sha256, e->u.segment.sha256, sizeof(r.sha256));
            add_segment(f, &r);
        }
        msg_drop(m);
    }
    return decided;
}

/* What was still to be recorded when the process ended: nobody else will name it. */
static enum err write_outage(struct journal *j, const struct journal_state *s, uint64_t ended_ns)
{
    char text[160];
    if (s->resting || ended_ns <= s->last_ns)
        return ERR_OK;
    (void)snprintf(text, sizeof(text),
                   "{\"type\":\"gap\",\"reason\":\"outage\",\"from_ns\":%llu,\"to_ns\":%llu,"
                   "\"packets\":0}",
                   (unsigned long long)s->last_ns, (unsigned long long)ended_ns);
    return journal_line(j, text);
}

/* The "end" that the crash kept from being written: without it nobody knows that nothing follows.
 */
static enum err write_end(const char *dir, const char *meeting, const struct journal_state *s,
                          struct found *f)
{
    struct mailbox *mail = NULL;
    struct journal *j = NULL;
    struct journal_config cfg = {.dir = dir, .meeting = meeting};
    enum err e = mailbox_new(&mail, 100);
    cfg.events = mail;
    if (e == ERR_OK)
        e = journal_new(&j, &cfg);
    if (e == ERR_OK)
        e = write_outage(j, s, f->ended_ns);
    if (e == ERR_OK) {
        struct pollfd p = {.fd = mailbox_fd(mail), .events = POLLIN};
        int decided = 0;
        journal_finish(j, "{\"type\":\"end\"}");
        while (decided == 0 && poll(&p, 1, CLOSE_MS) > 0)
            decided = take_events(mail, f);
        /* A disk that does not take it now must not keep the server from starting. */
        e = decided == JOURNAL_CLOSED ? ERR_OK : ERR_IO;
    }
    journal_free(j);
    mailbox_free(mail);
    return e;
}

static enum err mend(const char *data, const char *meeting, bool live, uint64_t known,
                     struct found *f)
{
    char dir[DIR_LEN];
    struct journal_state s;
    (void)snprintf(dir, sizeof(dir), "%s/recordings/%s", data, meeting);
    enum err e = journal_look(&s, dir);
    if (e == ERR_OK && (live || s.open > 0 || s.closed != known))
        e = journal_recover(dir, on_found, f);
    if (e != ERR_OK || live || recovery_is_final(data, meeting))
        return e; /* A finished recording gets the rows it lacks, and no second end. */
    e = journal_look(&s, dir);
    if (e == ERR_OK && s.closed > 0 && !s.ended)
        e = write_end(dir, meeting, &s, f);
    return e;
}

enum err recovery_run(struct db *db, const char *data)
{
    struct found f = {.db = db};
    AUTO(db_done) struct stmt q = db_use(db, &SQL_RECORDING_CHECK);
    while (f.err == ERR_OK && db_row(&q)) {
        f.meeting = db_i64(&q, 0);
        f.ended_ns = (uint64_t)db_i64(&q, 4) * NS_PER_MS;
        enum err e = mend(data, db_text(&q, 1), db_i64(&q, 2) != 0, (uint64_t)db_i64(&q, 3), &f);
        if (e != ERR_OK)
            log_error("recovery", "%s: its journal could not be mended: %s", db_text(&q, 1),
                      err_name(e));
    }
    return f.err != ERR_OK ? f.err : q.err;
}
