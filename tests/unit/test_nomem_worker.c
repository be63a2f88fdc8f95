/*
 * The media worker without memory, allocation by allocation: two peers join and send while one
 * allocation fails, in the worker or in the clients. No peer is lost without a word, and the same
 * two join and see each other afterwards.
 */
#include "rig.h"
#include "sweep.h"

static bool worker_alone(void)
{
    struct addr any;
    struct worker *one = NULL;
    struct worker_config cfg = {
        .listen = &any, .n_listen = 1, .cpu = -1, .dtls = dtls, .events = events};
    T_EQ(addr_parse(&any, "127.0.0.1", 0), ERR_OK);
    sweep_arm();
    enum err e = worker_new(&one, &cfg);
    sweep_disarm();
    T_EQ(e, sweep_hit() ? ERR_NOMEM : ERR_OK);
    if (e == ERR_OK)
        T_EQ(worker_start(one), ERR_OK);
    worker_free(one);
    return e == ERR_OK;
}

/* ---- a meeting ----------------------------------------------------------------------------- */

enum { POSTS_MAX = 10 };

static struct worker_cmd *posts[POSTS_MAX];
static size_t n_posts;

static struct worker_cmd *later(enum worker_cmd_type type)
{
    return posts[n_posts++] = cmd(type);
}

static void later_peer(struct client *c, uint64_t id)
{
    client_init(c, &at, false, dtls_ctx_fingerprint(dtls), clock_mono_ns());
    worker_ufrag(c->params.local_ufrag, 0);
    struct worker_cmd *p = later(CMD_PEER_ADD);
    p->peer = id;
    p->member = id + 1;
    p->u.peer = c->params;
}

/* All commands are made before memory runs out: they are the control thread's. */
static void prepare(void)
{
    n_posts = 0;
    (void)later(CMD_ROOM_CLOSE);
    (void)later(CMD_ROOM_OPEN);
    later_peer(&a, PEER_A);
    later_peer(&b, PEER_B);
    struct worker_cmd *p = later(CMD_PRODUCER_ADD), *c = later(CMD_CONSUMER_ADD);
    p->peer = PEER_A;
    p->producer = VIDEO;
    p->u.producer.track = 7;
    p->u.producer.media = video(96, 97);
    p->u.producer.media.n_ssrcs = 1;
    p->u.producer.media.ssrcs[0].ssrc = SSRC;
    p->u.producer.media.ssrcs[0].rtx = RTX;
    c->peer = PEER_B;
    c->producer = VIDEO;
    c->consumer = TO_B;
    c->u.consumer.media = video(100, 101);
    c->u.consumer.ssrc = OUT;
    c->u.consumer.rtx_ssrc = OUT_RTX;
}

/* @return when B has a picture, or when it is clear that none comes. */
static void meet(uint16_t seq)
{
    for (size_t i = 0; i < n_posts; i++)
        worker_post(w, posts[i]);
    for (int i = 0; i < 1000 && count[EV_PEER_UP] + count[EV_PEER_GONE] < 2; i++)
        pump(2);
    bool lost = false;
    for (int i = 0; i < 60 && !lost && count_rtp(&b, OUT) == 0; i++) {
        if (a.up)
            send_video(seq++, true);
        pump(5);
        lost = a.down || b.down || count[EV_PEER_GONE] > 0;
    }
}

static void meet_again(uint16_t seq)
{
    for (uint64_t id = PEER_A; id <= PEER_B; id += PEER_B - PEER_A) {
        struct worker_cmd *c = cmd(CMD_PEER_REMOVE);
        c->peer = id;
        worker_post(w, c);
    }
    (void)stats();
    client_fini(&a);
    client_fini(&b);
    a = b = (struct client){.silent = true, .fd = -1};
    forget();
    add_peer(&a, PEER_A, false);
    add_peer(&b, PEER_B, false);
    PUMP_UNTIL(a.up && b.up && count[EV_PEER_UP] == 2);
    add_streams();
    for (int i = 0; i < 200 && count_rtp(&b, OUT) == 0; i++) {
        send_video(seq++, true);
        pump(10);
    }
    T_OK(count_rtp(&b, OUT) > 0);
}

static bool meeting(void)
{
    rig_start(&(struct worker_config){.lost_ms = 0}, "127.0.0.1");
    (void)stats(); /* The worker sleeps. */
    prepare();
    forget();
    sweep_arm();
    meet(100);
    sweep_disarm();
    bool fine = count_rtp(&b, OUT) > 0;
    T_OK(count[EV_PEER_UP] + count[EV_PEER_GONE] >= 2); /* each is up, or said to be gone */
    T_OK(fine || sweep_hit());
    if (sweep_hit())
        meet_again(30000);
    rig_stop();
    return fine;
}

int main(void)
{
    rig_init();
    sweep("worker", worker_alone);
    sweep("meeting", meeting);
    rig_fini();
    return t_done("nomem_worker");
}
