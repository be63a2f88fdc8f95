/* Accounts and organisations. */
#include "domain/people.h"

#include <stdio.h>

#include "crypto/random.h"
#include "db/db.h"
#include "db/sql_gen.h"

#define COPY(to, s, col) ((void)snprintf((to), sizeof(to), "%s", db_text(&(s), (col))))

/* ---- organisations ----------------------------------------------------------------------------
 */

enum err organisation_add(struct db *db, struct organisation *o, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_ORGANISATION_ADD);
    random_hex(o->public_id, PUBLIC_ID_LEN);
    db_bind_text(&s, ":public_id", o->public_id);
    db_bind_text(&s, ":name", o->name);
    db_bind_text(&s, ":kind", o->kind);
    db_bind_i64(&s, ":now", now_ms);
    if (!db_row(&s))
        return s.err;
    o->id = db_i64(&s, 0);
    o->version = 1;
    return ERR_OK;
}

static enum err take_organisation(struct stmt *s, struct organisation *out)
{
    if (!db_row(s))
        return s->err ? s->err : ERR_NOENT;
    *out = (struct organisation){.id = db_i64(s, 0), .version = db_i64(s, 4)};
    COPY(out->public_id, *s, 1);
    COPY(out->name, *s, 2);
    COPY(out->kind, *s, 3);
    return ERR_OK;
}

enum err organisation_get(struct db *db, struct organisation *out, const char *public_id)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_ORGANISATION_GET);
    db_bind_text(&s, ":public_id", public_id);
    return take_organisation(&s, out);
}

static enum err organisation_by_name(struct db *db, struct organisation *out, const char *name)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_ORGANISATION_BY_NAME);
    db_bind_text(&s, ":name", name);
    return take_organisation(&s, out);
}

enum err organisation_ensure(struct db *db, struct organisation *out, const char *name,
                             const char *kind, int64_t now_ms)
{
    struct organisation o = {.id = 0};
    enum err e = name[0] == '\0' ? ERR_OK : organisation_by_name(db, &o, name);
    if (e == ERR_NOENT) {
        (void)snprintf(o.name, sizeof(o.name), "%s", name);
        (void)snprintf(o.kind, sizeof(o.kind), "%s", kind);
        e = organisation_add(db, &o, now_ms);
    }
    if (e == ERR_OK)
        *out = o;
    return e;
}

enum err organisation_edit(struct db *db, struct organisation *o)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_ORGANISATION_EDIT);
    db_bind_i64(&s, ":id", o->id);
    db_bind_i64(&s, ":version", o->version);
    db_bind_text(&s, ":name", o->name);
    db_bind_text(&s, ":kind", o->kind);
    if (!db_row(&s))
        return s.err ? s.err : ERR_CONFLICT;
    o->version = db_i64(&s, 0);
    return ERR_OK;
}

/* ---- accounts ---------------------------------------------------------------------------------
 */

static enum err organisation_id(struct db *db, int64_t *id, const struct account *a)
{
    struct organisation o = {.id = 0};
    enum err e = a->organisation_public_id[0] == '\0'
                     ? ERR_OK
                     : organisation_get(db, &o, a->organisation_public_id);
    *id = o.id;
    return e;
}

enum err account_add(struct db *db, struct account *a, int64_t now_ms)
{
    int64_t organisation = 0;
    enum err e = organisation_id(db, &organisation, a);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_ACCOUNT_ADD);
    random_hex(a->public_id, PUBLIC_ID_LEN);
    db_bind_text(&s, ":public_id", a->public_id);
    db_bind_text(&s, ":login", a->login);
    db_bind_text(&s, ":name", a->name);
    db_bind_id(&s, ":organisation", organisation);
    db_bind_text(&s, ":role", role_text(a->role));
    db_bind_text(&s, ":password", a->password);
    db_bind_i64(&s, ":must_change", a->must_change);
    db_bind_i64(&s, ":now", now_ms);
    if (!db_row(&s))
        return s.err;
    a->id = db_i64(&s, 0);
    a->created_at = a->password_at = now_ms;
    a->version = 1;
    return ERR_OK;
}

static void read_account(const struct stmt *s, struct account *out)
{
    *out = (struct account){.id = db_i64(s, 0),
                            .role = role_from_text(db_text(s, 5)),
                            .disabled_at = db_i64(s, 6),
                            .must_change = db_i64(s, 7) != 0,
                            .second_at = db_i64(s, 8),
                            .version = db_i64(s, 9),
                            .created_at = db_i64(s, 11),
                            .password_at = db_i64(s, 12)};
    COPY(out->public_id, *s, 1);
    COPY(out->login, *s, 2);
    COPY(out->name, *s, 3);
    COPY(out->organisation, *s, 4);
    COPY(out->organisation_public_id, *s, 10);
}

static enum err take_account(struct stmt *s, struct account *out)
{
    if (!db_row(s))
        return s->err ? s->err : ERR_NOENT;
    read_account(s, out);
    return ERR_OK;
}

enum err account_by_login(struct db *db, struct account *out, const char *login)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_ACCOUNT_BY_LOGIN);
    db_bind_text(&s, ":login", login);
    enum err e = take_account(&s, out);
    if (e == ERR_OK)
        COPY(out->password, s, 13);
    return e;
}

enum err account_by_id(struct db *db, struct account *out, int64_t id)
{
    struct account a;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_ACCOUNT_BY_ID);
    db_bind_i64(&s, ":id", id);
    enum err e = take_account(&s, &a);
    if (e == ERR_NOENT || (e == ERR_OK && a.disabled_at != 0))
        return ERR_AUTH;
    if (e == ERR_OK)
        *out = a;
    return e;
}

enum err account_by_public_id(struct db *db, struct account *out, const char *public_id)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_ACCOUNT_BY_PUBLIC_ID);
    db_bind_text(&s, ":public_id", public_id);
    return take_account(&s, out);
}

enum err account_edit(struct db *db, struct account *a)
{
    int64_t organisation = 0;
    enum err e = organisation_id(db, &organisation, a);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_ACCOUNT_EDIT);
    db_bind_i64(&s, ":id", a->id);
    db_bind_i64(&s, ":version", a->version);
    db_bind_text(&s, ":name", a->name);
    db_bind_text(&s, ":role", role_text(a->role));
    db_bind_id(&s, ":organisation", organisation);
    if (!db_row(&s))
        return s.err ? s.err : ERR_CONFLICT;
    a->version = db_i64(&s, 0);
    return ERR_OK;
}

enum err account_set_disabled(struct db *db, int64_t id, bool disabled, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_ACCOUNT_SET_DISABLED);
    db_bind_i64(&s, ":id", id);
    db_bind_id(&s, ":at", disabled ? now_ms : 0);
    return db_exec(&s);
}

enum err account_set_password(struct db *db, int64_t id, const char *hash, bool must_change,
                              int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_ACCOUNT_SET_PASSWORD);
    db_bind_i64(&s, ":id", id);
    db_bind_text(&s, ":password", hash);
    db_bind_i64(&s, ":must_change", must_change);
    db_bind_i64(&s, ":now", now_ms);
    return db_exec(&s);
}

enum err account_other_admins(struct db *db, int64_t *n, int64_t but)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_ACCOUNT_ADMINS);
    db_bind_i64(&s, ":but", but);
    if (!db_row(&s))
        return s.err;
    *n = db_i64(&s, 0);
    return ERR_OK;
}

enum err account_list(struct db *db, const struct account_query *q,
                      void (*each)(void *arg, const struct account *a), void *arg)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_ACCOUNT_LIST);
    db_bind_text(&s, ":after", q->after);
    db_bind_text(&s, ":q", q->q);
    db_bind_text(&s, ":role", q->role);
    db_bind_text(&s, ":state", q->state);
    db_bind_i64(&s, ":meets", q->meets);
    db_bind_i64(&s, ":limit", q->limit);
    while (db_row(&s)) {
        struct account a;
        read_account(&s, &a);
        each(arg, &a);
    }
    return s.err;
}
