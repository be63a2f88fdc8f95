/** @file
 * Client to server messages of docs/signalling.md: their shapes, and what each needs. Pure tables,
 * so that tests and the fuzz target read what the server reads. */
#ifndef SIGNAL_PRIV_H
#define SIGNAL_PRIV_H

#include "api_priv.h"
#include "base/shape.h"

enum { ID_MAX_ = 64 };

struct m_hello {
    int64_t id, version;
    char token[64];
    bool fresh;
};
struct m_id {
    int64_t id;
};
struct m_offer {
    int64_t id;
    char sdp[49152];
    struct offer_tracks tracks;
};
struct m_answer {
    int64_t id, revision;
    char sdp[49152];
};
struct m_mute {
    int64_t id;
    int source;
    bool on;
};
struct m_chat {
    int64_t id;
    char text[CHAT_LEN * 3 + 1];
    char key[KEY_LEN + 1];
};
struct m_person {
    int64_t id;
    char participant[ID_MAX_];
    int source;
};
struct m_stop {
    int64_t id;
    char reason[REASON_LEN + 1];
};

enum need { NEED_NOTHING, NEED_HELLO, NEED_IN };

enum signal_type {
    SIGNAL_HELLO,
    SIGNAL_PING,
    SIGNAL_JOIN,
    SIGNAL_LEAVE,
    SIGNAL_SEND_OFFER,
    SIGNAL_RECV_ANSWER,
    SIGNAL_RECV_RESTART,
    SIGNAL_TRICKLE,
    SIGNAL_MUTE,
    SIGNAL_WATCH,
    SIGNAL_CHAT,
    SIGNAL_ADMIT,
    SIGNAL_REFUSE,
    SIGNAL_MUTE_OTHER,
    SIGNAL_REMOVE,
    SIGNAL_END,
    SIGNAL_TAKE_OVER,
    SIGNAL_RECORDING_START,
    SIGNAL_RECORDING_STOP,
    SIGNAL_N
};

struct message {
    const char *type;
    enum need need;
    enum action act; /**< 0: none beyond being there. */
    const struct shape *shape;
    const char *others; /**< Members that the handler takes from the JSON itself, with commas. */
};

/** In the order of enum signal_type. */
extern const struct message signal_messages[SIGNAL_N];

/** NULL when there is none of that name; takes NULL. */
const struct message *signal_message(const char *type);

#endif
