/* ICE-lite decides where to, DTLS makes the keys, SRTP uses them. */
#include "rtc/transport.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "rtc/demux.h"
#include "rtc/srtp.h"
#include "rtc/stun_auth.h"

enum { NAME_MAX_ = ICE_UFRAG_MAX * 2 };

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
    struct dtls *dtls;
    bool dtls_done;
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
    t->before = t->now;
    t->restarted = true;
    set_ice(&t->now, params);
}

static bool named(const struct ice *ice, const struct stun_msg *m)
{
    return strlen(ice->name) == m->username_len &&
           memcmp(ice->name, m->username, m->username_len) == 0;
}

/* The generation whose name and password the request proves to know; NULL: neither. */
static const struct ice *proven(const struct transport *t, const struct stun_msg *m,
                                const uint8_t *p)
{
    if (m->username == NULL)
        return NULL;
    if (named(&t->now, m) && stun_auth(m, p, t->now.pwd))
        return &t->now;
    if (t->restarted && named(&t->before, m) && stun_auth(m, p, t->before.pwd))
        return &t->before;
    return NULL;
}

static void answer(struct transport *t, const struct path *to, const struct stun_msg *m,
                   const struct ice *ice)
{
    uint8_t reply[STUN_ANSWER_MAX];
    size_t n = 0;
    if (m->unknown_n > 0)
        n = stun_failure(reply, m, STUN_UNKNOWN_ATTRIBUTE, ice->pwd);
    else if (!m->controlling)
        n = stun_failure(reply, m, STUN_ROLE_CONFLICT, ice->pwd);
    else
        n = stun_success(reply, m->tid, &to->addr, ice->pwd);
    if (n > 0)
        t->out.send(t->out.arg, to, reply, n);
}

/* Before the first nomination any proven path will do: an aggressive browser sends DTLS at once. */
static void choose(struct transport *t, const struct path *from, bool nominated, bool newest)
{
    if (t->has_path && path_equal(&t->path, from)) {
        if (nominated && newest)
            t->restarted = false;
        return;
    }
    if (t->has_path && !(nominated && newest))
        return;
    t->path = *from;
    t->has_path = true;
    if (nominated && newest)
        t->restarted = false;
    t->out.moved(t->out.arg, from);
}

static void on_stun(struct transport *t, const struct path *from, const uint8_t *p, size_t n,
                    uint64_t now_ns)
{
    struct stun_msg m;
    if (stun_parse(&m, p, n) != ERR_OK || m.cls != STUN_REQUEST || m.method != STUN_BINDING) {
        t->counts.stun_bad++;
        return;
    }
    const struct ice *ice = proven(t, &m, p);
    if (ice == NULL) {
        t->counts.stun_bad++; /* No answer to who proves nothing. */
        return;
    }
    answer(t, from, &m, ice);
    if (m.unknown_n > 0 || !m.controlling)
        return;
    t->last_check_ns = now_ns;
    choose(t, from, m.use_candidate, ice == &t->now);
}

static enum transport_kind take_keys(struct transport *t)
{
    struct dtls_keys k;
    if (dtls_keys(t->dtls, &k) != ERR_OK)
        return TRANSPORT_DOWN;
    enum err e = srtp_new(&t->tx, k.profile, k.tx, true);
    if (e == ERR_OK)
        e = srtp_new(&t->rx, k.profile, k.rx, false);
    memset(&k, 0, sizeof(k));
    return e == ERR_OK ? TRANSPORT_UP : TRANSPORT_DOWN;
}

static enum transport_kind after_dtls(struct transport *t, enum dtls_state s)
{
    if (s == DTLS_READY && !t->dtls_done) {
        t->dtls_done = true;
        return take_keys(t);
    }
    if (s == DTLS_FAILED)
        t->counts.dtls_failed++;
    return s == DTLS_FAILED || s == DTLS_CLOSED ? TRANSPORT_DOWN : TRANSPORT_NOTHING;
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
    return rtcp ? TRANSPORT_RTCP : TRANSPORT_RTP;
}

enum transport_kind transport_input(struct transport *t, const struct path *from, uint8_t *p,
                                    size_t *len, uint64_t now_ns)
{
    switch (demux_of(p, *len)) {
    case DEMUX_STUN:
        on_stun(t, from, p, *len, now_ns);
        return TRANSPORT_NOTHING;
    case DEMUX_DTLS:
        /* Only from the path that a check has validated: others can end nothing. */
        if (!t->has_path || !path_equal(&t->path, from)) {
            t->counts.early++;
            return TRANSPORT_NOTHING;
        }
        return after_dtls(t, dtls_input(t->dtls, p, *len));
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
    uint64_t in = dtls_due_ns(t->dtls);
    return in == UINT64_MAX ? in : now_ns + in;
}

enum transport_kind transport_timer(struct transport *t, uint64_t now_ns)
{
    (void)now_ns;
    return after_dtls(t, dtls_timer(t->dtls));
}

enum transport_kind transport_connect(struct transport *t, const struct path *path, uint64_t now_ns)
{
    t->path = *path;
    t->has_path = true;
    return after_dtls(t, dtls_start(t->dtls, now_ns));
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

const struct transport_counts *transport_counts(const struct transport *t)
{
    return &t->counts;
}

enum err transport_protect(struct transport *t, bool rtcp, uint8_t *p, size_t *len)
{
    if (t->tx == NULL)
        return ERR_BUSY;
    return rtcp ? srtp_protect_rtcp_packet(t->tx, p, len) : srtp_protect_rtp(t->tx, p, len);
}
