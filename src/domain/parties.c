/* The organisations of a project: written whole, read in order. */
#include "domain/parties.h"

#include <stdio.h>
#include <string.h>

#include "db/db.h"
#include "db/sql_gen.h"
#include "domain/cells.h"

const char *const part_words[PART_N + 1] = {"customer", "designer", "contractor", "operator", NULL};

enum err parties_get(struct db *db, struct parties *out, int64_t project)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_PARTY_LIST);
    db_bind_i64(&s, ":project", project);
    out->n = 0;
    while (out->n < PARTIES_MAX && db_row(&s)) {
        struct party *p = &out->at[out->n++];
        for (p->part = 0; p->part < PART_N && strcmp(part_words[p->part], db_text(&s, 0)) != 0;)
            p->part++;
        (void)snprintf(p->organisation, sizeof(p->organisation), "%s", db_text(&s, 1));
        (void)snprintf(p->person, sizeof(p->person), "%s", db_text(&s, 2));
        (void)snprintf(p->phone, sizeof(p->phone), "%s", db_text(&s, 3));
    }
    return s.err;
}

static enum err add(struct db *db, int64_t project, const struct party *p)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_PARTY_ADD);
    db_bind_i64(&s, ":project", project);
    db_bind_text(&s, ":part", part_words[p->part]);
    db_bind_text(&s, ":organisation", p->organisation);
    db_bind_text(&s, ":person", p->person);
    db_bind_text(&s, ":phone", p->phone);
    return db_exec(&s);
}

enum err parties_set(struct db *db, int64_t project, const struct parties *ps)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_PARTY_REMOVE);
    db_bind_i64(&s, ":project", project);
    enum err e = db_exec(&s);
    for (size_t i = 0; e == ERR_OK && i < ps->n; i++)
        e = add(db, project, &ps->at[i]);
    return e;
}

bool parties_same(const struct parties *a, const struct parties *b)
{
    bool same = a->n == b->n;
    for (size_t i = 0; same && i < a->n; i++)
        same = a->at[i].part == b->at[i].part &&
               strcmp(a->at[i].organisation, b->at[i].organisation) == 0 &&
               strcmp(a->at[i].person, b->at[i].person) == 0 &&
               strcmp(a->at[i].phone, b->at[i].phone) == 0;
    return same;
}

const char *parties_refused(const struct parties *ps)
{
    for (size_t i = 0; i < ps->n; i++) {
        const struct party *p = &ps->at[i];
        if (p->organisation[0] == '\0')
            return "parties: an organisation has no name";
        if (strpbrk(p->organisation, "\r\n\t") != NULL || strpbrk(p->person, "\r\n\t") != NULL)
            return "parties: a name is one line";
        if (p->phone[0] != '\0' && !cell_is_phone(p->phone))
            return "parties: a phone number has digits, blanks, + - ( ), and an extension after x "
                   "or #";
        for (size_t k = 0; k < i; k++)
            if (ps->at[k].part == p->part && strcmp(ps->at[k].organisation, p->organisation) == 0 &&
                strcmp(ps->at[k].person, p->person) == 0)
                return "parties: one stands twice";
    }
    return NULL;
}
