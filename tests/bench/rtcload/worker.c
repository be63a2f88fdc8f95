#include "worker.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "options.h"
#include "util.h"

enum { BATCH = 64, EVENTS = 256, DATAGRAM = 2048, CONTROL = 128 };
static const uint64_t SLOW_TICK = 10 * NS_PER_MS;

_Atomic bool steady, stopping;
struct worker *workers;
static _Atomic unsigned next_worker;

struct batch {
    struct mmsghdr mm[BATCH];
    struct iovec iov[BATCH];
    uint8_t buf[BATCH][DATAGRAM];
    _Alignas(struct cmsghdr) uint8_t control[BATCH][CONTROL];
};

static struct batch *batch_new(void)
{
    struct batch *b = (struct batch *)must_zalloc(1, sizeof(*b));
    for (int i = 0; i < BATCH; i++) {
        b->iov[i] = (struct iovec){b->buf[i], DATAGRAM};
        b->mm[i].msg_hdr.msg_iov = &b->iov[i];
        b->mm[i].msg_hdr.msg_iovlen = 1;
        b->mm[i].msg_hdr.msg_control = b->control[i];
    }
    return b;
}

static uint64_t read_control(struct peer *p, struct msghdr *h)
{
    uint64_t ns = 0;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c != NULL; c = CMSG_NXTHDR(h, c)) {
        struct timespec t;
        if (c->cmsg_level != SOL_SOCKET)
            continue;
        if (c->cmsg_type == SO_TIMESTAMPNS) {
            memcpy(&t, CMSG_DATA(c), sizeof(t));
            ns = (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
        } else if (c->cmsg_type == SO_RXQ_OVFL) {
            memcpy(&p->socket_drops, CMSG_DATA(c), sizeof(p->socket_drops));
        }
    }
    return ns;
}

static void drain(struct worker *w, struct batch *b, struct peer *p)
{
    int n = 0;
    do {
        for (int i = 0; i < BATCH; i++)
            b->mm[i].msg_hdr.msg_controllen = CONTROL;
        n = recvmmsg(p->fd, b->mm, BATCH, MSG_DONTWAIT, NULL);
        for (int i = 0; i < n; i++) {
            uint64_t at = read_control(p, &b->mm[i].msg_hdr);
            if (i == 0 && atomic_load_explicit(&steady, memory_order_relaxed))
                hist_add(&w->lag, clock_wall_ns() - at);
            peer_packet(p, b->buf[i], b->mm[i].msg_len, at);
        }
    } while (n == BATCH);
}

static void timers(struct worker *w, uint64_t now, bool slow)
{
    (void)pthread_mutex_lock(&w->lock);
    for (int i = 0; i < w->n; i++) {
        struct peer *p = w->peers[i];
        if (slow)
            peer_timers(p, now);
        if (p->publishes && atomic_load_explicit(&p->state, memory_order_relaxed) == PEER_UP)
            peer_media(p, now);
    }
    (void)pthread_mutex_unlock(&w->lock);
}

static void note_cpu(struct worker *w)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    atomic_store(&w->cpu_ns, (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec);
}

struct ticks {
    uint64_t next, next_slow;
};

/* @return until when to wait. */
static uint64_t tick(struct worker *w, struct ticks *t)
{
    uint64_t now = clock_mono_ns();
    if (now >= t->next) {
        bool slow = now >= t->next_slow;
        timers(w, now, slow);
        t->next = now + (uint64_t)opt.tick_us * 1000;
        if (slow) {
            note_cpu(w);
            t->next_slow = now + SLOW_TICK;
        }
        now = clock_mono_ns();
    }
    return t->next > now ? t->next - now : 0;
}

static void *run(void *arg)
{
    struct worker *w = (struct worker *)arg;
    struct batch *b = batch_new();
    struct epoll_event ev[EVENTS];
    struct ticks t = {0};
    while (!atomic_load_explicit(&stopping, memory_order_relaxed)) {
        uint64_t left = tick(w, &t);
        if (opt.lazy && atomic_load_explicit(&steady, memory_order_relaxed)) {
            sleep_ns(left);
            left = 0;
        }
        struct timespec wait = {.tv_nsec = (long)left};
        int n = epoll_pwait2(w->epoll, ev, EVENTS, &wait, NULL);
        for (int i = 0; i < n; i++)
            drain(w, b, (struct peer *)ev[i].data.ptr);
    }
    free(b);
    return NULL;
}

void workers_start(int n)
{
    workers = (struct worker *)must_zalloc((size_t)n, sizeof(*workers));
    for (int i = 0; i < n; i++) {
        workers[i].epoll = epoll_create1(EPOLL_CLOEXEC);
        (void)pthread_mutex_init(&workers[i].lock, NULL);
        if (pthread_create(&workers[i].thread, NULL, run, &workers[i]) != 0)
            abort();
    }
}

void workers_stop(void)
{
    atomic_store(&stopping, true);
    for (int i = 0; i < opt.workers; i++)
        (void)pthread_join(workers[i].thread, NULL);
}

void worker_add(struct peer *p)
{
    unsigned i = atomic_fetch_add(&next_worker, 1) % (unsigned)opt.workers;
    struct worker *w = &workers[i];
    struct epoll_event e = {.events = EPOLLIN, .data = {.ptr = p}};
    p->worker = w;
    (void)pthread_mutex_lock(&w->lock);
    w->peers =
        (struct peer **)must_realloc((void *)w->peers, sizeof(*w->peers) * (size_t)(w->n + 1));
    w->peers[w->n++] = p;
    (void)pthread_mutex_unlock(&w->lock);
    (void)epoll_ctl(w->epoll, EPOLL_CTL_ADD, p->fd, &e);
}
