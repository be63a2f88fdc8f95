/* The table of SECURITY: a cell lists the relations under which a role may act. */
#include "domain/policy.h"

#include <stddef.h>
#include <string.h>

static const char *const texts[ROLE_N] = {
    "nobody",     "admin",   "manager",  "expert",   "supervisor",
    "dispatcher", "auditor", "customer", "designer", "contractor",
};

enum { OWN = 1u << REL_OWN, AS = 1u << REL_ASSIGNED, INV = 1u << REL_INVITED, ANY = 15 };

/* columns: nobody, admin, manager, expert, supervisor, dispatcher, auditor, guests. An expert owns
 * a meeting by having taken it over from a host who is gone, and then has a host's rights in it. */
static const unsigned char table[ACT_N][8] = {
    [ACT_ANYBODY] = {ANY, ANY, ANY, ANY, ANY, ANY, ANY, ANY},
    [ACT_SELF] = {0, ANY, ANY, ANY, ANY, ANY, ANY, ANY},
    [ACT_PROJECT_READ] = {0, 0, OWN, 0, ANY, 0, ANY, 0},
    [ACT_PROJECT_EDIT] = {0, 0, OWN, 0, 0, 0, 0, 0},
    [ACT_MEETING_SCHEDULE] = {0, 0, OWN, 0, 0, 0, 0, 0},
    [ACT_MEETING_READ] = {0, 0, OWN, OWN | AS, ANY, 0, ANY, INV},
    [ACT_JOIN] = {0, 0, OWN, OWN | AS, AS, 0, 0, INV},
    [ACT_ADMIT] = {0, 0, OWN, OWN, 0, 0, 0, 0},
    [ACT_RECORD] = {0, 0, OWN, OWN | AS, 0, 0, 0, 0},
    [ACT_REPLAY] = {0, 0, OWN, OWN | AS, ANY, 0, ANY, 0},
    [ACT_TAKE_OVER] = {0, 0, OWN | AS, OWN | AS, 0, 0, 0, 0},
};

bool role_is_guest(enum role r)
{
    return r == ROLE_CUSTOMER || r == ROLE_DESIGNER || r == ROLE_CONTRACTOR;
}

bool policy_allows(enum role role, enum relation rel, enum action act)
{
    size_t column = role_is_guest(role) ? 7 : (size_t)role;
    if (role >= ROLE_N || act >= ACT_N)
        return false;
    return (table[act][column] >> rel & 1u) != 0;
}

enum role role_from_text(const char *text)
{
    for (size_t i = 1; i < ROLE_N; i++)
        if (strcmp(text, texts[i]) == 0)
            return (enum role)i;
    return ROLE_NOBODY;
}

const char *role_text(enum role r)
{
    return r < ROLE_N ? texts[r] : texts[ROLE_NOBODY];
}
