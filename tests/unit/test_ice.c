/*
 * ICE-lite as sfu/worker speaks it, over loopback sockets: who gets which answer, which path is
 * used, restarts, IPv6, and that answers leave from the address that was asked.
 */
#include "crypto/hash.h"
#include "rig.h"

enum { VIDEO_KEY_AT = 10 };

/* ---- checks by hand ------------------------------------------------------------------------- */

struct check {
    const char *name, *pwd; /* pwd NULL: without integrity */
    uint16_t role;          /* 0: none */
    uint16_t unknown;       /* a type that nobody knows; 0: none */
    bool nominate;
};

static void attr(struct buf *o, uint16_t type, const void *p, size_t n)
{
    buf_u16(o, type);
    buf_u16(o, (uint16_t)n);
    buf_put(o, p, n);
    buf_uint(o, 0, -n & 3u);
}

static size_t write_check(uint8_t out[300], const struct check *c)
{
    struct buf o = buf_make(out, 300);
    buf_u16(&o, 1);
    buf_u16(&o, 0);
    buf_u32(&o, 0x2112A442);
    buf_put(&o, "tidtidtidtid", 12);
    if (c->name != NULL)
        attr(&o, 0x0006, c->name, strlen(c->name));
    if (c->role != 0)
        attr(&o, c->role, "\1\2\3\4\5\6\7\x8", 8);
    if (c->nominate)
        attr(&o, 0x0025, NULL, 0);
    if (c->unknown != 0)
        attr(&o, c->unknown, "what", 4);
    size_t len = o.len - STUN_HEADER_LEN + (c->pwd != NULL ? 24 : 0);
    out[2] = (uint8_t)(len >> 8);
    out[3] = (uint8_t)len;
    uint8_t mac[20];
    if (c->pwd != NULL && hash_hmac_sha1(mac, c->pwd, strlen(c->pwd), out, o.len) == ERR_OK)
        attr(&o, 0x0008, mac, 20);
    T_OK(buf_ok(&o));
    return o.len;
}

/* The answer's length, 0 without one, and its error code, 0 for success. */
static size_t ask(int fd, const struct check *c, bool expected, unsigned *code)
{
    uint8_t q[300], r[300];
    size_t n = write_check(q, c);
    (void)!send(fd, q, n, 0);
    struct pollfd p = {.fd = fd, .events = POLLIN};
    *code = 999;
    if (poll(&p, 1, expected ? 5000 : 150) != 1)
        return 0;
    ssize_t got = recv(fd, r, sizeof(r), 0);
    *code = got >= 28 && r[0] == 1 && r[1] == 0x11 && r[21] == 0x09 ? r[26] * 100u + r[27] : 0;
    T_OK(got >= 20 && memcmp(r + 8, q + 8, 12) == 0);
    return (size_t)got;
}

static void answers_by_the_book(void)
{
    char name[80], stranger[] = "AzzzzzzZ:abcd";
    (void)snprintf(name, sizeof(name), "%s:%s", a.params.local_ufrag, a.params.remote_ufrag);
    const char *pwd = a.params.local_pwd;
    const struct {
        struct check c;
        unsigned code; /* 0: success; 999: no answer */
        bool small;    /* not longer than the question */
    } rows[] = {
        {{name, pwd, 0x802A, 0, true}, 0, false},
        {{name, pwd, 0, 0, false}, 0, false},        /* an agent that names no role */
        {{name, pwd, 0x8029, 0, false}, 487, false}, /* it wants to be controlled as well */
        {{name, pwd, 0x802A, 0x7fff, false}, 420, false},
        {{name, pwd, 0x802A, 0xffff, false}, 0, false}, /* unknown, but optional */
        {{name, NULL, 0x802A, 0, false}, 400, true},
        {{name, "wrongwrongwrongwrongwrong", 0x802A, 0, false}, 401, true},
        {{NULL, pwd, 0x802A, 0, false}, 999, true},
        {{NULL, NULL, 0, 0, false}, 999, true},
        {{stranger, pwd, 0x802A, 0, false}, 999, true},
        {{"x", pwd, 0x802A, 0, false}, 999, true},
    };
    struct client c;
    client_init(&c, &at, false, dtls_ctx_fingerprint(dtls), clock_mono_ns());
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint8_t q[300];
        unsigned code = 0;
        size_t n = ask(c.fd, &rows[i].c, rows[i].code != 999, &code);
        T_EQ(code, rows[i].code);
        T_EQ(n == 0, rows[i].code == 999);
        T_OK(!rows[i].small || n <= write_check(q, &rows[i].c));
    }
    client_fini(&c);
}

/* ---- paths ------------------------------------------------------------------------------------
 */

static void video_arrives(uint16_t seq)
{
    size_t before = count_rtp(&b, OUT);
    send_video(seq, true);
    PUMP_UNTIL(count_rtp(&b, OUT) == before + 1);
}

/* B's socket is another one from now on; @p nominate as its checks say. */
static int leave_socket(bool nominate)
{
    int old = b.fd;
    b.nominates = nominate;
    client_socket(&b);
    b.next_check_ns = 0;
    return old;
}

static size_t waiting(int fd)
{
    uint8_t p[2000];
    size_t n = 0;
    for (ssize_t len = 0; (len = recv(fd, p, sizeof(p), MSG_DONTWAIT)) > 0;)
        n += demux_of(p, (size_t)len) == DEMUX_RTP;
    return n;
}

static void moves_only_when_told_or_forsaken(void)
{
    int old = leave_socket(false); /* a second pair is checked, and not chosen */
    pump(300);
    send_video(20, true);
    pump(100);
    T_EQ(waiting(old), 1); /* the media stays where it was */
    b.nominates = true;
    b.next_check_ns = 0;
    pump(100);
    video_arrives(21);
    T_EQ(waiting(old), 0);
    (void)close(old);
    old = leave_socket(false); /* the old path dies; the new one is never nominated */
    b.next_check_ns = 0;
    pump(3300);
    video_arrives(22);
    T_EQ(waiting(old), 0);
    (void)close(old);
    b.nominates = true;
    pump(150);
}

/* A NAT gives A's address to B for the time of a check, and then back: A's next check says so. */
static void gets_its_address_back(void)
{
    struct client there = b;
    there.fd = a.fd;
    there.nominates = false;
    client_check(&there, b.params.local_pwd);
    send_video(27, true); /* from what is B's address now */
    pump(20);
    T_OK(stats().u.stats.srtp_failed >= 1);
    a.next_check_ns = 0;
    pump(50);
    video_arrives(28);
}

static void restart(bool take_it)
{
    struct client before = b;
    worker_ufrag(b.params.local_ufrag, 0);
    random_ice(b.params.local_pwd, 24);
    struct worker_cmd *c = cmd(CMD_PEER_ICE);
    c->peer = PEER_B;
    c->u.peer = b.params;
    worker_post(w, c);
    if (!take_it)
        b.params = before.params;
}

static unsigned code_of_check(const struct transport_params *p, bool expected)
{
    char name[80];
    unsigned code = 0;
    (void)snprintf(name, sizeof(name), "%s:%s", p->local_ufrag, p->remote_ufrag);
    struct client c;
    client_init(&c, &at, false, dtls_ctx_fingerprint(dtls), clock_mono_ns());
    (void)ask(c.fd, &(struct check){name, p->local_pwd, 0x802A, 0, false}, expected, &code);
    client_fini(&c);
    return code;
}

static void restarts_overlap(void)
{
    struct transport_params first = b.params;
    restart(false); /* the browser has not heard of it yet */
    pump(300);
    T_EQ(code_of_check(&first, true), 0);
    video_arrives(30);
    restart(false); /* nor of this: the credentials in use still count */
    pump(300);
    T_EQ(code_of_check(&first, true), 0);
    video_arrives(31);
    restart(true);
    pump(300);
    video_arrives(32);
    T_EQ(code_of_check(&first, false), 999); /* from now on they are nobody's */
    T_EQ(code_of_check(&b.params, true), 0);
    T_EQ(count[EV_PEER_GONE], 0);
}

/* DTLS from an address that nothing proves is not even read. */
static void dtls_needs_a_proven_path(void)
{
    struct client c;
    add_peer(&c, 77, false);
    T_EQ(transport_connect(c.t, &c.server, clock_mono_ns()), TRANSPORT_NOTHING); /* no check yet */
    struct pollfd p = {.fd = c.fd, .events = POLLIN};
    T_EQ(poll(&p, 1, 200), 0);
    client_check(&c, c.params.local_pwd);
    for (int i = 0; i < 500 && !c.up; i++) {
        uint64_t now = clock_mono_ns();
        client_read(&c);
        if (transport_due_ns(c.t, now) <= now)
            client_kind(&c, transport_timer(c.t, now), NULL, 0);
        c.answered = true; /* begun already */
        (void)poll(NULL, 0, 2);
    }
    T_OK(c.up);
    client_fini(&c);
    struct worker_cmd *r = cmd(CMD_PEER_REMOVE);
    r->peer = 77;
    worker_post(w, r);
    pump(50);
}

/* A handshake that fails (another certificate than announced) ends that peer and no other. */
static void wrong_certificate_is_refused(void)
{
    struct client c;
    client_init(&c, &at, false, dtls_ctx_fingerprint(dtls), clock_mono_ns());
    worker_ufrag(c.params.local_ufrag, 0);
    c.params.fingerprint[5] ^= 1;
    struct worker_cmd *p = cmd(CMD_PEER_ADD);
    p->peer = 78;
    p->u.peer = c.params;
    worker_post(w, p);
    forget();
    for (int i = 0; i < 500 && count[EV_PEER_GONE] == 0; i++) {
        client_step(&c);
        pump(2);
    }
    T_EQ(count[EV_PEER_GONE], 1);
    T_EQ(last[EV_PEER_GONE].peer, 78);
    T_OK(last[EV_PEER_GONE].on);
    T_OK(stats().u.stats.dtls_failed >= 1);
    video_arrives(40);
    client_fini(&c);
}

static void over(const char *listen, const char *reach)
{
    rig_start(&(struct worker_config){.lost_ms = 60000, .gone_ms = 120000}, listen);
    uint16_t port = addr_port(&at);
    T_EQ(addr_parse(&at, reach, port), ERR_OK);
    add_peer(&a, PEER_A, false);
    add_peer(&b, PEER_B, false);
    PUMP_UNTIL(a.up && b.up);
    add_streams();
    video_arrives(VIDEO_KEY_AT);
}

/* A peer's handshake is let go with its first packet, and not before; then it still restarts, and
 * its end is still heard, in both directions. */
static void settles_and_ends(void)
{
    rig_start(&(struct worker_config){.lost_ms = 60000, .gone_ms = 120000}, "127.0.0.1");
    add_peer(&a, PEER_A, false);
    add_peer(&b, PEER_B, false);
    PUMP_UNTIL(a.up && b.up);
    add_streams();
    struct worker_event s = stats();
    T_EQ(s.u.stats.unsettled, 2);
    T_OK(s.u.stats.peer_bytes > 2 * 70000);
    video_arrives(50);
    T_EQ(stats().u.stats.unsettled, 1); /* B has said nothing yet */
    uint8_t rr[64];
    struct buf w_rr = buf_make(rr, sizeof(rr));
    rtcp_write_rr(&w_rr, 1, NULL, 0);
    client_send(&b, true, rr, w_rr.len);
    PUMP_UNTIL(stats().u.stats.unsettled == 0);
    s = stats();
    T_OK(s.u.stats.peer_bytes > 2 * 5000 && s.u.stats.peer_bytes < 2 * 25000);
    restart(true);
    pump(300);
    video_arrives(51);
    T_EQ(count[EV_PEER_GONE], 0);
    T_OK(transport_settled(b.t));
    transport_free(a.t); /* says close_notify */
    a.t = NULL;
    PUMP_UNTIL(count[EV_PEER_GONE] == 1);
    T_EQ(last[EV_PEER_GONE].peer, PEER_A);
    struct worker_cmd *r = cmd(CMD_PEER_REMOVE);
    r->peer = PEER_B;
    worker_post(w, r);
    PUMP_UNTIL(b.down);
    rig_stop();
}

int main(void)
{
    rig_init();
    settles_and_ends();
    over("127.0.0.1", "127.0.0.1");
    answers_by_the_book();
    moves_only_when_told_or_forsaken();
    gets_its_address_back();
    restarts_overlap();
    dtls_needs_a_proven_path();
    wrong_certificate_is_refused();
    rig_stop();
    over("0.0.0.0", "127.0.0.7"); /* a connected socket hears nobody but whom it asked */
    rig_stop();
    over("::1", "::1");
    rig_stop();
    rig_fini();
    return t_done("ice");
}
