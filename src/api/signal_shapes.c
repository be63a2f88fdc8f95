/* The schema of docs/signalling.md, client to server. */
#include "signal_priv.h"

#include <string.h>

const char *const source_words[SOURCE_N + 1] = {"camera", "microphone", "screen", NULL};

#define ID(S) FIELD_I64(S, id, 1, INT64_C(9007199254740991))
// clang-format off
static const struct field f_hello[] = {ID(struct m_hello), FIELD_I64(struct m_hello, version, 1, 1),
    FIELD_TEXT(struct m_hello, token, 32),
    {.type = SHAPE_BOOL, .name = "fresh", .offset = offsetof(struct m_hello, fresh), .optional = true}};
static const struct field f_id[] = {ID(struct m_id)};
static const struct field f_track[] = {FIELD_TEXT(struct offer_track, mid, 1), FIELD_WORD(struct offer_track, source, source_words)};
static const struct shape s_track = SHAPE(struct offer_track, f_track);
static const struct field f_offer[] = {ID(struct m_offer), FIELD_TEXT(struct m_offer, sdp, 10),
    {.type = SHAPE_LIST, .name = "tracks", .offset = offsetof(struct m_offer, tracks.list), .hi = TRACKS_PER_PERSON,
     .item = &s_track, .count_offset = offsetof(struct m_offer, tracks.n)}};
static const struct field f_answer[] = {ID(struct m_answer), FIELD_I64(struct m_answer, revision, 1, UINT32_MAX),
    FIELD_TEXT(struct m_answer, sdp, 10)};
static const struct field f_mute[] = {ID(struct m_mute), FIELD_WORD(struct m_mute, source, source_words), FIELD_BOOL(struct m_mute, on)};
static const struct field f_chat[] = {ID(struct m_chat), FIELD_TEXT(struct m_chat, text, 1), FIELD_TEXT(struct m_chat, key, 1)};
static const struct field f_person[] = {ID(struct m_person), FIELD_TEXT(struct m_person, participant, 1)};
static const struct field f_mute_other[] = {ID(struct m_person), FIELD_TEXT(struct m_person, participant, 1),
    FIELD_WORD(struct m_person, source, source_words)};
static const struct field f_stop[] = {ID(struct m_stop), FIELD_TEXT(struct m_stop, reason, 1)};
static const struct shape s_hello = SHAPE(struct m_hello, f_hello), s_id = SHAPE(struct m_id, f_id),
    s_offer = SHAPE(struct m_offer, f_offer), s_answer = SHAPE(struct m_answer, f_answer),
    s_mute = SHAPE(struct m_mute, f_mute), s_chat = SHAPE(struct m_chat, f_chat),
    s_person = SHAPE(struct m_person, f_person), s_mute_other = SHAPE(struct m_person, f_mute_other),
    s_stop = SHAPE(struct m_stop, f_stop);
// clang-format on

static const struct shape s_none = {.n = 0};

// clang-format off
const struct message signal_messages[SIGNAL_N] = {
    [SIGNAL_HELLO] =           {"hello",           NEED_NOTHING, 0,             &s_hello,      NULL},
    [SIGNAL_PING] =            {"ping",            NEED_NOTHING, 0,             &s_id,         NULL},
    [SIGNAL_JOIN] =            {"join",            NEED_HELLO,   ACT_JOIN,      &s_id,         NULL},
    [SIGNAL_LEAVE] =           {"leave",           NEED_HELLO,   0,             &s_id,         NULL},
    [SIGNAL_SEND_OFFER] =      {"send_offer",      NEED_IN,      ACT_JOIN,      &s_offer,      NULL},
    [SIGNAL_RECV_ANSWER] =     {"recv_answer",     NEED_IN,      ACT_JOIN,      &s_answer,     NULL},
    [SIGNAL_RECV_RESTART] =    {"recv_restart",    NEED_IN,      ACT_JOIN,      &s_id,         NULL},
    [SIGNAL_TRICKLE] =         {"trickle",         NEED_HELLO,   0,             &s_none,       "pc,candidate"},
    [SIGNAL_MUTE] =            {"mute",            NEED_IN,      ACT_JOIN,      &s_mute,       NULL},
    [SIGNAL_WATCH] =           {"watch",           NEED_IN,      ACT_JOIN,      &s_id,         "tracks"},
    [SIGNAL_CHAT] =            {"chat",            NEED_IN,      ACT_JOIN,      &s_chat,       NULL},
    [SIGNAL_ADMIT] =           {"admit",           NEED_IN,      ACT_ADMIT,     &s_person,     NULL},
    [SIGNAL_REFUSE] =          {"refuse",          NEED_IN,      ACT_ADMIT,     &s_person,     NULL},
    [SIGNAL_MUTE_OTHER] =      {"mute_other",      NEED_IN,      ACT_ADMIT,     &s_mute_other, NULL},
    [SIGNAL_REMOVE] =          {"remove",          NEED_IN,      ACT_ADMIT,     &s_person,     NULL},
    [SIGNAL_END] =             {"end",             NEED_IN,      ACT_ADMIT,     &s_id,         NULL},
    [SIGNAL_TAKE_OVER] =       {"take_over",       NEED_IN,      ACT_TAKE_OVER, &s_id,         NULL},
    [SIGNAL_RECORDING_START] = {"recording_start", NEED_IN,      ACT_RECORD,    &s_id,         NULL},
    [SIGNAL_RECORDING_STOP] =  {"recording_stop",  NEED_IN,      ACT_RECORD,    &s_stop,       NULL},
};
// clang-format on

const struct message *signal_message(const char *type)
{
    for (size_t i = 0; type != NULL && i < SIGNAL_N; i++)
        if (strcmp(signal_messages[i].type, type) == 0)
            return &signal_messages[i];
    return NULL;
}
