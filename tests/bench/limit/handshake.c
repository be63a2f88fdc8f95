/* One DTLS 1.2 handshake with ECDSA P-256 on both sides and use_srtp, over a pair of sockets. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../rtcload/dtls.h"
#include "limit.h"

enum { ROUNDS = 500, TURNS = 20, DATAGRAM = 2048 };

struct end {
    struct dtls dtls;
    int fd;
    enum dtls_result state;
    uint64_t ns;
};

/* All that has come for this end. */
static void turn(struct end *e)
{
    uint8_t b[DATAGRAM];
    ssize_t k = 0;
    while ((k = recv(e->fd, b, sizeof(b), MSG_DONTWAIT)) > 0) {
        uint64_t t = limit_cpu_ns();
        if (e->state == DTLS_WAIT)
            e->state = dtls_feed(&e->dtls, b, (size_t)k);
        e->ns += limit_cpu_ns() - t;
    }
}

static double one(const char *fingerprint)
{
    int pair[2];
    struct end server = {.state = DTLS_WAIT}, client = {.state = DTLS_WAIT};
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) != 0)
        abort();
    server.fd = pair[0];
    client.fd = pair[1];
    uint64_t t = limit_cpu_ns();
    dtls_new(&server.dtls, server.fd, false, fingerprint);
    server.ns = limit_cpu_ns() - t;
    dtls_new(&client.dtls, client.fd, true, fingerprint);
    client.state = dtls_start(&client.dtls);
    for (int i = 0; i < TURNS && (server.state == DTLS_WAIT || client.state == DTLS_WAIT); i++) {
        turn(&server);
        turn(&client);
    }
    if (server.state != DTLS_DONE || client.state != DTLS_DONE)
        abort();
    dtls_close(&client.dtls);
    t = limit_cpu_ns();
    dtls_close(&server.dtls);
    server.ns += limit_cpu_ns() - t;
    (void)close(pair[0]);
    (void)close(pair[1]);
    return (double)server.ns / 1000;
}

void limit_handshake(void)
{
    static double us[ROUNDS];
    const char *fingerprint = dtls_init("SRTP_AEAD_AES_128_GCM");
    for (int i = 0; i < ROUNDS; i++)
        us[i] = one(fingerprint);
    printf("DTLS handshake with SRTP keys, server's side %25.0f us\n", limit_median(us, ROUNDS));
}
