/* Answers about meetings, invitations and what devices need. */
#include "outlines_priv.h"

static const char *const states[] = {"scheduled", "live", "ended", NULL};
static const struct outline_words w_state = {"MeetingState", states};
static const struct outline_part p_meeting[] = {
    O_TEXT("id"),        O_WORD("kind", &w_kind), O_TEXT("title"),
    O_TEXT("host_name"), O_TIME("starts_at"),     O_WORD("state", &w_state),
};
const struct outline o_meeting = OUTLINE("Meeting", p_meeting);

static const struct outline_part p_list[] = {O_LIST("meetings", &o_meeting)};
const struct outline o_meeting_list = OUTLINE("MeetingList", p_list);

static const struct outline_part p_project[] = {O_TEXT("id"), O_TEXT("title"), O_TEXT("customer")};
static const struct outline o_project = OUTLINE("MeetingProject", p_project);
static const struct outline_part p_head[] = {
    O_TEXT("timezone", .about = "IANA name of the zone in which the meeting's people count."),
    O_OBJECT("project", &o_project),
};
const struct outline o_meeting_head = OUTLINE("MeetingHead", p_head, .base = &o_meeting);

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
};
static const struct outline o_attendance = OUTLINE("Attendance", p_attendance);

static const char *const recordings[] = {"on", "stopped", "failed", "ended", NULL};
static const struct outline_words w_recording = {.list = recordings};
static const struct outline_part p_recording[] = {
    O_WORD("state", &w_recording), O_TIME("started_at"), O_TEXT("by"), O_TEXT("reason")};
const struct outline o_recording_state = OUTLINE("RecordingState", p_recording);

static const struct outline_part p_rights[] = {O_BOOL("invite"), O_BOOL("join"), O_BOOL("replay"),
                                               O_BOOL("devices")};
static const struct outline o_rights = OUTLINE("MeetingRights", p_rights);
static const struct outline_part p_page[] = {
    O_LIST("people", &o_attendance),
    O_OBJECT("recording", &o_recording_state, .null = true),
    O_OBJECT("rights", &o_rights),
};
const struct outline o_meeting_page = OUTLINE("MeetingPage", p_page, .base = &o_meeting_head);

/* ---- ways in ----------------------------------------------------------------------------------
 */

static const struct outline_part p_invitation[] = {O_WORD("role", &w_role), O_BOOL("host"),
                                                   O_TEXT("name"), O_TEXT("organisation")};
const struct outline o_invitation = OUTLINE("Invitation", p_invitation, .base = &o_meeting);
static const struct outline_part p_made[] = {O_TEXT("url", .about = "Shown once.")};
const struct outline o_invitation_made = OUTLINE("InvitationMade", p_made);
static const struct outline_part p_ticket[] = {
    O_TEXT("token", .about = "Of the WebSocket's hello."), O_TEXT("participant"),
    O_TEXT("meeting")};
const struct outline o_ticket = OUTLINE("Ticket", p_ticket);

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
