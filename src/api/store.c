/* What live meetings write, each as a job on the records thread. */
#include <stdlib.h>
#include <string.h>

#include "api_priv.h"
#include "base/log.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "db/writer.h"

static void run_job(struct task *t, void *db)
{
    struct job *j = (struct job *)t;
    t->result = j->work((struct db *)db, j);
}

enum { AGAIN_MAX = 20000, AGAIN_S = 2 };

static void job_free(struct job *j)
{
    json_decref(j->chat);
    free(j->json);
    mem_free(j);
}

/* Full disks and full queues pass; what the schema refuses is refused for good. */
static bool passes(enum err e)
{
    return e == ERR_DB || e == ERR_BUSY || e == ERR_IO;
}

static bool keep(struct api *a, struct job *j)
{
    if (a->n_again >= AGAIN_MAX)
        return false;
    if (a->again == NULL)
        a->again_tail = &a->again;
    j->next = NULL;
    *a->again_tail = j;
    a->again_tail = &j->next;
    a->n_again++;
    return true;
}

static void job_done(struct task *t)
{
    struct job *j = (struct job *)t;
    if (j->after != NULL) {
        j->after(j);
    } else if (t->result != ERR_OK) {
        bool again = passes(t->result) && keep(j->api, j);
        log_error("records", "a record of meeting %lld was not written%s: %s",
                  (long long)j->meeting, again ? ", it is tried again" : "", err_name(t->result));
        if (again)
            return;
        j->api->refused++;
    }
    job_free(j);
}

struct job *job_new(struct api *a, enum err (*work)(struct db *, struct job *))
{
    struct job *j = (struct job *)mem_zalloc(1, sizeof(*j));
    if (j == NULL)
        return NULL;
    j->api = a;
    j->work = work;
    j->now_ms = clock_wall_ms();
    j->task.run = run_job;
    j->task.done = job_done;
    j->task.reply = a->cfg.inbox;
    return j;
}

static void submit(struct job *j)
{
    if (writer_submit(j->api->cfg.writer, &j->task) != ERR_OK) {
        j->task.result = ERR_BUSY;
        job_done(&j->task);
    }
}

void job_write(struct job *j)
{
    if (j->after == NULL && j->api->again != NULL && keep(j->api, j))
        return; /* Behind those that came before. */
    submit(j);
}

void store_again(struct api *a, uint64_t now)
{
    struct job *first = a->again;
    if (first == NULL || now < a->next_again_ns)
        return;
    a->next_again_ns = now + AGAIN_S * NS_PER_S;
    a->again = NULL;
    a->n_again = 0;
    for (struct job *j = first, *next = NULL; j != NULL; j = next) {
        next = j->next;
        submit(j);
    }
}

void store_drop(struct api *a)
{
    if (a->again != NULL)
        log_error("records", "%zu records could not be written before the stop", a->n_again);
    for (struct job *j = a->again, *next = NULL; j != NULL; j = next) {
        next = j->next;
        job_free(j);
    }
}

/* ---- receipts: the records thread works in order ------------------------------------------------
 */

static enum err write_nothing(struct db *db, struct job *j)
{
    (void)db;
    (void)j;
    return ERR_OK;
}

static void receipt_done(struct job *j)
{
    bool all = j->task.result == ERR_OK && j->api->again == NULL && j->api->refused == j->number;
    j->told(j->told_arg, all ? ERR_OK : ERR_DB);
}

void store_receipt(struct api *a, void (*told)(void *arg, enum err e), void *arg)
{
    struct job *j = job_new(a, write_nothing);
    if (j == NULL) {
        told(arg, ERR_NOMEM);
        return;
    }
    j->told = told;
    j->told_arg = arg;
    j->number = a->refused;
    j->after = receipt_done;
    job_write(j);
}

void job_read(struct job *j)
{
    if (tasks_submit(j->api->cfg.tasks, &j->task) != ERR_OK) {
        j->task.result = ERR_BUSY;
        job_done(&j->task);
    }
}

static struct job *job_for(struct live *l, enum err (*work)(struct db *, struct job *))
{
    struct job *j = job_new(l->api, work);
    if (j == NULL)
        log_error("records", "no memory for a record of meeting %s", l->m.public_id);
    else
        j->meeting = l->m.id;
    return j;
}

/* ---- events and chat ---------------------------------------------------------------------------
 */

static enum err add_event(struct db *db, struct job *j)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_EVENT_ADD);
    db_bind_i64(&s, ":meeting", j->meeting);
    db_bind_i64(&s, ":now", j->now_ms);
    db_bind_text(&s, ":type", j->word);
    db_bind_id(&s, ":participant", j->participant);
    db_bind_text(&s, ":key", j->key[0] != '\0' ? j->key : NULL);
    db_bind_text(&s, ":json", j->json);
    if (!db_row(&s))
        return s.err ? s.err : ERR_DB;
    j->id = db_i64(&s, 0);
    j->at = db_i64(&s, 1);
    return ERR_OK;
}

void store_event(struct live *l, struct person *p, const char *type, json_t *body)
{
    struct job *j = job_for(l, add_event);
    char *text = json_dumps(body, JSON_COMPACT);
    json_decref(body);
    if (j == NULL || text == NULL) {
        free(text);
        mem_free(j);
        return;
    }
    COPY(j->word, type);
    j->participant = p != NULL ? p->who.id : 0;
    j->json = text;
    job_write(j);
}

enum err write_chat(struct db *db, struct job *j)
{
    return add_event(db, j);
}

static enum err write_audit(struct db *db, struct job *j)
{
    return audit_add(db, j->now_ms, j->name, j->word, j->public_id, j->text);
}

void store_audit(struct api *a, const char *who, const char *what, const char *object,
                 const char *client)
{
    struct job *j = job_new(a, write_audit);
    if (j == NULL) {
        log_error("records", "no memory for a line of the audit log: %s %s", what, object);
        return;
    }
    COPY(j->name, who);
    COPY(j->word, what);
    COPY(j->public_id, object);
    COPY(j->text, client);
    job_write(j);
}

/* ---- people
 * -------------------------------------------------------------------------------------- */

static enum err write_person(struct db *db, struct job *j)
{
    enum err e = participant_set_state(db, j->participant, j->word);
    if (e == ERR_OK && j->number > 0)
        e = attendance_open(db, j->participant, j->now_ms);
    if (e == ERR_OK && j->number < 0)
        e = attendance_close(db, j->participant, j->now_ms);
    return e;
}

void store_person_state(struct person *p, const char *state, int attendance)
{
    struct job *j = job_for(p->live, write_person);
    if (j == NULL)
        return;
    COPY(j->word, state);
    j->participant = p->who.id;
    j->number = attendance;
    job_write(j);
}

static enum err write_host(struct db *db, struct job *j)
{
    return participant_set_host(db, j->participant);
}

void store_host(struct person *p)
{
    struct job *j = job_for(p->live, write_host);
    if (j == NULL)
        return;
    j->participant = p->who.id;
    job_write(j);
}

static enum err write_muted(struct db *db, struct job *j)
{
    return device_mute(db, j->participant, (unsigned)j->number);
}

void store_muted(const struct person *p)
{
    struct job *j = job_for(p->live, write_muted);
    if (j == NULL)
        return;
    j->participant = p->who.id;
    j->number = p->who.muted;
    job_write(j);
}

/* ---- recording
 * -------------------------------------------------------------------------------------- */

static enum err write_recording(struct db *db, struct job *j)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_RECORDING_SET);
    db_bind_i64(&s, ":meeting", j->meeting);
    db_bind_text(&s, ":state", j->word);
    db_bind_i64(&s, ":now", j->now_ms);
    db_bind_text(&s, ":by", j->name);
    db_bind_text(&s, ":reason", j->text);
    return db_exec(&s);
}

void store_recording(struct live *l, const char *state, const char *by, const char *reason)
{
    struct job *j = job_for(l, write_recording);
    if (j == NULL)
        return;
    COPY(j->word, state);
    COPY(j->name, by);
    COPY(j->text, reason);
    job_write(j);
}

static enum err write_segment(struct db *db, struct job *j)
{
    const struct recovered *r = &j->segment;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_SEGMENT_ADD);
    db_bind_i64(&s, ":meeting", j->meeting);
    db_bind_i64(&s, ":number", r->number);
    db_bind_text(&s, ":name", r->name);
    db_bind_i64(&s, ":start_ns", (int64_t)r->start_wall_ns);
    db_bind_i64(&s, ":end_ns", (int64_t)r->end_wall_ns);
    db_bind_i64(&s, ":bytes", (int64_t)r->bytes);
    db_bind_i64(&s, ":packets", (int64_t)r->packets);
    db_bind_blob(&s, ":sha256", r->sha256, sizeof(r->sha256));
    return db_exec(&s);
}

void store_segment(struct live *l, const struct journal_event *e)
{
    struct job *j = job_for(l, write_segment);
    if (j == NULL)
        return;
    j->segment.number = e->u.segment.number;
    j->segment.start_wall_ns = e->u.segment.start_wall_ns;
    j->segment.end_wall_ns = e->u.segment.end_wall_ns;
    j->segment.bytes = e->u.segment.bytes;
    j->segment.packets = e->u.segment.packets;
    memcpy(j->segment.sha256, e->u.segment.sha256, sizeof(j->segment.sha256));
    COPY(j->segment.name, e->u.segment.name);
    job_write(j);
}

static enum err write_track(struct db *db, struct job *j)
{
    AUTO(db_done) struct stmt s = db_use(db, j->flag ? &SQL_TRACK_END : &SQL_TRACK_ADD);
    db_bind_i64(&s, ":meeting", j->meeting);
    db_bind_i64(&s, ":number", j->number);
    db_bind_i64(&s, ":now", j->now_ms);
    if (j->flag)
        return db_exec(&s);
    db_bind_i64(&s, ":participant", j->participant);
    db_bind_text(&s, ":kind", j->word);
    db_bind_text(&s, ":source", j->word2);
    return db_exec(&s);
}

void store_track(struct live *l, const struct track *t, bool end)
{
    struct job *j = job_for(l, write_track);
    if (j == NULL)
        return;
    j->number = t->number;
    j->flag = end;
    j->participant = t->person->who.id;
    COPY(j->word, t->media.kind == MEDIA_AUDIO ? "audio" : "video");
    COPY(j->word2, source_words[t->source]);
    job_write(j);
}

static enum err write_meeting(struct db *db, struct job *j)
{
    const struct events ev = {
        .db = db, .secret = j->api->cfg.secret, .conf = j->api->cfg.conf, .now_ms = j->now_ms};
    bool live = strcmp(j->word, "live") == 0, ended = strcmp(j->word, "ended") == 0;
    enum err e = meeting_set_state(db, j->meeting, j->word, j->now_ms);
    if (e == ERR_OK && (live || ended))
        e = event_of_meeting(&ev, live ? HOOK_MEETING_STARTED : HOOK_MEETING_ENDED, j->public_id);
    return e;
}

void store_meeting_state(struct live *l, const char *state)
{
    struct job *j = job_for(l, write_meeting);
    if (j == NULL)
        return;
    COPY(j->word, state);
    COPY(j->public_id, l->m.public_id);
    job_write(j);
}

/* ---- hello: all that a meeting's memory is built from
 * -------------------------------------------------- */

static enum err read_chat(struct db *db, struct job *j)
{
    char at[CLOCK_TEXT_MAX];
    AUTO(db_done) struct stmt s = db_use(db, &SQL_CHAT_LIST);
    db_bind_i64(&s, ":meeting", j->m.id);
    j->chat = json_array();
    while (db_row(&s)) {
        json_t *body = json_loads(db_text(&s, 4), 0, NULL);
        clock_rfc3339(at, db_i64(&s, 1));
        (void)json_array_append_new(
            j->chat, json_pack("{s:I,s:s,s:s,s:s,s:s,s:s}", "chat", (json_int_t)db_i64(&s, 0),
                               "participant", db_text(&s, 2), "name", db_text(&s, 3), "text",
                               json_string_value(json_object_get(body, "text")), "at", at, "key",
                               db_text(&s, 5)));
        json_decref(body);
    }
    return s.err;
}

static enum err read_recording(struct db *db, struct job *j)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_RECORDING_GET);
    db_bind_i64(&s, ":meeting", j->m.id);
    if (db_row(&s)) {
        COPY(j->rec_state, db_text(&s, 0));
        COPY(j->name, db_text(&s, 3));
        COPY(j->text, db_text(&s, 4));
    }
    AUTO(db_done) struct stmt seg = db_use(db, &SQL_SEGMENT_LAST);
    db_bind_i64(&seg, ":meeting", j->m.id);
    if (db_row(&seg))
        j->last_end_ns = (uint64_t)db_i64(&seg, 1);
    AUTO(db_done) struct stmt t = db_use(db, &SQL_TRACK_LAST);
    db_bind_i64(&t, ":meeting", j->m.id);
    if (db_row(&t))
        j->last_track = (uint32_t)db_i64(&t, 0);
    return s.err ? s.err : seg.err ? seg.err : t.err;
}

enum err read_hello(struct db *db, struct job *j)
{
    enum err e =
        j->public_id[0] != '\0' ? ERR_OK : participant_find(db, &j->p, j->token, j->now_ms);
    if (e == ERR_OK)
        e = meeting_get(db, &j->m, j->public_id[0] != '\0' ? j->public_id : j->p.meeting_public_id);
    if (e == ERR_OK)
        e = read_recording(db, j);
    if (e == ERR_OK)
        e = read_chat(db, j);
    return e;
}
