/** @file
 * Between the files of the floor. */
#ifndef FLOOR_FLOOR_H
#define FLOOR_FLOOR_H

#include "../rtcload/dtls.h"
#include "../rtcload/sdp.h"
#include "out.h"

enum { STREAM_BYTES_VOICE = 300 };

struct in_stream {
    uint32_t ssrc, index;
    bool started;
};

struct peer {
    bool publishes;
    int publisher;
    char ufrag[9], pwd[25];
    struct sdp remote;
    struct addr addr;
    struct dtls dtls;
    struct crypt rx;
    uint32_t number; /**< Its struct tx. */
    struct in_stream in[SLOTS];
    unsigned n_in;
    size_t n_subs;
    uint32_t *subs;
    struct pkt run[RUN];
    size_t n_run;
    bool complete; /**< The run ends a frame. */
    bool listed;   /**< Among those with packets. */
};

struct server {
    int udp, web, poller;
    struct addr self;
    const char *fingerprint;
    uint64_t nap_ns; /**< How long an unfinished frame is waited for. */
    struct tx *txs;
    struct peer *peers[PEERS_MAX];
    uint32_t n_peers;
};
extern struct server server;

void serve(void);           /**< Does not return. */
void floor_http(int fd);    /**< A request, or the end of the connection. */
void floor_datagrams(void); /**< What has come on server.udp. */
/** The parts by themselves, as one line of JSON. */
int floor_parts(const struct addr *at, size_t receivers, int frames, int rounds,
                const char *crypto);

#endif
