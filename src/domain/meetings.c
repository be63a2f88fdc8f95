/* Meetings and who comes to them. */
#include "domain/meetings.h"

#include <stdio.h>
#include <string.h>

#include "crypto/random.h"
#include "db/db.h"
#include "db/sql_gen.h"

#define COPY(to, s, col) ((void)snprintf((to), sizeof(to), "%s", db_text(&(s), (col))))
#define DAY_MS INT64_C(86400000)

enum err meeting_add(struct db *db, struct meeting *m, int64_t project, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_MEETING_ADD);
    if (m->public_id[0] == '\0')
        random_hex(m->public_id, PUBLIC_ID_LEN);
    db_bind_text(&s, ":public_id", m->public_id);
    db_bind_i64(&s, ":project", project);
    db_bind_text(&s, ":kind", m->kind);
    db_bind_text(&s, ":title", m->title);
    db_bind_text(&s, ":host_name", m->host_name);
    db_bind_i64(&s, ":starts_at", m->starts_at);
    db_bind_i64(&s, ":record_auto", m->record_auto);
    db_bind_i64(&s, ":now", now_ms);
    if (!db_row(&s))
        return s.err;
    m->id = db_i64(&s, 0);
    (void)snprintf(m->state, sizeof(m->state), "scheduled");
    return ERR_OK;
}

enum err meeting_get(struct db *db, struct meeting *out, const char *public_id)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_MEETING_GET);
    db_bind_text(&s, ":public_id", public_id);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    *out = (struct meeting){.id = db_i64(&s, 0),
                            .starts_at = db_i64(&s, 5),
                            .record_auto = db_i64(&s, 7) != 0,
                            .ended_at = db_i64(&s, 8),
                            .project_manager = db_i64(&s, 11)};
    COPY(out->public_id, s, 1);
    COPY(out->kind, s, 2);
    COPY(out->title, s, 3);
    COPY(out->host_name, s, 4);
    COPY(out->state, s, 6);
    COPY(out->project_public_id, s, 9);
    COPY(out->project_title, s, 10);
    COPY(out->customer, s, 12);
    return ERR_OK;
}

enum err meeting_set_state(struct db *db, int64_t id, const char *state, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_MEETING_SET_STATE);
    db_bind_i64(&s, ":id", id);
    db_bind_text(&s, ":state", state);
    db_bind_id(&s, ":ended", strcmp(state, "ended") == 0 ? now_ms : 0);
    return db_exec(&s);
}

enum err invitation_add(struct db *db, const struct invitation *i, char secret[TOKEN_LEN + 1],
                        int64_t now_ms)
{
    uint8_t hash[TOKEN_HASH_LEN];
    enum err e = token_new(secret, hash);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_INVITATION_ADD);
    db_bind_blob(&s, ":hash", hash, sizeof(hash));
    db_bind_i64(&s, ":meeting", i->meeting);
    db_bind_text(&s, ":role", role_text(i->role));
    db_bind_i64(&s, ":host", i->host);
    db_bind_text(&s, ":name", i->name);
    db_bind_text(&s, ":organisation", i->organisation);
    db_bind_i64(&s, ":now", now_ms);
    db_bind_i64(&s, ":expires", now_ms + INVITATION_DAYS * DAY_MS);
    return db_exec(&s);
}

enum err invitation_find(struct db *db, struct invitation *out, const char *secret, int64_t now_ms)
{
    uint8_t hash[TOKEN_HASH_LEN];
    enum err e = token_hash(hash, secret);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_INVITATION_FIND);
    db_bind_blob(&s, ":hash", hash, sizeof(hash));
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    if (db_i64(&s, 6) <= now_ms || db_i64(&s, 7) != 0)
        return ERR_GONE;
    *out = (struct invitation){.id = db_i64(&s, 0),
                               .meeting = db_i64(&s, 1),
                               .role = role_from_text(db_text(&s, 2)),
                               .host = db_i64(&s, 3) != 0};
    COPY(out->name, s, 4);
    COPY(out->organisation, s, 5);
    COPY(out->meeting_public_id, s, 8);
    return ERR_OK;
}

enum err participant_add(struct db *db, struct participant *p, char token[TOKEN_LEN + 1],
                         int64_t now_ms)
{
    uint8_t hash[TOKEN_HASH_LEN];
    enum err e = token_new(token, hash);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_PARTICIPANT_ADD);
    random_hex(p->public_id, PUBLIC_ID_LEN);
    db_bind_text(&s, ":public_id", p->public_id);
    db_bind_i64(&s, ":meeting", p->meeting);
    db_bind_id(&s, ":invitation", p->invitation);
    db_bind_id(&s, ":account", p->account);
    db_bind_id(&s, ":session", p->session);
    db_bind_text(&s, ":name", p->name);
    db_bind_text(&s, ":organisation", p->organisation);
    db_bind_text(&s, ":role", role_text(p->role));
    db_bind_i64(&s, ":host", p->host);
    db_bind_blob(&s, ":hash", hash, sizeof(hash));
    db_bind_i64(&s, ":now", now_ms);
    if (!db_row(&s))
        return s.err;
    p->id = db_i64(&s, 0);
    return ERR_OK;
}

enum err participant_find(struct db *db, struct participant *out, const char *token, int64_t now_ms)
{
    uint8_t hash[TOKEN_HASH_LEN];
    enum err e = token_hash(hash, token);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_PARTICIPANT_FIND);
    db_bind_blob(&s, ":hash", hash, sizeof(hash));
    if (!db_row(&s))
        return s.err ? s.err : ERR_AUTH;
    int64_t expires = db_i64(&s, 9);
    if (db_i64(&s, 10) != 0 || (expires != 0 && expires <= now_ms))
        return ERR_GONE;
    *out = (struct participant){.id = db_i64(&s, 0),
                                .meeting = db_i64(&s, 2),
                                .role = role_from_text(db_text(&s, 5)),
                                .host = db_i64(&s, 6) != 0,
                                .account = db_i64(&s, 11),
                                .session = db_i64(&s, 12)};
    COPY(out->public_id, s, 1);
    COPY(out->name, s, 3);
    COPY(out->organisation, s, 4);
    COPY(out->state, s, 7);
    COPY(out->meeting_public_id, s, 8);
    return ERR_OK;
}

enum err participant_set_state(struct db *db, int64_t id, const char *state)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_PARTICIPANT_SET_STATE);
    db_bind_i64(&s, ":id", id);
    db_bind_text(&s, ":state", state);
    return db_exec(&s);
}

enum err participant_set_host(struct db *db, int64_t id)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_PARTICIPANT_SET_HOST);
    db_bind_i64(&s, ":id", id);
    return db_exec(&s);
}

enum err attendance_open(struct db *db, int64_t participant, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_ATTENDANCE_OPEN);
    db_bind_i64(&s, ":participant", participant);
    db_bind_i64(&s, ":now", now_ms);
    return db_exec(&s);
}

enum err attendance_close(struct db *db, int64_t participant, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_ATTENDANCE_CLOSE);
    db_bind_i64(&s, ":participant", participant);
    db_bind_i64(&s, ":now", now_ms);
    return db_exec(&s);
}

enum relation participant_relation(const struct participant *p)
{
    if (role_is_guest(p->role))
        return REL_INVITED;
    return p->host || p->role == ROLE_MANAGER ? REL_OWN : REL_ASSIGNED;
}
