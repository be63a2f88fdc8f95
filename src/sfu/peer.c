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

/* ---- paths: each peer's proven ones lie in a table of the worker ------------------------------
 */

static struct way **bucket(struct worker *w, const struct path *path)
{
    return &w->by_path[(addr_hash(&path->addr) ^ path->link * 31u) % PATH_BUCKETS];
}

static struct way *find_way(struct worker *w, const struct path *path)
{
    struct way *y = *bucket(w, path);
    while (y != NULL && !path_equal(&y->path, path))
        y = y->next;
    return y;
}

static void unlink_way(struct way *y)
{
    if (!y->linked)
        return;
    struct way **at = bucket(y->peer->w, &y->path);
    while (*at != y)
        at = &(*at)->next;
    *at = y->next;
    y->linked = false;
}

static void on_proven(void *arg, unsigned i, const struct path *path)
{
    struct peer *p = (struct peer *)arg;
    struct way *y = &p->ways[i], *other = find_way(p->w, path);
    if (other == y)
        return; /* as after most checks */
    unlink_way(y);
    if (other != NULL)
        unlink_way(other); /* The address has a new owner, who proved it. */
    struct way **at = bucket(p->w, path);
    *y = (struct way){.path = *path, .peer = p, .next = *at, .linked = true};
    *at = y;
}

static struct udp_way udp_way_to(const struct worker *w, const struct path *to)
{
    struct udp_way y = {.to = to->addr, .from = to->local, .fd = w->fds[0]};
    for (unsigned i = 0; i < w->n_fds; i++)
        if (w->v6[i] == addr_is_v6(&to->addr))
            y.fd = w->fds[i];
    return y;
}

static void on_moved(void *arg, const struct path *to)
{
    struct peer *p = (struct peer *)arg;
    p->link = to->link;
    p->udp = udp_way_to(p->w, to);
}

/* ---- out --------------------------------------------------------------------------------------
 */

/* Sends a packet that already lies in udp_room(). */
static void commit(struct worker *w, uint32_t link, const struct udp_way *udp, size_t len)
{
    w->bytes_out += len;
    if (link == 0) {
        udp_commit(w->out, udp, len);
        return;
    }
    struct tcp *t = (struct tcp *)map_get(&w->links, link);
    if (t != NULL)
        tcp_send(t, udp_room(w->out), len);
}

static void on_send(void *arg, const struct path *to, const uint8_t *p, size_t n)
{
    struct worker *w = ((struct peer *)arg)->w;
    struct udp_way udp = udp_way_to(w, to);
    uint8_t *room = udp_room(w->out);
    if (n > UDP_PACKET)
        return;
    memcpy(room, p, n);
    commit(w, to->link, &udp, n);
}

void peer_commit(struct peer *p, bool rtcp, size_t len)
{
    if (!p->up || len + SRTP_TRAILER > UDP_PACKET ||
        transport_protect(p->transport, rtcp, udp_room(p->w->out), &len) != ERR_OK) {
        p->w->dropped++;
        return;
    }
    commit(p->w, p->link, &p->udp, len);
}

void peer_open_run(struct peer *p)
{
    if (p->link == 0)
        udp_to(p->w->out, &p->udp);
}

void peer_put(struct peer *p, size_t len)
{
    if (p->link != 0) {
        commit(p->w, p->link, &p->udp, len);
        return;
    }
    p->w->bytes_out += len;
    udp_put(p->w->out, len);
}

void peer_send_rtcp(struct peer *p, const struct buf *b)
{
    if (!buf_ok(b) || b->len == 0 || b->len + SRTP_TRAILER > UDP_PACKET)
        return;
    memcpy(udp_room(p->w->out), b->data, b->len);
    peer_commit(p, true, b->len);
}

static void emit(struct peer *p, enum worker_event_type type, bool on)
{
    struct worker_event e = {
        .type = type, .peer = p->id, .member = p->member, .room = p->room->id, .on = on};
    worker_emit(p->w, &e);
}

enum err peer_add(struct worker *w, const struct worker_cmd *c)
{
    struct room *room = room_open(w, c->room); /* again, when memory refused it the first time */
    struct peer *p = room == NULL ? NULL : (struct peer *)mem_zalloc(1, sizeof(*p));
    if (p == NULL)
        return ERR_NOMEM;
    struct transport_out out = {.send = on_send, .proven = on_proven, .moved = on_moved, .arg = p};
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
        stream_free(p->streams[i]);
    p->n_streams = 0;
}

static void forget_ufrag(struct peer *p, const char *ufrag)
{
    if (map_get(&p->w->ufrags, ufrag_key(ufrag)) == p)
        (void)map_take(&p->w->ufrags, ufrag_key(ufrag));
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
    for (unsigned i = 0; i < TRANSPORT_PATHS; i++)
        unlink_way(&p->ways[i]);
    if (map_get(&w->peers, p->id) == p)
        (void)map_take(&w->peers, p->id);
    forget_ufrag(p, p->ufrag);
    forget_ufrag(p, p->old_ufrag);
    size_t at = 0;
    for (struct tcp *t = NULL; (t = (struct tcp *)map_next(&w->links, &at)) != NULL;)
        if (t->peer == p)
            tcp_free(t);
    mem_free(p);
}

void peer_restart(struct worker *w, struct peer *p, const struct transport_params *params)
{
    /* The old name counts until the new one has a path: of two restarts in a row the first never
     * had one. */
    bool again = transport_restarting(p->transport);
    forget_ufrag(p, again ? p->ufrag : p->old_ufrag);
    if (!again)
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
    case RTCP_BYE:
        for (unsigned i = 0; i < r->fmt && cur_left(&body) >= 4; i++)
            producer_bye(p, cur_u32(&body));
        break;
    case RTCP_RTPFB:
    case RTCP_PSFB:
        consumer_feedback(p, r);
        break;
    default:
        break; /* SDES says nothing that signalling does not. */
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

static void on_up(struct peer *p)
{
    p->up = true;
    emit(p, EV_PEER_UP, false);
    for (struct consumer *c = p->consumers; c != NULL; c = c->next_of_peer)
        consumer_open(c);
    for (struct consumer *c = p->consumers; c != NULL; c = c->next_of_peer)
        if (!c->paused && c->producer != NULL)
            producer_want_key(c->producer); /* What came before could not be sent on. */
}

static void on_kind(struct peer *p, enum transport_kind kind, uint8_t *buf, size_t len)
{
    switch (kind) {
    case TRANSPORT_UP:
        on_up(p);
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
    case TRANSPORT_CHECKED:
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

static struct peer *find_by_path(struct worker *w, const struct path *from)
{
    struct way *y = find_way(w, from);
    return y == NULL ? NULL : y->peer;
}

void peer_datagram(struct worker *w, const struct path *from, uint8_t *p, size_t len)
{
    bool stun = demux_of(p, len) == DEMUX_STUN;
    struct peer *peer = stun ? find_by_stun(w, p, len) : find_by_path(w, from);
    if (peer == NULL && stun && from->link == 0) {
        worker_take_inbox(w); /* Its command may have come while datagrams were read. */
        peer = find_by_stun(w, p, len);
    }
    if (peer == NULL) {
        w->stun_unknown += stun;
        w->bad += !stun;
        return; /* No state and no answer for strangers. */
    }
    enum transport_kind kind = transport_input(peer->transport, from, p, &len, w->now_ns);
    if (kind == TRANSPORT_CHECKED && from->link != 0)
        tcp_proven(w, from->link, peer);
    if (!stun && kind != TRANSPORT_RTP && kind != TRANSPORT_RTCP)
        peer->due_ns = transport_due_ns(peer->transport, w->now_ns);
    if (kind == TRANSPORT_RTP || kind == TRANSPORT_RTCP)
        peer->heard_ns = w->now_ns;
    on_kind(peer, kind, p, len);
}

/* ---- timers ------------------------------------------------------------------------------------
 */

static void tick_liveness(struct peer *p)
{
    /* A client of WHIP may send checks rarely: what it has authenticated is as good a sign of life,
     * packets and reports. */
    uint64_t check = transport_last_check_ns(p->transport);
    uint64_t last = check > p->heard_ns ? check : p->heard_ns;
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
