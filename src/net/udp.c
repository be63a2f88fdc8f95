/* Packets for one receiver lie one behind the other in the out buffer, so that a train is one
 * iovec. */
#include "net/udp.h"

#include <errno.h>
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

/* Room for the local address of a datagram, in and out, and for the size of segments. */
enum { INFO_SPACE = CMSG_SPACE(sizeof(struct in6_pktinfo)), CONTROL = 96 };
_Static_assert((int)INFO_SPACE + (int)CMSG_SPACE(sizeof(uint16_t)) <= (int)CONTROL, "control");

union control {
    struct cmsghdr h; /* for alignment */
    // cppcheck-suppress unusedStructMember  // gives the union its size
    uint8_t b[CONTROL];
};

static void enlarge(int fd)
{
    int big = SOCKET_BUFFER;
    /* Beyond the system's limit only with the right to; else as large as allowed. */
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &big, sizeof(big)) != 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &big, sizeof(big));
    if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &big, sizeof(big)) != 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &big, sizeof(big));
}

/* Each datagram tells which of our addresses it came to. */
static bool ask_for_local(int fd, bool v6)
{
    int one = 1;
    return v6 ? setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one)) == 0 &&
                    setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &one, sizeof(one)) == 0
              : setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &one, sizeof(one)) == 0;
}

enum err udp_open(int *out, const struct addr *at, struct addr *bound)
{
    int fd = socket(at->u.sa.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return ERR_IO;
    enlarge(fd);
    if (!ask_for_local(fd, addr_is_v6(at)) || bind(fd, &at->u.sa, at->len) != 0) {
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
    union control control[UDP_BATCH];
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
        in->msgs[i].msg_hdr.msg_control = &in->control[i];
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
    for (size_t i = 0; i < UDP_BATCH; i++) {
        in->msgs[i].msg_hdr.msg_namelen = sizeof(in->from[i].u);
        in->msgs[i].msg_hdr.msg_controllen = sizeof(in->control[i]);
    }
    int n = recvmmsg(fd, in->msgs, UDP_BATCH, MSG_DONTWAIT, NULL);
    return n > 0 ? (size_t)n : 0;
}

static void read_local(struct addr *to, struct msghdr *h)
{
    to->len = 0;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c != NULL; c = CMSG_NXTHDR(h, c)) {
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo v4;
            memcpy(&v4, CMSG_DATA(c), sizeof(v4));
            to->u.v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = v4.ipi_addr};
            to->len = sizeof(to->u.v4);
        } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
            struct in6_pktinfo v6;
            memcpy(&v6, CMSG_DATA(c), sizeof(v6));
            to->u.v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_addr = v6.ipi6_addr};
            to->len = sizeof(to->u.v6);
        }
    }
}

uint8_t *udp_datagram(struct udp_in *in, size_t i, size_t *len, struct addr *from, struct addr *to)
{
    struct msghdr *h = &in->msgs[i].msg_hdr;
    *len = (h->msg_flags & MSG_TRUNC) != 0 ? 0 : in->msgs[i].msg_len;
    *from = in->from[i];
    from->len = h->msg_namelen;
    read_local(to, h);
    return in->bytes[i];
}

/* ---- out ------------------------------------------------------------------------------------ */

struct udp_out {
    struct mmsghdr msgs[UDP_OUT_MSGS];
    struct iovec iov[UDP_OUT_MSGS];
    struct udp_way way[UDP_OUT_MSGS];
    union control control[UDP_OUT_MSGS];
    uint16_t segment[UDP_OUT_MSGS]; /* size of the train's first packet */
    uint16_t n_segments[UDP_OUT_MSGS];
    bool closed[UDP_OUT_MSGS]; /* its last packet was shorter: nothing may follow */
    size_t n, at;
    bool gso;
    struct udp_way now; /* where the next packets go */
    bool goes_on;       /* the last train goes there too */
    uint8_t bytes[UDP_OUT_BYTES];
};

enum err udp_out_new(struct udp_out **out, bool gso)
{
    struct udp_out *o = (struct udp_out *)mem_zalloc(1, sizeof(*o));
    if (o == NULL)
        return ERR_NOMEM;
    o->gso = gso;
    *out = o;
    return ERR_OK;
}

void udp_out_free(struct udp_out *o)
{
    mem_free(o);
}

uint8_t *udp_room(struct udp_out *o)
{
    if (o->at + UDP_PACKET > UDP_OUT_BYTES)
        udp_flush(o);
    return o->bytes + o->at;
}

static bool same_way(const struct udp_way *a, const struct udp_way *b)
{
    return a->fd == b->fd && addr_equal(&a->to, &b->to) && a->from.len == b->from.len &&
           (a->from.len == 0 || addr_same_host(&a->from, &b->from));
}

static bool joins(const struct udp_out *o, size_t len)
{
    if (o->n == 0 || !o->gso || !o->goes_on)
        return false;
    size_t last = o->n - 1;
    return !o->closed[last] && len <= o->segment[last] && o->n_segments[last] < TRAIN_SEGMENTS &&
           o->iov[last].iov_len + len < TRAIN_BYTES;
}

static void put_control(struct msghdr *h, int level, int type, const void *p, size_t n)
{
    uint8_t *at = (uint8_t *)h->msg_control + h->msg_controllen;
    struct cmsghdr c = {.cmsg_level = level, .cmsg_type = type, .cmsg_len = CMSG_LEN(n)};
    memcpy(at, &c, sizeof(c));
    memcpy(at + CMSG_LEN(0), p, n);
    h->msg_controllen += CMSG_SPACE(n);
}

static void leave_from(struct msghdr *h, const struct addr *from)
{
    if (from->len == 0)
        return;
    if (addr_is_v6(from)) {
        struct in6_pktinfo v6 = {.ipi6_addr = from->u.v6.sin6_addr};
        put_control(h, IPPROTO_IPV6, IPV6_PKTINFO, &v6, sizeof(v6));
    } else {
        struct in_pktinfo v4 = {.ipi_spec_dst = from->u.v4.sin_addr};
        put_control(h, IPPROTO_IP, IP_PKTINFO, &v4, sizeof(v4));
    }
}

static void open_train(struct udp_out *o, size_t len)
{
    size_t i = o->n++;
    o->way[i] = o->now;
    o->goes_on = true;
    o->iov[i] = (struct iovec){.iov_base = o->bytes + o->at, .iov_len = len};
    o->segment[i] = (uint16_t)len;
    o->n_segments[i] = 1;
    o->closed[i] = false;
    o->msgs[i].msg_hdr = (struct msghdr){.msg_name = &o->way[i].to.u,
                                         .msg_namelen = o->now.to.len,
                                         .msg_iov = &o->iov[i],
                                         .msg_iovlen = 1,
                                         .msg_control = &o->control[i]};
    leave_from(&o->msgs[i].msg_hdr, &o->way[i].from);
}

static void extend_train(struct udp_out *o, size_t len)
{
    size_t i = o->n - 1;
    o->iov[i].iov_len += len;
    o->closed[i] = len < o->segment[i];
    if (++o->n_segments[i] == 2)
        put_control(&o->msgs[i].msg_hdr, SOL_UDP, UDP_SEGMENT, &o->segment[i],
                    sizeof(o->segment[i]));
}

void udp_to(struct udp_out *o, const struct udp_way *way)
{
    if (same_way(&o->now, way))
        return;
    o->now = *way;
    o->goes_on = false;
}

void udp_put(struct udp_out *o, size_t len)
{
    if (joins(o, len)) {
        extend_train(o, len);
    } else {
        if (o->n == UDP_OUT_MSGS || (o->n > 0 && o->now.fd != o->way[0].fd)) {
            /* No room, or another socket: what waits goes first; the packet moves to the front. */
            uint8_t *p = o->bytes + o->at;
            udp_flush(o);
            memmove(o->bytes, p, len);
        }
        open_train(o, len);
    }
    o->at += len;
}

/* One by one: where the kernel or the path's MTU refuses the train. */
static void send_apart(struct udp_out *o, size_t i)
{
    struct msghdr h = o->msgs[i].msg_hdr;
    struct iovec part = o->iov[i];
    h.msg_iov = &part;
    h.msg_controllen = 0;
    leave_from(&h, &o->way[i].from);
    for (size_t left = o->iov[i].iov_len; left > 0; left -= part.iov_len) {
        part.iov_len = left < o->segment[i] ? left : o->segment[i];
        (void)sendmsg(o->way[i].fd, &h, MSG_DONTWAIT);
        part.iov_base = (uint8_t *)part.iov_base + part.iov_len;
    }
}

static bool is_too_large(int e)
{
    return e == EIO || e == EINVAL || e == EMSGSIZE || e == EOPNOTSUPP;
}

void udp_flush(struct udp_out *o)
{
    for (size_t at = 0; at < o->n;) {
        int k = sendmmsg(o->way[0].fd, o->msgs + at, (unsigned)(o->n - at), MSG_DONTWAIT);
        if (k > 0) {
            at += (size_t)k;
            continue;
        }
        if (o->n_segments[at] > 1 && is_too_large(errno))
            send_apart(o, at);
        at++; /* An unreachable or full receiver loses its train, no more. */
    }
    o->n = 0;
    o->at = 0;
}
