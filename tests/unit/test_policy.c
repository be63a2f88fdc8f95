/* domain/policy: every cell of the table, written out a second time. */
#include "domain/policy.h"

#include <string.h>

#include "t.h"

/*
 * One letter a relation: n none, o own, a assigned, i invited; "*" is all four. Columns: nobody,
 * admin, manager, expert, supervisor, dispatcher, auditor, customer, designer, contractor. An
 * expert owns a meeting by hosting it.
 */
static const char *const want[ACT_N][ROLE_N] = {
    [ACT_ANYBODY] = {"*", "*", "*", "*", "*", "*", "*", "*", "*", "*"},
    [ACT_SELF] = {"", "*", "*", "*", "*", "*", "*", "*", "*", "*"},
    [ACT_PROJECT_READ] = {"", "", "o", "", "*", "", "*", "", "", ""},
    [ACT_PROJECT_EDIT] = {"", "", "o", "", "", "", "", "", "", ""},
    [ACT_MEETING_SCHEDULE] = {"", "", "o", "", "", "", "", "", "", ""},
    [ACT_MEETING_READ] = {"", "", "o", "oa", "*", "", "*", "i", "i", "i"},
    [ACT_JOIN] = {"", "", "o", "oa", "a", "", "", "i", "i", "i"},
    [ACT_ADMIT] = {"", "", "o", "o", "", "", "", "", "", ""},
    [ACT_RECORD] = {"", "", "o", "oa", "", "", "", "", "", ""},
    [ACT_REPLAY] = {"", "", "o", "oa", "*", "", "*", "", "", ""},
    [ACT_TAKE_OVER] = {"", "", "oa", "oa", "", "", "", "", "", ""},
};

static void every_cell(void)
{
    static const char letters[] = "noai";
    for (int act = ACT_ANYBODY; act < ACT_N; act++)
        for (int role = 0; role < ROLE_N; role++)
            for (int rel = 0; rel < 4; rel++) {
                const char *cell = want[act][role];
                bool may = *cell == '*' || strchr(cell, letters[rel]) != NULL;
                bool got = policy_allows((enum role)role, (enum relation)rel, (enum action)act);
                T_EQ(got, may);
                if (got != may)
                    (void)fprintf(stderr, "%s, relation %c, action %d\n",
                                  role_text((enum role)role), letters[rel], act);
            }
}

static void outside_the_table_is_refused(void)
{
    for (int rel = 0; rel < 4; rel++) {
        for (int role = 0; role < ROLE_N; role++) {
            T_OK(!policy_allows((enum role)role, (enum relation)rel, (enum action)0));
            T_OK(!policy_allows((enum role)role, (enum relation)rel, ACT_N));
        }
        T_OK(!policy_allows(ROLE_N, (enum relation)rel, ACT_ANYBODY));
    }
}

static void words(void)
{
    for (int role = 1; role < ROLE_N; role++)
        T_EQ(role_from_text(role_text((enum role)role)), role);
    T_EQ(role_from_text("nobody"), ROLE_NOBODY);
    T_EQ(role_from_text(""), ROLE_NOBODY);
    T_EQ(role_from_text("Admin"), ROLE_NOBODY);
    T_OK(strcmp(role_text(ROLE_N), "nobody") == 0);
    T_OK(role_is_guest(ROLE_CUSTOMER) && role_is_guest(ROLE_DESIGNER) &&
         role_is_guest(ROLE_CONTRACTOR));
    T_OK(!role_is_guest(ROLE_MANAGER) && !role_is_guest(ROLE_NOBODY) &&
         !role_is_guest(ROLE_SUPERVISOR));
}

int main(void)
{
    every_cell();
    outside_the_table_is_refused();
    words();
    return t_done("policy");
}
