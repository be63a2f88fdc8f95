/* Answers about meetings, invitations and what devices need. */
#include "outlines_priv.h"

static const char *const states[] = {"scheduled", "live", "ended", "archived", "cancelled", NULL};
static const struct outline_words w_state = {"MeetingState", states};
static const struct outline_part p_project[] = {O_TEXT("id"), O_TEXT("title"), O_TEXT("customer")};
static const struct outline o_project = OUTLINE("MeetingProject", p_project);
static const struct outline_part p_brief[] = {
    O_TEXT("id"),        O_WORD("kind", &w_kind), O_TEXT("title"),
    O_TEXT("host_name"), O_TIME("starts_at"),     O_WORD("state", &w_state),
};
const struct outline o_meeting_brief = OUTLINE("MeetingBrief", p_brief);
static const struct outline_part p_meeting[] = {
    O_I64("duration_min"),
    O_TEXT("cancel_reason", .about = "Empty unless it was cancelled."),
    O_OBJECT("project", &o_project),
};
static const struct outline o_meeting = OUTLINE("Meeting", p_meeting, .base = &o_meeting_brief);

static const struct outline_part p_list[] = {
    O_LIST("meetings", &o_meeting),
    O_TEXT("next", .about = "Cursor of the page that follows; empty: that was all."),
};
const struct outline o_meeting_list = OUTLINE("MeetingList", p_list);

static const char *const scopes[] = {"mine", "all", NULL};
static const char *const whens[] = {"upcoming", "live", "past", "cancelled", NULL};
static const struct outline_words w_scope = {.list = scopes}, w_when = {.list = whens};
const struct outline_part q_meetings[] = {
    O_WORD("scope", &w_scope, .about = "all: only for who sees everything, whose default it is."),
    O_WORD("when", &w_when, .about = "upcoming: the earliest first; else the latest."),
    O_WORD("kind", &w_kind),
    O_TEXT("project"),
    O_TEXT("q", .about = "Words of its title, agenda, host, project and customer."),
    O_TEXT("cursor", .about = "`next` of the page before."),
    {.name = NULL},
};
const struct outline_part q_project_meetings[] = {
    O_TEXT("cursor", .about = "`next` of the page before."),
    {.name = NULL},
};

static const struct outline_part p_head[] = {
    O_TEXT("timezone", .about = "IANA name of the zone in which the meeting's people count."),
};
const struct outline o_meeting_head = OUTLINE("MeetingHead", p_head, .base = &o_meeting);

static const char *const identities[] = {"stated_unverified", "invitation_name_matched", "account",
                                         "device_token", NULL};
static const struct outline_words w_identity = {"IdentityKind", identities};
#define O_PHONE O_TEXT("phone", .about = "Digits; masked but for the host of the meeting.")

static const struct outline_part p_attendance[] = {
    O_TEXT("participant"),
    O_TEXT("name"),
    O_TEXT("organisation"),
    O_WORD("role", &w_role),
    O_BOOL("host"),
    O_TIME("joined_at", .null = true),
    O_TIME("left_at", .null = true),
    O_I64("present_ms", .about = "All the times together, up to now for those still there."),
    O_BOOL("here"),
    O_WORD("identity", &w_identity),
    O_PHONE,
    O_TIME("consent_at"),
};
static const struct outline o_attendance = OUTLINE("Attendance", p_attendance);

static const char *const recordings[] = {"on", "stopped", "failed", "ended", NULL};
static const struct outline_words w_recording = {.list = recordings};
static const struct outline_part p_recording[] = {
    O_WORD("state", &w_recording), O_TIME("started_at"), O_TEXT("by"), O_TEXT("reason")};
const struct outline o_recording_state = OUTLINE("RecordingState", p_recording);

static const struct outline_part p_rights[] = {
    O_BOOL("invite"), O_BOOL("edit"),   O_BOOL("cancel"),  O_BOOL("archive"),
    O_BOOL("join"),   O_BOOL("replay"), O_BOOL("devices"),
};
static const struct outline o_rights = OUTLINE("MeetingRights", p_rights);
static const struct outline_part p_time[] = {
    O_TIME("at"),      O_TEXT("who"),   O_TIME("from"),   O_TIME("to"),
    O_I64("from_min"), O_I64("to_min"), O_TEXT("reason"),
};
static const struct outline o_time = OUTLINE("MeetingTimeChange", p_time);
static const struct outline_part p_page[] = {
    O_I64("version"),
    O_TEXT("agenda", .about = "A point a line."),
    O_TEXT("host", .about = "Account; empty when only a name is known."),
    O_BOOL("record_auto"),
    O_TIME("created_at"),
    O_TIME("ended_at", .null = true),
    O_TIME("cancelled_at", .null = true),
    O_LIST("times", &o_time, .about = "Reschedulings, the oldest first."),
    O_LIST("people", &o_attendance),
    O_OBJECT("recording", &o_recording_state, .null = true),
    O_OBJECT("rights", &o_rights),
};
const struct outline o_meeting_page = OUTLINE("MeetingPage", p_page, .base = &o_meeting_head);

/* ---- invitations ------------------------------------------------------------------------------
 */

static const struct outline_part p_made[] = {
    O_TEXT("id"),
    O_TEXT("name"),
    O_WORD("role", &w_role),
    O_BOOL("account"),
    O_TEXT("url", .about = "Shown once; of an account, the meeting's page."),
};
const struct outline o_invitation_made = OUTLINE("InvitationMade", p_made);
static const struct outline_part p_meeting_made[] = {O_LIST("invitations", &o_invitation_made)};
const struct outline o_meeting_made =
    OUTLINE("MeetingMade", p_meeting_made, .base = &o_meeting_page);

static const char *const way[] = {"new", "sent", "opened", "redeemed", "expired", "revoked", NULL};
static const struct outline_words w_way = {"InvitationState", way};
static const struct outline_part p_invited[] = {
    O_TEXT("id"),
    O_TEXT("name"),
    O_TEXT("organisation"),
    O_WORD("role", &w_role),
    O_BOOL("host"),
    O_BOOL("account"),
    O_TEXT("email"),
    O_PHONE,
    O_WORD("state", &w_way),
    O_TIME("created_at"),
    O_TIME("sent_at", .null = true),
    O_TIME("opened_at", .null = true),
    O_TIME("redeemed_at", .null = true),
    O_TIME("expires_at"),
    O_TIME("revoked_at", .null = true),
};
static const struct outline o_invited = OUTLINE("Invited", p_invited);
static const struct outline_part p_invitations[] = {O_LIST("invitations", &o_invited)};
const struct outline o_invitation_list = OUTLINE("InvitationList", p_invitations);

static const struct outline_part p_invitation[] = {
    O_TEXT("agenda"),       O_WORD("role", &w_role), O_BOOL("host"),
    O_TEXT("name"),         O_TEXT("organisation"),  O_PHONE,
    O_BOOL("phone_needed"), O_TIME("expires_at"),
};
const struct outline o_invitation = OUTLINE("Invitation", p_invitation, .base = &o_meeting_head);
static const struct outline_part p_ticket[] = {
    O_TEXT("token", .about = "Of the WebSocket's hello."),
    O_TEXT("participant"),
    O_TEXT("meeting"),
    O_WORD("identity", &w_identity),
};
const struct outline o_ticket = OUTLINE("Ticket", p_ticket);

/* ---- attendance -------------------------------------------------------------------------------
 */

static const struct outline_part p_span[] = {O_TIME("joined_at"), O_TIME("left_at", .null = true)};
static const struct outline o_span = OUTLINE("AttendanceSpan", p_span);
static const struct outline_part p_attendee[] = {
    O_TEXT("name"),
    O_TEXT("organisation"),
    O_WORD("role", &w_role),
    O_BOOL("host"),
    O_WORD("identity", &w_identity),
    O_PHONE,
    O_TIME("joined_at", .null = true),
    O_TIME("left_at", .null = true),
    O_I64("present_ms", .about = "What overlaps, on two devices, counts once."),
    O_BOOL("here"),
    O_LIST("spans", &o_span),
};
static const struct outline o_attendee = OUTLINE("Attendee", p_attendee);
static const struct outline_part p_attendees[] = {O_LIST("people", &o_attendee)};
const struct outline o_attendee_list = OUTLINE("AttendeeList", p_attendees);
static const struct outline_part p_project_attendee[] = {
    O_TEXT("name"),
    O_TEXT("organisation"),
    O_WORD("role", &w_role),
    O_WORD("identity", &w_identity),
    O_I64("meetings"),
    O_I64("present_ms"),
    O_TIME("last_at", .null = true, .about = "null: is in one now."),
    O_BOOL("here"),
};
static const struct outline o_project_attendee = OUTLINE("ProjectAttendee", p_project_attendee);
static const struct outline_part p_project_attendees[] = {O_LIST("people", &o_project_attendee)};
const struct outline o_project_attendee_list = OUTLINE("ProjectAttendeeList", p_project_attendees);

/* ---- project links ----------------------------------------------------------------------------
 */

static const struct outline_part p_link[] = {
    O_TEXT("id"),
    O_TEXT("name"),
    O_TEXT("organisation"),
    O_WORD("role", &w_role),
    O_TEXT("email"),
    O_TEXT("phone", .about = "Masked."),
    O_WORD("state", &w_way),
    O_TIME("created_at"),
    O_TEXT("created_by"),
    O_TIME("sent_at", .null = true),
    O_TIME("opened_at", .null = true),
    O_TIME("redeemed_at", .null = true),
    O_TIME("expires_at", .null = true),
    O_TIME("revoked_at", .null = true),
};
static const struct outline o_link = OUTLINE("ProjectLink", p_link);
static const struct outline_part p_links[] = {O_LIST("links", &o_link)};
const struct outline o_link_list = OUTLINE("ProjectLinkList", p_links);
static const struct outline_part p_link_made[] = {
    O_TEXT("id"), O_TEXT("name"), O_WORD("role", &w_role), O_TEXT("url", .about = "Shown once.")};
const struct outline o_link_made = OUTLINE("ProjectLinkMade", p_link_made);
static const struct outline_part p_link_title[] = {O_TEXT("title")};
static const struct outline o_link_title = OUTLINE(NULL, p_link_title);
static const struct outline_part p_link_look[] = {
    O_OBJECT("project", &o_link_title),
    O_TEXT("name"),
    O_TEXT("organisation"),
    O_WORD("role", &w_role),
    O_TEXT("phone", .about = "Masked."),
    O_WORD("state", &w_way),
    O_TIME("expires_at", .null = true),
};
const struct outline o_link_look = OUTLINE("ProjectLinkLook", p_link_look);
static const struct outline_part p_link_ticket[] = {O_TEXT("token"), O_TEXT("project"),
                                                    O_WORD("identity", &w_identity)};
const struct outline o_link_ticket = OUTLINE("ProjectLinkTicket", p_link_ticket);
static const struct outline_part p_linked[] = {
    O_TEXT("id"),      O_TEXT("number"),          O_TEXT("title"),   O_TEXT("customer"),
    O_TEXT("manager"), O_WORD("stage", &w_stage), O_DAY("stage_on"),
};
static const struct outline o_linked = OUTLINE("LinkedProject", p_linked);
static const struct outline_part p_link_person[] = {
    O_TEXT("name"), O_TEXT("organisation"), O_WORD("role", &w_role),
    O_WORD("identity", &w_identity), O_TEXT("phone", .about = "Masked.")};
static const struct outline o_link_person = OUTLINE("LinkedPerson", p_link_person);
static const struct outline_part p_link_rights[] = {O_BOOL("upload")};
static const struct outline o_link_rights = OUTLINE("LinkRights", p_link_rights);
static const struct outline_part p_link_page[] = {O_OBJECT("project", &o_linked),
                                                  O_OBJECT("person", &o_link_person),
                                                  O_OBJECT("rights", &o_link_rights)};
const struct outline o_link_page = OUTLINE("LinkPage", p_link_page, .base = &o_meeting_list);

/* ---- devices ----------------------------------------------------------------------------------
 */

static const struct outline_part p_urls[] = {
    O_TEXT("whip_url", .about = "Ends where the device's name begins."), O_TEXT("whep_url")};
static const struct outline o_urls = OUTLINE("DeviceUrls", p_urls);
static const struct outline_part p_device[] = {
    O_TEXT("device"), O_TEXT("label"),      O_TEXT("made_by"),    O_BOOL("publish"),
    O_BOOL("view"),   O_TIME("created_at"), O_TIME("expires_at"), O_BOOL("good"),
};
static const struct outline o_device = OUTLINE("DeviceToken", p_device);
static const struct outline_part p_devices[] = {O_LIST("devices", &o_device)};
const struct outline o_device_tokens = OUTLINE("DeviceTokens", p_devices, .base = &o_urls);
static const struct outline_part p_device_made[] = {O_TEXT("device"),
                                                    O_TEXT("token", .about = "Shown once.")};
const struct outline o_device_made = OUTLINE("DeviceMade", p_device_made, .base = &o_urls);
