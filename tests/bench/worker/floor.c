/* The hot path by itself, with the choices that measured best: runs of a frame, padded to equal
 * sizes, receiver by receiver, sixteen trains a call. */
#include "floor.h"

#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "crypt.h"
#include "net/addr.h"
#include "rtc/rtp.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

enum { PACKET = 1536, BATCH = 64, SLOTS = 256, RUN = 64, TRAIN = 40, TRAINS = 16 };

struct kept {
    uint8_t *p;
    size_t len; /* without tag */
    bool voice;
};

struct receiver {
    struct crypt *tx;
    struct sockaddr_in to;
    uint32_t shift;
};

struct publisher {
    struct crypt *rx, *mine;
    struct kept run[RUN];
    size_t n;
    bool complete;
};

struct forwarder {
    const struct floor_case *c;
    int fd, epoll, cpu;
    struct publisher pubs[LOAD_MAX];
    struct receiver receivers[LOAD_MAX];
    uint8_t in[SLOTS][PACKET];
    struct mmsghdr msgs[TRAINS];
    struct iovec iov[TRAINS];
    union {
        struct cmsghdr h;
        uint8_t b[CMSG_SPACE(sizeof(uint16_t))];
    } control[TRAINS];
    size_t n_msgs, at;
    uint8_t out[TRAINS * RUN * PACKET];
    atomic_bool stop;
    pthread_t thread;
    struct sockaddr_in self;
    int client;
    struct load load;
};

static struct sockaddr_in loopback(void)
{
    return (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static int udp_socket(struct sockaddr_in *bound)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), big = 8 << 20;
    socklen_t len = sizeof(*bound);
    *bound = loopback();
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &big, sizeof(big));
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &big, sizeof(big));
    if (fd < 0 || bind(fd, (struct sockaddr *)bound, sizeof(*bound)) != 0 ||
        getsockname(fd, (struct sockaddr *)bound, &len) != 0)
        abort();
    return fd;
}

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* ---- out --------------------------------------------------------------------------------------
 */

static void flush(struct forwarder *f)
{
    for (size_t at = 0; at < f->n_msgs;) {
        int k = sendmmsg(f->fd, f->msgs + at, (unsigned)(f->n_msgs - at), MSG_DONTWAIT);
        at += k > 0 ? (size_t)k : 1;
    }
    f->n_msgs = f->at = 0;
}

static void train(struct forwarder *f, struct receiver *r, uint8_t *p, size_t n, size_t segment)
{
    size_t i = f->n_msgs++;
    uint16_t size = (uint16_t)segment;
    f->iov[i] = (struct iovec){.iov_base = p, .iov_len = n};
    struct msghdr *h = &f->msgs[i].msg_hdr;
    *h = (struct msghdr){
        .msg_name = &r->to, .msg_namelen = sizeof(r->to), .msg_iov = &f->iov[i], .msg_iovlen = 1};
    if (n > segment) {
        f->control[i].h = (struct cmsghdr){
            .cmsg_level = SOL_UDP, .cmsg_type = UDP_SEGMENT, .cmsg_len = CMSG_LEN(sizeof(size))};
        memcpy(CMSG_DATA(&f->control[i].h), &size, sizeof(size));
        h->msg_control = &f->control[i];
        h->msg_controllen = sizeof(f->control[i]);
    }
    if (f->n_msgs == TRAINS)
        flush(f);
}

static void send_run(struct forwarder *f, struct receiver *r, const struct kept *run, size_t n)
{
    uint8_t *start = f->out + f->at;
    size_t len = 0, first = 0;
    for (size_t i = 0; i < n; i++) {
        size_t head = run[i].voice ? RTP_HEADER_LEN + 8 : RTP_HEADER_LEN;
        uint8_t *p = start + len;
        memcpy(p, run[i].p, head);
        uint32_t index = (uint32_t)(p[2] << 8 | p[3]) + r->shift;
        rtp_put_seq(p, (uint16_t)index);
        rtp_put32(p + 8, get32(p + 8) ^ r->shift);
        size_t l = crypt_protect(r->tx, p, head, run[i].p + head, run[i].len - head, index);
        first = i == 0 ? l : first;
        len += l;
    }
    f->at += len;
    train(f, r, start, len, first);
}

/* Sizes that differ by a byte are made equal. */
static void equalize(struct kept *run, size_t n)
{
    size_t most = 0;
    for (size_t i = 0; i < n; i++)
        most = run[i].len > most ? run[i].len : most;
    for (size_t i = 0; i < n; i++)
        for (; run[i].len < most; run[i].len++)
            run[i].p[run[i].len] = 1;
}

static void run_out(struct forwarder *f, size_t i)
{
    struct publisher *u = &f->pubs[i];
    for (size_t from = 0, to = 0; from < u->n; from = to) {
        for (to = from + 1; to < u->n && u->run[to].voice == u->run[from].voice; to++)
            ;
        equalize(u->run + from, to - from);
        for (size_t k = 0; k < f->c->n_to[i]; k++)
            send_run(f, &f->receivers[f->c->to[i][k]], u->run + from, to - from);
    }
    u->n = 0;
    u->complete = false;
}

/* ---- in ---------------------------------------------------------------------------------------
 */

static void take(struct forwarder *f, uint8_t *p, size_t len)
{
    size_t i = get32(p + 8) & 0xffffu;
    bool voice = (get32(p + 8) & 0x20000u) != 0;
    struct publisher *u = &f->pubs[i];
    size_t head = voice ? RTP_HEADER_LEN + 8 : RTP_HEADER_LEN;
    size_t n = crypt_unprotect(u->rx, p, head, len, (uint32_t)(p[2] << 8 | p[3]));
    if (n == 0)
        abort();
    if (u->n == TRAIN)
        run_out(f, i);
    u->run[u->n++] = (struct kept){.p = p, .len = n, .voice = voice};
    u->complete = voice || (p[1] & 0x80u) != 0;
}

static size_t read_batch(struct forwarder *f, size_t used)
{
    static struct mmsghdr in[BATCH];
    static struct iovec v[BATCH];
    for (size_t i = 0; i < BATCH; i++) {
        v[i] = (struct iovec){.iov_base = f->in[used + i], .iov_len = PACKET - 32};
        in[i].msg_hdr = (struct msghdr){.msg_iov = &v[i], .msg_iovlen = 1};
    }
    int n = recvmmsg(f->fd, in, BATCH, MSG_DONTWAIT, NULL);
    for (int i = 0; i < n; i++)
        take(f, f->in[used + (size_t)i], in[i].msg_len);
    return n > 0 ? (size_t)n : 0;
}

static bool any_open(const struct forwarder *f)
{
    for (size_t i = 0; i < f->c->n_pubs; i++)
        if (f->pubs[i].n > 0 && !f->pubs[i].complete)
            return true;
    return false;
}

static void forward_what_waits(struct forwarder *f)
{
    struct timespec quarter = {.tv_nsec = 250000};
    size_t used = read_batch(f, 0);
    for (int i = 0; i < 4 && any_open(f) && used + BATCH <= SLOTS; i++) {
        (void)nanosleep(&quarter, NULL);
        used += read_batch(f, used);
    }
    for (size_t i = 0; i < f->c->n_pubs; i++)
        if (f->pubs[i].n > 0)
            run_out(f, i);
    flush(f);
}

static void pin(int cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)cpu, &set);
    (void)sched_setaffinity(0, sizeof(set), &set);
}

static void *forwarder_main(void *arg)
{
    struct forwarder *f = (struct forwarder *)arg;
    struct epoll_event ev;
    pin(f->cpu);
    while (!atomic_load(&f->stop))
        if (epoll_wait(f->epoll, &ev, 1, 100) == 1)
            forward_what_waits(f);
    return NULL;
}

/* ---- the traffic ------------------------------------------------------------------------------
 */

static void on_send(void *arg, size_t i, uint8_t *p, size_t len)
{
    struct forwarder *f = (struct forwarder *)arg;
    uint8_t out[PACKET];
    size_t head = (p[0] & 0x10u) != 0 ? RTP_HEADER_LEN + 8 : RTP_HEADER_LEN;
    memcpy(out, p, head);
    len = crypt_protect(f->pubs[i].mine, out, head, p + head, len - head,
                        (uint32_t)(p[2] << 8 | p[3]));
    (void)!sendto(f->client, out, len, 0, (struct sockaddr *)&f->self, sizeof(f->self));
}

static struct forwarder *forwarder_new(const struct floor_case *c, int cpu)
{
    struct forwarder *f = (struct forwarder *)calloc(1, sizeof(*f));
    struct sockaddr_in none;
    if (f == NULL)
        abort();
    f->load =
        (struct load){.n_pubs = c->n_pubs, .n_fds = c->n_receivers, .send = on_send, .arg = f};
    f->c = c;
    f->cpu = cpu;
    f->fd = udp_socket(&f->self);
    f->client = udp_socket(&none);
    f->epoll = epoll_create1(0);
    struct epoll_event ev = {.events = EPOLLIN};
    (void)epoll_ctl(f->epoll, EPOLL_CTL_ADD, f->fd, &ev);
    for (size_t i = 0; i < c->n_pubs; i++) {
        f->pubs[i].mine = crypt_new();
        f->pubs[i].rx = crypt_peer(f->pubs[i].mine);
    }
    for (size_t i = 0; i < c->n_receivers; i++) {
        f->load.fds[i] = udp_socket(&f->receivers[i].to);
        f->receivers[i].tx = crypt_new();
        f->receivers[i].shift = 100 + (uint32_t)i;
    }
    return f;
}

static void forwarder_free(struct forwarder *f)
{
    for (size_t i = 0; i < f->c->n_pubs; i++) {
        crypt_free(f->pubs[i].mine);
        crypt_free(f->pubs[i].rx);
    }
    for (size_t i = 0; i < f->c->n_receivers; i++) {
        crypt_free(f->receivers[i].tx);
        (void)close(f->load.fds[i]);
    }
    (void)close(f->fd);
    (void)close(f->client);
    (void)close(f->epoll);
    free(f);
}

static double cpu_of(pthread_t thread)
{
    clockid_t clock = 0;
    struct timespec t = {0};
    if (pthread_getcpuclockid(thread, &clock) != 0 || clock_gettime(clock, &t) != 0)
        abort();
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}

struct forwarder *floor_open(const struct floor_case *c, int cpu)
{
    struct forwarder *f = forwarder_new(c, cpu);
    if (pthread_create(&f->thread, NULL, forwarder_main, f) != 0)
        abort();
    load_run(&f->load, 0.3);
    return f;
}

void floor_close(struct forwarder *f)
{
    atomic_store(&f->stop, true);
    (void)pthread_join(f->thread, NULL);
    forwarder_free(f);
}

double floor_round(struct forwarder *f, double seconds)
{
    load_drain(&f->load, 5);
    double before = cpu_of(f->thread);
    uint64_t arrived = f->load.arrived;
    load_run(&f->load, seconds);
    load_drain(&f->load, 5);
    return (cpu_of(f->thread) - before) / (double)(f->load.arrived - arrived);
}

/* ---- the parts by themselves ------------------------------------------------------------------
 */

static void warm_frame(struct forwarder *f, struct floor_parts *sum)
{
    uint8_t p[PACKET] = {0x80, 96};
    rtp_put32(p + 8, load_video_ssrc(0));
    for (uint16_t i = 0; i < 5; i++) {
        rtp_put_seq(p, i);
        on_send(f, 0, p, RTP_HEADER_LEN + 999u + i % 2);
    }
    uint64_t start = clock_mono_ns();
    (void)read_batch(f, 0);
    uint64_t middle = clock_mono_ns();
    run_out(f, 0);
    flush(f);
    sum->send += (double)(clock_mono_ns() - middle);
    sum->receive += (double)(middle - start);
    load_drain(&f->load, 1);
}

struct floor_parts floor_warm(size_t n_receivers, int cpu)
{
    enum { FRAMES = 300 };
    static struct floor_case c;
    struct floor_parts sum = {0};
    cpu_set_t before;
    (void)sched_getaffinity(0, sizeof(before), &before);
    c = (struct floor_case){.n_pubs = 1, .n_receivers = n_receivers};
    c.n_to[0] = n_receivers;
    for (size_t i = 0; i < n_receivers; i++)
        c.to[0][i] = (uint8_t)i;
    struct forwarder *f = forwarder_new(&c, cpu);
    pin(cpu);
    for (int i = 0; i < FRAMES; i++)
        warm_frame(f, &sum);
    (void)sched_setaffinity(0, sizeof(before), &before);
    forwarder_free(f);
    return (struct floor_parts){.receive = sum.receive / FRAMES / 5,
                                .send = sum.send / FRAMES / 5 / (double)n_receivers};
}
