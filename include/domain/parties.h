/**
 * @file
 * The organisations involved in a project, each with somebody to talk to.
 * Thread: of the connection.
 */
#ifndef DOMAIN_PARTIES_H
#define DOMAIN_PARTIES_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "domain/people.h"

enum { PARTIES_MAX = 16, PARTY_PHONE_LEN = 32 };

enum part { PART_CUSTOMER, PART_DESIGNER, PART_CONTRACTOR, PART_OPERATOR, PART_N };

/** customer, designer, contractor, operator; NULL-terminated. */
extern const char *const part_words[PART_N + 1];

struct party {
    int part; /**< enum part. */
    char organisation[NAME_LEN + 1];
    char person[NAME_LEN + 1], phone[PARTY_PHONE_LEN + 1]; /**< Empty when not known. */
};

struct parties {
    size_t n;
    struct party at[PARTIES_MAX];
};

/** Of one project, in the order they were given. */
MUST_USE enum err parties_get(struct db *db, struct parties *out, int64_t project);
/** In the place of those there are. ERR_CONFLICT: one stands twice. */
MUST_USE enum err parties_set(struct db *db, int64_t project, const struct parties *ps);
/** @return NULL when they may be stored, else what is wrong, in one line. */
const char *parties_refused(const struct parties *ps);
bool parties_same(const struct parties *a, const struct parties *b);

#endif
