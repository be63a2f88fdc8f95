/* ICE-TCP: two bytes of length before each datagram (RFC 4571). A slow reader loses packets, not
 * the worker its time. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "worker_priv.h"

struct tcp *tcp_adopt(struct worker *w, int fd)
{
    struct tcp *t = (struct tcp *)mem_zalloc(1, sizeof(*t));
    if (t == NULL)
        return NULL;
    t->out = (uint8_t *)mem_alloc(TCP_OUT_MAX);
    t->fd = fd;
    t->w = w;
    t->link = ++w->next_link;
    if (t->out == NULL || map_put(&w->links, t->link, t) != ERR_OK) {
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

/* Hands on each whole frame. @return false when one is longer than a datagram may be. */
static bool deliver(struct tcp *t)
{
    size_t at = 0;
    while (t->in_len - at >= 2) {
        size_t len = (size_t)t->in[at] << 8 | t->in[at + 1];
        struct path from = {.link = t->link};
        uint8_t frame[UDP_PACKET + 64];
        if (len > UDP_PACKET)
            return false;
        if (t->in_len - at < 2 + len)
            break;
        from.addr.len = sizeof(from.addr.u);
        (void)getpeername(t->fd, &from.addr.u.sa, &from.addr.len);
        memcpy(frame, t->in + at + 2, len);
        peer_datagram(t->w, &from, frame, len);
        producer_run_out(t->w); /* The run borrows this frame's memory. */
        at += 2 + len;
    }
    memmove(t->in, t->in + at, t->in_len - at);
    t->in_len -= at;
    return true;
}

void tcp_feed(struct tcp *t, const uint8_t *first, size_t len)
{
    memcpy(t->in, first, len < sizeof(t->in) ? len : sizeof(t->in));
    t->in_len = len;
    if (deliver(t))
        tcp_readable(t);
    else
        tcp_free(t);
}

void tcp_readable(struct tcp *t)
{
    for (;;) {
        ssize_t n = recv(t->fd, t->in + t->in_len, sizeof(t->in) - t->in_len, MSG_DONTWAIT);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n <= 0) {
            tcp_free(t);
            return;
        }
        t->in_len += (size_t)n;
        if (!deliver(t)) {
            tcp_free(t);
            return;
        }
    }
}

void tcp_writable(struct tcp *t)
{
    while (t->out_len > 0) {
        ssize_t n = send(t->fd, t->out, t->out_len, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n <= 0)
            return; /* A broken one is seen when it is read. */
        memmove(t->out, t->out + n, t->out_len - (size_t)n);
        t->out_len -= (size_t)n;
    }
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
    tcp_writable(t);
}
