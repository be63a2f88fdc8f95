/* Connections wait here at most five seconds for their first frame, at most so many of them, and of
 * one address a few. */
#include "sfu/acceptor.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "rtc/stun_auth.h"
#include "sfu/worker.h"

enum { WAITING_MAX = 256, OF_ONE_MAX = 16, FIRST_FRAME_MAX = 2 + 600, WAIT_S = 5, LISTENERS = 2 };

struct waiting {
    int fd;
    struct addr from;
    uint64_t since_ns;
    size_t len;
    uint8_t bytes[FIRST_FRAME_MAX];
};

struct acceptor {
    pthread_t thread;
    bool running;
    atomic_bool stop;
    int fds[LISTENERS];
    unsigned n_fds;
    struct worker *const *workers;
    unsigned n_workers;
    struct waiting list[WAITING_MAX];
    size_t n;
};

static void drop(struct acceptor *a, size_t i)
{
    a->list[i] = a->list[--a->n];
}

/* True when the connection has left the list, handed on or closed. */
static bool route(struct acceptor *a, size_t i)
{
    struct waiting *c = &a->list[i];
    struct stun_msg m;
    char ufrag[ICE_UFRAG_MAX];
    size_t want = c->len < 2 ? 0 : (size_t)c->bytes[0] << 8 | c->bytes[1];
    if (c->len >= 2 && (want > FIRST_FRAME_MAX - 2 || want < STUN_HEADER_LEN)) {
        (void)close(c->fd);
        drop(a, i);
        return true;
    }
    if (c->len < 2 || c->len < 2 + want)
        return false;
    unsigned w = 64;
    if (stun_parse(&m, c->bytes + 2, want) == ERR_OK &&
        stun_local_ufrag(ufrag, sizeof(ufrag), &m) > 0)
        w = worker_of_ufrag(ufrag);
    if (w >= a->n_workers || worker_adopt_tcp(a->workers[w], c->fd, c->bytes, c->len) != ERR_OK)
        (void)close(c->fd);
    drop(a, i);
    return true;
}

static bool read_more(struct acceptor *a, size_t i)
{
    struct waiting *c = &a->list[i];
    ssize_t n = recv(c->fd, c->bytes + c->len, sizeof(c->bytes) - c->len, MSG_DONTWAIT);
    if (n <= 0) {
        (void)close(c->fd);
        drop(a, i);
        return true;
    }
    c->len += (size_t)n;
    return route(a, i);
}

static size_t waiting_from(const struct acceptor *a, const struct addr *from)
{
    size_t n = 0;
    for (size_t i = 0; i < a->n; i++)
        n += addr_same_host(&a->list[i].from, from);
    return n;
}

static size_t oldest(const struct acceptor *a)
{
    size_t at = 0;
    for (size_t i = 1; i < a->n; i++)
        if (a->list[i].since_ns < a->list[at].since_ns)
            at = i;
    return at;
}

static void accept_one(struct acceptor *a, int listener)
{
    int one = 1;
    struct addr from = {.len = sizeof(from.u)};
    int fd = accept4(listener, &from.u.sa, &from.len, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
        if (errno == EMFILE || errno == ENFILE)
            (void)usleep(20000); /* The listener stays readable: not to be asked without end. */
        return;
    }
    if (waiting_from(a, &from) >= OF_ONE_MAX) {
        (void)close(fd);
        return;
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    if (a->n == WAITING_MAX) {
        size_t i = oldest(a); /* It makes room: it has said nothing so far. */
        (void)close(a->list[i].fd);
        drop(a, i);
    }
    a->list[a->n++] = (struct waiting){.fd = fd, .from = from, .since_ns = clock_mono_ns()};
}

static void expire(struct acceptor *a, uint64_t now)
{
    for (size_t i = 0; i < a->n;) {
        if (now - a->list[i].since_ns < WAIT_S * NS_PER_S) {
            i++;
            continue;
        }
        (void)close(a->list[i].fd);
        drop(a, i);
    }
}

static void wait_for_some(struct acceptor *a)
{
    struct pollfd p[LISTENERS + WAITING_MAX];
    size_t n = a->n;
    for (unsigned i = 0; i < a->n_fds; i++)
        p[i] = (struct pollfd){.fd = a->fds[i], .events = POLLIN};
    for (size_t i = 0; i < n; i++)
        p[a->n_fds + i] = (struct pollfd){.fd = a->list[i].fd, .events = POLLIN};
    if (poll(p, a->n_fds + n, 200) <= 0)
        return;
    /* From the end, so that dropping one moves none that is still to be looked at. */
    for (size_t i = n; i-- > 0;)
        if (p[a->n_fds + i].revents != 0)
            (void)read_more(a, i);
    for (unsigned i = 0; i < a->n_fds; i++)
        if (p[i].revents != 0)
            accept_one(a, a->fds[i]);
}

static void *thread_main(void *arg)
{
    struct acceptor *a = (struct acceptor *)arg;
    while (!atomic_load(&a->stop)) {
        wait_for_some(a);
        expire(a, clock_mono_ns());
    }
    return NULL;
}

static enum err listen_at(struct acceptor *a, const struct addr *at)
{
    int one = 1;
    int fd = socket(at->u.sa.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return ERR_IO;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (addr_is_v6(at))
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
    if (bind(fd, &at->u.sa, at->len) != 0 || listen(fd, 128) != 0) {
        (void)close(fd);
        return ERR_IO;
    }
    a->fds[a->n_fds++] = fd;
    return ERR_OK;
}

enum err acceptor_new(struct acceptor **out, const struct addr *at, unsigned n_listen,
                      struct worker *const *workers, unsigned n_workers)
{
    struct acceptor *a = (struct acceptor *)mem_zalloc(1, sizeof(*a));
    if (a == NULL)
        return ERR_NOMEM;
    a->workers = workers;
    a->n_workers = n_workers;
    enum err e = ERR_OK;
    for (unsigned i = 0; e == ERR_OK && i < n_listen && i < LISTENERS; i++)
        e = listen_at(a, &at[i]);
    if (e == ERR_OK && pthread_create(&a->thread, NULL, thread_main, a) != 0)
        e = ERR_NOMEM;
    a->running = e == ERR_OK;
    if (e != ERR_OK) {
        acceptor_free(a);
        return e;
    }
    *out = a;
    return ERR_OK;
}

void acceptor_free(struct acceptor *a)
{
    if (a == NULL)
        return;
    atomic_store(&a->stop, true);
    if (a->running)
        (void)pthread_join(a->thread, NULL);
    for (size_t i = 0; i < a->n; i++)
        (void)close(a->list[i].fd);
    for (unsigned i = 0; i < a->n_fds; i++)
        (void)close(a->fds[i]);
    mem_free(a);
}
