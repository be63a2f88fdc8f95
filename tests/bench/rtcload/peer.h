/** @file
 * One WebRTC peer connection of the generator: publishes, or watches one publisher.
 *
 * Thread: set up by a set-up thread (peer_open to peer_start), then its worker's; state, t_up and
 * t_first are read by main. */
#ifndef RTCLOAD_PEER_H
#define RTCLOAD_PEER_H

#include <stdatomic.h>

#include "dtls.h"
#include "sink.h"
#include "source.h"

enum peer_state { PEER_NEW, PEER_ICE, PEER_DTLS, PEER_UP, PEER_FAILED };
struct worker;

struct peer {
    bool publishes;
    int room, publisher, subscriber; /**< publisher: number of who sends here, over all rooms. */
    void *sig;                       /**< The signalling's own. */

    int fd;
    struct addr local;
    char ufrag[9], pwd[25];
    struct sdp remote;
    char username[300];
    bool controlling, ice_ok, dtls_client;
    uint64_t tie_breaker, next_check, next_rtcp, next_nack;
    uint8_t tid[12];
    struct dtls dtls;
    _Atomic int state;
    char error[160];
    uint32_t own_ssrc;
    uint16_t twcc_seq;
    struct sink sinks[SINKS_MAX];
    int n_sinks;

    uint64_t t_start, t_up, t_first; /**< Monotonic. */
    uint64_t nacks, plis, rembs, twccs, bad_srtp, probes;
    uint64_t dropped, withheld, asked;
    uint32_t socket_drops; /**< SO_RXQ_OVFL: the generator was too slow. */
    uint64_t chance;       /**< State of drop-every and withhold-every. */
    struct worker *worker;
};

void peer_set_fingerprint(const char *f);
bool peer_open(struct peer *p);
char *peer_offer(struct peer *p);                      /**< malloc'd. */
char *peer_fragment(struct peer *p);                   /**< RFC 8840, malloc'd. */
bool peer_set_answer(struct peer *p, const char *sdp); /**< Then ICE starts. */
char *peer_answer(struct peer *p, const char *offer);  /**< malloc'd, or NULL. */
void peer_start(struct peer *p);                       /**< Before the answer is delivered. */
bool peer_wait_up(struct peer *p, double seconds);
/** The first reason stays. */
void peer_fail(struct peer *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* By the peer's worker. */
void peer_packet(struct peer *p, uint8_t *b, size_t n, uint64_t kernel_ns);
void peer_timers(struct peer *p, uint64_t now);
void peer_media(struct peer *p, uint64_t now);
/** Between peer.c and peer_media.c. */
void peer_on_rtp(struct peer *p, uint8_t *b, size_t n, uint64_t kernel_ns);
void peer_on_rtcp(struct peer *p, uint8_t *b, size_t n);
void peer_rtcp_timer(struct peer *p, uint64_t now);
void peer_close(struct peer *p);

#endif
