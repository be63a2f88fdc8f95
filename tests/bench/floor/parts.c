/* The parts by themselves, frame after frame without a pause: the sum is the least that forwarding
 * in this mix can cost. The thread's processor time counts; receivers are emptied outside of it,
 * delivery into their sockets is inside. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../rtcload/util.h"
#include "crypto/random.h"
#include "floor.h"

enum {
    FRAME = 5, /* packets */
    VIDEO_BYTES = 1000,
    VOICE_BYTES = 100,
    FRAMES = 3, /* of the mix: 30 frames and 50 voice packets a second */
    VOICES = 5,
    BIG = 16 << 20,
    ROUNDS_MAX = 100,
};

struct cost {
    double receive, send;   /* ns of the round */
    uint64_t in, forwarded; /* packets */
};

struct lab {
    int udp, client, *fds;
    size_t n;
    struct addr self;
    struct crypt mine, theirs;
    uint32_t *subs, index[2];
};

static int udp_socket(const struct addr *host, struct addr *self)
{
    int fd = socket(host->u.sa.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), big = BIG;
    *self = *host;
    addr_set_port(self, 0);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &big, sizeof(big));
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &big, sizeof(big));
    if (fd < 0 || bind(fd, &self->u.sa, self->len) != 0 ||
        getsockname(fd, &self->u.sa, &self->len) != 0) {
        perror("floor: socket");
        exit(1);
    }
    return fd;
}

static void lab_open(struct lab *l, const struct addr *at, size_t n)
{
    uint8_t master[DTLS_MASTER];
    struct addr none;
    l->n = n;
    l->udp = udp_socket(at, &l->self);
    l->client = udp_socket(at, &none);
    l->fds = (int *)must_zalloc(n, sizeof(int));
    l->subs = (uint32_t *)must_zalloc(n, sizeof(*l->subs));
    l->index[0] = l->index[1] = 1;
    struct tx *txs = out_init(l->udp);
    random_bytes(master, sizeof(master));
    if (!crypt_open_alone(&l->mine, master, true) || !crypt_open_alone(&l->theirs, master, false))
        abort();
    for (size_t i = 0; i < n; i++) {
        struct addr to;
        random_bytes(master, sizeof(master));
        l->subs[i] = (uint32_t)i;
        l->fds[i] = udp_socket(at, &to);
        if (!crypt_open_alone(&txs[i].crypt, master, true))
            abort();
        out_open(&txs[i], &to);
    }
}

static void publish(struct lab *l, unsigned stream, size_t k, size_t bytes)
{
    uint8_t in[PACKET], out[PACKET];
    for (size_t i = 0; i < k; i++) {
        memset(in, 0x5A, sizeof(in));
        in[0] = 0x80;
        in[1] = (uint8_t)(96 + stream);
        put16(in + 2, l->index[stream]);
        put32(in + 8, 7 + stream);
        memcpy(out, in, 12);
        size_t len =
            crypt_protect(&l->mine, out, in, 12, 12 + bytes + (2 * i >= k), l->index[stream]);
        l->index[stream]++;
        (void)sendto(l->client, out, len, 0, &l->self.u.sa, l->self.len);
    }
}

static double cpu_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static size_t receive(struct lab *l, struct pkt run[RUN], unsigned stream)
{
    static uint8_t buf[RUN][PACKET];
    struct mmsghdr in[RUN];
    struct iovec v[RUN];
    struct addr from[RUN];
    for (size_t i = 0; i < RUN; i++) {
        v[i] = (struct iovec){buf[i], PACKET - 32};
        in[i].msg_hdr = (struct msghdr){.msg_name = &from[i].u,
                                        .msg_namelen = sizeof(from[i].u),
                                        .msg_iov = &v[i],
                                        .msg_iovlen = 1};
    }
    int n = recvmmsg(l->udp, in, RUN, MSG_DONTWAIT, NULL);
    for (int i = 0; i < n; i++) {
        run[i] = (struct pkt){.p = buf[i], .head = 12, .slot = stream, .index = get16(buf[i] + 2)};
        run[i].len = crypt_unprotect(&l->theirs, buf[i], 12, in[i].msg_len, run[i].index);
        if (run[i].len == 0)
            abort();
    }
    return n > 0 ? (size_t)n : 0;
}

static void empty(struct lab *l)
{
    static uint8_t waste[65536];
    for (size_t i = 0; i < l->n; i++)
        while (recv(l->fds[i], waste, sizeof(waste), 0) > 0)
            ;
}

static void burst(struct lab *l, unsigned stream, size_t k, size_t bytes, struct cost *sum)
{
    struct pkt run[RUN];
    publish(l, stream, k, bytes);
    double a = cpu_ns();
    size_t n = receive(l, run, stream);
    double b = cpu_ns();
    out_run(l->subs, l->n, run, n);
    out_flush();
    sum->send += cpu_ns() - b;
    sum->receive += b - a;
    sum->in += n;
    sum->forwarded += n * l->n;
    empty(l);
}

static struct cost one_round(struct lab *l, int frames)
{
    struct cost c = {0};
    for (int i = 0; i < frames; i += FRAMES) {
        for (int f = 0; f < FRAMES; f++)
            burst(l, 1, FRAME, VIDEO_BYTES, &c);
        for (int v = 0; v < VOICES; v++)
            burst(l, 0, 1, VOICE_BYTES, &c);
        if (l->index[0] > 0xF000 || l->index[1] > 0xF000)
            break; /* before the number wraps */
    }
    return c;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int floor_parts(const struct addr *at, size_t receivers, int frames, int rounds, const char *crypto)
{
    struct lab l = {0};
    double us[ROUNDS_MAX], receive_us[ROUNDS_MAX];
    int n = rounds < ROUNDS_MAX ? rounds : ROUNDS_MAX;
    lab_open(&l, at, receivers);
    (void)one_round(&l, FRAMES); /* warm */
    for (int i = 0; i < n; i++) {
        struct cost c = one_round(&l, frames);
        if (c.forwarded == 0)
            return 1;
        receive_us[i] = c.receive / (double)c.in / 1000;
        us[i] = (c.receive + c.send) / (double)c.forwarded / 1000;
    }
    qsort(us, (size_t)n, sizeof(*us), by_value);
    qsort(receive_us, (size_t)n, sizeof(*receive_us), by_value);
    printf("{\"crypto\":\"%s\",\"receivers\":%zu,\"us_per_packet\":%.3f,\"best_us\":%.3f,"
           "\"worst_us\":%.3f,\"receive_us\":%.3f}\n",
           crypto, receivers, us[n / 2], us[0], us[n - 1], receive_us[n / 2]);
    return 0;
}
