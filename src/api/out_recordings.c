/* Answers about recordings: the packager's index as it lies in the file, events, views. */
#include "outlines_priv.h"

/* ---- the index --------------------------------------------------------------------------------
 */

static const struct outline_part p_file[] = {
    O_TEXT("file"),
    O_TEXT("type"),
    O_I64("start_ms"),
    O_I64("end_ms"),
    O_I64("width", .optional = true),
    O_I64("height", .optional = true),
    O_I64("rotation", .optional = true,
          .about = "How far a player must turn the picture clockwise: 90, 180 or 270."),
    O_TEXT("codec", .optional = true),
    O_I64("init_bytes", .optional = true, .about = "What a decoder needs first."),
    O_I64("media_bytes", .optional = true, .about = "Up to where there are whole clusters."),
    O_EACH("points", OUTLINE_PAIR, .optional = true,
           .about = "[ms of the meeting clock, offset] of where one can start."),
};
static const struct outline o_file = OUTLINE("IndexFile", p_file);

static const struct outline_part p_sheet[] = {
    O_TEXT("file"),
    O_I64("width"),
    O_I64("height"),
    O_I64("columns"),
    O_EACH("at", OUTLINE_I64, .about = "On the meeting clock, picture by picture."),
};
static const struct outline o_sheet = OUTLINE("PreviewSheet", p_sheet);

static const char *const media[] = {"audio", "video", NULL};
static const struct outline_words w_media = {.list = media};
static const struct outline_part p_track[] = {
    O_I64("track"),
    O_WORD("kind", &w_media),
    O_WORD("source", &w_source),
    O_TEXT("participant"),
    O_TEXT("name"),
    O_TEXT("codec"),
    O_LIST("files", &o_file),
    O_EACH("spans", OUTLINE_PAIR),
    O_LIST("previews", &o_sheet, .optional = true),
};
static const struct outline o_track = OUTLINE("IndexTrack", p_track);

static const struct outline_part p_gap[] = {O_I64("start_ms"), O_I64("end_ms"), O_TEXT("reason"),
                                            O_I64("track", .null = true, .about = "null: all.")};
static const struct outline o_gap = OUTLINE("Gap", p_gap);
static const struct outline_part p_speech[] = {O_TEXT("participant"),
                                               O_EACH("spans", OUTLINE_PAIR)};
static const struct outline o_speech = OUTLINE("Speech", p_speech);

static const char *const states[] = {"live", "final", NULL};
static const struct outline_words w_state = {.list = states};
static const struct outline_part p_index[] = {
    O_I64("version"),
    O_TEXT("meeting"),
    O_WORD("state", &w_state),
    O_TIME("started_at"),
    O_I64("duration_ms"),
    O_LIST("tracks", &o_track),
    O_OBJECT("mix", &o_file, .null = true),
    O_LIST("gaps", &o_gap),
    O_LIST("speech", &o_speech),
};
static const struct outline o_index = OUTLINE("RecordingIndex", p_index);

static const struct outline_part p_page[] = {
    O_OBJECT("meeting", &o_meeting_head),
    O_OBJECT("recording", &o_recording_state, .null = true),
    O_OBJECT("index", &o_index, .null = true, .about = "null: nothing can be played yet."),
};
const struct outline o_recording_page = OUTLINE("RecordingPage", p_page);

/* ---- events -----------------------------------------------------------------------------------
 */

static const struct outline_part p_event[] = {
    O_I64("event"),
    O_TIME("at"),
    O_I64("at_ms", .null = true, .about = "On the meeting clock; null before it ran."),
    O_TEXT("type"),
    O_TEXT("participant"),
    O_TEXT("name"),
    O_ANY("data", .null = true),
};
static const struct outline o_event = OUTLINE("MeetingEvent", p_event);
static const struct outline_part p_events[] = {
    O_LIST("events", &o_event),
    O_BOOL("more", .about = "There are later ones: ask again `after` the last."),
};
const struct outline o_event_list = OUTLINE("MeetingEventList", p_events);
const struct outline_part q_events[] = {O_I64("after"), {.name = NULL}};

/* ---- views ------------------------------------------------------------------------------------
 */

static const struct outline_part p_made[] = {O_TEXT("view")};
const struct outline o_view_made = OUTLINE("ViewMade", p_made);
static const struct outline_part p_spans[] = {O_TEXT("view"), O_EACH("spans", OUTLINE_PAIR)};
const struct outline o_view_spans = OUTLINE("ViewSpans", p_spans);

static const struct outline_part p_viewed[] = {
    O_TEXT("file"),
    O_TIME("first_at"),
    O_TIME("seen_at"),
    O_BOOL("readable"),
    O_EACH("bytes", OUTLINE_PAIR),
    O_EACH("spans", OUTLINE_PAIR),
};
static const struct outline o_viewed = OUTLINE("ViewedFile", p_viewed);
static const struct outline_part p_view[] = {
    O_I64("number"),
    O_TEXT("view"),
    O_TEXT("name"),
    O_WORD("role", &w_role),
    O_BOOL("account"),
    O_TEXT("client"),
    O_TEXT("kind"),
    O_TIME("opened_at"),
    O_TIME("seen_at"),
    O_BOOL("readable"),
    O_EACH("played", OUTLINE_PAIR),
    O_I64("played_ms"),
    O_EACH("fetched", OUTLINE_PAIR),
    O_LIST("files", &o_viewed),
};
static const struct outline o_view = OUTLINE("View", p_view);
static const struct outline_part p_views[] = {
    O_LIST("views", &o_view),
    O_BOOL("more", .about = "There are earlier ones: ask again `before` the last."),
};
const struct outline o_view_list = OUTLINE("ViewList", p_views);
const struct outline_part q_views[] = {O_I64("before"), {.name = NULL}};
