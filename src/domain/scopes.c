/* What each scope of a token lets its holder do, within the rights of his role. */
#include "domain/tokens.h"
#include "domain/wordset.h"

const char *const scope_words[SCOPE_N + 1] = {
    [SCOPE_PROJECTS_READ] = "projects:read",
    [SCOPE_PROJECTS_WRITE] = "projects:write",
    [SCOPE_MEETINGS_READ] = "meetings:read",
    [SCOPE_MEETINGS_WRITE] = "meetings:write",
    [SCOPE_DOCUMENTS_READ] = "documents:read",
    [SCOPE_DOCUMENTS_WRITE] = "documents:write",
    [SCOPE_ACCOUNTS_READ] = "accounts:read",
    [SCOPE_AUDIT_READ] = "audit:read",
    [SCOPE_METRICS] = "metrics",
    [SCOPE_N] = NULL,
};

static const struct {
    enum scope scope;
    enum action act;
} rows[] = {
    {SCOPE_PROJECTS_READ, ACT_PROJECT_READ},     {SCOPE_PROJECTS_WRITE, ACT_PROJECT_EDIT},
    {SCOPE_MEETINGS_READ, ACT_MEETING_READ},     {SCOPE_MEETINGS_WRITE, ACT_MEETING_SCHEDULE},
    {SCOPE_DOCUMENTS_READ, ACT_DRAWING_READ},    {SCOPE_DOCUMENTS_WRITE, ACT_DRAWING_UPLOAD},
    {SCOPE_DOCUMENTS_WRITE, ACT_COMMENT_ANSWER}, {SCOPE_ACCOUNTS_READ, ACT_ACCOUNTS_READ},
    {SCOPE_AUDIT_READ, ACT_AUDIT_READ},          {SCOPE_METRICS, ACT_METRICS},
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

enum err scopes_parse(unsigned *out, const char *text)
{
    return wordset_parse(out, scope_words, text);
}

void scopes_text(char out[SCOPES_LEN + 1], unsigned scopes)
{
    wordset_text(out, SCOPES_LEN + 1, scope_words, scopes);
}

bool scopes_allow(unsigned scopes, enum action act)
{
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].act == act && (scopes >> rows[i].scope & 1u) != 0)
            return true;
    return false;
}

bool scope_fits(enum role role, enum scope s)
{
    for (size_t i = 0; i < ROWS; i++)
        for (int rel = 0; rows[i].scope == s && rel < REL_N; rel++)
            if (policy_allows(role, (enum relation)rel, rows[i].act))
                return true;
    return false;
}
