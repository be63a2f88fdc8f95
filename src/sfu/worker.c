/* The thread: commands in, datagrams in, timers, events out. */
#include <sched.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/turns.h"
#include "crypto/random.h"
#include "worker_priv.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void worker_ufrag(char out[ICE_UFRAG_MAX], unsigned worker)
{
    random_ice(out, 8);
    out[0] = alphabet[worker & 63u];
}

unsigned worker_of_ufrag(const char *ufrag)
{
    const char *at = ufrag[0] == '\0' ? NULL : strchr(alphabet, ufrag[0]);
    return at == NULL ? 64 : (unsigned)(at - alphabet);
}

struct worker_cmd *worker_cmd_new(enum worker_cmd_type type)
{
    struct worker_cmd *c = (struct worker_cmd *)mem_zalloc(1, sizeof(*c));
    if (c != NULL)
        c->type = type;
    return c;
}

void worker_post(struct worker *w, struct worker_cmd *c)
{
    mailbox_push_always(w->inbox, &c->msg);
}

static enum err fill_reserve(struct worker *w)
{
    while (w->n_reserve < EVENT_RESERVE) {
        struct worker_event *e = (struct worker_event *)mem_alloc(sizeof(*e));
        if (e == NULL)
            return ERR_NOMEM;
        w->reserve[w->n_reserve++] = e;
    }
    return ERR_OK;
}

/* Said once: a peer that nobody hears of again would stay in the meeting for ever. */
static bool comes_once(enum worker_event_type type)
{
    return type != EV_SPEAKER && type != EV_QUALITY && type != EV_STATS;
}

void worker_emit(struct worker *w, const struct worker_event *e)
{
    struct worker_event *copy = (struct worker_event *)mem_alloc(sizeof(*copy));
    if (copy == NULL && comes_once(e->type) && w->n_reserve > 0)
        copy = w->reserve[--w->n_reserve];
    if (copy == NULL)
        return; /* Periodic ones come again. */
    *copy = *e;
    copy->msg = (struct msg){.type = WORKER_EVENT};
    mailbox_push_always(w->cfg.events, &copy->msg);
}

/* ---- commands ------------------------------------------------------------------------------- */

static uint64_t bytes_of(const struct peer *p)
{
    uint64_t n = sizeof(*p) + transport_bytes(p->transport);
    for (size_t i = 0; i < p->n_streams; i++) {
        const struct recv *r = p->streams[i]->recv;
        n += sizeof(struct stream);
        n += r == NULL ? 0 : sizeof(*r) + r->missing_cap * sizeof(r->missing[0]);
    }
    for (const struct producer *r = p->producers; r != NULL; r = r->next_of_peer)
        n += sizeof(*r) + r->run_max * sizeof(r->run[0]);
    for (const struct consumer *c = p->consumers; c != NULL; c = c->next_of_peer)
        n += sizeof(*c);
    return n;
}

static void emit_stats(struct worker *w, uint64_t cookie)
{
    struct worker_event e = {.type = EV_STATS, .cookie = cookie};
    struct timespec cpu = {0};
    struct transport_counts sum = w->gone_counts;
    size_t at = 0;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
    for (const struct peer *p = NULL;
         (p = (const struct peer *)map_next(&w->peers, &at)) != NULL;) {
        const struct transport_counts *c = transport_counts(p->transport);
        sum.stun_bad += c->stun_bad;
        sum.dtls_failed += c->dtls_failed;
        sum.srtp_failed += c->srtp_failed;
        e.u.stats.peer_bytes += bytes_of(p);
        e.u.stats.unsettled += !transport_settled(p->transport);
    }
    at = 0;
    for (const struct producer *p = NULL;
         (p = (const struct producer *)map_next(&w->producers, &at)) != NULL;)
        e.u.stats.ring_bytes += cache_bytes(&p->cache);
    e.u.stats.rooms = (uint32_t)map_size(&w->rooms);
    e.u.stats.peers = (uint32_t)map_size(&w->peers);
    e.u.stats.producers = (uint32_t)map_size(&w->producers);
    e.u.stats.consumers = (uint32_t)map_size(&w->consumers);
    e.u.stats.rtp_in = w->rtp_in;
    e.u.stats.rtp_out = w->rtp_out;
    e.u.stats.bytes_in = w->bytes_in;
    e.u.stats.bytes_out = w->bytes_out;
    e.u.stats.dropped = w->dropped;
    e.u.stats.bad = w->bad;
    e.u.stats.nacks = w->nacks;
    e.u.stats.plis = w->plis;
    e.u.stats.cpu_ns = (uint64_t)cpu.tv_sec * NS_PER_S + (uint64_t)cpu.tv_nsec;
    e.u.stats.stun_bad = sum.stun_bad + w->stun_unknown;
    e.u.stats.dtls_failed = sum.dtls_failed;
    e.u.stats.srtp_failed = sum.srtp_failed;
    worker_emit(w, &e);
}

/* An addition that memory refuses shows as a peer that is gone, so that the control thread can act.
 */
static void refused(struct worker *w, const struct worker_cmd *c)
{
    struct worker_event e = {.type = EV_PEER_GONE, .peer = c->peer, .on = true};
    worker_emit(w, &e);
}

static void run_add(struct worker *w, const struct worker_cmd *c)
{
    enum err e = ERR_OK;
    if (c->type == CMD_PEER_ADD)
        e = peer_add(w, c);
    else if (c->type == CMD_PRODUCER_ADD)
        e = producer_add(w, c);
    else
        e = consumer_add(w, c);
    if (e == ERR_NOMEM)
        refused(w, c);
}

static void run_on_peer(struct worker *w, const struct worker_cmd *c)
{
    struct peer *p = (struct peer *)map_get(&w->peers, c->peer);
    if (p != NULL && c->type == CMD_PEER_ICE)
        peer_restart(w, p, &c->u.peer);
    else if (p != NULL)
        peer_free(p);
}

static void run_on_producer(struct worker *w, const struct worker_cmd *c)
{
    struct producer *p = (struct producer *)map_get(&w->producers, c->producer);
    if (p == NULL)
        return;
    if (c->type == CMD_PRODUCER_REMOVE)
        producer_free(p);
    else if (c->type == CMD_PRODUCER_PAUSE)
        producer_pause(p, c->on);
    else
        producer_want_key(p);
}

static void run_on_consumer(struct worker *w, const struct worker_cmd *cmd)
{
    struct consumer *c = (struct consumer *)map_get(&w->consumers, cmd->consumer);
    struct producer *p = (struct producer *)map_get(&w->producers, cmd->producer);
    if (c == NULL)
        return;
    if (cmd->type == CMD_CONSUMER_PAUSE)
        consumer_pause(c, cmd->on);
    else if (cmd->type == CMD_CONSUMER_REMOVE)
        consumer_free(c);
    else if (p != NULL) /* Else it left in between: the control thread knows. */
        consumer_join(c, p);
}

static void run_on_room(struct worker *w, const struct worker_cmd *c)
{
    struct room *r = c->type == CMD_ROOM_OPEN ? room_open(w, c->room)
                                              : (struct room *)map_get(&w->rooms, c->room);
    if (r != NULL && c->type == CMD_ROOM_CLOSE)
        room_close(w, r);
    else if (c->type == CMD_RECORD && r != NULL)
        room_record(r, c->u.sink);
    else if (c->type == CMD_RECORD && c->u.sink != NULL)
        c->u.sink->release(c->u.sink);
}

static void run_command(struct worker *w, const struct worker_cmd *c)
{
    switch (c->type) {
    case CMD_ROOM_OPEN:
    case CMD_ROOM_CLOSE:
    case CMD_RECORD:
        run_on_room(w, c);
        break;
    case CMD_PEER_ADD:
    case CMD_PRODUCER_ADD:
    case CMD_CONSUMER_ADD:
        run_add(w, c);
        break;
    case CMD_PEER_ICE:
    case CMD_PEER_REMOVE:
        run_on_peer(w, c);
        break;
    case CMD_PRODUCER_REMOVE:
    case CMD_PRODUCER_PAUSE:
    case CMD_KEYFRAME:
        run_on_producer(w, c);
        break;
    case CMD_CONSUMER_REMOVE:
    case CMD_CONSUMER_PAUSE:
    case CMD_CONSUMER_MOVE:
        run_on_consumer(w, c);
        break;
    case CMD_STATS:
        emit_stats(w, c->cookie);
        break;
    }
}

/* ---- an accepted TCP connection on its way to the worker's thread ---------------------------- */

enum { MSG_TCP = 0x746370 };

struct tcp_msg {
    struct msg msg;
    int fd;
    size_t len;
    uint8_t first[2 + UDP_PACKET];
};

static void tcp_msg_drop(struct msg *m)
{
    (void)close(((struct tcp_msg *)m)->fd);
    mem_free(m);
}

enum err worker_adopt_tcp(struct worker *w, int fd, const uint8_t *first, size_t len)
{
    struct tcp_msg *m = (struct tcp_msg *)mem_zalloc(1, sizeof(*m));
    if (m == NULL || len > sizeof(m->first)) {
        mem_free(m);
        return ERR_NOMEM;
    }
    m->msg.type = MSG_TCP;
    m->msg.drop = tcp_msg_drop;
    m->fd = fd;
    m->len = len;
    memcpy(m->first, first, len);
    enum err e = mailbox_push(w->inbox, &m->msg);
    if (e != ERR_OK)
        mem_free(m);
    return e;
}

static void take_tcp(struct worker *w, const struct tcp_msg *m)
{
    tcp_adopt(w, m->fd, m->first, m->len);
}

void worker_take_inbox(struct worker *w)
{
    for (struct msg *m = mailbox_take(w->inbox), *next = NULL; m != NULL; m = next) {
        next = m->next;
        if (m->type == MSG_TCP)
            take_tcp(w, (const struct tcp_msg *)m);
        else
            run_command(w, (const struct worker_cmd *)m);
        mem_free(m);
    }
}

/* ---- the loop -------------------------------------------------------------------------------- */

static void read_socket(struct worker *w, int fd)
{
    /* Bounded, so that a flood on the socket delays commands and timers by no more than this. */
    for (int round = 0; round < 16; round++) {
        size_t n = udp_read(w->in, fd);
        w->now_ns = clock_mono_ns();
        for (size_t i = 0; i < n; i++) {
            struct path from = {.link = 0};
            size_t len = 0;
            uint8_t *p = udp_datagram(w->in, i, &len, &from.addr, &from.local);
            peer_datagram(w, &from, p, len);
        }
        producer_run_out(w);
        if (n < UDP_BATCH)
            return;
    }
}

static void tick_rooms(struct worker *w)
{
    size_t at = 0;
    for (struct room *r = NULL; (r = (struct room *)map_next(&w->rooms, &at)) != NULL;) {
        if (r->sink != NULL)
            r->sink->flush(r->sink, w->now_ns);
        if (w->now_ns >= w->next_voice_ns)
            room_voice(w, r);
    }
    if (w->now_ns >= w->next_voice_ns)
        w->next_voice_ns = w->now_ns + 200 * NS_PER_MS;
}

static void tick_second(struct worker *w)
{
    size_t at = 0;
    for (struct producer *p = NULL; (p = (struct producer *)map_next(&w->producers, &at)) != NULL;)
        producer_second(p);
    at = 0;
    for (struct consumer *c = NULL; (c = (struct consumer *)map_next(&w->consumers, &at)) != NULL;)
        consumer_second(c);
    tcp_second(w);
    (void)fill_reserve(w); /* else in a second */
    w->next_second_ns = w->now_ns + NS_PER_S;
}

static void tick(struct worker *w)
{
    size_t at = 0;
    w->now_ns = clock_mono_ns();
    if (w->now_ns < w->next_tick_ns)
        return;
    w->next_tick_ns = w->now_ns + TICK_MS * NS_PER_MS;
    for (struct producer *p = NULL; (p = (struct producer *)map_next(&w->producers, &at)) != NULL;)
        producer_tick(p);
    at = 0;
    for (struct peer *p = NULL; (p = (struct peer *)map_next(&w->peers, &at)) != NULL;)
        peer_tick(p);
    tick_rooms(w);
    if (w->now_ns >= w->next_second_ns)
        tick_second(w);
    udp_flush(w->out);
}

static void handle(struct worker *w, const struct epoll_event *ev)
{
    uint64_t key = ev->data.u64;
    if (key == KEY_INBOX) {
        worker_take_inbox(w);
        return;
    }
    if (key < KEY_SOCKET + SOCKETS_MAX) {
        read_socket(w, w->fds[key - KEY_SOCKET]);
        return;
    }
    tcp_event(w, (uint32_t)(key - KEY_LINK), ev->events);
}

/* A run of packets that is not complete is waited for more finely than everything else. */
static struct timespec patience(const struct worker *w)
{
    uint64_t ms = map_size(&w->peers) + map_size(&w->rooms) > 0 ? TICK_MS : 1000;
    uint64_t due = producer_run_due_ns(w), ns = ms * NS_PER_MS;
    if (due != UINT64_MAX)
        ns = due > w->now_ns ? due - w->now_ns : 0;
    return (struct timespec){.tv_sec = (time_t)(ns / NS_PER_S), .tv_nsec = (long)(ns % NS_PER_S)};
}

static void *thread_main(void *arg)
{
    struct worker *w = (struct worker *)arg;
    struct epoll_event events[32];
    (void)pthread_setname_np(pthread_self(), "media");
    turns_short();
    while (!atomic_load_explicit(&w->stop, memory_order_acquire)) {
        struct timespec wait = patience(w);
        int n = epoll_pwait2(w->epoll, events, 32, &wait, NULL);
        w->now_ns = clock_mono_ns();
        for (int i = 0; i < n; i++)
            handle(w, &events[i]);
        producer_run_out(w);
        udp_flush(w->out);
        tick(w);
    }
    return NULL;
}

/* ---- life ------------------------------------------------------------------------------------ */

static enum err watch(struct worker *w, int fd, uint64_t key)
{
    struct epoll_event ev = {.events = EPOLLIN, .data.u64 = key};
    return epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &ev) == 0 ? ERR_OK : ERR_IO;
}

static enum err open_sockets(struct worker *w, const struct worker_config *cfg)
{
    for (unsigned i = 0; i < cfg->n_listen && i < SOCKETS_MAX; i++) {
        enum err e = udp_open(&w->fds[i], &cfg->listen[i], NULL);
        if (e != ERR_OK)
            return e;
        w->n_fds++;
        w->v6[i] = addr_is_v6(&cfg->listen[i]);
        e = watch(w, w->fds[i], KEY_SOCKET + i);
        if (e != ERR_OK)
            return e;
    }
    return ERR_OK;
}

enum err worker_new(struct worker **out, const struct worker_config *cfg)
{
    struct worker *w = (struct worker *)mem_zalloc(1, sizeof(*w));
    if (w == NULL)
        return ERR_NOMEM;
    w->cfg = *cfg;
    w->cfg.ring_ms = cfg->ring_ms ? cfg->ring_ms : 1000;
    w->cfg.lost_ms = cfg->lost_ms ? cfg->lost_ms : 5000;
    w->cfg.key_ms = cfg->key_ms ? cfg->key_ms : 4000;
    w->cfg.gone_ms = cfg->gone_ms ? cfg->gone_ms : 15000;
    w->now_ns = clock_mono_ns();
    w->epoll = epoll_create1(EPOLL_CLOEXEC);
    enum err e = w->epoll < 0 ? ERR_IO : mailbox_new(&w->inbox, 65536);
    if (e == ERR_OK)
        e = watch(w, mailbox_fd(w->inbox), KEY_INBOX);
    if (e == ERR_OK)
        e = open_sockets(w, cfg);
    if (e == ERR_OK)
        e = udp_in_new(&w->in);
    if (e == ERR_OK)
        e = udp_out_new(&w->out, !cfg->no_gso);
    if (e == ERR_OK)
        e = fill_reserve(w);
    if (e != ERR_OK) {
        worker_free(w);
        return e;
    }
    *out = w;
    return ERR_OK;
}

uint16_t worker_port(const struct worker *w, unsigned i)
{
    struct addr a = {.len = sizeof(a.u)};
    if (i >= w->n_fds || getsockname(w->fds[i], &a.u.sa, &a.len) != 0)
        return 0;
    return addr_port(&a);
}

enum err worker_start(struct worker *w)
{
    if (pthread_create(&w->thread, NULL, thread_main, w) != 0)
        return ERR_NOMEM;
    w->running = true;
    if (w->cfg.cpu >= 0) {
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET((size_t)w->cfg.cpu, &set);
        (void)pthread_setaffinity_np(w->thread, sizeof(set), &set);
    }
    return ERR_OK;
}

static void wake(struct worker *w)
{
    struct worker_cmd *c = worker_cmd_new(CMD_KEYFRAME); /* of no producer: only wakes */
    if (c != NULL)
        worker_post(w, c);
}

void worker_free(struct worker *w)
{
    if (w == NULL)
        return;
    atomic_store_explicit(&w->stop, true, memory_order_release);
    if (w->running) {
        wake(w);
        (void)pthread_join(w->thread, NULL);
    }
    if (w->inbox != NULL)
        worker_take_inbox(w); /* What was posted last: a sink in it must be let go. */
    size_t at = 0;
    for (struct room *r = NULL; (r = (struct room *)map_next(&w->rooms, &at)) != NULL;)
        room_close(w, r);
    if (w->out != NULL)
        udp_flush(w->out);
    at = 0;
    for (struct tcp *t = NULL; (t = (struct tcp *)map_next(&w->links, &at)) != NULL;)
        tcp_free(t);
    for (unsigned i = 0; i < w->n_fds; i++)
        (void)close(w->fds[i]);
    if (w->epoll > 0)
        (void)close(w->epoll);
    mailbox_free(w->inbox);
    map_fini(&w->peers);
    map_fini(&w->rooms);
    map_fini(&w->producers);
    map_fini(&w->consumers);
    map_fini(&w->links);
    map_fini(&w->ufrags);
    udp_in_free(w->in);
    udp_out_free(w->out);
    while (w->n_reserve > 0)
        mem_free(w->reserve[--w->n_reserve]);
    mem_free(w);
}
