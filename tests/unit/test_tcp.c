/*
 * ICE-TCP: frames cut anywhere, garbage, the slow and the many, hand-over to the right worker, and
 * a watcher that does not read. What a good connection does is in test_worker, over both
 * transports.
 */
#include "rig.h"
#include "sfu/acceptor.h"

enum { OF_ONE_MAX = 16 }; /* connections of one address that have proven nothing */

static struct acceptor *acceptor;

static int dial(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, &at.u.sa, at.len) != 0)
        abort();
    return fd;
}

/* Closed by the server within @p ms: its end, or a reset. */
static bool is_cut(int fd, int ms)
{
    uint8_t byte = 0;
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, ms) == 1 && recv(fd, &byte, 1, MSG_DONTWAIT) <= 0;
}

static size_t framed_check(uint8_t out[2 + STUN_ANSWER_MAX], const struct transport_params *t,
                           const char *pwd)
{
    char name[ICE_UFRAG_MAX * 2];
    (void)snprintf(name, sizeof(name), "%s:%s", t->local_ufrag, t->remote_ufrag);
    size_t n = stun_check(out + 2, name, pwd, false);
    out[0] = (uint8_t)(n >> 8);
    out[1] = (uint8_t)n;
    return n + 2;
}

static bool answered(int fd)
{
    uint8_t r[200];
    struct pollfd p = {.fd = fd, .events = POLLIN};
    ssize_t n = poll(&p, 1, 5000) == 1 ? recv(fd, r, sizeof(r), 0) : 0;
    return n > 22 && r[0] == 0 && n >= 2 + r[1] && r[2] == 1 && r[3] == 1;
}

/* One byte a segment, the length's two bytes apart as well. */
static void takes_frames_in_pieces(void)
{
    uint8_t q[2 + STUN_ANSWER_MAX];
    int fd = dial();
    for (int turn = 0; turn < 2; turn++) { /* to the acceptor, then to the worker */
        size_t n = framed_check(q, &a.params, a.params.local_pwd);
        for (size_t i = 0; i < n; i++) {
            T_EQ(send(fd, q + i, 1, MSG_NOSIGNAL), 1);
            (void)poll(NULL, 0, i % 8 == 0);
        }
        T_OK(answered(fd));
    }
    (void)close(fd);
}

/* Three in one segment, one of them empty. */
static void takes_frames_together(void)
{
    uint8_t q[2 + STUN_ANSWER_MAX], all[2 * sizeof(q) + 2];
    int fd = dial();
    size_t n = framed_check(q, &a.params, a.params.local_pwd);
    memcpy(all, q, n);
    memset(all + n, 0, 2);
    memcpy(all + n + 2, q, n);
    T_EQ(send(fd, all, 2 * n + 2, MSG_NOSIGNAL), (ssize_t)(2 * n + 2));
    T_OK(answered(fd));
    (void)close(fd);
}

static void cuts_off_garbage(void)
{
    static const char *const rows[] = {
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", /* TLS: a frame of 5,635 bytes */
        "\x00\x14GHIJKLMNOPQRSTUVWXYZ",                 /* a frame, no STUN */
        "\xff\xff\xff\xff",
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int fd = dial();
        size_t n = i == 2 ? 22 : strlen(rows[i]);
        T_EQ(send(fd, rows[i], n, MSG_NOSIGNAL), (ssize_t)n);
        T_OK(is_cut(fd, 5000));
        (void)close(fd);
    }
    uint8_t q[2 + STUN_ANSWER_MAX];
    int fd = dial(); /* one that begins well */
    size_t n = framed_check(q, &a.params, a.params.local_pwd);
    T_EQ(send(fd, q, n, MSG_NOSIGNAL), (ssize_t)n);
    T_OK(answered(fd));
    T_EQ(send(fd, "\xff\xff____", 6, MSG_NOSIGNAL), 6);
    T_OK(is_cut(fd, 5000));
    (void)close(fd);
    struct transport_params none = a.params; /* a worker that there is not */
    none.local_ufrag[0] = '/';
    fd = dial();
    n = framed_check(q, &none, none.local_pwd);
    T_EQ(send(fd, q, n, MSG_NOSIGNAL), (ssize_t)n);
    T_OK(is_cut(fd, 5000));
    (void)close(fd);
}

/* Those who say nothing, and those who prove nothing, hold their places for five seconds, each only
 * a few of one address; meanwhile others are served. */
static void bounds_the_idle(void)
{
    uint8_t q[2 + STUN_ANSWER_MAX];
    int idle[OF_ONE_MAX], wrong[OF_ONE_MAX], fd = 0;
    for (size_t i = 0; i < OF_ONE_MAX; i++) {
        wrong[i] = dial(); /* the right name, not the password: goes to the worker */
        size_t n = framed_check(q, &a.params, "wrongwrongwrongwrongwron");
        T_EQ(send(wrong[i], q, n, MSG_NOSIGNAL), (ssize_t)n);
        pump(20);
    }
    fd = dial();
    size_t n = framed_check(q, &a.params, "wrongwrongwrongwrongwron");
    T_EQ(send(fd, q, n, MSG_NOSIGNAL), (ssize_t)n);
    T_OK(is_cut(fd, 3000)); /* one too many */
    (void)close(fd);
    for (size_t i = 0; i < OF_ONE_MAX; i++)
        idle[i] = dial();
    pump(100);
    fd = dial();
    T_OK(is_cut(fd, 3000));
    (void)close(fd);
    send_video(50, true); /* those who belong here notice nothing */
    PUMP_UNTIL(count_rtp(&b, OUT) == 1);
    for (size_t i = 0; i < OF_ONE_MAX; i++) {
        T_OK(is_cut(idle[i], 8000));
        T_OK(recv(wrong[i], q, sizeof(q), MSG_DONTWAIT) > 0); /* 401 */
        T_OK(is_cut(wrong[i], 8000));
        (void)close(idle[i]);
        (void)close(wrong[i]);
    }
    fd = dial(); /* and the places are free again */
    n = framed_check(q, &a.params, a.params.local_pwd);
    T_EQ(send(fd, q, n, MSG_NOSIGNAL), (ssize_t)n);
    T_OK(answered(fd));
    (void)close(fd);
}

/* A watcher who does not read loses packets; the publisher and the worker lose nothing. */
static void leaves_the_slow_behind(void)
{
    enum { ROUND = 500, ROUNDS = 60 };
    uint8_t p[1200] = {0};
    uint16_t seq = 51;
    struct client away = b;
    uint64_t before = stats().u.stats.dropped;
    forget();
    b.t = NULL; /* not stepped: nobody reads */
    for (int i = 0; i < ROUNDS && stats().u.stats.dropped == before; i++)
        for (int k = 0; k < ROUND; k++) {
            (void)vp8(p, seq, 3000u * seq, k == 0);
            seq++;
            client_send(&a, false, p, sizeof(p));
        }
    T_OK(stats().u.stats.dropped > before);
    T_EQ(count[EV_PEER_GONE], 0);
    b = away;
    pump(500); /* reads what had gathered ... */
    T_OK(count_rtp(&b, OUT) > 0);
    forget();
    for (int i = 0; i < 100 && count_rtp(&b, OUT) == 0; i++) {
        send_video(seq++, true);
        pump(20);
    }
    T_OK(count_rtp(&b, OUT) > 0); /* ... and goes on */
}

int main(void)
{
    rig_init();
    rig_start(&(struct worker_config){.gone_ms = 60000}, "127.0.0.1");
    T_EQ(acceptor_new(&acceptor, &at, 1, &w, 1), ERR_OK);
    add_peer(&a, PEER_A, false); /* the publisher over UDP */
    add_peer(&b, PEER_B, true);
    PUMP_UNTIL(a.up && b.up);
    add_streams();
    takes_frames_in_pieces();
    takes_frames_together();
    cuts_off_garbage();
    bounds_the_idle();
    leaves_the_slow_behind();
    acceptor_free(acceptor);
    rig_stop();
    rig_fini();
    return t_done("tcp");
}
