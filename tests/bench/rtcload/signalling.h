/** @file
 * The interface of a signalling. publish and subscribe block until the descriptions are exchanged
 * (peer_set_answer() or peer_start() has been called). Thread: the set-up threads, but open and
 * close: main. */
#ifndef RTCLOAD_SIGNALLING_H
#define RTCLOAD_SIGNALLING_H

#include "peer.h"

struct signalling {
    const char *name;
    bool (*open)(char *why, size_t cap); /**< Such as making the rooms. */
    bool (*publish)(struct peer *p, char *why, size_t cap);
    bool (*subscribe)(struct peer *p, char *why, size_t cap);
    void (*leave)(struct peer *p);
    void (*close)(void);
};
extern const struct signalling signalling_whip, signalling_janus;

#endif
