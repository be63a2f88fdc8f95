/* Answers about documents and uploads. */
#include "domain/documents.h"
#include "outlines_priv.h"

static const struct outline_words w_document_kind = {"DocumentKind", document_kinds};
static const char *const scans[] = {"off", "waiting", "clean", "infected", NULL};
static const struct outline_words w_scan = {"ScanState", scans};

static const struct outline_part p_same[] = {O_TEXT("document"), O_TEXT("title"), O_I64("number")};
static const struct outline o_same = OUTLINE("SameContent", p_same);
static const struct outline_part p_revision[] = {
    O_I64("number"),
    O_TEXT("name", .about = "What the uploader called the file."),
    O_TEXT("type", .about = "What it is by its content: pdf, dwg, ..."),
    O_TEXT("media_type"),
    O_I64("bytes"),
    O_TEXT("sha256"),
    O_TIME("uploaded_at"),
    O_TEXT("uploaded_by"),
    O_WORD("role", &w_role),
    O_WORD("scan", &w_scan),
    O_TEXT("finding", .about = "Of the virus scanner, or why it has not scanned yet."),
    O_OBJECT("same_as", &o_same, .null = true,
             .about = "An earlier revision in the project with the same bytes."),
};
static const struct outline o_revision = OUTLINE("Revision", p_revision);
static const struct outline_part p_withdrawn[] = {O_TIME("at"), O_TEXT("by"), O_TEXT("reason")};
static const struct outline o_withdrawn = OUTLINE("Withdrawal", p_withdrawn);
static const struct outline_part p_document[] = {
    O_TEXT("id"),
    O_I64("version"),
    O_TEXT("project"),
    O_TEXT("title"),
    O_WORD("kind", &w_document_kind),
    O_TIME("created_at"),
    O_TEXT("created_by"),
    O_OBJECT("withdrawn", &o_withdrawn, .null = true),
    O_OBJECT("latest", &o_revision, .null = true),
};
static const struct outline o_document = OUTLINE("Document", p_document);

static const struct outline_part p_page[] = {
    O_LIST("history", &o_revision, .about = "All revisions, the newest first.")};
const struct outline o_document_page = OUTLINE("DocumentPage", p_page, .base = &o_document);

static const struct outline_part p_limits[] = {
    O_I64("upload_bytes", .about = "Of one file."),
    O_I64("project_bytes", .about = "Of all revisions of a project; 0: no limit."),
    O_I64("project_used"),
    O_BOOL("scanned", .about = "There is a virus scanner: uploads wait for it."),
    O_EACH("types", OUTLINE_TEXT, .about = "Usual ends of names of what is taken."),
};
static const struct outline o_limits = OUTLINE("DocumentLimits", p_limits);
static const struct outline_part p_rights[] = {
    O_BOOL("read", .about = "Fetch its bytes, and see its history."), O_BOOL("upload"),
    O_BOOL("revise"), O_BOOL("edit")};
static const struct outline o_rights = OUTLINE("DocumentRights", p_rights);
static const struct outline_part p_list[] = {
    O_LIST("documents", &o_document),
    O_TEXT("next", .about = "As `before` of the next page; empty: that was all."),
    O_OBJECT("limits", &o_limits),
    O_OBJECT("rights", &o_rights),
};
const struct outline o_document_list = OUTLINE("DocumentList", p_list);
const struct outline_part q_documents[] = {
    O_I64("before", .optional = true, .about = "What the answer before gave as `next`."),
    {.name = NULL}};

static const char *const states[] = {"open", "done", NULL};
static const struct outline_words w_state = {.list = states};
static const struct outline_part p_upload[] = {
    O_TEXT("id"),
    O_WORD("state", &w_state),
    O_TEXT("name"),
    O_I64("bytes"),
    O_I64("offset", .about = "How much of it is on the disk."),
    O_TIME("expires_at"),
    O_TEXT("document", .null = true, .about = "What it has become."),
    O_I64("revision", .null = true),
};
const struct outline o_upload = OUTLINE("Upload", p_upload);
