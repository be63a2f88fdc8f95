#include "out.h"

#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>

#include "../rtcload/util.h"
#include "crypto/random.h"

enum { MESSAGES = 1024, ROOM = 4 << 20, TRAIN_MAX = 65000 };

struct out_options out_options = {.gso = 1, .pad = 1, .chunk = 16};

static struct tx *txs;
static int udp;
static struct mmsghdr mm[MESSAGES];
static struct iovec iov[MESSAGES];
static union {
    struct cmsghdr h;
    uint8_t b[CMSG_SPACE(sizeof(uint16_t))];
} control[MESSAGES];
static uint8_t *room; /* packets of one receiver lie one behind the other: a train is one iovec */
static size_t room_at;
static unsigned n_mm;
static int n_chunk;

struct tx *out_init(int fd)
{
    udp = fd;
    room = (uint8_t *)must_zalloc(1, ROOM);
    txs = (struct tx *)aligned_alloc(64, sizeof(*txs) * PEERS_MAX);
    if (txs == NULL)
        abort();
    memset(txs, 0, sizeof(*txs) * PEERS_MAX);
    return txs;
}

void out_open(struct tx *t, const struct addr *to)
{
    t->addr = *to;
    for (int i = 0; i < SLOTS; i++) {
        t->ssrc[i] = random_u32() | 1;
        t->shift[i] = random_u32() & 0x3FFF;
    }
    t->up = true;
}

void out_flush(void)
{
    for (unsigned at = 0; at < n_mm;) {
        int k = sendmmsg(udp, mm + at, n_mm - at, MSG_DONTWAIT);
        at += k > 0 ? (unsigned)k : 1; /* a full receiver loses its message, no more */
    }
    n_mm = 0;
    n_chunk = 0;
    room_at = 0;
}

static void message(struct tx *to, size_t start, size_t n, size_t segment)
{
    uint16_t size = (uint16_t)segment;
    iov[n_mm] = (struct iovec){room + start, n};
    struct msghdr *h = &mm[n_mm].msg_hdr;
    *h = (struct msghdr){.msg_name = &to->addr.u.sa,
                         .msg_namelen = to->addr.len,
                         .msg_iov = &iov[n_mm],
                         .msg_iovlen = 1};
    if (n > segment) {
        control[n_mm].h = (struct cmsghdr){
            .cmsg_level = SOL_UDP, .cmsg_type = UDP_SEGMENT, .cmsg_len = CMSG_LEN(sizeof(size))};
        memcpy(CMSG_DATA(&control[n_mm].h), &size, sizeof(size));
        h->msg_control = &control[n_mm];
        h->msg_controllen = sizeof(control[n_mm].b);
    }
    n_mm++;
}

static size_t protect(struct tx *to, const struct pkt *k, uint8_t *p)
{
    uint32_t index = k->index + to->shift[k->slot];
    memcpy(p, k->p, k->head);
    put16(p + 2, index);
    memcpy(p + 8, &to->ssrc[k->slot], 4);
    return crypt_protect(&to->crypt, p, k->p, k->head, k->len, index);
}

/* Equal sizes make a train; the last of it may be shorter. */
static bool fits(size_t so_far, size_t segment, size_t len)
{
    return out_options.gso != 0 && len <= segment && so_far % segment == 0 &&
           so_far + len <= TRAIN_MAX;
}

static void send_run(struct tx *to, const struct pkt *run, size_t n)
{
    size_t start = room_at, segment = 0;
    for (size_t i = 0; i < n; i++) {
        size_t len = protect(to, &run[i], room + room_at);
        if (len == 0)
            continue;
        if (room_at > start && !fits(room_at - start, segment, len)) {
            message(to, start, room_at - start, segment);
            start = room_at;
        }
        if (room_at == start)
            segment = len;
        room_at += len;
    }
    if (room_at > start)
        message(to, start, room_at - start, segment);
    if (++n_chunk >= out_options.chunk || n_mm + RUN > MESSAGES || room_at + RUN * PACKET > ROOM)
        out_flush();
}

static void pad_to(struct pkt *k, size_t len)
{
    size_t d = len - k->len;
    if (d == 0 || d > (size_t)out_options.pad || (k->p[0] & 0x20) != 0)
        return;
    memset(k->p + k->len, 0, d);
    k->len = len;
    k->p[len - 1] = (uint8_t)d;
    k->p[0] |= 0x20;
}

/* The last packet may stay shorter. */
static void equalize(struct pkt *run, size_t n)
{
    size_t most = 0;
    for (size_t i = 0; i < n; i++)
        most = run[i].len > most ? run[i].len : most;
    for (size_t i = 0; i + 1 < n; i++)
        pad_to(&run[i], most);
}

void out_run(const uint32_t *subs, size_t n_subs, struct pkt *run, size_t n)
{
    if (out_options.pad > 0)
        equalize(run, n);
    for (size_t i = 0; i < n_subs; i++)
        if (txs[subs[i]].up)
            send_run(&txs[subs[i]], run, n);
}
