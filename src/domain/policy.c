/* The table of docs/security.md, cell by cell in its words, and what each word allows. */
#include "domain/policy.h"

#include <string.h>

static const char *const texts[ROLE_N] = {
    "nobody",  "admin",    "manager",  "expert",     "supervisor", "dispatcher",
    "auditor", "customer", "designer", "contractor", "device",
};

/* ---- the words of the cells -------------------------------------------------------------------
 */

enum {
    OWN_ = 1u << REL_OWN,
    AS_ = 1u << REL_ASSIGNED,
    INV_ = 1u << REL_INVITED,
    ANY_ = (1u << REL_N) - 1u,
};

enum cell {
    NO,
    Y,
    YT,
    OWN,
    OWNT,
    AS,
    INV,
    INVW,
    LINK,
    LINK_,
    SELF,
    NAMED,
    GRANT,
    R,
    RL,
    PART,
    TWO,
    CARD,
    FILE_,
    HEALTH,
    HOST,
    CELL_N,
};

/* What one may do, and what one may only read. What nobody may without more than his role (two
 * persons; a card by its code, which is a door of its own) allows nothing here. */
static const struct {
    const char *text;
    unsigned may, read;
} words[CELL_N] = {
    [NO] = {"", 0, 0},
    [Y] = {"Y", ANY_, 0},
    [YT] = {"Y, or a token", ANY_, 0},
    [OWN] = {"own", OWN_, 0},
    [OWNT] = {"own, a token per meeting", OWN_, 0},
    [AS] = {"as", AS_, 0},
    [INV] = {"inv", INV_, 0},
    [INVW] = {"inv (waiting room, host admits)", INV_, 0},
    [LINK] = {"by project link (names the person and the project, revocable, outlives the meeting)",
              1u << REL_LINKED, 0},
    [LINK_] = {"by project link", 1u << REL_LINKED, 0},
    [SELF] = {"self", OWN_ | AS_, 0},
    [NAMED] = {"if named", 1u << REL_NAMED, 0},
    [GRANT] = {"a grant per meeting, with an end date", 1u << REL_GRANTED, 0},
    [R] = {"R", 0, ANY_},
    [RL] = {"R, logged", 0, ANY_},
    [PART] = {"without content", 0, ANY_},
    [TWO] = {"two persons, after retention, no legal hold", 0, 0},
    [CARD] = {"card only, by its QR code", 0, 0},
    [FILE_] = {"verify by file or hash only", 0, 0},
    [HEALTH] = {"health only", 0, 0},
    [HOST] = {"own, as", OWN_ | AS_, 0},
};

/* ---- the rows ---------------------------------------------------------------------------------
 */

enum row {
    ROW_ACCOUNTS,
    ROW_PROJECTS,
    ROW_MEETINGS,
    ROW_JOIN,
    ROW_ADMIT,
    ROW_RECORD,
    ROW_DRAWING_UPLOAD,
    ROW_COMMENT_ANSWER,
    ROW_COMMENT_JUDGE,
    ROW_CARD,
    ROW_EVIDENCE,
    ROW_DEFECT,
    ROW_TEMPLATES,
    ROW_LOOK_UP,
    ROW_DRAWING_READ,
    ROW_REPLAY,
    ROW_RECORDING_DELETE,
    ROW_MINUTES_DRAFT,
    ROW_MINUTES_PREVIEW,
    ROW_SIGN,
    ROW_PACKAGE,
    ROW_MINUTES_READ,
    ROW_AUDIT_READ,
    ROW_AUDIT_CHANGE,
    ROW_DEVICES,
    ROW_METRICS,
    ROW_MEETING_READ,
    ROW_VIEWS,
    ROW_TAKE_OVER,
    ROW_VISITS,
    ROW_LINK_READ,
    ROW_N,
};

/* A row is of one meeting, or of all there is. HOSTED: of a meeting, and an expert who has taken it
 * over from a host who is gone has the manager's cell in it. WAITS: no route of it exists yet.
 * CALLS: a dispatcher has the supervisor's cell in it. */
enum { ALL = 0, MEETING = 1, HOSTED = 3, WAITS = 4, CALLS = 8 };

static const struct {
    const char *text;
    unsigned char cells[POLICY_COLUMNS];
    unsigned flags;
} table[ROW_N] = {
    // clang-format off
    /*                                                       admin manager expert supervisor guest auditor nobody */
    [ROW_ACCOUNTS] =         {"accounts, roles, retention, keys",     {Y, NO, NO, NO, NO, R, NO}, ALL},
    [ROW_PROJECTS] =         {"projects: create, edit, move stage",   {NO, OWN, NO, R, NO, R, NO}, ALL},
    [ROW_MEETINGS] =         {"meetings: schedule, invite, cancel",   {NO, OWN, NO, NO, NO, NO, NO}, MEETING},
    [ROW_JOIN] =             {"join, publish, chat, point",           {NO, OWN, AS, AS, INVW, NO, NO}, HOSTED},
    [ROW_ADMIT] =            {"admit, mute, remove, end",             {NO, OWN, NO, NO, NO, NO, NO}, HOSTED},
    [ROW_RECORD] =           {"start, stop recording",                {NO, OWN, AS, NO, NO, NO, NO}, HOSTED},
    [ROW_DRAWING_UPLOAD] =   {"upload drawing, mark up",              {NO, OWN, AS, NO, INV, NO, NO}, HOSTED},
    [ROW_COMMENT_ANSWER] =   {"answer a comment, upload a revision",  {NO, OWN, AS, NO, LINK, NO, NO}, HOSTED},
    [ROW_COMMENT_JUDGE] =    {"accept or reject a comment, tick a check, conclude", {NO, OWN, AS, NO, NO, NO, NO}, HOSTED | WAITS},
    [ROW_CARD] =             {"hand out a card, take evidence on the desk's side, call stop, ask for a challenge",
                                                                      {NO, OWN, AS, NO, NO, NO, NO}, HOSTED | WAITS},
    [ROW_EVIDENCE] =         {"take evidence with the phone, acknowledge, answer a challenge", {NO, OWN, AS, NO, INV, NO, NO}, HOSTED | WAITS},
    [ROW_DEFECT] =           {"answer a defect",                      {NO, OWN, AS, NO, LINK_, NO, NO}, WAITS},
    [ROW_TEMPLATES] =        {"card templates, grid map, constraint list: edit, import", {NO, NO, NO, Y, NO, R, NO}, WAITS},
    [ROW_LOOK_UP] =          {"grid map, constraint list: look up",   {NO, R, R, R, NO, R, NO}, WAITS},
    [ROW_DRAWING_READ] =     {"read drawings, card",                  {NO, OWN, AS, R, INV, R, CARD}, HOSTED},
    [ROW_REPLAY] =           {"replay a recording",                   {NO, OWN, AS, R, GRANT, RL, NO}, HOSTED},
    [ROW_RECORDING_DELETE] = {"delete a recording",                   {TWO, NO, NO, NO, NO, NO, NO}, MEETING | WAITS},
    [ROW_MINUTES_DRAFT] =    {"draft, publish minutes",               {NO, OWN, AS, NO, NO, NO, NO}, HOSTED | WAITS},
    [ROW_MINUTES_PREVIEW] =  {"read published minutes before signing", {NO, OWN, AS, R, NAMED, NO, NO}, MEETING | WAITS},
    [ROW_SIGN] =             {"sign minutes",                         {NO, SELF, SELF, SELF, NAMED, NO, NO}, MEETING | WAITS},
    [ROW_PACKAGE] =          {"make an evidence package",             {NO, OWN, NO, NO, NO, Y, NO}, MEETING | WAITS},
    [ROW_MINUTES_READ] =     {"read signed minutes",                  {NO, OWN, AS, R, NAMED, R, FILE_}, MEETING | WAITS},
    [ROW_AUDIT_READ] =       {"read the audit log",                   {PART, OWN, NO, NO, NO, R, NO}, ALL},
    [ROW_AUDIT_CHANGE] =     {"change or remove audit or ledger entries", {NO, NO, NO, NO, NO, NO, NO}, WAITS},
    [ROW_DEVICES] =          {"WHIP ingest, WHEP view",               {NO, OWNT, AS, NO, NO, NO, NO}, HOSTED},
    [ROW_METRICS] =          {"metrics",                              {YT, NO, NO, NO, NO, NO, HEALTH}, ALL},
    [ROW_MEETING_READ] =     {"see a meeting's page and who was there", {NO, OWN, AS, R, INV, R, NO}, HOSTED},
    [ROW_VIEWS] =            {"see who has watched a recording",      {NO, OWN, NO, NO, NO, R, NO}, MEETING},
    [ROW_TAKE_OVER] =        {"take over a meeting whose host is gone", {NO, HOST, AS, NO, NO, NO, NO}, HOSTED},
    [ROW_VISITS] =           {"see which projects await their return visit", {NO, NO, NO, R, NO, R, NO}, CALLS},
    [ROW_LINK_READ] =        {"see a project's page by its link",     {NO, NO, NO, NO, LINK_, NO, NO}, ALL},
    // clang-format on
};

/* ---- the actions ------------------------------------------------------------------------------
 */

enum part { DOOR, MAY, READ };

static const struct {
    const char *name;
    enum part part;
    enum row row;
} acts[ACT_N] = {
    [ACT_ANYBODY] = {"anybody", DOOR, ROW_N},
    [ACT_SESSION] = {"session", DOOR, ROW_N},
    [ACT_SELF] = {"self", DOOR, ROW_N},
    [ACT_OWN_PASSWORD] = {"own_password", DOOR, ROW_N},
    [ACT_OWN_SECOND] = {"own_second", DOOR, ROW_N},
    [ACT_ACCOUNTS] = {"accounts", MAY, ROW_ACCOUNTS},
    [ACT_ACCOUNTS_READ] = {"accounts_read", READ, ROW_ACCOUNTS},
    [ACT_PROJECT_EDIT] = {"project_edit", MAY, ROW_PROJECTS},
    [ACT_PROJECT_READ] = {"project_read", READ, ROW_PROJECTS},
    [ACT_MEETING_SCHEDULE] = {"meeting_schedule", MAY, ROW_MEETINGS},
    [ACT_JOIN] = {"join", MAY, ROW_JOIN},
    [ACT_ADMIT] = {"admit", MAY, ROW_ADMIT},
    [ACT_RECORD] = {"record", MAY, ROW_RECORD},
    [ACT_DRAWING_UPLOAD] = {"drawing_upload", MAY, ROW_DRAWING_UPLOAD},
    [ACT_COMMENT_ANSWER] = {"comment_answer", MAY, ROW_COMMENT_ANSWER},
    [ACT_COMMENT_JUDGE] = {"comment_judge", MAY, ROW_COMMENT_JUDGE},
    [ACT_CARD_HAND_OUT] = {"card_hand_out", MAY, ROW_CARD},
    [ACT_EVIDENCE_TAKE] = {"evidence_take", MAY, ROW_EVIDENCE},
    [ACT_DEFECT_ANSWER] = {"defect_answer", MAY, ROW_DEFECT},
    [ACT_TEMPLATE_EDIT] = {"template_edit", MAY, ROW_TEMPLATES},
    [ACT_TEMPLATE_READ] = {"template_read", READ, ROW_TEMPLATES},
    [ACT_LOOK_UP] = {"look_up", READ, ROW_LOOK_UP},
    [ACT_DRAWING_READ] = {"drawing_read", READ, ROW_DRAWING_READ},
    [ACT_REPLAY] = {"replay", READ, ROW_REPLAY},
    [ACT_RECORDING_DELETE] = {"recording_delete", MAY, ROW_RECORDING_DELETE},
    [ACT_MINUTES_DRAFT] = {"minutes_draft", MAY, ROW_MINUTES_DRAFT},
    [ACT_MINUTES_PREVIEW] = {"minutes_preview", READ, ROW_MINUTES_PREVIEW},
    [ACT_SIGN] = {"sign", MAY, ROW_SIGN},
    [ACT_EVIDENCE_PACKAGE] = {"evidence_package", MAY, ROW_PACKAGE},
    [ACT_MINUTES_READ] = {"minutes_read", READ, ROW_MINUTES_READ},
    [ACT_AUDIT_READ] = {"audit_read", READ, ROW_AUDIT_READ},
    [ACT_AUDIT_CHANGE] = {"audit_change", MAY, ROW_AUDIT_CHANGE},
    [ACT_DEVICES] = {"devices", MAY, ROW_DEVICES},
    [ACT_METRICS] = {"metrics", MAY, ROW_METRICS},
    [ACT_MEETING_READ] = {"meeting_read", READ, ROW_MEETING_READ},
    [ACT_VIEWS] = {"views", READ, ROW_VIEWS},
    [ACT_TAKE_OVER] = {"take_over", MAY, ROW_TAKE_OVER},
    [ACT_VISITS] = {"visits", READ, ROW_VISITS},
    [ACT_LINK_READ] = {"link_read", READ, ROW_LINK_READ},
};

/* A dispatcher has no column: the rows that are hers say so. A device never has one: what it does,
 * its token allows. */
static const unsigned char columns[ROLE_N] = {
    [ROLE_ADMIN] = 1,      [ROLE_MANAGER] = 2,  [ROLE_EXPERT] = 3,
    [ROLE_SUPERVISOR] = 4, [ROLE_CUSTOMER] = 5, [ROLE_DESIGNER] = 5,
    [ROLE_CONTRACTOR] = 5, [ROLE_AUDITOR] = 6,  [ROLE_NOBODY] = 7,
};

static bool row_allows(enum role role, enum relation rel, enum action act)
{
    enum row row = acts[act].row;
    bool hosts = role == ROLE_EXPERT && rel == REL_OWN && (table[row].flags & HOSTED) == HOSTED;
    bool calls = role == ROLE_DISPATCHER && (table[row].flags & CALLS) != 0;
    size_t column = columns[hosts ? ROLE_MANAGER : calls ? ROLE_SUPERVISOR : role];
    if (column == 0)
        return false;
    enum cell cell = (enum cell)table[row].cells[column - 1];
    unsigned mask = words[cell].may | (acts[act].part == READ ? words[cell].read : 0);
    return (mask >> rel & 1u) != 0;
}

bool policy_allows(enum role role, enum relation rel, enum action act)
{
    if (role >= ROLE_N || rel >= REL_N || act >= ACT_N || acts[act].name == NULL)
        return false;
    if (acts[act].part == DOOR)
        return act == ACT_ANYBODY || (role != ROLE_NOBODY && role != ROLE_DEVICE);
    return row_allows(role, rel, act);
}

bool policy_is_door(enum action act)
{
    return act < ACT_N && acts[act].name != NULL && acts[act].part == DOOR;
}

bool policy_is_of_meeting(enum action act)
{
    size_t row = policy_row_of(act);
    return row < ROW_N && (table[row].flags & MEETING) != 0;
}

size_t policy_rows(void)
{
    return ROW_N;
}

const char *policy_row_text(size_t row)
{
    return row < ROW_N ? table[row].text : "";
}

const char *policy_cell_text(size_t row, size_t column)
{
    return row < ROW_N && column < POLICY_COLUMNS ? words[table[row].cells[column]].text : "";
}

bool policy_row_waits(size_t row)
{
    return row < ROW_N && (table[row].flags & WAITS) != 0;
}

size_t policy_row_of(enum action act)
{
    return act < ACT_N && acts[act].name != NULL ? acts[act].row : ROW_N;
}

const char *policy_action_name(enum action act)
{
    return act < ACT_N && acts[act].name != NULL ? acts[act].name : "";
}

/* ---- roles ------------------------------------------------------------------------------------
 */

bool role_is_guest(enum role r)
{
    return r == ROLE_CUSTOMER || r == ROLE_DESIGNER || r == ROLE_CONTRACTOR;
}

bool role_needs_second(enum role r)
{
    return r == ROLE_ADMIN || r == ROLE_AUDITOR;
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
