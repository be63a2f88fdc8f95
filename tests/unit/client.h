/**
 * @file
 * A WebRTC peer for tests: a socket and the product's own transport in the DTLS client's role. Over
 * UDP, or over TCP with RFC 4571 frames. One thread drives all clients.
 */
#ifndef TESTS_CLIENT_H
#define TESTS_CLIENT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "crypto/random.h"
#include "rtc/demux.h"
#include "rtc/rtcp.h"
#include "rtc/rtp.h"
#include "rtc/srtp.h"
#include "rtc/stun_auth.h"
#include "rtc/transport.h"

enum { CLIENT_PACKET = 1600, CLIENT_KEPT = 4096 };

struct client_packet {
    bool rtcp;
    size_t len;
    uint8_t p[CLIENT_PACKET];
};

struct client {
    int fd;
    bool tcp, answered, up, down, silent, nominates;
    struct path server;
    struct dtls_ctx *dtls;
    struct transport *t;
    struct transport_params params; /**< As the server sees it: local is the server's. */
    uint64_t next_check_ns;
    size_t in_len; /* TCP */
    uint8_t in[8192];
    size_t n; /**< Packets received. */
    struct client_packet *got;
};

static inline void client_raw(struct client *c, const uint8_t *p, size_t n)
{
    uint8_t frame[2 + CLIENT_PACKET] = {(uint8_t)(n >> 8), (uint8_t)n};
    memcpy(frame + 2, p, n);
    if (c->tcp)
        (void)!send(c->fd, frame, n + 2, MSG_NOSIGNAL);
    else
        (void)!send(c->fd, p, n, 0);
}

static inline void client_out(void *arg, const struct path *to, const uint8_t *p, size_t n)
{
    (void)to;
    client_raw((struct client *)arg, p, n);
}

static inline void client_proven(void *arg, unsigned i, const struct path *path)
{
    (void)arg;
    (void)i;
    (void)path;
}

static inline void client_moved(void *arg, const struct path *to)
{
    (void)arg;
    (void)to;
}

/** Opens a socket to the server, connected: it hears that address alone; aborts when the machine
 * refuses. */
static inline void client_socket(struct client *c)
{
    c->fd = socket(c->server.addr.u.sa.sa_family, c->tcp ? SOCK_STREAM : SOCK_DGRAM, 0);
    if (c->fd < 0 || connect(c->fd, &c->server.addr.u.sa, c->server.addr.len) != 0)
        abort();
}

/** @param server_fingerprint  What the client expects. Fills c->params for the server's side. */
static inline void client_init(struct client *c, const struct addr *server, bool tcp,
                               const uint8_t *server_fingerprint, uint64_t now_ns)
{
    struct transport_params mine = {.dtls_client = true};
    struct transport_out out = {
        .send = client_out, .proven = client_proven, .moved = client_moved, .arg = c};
    *c = (struct client){.tcp = tcp, .nominates = true, .server = {.addr = *server}};
    c->got = (struct client_packet *)calloc(CLIENT_KEPT, sizeof(*c->got));
    client_socket(c);
    memcpy(mine.fingerprint, server_fingerprint, sizeof(mine.fingerprint));
    if (c->got == NULL || dtls_ctx_new(&c->dtls) != ERR_OK ||
        transport_new(&c->t, c->dtls, &mine, &out, now_ns) != ERR_OK)
        abort();
    random_ice(c->params.local_pwd, 24);
    random_ice(c->params.remote_ufrag, 4);
    random_ice(c->params.remote_pwd, 24);
    memcpy(c->params.fingerprint, dtls_ctx_fingerprint(c->dtls), sizeof(c->params.fingerprint));
}

static inline void client_fini(struct client *c)
{
    transport_free(c->t);
    dtls_ctx_free(c->dtls);
    if (c->fd >= 0)
        (void)close(c->fd);
    free(c->got);
}

static inline void client_check(struct client *c, const char *pwd)
{
    uint8_t out[STUN_ANSWER_MAX];
    char name[ICE_UFRAG_MAX * 2];
    (void)snprintf(name, sizeof(name), "%s:%s", c->params.local_ufrag, c->params.remote_ufrag);
    size_t n = stun_check(out, name, pwd, c->nominates);
    client_raw(c, out, n);
}

static inline void client_kind(struct client *c, enum transport_kind k, const uint8_t *p,
                               size_t len)
{
    if (k == TRANSPORT_UP)
        c->up = true;
    else if (k == TRANSPORT_DOWN)
        c->down = true;
    else if ((k == TRANSPORT_RTP || k == TRANSPORT_RTCP) && c->n < CLIENT_KEPT) {
        struct client_packet *g = &c->got[c->n++];
        g->rtcp = k == TRANSPORT_RTCP;
        g->len = len;
        memcpy(g->p, p, len);
    }
}

static inline void client_datagram(struct client *c, uint8_t *p, size_t len)
{
    struct stun_msg m;
    if (demux_of(p, len) != DEMUX_STUN) {
        /* On its own line: it changes len, and C has no order of arguments. */
        enum transport_kind k = transport_input(c->t, &c->server, p, &len, clock_mono_ns());
        client_kind(c, k, p, len);
        return;
    }
    if (stun_parse(&m, p, len) != ERR_OK || m.cls != STUN_SUCCESS ||
        !stun_auth(&m, p, c->params.local_pwd))
        return;
    if (!c->answered)
        client_kind(c, transport_connect(c->t, &c->server, clock_mono_ns()), NULL, 0);
    c->answered = true;
}

static inline void client_read(struct client *c)
{
    uint8_t p[CLIENT_PACKET + SRTP_TRAILER];
    ssize_t n = 0;
    if (!c->tcp) {
        while ((n = recv(c->fd, p, CLIENT_PACKET, MSG_DONTWAIT)) > 0)
            client_datagram(c, p, (size_t)n);
        return;
    }
    while ((n = recv(c->fd, c->in + c->in_len, sizeof(c->in) - c->in_len, MSG_DONTWAIT)) > 0) {
        c->in_len += (size_t)n;
        for (size_t len = 0;
             c->in_len >= 2 && c->in_len >= 2 + (len = (size_t)c->in[0] << 8 | c->in[1]);) {
            memcpy(p, c->in + 2, len);
            c->in_len -= 2 + len;
            memmove(c->in, c->in + 2 + len, c->in_len);
            client_datagram(c, p, len);
        }
    }
}

/** Checks every 100 ms unless silent, DTLS timers, and what has come. */
static inline void client_step(struct client *c)
{
    uint64_t now = clock_mono_ns();
    if (c->t == NULL)
        return;
    if (!c->silent && now >= c->next_check_ns) {
        client_check(c, c->params.local_pwd);
        c->next_check_ns = now + 100 * NS_PER_MS;
    }
    if (c->answered && !c->up && transport_due_ns(c->t, now) <= now)
        client_kind(c, transport_timer(c->t, now), NULL, 0);
    client_read(c);
}

/** Protects and sends one packet. */
static inline void client_send(struct client *c, bool rtcp, const uint8_t *p, size_t len)
{
    uint8_t out[CLIENT_PACKET + SRTP_TRAILER];
    memcpy(out, p, len);
    if (transport_protect(c->t, rtcp, out, &len) == ERR_OK)
        client_raw(c, out, len);
}

#endif
