#include "peer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypto/random.h"
#include "options.h"
#include "stun.h"
#include "util.h"
#include "worker.h"

enum { RCVBUF = 4 << 20, ROLE_CONFLICT = 487, PRIORITY = 1853824767 };
static const uint64_t CHECK_FAST = 50 * NS_PER_MS;   /* until ICE is connected */
static const uint64_t CHECK_SLOW = 2500 * NS_PER_MS; /* consent freshness */

static const char *own_fingerprint;

void peer_set_fingerprint(const char *f)
{
    own_fingerprint = f;
}

void peer_fail(struct peer *p, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    if (p->error[0] == '\0')
        (void)vsnprintf(p->error, sizeof(p->error), fmt, ap);
    va_end(ap);
    atomic_store(&p->state, PEER_FAILED);
}

bool peer_open(struct peer *p)
{
    int one = 1, size = RCVBUF;
    p->local = opt.local_addr;
    p->fd = socket(p->local.u.sa.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (p->fd < 0 || bind(p->fd, &p->local.u.sa, p->local.len) != 0 ||
        getsockname(p->fd, &p->local.u.sa, &p->local.len) != 0) {
        peer_fail(p, "socket: %s", strerror(errno));
        return false;
    }
    if (setsockopt(p->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) != 0)
        (void)setsockopt(p->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    (void)setsockopt(p->fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof(one));
    (void)setsockopt(p->fd, SOL_SOCKET, SO_RXQ_OVFL, &one, sizeof(one));
    random_ice(p->ufrag, 8);
    random_ice(p->pwd, 24);
    random_bytes(&p->tie_breaker, sizeof(p->tie_breaker));
    p->own_ssrc = random_u32() | 1;
    p->chance = random_u32();
    return true;
}

/* ---- descriptions -----------------------------------------------------------------------------
 */

static struct sdp_local describe(struct peer *p, const char *setup)
{
    struct sdp_local l = {.ufrag = p->ufrag,
                          .pwd = p->pwd,
                          .fingerprint = own_fingerprint,
                          .setup = setup,
                          .direction = p->publishes ? "sendonly" : "recvonly",
                          .addr = &p->local,
                          .sends = p->publishes};
    if (p->publishes) {
        l.ssrc[AUDIO] = source_of(p->publisher, AUDIO)->ssrc;
        l.ssrc[VIDEO] = source_of(p->publisher, VIDEO)->ssrc;
        l.rtx_ssrc = source_of(p->publisher, VIDEO)->rtx_ssrc;
    }
    return l;
}

char *peer_offer(struct peer *p)
{
    struct sdp_local l = describe(p, "actpass");
    if (opt.trickle)
        l.addr = NULL;
    p->controlling = true;
    return sdp_offer(&l);
}

char *peer_fragment(struct peer *p)
{
    struct sdp_local l = describe(p, "actpass");
    return sdp_trickle(&l, "0");
}

static void take_source(struct peer *p, const struct sdp_media *m)
{
    struct source *s = source_of(p->publisher, m->kind);
    s->pt = m->pt;
    s->rtx_pt = m->rtx_pt;
    s->mid_ext = m->mid_ext;
    s->twcc_ext = m->twcc_ext;
    s->twcc_seq = &p->twcc_seq;
    (void)snprintf(s->mid, sizeof(s->mid), "%s", m->mid);
}

static bool take_remote(struct peer *p, const char *text)
{
    char why[100];
    if (!sdp_parse(text, addr_is_v6(&p->local), &p->remote, why, sizeof(why))) {
        peer_fail(p, "%s", why);
        return false;
    }
    if (p->remote.candidate.len == 0) {
        peer_fail(p, "remote SDP has no UDP host candidate of our family");
        return false;
    }
    for (int i = 0; p->publishes && i < p->remote.n; i++)
        if (p->remote.m[i].kind != OTHER && !p->remote.m[i].rejected)
            take_source(p, &p->remote.m[i]);
    p->dtls_client = strcmp(p->remote.setup, "active") != 0;
    return true;
}

static void send_check(struct peer *p)
{
    uint8_t m[STUN_ROOM];
    struct stun_check c = {.tid = p->tid,
                           .username = p->username,
                           .password = p->remote.pwd,
                           .priority = PRIORITY,
                           .tie_breaker = p->tie_breaker,
                           .controlling = p->controlling,
                           .nominate = p->controlling};
    (void)send(p->fd, m, stun_request(m, &c), MSG_DONTWAIT | MSG_NOSIGNAL);
}

void peer_start(struct peer *p)
{
    (void)snprintf(p->username, sizeof(p->username), "%.260s:%s", p->remote.ufrag, p->ufrag);
    if (connect(p->fd, &p->remote.candidate.u.sa, p->remote.candidate.len) != 0) {
        peer_fail(p, "connect: %s", strerror(errno));
        return;
    }
    dtls_new(&p->dtls, p->fd, p->dtls_client, p->remote.fingerprint);
    random_bytes(p->tid, sizeof(p->tid));
    atomic_store(&p->state, PEER_ICE);
    send_check(p);
    p->next_check = clock_mono_ns() + CHECK_FAST;
    worker_add(p);
}

bool peer_set_answer(struct peer *p, const char *sdp)
{
    if (!take_remote(p, sdp))
        return false;
    peer_start(p);
    return true;
}

char *peer_answer(struct peer *p, const char *offer)
{
    if (!take_remote(p, offer))
        return NULL;
    p->controlling = p->remote.ice_lite;
    struct sdp_local l = describe(p, p->dtls_client ? "active" : "passive");
    return sdp_answer(&l, &p->remote);
}

bool peer_wait_up(struct peer *p, double seconds)
{
    static const char *const at[] = {
        [PEER_NEW] = "signalling", [PEER_ICE] = "ICE", [PEER_DTLS] = "DTLS"};
    uint64_t end = clock_mono_ns() + (uint64_t)(seconds * 1e9);
    for (;;) {
        int s = atomic_load(&p->state);
        if (s == PEER_UP || s == PEER_FAILED)
            return s == PEER_UP;
        if (clock_mono_ns() > end) {
            peer_fail(p, "timeout in %s", at[s]);
            return false;
        }
        sleep_ns(NS_PER_MS / 2);
    }
}

/* ---- ICE and DTLS -----------------------------------------------------------------------------
 */

static void dtls_progress(struct peer *p, enum dtls_result r)
{
    if (r == DTLS_FAIL) {
        peer_fail(p, p->dtls.tx != NULL ? "closed by the server" : "DTLS failed");
    } else if (r == DTLS_DONE && atomic_load(&p->state) < PEER_UP) {
        p->t_up = clock_mono_ns();
        p->next_rtcp = p->t_up + random_u32() % NS_PER_S;
        atomic_store(&p->state, PEER_UP);
    }
}

static void ice_connected(struct peer *p)
{
    if (p->ice_ok)
        return;
    p->ice_ok = true;
    if (atomic_load(&p->state) == PEER_ICE)
        atomic_store(&p->state, PEER_DTLS);
    if (p->dtls_client && !p->dtls.started)
        dtls_progress(p, dtls_start(&p->dtls));
}

static void on_request(struct peer *p, const struct stun_msg *m)
{
    uint8_t out[STUN_ROOM];
    (void)send(p->fd, out, stun_success(out, m->tid, &p->remote.candidate, p->pwd),
               MSG_DONTWAIT | MSG_NOSIGNAL);
    if (!p->controlling && m->use_candidate)
        ice_connected(p);
    if (!p->ice_ok)
        send_check(p); /* a triggered check */
}

static void on_stun(struct peer *p, const uint8_t *b, size_t n)
{
    struct stun_msg m;
    if (!stun_parse(b, n, &m))
        return;
    bool ours = memcmp(m.tid, p->tid, sizeof(p->tid)) == 0;
    if (m.type == STUN_REQUEST && stun_verify(b, &m, p->pwd)) {
        on_request(p, &m);
    } else if (m.type == STUN_SUCCESS && ours && stun_verify(b, &m, p->remote.pwd)) {
        if (p->controlling)
            ice_connected(p);
    } else if (m.type == STUN_ERROR && ours && m.error == ROLE_CONFLICT) {
        p->controlling = !p->controlling;
        random_bytes(p->tid, sizeof(p->tid));
        send_check(p);
    }
}

void peer_packet(struct peer *p, uint8_t *b, size_t n, uint64_t kernel_ns)
{
    if (n < 2)
        return;
    if (b[0] < 4) {
        on_stun(p, b, n);
    } else if (b[0] >= 20 && b[0] < 64) {
        if (p->dtls.ssl != NULL && atomic_load(&p->state) != PEER_FAILED)
            dtls_progress(p, dtls_feed(&p->dtls, b, n));
    } else if (b[0] >= 128 && b[0] < 192 && p->dtls.rx != NULL) {
        if (b[1] >= 192 && b[1] < 224)
            peer_on_rtcp(p, b, n);
        else
            peer_on_rtp(p, b, n, kernel_ns);
    }
}

void peer_timers(struct peer *p, uint64_t now)
{
    int s = atomic_load_explicit(&p->state, memory_order_relaxed);
    if (s == PEER_FAILED || s == PEER_NEW)
        return;
    if (now >= p->next_check) {
        if (p->ice_ok)
            random_bytes(p->tid, sizeof(p->tid));
        send_check(p);
        p->next_check = now + (p->ice_ok ? CHECK_SLOW + random_u32() % 100000000u : CHECK_FAST);
    }
    if (s == PEER_DTLS)
        dtls_timer(&p->dtls);
    else if (s == PEER_UP)
        peer_rtcp_timer(p, now);
}

void peer_close(struct peer *p)
{
    if (p->dtls.ssl != NULL)
        dtls_close(&p->dtls);
    if (p->fd >= 0)
        (void)close(p->fd);
    p->fd = -1;
}
