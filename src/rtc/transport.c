/* ICE-lite decides where to, DTLS makes the keys, SRTP uses them. */
#include "rtc/transport.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "rtc/demux.h"
#include "rtc/srtp.h"
#include "rtc/stun_auth.h"

enum { NAME_MAX_ = ICE_UFRAG_MAX * 2 };

/* After so long without a check on the chosen path, any proven one takes over: of two paths in use
 * the browsers check the chosen one more often than that, and some say only once which it is. */
#define PATH_SILENT_NS UINT64_C(3000000000)

/* The handshake's state is kept until the peer has shown by a packet that it is done as well; one
 * that never sends any may have been lost with our last flight, and repeats it for less than this.
 */
#define SETTLE_NS UINT64_C(60000000000)

/* Credentials of one ICE generation. */
struct ice {
    char name[NAME_MAX_]; /* "local:remote", what USERNAME must say */
    char pwd[ICE_PWD_MAX];
};

struct transport {
    struct ice now, before; /* before: until the new generation has a nominated path */
    bool restarted;
    struct path path;
    bool has_path;
    uint64_t path_check_ns; /* last check on it */
    struct path known[TRANSPORT_PATHS];
    unsigned n_known, next_known;
    struct dtls *dtls;
    bool dtls_done, settle_tried; /* whether it is: dtls_is_settled() */
    uint64_t settle_ns;           /* at the latest */
    struct srtp *tx, *rx;
    uint64_t last_check_ns;
    struct transport_out out;
    struct transport_counts counts;
};

bool path_equal(const struct path *a, const struct path *b)
{
    return a->link == b->link && addr_equal(&a->addr, &b->addr);
}

static void set_ice(struct ice *ice, const struct transport_params *p)
{
    (void)snprintf(ice->name, sizeof(ice->name), "%s:%s", p->local_ufrag, p->remote_ufrag);
    (void)snprintf(ice->pwd, sizeof(ice->pwd), "%s", p->local_pwd);
}

static void dtls_send(void *arg, const uint8_t *p, size_t n)
{
    struct transport *t = (struct transport *)arg;
    if (t->has_path)
        t->out.send(t->out.arg, &t->path, p, n);
}

enum err transport_new(struct transport **out, struct dtls_ctx *dtls,
                       const struct transport_params *params, const struct transport_out *to,
                       uint64_t now_ns)
{
    struct transport *t = (struct transport *)mem_zalloc(1, sizeof(*t));
    if (t == NULL)
        return ERR_NOMEM;
    t->out = *to;
    t->last_check_ns = now_ns;
    set_ice(&t->now, params);
    enum err e = dtls_new(&t->dtls, dtls, params->dtls_client, params->fingerprint, dtls_send, t);
    if (e != ERR_OK) {
        mem_free(t);
        return e;
    }
    *out = t;
    return ERR_OK;
}

void transport_free(struct transport *t)
{
    if (t == NULL)
        return;
    if (t->dtls != NULL)
        dtls_close(t->dtls);
    dtls_free(t->dtls);
    srtp_free(t->tx);
    srtp_free(t->rx);
    mem_free(t);
}

void transport_restart(struct transport *t, const struct transport_params *params)
{
    if (!t->restarted)
        t->before = t->now; /* Else what was asked for in between was never used. */
    t->restarted = true;
    set_ice(&t->now, params);
}

bool transport_restarting(const struct transport *t)
{
    return t->restarted;
}

/* ---- paths ---------------------------------------------------------------------------------- */

static struct path *known_path(struct transport *t, const struct path *from)
{
    for (unsigned i = 0; i < t->n_known; i++)
        if (path_equal(&t->known[i], from))
            return &t->known[i];
    return NULL;
}

static void learn(struct transport *t, const struct path *from)
{
    struct path *k = known_path(t, from);
    if (k != NULL) {
        k->local = from->local;
        t->out.proven(t->out.arg, (unsigned)(k - t->known), from); /* It may have been another's. */
        return;
    }
    unsigned i = t->n_known < TRANSPORT_PATHS ? t->n_known++ : t->next_known++ % TRANSPORT_PATHS;
    if (t->has_path && t->n_known == TRANSPORT_PATHS && path_equal(&t->known[i], &t->path))
        i = t->next_known++ % TRANSPORT_PATHS; /* The one in use stays. */
    t->known[i] = *from;
    t->out.proven(t->out.arg, i, from);
}

static void move_to(struct transport *t, const struct path *to)
{
    t->path = *to;
    t->has_path = true;
    t->out.moved(t->out.arg, to);
}

static bool same_way(const struct path *a, const struct path *b)
{
    bool both = a->local.len != 0 && b->local.len != 0;
    return path_equal(a, b) && (!both || addr_same_host(&a->local, &b->local));
}

/* Before the first nomination any proven path will do: an aggressive browser sends DTLS at once. */
static void choose(struct transport *t, const struct path *from, bool nominated, bool newest,
                   uint64_t now_ns)
{
    bool here = t->has_path && same_way(&t->path, from);
    bool dead = now_ns - t->path_check_ns >= PATH_SILENT_NS;
    if (nominated && newest)
        t->restarted = false;
    if (!here && (!t->has_path || (newest && (nominated || dead)))) {
        move_to(t, from);
        here = true;
    }
    if (here)
        t->path_check_ns = now_ns;
}

/* ---- checks --------------------------------------------------------------------------------- */

static bool named(const struct ice *ice, const struct stun_msg *m)
{
    return strlen(ice->name) == m->username_len &&
           memcmp(ice->name, m->username, m->username_len) == 0;
}

/* The generation that the request names; NULL: neither. */
static const struct ice *generation(const struct transport *t, const struct stun_msg *m)
{
    if (m->username == NULL)
        return NULL;
    if (named(&t->now, m))
        return &t->now;
    return t->restarted && named(&t->before, m) ? &t->before : NULL;
}

/* Who proves nothing gets an answer only to a name that he could not have guessed, and never a
 * longer one than his question (RFC 8489 9.1.3). */
static void refuse(struct transport *t, const struct path *to, const struct stun_msg *m, size_t n)
{
    uint8_t reply[STUN_ANSWER_MAX];
    size_t len =
        stun_failure(reply, m, m->mi_at == 0 ? STUN_BAD_REQUEST : STUN_UNAUTHENTICATED, NULL);
    t->counts.stun_bad++;
    if (len > 0 && len <= n)
        t->out.send(t->out.arg, to, reply, len);
}

static void answer(struct transport *t, const struct path *to, const struct stun_msg *m,
                   const struct ice *ice)
{
    uint8_t reply[STUN_ANSWER_MAX];
    size_t n = 0;
    if (m->unknown_n > 0)
        n = stun_failure(reply, m, STUN_UNKNOWN_ATTRIBUTE, ice->pwd);
    else if (m->has_role && !m->controlling)
        n = stun_failure(reply, m, STUN_ROLE_CONFLICT, ice->pwd); /* Lite is always controlled. */
    else
        n = stun_success(reply, m->tid, &to->addr, ice->pwd);
    if (n > 0)
        t->out.send(t->out.arg, to, reply, n);
}

static enum transport_kind on_stun(struct transport *t, const struct path *from, const uint8_t *p,
                                   size_t n, uint64_t now_ns)
{
    struct stun_msg m;
    if (stun_parse(&m, p, n) != ERR_OK || m.cls != STUN_REQUEST || m.method != STUN_BINDING) {
        t->counts.stun_bad++;
        return TRANSPORT_NOTHING;
    }
    const struct ice *ice = generation(t, &m);
    if (ice == NULL) {
        t->counts.stun_bad++; /* A stranger: no answer. */
        return TRANSPORT_NOTHING;
    }
    if (!stun_auth(&m, p, ice->pwd)) {
        refuse(t, from, &m, n);
        return TRANSPORT_NOTHING;
    }
    bool newest = ice == &t->now;
    answer(t, from, &m, ice);
    if (m.unknown_n > 0 || (m.has_role && !m.controlling))
        return TRANSPORT_NOTHING;
    t->last_check_ns = now_ns;
    learn(t, from);
    choose(t, from, m.use_candidate, newest, now_ns);
    return TRANSPORT_CHECKED;
}

/* ---- keys and media -------------------------------------------------------------------------- */

static enum transport_kind take_keys(struct transport *t)
{
    struct dtls_keys k;
    if (dtls_keys(t->dtls, &k) != ERR_OK)
        return TRANSPORT_DOWN;
    enum err e = srtp_new(&t->tx, k.profile, k.tx, true);
    if (e == ERR_OK)
        e = srtp_new(&t->rx, k.profile, k.rx, false);
    explicit_bzero(&k, sizeof(k));
    return e == ERR_OK ? TRANSPORT_UP : TRANSPORT_DOWN;
}

static void settle(struct transport *t)
{
    dtls_settle(t->dtls);
    t->settle_tried = true;
}

static enum transport_kind after_dtls(struct transport *t, enum dtls_state s, uint64_t now_ns)
{
    if (s == DTLS_READY && !t->dtls_done) {
        t->dtls_done = true;
        t->settle_ns = now_ns + SETTLE_NS;
        return take_keys(t);
    }
    if (s == DTLS_FAILED)
        t->counts.dtls_failed++;
    return s == DTLS_FAILED || s == DTLS_CLOSED ? TRANSPORT_DOWN : TRANSPORT_NOTHING;
}

/* Only from a path that a check has proven: others can end nothing. The handshake follows the
 * browser, who may begin it on a path before the check that nominates it. */
static enum transport_kind on_dtls(struct transport *t, const struct path *from, const uint8_t *p,
                                   size_t n, uint64_t now_ns)
{
    bool here = t->has_path && path_equal(&t->path, from);
    if (!here && known_path(t, from) == NULL) {
        t->counts.early++;
        return TRANSPORT_NOTHING;
    }
    if (!here && !t->dtls_done)
        move_to(t, from);
    return after_dtls(t, dtls_input(t->dtls, p, n), now_ns);
}

static enum transport_kind on_media(struct transport *t, bool rtcp, uint8_t *p, size_t *len)
{
    if (t->rx == NULL) {
        t->counts.early++;
        return TRANSPORT_NOTHING;
    }
    enum err e =
        rtcp ? srtp_unprotect_rtcp_packet(t->rx, p, len) : srtp_unprotect_rtp(t->rx, p, len);
    if (e != ERR_OK) {
        t->counts.srtp_failed++;
        return TRANSPORT_NOTHING;
    }
    if (!t->settle_tried)
        settle(t);
    return rtcp ? TRANSPORT_RTCP : TRANSPORT_RTP;
}

enum transport_kind transport_input(struct transport *t, const struct path *from, uint8_t *p,
                                    size_t *len, uint64_t now_ns)
{
    switch (demux_of(p, *len)) {
    case DEMUX_STUN:
        return on_stun(t, from, p, *len, now_ns);
    case DEMUX_DTLS:
        return on_dtls(t, from, p, *len, now_ns);
    case DEMUX_RTP:
        return on_media(t, false, p, len);
    case DEMUX_RTCP:
        return on_media(t, true, p, len);
    case DEMUX_NONE:
        break;
    }
    return TRANSPORT_NOTHING;
}

uint64_t transport_due_ns(struct transport *t, uint64_t now_ns)
{
    uint64_t in = t->settle_tried ? UINT64_MAX : dtls_due_ns(t->dtls);
    if (in != UINT64_MAX)
        return now_ns + in;
    return t->dtls_done && !t->settle_tried ? t->settle_ns : UINT64_MAX;
}

enum transport_kind transport_timer(struct transport *t, uint64_t now_ns)
{
    if (t->dtls_done && !t->settle_tried && now_ns >= t->settle_ns)
        settle(t);
    return after_dtls(t, dtls_timer(t->dtls), now_ns);
}

enum transport_kind transport_connect(struct transport *t, const struct path *path, uint64_t now_ns)
{
    t->path = *path;
    t->has_path = true;
    return after_dtls(t, dtls_start(t->dtls, now_ns), now_ns);
}

bool transport_up(const struct transport *t)
{
    return t->tx != NULL && t->rx != NULL && t->has_path;
}

uint64_t transport_last_check_ns(const struct transport *t)
{
    return t->last_check_ns;
}

const struct path *transport_path(const struct transport *t)
{
    return t->has_path ? &t->path : NULL;
}

bool transport_settled(const struct transport *t)
{
    return dtls_is_settled(t->dtls);
}

size_t transport_bytes(const struct transport *t)
{
    enum { HANDSHAKE = 71500, SRTP_EACH = 3700 }; /* OpenSSL 3.0; libsrtp 2.5 with a stream each */
    size_t n = sizeof(*t) + (transport_settled(t) ? 0 : HANDSHAKE);
    return n + (t->tx != NULL ? SRTP_EACH : 0) + (t->rx != NULL ? SRTP_EACH : 0);
}

const struct transport_counts *transport_counts(const struct transport *t)
{
    return &t->counts;
}

void transport_forget(struct transport *t, bool out_bound, uint32_t ssrc)
{
    struct srtp *s = out_bound ? t->tx : t->rx;
    if (s != NULL)
        srtp_forget(s, ssrc);
}

enum err transport_protect(struct transport *t, bool rtcp, uint8_t *p, size_t *len)
{
    if (t->tx == NULL)
        return ERR_BUSY;
    return rtcp ? srtp_protect_rtcp_packet(t->tx, p, len) : srtp_protect_rtp(t->tx, p, len);
}

enum err transport_sender(struct transport *t, struct srtp_sender *out, uint32_t ssrc)
{
    return t->tx == NULL ? ERR_BUSY : srtp_sender_open(out, t->tx, ssrc);
}
