/* ICE-TCP: two bytes of length before each datagram (RFC 4571). A slow reader loses packets, not
 * the worker its time; who proves nothing is cut off. */
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "worker_priv.h"

enum { READS_MAX = 64 }; /* of one connection before the others have their turn */

static struct tcp *tcp_new(struct worker *w, int fd)
{
    struct tcp *t = (struct tcp *)mem_zalloc(1, sizeof(*t));
    if (t == NULL)
        return NULL;
    t->out = (uint8_t *)mem_alloc(TCP_OUT_MAX);
    t->fd = fd;
    t->w = w;
    t->link = ++w->next_link;
    t->heard_ns = w->now_ns;
    t->addr.len = sizeof(t->addr.u);
    struct epoll_event ev = {.events = EPOLLIN, .data.u64 = (uint64_t)KEY_LINK + t->link};
    if (t->out == NULL || getpeername(fd, &t->addr.u.sa, &t->addr.len) != 0 ||
        map_put(&w->links, t->link, t) != ERR_OK) {
        mem_free(t->out);
        mem_free(t);
        return NULL;
    }
    if (epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &ev) != 0) {
        (void)map_take(&w->links, t->link);
        mem_free(t->out);
        mem_free(t);
        return NULL;
    }
    return t;
}

void tcp_free(struct tcp *t)
{
    (void)map_take(&t->w->links, t->link);
    (void)close(t->fd);
    mem_free(t->out);
    mem_free(t);
}

static size_t unproven_from(const struct worker *w, int fd)
{
    struct addr a = {.len = sizeof(a.u)};
    size_t at = 0, n = 0;
    if (getpeername(fd, &a.u.sa, &a.len) != 0)
        return SIZE_MAX;
    for (const struct tcp *t = NULL; (t = (const struct tcp *)map_next(&w->links, &at)) != NULL;)
        n += t->peer == NULL && addr_same_host(&t->addr, &a);
    return n;
}

/* ---- in ---------------------------------------------------------------------------------------
 */

/* Hands on each whole frame. @return false when one is longer than a datagram may be. */
static bool deliver(struct tcp *t)
{
    struct path from = {.addr = t->addr, .link = t->link};
    uint8_t frame[UDP_PACKET + 64];
    size_t at = 0;
    while (t->in_len - at >= 2) {
        size_t len = (size_t)t->in[at] << 8 | t->in[at + 1];
        if (len > UDP_PACKET)
            return false;
        if (t->in_len - at < 2 + len)
            break;
        memcpy(frame, t->in + at + 2, len);
        peer_datagram(t->w, &from, frame, len);
        at += 2 + len;
    }
    memmove(t->in, t->in + at, t->in_len - at);
    t->in_len -= at;
    return true;
}

/* @return false at the end of the connection, or when it speaks no frames. */
static bool read_all(struct tcp *t)
{
    for (int i = 0; i < READS_MAX; i++) {
        ssize_t n = recv(t->fd, t->in + t->in_len, sizeof(t->in) - t->in_len, MSG_DONTWAIT);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return true;
        if (n <= 0)
            return false;
        t->in_len += (size_t)n;
        if (!deliver(t))
            return false;
    }
    return true;
}

void tcp_adopt(struct worker *w, int fd, const uint8_t *first, size_t len)
{
    bool room = map_size(&w->links) < TCP_MAX && unproven_from(w, fd) < TCP_UNPROVEN_MAX;
    struct tcp *t = room && len <= sizeof(t->in) ? tcp_new(w, fd) : NULL;
    if (t == NULL) {
        (void)close(fd);
        return;
    }
    memcpy(t->in, first, len);
    t->in_len = len;
    if (!deliver(t))
        tcp_free(t);
}

void tcp_proven(struct worker *w, uint32_t link, struct peer *p)
{
    struct tcp *t = (struct tcp *)map_get(&w->links, link);
    if (t == NULL)
        return;
    t->peer = p;
    t->heard_ns = w->now_ns;
}

/* Silent ones go: a browser checks each connection it keeps every few seconds. */
void tcp_second(struct worker *w)
{
    size_t at = 0;
    for (struct tcp *t = NULL; (t = (struct tcp *)map_next(&w->links, &at)) != NULL;) {
        uint64_t may = t->peer == NULL ? TCP_PROVE_S * NS_PER_S : w->cfg.gone_ms * NS_PER_MS;
        if (w->now_ns - t->heard_ns >= may)
            tcp_free(t);
    }
}

/* ---- out --------------------------------------------------------------------------------------
 */

static void wait_for_room(struct tcp *t, bool on)
{
    struct epoll_event ev = {.events = on ? EPOLLIN | EPOLLOUT : EPOLLIN,
                             .data.u64 = (uint64_t)KEY_LINK + t->link};
    if (t->waits != on && epoll_ctl(t->w->epoll, EPOLL_CTL_MOD, t->fd, &ev) == 0)
        t->waits = on;
}

static void write_out(struct tcp *t)
{
    size_t at = 0;
    while (at < t->out_len) {
        ssize_t n = send(t->fd, t->out + at, t->out_len - at, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n <= 0)
            break; /* A broken one is seen when it is read. */
        at += (size_t)n;
    }
    memmove(t->out, t->out + at, t->out_len - at);
    t->out_len -= at;
    wait_for_room(t, t->out_len > 0);
}

void tcp_send(struct tcp *t, const uint8_t *p, size_t len)
{
    if (t->out_len + 2 + len > TCP_OUT_MAX) {
        t->w->dropped++;
        return;
    }
    t->out[t->out_len++] = (uint8_t)(len >> 8);
    t->out[t->out_len++] = (uint8_t)len;
    memcpy(t->out + t->out_len, p, len);
    t->out_len += len;
    if (!t->waits)
        write_out(t);
}

void tcp_event(struct worker *w, uint32_t link, uint32_t epoll_events)
{
    struct tcp *t = (struct tcp *)map_get(&w->links, link);
    if (t == NULL)
        return; /* Gone within the same round. */
    if ((epoll_events & EPOLLOUT) != 0)
        write_out(t);
    if ((epoll_events & ~(uint32_t)EPOLLOUT) != 0 && !read_all(t))
        tcp_free(t);
}
