/* Datagrams find their peer: media by its path, STUN by the fragment it names. */
#include <string.h>

#include "base/mem.h"
#include "crypto/random.h"
#include "rtc/demux.h"
#include "rtc/srtp.h"
#include "rtc/stun_auth.h"
#include "worker_priv.h"

/* Our fragments have eight characters: they are their own key. */
uint64_t ufrag_key(const char *ufrag)
{
    uint64_t key = 0;
    memcpy(&key, ufrag, strnlen(ufrag, sizeof(key)));
    return key;
}

static struct peer **bucket(struct worker *w, const struct path *path)
{
    return &w->by_path[(addr_hash(&path->addr) ^ path->link * 31u) % PEER_BUCKETS];
}

static struct peer *find_by_path(struct worker *w, const struct path *path)
{
    struct peer *p = *bucket(w, path);
    while (p != NULL && !path_equal(&p->path, path))
        p = p->next_by_path;
    return p;
}

static void unlink_path(struct peer *p)
{
    if (!p->has_path)
        return;
    struct peer **at = bucket(p->w, &p->path);
    while (*at != p)
        at = &(*at)->next_by_path;
    *at = p->next_by_path;
    p->has_path = false;
}

static void on_moved(void *arg, const struct path *to)
{
    struct peer *p = (struct peer *)arg;
    struct peer *other = find_by_path(p->w, to);
    unlink_path(p);
    if (other != NULL && other != p)
        unlink_path(other); /* The address has a new owner, who proved it. */
    struct peer **at = bucket(p->w, to);
    p->path = *to;
    p->has_path = true;
    p->next_by_path = *at;
    *at = p;
}

static int socket_for(const struct worker *w, const struct addr *to)
{
    for (unsigned i = 0; i < w->n_fds; i++)
        if (w->v6[i] == addr_is_v6(to))
            return w->fds[i];
    return w->fds[0];
}

/* Sends a packet that already lies in udp_room(). */
static void commit(struct worker *w, const struct path *to, size_t len)
{
    w->bytes_out += len;
    if (to->link == 0) {
        udp_commit(w->out, socket_for(w, &to->addr), &to->addr, len);
        return;
    }
    struct tcp *t = (struct tcp *)map_get(&w->links, to->link);
    if (t != NULL)
        tcp_send(t, udp_room(w->out), len);
}

static void on_send(void *arg, const struct path *to, const uint8_t *p, size_t n)
{
    struct worker *w = ((struct peer *)arg)->w;
    uint8_t *room = udp_room(w->out);
    if (n > UDP_PACKET)
        return;
    memcpy(room, p, n);
    commit(w, to, n);
}

void peer_send(struct peer *p, bool rtcp, const uint8_t *head, size_t head_len, const uint8_t *body,
               size_t body_len)
{
    size_t len = head_len + body_len;
    if (!p->up || len + SRTP_TRAILER > UDP_PACKET) {
        p->w->dropped++;
        return;
    }
    uint8_t *room = udp_room(p->w->out);
    memcpy(room, head, head_len);
    memcpy(room + head_len, body, body_len);
    if (transport_protect(p->transport, rtcp, room, &len) != ERR_OK) {
        p->w->dropped++;
        return;
    }
    commit(p->w, &p->path, len);
}

void peer_send_rtcp(struct peer *p, const struct buf *b)
{
    if (buf_ok(b) && b->len > 0)
        peer_send(p, true, b->data, b->len, b->data, 0);
}

static void emit(struct peer *p, enum worker_event_type type, bool on)
{
    struct worker_event e = {
        .type = type, .peer = p->id, .member = p->member, .room = p->room->id, .on = on};
    worker_emit(p->w, &e);
}

enum err peer_add(struct worker *w, const struct worker_cmd *c)
{
    struct room *room = (struct room *)map_get(&w->rooms, c->room);
    struct peer *p = room == NULL ? NULL : (struct peer *)mem_zalloc(1, sizeof(*p));
    if (p == NULL)
        return ERR_NOMEM;
    struct transport_out out = {.send = on_send, .moved = on_moved, .arg = p};
    p->id = c->peer;
    p->member = c->member;
    p->w = w;
    p->room = room;
    p->due_ns = UINT64_MAX;
    p->own_ssrc = random_u32();
    memcpy(p->ufrag, c->u.peer.local_ufrag, sizeof(p->ufrag));
    enum err e = transport_new(&p->transport, w->cfg.dtls, &c->u.peer, &out, w->now_ns);
    if (e == ERR_OK)
        e = map_put(&w->peers, p->id, p);
    if (e == ERR_OK)
        e = map_put(&w->ufrags, ufrag_key(p->ufrag), p);
    if (e != ERR_OK)
        peer_free(p);
    return e;
}

static void forget_streams(struct peer *p)
{
    for (size_t i = 0; i < p->n_streams; i++)
        mem_free(p->streams[i]);
    p->n_streams = 0;
}

void peer_free(struct peer *p)
{
    struct worker *w = p->w;
    while (p->producers != NULL)
        producer_free(p->producers);
    while (p->consumers != NULL)
        consumer_free(p->consumers);
    forget_streams(p);
    if (p->transport != NULL) {
        const struct transport_counts *c = transport_counts(p->transport);
        w->gone_counts.stun_bad += c->stun_bad;
        w->gone_counts.dtls_failed += c->dtls_failed;
        w->gone_counts.srtp_failed += c->srtp_failed;
        transport_free(p->transport);
    }
    unlink_path(p);
    (void)map_take(&w->peers, p->id);
    (void)map_take(&w->ufrags, ufrag_key(p->ufrag));
    if (p->old_ufrag[0] != '\0')
        (void)map_take(&w->ufrags, ufrag_key(p->old_ufrag));
    size_t at = 0;
    for (struct tcp *t = NULL; (t = (struct tcp *)map_next(&w->links, &at)) != NULL;)
        if (t->peer == p)
            tcp_free(t);
    mem_free(p);
}

void peer_restart(struct worker *w, struct peer *p, const struct transport_params *params)
{
    if (p->old_ufrag[0] != '\0')
        (void)map_take(&w->ufrags, ufrag_key(p->old_ufrag));
    memcpy(p->old_ufrag, p->ufrag, sizeof(p->old_ufrag));
    memcpy(p->ufrag, params->local_ufrag, sizeof(p->ufrag));
    if (map_put(&w->ufrags, ufrag_key(p->ufrag), p) != ERR_OK)
        emit(p, EV_PEER_GONE, true);
    transport_restart(p->transport, params);
}

/* ---- in ---------------------------------------------------------------------------------------
 */

static void read_one_report(struct peer *p, const struct rtcp *r, const uint8_t *all, size_t len)
{
    struct rtcp_sr sr;
    struct cur body = r->body;
    switch (r->type) {
    case RTCP_SR:
        if (rtcp_read_sr(&body, &sr) == ERR_OK) {
            producer_sr(p, &sr, all, len);
            consumer_report(p, body);
        }
        break;
    case RTCP_RR:
        (void)cur_u32(&body);
        consumer_report(p, body);
        break;
    case RTCP_RTPFB:
    case RTCP_PSFB:
        consumer_feedback(p, r);
        break;
    default:
        break; /* SDES and BYE say nothing that signalling does not. */
    }
}

static void on_rtcp(struct peer *p, const uint8_t *buf, size_t len)
{
    struct cur c = cur_make(buf, len);
    struct rtcp r;
    while (rtcp_next(&c, &r))
        read_one_report(p, &r, buf, len);
    if (!cur_ok(&c))
        p->w->bad++;
}

static void on_down(struct peer *p)
{
    if (p->gone)
        return;
    p->up = false;
    p->gone = true;
    emit(p, EV_PEER_GONE, true);
}

static void on_kind(struct peer *p, enum transport_kind kind, uint8_t *buf, size_t len)
{
    switch (kind) {
    case TRANSPORT_UP:
        p->up = true;
        emit(p, EV_PEER_UP, false);
        break;
    case TRANSPORT_DOWN:
        on_down(p);
        break;
    case TRANSPORT_RTP:
        p->w->rtp_in++;
        p->w->bytes_in += len;
        producer_rtp(p, buf, len);
        break;
    case TRANSPORT_RTCP:
        on_rtcp(p, buf, len);
        break;
    case TRANSPORT_NOTHING:
        break;
    }
}

static struct peer *find_by_stun(struct worker *w, const uint8_t *p, size_t len)
{
    struct stun_msg m;
    char ufrag[ICE_UFRAG_MAX];
    if (stun_parse(&m, p, len) != ERR_OK || stun_local_ufrag(ufrag, sizeof(ufrag), &m) != 8)
        return NULL;
    return (struct peer *)map_get(&w->ufrags, ufrag_key(ufrag));
}

void peer_datagram(struct worker *w, const struct path *from, uint8_t *p, size_t len)
{
    bool stun = demux_of(p, len) == DEMUX_STUN;
    struct peer *peer = stun ? find_by_stun(w, p, len) : find_by_path(w, from);
    if (peer == NULL) {
        w->stun_unknown += stun;
        w->bad += !stun;
        return; /* No state and no answer for strangers. */
    }
    if (from->link != 0) {
        struct tcp *t = (struct tcp *)map_get(&w->links, from->link);
        if (t != NULL)
            t->peer = peer;
    }
    enum transport_kind kind = transport_input(peer->transport, from, p, &len, w->now_ns);
    if (!stun && kind != TRANSPORT_RTP && kind != TRANSPORT_RTCP)
        peer->due_ns = transport_due_ns(peer->transport, w->now_ns);
    on_kind(peer, kind, p, len);
}

/* ---- timers ------------------------------------------------------------------------------------
 */

static void tick_liveness(struct peer *p)
{
    uint64_t last = transport_last_check_ns(p->transport);
    uint64_t silent = p->w->now_ns > last ? (p->w->now_ns - last) / NS_PER_MS : 0;
    if (p->lost && silent < p->w->cfg.lost_ms) {
        p->lost = false;
        emit(p, EV_PEER_BACK, false);
    } else if (!p->lost && silent >= p->w->cfg.lost_ms) {
        p->lost = true;
        emit(p, EV_PEER_LOST, false);
    }
    if (!p->gone && silent >= p->w->cfg.gone_ms) {
        p->gone = true;
        emit(p, EV_PEER_GONE, false);
    }
}

void peer_tick(struct peer *p)
{
    if (p->w->now_ns >= p->due_ns) {
        enum transport_kind kind = transport_timer(p->transport, p->w->now_ns);
        p->due_ns =
            kind == TRANSPORT_DOWN ? UINT64_MAX : transport_due_ns(p->transport, p->w->now_ns);
        on_kind(p, kind, NULL, 0);
    }
    tick_liveness(p);
}
