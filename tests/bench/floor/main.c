/* floor: how near to the sum of its parts a forwarder gets. One thread, one UDP port, ICE-lite,
 * WHIP and WHEP over plain HTTP, headers rewritten for each receiver. No RTCP, no repair, no
 * timers: a laboratory, not a server. See ../README.md. */
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "floor.h"

enum { EVENTS = 64, BACKLOG = 64, BIG = 16 << 20 };

struct server server = {.nap_ns = 1000000};

static int parts_receivers = 50, parts_frames = 60, parts_rounds = 15, nap_us = 1000;

static const char usage[] =
    "floor HOST HTTPPORT UDPPORT [name=value..]  serve\n"
    "floor parts HOST [name=value..]             each part by itself, one line of JSON\n"
    "  crypto=packaged|srtp|evp|mb   libsrtp2's ciphers, OpenSSL's in libsrtp2, EVP, libipsec-mb\n"
    "  gso=1  chunk=16  pad=1  nap=1000 (us an unfinished frame is waited for)\n"
    "  n=50 receivers  frames=60  rounds=15   of parts\n";

static const struct {
    const char *name;
    int *at;
} numbers[] = {
    {"gso", &out_options.gso}, {"chunk", &out_options.chunk}, {"pad", &out_options.pad},
    {"nap", &nap_us},          {"n", &parts_receivers},       {"frames", &parts_frames},
    {"rounds", &parts_rounds},
};
static const char *const cryptos[] = {[CRYPT_PACKAGED] = "packaged",
                                      [CRYPT_SRTP_EVP] = "srtp",
                                      [CRYPT_EVP] = "evp",
                                      [CRYPT_MB] = "mb"};
enum { NUMBERS = sizeof(numbers) / sizeof(numbers[0]), CRYPTOS = 4 };

static bool set(const char *arg, enum crypt_kind *kind)
{
    const char *v = strchr(arg, '=');
    if (v == NULL)
        return false;
    size_t n = (size_t)(v++ - arg);
    for (size_t i = 0; i < NUMBERS; i++)
        if (strlen(numbers[i].name) == n && strncmp(numbers[i].name, arg, n) == 0) {
            *numbers[i].at = atoi(v);
            return true;
        }
    for (int i = 0; i < CRYPTOS && n == 6; i++)
        if (strncmp(arg, "crypto=", 7) == 0 && strcmp(v, cryptos[i]) == 0) {
            *kind = (enum crypt_kind)i;
            return true;
        }
    return false;
}

static void watch_fd(int fd)
{
    struct epoll_event e = {.events = EPOLLIN, .data = {.fd = fd}};
    (void)epoll_ctl(server.poller, EPOLL_CTL_ADD, fd, &e);
}

static bool open_sockets(const char *host, const char *http, const char *udp)
{
    struct addr web;
    int one = 1, big = BIG;
    if (addr_parse(&server.self, host, (uint16_t)atoi(udp)) != ERR_OK ||
        addr_parse(&web, host, (uint16_t)atoi(http)) != ERR_OK)
        return false;
    int family = server.self.u.sa.sa_family;
    server.udp = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    server.web = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    server.poller = epoll_create1(EPOLL_CLOEXEC);
    (void)setsockopt(server.udp, SOL_SOCKET, SO_RCVBUFFORCE, &big, sizeof(big));
    (void)setsockopt(server.udp, SOL_SOCKET, SO_SNDBUFFORCE, &big, sizeof(big));
    (void)setsockopt(server.web, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    watch_fd(server.udp);
    watch_fd(server.web);
    return bind(server.udp, &server.self.u.sa, server.self.len) == 0 &&
           bind(server.web, &web.u.sa, web.len) == 0 && listen(server.web, BACKLOG) == 0;
}

static void accept_one(void)
{
    int one = 1, fd = accept4(server.web, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
        return;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    watch_fd(fd);
}

void serve(void)
{
    struct epoll_event ev[EVENTS];
    for (;;) {
        int n = epoll_wait(server.poller, ev, EVENTS, -1);
        for (int i = 0; i < n; i++) {
            if (ev[i].data.fd == server.udp)
                floor_datagrams();
            else if (ev[i].data.fd == server.web)
                accept_one();
            else
                floor_http(ev[i].data.fd);
        }
    }
}

int main(int argc, char **argv)
{
    enum crypt_kind kind = CRYPT_EVP;
    bool parts = argc > 2 && strcmp(argv[1], "parts") == 0;
    struct addr at;
    bool fine = argc > (parts ? 2 : 3);
    for (int i = parts ? 3 : 4; fine && i < argc; i++)
        fine = set(argv[i], &kind);
    if (!fine || parts_receivers < 1 || parts_receivers > PEERS_MAX || parts_rounds < 1) {
        (void)fputs(usage, stderr);
        return 2;
    }
    if (!crypt_init(kind)) {
        (void)fprintf(stderr, "floor: no crypto=%s here\n", cryptos[kind]);
        return 3;
    }
    if (parts)
        return addr_parse(&at, argv[2], 0) == ERR_OK
                   ? floor_parts(&at, (size_t)parts_receivers, parts_frames, parts_rounds,
                                 cryptos[kind])
                   : 2;
    server.nap_ns = (uint64_t)nap_us * 1000;
    server.fingerprint = dtls_init("SRTP_AEAD_AES_128_GCM");
    if (!open_sockets(argv[1], argv[2], argv[3])) {
        perror("floor");
        return 1;
    }
    server.txs = out_init(server.udp);
    serve();
}
