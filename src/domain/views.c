/* The records thread is the only writer, so reading a row and writing it back is safe there. */
#include "domain/views.h"

#include <stdio.h>
#include <string.h>

#include "crypto/random.h"
#include "db/db.h"
#include "db/sql_gen.h"

static void bind_viewer(struct stmt *s, const struct viewer *who)
{
    db_bind_i64(s, ":meeting", who->meeting);
    db_bind_id(s, ":account", who->account);
    db_bind_id(s, ":participant", who->participant);
}

enum err view_find(struct db *db, struct view *out, const struct viewer *who, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_VIEWING_FIND);
    bind_viewer(&s, who);
    db_bind_text(&s, ":client", who->client);
    db_bind_i64(&s, ":since", now_ms - VIEW_IDLE_MS);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    out->id = db_i64(&s, 0);
    (void)snprintf(out->public_id, sizeof(out->public_id), "%s", db_text(&s, 1));
    out->page = strcmp(db_text(&s, 2), "page") == 0;
    out->opened_at = db_i64(&s, 3);
    out->seen_at = db_i64(&s, 4);
    return ERR_OK;
}

enum err view_open(struct db *db, struct view *out, const struct viewer *who, const char *meeting,
                   bool page, int64_t now_ms)
{
    struct view v = {.opened_at = now_ms, .seen_at = now_ms, .page = page};
    random_hex(v.public_id, PUBLIC_ID_LEN);
    AUTO(db_done) struct stmt s = db_use(db, &SQL_VIEWING_ADD);
    bind_viewer(&s, who);
    db_bind_text(&s, ":public_id", v.public_id);
    db_bind_text(&s, ":name", who->name);
    db_bind_text(&s, ":role", who->role);
    db_bind_text(&s, ":client", who->client);
    db_bind_text(&s, ":agent", who->agent);
    db_bind_text(&s, ":kind", page ? "page" : "direct");
    db_bind_i64(&s, ":now", now_ms);
    if (!db_row(&s))
        return s.err ? s.err : ERR_DB;
    v.id = db_i64(&s, 0);
    enum err e = audit_add(db, now_ms, who->name, "recording.view", meeting, who->client);
    if (e == ERR_OK)
        *out = v;
    return e;
}

enum err view_open_page(struct db *db, struct view *out, const struct viewer *who,
                        const char *meeting, int64_t now_ms)
{
    struct view v;
    enum err e = view_find(db, &v, who, now_ms);
    if (e != ERR_OK && e != ERR_NOENT)
        return e;
    if (e == ERR_NOENT || v.page || now_ms - v.opened_at > VIEW_CLAIM_MS)
        return view_open(db, out, who, meeting, true, now_ms);
    AUTO(db_done) struct stmt s = db_use(db, &SQL_VIEWING_CLAIM);
    db_bind_i64(&s, ":id", v.id);
    db_bind_i64(&s, ":now", now_ms);
    e = db_exec(&s);
    v.page = true;
    if (e == ERR_OK)
        *out = v;
    return e;
}

/* ---- what was played ------------------------------------------------------------------------- */

static enum err write_played(struct db *db, int64_t id, const struct stretches *all, int64_t now_ms)
{
    char text[STRETCHES_TEXT];
    stretches_print(all, text);
    AUTO(db_done) struct stmt s = db_use(db, &SQL_VIEWING_PLAYED);
    db_bind_i64(&s, ":id", id);
    db_bind_text(&s, ":played", text);
    db_bind_i64(&s, ":now", now_ms);
    return db_exec(&s);
}

static enum err add_played(struct db *db, const struct viewer *who, const char *public_id,
                           const struct stretches *played, struct stretches *all, int64_t now_ms)
{
    struct stretches have = {0};
    AUTO(db_done) struct stmt s = db_use(db, &SQL_VIEWING_OWN);
    bind_viewer(&s, who);
    db_bind_text(&s, ":public_id", public_id);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    int64_t id = db_i64(&s, 0);
    if (db_i64(&s, 1) < now_ms - VIEW_REPORT_MS)
        return ERR_GONE;
    if (stretches_read(&have, db_text(&s, 2)) != ERR_OK)
        return ERR_DB;
    for (size_t i = 0; i < played->n; i++)
        (void)stretches_add(&have, played->list[i].from, played->list[i].to);
    enum err e = write_played(db, id, &have, now_ms);
    if (e == ERR_OK)
        *all = have;
    return e;
}

/* The report of a page that is just being closed is its last word: it cannot be asked again. */
enum err view_played(struct db *db, const struct viewer *who, struct view_report *r, int64_t now_ms)
{
    enum err e = add_played(db, who, r->view, r->played, &r->all, now_ms);
    if (e != ERR_GONE)
        return e;
    struct view fresh;
    e = view_open_page(db, &fresh, who, r->meeting, now_ms);
    if (e == ERR_OK)
        e = add_played(db, who, fresh.public_id, r->played, &r->all, now_ms);
    if (e == ERR_OK)
        memcpy(r->view, fresh.public_id, sizeof(r->view));
    return e;
}

/* ---- what was fetched ------------------------------------------------------------------------ */

bool view_knows(struct db *db, const struct view *v, const char *file, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_VIEWING_FILE_GET);
    db_bind_i64(&s, ":viewing", v->id);
    db_bind_text(&s, ":file", file);
    return v->seen_at >= now_ms - VIEW_IDLE_MS / 2 && db_row(&s);
}

static enum err touch(struct db *db, int64_t view, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_VIEWING_SEEN);
    db_bind_i64(&s, ":id", view);
    db_bind_i64(&s, ":now", now_ms);
    return db_exec(&s);
}

enum err view_file_open(struct db *db, int64_t view, const char *file, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_VIEWING_FILE_OPEN);
    db_bind_i64(&s, ":viewing", view);
    db_bind_text(&s, ":file", file);
    db_bind_i64(&s, ":now", now_ms);
    enum err e = db_exec(&s);
    return e == ERR_OK ? touch(db, view, now_ms) : e;
}

static enum err grow(struct db *db, int64_t id, const struct stretches *bytes, int64_t now_ms)
{
    char text[STRETCHES_TEXT];
    stretches_print(bytes, text);
    AUTO(db_done) struct stmt s = db_use(db, &SQL_VIEWING_FILE_GROW);
    db_bind_i64(&s, ":id", id);
    db_bind_text(&s, ":bytes", text);
    db_bind_i64(&s, ":now", now_ms);
    return db_exec(&s);
}

enum err view_file_sent(struct db *db, int64_t view, const char *file, int64_t from, int64_t to,
                        int64_t now_ms)
{
    struct stretches bytes = {0};
    AUTO(db_done) struct stmt s = db_use(db, &SQL_VIEWING_FILE_GET);
    db_bind_i64(&s, ":viewing", view);
    db_bind_text(&s, ":file", file);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    int64_t id = db_i64(&s, 0);
    bool stale = db_i64(&s, 1) < now_ms - VIEW_SEEN_MS;
    if (stretches_read(&bytes, db_text(&s, 2)) != ERR_OK)
        return ERR_DB;
    bool grown = stretches_add(&bytes, from, to);
    if (!grown && !stale)
        return ERR_OK; /* nothing new: no write, no sync */
    enum err e = grow(db, id, &bytes, now_ms);
    return e == ERR_OK ? touch(db, view, now_ms) : e;
}
