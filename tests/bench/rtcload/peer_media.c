/* RTP and RTCP of a connection. */
#include <string.h>

#include "options.h"
#include "peer.h"
#include "util.h"
#include "worker.h"

enum {
    RTCP_SR = 200,
    RTCP_RTPFB = 205,
    RTCP_PSFB = 206,
    FMT_NACK = 1,
    FMT_TWCC = 15,
    FMT_PLI = 1,
    FMT_FIR = 4,
    FMT_AFB = 15,
    REMB_BPS = 20000000,
    RTCP_ROOM = 1500,
};
static const uint64_t NACK_EVERY = 20 * NS_PER_MS;

/* A generator of its own for each peer: rand() would lock. */
static bool one_in(struct peer *p, int n)
{
    if (n == 0)
        return false;
    p->chance = p->chance * 6364136223846793005u + 1442695040888963407u;
    return (p->chance >> 33) % (unsigned)n == 0;
}

/* ---- RTP in -----------------------------------------------------------------------------------
 */

static enum kind kind_of(const struct peer *p, int pt)
{
    for (int i = 0; i < p->remote.n; i++)
        if (p->remote.m[i].pt == pt)
            return p->remote.m[i].kind;
    return OTHER;
}

static struct sink *sink_for(struct peer *p, uint32_t ssrc, int pt)
{
    for (int i = 0; i < p->n_sinks; i++)
        if (p->sinks[i].ssrc == ssrc)
            return &p->sinks[i];
    if (p->n_sinks == SINKS_MAX)
        return NULL;
    p->sinks[p->n_sinks].ssrc = ssrc;
    p->sinks[p->n_sinks].kind = kind_of(p, pt);
    return &p->sinks[p->n_sinks++];
}

static size_t head_of(const uint8_t *b, size_t n)
{
    size_t head = 12 + 4 * (size_t)(b[0] & 15);
    if ((b[0] & 0x10) != 0 && n >= head + 4)
        head += 4 + 4 * (size_t)get16(b + head + 2);
    return head;
}

/* @return the length without tag and padding; 0: not authentic. */
static size_t unprotect(struct peer *p, uint8_t *b, size_t n)
{
    int len = (int)n;
    if (srtp_unprotect(p->dtls.rx, b, &len) != srtp_err_status_ok) {
        p->bad_srtp++;
        return 0;
    }
    n = (size_t)len;
    if ((b[0] & 0x20) != 0 && b[n - 1] < n)
        n -= b[n - 1];
    return n;
}

static void count(struct peer *p, struct sink *k, uint64_t ext, size_t n)
{
    sink_count(k, ext);
    worker_count(&p->worker->received, 1);
    worker_count(&p->worker->received_octets, n);
}

static bool is_rtx(const struct peer *p, int pt)
{
    for (int i = 0; i < p->remote.n; i++)
        if (p->remote.m[i].kind == VIDEO && p->remote.m[i].rtx_pt == pt)
            return true;
    return false;
}

/* RFC 4588: the original number comes before the payload. */
static void on_rtx(struct peer *p, uint8_t *b, size_t n)
{
    n = unprotect(p, b, n);
    size_t head = n > 0 ? head_of(b, n) : 0;
    if (n < head + 3) {
        p->probes += n > 0; /* padding alone */
        return;
    }
    for (int i = 0; i < p->n_sinks; i++) {
        struct sink *k = &p->sinks[i];
        if (k->kind != VIDEO)
            continue;
        uint64_t before = k->unique;
        count(p, k, sink_extend(k, get16(b + head)), n);
        k->repaired += k->unique - before;
        return;
    }
}

static bool look_inside(struct peer *p, struct sink *k, uint8_t *b, size_t *n, uint64_t ext,
                        uint64_t kernel_ns)
{
    uint64_t sent = 0;
    k->skip = (uint64_t)opt.decrypt_every;
    *n = unprotect(p, b, *n);
    if (*n == 0)
        return false;
    if (p->t_first == 0)
        p->t_first = clock_mono_ns();
    if (opt.capture != NULL)
        return true;
    if (!sink_lock(k, b, *n, ext, &sent))
        return false;
    if (atomic_load_explicit(&steady, memory_order_relaxed))
        hist_add(&p->worker->latency, kernel_ns > sent ? kernel_ns - sent : 0);
    return true;
}

void peer_on_rtp(struct peer *p, uint8_t *b, size_t n, uint64_t kernel_ns)
{
    if (n < 12)
        return;
    int pt = b[1] & 0x7F;
    if (!p->publishes && one_in(p, opt.drop_every)) {
        p->dropped++;
        return;
    }
    if (is_rtx(p, pt)) {
        on_rtx(p, b, n);
        return;
    }
    struct sink *k = sink_for(p, get32(b + 8), pt);
    if (k == NULL)
        return;
    uint64_t ext = sink_extend(k, get16(b + 2));
    if ((k->skip == 0 || (!k->locked && opt.capture == NULL)) &&
        !look_inside(p, k, b, &n, ext, kernel_ns))
        return;
    k->skip--;
    count(p, k, ext, n);
}

/* ---- RTCP -------------------------------------------------------------------------------------
 */

static void send_plain(struct peer *p, struct packet *k)
{
    int len = (int)k->len;
    if (srtp_protect(p->dtls.tx, k->bytes, &len) == srtp_err_status_ok)
        (void)send(p->fd, k->bytes, (size_t)len, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static struct source *source_with(struct peer *p, uint32_t ssrc)
{
    for (enum kind k = AUDIO; k <= VIDEO; k++)
        if (source_of(p->publisher, k)->ssrc == ssrc)
            return source_of(p->publisher, k);
    return NULL;
}

static void answer_nack(struct peer *p, const uint8_t *b, size_t n)
{
    static _Thread_local struct packet k;
    struct source *s = p->publishes ? source_with(p, get32(b + 8)) : NULL;
    p->nacks++;
    for (size_t at = 12; s != NULL && at + 4 <= n; at += 4) {
        uint16_t first = get16(b + at);
        uint32_t mask = (uint32_t)get16(b + at + 2) << 1 | 1;
        for (unsigned i = 0; i <= 16; i++)
            if ((mask >> i & 1) != 0 && source_again(s, (uint16_t)(first + i), &k))
                send_plain(p, &k);
    }
}

static void on_picture_feedback(struct peer *p, unsigned fmt)
{
    p->rembs += fmt == FMT_AFB;
    if (fmt != FMT_PLI && fmt != FMT_FIR)
        return;
    p->plis++;
    if (p->publishes)
        source_of(p->publisher, VIDEO)->key_wanted = true;
}

static void on_report(struct peer *p, const uint8_t *b, size_t n)
{
    unsigned type = b[1], fmt = b[0] & 31;
    if (type == RTCP_SR && n >= 28 && !p->publishes) {
        for (int i = 0; i < p->n_sinks; i++)
            if (p->sinks[i].ssrc == get32(b + 4))
                sink_sender_report(&p->sinks[i], b);
    } else if (type == RTCP_RTPFB && fmt == FMT_NACK && n >= 16) {
        answer_nack(p, b, n);
    } else if (type == RTCP_RTPFB && fmt == FMT_TWCC) {
        p->twccs++;
    } else if (type == RTCP_PSFB) {
        on_picture_feedback(p, fmt);
    }
}

void peer_on_rtcp(struct peer *p, uint8_t *b, size_t n)
{
    int len = (int)n;
    if (srtp_unprotect_rtcp(p->dtls.rx, b, &len) != srtp_err_status_ok) {
        p->bad_srtp++;
        return;
    }
    worker_count(&p->worker->rtcp, 1);
    n = (size_t)len;
    for (size_t at = 0; at + 8 <= n;) {
        size_t part = 4 * ((size_t)get16(b + at + 2) + 1);
        if (at + part > n)
            return;
        on_report(p, b + at, part);
        at += part;
    }
}

static void send_rtcp(struct peer *p, uint8_t *m, size_t n)
{
    int len = (int)n;
    if (n > 0 && srtp_protect_rtcp(p->dtls.tx, m, &len) == srtp_err_status_ok)
        (void)send(p->fd, m, (size_t)len, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void ask_again(struct peer *p, uint64_t now)
{
    uint8_t m[RTCP_ROOM];
    uint16_t seqs[NACK_MAX];
    if (now < p->next_nack)
        return;
    p->next_nack = now + NACK_EVERY;
    for (int i = 0; i < p->n_sinks; i++) {
        struct sink *k = &p->sinks[i];
        if (k->kind != VIDEO)
            continue; /* browsers do not ask for voice again */
        size_t n = sink_missing(k, now, seqs);
        p->asked += n;
        send_rtcp(p, m, sink_nack(k, p->own_ssrc, seqs, n, m));
    }
}

void peer_rtcp_timer(struct peer *p, uint64_t now)
{
    uint8_t m[RTCP_ROOM];
    if (!p->publishes)
        ask_again(p, now);
    if (now < p->next_rtcp)
        return;
    p->next_rtcp += NS_PER_S;
    if (p->publishes) {
        for (enum kind k = AUDIO; k <= VIDEO; k++)
            send_rtcp(p, m, source_report(source_of(p->publisher, k), m));
        return;
    }
    size_t n = sink_report(p->sinks, p->n_sinks, p->own_ssrc, m);
    if (p->n_sinks > 0)
        n += sink_remb(p->sinks, p->n_sinks, p->own_ssrc, REMB_BPS, m + n);
    send_rtcp(p, m, n);
}

/* ---- RTP out ----------------------------------------------------------------------------------
 */

static void send_frame(struct peer *p, struct packet *out, size_t n)
{
    struct mmsghdr mm[BURST];
    struct iovec iov[BURST];
    unsigned ready = 0;
    for (size_t i = 0; i < n; i++) {
        int len = (int)out[i].len;
        if (one_in(p, opt.withhold_every)) {
            p->withheld++;
            continue;
        }
        if (srtp_protect(p->dtls.tx, out[i].bytes, &len) != srtp_err_status_ok)
            continue;
        iov[ready] = (struct iovec){out[i].bytes, (size_t)len};
        memset(&mm[ready], 0, sizeof(mm[ready]));
        mm[ready].msg_hdr.msg_iov = &iov[ready];
        mm[ready++].msg_hdr.msg_iovlen = 1;
    }
    int sent = sendmmsg(p->fd, mm, ready, MSG_DONTWAIT | MSG_NOSIGNAL);
    worker_count(&p->worker->sent, sent > 0 ? (uint64_t)sent : 0);
    worker_count(&p->worker->send_errors, ready - (sent > 0 ? (unsigned)sent : 0));
}

void peer_media(struct peer *p, uint64_t now)
{
    static _Thread_local struct packet out[BURST];
    for (enum kind k = AUDIO; k <= VIDEO; k++) {
        struct source *s = source_of(p->publisher, k);
        if (s->pt == 0)
            continue;
        uint64_t due = s->due;
        size_t n = source_frame(s, now, out);
        if (n == 0)
            continue;
        send_frame(p, out, n);
        if (due != 0 && atomic_load_explicit(&steady, memory_order_relaxed))
            hist_add(&p->worker->pacing, now - due);
    }
}
