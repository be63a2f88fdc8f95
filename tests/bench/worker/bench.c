/*
 * What forwarding costs: the real worker with clients that have shaken hands by DTLS, over
 * loopback, beside the floor, in one run on one machine. The worker has core 0, everything else
 * core 1; the cost is the worker's thread clock divided by the packets that arrived, so that
 * delivery into the receivers' sockets is in it. Prints a table and writes build/bench.json. bench
 * [SECONDS of each measurement, 5]
 */
#include <math.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <sys/stat.h>

#include "client.h"
#include "crypt.h"
#include "floor.h"
#include "load.h"
#include "record/journal.h"
#include "sfu/sink.h"
#include "sfu/worker.h"

enum { CORE_SERVER = 0, CORE_REST = 1, PEERS_MAX = 128, RECV_FIRST = 64 };

static struct worker *w;
static struct mailbox *events;
static struct dtls_ctx *dtls;
static struct addr at;
static struct client peers[PEERS_MAX]; /* publishers, and from RECV_FIRST on receivers */
static struct load load;
static struct floor_case plan;
static struct worker_event stats;
static bool has_stats, journal_closed;

/* ---- the worker and its peers -----------------------------------------------------------------
 */

static struct worker_cmd *cmd(enum worker_cmd_type type)
{
    struct worker_cmd *c = worker_cmd_new(type);
    if (c == NULL)
        abort();
    return c;
}

static void take_events(void)
{
    for (struct msg *m = mailbox_take(events), *next = NULL; m != NULL; m = next) {
        next = m->next;
        if (m->type == WORKER_EVENT && ((const struct worker_event *)m)->type == EV_STATS) {
            stats = *(const struct worker_event *)m;
            has_stats = true;
        }
        if (m->type == JOURNAL_EVENT && ((const struct journal_event *)m)->type == JOURNAL_CLOSED)
            journal_closed = true;
        msg_drop(m);
    }
}

static struct worker_event get_stats(void)
{
    has_stats = false;
    worker_post(w, cmd(CMD_STATS));
    while (!has_stats) {
        take_events();
        load_drain(&load, 1);
    }
    return stats;
}

static void pin(int cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)cpu, &set);
    if (sched_setaffinity(0, sizeof(set), &set) != 0)
        (void)fprintf(stderr, "bench: core %d cannot be had: figures are of a shared one\n", cpu);
}

static void add_peer(size_t i, uint64_t room)
{
    client_init(&peers[i], &at, false, dtls_ctx_fingerprint(dtls), clock_mono_ns());
    int big = 4 << 20;
    (void)setsockopt(peers[i].fd, SOL_SOCKET, SO_RCVBUFFORCE, &big, sizeof(big));
    worker_ufrag(peers[i].params.local_ufrag, 0);
    struct worker_cmd *c = cmd(CMD_PEER_ADD);
    c->room = room;
    c->peer = c->member = i + 1;
    c->u.peer = peers[i].params;
    worker_post(w, c);
}

static struct media media_of(bool video)
{
    struct media m = {.kind = video ? MEDIA_VIDEO : MEDIA_AUDIO,
                      .mid = "0",
                      .n_codecs = 1,
                      .ext = {.audio_level = video ? EXT_NONE : 1}};
    m.codecs[0] = (struct codec_pt){.codec = video ? CODEC_VP8 : CODEC_OPUS,
                                    .pt = video ? 96 : 111,
                                    .rtx_pt = video ? 97 : PT_NONE,
                                    .nack = video,
                                    .pli = video,
                                    .remb = video};
    return m;
}

static void add_producer(size_t i, uint64_t room, bool video)
{
    struct worker_cmd *c = cmd(CMD_PRODUCER_ADD);
    c->room = room;
    c->peer = i + 1;
    c->producer = 1000 + 2 * i + video;
    c->u.producer.track = (uint32_t)(1 + 2 * i + video);
    c->u.producer.media = media_of(video);
    c->u.producer.media.n_ssrcs = 1;
    c->u.producer.media.ssrcs[0].ssrc = video ? load_video_ssrc(i) : load_voice_ssrc(i);
    worker_post(w, c);
}

static void add_consumer(size_t to, size_t from, bool video)
{
    static uint32_t next = 0x1000000;
    struct worker_cmd *c = cmd(CMD_CONSUMER_ADD);
    c->peer = to + 1;
    c->producer = 1000 + 2 * from + video;
    c->consumer = next;
    c->u.consumer.media = media_of(video);
    c->u.consumer.ssrc = next++;
    c->u.consumer.rtx_ssrc = video ? next++ : 0;
    worker_post(w, c);
}

/* ---- the traffic ------------------------------------------------------------------------------
 */

static void on_send(void *arg, size_t i, uint8_t *p, size_t len)
{
    (void)arg;
    client_send(&peers[i], false, p, len);
}

/* Consent checks and receiver reports, as often as browsers say them. */
static void on_keep(void *arg)
{
    static unsigned turn;
    (void)arg;
    take_events();
    bool check = turn++ % 4 == 0;
    for (size_t i = 0; i < PEERS_MAX; i++) {
        struct client *c = &peers[i];
        uint8_t bytes[64];
        struct buf b = buf_make(bytes, sizeof(bytes));
        if (c->t == NULL)
            continue;
        if (check)
            client_check(c, c->params.local_pwd);
        rtcp_write_rr(&b, 1, NULL, 0);
        client_send(c, true, bytes, b.len);
        if (i < RECV_FIRST)
            client_read(c);
        c->n = 0;
    }
}

static bool all_up(void)
{
    bool up = true;
    for (size_t i = 0; i < PEERS_MAX; i++) {
        client_step(&peers[i]);
        up = up && (peers[i].t == NULL || peers[i].up);
    }
    return up;
}

/* ---- scenes -----------------------------------------------------------------------------------
 */

struct scene {
    const char *name;
    size_t rooms, people; /* people 1: one publisher and fifty watchers */
};
enum { WATCHERS = 50 };

static size_t publishers(const struct scene *s)
{
    return s->people == 1 ? s->rooms : s->rooms * s->people;
}

static void make_plan(const struct scene *s)
{
    plan = (struct floor_case){.n_pubs = publishers(s)};
    plan.n_receivers = s->people == 1 ? s->rooms * WATCHERS : plan.n_pubs;
    for (size_t i = 0; i < plan.n_pubs; i++)
        for (size_t k = 0; k < plan.n_receivers; k++) {
            bool same = s->people == 1 ? k / WATCHERS == i : k / s->people == i / s->people;
            if (same && (s->people == 1 || k != i))
                plan.to[i][plan.n_to[i]++] = (uint8_t)k;
        }
}

static uint64_t room_of(const struct scene *s, size_t i)
{
    return 1 + i / s->people;
}

static void open_scene(const struct scene *s)
{
    struct addr any;
    struct worker_config cfg = {
        .listen = &any, .n_listen = 1, .cpu = CORE_SERVER, .dtls = dtls, .events = events};
    if (addr_parse(&any, "127.0.0.1", 0) != ERR_OK || worker_new(&w, &cfg) != ERR_OK ||
        worker_start(w) != ERR_OK)
        abort();
    at = any;
    addr_set_port(&at, worker_port(w, 0));
    make_plan(s);
    load = (struct load){.n_pubs = plan.n_pubs, .send = on_send, .keep = on_keep};
    for (size_t i = 0; i < s->rooms; i++) {
        struct worker_cmd *c = cmd(CMD_ROOM_OPEN);
        c->room = 1 + i;
        worker_post(w, c);
    }
    for (size_t i = 0; i < plan.n_pubs; i++)
        add_peer(i, room_of(s, i));
    for (size_t k = 0; k < plan.n_receivers; k++)
        add_peer(RECV_FIRST + k, s->people == 1 ? 1 + k / WATCHERS : room_of(s, k));
    while (!all_up())
        (void)poll(NULL, 0, 1);
    for (size_t i = 0; i < plan.n_pubs; i++)
        for (unsigned video = 0; video < 2; video++) {
            add_producer(i, room_of(s, i), video != 0);
            for (size_t k = 0; k < plan.n_to[i]; k++)
                add_consumer(RECV_FIRST + plan.to[i][k], i, video != 0);
        }
    load.n_fds = plan.n_receivers;
    for (size_t k = 0; k < plan.n_receivers; k++)
        load.fds[k] = peers[RECV_FIRST + k].fd;
    (void)get_stats();
}

static void close_scene(void)
{
    worker_free(w);
    for (size_t i = 0; i < PEERS_MAX; i++)
        if (peers[i].t != NULL) {
            client_fini(&peers[i]);
            peers[i] = (struct client){.fd = -1};
        }
    take_events();
}

static void record_all(const struct scene *s, struct journal **js)
{
    for (size_t i = 0; i < s->rooms; i++) {
        struct worker_cmd *c = cmd(CMD_RECORD);
        c->room = 1 + i;
        c->u.sink = js == NULL ? NULL : journal_sink(js[i]);
        worker_post(w, c);
    }
}

static void start_journals(const struct scene *s, struct journal **js, const char *root)
{
    char dir[200];
    for (size_t i = 0; i < s->rooms; i++) {
        (void)snprintf(dir, sizeof(dir), "%s/%zu", root, i);
        struct journal_config cfg = {.dir = dir, .meeting = "bench", .events = events};
        if (journal_new(&js[i], &cfg) != ERR_OK)
            abort();
    }
    record_all(s, js);
}

static void stop_journals(const struct scene *s, struct journal **js)
{
    record_all(s, NULL);
    for (size_t i = 0; i < s->rooms; i++) {
        journal_closed = false;
        journal_finish(js[i], "{\"type\":\"end\"}");
        while (!journal_closed) {
            take_events();
            (void)poll(NULL, 0, 1);
        }
        journal_free(js[i]);
    }
}

/* ---- figures: rounds of the worker and of the floor take turns, so that both meet the same noise
 */

enum { ROUNDS_MAX = 60 };

struct figure {
    double us, best;        /* per forwarded packet: median and lowest of the rounds */
    double least;           /* the floor's median, in the same minutes */
    double lost_permille;   /* sent by the worker and not arrived */
    double packets_s, core; /* forwarded a second; share of a core */
};

struct round {
    double us, sent, arrived, passed, cpu_us;
};

static struct round measure_once(double seconds)
{
    load_drain(&load, 5);
    struct worker_event a = get_stats();
    uint64_t before = load.arrived, start = clock_mono_ns();
    load_run(&load, seconds);
    double passed = (double)(clock_mono_ns() - start) / 1e9;
    load_drain(&load, 30);
    struct worker_event b = get_stats();
    struct round r = {.sent = (double)(b.u.stats.rtp_out - a.u.stats.rtp_out),
                      .arrived = (double)(load.arrived - before),
                      .passed = passed,
                      .cpu_us = (double)(b.u.stats.cpu_ns - a.u.stats.cpu_ns) / 1e3};
    r.us = r.cpu_us / r.arrived;
    return r;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *v, size_t n)
{
    qsort(v, n, sizeof(*v), by_size);
    return n % 2 != 0 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

static struct figure measure(struct forwarder *floor, double seconds)
{
    double us[ROUNDS_MAX], least[ROUNDS_MAX];
    struct round sum = {0};
    size_t n = seconds < 1 ? 1 : seconds > ROUNDS_MAX ? ROUNDS_MAX : (size_t)seconds;
    for (size_t i = 0; i < n; i++) {
        struct round r = measure_once(1);
        us[i] = r.us;
        least[i] = floor_round(floor, 1);
        sum.sent += r.sent;
        sum.arrived += r.arrived;
        sum.passed += r.passed;
        sum.cpu_us += r.cpu_us;
    }
    struct figure f = {.us = median(us, n), .least = median(least, n)};
    f.best = us[0];
    f.lost_permille = (sum.sent - sum.arrived) / sum.sent * 1000;
    f.packets_s = sum.arrived / sum.passed;
    f.core = sum.cpu_us / 1e6 / sum.passed;
    return f;
}

struct row {
    struct figure off, on;
};

static struct row measure_scene(const struct scene *s, double seconds, const char *root)
{
    struct journal *js[16];
    struct row r;
    open_scene(s);
    struct forwarder *floor = floor_open(&plan, CORE_SERVER);
    load_run(&load, 1);
    r.off = measure(floor, seconds);
    start_journals(s, js, root);
    load_run(&load, 1);
    r.on = measure(floor, seconds);
    stop_journals(s, js);
    close_scene();
    floor_close(floor);
    return r;
}

static void processor(char out[128])
{
    char line[256];
    FILE *f = fopen("/proc/cpuinfo", "re");
    (void)snprintf(out, 128, "unknown");
    while (f != NULL && fgets(line, sizeof(line), f) != NULL)
        if (sscanf(line, "model name : %127[^\n]", out) == 1)
            break;
    if (f != NULL)
        (void)fclose(f);
}

static void print_row(const char *name, const char *what, const struct figure *f)
{
    printf("%-8s %-13s %7.2f %7.2f %7.2f %8.2f %10.0f %7.1f %% %7.2f\n", name, what, f->us, f->best,
           f->least, f->us / f->least, f->packets_s, f->core * 100, f->lost_permille);
    (void)fflush(stdout);
}

static void write_figure(FILE *f, const char *name, const struct figure *g)
{
    (void)fprintf(f,
                  "\"%s\":{\"us\":%.3f,\"best_us\":%.3f,\"floor_us\":%.3f,\"ratio\":%.3f,"
                  "\"packets_s\":%.0f,\"lost_permille\":%.3f}",
                  name, g->us, g->best, g->least, g->us / g->least, g->packets_s, g->lost_permille);
}

static void write_json(FILE *f, const struct scene *s, const struct row *r, size_t n, double parts)
{
    char cpu[128], when[CLOCK_TEXT_MAX];
    processor(cpu);
    clock_rfc3339(when, clock_wall_ms());
    (void)fprintf(f, "{\"when\":\"%s\",\"processor\":\"%s\",\"floor_crypto\":\"%s\",", when, cpu,
                  crypt_name());
    (void)fprintf(f, "\"parts_1x50_us\":%.3f,\"scenes\":[", parts);
    for (size_t i = 0; i < n; i++) {
        (void)fprintf(f, "%s{\"scene\":\"%s\",", i > 0 ? "," : "", s[i].name);
        write_figure(f, "plain", &r[i].off);
        (void)fprintf(f, ",");
        write_figure(f, "recorded", &r[i].on);
        (void)fprintf(f, "}");
    }
    (void)fprintf(f, "]}\n");
}

int main(int argc, char **argv)
{
    static const struct scene scenes[] = {{"1 x 50", 1, 1}, {"10 x 3", 10, 3}};
    enum { N = sizeof(scenes) / sizeof(scenes[0]) };
    struct row rows[N];
    double seconds = argc > 1 ? strtod(argv[1], NULL) : 8;
    char root[] = "/tmp/yunjian-bench-XXXXXX", cmd_line[100];
    pin(CORE_REST);
    if (srtp_setup() != ERR_OK || dtls_ctx_new(&dtls) != ERR_OK ||
        mailbox_new(&events, 100000) != ERR_OK || mkdtemp(root) == NULL)
        return 1;
    for (size_t i = 0; i < PEERS_MAX; i++)
        peers[i].fd = -1;
    printf("Microseconds of processor per forwarded packet; the floor by %s\n", crypt_name());
    printf("%-8s %-13s %7s %7s %7s %8s %10s %9s %7s\n", "scene", "", "median", "best", "floor",
           "x floor", "packets/s", "core", "lost/k");
    for (size_t i = 0; i < N; i++) {
        char dir[64];
        (void)snprintf(dir, sizeof(dir), "%s/%zu", root, i);
        (void)mkdir(dir, 0700);
        rows[i] = measure_scene(&scenes[i], seconds, dir);
        print_row(scenes[i].name, "plain", &rows[i].off);
        print_row("", "recorded", &rows[i].on);
    }
    struct floor_parts warm = floor_warm(WATCHERS, CORE_SERVER);
    double sum = (warm.receive / WATCHERS + warm.send) / 1000;
    printf("%-8s %-13s %7.2f\n", "1 x 50", "sum of parts", sum);
    FILE *f = fopen("build/bench-worker.json", "we");
    if (f == NULL)
        return 1;
    write_json(f, scenes, rows, N, sum);
    (void)fclose(f);
    (void)snprintf(cmd_line, sizeof(cmd_line), "rm -rf %s", root);
    int gone = system(cmd_line); // NOLINT(cert-env33-c): our own folder
    mailbox_free(events);
    dtls_ctx_free(dtls);
    return gone;
}
