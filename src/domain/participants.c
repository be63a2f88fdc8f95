/* Participants: who comes to a meeting. */
#include "domain/participants.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "crypto/random.h"
#include "db/db.h"
#include "db/sql_gen.h"

#define COPY(to, s, col) ((void)snprintf((to), sizeof(to), "%s", db_text(&(s), (col))))

static const char *const identities[IDENTITY_N] = {"stated_unverified", "invitation_name_matched",
                                                   "account", "device_token"};

const char *identity_text(enum identity i)
{
    return i < IDENTITY_N ? identities[i] : identities[IDENTITY_STATED];
}

enum identity identity_from_text(const char *text)
{
    for (size_t i = 0; i < IDENTITY_N; i++)
        if (strcmp(text, identities[i]) == 0)
            return (enum identity)i;
    return IDENTITY_STATED;
}

/* Blanks are ASCII's and the ideographic space. */
static const char *next_letter(const char *p)
{
    for (;;) {
        if (isspace((unsigned char)*p))
            p++;
        else if (strncmp(p, "\xe3\x80\x80", 3) == 0)
            p += 3;
        else
            return p;
    }
}

enum identity identity_of_link(const char *invited, const char *stated)
{
    const char *a = next_letter(invited), *b = next_letter(stated);
    if (*a == '\0')
        return IDENTITY_STATED; /* It was made for nobody by name. */
    while (*a != '\0' && tolower((unsigned char)*a) == tolower((unsigned char)*b)) {
        a = next_letter(a + 1);
        b = next_letter(b + 1);
    }
    return *a == '\0' && *b == '\0' ? IDENTITY_NAMED : IDENTITY_STATED;
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
    db_bind_text(&s, ":phone", p->phone);
    db_bind_text(&s, ":identity", identity_text(p->identity));
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
                                .session = db_i64(&s, 12),
                                .identity = identity_from_text(db_text(&s, 14)),
                                .invitation = db_i64(&s, 15)};
    COPY(out->public_id, s, 1);
    COPY(out->name, s, 3);
    COPY(out->organisation, s, 4);
    COPY(out->state, s, 7);
    COPY(out->meeting_public_id, s, 8);
    COPY(out->phone, s, 13);
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

enum relation participant_relation(const struct participant *p)
{
    if (role_is_guest(p->role))
        return REL_INVITED;
    return p->host || p->role == ROLE_MANAGER ? REL_OWN : REL_ASSIGNED;
}
