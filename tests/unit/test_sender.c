/* post/sender: what is due is sent by threads of its own, put down by the records thread, and a
 * stop loses nothing. The receiver is a thread of this test: small, but over real sockets. */
#include "post/sender.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "db/db.h"
#include "db/writer.h"
#include "http/fetch.h"
#include "t.h"
#include "tmpdir.h"

#define HOUR INT64_C(3600000)

static struct conf conf;
static const uint8_t key[SEAL_KEY_LEN] = {3};
static const struct post post = {.conf = &conf, .secret = key, .public_url = "https://yj.example"};
static struct db *db;
static char db_path[300];

/* ---- the receiver -------------------------------------------------------------------------- */

static struct receiver {
    int fd;
    pthread_t thread;
    atomic_bool stop;
    atomic_int got, first; /* posts; what the first of each connection's order is answered */
    atomic_bool hang;
    char last[8192];
} receiver;

/* Reads the head and as much as content-length says. */
static size_t read_all(int fd, char *text, size_t cap)
{
    size_t n = 0;
    for (ssize_t k = 0; n < cap - 1 && (k = read(fd, text + n, cap - 1 - n)) > 0;) {
        n += (size_t)k;
        text[n] = '\0';
        const char *body = strstr(text, "\r\n\r\n"), *len = strcasestr(text, "content-length: ");
        if (body != NULL && len != NULL && strlen(body + 4) >= strtoul(len + 16, NULL, 10))
            break;
    }
    return n;
}

static void answer(struct receiver *r, int fd)
{
    static char text[8192];
    char out[120];
    if (read_all(fd, text, sizeof(text)) == 0)
        return;
    int code = atomic_fetch_add(&r->got, 1) == 0 ? atomic_load(&r->first) : 204;
    while (atomic_load(&r->hang) && !atomic_load(&r->stop))
        (void)usleep(10000);
    int n = snprintf(out, sizeof(out), "HTTP/1.1 %d x\r\ncontent-length: 0\r\n\r\n", code);
    (void)!write(fd, out, (size_t)n);
}

static void *receive(void *arg)
{
    struct receiver *r = (struct receiver *)arg;
    struct pollfd p = {.fd = r->fd, .events = POLLIN};
    while (!atomic_load(&r->stop)) {
        if (poll(&p, 1, 50) <= 0)
            continue;
        int fd = accept(r->fd, NULL, NULL);
        if (fd >= 0) {
            answer(r, fd);
            (void)close(fd);
        }
    }
    return NULL;
}

static void receiver_start(struct receiver *r, int first)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(at);
    atomic_store(&r->stop, false);
    atomic_store(&r->hang, false);
    atomic_store(&r->got, 0);
    atomic_store(&r->first, first);
    r->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    T_OK(r->fd >= 0 && bind(r->fd, (const struct sockaddr *)&at, sizeof(at)) == 0);
    T_OK(listen(r->fd, 16) == 0 && getsockname(r->fd, (struct sockaddr *)&at, &len) == 0);
    (void)snprintf(conf.gateway_url, sizeof(conf.gateway_url), "http://127.0.0.1:%u/in",
                   ntohs(at.sin_port));
    T_EQ(pthread_create(&r->thread, NULL, receive, r), 0);
}

static void receiver_stop(struct receiver *r)
{
    atomic_store(&r->stop, true);
    T_EQ(pthread_join(r->thread, NULL), 0);
    (void)close(r->fd);
}

/* ---- the outbox ------------------------------------------------------------------------------ */

static void put(const char *about, const char *phone)
{
    unsigned by = 0;
    struct notice n = {.kind = NOTICE_TEST};
    (void)snprintf(n.about, sizeof(n.about), "%s", about);
    (void)snprintf(n.phone, sizeof(n.phone), "%s", phone);
    T_EQ(notice_put(db, &post, &n, clock_wall_ms(), &by), ERR_OK);
    T_EQ(by, NOTICE_BY_GATEWAY);
}

static void take(void *arg, const struct outbox_row *r)
{
    *(struct outbox_row *)arg = *r;
}

static struct outbox_row row_of(const char *about)
{
    struct outbox_row r = {.id = 0};
    T_EQ(outbox_of(db, about, take, &r), ERR_OK);
    return r;
}

static bool becomes(const char *about, const char *state, int ms)
{
    for (; ms > 0 && strcmp(row_of(about).state, state) != 0; ms -= 20)
        (void)usleep(20000);
    return strcmp(row_of(about).state, state) == 0;
}

/* ---- tests --------------------------------------------------------------------------------- */

static struct writer *writer;
static struct metrics *ms;

static struct sender *start(void)
{
    struct sender *s = NULL;
    T_EQ(sender_new(&s, &post, db_path, writer, ms), ERR_OK);
    return s;
}

static void is_sent_at_the_second_try(void)
{
    receiver_start(&receiver, 500);
    struct sender *s = start();
    put("a", "13800000001");
    for (int i = 0; i < 200 && row_of("a").attempts == 0; i++)
        (void)usleep(20000);
    struct outbox_row r = row_of("a");
    T_OK(r.next_at - r.changed_at >= 1600 && r.next_at - r.changed_at <= 2400);
    T_EQ(outbox_retry(db, r.public_id, r.give_up_at, clock_wall_ms()), ERR_OK); /* Now. */
    T_OK(becomes("a", "sent", 5000));
    r = row_of("a");
    T_OK(r.attempts == 1 && !r.kept);
    T_EQ(atomic_load(&receiver.got), 2);
    sender_free(s);
    char *text = metrics_text(ms);
    T_OK(text != NULL && strstr(text, "yunjian_outbox_sent_total{way=\"gateway\"} 1\n") != NULL);
    mem_free(text);
    receiver_stop(&receiver);
}

/* What hangs is let go within moments, and waits as if it had not been tried. */
static void a_stop_waits_for_nobody(void)
{
    receiver_start(&receiver, 204);
    atomic_store(&receiver.hang, true);
    struct sender *s = start();
    put("b", "13800000002");
    for (int i = 0; i < 150 && atomic_load(&receiver.got) == 0; i++)
        (void)usleep(20000);
    T_EQ(atomic_load(&receiver.got), 1);
    uint64_t begun = clock_mono_ns();
    sender_free(s);
    T_OK(clock_mono_ns() - begun < 5 * NS_PER_S);
    struct outbox_row r = row_of("b");
    T_OK(strcmp(r.state, "waiting") == 0 && r.attempts == 0 && r.kept);
    atomic_store(&receiver.hang, false);
    s = start();
    T_OK(becomes("b", "sent", 5000));
    sender_free(s);
    receiver_stop(&receiver);
}

static void nobody_there_and_another_key(void)
{
    static const uint8_t other[SEAL_KEY_LEN] = {4};
    const struct post wrong = {.conf = &conf, .secret = other, .public_url = ""};
    struct sender *s = NULL;
    receiver_start(&receiver, 204);
    receiver_stop(&receiver); /* Its port is nobody's now. */
    s = start();
    put("c", "13800000003");
    for (int i = 0; i < 200 && row_of("c").attempts == 0; i++)
        (void)usleep(20000);
    struct outbox_row r = row_of("c");
    T_OK(r.attempts >= 1 && strcmp(r.state, "waiting") == 0 && r.error[0] != '\0');
    sender_free(s);
    T_EQ(outbox_retry(db, r.public_id, clock_wall_ms() + HOUR, clock_wall_ms()), ERR_OK);
    T_EQ(sender_new(&s, &wrong, db_path, writer, NULL), ERR_OK);
    T_OK(becomes("c", "failed", 5000));
    T_OK(strcmp(row_of("c").error, "sealed with another key") == 0);
    sender_free(s);
}

static void times_out(void)
{
    receiver_start(&receiver, 503);
    struct sender *s = NULL;
    conf.delivery_hours = 0; /* Over at once. */
    s = start();
    put("d", "13800000004");
    T_OK(becomes("d", "given_up", 5000));
    T_OK(row_of("d").kept && strcmp(row_of("d").error, "answered 503") == 0);
    sender_free(s);
    conf.delivery_hours = 24;
    receiver_stop(&receiver);
}

int main(void)
{
    char why[CONF_WHY], program[] = "x", none[] = "--conf=/dev/null", secret[300];
    char *argv[] = {program, none, NULL};
    log_set_level(LOG_ERROR);
    tmpdir_make();
    T_EQ(conf_load(&conf, 2, argv, why), ERR_OK);
    (void)snprintf(secret, sizeof(secret), "%s", tmpdir_path("secret"));
    FILE *f = fopen(secret, "w");
    T_OK(f != NULL && fputs("s3cret\n", f) >= 0 && fclose(f) == 0 && chmod(secret, 0600) == 0);
    (void)snprintf(conf.gateway_secret_file, sizeof(conf.gateway_secret_file), "%s", secret);
    (void)snprintf(db_path, sizeof(db_path), "%s", tmpdir_path("s.sqlite"));
    T_EQ(fetch_init(), ERR_OK);
    T_EQ(db_open(&db, db_path), ERR_OK);
    T_EQ(metrics_new(&ms), ERR_OK);
    T_EQ(writer_new(&writer, db_path, 1000), ERR_OK);
    is_sent_at_the_second_try();
    a_stop_waits_for_nobody();
    nobody_there_and_another_key();
    times_out();
    writer_free(writer);
    metrics_free(ms);
    db_close(db);
    return t_done("sender");
}
