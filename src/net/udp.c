/* Packets for one receiver lie one behind the other in the out buffer, so that a train is one
 * iovec. */
#include "net/udp.h"

#include <netinet/udp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/mem.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

enum { SOCKET_BUFFER = 4 << 20, TRAIN_BYTES = 60000, TRAIN_SEGMENTS = 60 };

static void enlarge(int fd)
{
    int big = SOCKET_BUFFER;
    /* Beyond the system's limit only with the right to; else as large as allowed. */
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &big, sizeof(big)) != 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &big, sizeof(big));
    if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &big, sizeof(big)) != 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &big, sizeof(big));
}

enum err udp_open(int *out, const struct addr *at, struct addr *bound)
{
    int one = 1;
    int fd = socket(at->u.sa.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return ERR_IO;
    if (addr_is_v6(at))
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
    enlarge(fd);
    if (bind(fd, &at->u.sa, at->len) != 0) {
        (void)close(fd);
        return ERR_IO;
    }
    if (bound != NULL) {
        bound->len = sizeof(bound->u);
        (void)getsockname(fd, &bound->u.sa, &bound->len);
    }
    *out = fd;
    return ERR_OK;
}

/* ---- in ------------------------------------------------------------------------------------- */

struct udp_in {
    struct mmsghdr msgs[UDP_BATCH];
    struct iovec iov[UDP_BATCH];
    struct addr from[UDP_BATCH];
    uint8_t bytes[UDP_BATCH][UDP_PACKET];
};

enum err udp_in_new(struct udp_in **out)
{
    struct udp_in *in = (struct udp_in *)mem_zalloc(1, sizeof(*in));
    if (in == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < UDP_BATCH; i++) {
        in->iov[i] = (struct iovec){.iov_base = in->bytes[i], .iov_len = UDP_PACKET - 64};
        in->msgs[i].msg_hdr.msg_iov = &in->iov[i];
        in->msgs[i].msg_hdr.msg_iovlen = 1;
        in->msgs[i].msg_hdr.msg_name = &in->from[i].u;
    }
    *out = in;
    return ERR_OK;
}

void udp_in_free(struct udp_in *in)
{
    mem_free(in);
}

size_t udp_read(struct udp_in *in, int fd)
{
    for (size_t i = 0; i < UDP_BATCH; i++)
        in->msgs[i].msg_hdr.msg_namelen = sizeof(in->from[i].u);
    int n = recvmmsg(fd, in->msgs, UDP_BATCH, MSG_DONTWAIT, NULL);
    return n > 0 ? (size_t)n : 0;
}

uint8_t *udp_datagram(struct udp_in *in, size_t i, size_t *len, struct addr *from)
{
    const struct msghdr *h = &in->msgs[i].msg_hdr;
    *len = (h->msg_flags & MSG_TRUNC) != 0 ? 0 : in->msgs[i].msg_len;
    *from = in->from[i];
    from->len = h->msg_namelen;
    return in->bytes[i];
}

/* ---- out ------------------------------------------------------------------------------------ */

struct udp_out {
    struct mmsghdr msgs[UDP_OUT_MSGS];
    struct iovec iov[UDP_OUT_MSGS];
    struct addr to[UDP_OUT_MSGS];
    union {
        struct cmsghdr h;
        // cppcheck-suppress unusedStructMember  // gives the union its size
        uint8_t b[CMSG_SPACE(sizeof(uint16_t))];
    } control[UDP_OUT_MSGS];
    uint16_t segment[UDP_OUT_MSGS]; /* size of the train's first packet */
    uint16_t n_segments[UDP_OUT_MSGS];
    bool closed[UDP_OUT_MSGS]; /* its last packet was shorter: nothing may follow */
    size_t n, at;
    int fd;
    uint8_t bytes[UDP_OUT_BYTES];
};

enum err udp_out_new(struct udp_out **out)
{
    struct udp_out *o = (struct udp_out *)mem_zalloc(1, sizeof(*o));
    if (o == NULL)
        return ERR_NOMEM;
    o->fd = -1;
    *out = o;
    return ERR_OK;
}

void udp_out_free(struct udp_out *o)
{
    mem_free(o);
}

uint8_t *udp_room(struct udp_out *o)
{
    if (o->at + UDP_PACKET > UDP_OUT_BYTES || o->n == UDP_OUT_MSGS)
        udp_flush(o);
    return o->bytes + o->at;
}

static bool joins(const struct udp_out *o, int fd, const struct addr *to, size_t len)
{
    if (o->n == 0 || fd != o->fd)
        return false;
    size_t last = o->n - 1;
    return !o->closed[last] && len <= o->segment[last] && o->n_segments[last] < TRAIN_SEGMENTS &&
           o->iov[last].iov_len + len < TRAIN_BYTES && addr_equal(&o->to[last], to);
}

static void open_train(struct udp_out *o, const struct addr *to, size_t len)
{
    size_t i = o->n++;
    o->to[i] = *to;
    o->iov[i] = (struct iovec){.iov_base = o->bytes + o->at, .iov_len = len};
    o->segment[i] = (uint16_t)len;
    o->n_segments[i] = 1;
    o->closed[i] = false;
    o->msgs[i].msg_hdr = (struct msghdr){
        .msg_name = &o->to[i].u, .msg_namelen = to->len, .msg_iov = &o->iov[i], .msg_iovlen = 1};
}

static void extend_train(struct udp_out *o, size_t len)
{
    size_t i = o->n - 1;
    o->iov[i].iov_len += len;
    o->closed[i] = len < o->segment[i];
    if (++o->n_segments[i] > 2)
        return;
    struct msghdr *h = &o->msgs[i].msg_hdr;
    o->control[i].h = (struct cmsghdr){
        .cmsg_level = SOL_UDP, .cmsg_type = UDP_SEGMENT, .cmsg_len = CMSG_LEN(sizeof(uint16_t))};
    memcpy(CMSG_DATA(&o->control[i].h), &o->segment[i], sizeof(uint16_t));
    h->msg_control = &o->control[i];
    h->msg_controllen = sizeof(o->control[i]);
}

void udp_commit(struct udp_out *o, int fd, const struct addr *to, size_t len)
{
    if (o->n > 0 && fd != o->fd) {
        /* Another socket: what waits goes first, and the new packet moves to the front. */
        uint8_t *p = o->bytes + o->at;
        udp_flush(o);
        memmove(o->bytes, p, len);
    }
    o->fd = fd;
    if (joins(o, fd, to, len))
        extend_train(o, len);
    else
        open_train(o, to, len);
    o->at += len;
}

void udp_flush(struct udp_out *o)
{
    for (size_t at = 0; at < o->n;) {
        int k = sendmmsg(o->fd, o->msgs + at, (unsigned)(o->n - at), MSG_DONTWAIT);
        at += k > 0 ? (size_t)k : 1; /* An unreachable or full receiver loses its train, no more. */
    }
    o->n = 0;
    o->at = 0;
}
