/* Sending to N sockets on loopback, delivery included, and receiving from one that many send to. */
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "limit.h"
#include "net/addr.h"

enum { MOST = 500, SEGMENTS = 10, BATCH = 64, SIZE = 1128, BIG = 8 << 20, GRO_SEGMENTS = 8 };

static int out, n, in, expected, got;
static int dest[MOST];
static struct addr to[MOST], in_addr;
static uint8_t data[SEGMENTS * SIZE];
static struct mmsghdr mm[MOST], rmm[BATCH];
static struct iovec iov[MOST], riov[BATCH];
static uint8_t rbuf[BATCH][65536];
static union {
    struct cmsghdr h;
    uint8_t b[CMSG_SPACE(sizeof(uint16_t))];
} control[MOST];

static int udp(struct addr *self)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), big = BIG;
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &big, sizeof(big));
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &big, sizeof(big));
    if (addr_parse(self, "127.0.0.1", 0) != ERR_OK || bind(fd, &self->u.sa, self->len) != 0 ||
        getsockname(fd, &self->u.sa, &self->len) != 0) {
        perror("limit: socket");
        exit(1);
    }
    return fd;
}

static void describe(int segments)
{
    uint16_t size = SIZE;
    for (int i = 0; i < n; i++) {
        iov[i] = (struct iovec){data, (size_t)SIZE * (size_t)segments};
        mm[i].msg_hdr = (struct msghdr){
            .msg_name = &to[i].u.sa, .msg_namelen = to[i].len, .msg_iov = &iov[i], .msg_iovlen = 1};
        if (segments == 1)
            continue;
        control[i].h = (struct cmsghdr){
            .cmsg_level = SOL_UDP, .cmsg_type = UDP_SEGMENT, .cmsg_len = CMSG_LEN(sizeof(size))};
        memcpy(CMSG_DATA(&control[i].h), &size, sizeof(size));
        mm[i].msg_hdr.msg_control = &control[i];
        mm[i].msg_hdr.msg_controllen = sizeof(control[i].b);
    }
}

static void drain(void *arg)
{
    (void)arg;
    for (int i = 0; i < n; i++)
        while (recv(dest[i], rbuf[0], sizeof(rbuf[0]), 0) >= 0)
            ;
}

static void send_one_by_one(void *arg)
{
    (void)arg;
    for (int i = 0; i < n; i++)
        if (sendto(out, data, SIZE, 0, &to[i].u.sa, to[i].len) < 0)
            abort();
}

static void send_batches(void *arg)
{
    (void)arg;
    for (int i = 0; i < n; i += BATCH) {
        int k = n - i < BATCH ? n - i : BATCH;
        if (sendmmsg(out, mm + i, (unsigned)k, 0) != k)
            abort();
    }
}

static void fill(void *arg)
{
    struct msghdr h = mm[0].msg_hdr;
    (void)arg;
    h.msg_name = &in_addr.u.sa;
    for (int i = 0; i < expected; i++)
        if (sendmsg(out, &h, 0) < 0)
            abort();
}

static void receive(void *arg)
{
    (void)arg;
    for (int i = 0; i < BATCH; i++) {
        riov[i] = (struct iovec){rbuf[i], sizeof(rbuf[i])};
        rmm[i].msg_hdr = (struct msghdr){.msg_iov = &riov[i], .msg_iovlen = 1};
    }
    got = recvmmsg(in, rmm, BATCH, MSG_DONTWAIT, NULL);
}

static void check(void *arg)
{
    (void)arg;
    if (got != expected)
        abort();
}

static void sending(const char *what, int segments, limit_work *work)
{
    char label[100];
    (void)snprintf(label, sizeof(label), "%s, %d receivers", what, n);
    describe(segments);
    limit_measure(&(struct limit_case){.label = label,
                                       .rounds = 30000 / n + 50,
                                       .packets = n * segments,
                                       .work = work,
                                       .after = drain});
}

static void receiving(const char *what, int segments)
{
    describe(segments);
    expected = BATCH / segments;
    limit_measure(&(struct limit_case){.label = what,
                                       .rounds = 1000,
                                       .packets = BATCH,
                                       .prepare = fill,
                                       .work = receive,
                                       .after = check});
}

void limit_net(int receivers)
{
    struct addr self;
    int one = 1;
    n = receivers < MOST ? receivers : MOST;
    out = udp(&self);
    for (int i = 0; i < n; i++)
        dest[i] = udp(&to[i]);
    sending("sendto", 1, send_one_by_one);
    sending("sendmmsg of 64", 1, send_batches);
    sending("sendmmsg, trains of 2", 2, send_batches);
    sending("sendmmsg, trains of 5", 5, send_batches);
    sending("sendmmsg, trains of 10", SEGMENTS, send_batches);
    in = udp(&in_addr);
    receiving("recvmmsg of 64", 1);
    (void)setsockopt(in, SOL_UDP, UDP_GRO, &one, sizeof(one));
    receiving("recvmmsg of trains of 8", GRO_SEGMENTS);
    for (int i = 0; i < n; i++)
        (void)close(dest[i]);
    (void)close(in);
    (void)close(out);
}
