/* Answers about tokens of the API. */
#include "outlines_priv.h"

static const char *const states[] = {"good", "expired", "revoked", NULL};
static const struct outline_words w_state = {"TokenState", states};
static const struct outline_part p_owner[] = {O_TEXT("account"), O_TEXT("login"), O_TEXT("name"),
                                              O_WORD("role", &w_role)};
static const struct outline o_owner = OUTLINE("TokenOwner", p_owner);
static const struct outline_part p_token[] = {
    O_TEXT("token", .about = "Its id; the secret is shown only when it is made."),
    O_TEXT("name"),
    O_TEXT("scopes", .about = "With blanks between."),
    O_TEXT("made_by"),
    O_WORD("state", &w_state),
    O_TEXT("used_from", .about = "Address of the last use."),
    O_TIME("created_at"),
    O_TIME("expires_at"),
    O_TIME("revoked_at", .null = true),
    O_TIME("used_at", .null = true, .about = "To about a minute."),
    O_OBJECT("account", &o_owner, .about = "For whom it acts."),
};
static const struct outline o_token = OUTLINE("ApiToken", p_token);

static const struct outline_part p_list[] = {
    O_LIST("tokens", &o_token),
    O_I64("next", .null = true, .about = "To be sent as `before`; null: this is the last page."),
};
const struct outline o_token_list = OUTLINE("ApiTokenList", p_list);
static const struct outline_part p_own[] = {
    O_EACH("scopes", OUTLINE_TEXT, .about = "Those that one's role has something of.")};
const struct outline o_own_token_list = OUTLINE("OwnTokenList", p_own, .base = &o_token_list);

static const struct outline_part p_made[] = {
    O_TEXT("token"), O_TEXT("secret", .about = "Shown once: `Authorization: Bearer SECRET`."),
    O_TIME("expires_at")};
const struct outline o_token_made = OUTLINE("ApiTokenMade", p_made);

const struct outline_part q_tokens[] = {O_I64("before", .about = "`next` of the page before."),
                                        {.name = NULL}};
