/* Answers about accounts, signing in, organisations and the audit log. */
#include "outlines_priv.h"

/* ---- accounts ---------------------------------------------------------------------------------
 */

static const struct outline_part p_account[] = {
    O_TEXT("account", .about = "Its id; empty for a guest."),
    O_TEXT("login"),
    O_TEXT("name"),
    O_TEXT("organisation"),
    O_WORD("role", &w_role),
};
static const struct outline o_account = OUTLINE("Account", p_account);

static const char *const owes[] = {"", "second", "password", "enrol", NULL};
static const struct outline_words w_owes = {"Owes", owes};
static const struct outline_part p_session_account[] = {
    O_WORD("owes", &w_owes,
           .about = "What the session must give before it may do anything else; empty: nothing."),
    O_TEXT("session", .optional = true),
    O_BOOL("second", .optional = true, .about = "A second factor is set up."),
};
const struct outline o_session_account =
    OUTLINE("SessionAccount", p_session_account, .base = &o_account);

static const struct outline_part p_account_full[] = {
    O_TEXT("organisation_id"),
    O_TIME("created_at"),
    O_TIME("password_at", .null = true),
    O_TIME("second_at", .null = true),
    O_TIME("disabled_at", .null = true),
    O_BOOL("must_change", .about = "The password is one for once."),
    O_I64("version"),
};
const struct outline o_account_full = OUTLINE("AccountFull", p_account_full, .base = &o_account);

static const struct outline_part p_password[] = {
    O_TEXT("password", .about = "Shown once, good until its owner has chosen another.")};
const struct outline o_password = OUTLINE("OneTimePassword", p_password);
const struct outline o_account_made = OUTLINE("AccountMade", p_password, .base = &o_account_full);

static const struct outline_part p_account_list[] = {
    O_LIST("accounts", &o_account_full),
    O_TEXT("next", .null = true, .about = "To be sent as `after`; null: this is the last page."),
};
const struct outline o_account_list = OUTLINE("AccountList", p_account_list);

static const struct outline_part p_own_session[] = {
    O_TEXT("session"), O_TIME("created_at"), O_TIME("expires_at"), O_TEXT("client"),
    O_TEXT("agent"),   O_TEXT("via"),        O_BOOL("here"),
};
static const struct outline o_own_session = OUTLINE("OwnSession", p_own_session);
static const struct outline_part p_identity[] = {O_TEXT("issuer"), O_TEXT("subject")};
static const struct outline o_identity = OUTLINE("Identity", p_identity);
static const struct outline_part p_own_account[] = {
    O_I64("recovery_codes_left"),      O_BOOL("has_password"),
    O_BOOL("second_required"),         O_LIST("sessions", &o_own_session),
    O_LIST("identities", &o_identity),
};
const struct outline o_own_account = OUTLINE("OwnAccount", p_own_account, .base = &o_account_full);

static const struct outline_part p_second_offer[] = {
    O_TEXT("secret"), O_TEXT("uri", .about = "otpauth://, for authenticators.")};
const struct outline o_second_offer = OUTLINE("SecondOffer", p_second_offer);
static const struct outline_part p_recovery_codes[] = {O_EACH("recovery_codes", OUTLINE_TEXT)};
const struct outline o_recovery_codes = OUTLINE("RecoveryCodes", p_recovery_codes);

/* ---- signing in -------------------------------------------------------------------------------
 */

static const struct outline_part p_signin[] = {
    O_I64("signin"), O_TIME("at"),  O_TEXT("login"),  O_TEXT("client"),
    O_TEXT("agent"), O_TEXT("via"), O_TEXT("result"),
};
static const struct outline o_signin = OUTLINE("SignIn", p_signin);
static const struct outline_part p_signin_list[] = {
    O_LIST("signins", &o_signin),
    O_I64("next", .null = true, .about = "To be sent as `before`; null: this is the last page."),
};
const struct outline o_signin_list = OUTLINE("SignInList", p_signin_list);

static const struct outline_part p_oidc[] = {O_BOOL("enabled"), O_TEXT("name")};
const struct outline o_oidc = OUTLINE("Oidc", p_oidc);
static const struct outline_part p_oidc_start[] = {O_TEXT("url"), O_TEXT("ticket")};
const struct outline o_oidc_start = OUTLINE("OidcStart", p_oidc_start);
static const struct outline_part p_oidc_linked[] = {O_BOOL("linked")};
const struct outline o_oidc_linked = OUTLINE("OidcLinked", p_oidc_linked);

/* ---- organisations ----------------------------------------------------------------------------
 */

static const char *const kinds[] = {"utility", "design", "contractor", "customer", NULL};
static const struct outline_words w_kinds = {"OrganisationKind", kinds};
static const struct outline_part p_organisation[] = {
    O_TEXT("organisation"),
    O_TEXT("name"),
    O_WORD("kind", &w_kinds),
    O_I64("version"),
    O_I64("accounts", .optional = true, .about = "How many; in lists only."),
};
const struct outline o_organisation = OUTLINE("Organisation", p_organisation);
static const struct outline_part p_organisation_list[] = {O_LIST("organisations", &o_organisation)};
const struct outline o_organisation_list = OUTLINE("OrganisationList", p_organisation_list);

/* ---- the audit log ----------------------------------------------------------------------------
 */

static const struct outline_part p_audit[] = {
    O_I64("entry"),
    O_TIME("at"),
    O_TEXT("who"),
    O_TEXT("login"),
    O_TEXT("what"),
    O_TEXT("object"),
    O_TEXT("client"),
    O_TEXT("detail"),
    O_TEXT("project"),
    O_TEXT("token", .about = "Of the API, by which it was done; empty: by none."),
};
static const struct outline o_audit = OUTLINE("AuditEntry", p_audit);
static const struct outline_part p_audit_list[] = {
    O_LIST("entries", &o_audit),
    O_I64("next", .null = true, .about = "To be sent as `before`; null: this is the last page."),
};
const struct outline o_audit_list = OUTLINE("AuditList", p_audit_list);

/* ---- parameters -------------------------------------------------------------------------------
 */

const struct outline_part q_accounts[] = {
    O_TEXT("after", .about = "`next` of the page before."),
    O_TEXT("q", .about = "Part of a login or of a name."),
    O_WORD("role", &w_role),
    O_TEXT("state", .about = "active or disabled."),
    {.name = NULL},
};
const struct outline_part q_own_signins[] = {
    O_I64("before", .about = "`next` of the page before."),
    {.name = NULL},
};
const struct outline_part q_signins[] = {
    O_I64("before", .about = "`next` of the page before."),
    O_TEXT("login"),
    {.name = NULL},
};
const struct outline_part q_organisations[] = {
    O_TEXT("after", .about = "The name after which the list begins."),
    O_TEXT("q", .about = "Part of a name."),
    {.name = NULL},
};
const struct outline_part q_audit[] = {
    O_I64("before", .about = "`next` of the page before."),
    O_I64("from_ms", .about = "UTC milliseconds."),
    O_I64("to_ms", .about = "UTC milliseconds."),
    O_TEXT("what", .about = "Beginning of what was done: `project`."),
    O_TEXT("who"),
    O_TEXT("object"),
    {.name = NULL},
};
