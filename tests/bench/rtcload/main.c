/* rtcload: a load generator for WebRTC forwarding servers. See ../README.md. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "capture.h"
#include "http.h"
#include "options.h"
#include "report.h"
#include "signalling.h"
#include "util.h"
#include "worker.h"

/* Packets ahead of the present where an edge of the window is put: 0.4 s of either. */
static const uint64_t margin[] = {[AUDIO] = 20, [VIDEO] = 60};

static const struct signalling *sig;
static struct peer *peers;
static int n_peers, n_publishers;

static void add_peer(bool publishes, int room, int publisher, int subscriber)
{
    struct peer *p = &peers[n_peers++];
    p->publishes = publishes;
    p->room = room;
    p->publisher = publisher;
    p->subscriber = subscriber;
    p->fd = -1;
}

static void add_watcher(int room, int number, int own)
{
    for (int k = 0; k < opt.publishers; k++)
        if (k != own)
            add_peer(false, room, room * opt.publishers + k, number);
}

/* Publishers come first in peers[]. */
static void lay_out(void)
{
    int watchers = opt.mesh ? opt.publishers : opt.subscribers;
    n_publishers = opt.rooms * opt.publishers;
    peers = (struct peer *)must_zalloc(
        (size_t)(n_publishers + opt.rooms * watchers * opt.publishers), sizeof(*peers));
    for (int i = 0; i < n_publishers; i++)
        add_peer(true, i / opt.publishers, i, i);
    for (int r = 0; r < opt.rooms; r++)
        for (int s = 0; s < watchers; s++)
            add_watcher(r, r * watchers + s, opt.mesh ? s : -1);
}

static struct {
    _Atomic int next;
    int end;
} job;

static void set_up_one(struct peer *p)
{
    char why[256] = "";
    p->t_start = clock_mono_ns();
    if (!peer_open(p))
        return;
    if (!(p->publishes ? sig->publish : sig->subscribe)(p, why, sizeof(why)))
        peer_fail(p, "%s", why);
    else
        (void)peer_wait_up(p, opt.timeout_s);
    if (atomic_load(&p->state) == PEER_FAILED)
        say(1, "peer %td: %s", p - peers, p->error);
}

static void *set_up(void *arg)
{
    (void)arg;
    for (int i = 0; (i = atomic_fetch_add(&job.next, 1)) < job.end;)
        set_up_one(&peers[i]);
    return NULL;
}

static void *tear_down(void *arg)
{
    (void)arg;
    for (int i = 0; (i = atomic_fetch_add(&job.next, 1)) < job.end;)
        sig->leave(&peers[i]);
    return NULL;
}

static void in_parallel(void *(*f)(void *), int from, int to)
{
    enum { MOST = 256 };
    pthread_t t[MOST];
    int n = 0;
    atomic_store(&job.next, from);
    job.end = to;
    for (; n < opt.setup_jobs && n < MOST; n++)
        if (pthread_create(&t[n], NULL, f, NULL) != 0)
            break;
    for (int i = 0; i < n; i++)
        (void)pthread_join(t[i], NULL);
}

static void mark(bool from)
{
    for (int i = 0; i < n_sources; i++)
        atomic_store(from ? &sources[i].from : &sources[i].to,
                     atomic_load(&sources[i].seq) + margin[sources[i].kind]);
}

static double tail_s(void)
{
    double voice = opt.media.audio_pps > 0 ? (double)margin[AUDIO] / opt.media.audio_pps : 0;
    double video = opt.media.video_bps > 0 ? (double)margin[VIDEO] / opt.media.fps : 0;
    return 0.6 + (voice > video ? voice : video);
}

static void measure(struct run *r)
{
    r->idle = memory_read(opt.pids, opt.n_pids);
    in_parallel(set_up, 0, n_publishers);
    r->before_joins = totals_now();
    in_parallel(set_up, n_publishers, n_peers);
    r->after_joins = totals_now();
    sleep_ns((uint64_t)(opt.warmup_s * 1e9));

    atomic_store(&steady, true);
    mark(true);
    r->from = totals_now();
    sleep_ns((uint64_t)(opt.duration_s * 1e9));
    r->to = totals_now();
    mark(false);
    atomic_store(&steady, false);
    r->full = memory_read(opt.pids, opt.n_pids);
    sleep_ns((uint64_t)(tail_s() * 1e9)); /* the window's last packets, and their way */
    workers_stop();
}

static bool prepare(char *why, size_t cap)
{
    struct rlimit files;
    (void)getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &files);
    if (opt.capture != NULL && !capture_load(opt.capture, why, cap))
        return false;
    if (srtp_init() != srtp_err_status_ok) {
        (void)snprintf(why, cap, "libsrtp does not start");
        return false;
    }
    const char *fingerprint = dtls_init(opt.srtp);
    if (fingerprint == NULL) {
        (void)snprintf(why, cap, "--srtp: no such list: %s", opt.srtp);
        return false;
    }
    peer_set_fingerprint(fingerprint);
    http_init(opt.token, opt.insecure, opt.fresh);
    lay_out();
    sources_init(n_publishers, &opt.media);
    return sig->open(why, cap);
}

int main(int argc, char **argv)
{
    char why[256] = "";
    options_parse(argc, argv);
    sig = strcmp(opt.signalling, "janus") == 0 ? &signalling_janus : &signalling_whip;
    if (!prepare(why, sizeof(why))) {
        (void)fprintf(stderr, "rtcload: %s\n", why);
        return 1;
    }
    struct run r = {
        .signalling = sig->name, .peers = peers, .n_peers = n_peers, .n_publishers = n_publishers};
    workers_start(opt.workers);
    measure(&r);
    report(&r);
    in_parallel(tear_down, 0, n_peers);
    sig->close();
    for (int i = 0; i < n_peers; i++)
        peer_close(&peers[i]);
    return 0;
}
