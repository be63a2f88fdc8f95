/* STUN, DTLS and RTP in; runs of packets out. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../rtcload/stun.h"
#include "../rtcload/util.h"
#include "floor.h"

enum { BATCH = 64, HASH = 16384, READS = 4 };
static const uint64_t NAP = 250000; /* ns */

static struct peer *by_addr[HASH];

static struct peer *find(const struct addr *a)
{
    for (uint32_t i = addr_hash(a) % HASH; by_addr[i] != NULL; i = (i + 1) % HASH)
        if (addr_equal(&by_addr[i]->addr, a))
            return by_addr[i];
    return NULL;
}

static void remember(struct peer *p, const struct addr *a)
{
    uint32_t i = addr_hash(a) % HASH;
    p->addr = *a;
    while (by_addr[i] != NULL)
        i = (i + 1) % HASH;
    by_addr[i] = p;
}

static void on_stun(struct peer *p, const uint8_t *b, size_t n, const struct addr *a)
{
    struct stun_msg m;
    uint8_t reply[STUN_ROOM];
    if (!stun_parse(b, n, &m) || m.type != STUN_REQUEST)
        return;
    for (uint32_t i = server.n_peers; p == NULL && i-- > 0;)
        if (stun_verify(b, &m, server.peers[i]->pwd))
            p = server.peers[i];
    if (p == NULL || !stun_verify(b, &m, p->pwd))
        return;
    if (p->addr.len == 0)
        remember(p, a);
    size_t len = stun_success(reply, m.tid, a, p->pwd);
    (void)sendto(server.udp, reply, len, 0, &a->u.sa, a->len);
}

/* The generator's DTLS writes to a descriptor: a pair of sockets catches what it writes. */
static void on_dtls(struct peer *p, const uint8_t *b, size_t n)
{
    static int pair[2] = {-1, -1};
    uint8_t reply[2048];
    ssize_t k = 0;
    if (pair[0] < 0 && socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair) != 0)
        return;
    if (p->dtls.ssl == NULL)
        dtls_new(&p->dtls, pair[0], false, p->remote.fingerprint);
    bool had = p->dtls.tx != NULL;
    enum dtls_result r = dtls_feed(&p->dtls, b, n);
    while ((k = recv(pair[1], reply, sizeof(reply), 0)) > 0)
        (void)sendto(server.udp, reply, (size_t)k, 0, &p->addr.u.sa, p->addr.len);
    struct tx *t = &server.txs[p->number];
    if (r == DTLS_FAIL) {
        t->up = false;
    } else if (r == DTLS_DONE && !had && crypt_open(&t->crypt, p->dtls.tx, p->dtls.tx_key, true) &&
               crypt_open(&p->rx, p->dtls.rx, p->dtls.rx_key, false)) {
        out_open(t, &p->addr);
    }
}

static struct in_stream *stream_of(struct peer *p, uint32_t ssrc, unsigned *slot)
{
    for (*slot = 0; *slot < p->n_in; (*slot)++)
        if (p->in[*slot].ssrc == ssrc)
            return &p->in[*slot];
    if (p->n_in == SLOTS)
        return NULL;
    p->in[p->n_in].ssrc = ssrc;
    return &p->in[p->n_in++];
}

static void run_out(struct peer *p)
{
    out_run(p->subs, p->n_subs, p->run, p->n_run);
    p->n_run = 0;
}

static void on_rtp(struct peer *p, uint8_t *b, size_t n)
{
    struct pkt k = {.p = b, .head = crypt_head(b, n)};
    struct in_stream *s = k.head > 0 ? stream_of(p, get32(b + 8), &k.slot) : NULL;
    uint16_t seq = get16(b + 2);
    if (s == NULL)
        return;
    k.index = seq;
    if (s->started)
        k.index = (uint32_t)((int32_t)s->index + (int16_t)(seq - (uint16_t)s->index));
    k.len = crypt_unprotect(&p->rx, b, k.head, n, k.index);
    if (k.len == 0)
        return;
    if (!s->started || (int32_t)(k.index - s->index) > 0)
        s->index = k.index;
    s->started = true;
    p->complete = (b[1] & 0x80) != 0 || k.len < STREAM_BYTES_VOICE;
    p->run[p->n_run++] = k;
    if (p->n_run == RUN)
        run_out(p);
}

struct reading { /**< Packets stay where they are until their run has left. */
    struct peer *active[READS * BATCH];
    size_t used, n_active;
};

static void take(struct reading *r, uint8_t *b, size_t n, const struct addr *from)
{
    struct peer *p = find(from);
    if (n < 12)
        return;
    if (b[0] < 4) {
        on_stun(p, b, n, from);
    } else if (p != NULL && b[0] >= 20 && b[0] < 64) {
        on_dtls(p, b, n);
    } else if (p != NULL && b[0] >= 128 && p->publishes && p->dtls.rx != NULL &&
               !(b[1] >= 192 && b[1] < 224)) {
        on_rtp(p, b, n);
        if (p->n_run > 0 && !p->listed) {
            r->active[r->n_active++] = p;
            p->listed = true;
        }
    }
}

static size_t read_batch(struct reading *r)
{
    static uint8_t buf[READS * BATCH][PACKET];
    static struct mmsghdr in[BATCH];
    static struct iovec v[BATCH];
    static struct addr from[BATCH];
    for (size_t i = 0; i < BATCH; i++) {
        v[i] = (struct iovec){buf[r->used + i], PACKET - 32};
        in[i].msg_hdr = (struct msghdr){.msg_name = &from[i].u,
                                        .msg_namelen = sizeof(from[i].u),
                                        .msg_iov = &v[i],
                                        .msg_iovlen = 1};
    }
    int n = recvmmsg(server.udp, in, BATCH, MSG_DONTWAIT, NULL);
    for (int i = 0; i < n; i++) {
        from[i].len = in[i].msg_hdr.msg_namelen;
        take(r, buf[r->used + (size_t)i], in[i].msg_len, &from[i]);
    }
    r->used += n > 0 ? (size_t)n : 0;
    return n > 0 ? (size_t)n : 0;
}

static bool any_open(const struct reading *r)
{
    for (size_t i = 0; i < r->n_active; i++)
        if (!r->active[i]->complete)
            return true;
    return false;
}

void floor_datagrams(void)
{
    struct reading r = {.used = 0};
    uint64_t deadline = 0;
    (void)read_batch(&r);
    while (server.nap_ns > 0 && any_open(&r) && r.used + BATCH <= (size_t)READS * BATCH) {
        uint64_t now = clock_mono_ns();
        if (deadline == 0)
            deadline = now + server.nap_ns;
        if (now >= deadline)
            break;
        sleep_ns(deadline - now < NAP ? deadline - now : NAP);
        (void)read_batch(&r);
    }
    for (size_t i = 0; i < r.n_active; i++) {
        r.active[i]->listed = false;
        run_out(r.active[i]);
    }
    out_flush();
}
