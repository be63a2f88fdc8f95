/* TOTP and recovery codes of accounts. */
#include "domain/second.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/random.h"
#include "db/db.h"
#include "db/sql_gen.h"

enum { SEALED = TOTP_SECRET_LEN + SEAL_EXTRA, RECOVERY_BYTES = 10, PURPOSE = 64 };

/* Moved to another account's row it does not open. */
static void purpose_of(const struct account *a, char out[PURPOSE])
{
    (void)snprintf(out, PURPOSE, "totp %s", a->public_id);
}

enum err second_offer(struct db *db, const struct account *a, const uint8_t key[SEAL_KEY_LEN],
                      char text[TOTP_TEXT_LEN + 1])
{
    uint8_t secret[TOTP_SECRET_LEN], sealed[SEALED];
    char purpose[PURPOSE];
    random_bytes(secret, sizeof(secret));
    purpose_of(a, purpose);
    enum err e = seal(key, purpose, secret, sizeof(secret), sealed);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_TOTP_OFFER);
    db_bind_i64(&s, ":id", a->id);
    db_bind_blob(&s, ":sealed", sealed, sizeof(sealed));
    e = db_exec(&s);
    if (e == ERR_OK)
        base32_text(text, secret, sizeof(secret));
    return e;
}

/* ERR_AUTH when @p code is none of the secret in this column. */
static enum err check(struct db *db, const struct account *a, const uint8_t key[SEAL_KEY_LEN],
                      int column, const char *code, int64_t now_ms, int64_t *step)
{
    uint8_t secret[TOTP_SECRET_LEN];
    char purpose[PURPOSE];
    AUTO(db_done) struct stmt s = db_use(db, &SQL_TOTP_GET);
    db_bind_i64(&s, ":id", a->id);
    if (!db_row(&s))
        return s.err ? s.err : ERR_AUTH;
    size_t n = 0;
    const uint8_t *sealed = (const uint8_t *)db_blob(&s, column, &n);
    if (n != SEALED)
        return ERR_AUTH;
    purpose_of(a, purpose);
    enum err e = seal_open(key, purpose, sealed, n, secret);
    if (e == ERR_OK)
        e = totp_check(step, secret, sizeof(secret), code, now_ms,
                       column == 0 ? db_i64(&s, 2) : -1);
    return e;
}

enum err second_confirm(struct db *db, const struct account *a, const uint8_t key[SEAL_KEY_LEN],
                        const char *code, int64_t now_ms)
{
    int64_t step = 0;
    enum err e = check(db, a, key, 1, code, now_ms, &step);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_TOTP_CONFIRM);
    db_bind_i64(&s, ":id", a->id);
    db_bind_i64(&s, ":now", now_ms);
    db_bind_i64(&s, ":step", step);
    return db_row(&s) ? ERR_OK : s.err ? s.err : ERR_AUTH;
}

/* ---- recovery codes ---------------------------------------------------------------------------
 */

/* As it is kept: however it was typed. */
static enum err recovery_hash(uint8_t hash[SHA256_LEN], const char *code)
{
    char plain[RECOVERY_LEN + 1];
    size_t n = 0;
    for (const char *p = code; *p != '\0' && n < sizeof(plain) - 1; p++)
        if (isalnum((unsigned char)*p))
            plain[n++] = (char)toupper((unsigned char)*p);
    return n == 16 ? hash_sha256(hash, plain, n) : ERR_AUTH;
}

static enum err use_recovery(struct db *db, int64_t account, const char *code, int64_t now_ms)
{
    uint8_t hash[SHA256_LEN];
    enum err e = recovery_hash(hash, code);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_RECOVERY_CODE_USE);
    db_bind_i64(&s, ":account", account);
    db_bind_blob(&s, ":hash", hash, sizeof(hash));
    db_bind_i64(&s, ":now", now_ms);
    return db_row(&s) ? ERR_OK : s.err ? s.err : ERR_AUTH;
}

enum err second_use(struct db *db, const struct account *a, const uint8_t key[SEAL_KEY_LEN],
                    const char *code, int64_t now_ms)
{
    int64_t step = 0;
    if (strlen(code) != TOTP_DIGITS)
        return use_recovery(db, a->id, code, now_ms);
    enum err e = check(db, a, key, 0, code, now_ms, &step);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_TOTP_USE);
    db_bind_i64(&s, ":id", a->id);
    db_bind_i64(&s, ":step", step);
    return db_row(&s) ? ERR_OK : s.err ? s.err : ERR_AUTH;
}

static enum err add_code(struct db *db, int64_t account, char code[RECOVERY_LEN + 1])
{
    uint8_t bytes[RECOVERY_BYTES], hash[SHA256_LEN];
    char text[17];
    random_bytes(bytes, sizeof(bytes));
    base32_text(text, bytes, sizeof(bytes));
    (void)snprintf(code, RECOVERY_LEN + 1, "%.4s-%.4s-%.4s-%.4s", text, text + 4, text + 8,
                   text + 12);
    enum err e = recovery_hash(hash, code);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_RECOVERY_CODE_ADD);
    db_bind_i64(&s, ":account", account);
    db_bind_blob(&s, ":hash", hash, sizeof(hash));
    return db_exec(&s);
}

static enum err remove_codes(struct db *db, int64_t account)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_RECOVERY_CODE_REMOVE);
    db_bind_i64(&s, ":account", account);
    return db_exec(&s);
}

enum err second_codes(struct db *db, int64_t account, char codes[RECOVERY_CODES][RECOVERY_LEN + 1])
{
    enum err e = remove_codes(db, account);
    for (size_t i = 0; i < RECOVERY_CODES && e == ERR_OK; i++)
        e = add_code(db, account, codes[i]);
    return e;
}

enum err second_codes_left(struct db *db, int64_t account, int64_t *n)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_RECOVERY_CODE_COUNT);
    db_bind_i64(&s, ":account", account);
    if (!db_row(&s))
        return s.err;
    *n = db_i64(&s, 0);
    return ERR_OK;
}

enum err second_remove(struct db *db, int64_t account)
{
    enum err e = remove_codes(db, account);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_TOTP_REMOVE);
    db_bind_i64(&s, ":id", account);
    return db_exec(&s);
}
