/* domain/policy: the table of docs/security.md cell by cell, and what its words allow. */
#include "domain/policy.h"

#include <stdlib.h>
#include <string.h>

#include "t.h"

/*
 * One letter a relation: n none, o own, a assigned, i invited, l by project link, m named as a
 * signer, g granted; "*" is all. Columns: nobody,
 * admin, manager, expert, supervisor, dispatcher, auditor, customer, designer, contractor. An
 * expert owns a meeting by hosting it. A device may do what anybody may, and has no column here.
 */
static const char *const want[ACT_N][ROLE_N] = {
    [ACT_ANYBODY] = {"*", "*", "*", "*", "*", "*", "*", "*", "*", "*"},
    [ACT_SESSION] = {"", "*", "*", "*", "*", "*", "*", "*", "*", "*"},
    [ACT_SELF] = {"", "*", "*", "*", "*", "*", "*", "*", "*", "*"},
    [ACT_OWN_PASSWORD] = {"", "*", "*", "*", "*", "*", "*", "*", "*", "*"},
    [ACT_OWN_SECOND] = {"", "*", "*", "*", "*", "*", "*", "*", "*", "*"},
    [ACT_ACCOUNTS] = {"", "*", "", "", "", "", "", "", "", ""},
    [ACT_ACCOUNTS_READ] = {"", "*", "", "", "", "", "*", "", "", ""},
    [ACT_PROJECT_READ] = {"", "", "o", "", "*", "", "*", "", "", ""},
    [ACT_PROJECT_EDIT] = {"", "", "o", "", "", "", "", "", "", ""},
    [ACT_MEETING_SCHEDULE] = {"", "", "o", "", "", "", "", "", "", ""},
    [ACT_MEETING_READ] = {"", "", "o", "oa", "*", "", "*", "i", "i", "i"},
    [ACT_JOIN] = {"", "", "o", "oa", "a", "", "", "i", "i", "i"},
    [ACT_ADMIT] = {"", "", "o", "o", "", "", "", "", "", ""},
    [ACT_RECORD] = {"", "", "o", "oa", "", "", "", "", "", ""},
    [ACT_REPLAY] = {"", "", "o", "oa", "*", "", "*", "g", "g", "g"},
    [ACT_DRAWING_UPLOAD] = {"", "", "o", "oa", "", "", "", "i", "i", "i"},
    [ACT_COMMENT_ANSWER] = {"", "", "o", "oa", "", "", "", "l", "l", "l"},
    [ACT_COMMENT_JUDGE] = {"", "", "o", "oa", "", "", "", "", "", ""},
    [ACT_CARD_HAND_OUT] = {"", "", "o", "oa", "", "", "", "", "", ""},
    [ACT_EVIDENCE_TAKE] = {"", "", "o", "oa", "", "", "", "i", "i", "i"},
    [ACT_DEFECT_ANSWER] = {"", "", "o", "a", "", "", "", "l", "l", "l"},
    [ACT_TEMPLATE_EDIT] = {"", "", "", "", "*", "", "", "", "", ""},
    [ACT_TEMPLATE_READ] = {"", "", "", "", "*", "", "*", "", "", ""},
    [ACT_LOOK_UP] = {"", "", "*", "*", "*", "", "*", "", "", ""},
    [ACT_DRAWING_READ] = {"", "", "o", "oa", "*", "", "*", "i", "i", "i"},
    [ACT_MINUTES_DRAFT] = {"", "", "o", "oa", "", "", "", "", "", ""},
    [ACT_MINUTES_PREVIEW] = {"", "", "o", "a", "*", "", "", "m", "m", "m"},
    [ACT_SIGN] = {"", "", "oa", "oa", "oa", "", "", "m", "m", "m"},
    [ACT_EVIDENCE_PACKAGE] = {"", "", "o", "", "", "", "*", "", "", ""},
    [ACT_MINUTES_READ] = {"", "", "o", "a", "*", "", "*", "m", "m", "m"},
    [ACT_AUDIT_READ] = {"", "*", "o", "", "", "", "*", "", "", ""},
    [ACT_DEVICES] = {"", "", "o", "oa", "", "", "", "", "", ""},
    [ACT_METRICS] = {"", "*", "", "", "", "", "", "", "", ""},
    [ACT_RECORDING_DELETE] = {"", "", "", "", "", "", "", "", "", ""},
    [ACT_AUDIT_CHANGE] = {"", "", "", "", "", "", "", "", "", ""},
    [ACT_VIEWS] = {"", "", "o", "", "", "", "*", "", "", ""},
    [ACT_TAKE_OVER] = {"", "", "oa", "oa", "", "", "", "", "", ""},
    [ACT_VISITS] = {"", "", "", "", "*", "*", "*", "", "", ""},
    [ACT_LINK_READ] = {"", "", "", "", "", "", "", "l", "l", "l"},
};

static void every_cell(void)
{
    static const char letters[] = "noailmg";
    for (int act = ACT_ANYBODY; act < ACT_N; act++)
        for (int role = 0; role < ROLE_N; role++)
            for (int rel = 0; rel < REL_N; rel++) {
                const char *nothing = act == ACT_ANYBODY ? "*" : "";
                const char *cell = role == ROLE_DEVICE ? nothing : want[act][role];
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
    for (int rel = 0; rel < REL_N; rel++) {
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

/* ---- the document ----------------------------------------------------------------------------
 */

static void compare_row(size_t row, char *line)
{
    char text[200] = "";
    char *at = line, *end = NULL;
    for (size_t column = 0; column <= POLICY_COLUMNS; column++) {
        const char *want_text =
            column == 0 ? policy_row_text(row) : policy_cell_text(row, column - 1);
        char *from = strchr(at, '|');
        end = from != NULL ? strchr(from + 1, '|') : NULL;
        T_OK(end != NULL);
        if (end == NULL)
            return;
        size_t n = (size_t)(end - from - 1);
        const char *p = from + 1;
        for (; n > 0 && *p == ' '; p++)
            n--;
        while (n > 0 && p[n - 1] == ' ')
            n--;
        (void)snprintf(text, sizeof(text), "%.*s", (int)n, p);
        T_OK(strcmp(text, want_text) == 0);
        if (strcmp(text, want_text) != 0)
            (void)fprintf(stderr, "row %zu, column %zu: %s | %s\n", row, column, text, want_text);
        at = end;
    }
}

/* Every row of the document is a row here, in order, with the same words in every cell. */
static void is_the_documents_table(void)
{
    FILE *f = fopen("docs/security.md", "r");
    char *line = NULL;
    size_t cap = 0, row = 0;
    bool inside = false;
    T_OK(f != NULL);
    while (f != NULL && getline(&line, &cap, f) > 0) {
        if (strncmp(line, "| action |", 10) == 0)
            inside = true;
        else if (line[0] != '|')
            inside = false;
        else if (inside && strncmp(line, "|--", 3) != 0)
            compare_row(row++, line);
    }
    free(line);
    if (f != NULL)
        (void)fclose(f);
    T_EQ(row, policy_rows());
}

/* Every action is of a row or a door, and has a name of its own. */
static void every_action_has_its_place(void)
{
    for (int act = ACT_ANYBODY; act < ACT_N; act++) {
        T_OK(policy_action_name((enum action)act)[0] != '\0');
        T_OK(policy_is_door((enum action)act) ==
             (policy_row_of((enum action)act) == policy_rows()));
        for (int other = ACT_ANYBODY; other < act; other++)
            T_OK(strcmp(policy_action_name((enum action)act),
                        policy_action_name((enum action)other)) != 0);
    }
    T_OK(!policy_is_door((enum action)0) && !policy_is_door(ACT_N));
    T_EQ(policy_row_of(ACT_N), policy_rows());
    T_OK(policy_row_text(policy_rows())[0] == '\0');
    T_OK(policy_cell_text(0, POLICY_COLUMNS)[0] == '\0');
}

int main(void)
{
    is_the_documents_table();
    every_action_has_its_place();
    every_cell();
    outside_the_table_is_refused();
    words();
    return t_done("policy");
}
