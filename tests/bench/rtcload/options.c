#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

struct options opt = {
    .signalling = "whip",
    .janus_url = "http://127.0.0.1:8188/janus",
    .srtp = "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80",
    .local = "127.0.0.1",
    .rooms = 1,
    .publishers = 1,
    .subscribers = 1,
    .decrypt_every = 1,
    .workers = 1,
    .setup_jobs = 4,
    .tick_us = 1000,
    .warmup_s = 2,
    .duration_s = 10,
    .timeout_s = 10,
    .media = {.video_bps = 1.2e6,
              .fps = 30,
              .audio_pps = 50,
              .video_payload = 1100,
              .audio_payload = 100},
};

enum type { TEXT, FLAG, WHOLE, REAL };
struct row {
    const char *name;
    enum type type;
    void *at;
    double lo, hi;
    const char *help;
};

// clang-format off
static const struct row rows[] = {
    {"signalling", TEXT, (void *)&opt.signalling, 0, 0, "whip (default) or janus"},
    {"janus-url", TEXT, (void *)&opt.janus_url, 0, 0, "HTTP API of a Janus with the videoroom plugin"},
    {"whip-url", TEXT, (void *)&opt.whip_url, 0, 0, "where to publish; {room} {pub} {sub} are replaced by numbers from 0"},
    {"whep-url", TEXT, (void *)&opt.whep_url, 0, 0, "where to watch"},
    {"token", TEXT, (void *)&opt.token, 0, 0, "bearer token"},
    {"insecure", FLAG, &opt.insecure, 0, 0, "do not verify the server's certificate"},
    {"fresh", FLAG, &opt.fresh, 0, 0, "a new TLS connection for every request, as different people make"},
    {"trickle", FLAG, &opt.trickle, 0, 0, "offer without candidates, PATCH them in afterwards"},
    {"local", TEXT, (void *)&opt.local, 0, 0, "address of the generator's sockets, IPv4 or IPv6 (127.0.0.1)"},
    {"srtp", TEXT, (void *)&opt.srtp, 0, 0, "SRTP_AEAD_AES_128_GCM, SRTP_AES128_CM_SHA1_80 or both with a colon"},
    {"rooms", WHOLE, &opt.rooms, 1, 10000, "rooms"},
    {"pubs", WHOLE, &opt.publishers, 1, 1000, "publishers in each"},
    {"subs", WHOLE, &opt.subscribers, 0, 10000, "watchers of each publisher"},
    {"mesh", FLAG, &opt.mesh, 0, 0, "instead of watchers: the publishers of a room watch each other"},
    {"video-bps", REAL, &opt.media.video_bps, 0, 1e9, "0: no video"},
    {"fps", REAL, &opt.media.fps, 1, 240, "frames per second"},
    {"video-payload", WHOLE, &opt.media.video_payload, 60, 1400, "bytes of a full packet"},
    {"audio-pps", REAL, &opt.media.audio_pps, 0, 1000, "voice packets per second"},
    {"audio-payload", WHOLE, &opt.media.audio_payload, 48, 1400, "bytes of a voice packet"},
    {"even", FLAG, &opt.media.even, 0, 0, "cut frames as libwebrtc does"},
    {"capture", TEXT, (void *)&opt.capture, 0, 0, "send what a browser sent: a segment of a journal"},
    {"decrypt-every", WHOLE, &opt.decrypt_every, 1, 100000, "decrypt one packet in so many of a stream"},
    {"drop-every", WHOLE, &opt.drop_every, 0, 1000000, "watchers lose one packet in so many, and ask for it"},
    {"withhold-every", WHOLE, &opt.withhold_every, 0, 1000000, "publishers do so on the way to the server"},
    {"workers", WHOLE, &opt.workers, 1, 64, "threads"},
    {"setup-jobs", WHOLE, &opt.setup_jobs, 1, 256, "connections set up at a time"},
    {"tick-us", WHOLE, &opt.tick_us, 100, 100000, "how often publishers look at the clock"},
    {"lazy", FLAG, &opt.lazy, 0, 0, "read sockets once a tick while measuring: cheaper"},
    {"warmup", REAL, &opt.warmup_s, 0, 3600, "seconds before measuring"},
    {"duration", REAL, &opt.duration_s, 0, 86400, "seconds of measuring"},
    {"timeout", REAL, &opt.timeout_s, 0.1, 600, "seconds for a connection to be up"},
    {"server-pid", TEXT, (void *)&opt.server_pids, 0, 0, "PID[,PID..] whose processor time and memory are read; their children are shown apart too"},
};
// clang-format on
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static _Noreturn void usage(void)
{
    (void)fputs("rtcload [options]: a load generator for WebRTC forwarding servers\n", stderr);
    for (size_t i = 0; i < ROWS; i++)
        (void)fprintf(stderr, "  --%-16s %s\n", rows[i].name, rows[i].help);
    (void)fputs("  -v                 more log\n", stderr);
    exit(2);
}

static void set(const struct row *r, const char *v)
{
    char *end = NULL;
    double d = r->type == WHOLE || r->type == REAL ? strtod(v, &end) : 0;
    if (end != NULL && (*v == '\0' || *end != '\0' || d < r->lo || d > r->hi)) {
        (void)fprintf(stderr, "--%s: %s is no number from %g to %g\n", r->name, v, r->lo, r->hi);
        exit(2);
    }
    switch (r->type) {
    case TEXT:
        *(const char **)r->at = v;
        break;
    case FLAG:
        *(bool *)r->at = true;
        break;
    case WHOLE:
        *(int *)r->at = (int)d;
        break;
    case REAL:
        *(double *)r->at = d;
        break;
    }
}

static int pids_of(const char *list, pid_t out[PIDS_MAX])
{
    int n = 0;
    for (const char *p = list; p != NULL && *p != '\0' && n < PIDS_MAX; p += *p == ',') {
        char *end = NULL;
        out[n++] = (pid_t)strtol(p, &end, 10);
        p = end;
        if (*p != ',' && *p != '\0')
            usage();
    }
    return n;
}

void options_parse(int argc, char **argv)
{
    struct option longs[ROWS + 1] = {0};
    for (size_t i = 0; i < ROWS; i++)
        longs[i] = (struct option){rows[i].name, rows[i].type != FLAG, NULL, 256 + (int)i};
    for (int c = 0; (c = getopt_long(argc, argv, "v", longs, NULL)) != -1;) {
        if (c == 'v')
            verbose++;
        else if (c >= 256)
            set(&rows[c - 256], optarg);
        else
            usage();
    }
    if (optind < argc || addr_parse(&opt.local_addr, opt.local, 0) != ERR_OK ||
        (strcmp(opt.signalling, "whip") != 0 && strcmp(opt.signalling, "janus") != 0))
        usage();
    opt.n_pids = pids_of(opt.server_pids, opt.pids);
}
