/* Subjects of identity providers. */
#include "domain/identities.h"

#include "db/db.h"
#include "db/sql_gen.h"

enum err identity_find(struct db *db, int64_t *account, const char *issuer, const char *subject)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_IDENTITY_FIND);
    db_bind_text(&s, ":issuer", issuer);
    db_bind_text(&s, ":subject", subject);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    *account = db_i64(&s, 0);
    return ERR_OK;
}

enum err identity_add(struct db *db, int64_t account, const char *issuer, const char *subject,
                      int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_IDENTITY_ADD);
    db_bind_i64(&s, ":account", account);
    db_bind_text(&s, ":issuer", issuer);
    db_bind_text(&s, ":subject", subject);
    db_bind_i64(&s, ":now", now_ms);
    return db_exec(&s);
}

enum err identity_remove_all(struct db *db, int64_t account)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_IDENTITY_REMOVE);
    db_bind_i64(&s, ":account", account);
    return db_exec(&s);
}
