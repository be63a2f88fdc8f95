/* bench-pack: what packaging costs and how soon it is done, with real pictures and real sound.
 *
 *   build/release/bench-pack PACKAGER [whole SECONDS | live SECONDS | rooms N SECONDS] ...
 *
 * whole: the journal of a meeting of four lies there but for its last second; the packager reads it
 *   at full speed; then the end is written. Tells the cost per recorded participant, how many times
 *   faster than the meeting it went, and the time from the end to the final index.
 * live: the same meeting, written as it goes on, followed by the packager.
 * rooms: N meetings of two at once, live; then how far each had fallen behind, and until when all
 *   had their final index.
 * Times in milliseconds; processor time as a share of one core per recorded participant (a camera
 * of 640x360 or 1280x720 at 30 pictures a second, VP8, a key frame every 4 s, and a voice). JSON.
 */
#include <dirent.h>
#include <jansson.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "test_pack_synth.h"
#include "tmpdir.h"

enum { CLIP_S = 20, CLIP_FRAMES = CLIP_S * 30, CLIP_SOUNDS = CLIP_S * 50, STEP_MS = 100 };
#define SEGMENT_NS (30 * NS_PER_S)

/* ---- clips: encoded once, played over and over ----------------------------------------------- */

struct piece {
    uint8_t *p;
    size_t n;
};

struct clip {
    struct piece pieces[CLIP_SOUNDS];
    size_t n;
};

static struct clip small_video, large_video, sound;

static void keep(struct clip *c, const uint8_t *p, size_t n)
{
    uint8_t *copy = (uint8_t *)malloc(n);
    if (copy == NULL || c->n == CLIP_SOUNDS)
        abort();
    memcpy(copy, p, n);
    c->pieces[c->n++] = (struct piece){copy, n};
}

static void make_video(struct clip *c, const char *size, const char *rate)
{
    static uint8_t ivf[16 << 20];
    char command[400];
    (void)snprintf(command, sizeof(command),
                   "ffmpeg -v error -f lavfi -i testsrc2=size=%s:rate=30 -t %d -c:v libvpx "
                   "-deadline realtime -cpu-used 8 -lag-in-frames 0 -auto-alt-ref 0 -b:v %s -g 120 "
                   "-keyint_min 120 -f ivf -",
                   size, CLIP_S, rate);
    size_t n = synth_run(command, (char *)ivf, sizeof(ivf));
    for (size_t at = 32; at + 12 < n;) {
        size_t len = ivf[at] | (size_t)ivf[at + 1] << 8 | (size_t)ivf[at + 2] << 16;
        keep(c, ivf + at + 12, len);
        at += 12 + len;
    }
    if (c->n != CLIP_FRAMES)
        abort();
}

static void on_sound(void *arg, const uint8_t *p, size_t n)
{
    keep((struct clip *)arg, p, n);
}

/* Noise that comes and goes three times a second, as syllables do. */
static void make_sound(struct clip *c)
{
    struct opus *enc = NULL;
    uint32_t seed = 1;
    if (opus_encoder(&enc, on_sound, c) != ERR_OK)
        abort();
    for (int i = 0; c->n < CLIP_SOUNDS; i++) {
        int16_t pcm[OPUS_FRAME];
        for (int k = 0; k < OPUS_FRAME; k++) {
            double t = (double)(i * OPUS_FRAME + k) / OPUS_RATE;
            seed = seed * 1664525u + 1013904223u;
            double noise = (double)(int32_t)seed / 2147483648.0;
            pcm[k] = (int16_t)(6000 * (noise * 0.3 + sin(2 * M_PI * 180 * t)) *
                               (0.5 + 0.5 * sin(2 * M_PI * 3 * t)));
        }
        opus_encode(enc, pcm);
    }
    opus_free(enc);
}

/* ---- a meeting's journal as it grows --------------------------------------------------------- */

struct person {
    struct way video, voice;
    const struct clip *clip;
    uint64_t frames, sounds; /* sent so far */
};

struct room {
    struct synth out;
    struct person people[4];
    size_t n;
    char dir[400], part[600], path[600];
    uint64_t segment, at_ms;
    FILE *f;
    pid_t packager;
};

static void line_track(struct room *r, uint32_t track, size_t who)
{
    char text[300];
    bool video = track % 2 == 0;
    (void)snprintf(text, sizeof(text),
                   "{\"type\":\"track\",\"track\":%u,\"kind\":\"%s\",\"source\":\"%s\","
                   "\"participant\":\"p%zu\",\"name\":\"P%zu\",\"codecs\":[{\"pt\":%d,\"name\":"
                   "\"%s\",\"rate\":%d}]}",
                   track, video ? "video" : "audio", video ? "camera" : "microphone", who, who,
                   video ? 96 : 111, video ? "VP8" : "opus", video ? 90000 : 48000);
    synth_line(&r->out, 0, text);
}

static void room_open(struct room *r, const char *dir, size_t people)
{
    *r = (struct room){.n = people, .segment = UINT64_MAX};
    (void)snprintf(r->dir, sizeof(r->dir), "%s", dir);
    (void)mkdir(r->dir, 0755);
    (void)snprintf(r->path, sizeof(r->path), "%s/journal", r->dir);
    (void)mkdir(r->path, 0755);
    synth_line(&r->out, 0, "{\"type\":\"segment\",\"version\":1,\"meeting\":\"m\",\"number\":1}");
    for (size_t i = 0; i < people; i++) {
        struct person *p = &r->people[i];
        uint32_t track = (uint32_t)i * 2 + 1;
        p->clip = i % 2 == 0 ? &small_video : &large_video;
        p->voice = (struct way){.to = &r->out, .track = track, .ssrc = track, .pt = 111};
        p->video = (struct way){.to = &r->out, .track = track + 1, .ssrc = track + 1, .pt = 96};
        p->voice.rate = 48000;
        p->video.rate = 90000;
        p->voice.delay_ns = p->video.delay_ns = 20 * NS_PER_MS;
        line_track(r, track, i);
        line_track(r, track + 1, i);
    }
}

static void next_segment(struct room *r, uint64_t segment)
{
    uint8_t head[FORMAT_FILE_HEAD];
    if (r->f != NULL) {
        (void)fclose(r->f);
        (void)rename(r->part, r->path);
    }
    r->segment = segment;
    (void)snprintf(r->path, sizeof(r->path), "%s/journal/%06u.pcap", r->dir, (unsigned)segment + 1);
    (void)snprintf(r->part, sizeof(r->part), "%s.part", r->path);
    r->f = fopen(r->part, "wb");
    if (r->f == NULL)
        abort();
    format_file_head(head);
    (void)fwrite(head, 1, sizeof(head), r->f);
}

static void flush(struct room *r)
{
    synth_sort(&r->out);
    for (size_t i = 0; i < r->out.n; i++) {
        if (r->out.list[i].at_ns / SEGMENT_NS != r->segment)
            next_segment(r, r->out.list[i].at_ns / SEGMENT_NS);
        synth_write_event(r->f, &r->out.list[i]);
    }
    (void)fflush(r->f);
    synth_free(&r->out);
}

static void send_person(struct person *p, uint64_t until_ms)
{
    for (; p->frames * 1000 < until_ms * 30; p->frames++) {
        const struct piece *x = &p->clip->pieces[p->frames % CLIP_FRAMES];
        uint64_t ns = p->frames * NS_PER_S / 30;
        way_vp(&p->video, ns, false, (x->p[0] & 1) == 0, x->p, x->n);
        if (p->frames % 30 == 0)
            way_report(&p->video, ns);
    }
    for (; p->sounds * 20 < until_ms; p->sounds++) {
        const struct piece *x = &sound.pieces[p->sounds % CLIP_SOUNDS];
        uint64_t ns = p->sounds * 20 * NS_PER_MS;
        way_packet(&p->voice, ns, false, x->p, x->n);
        if (p->sounds % 250 == 0)
            way_report(&p->voice, ns);
    }
}

static void room_go_on(struct room *r, uint64_t until_ms)
{
    while (r->at_ms < until_ms) {
        r->at_ms = r->at_ms + STEP_MS < until_ms ? r->at_ms + STEP_MS : until_ms;
        for (size_t i = 0; i < r->n; i++)
            send_person(&r->people[i], r->at_ms);
        flush(r);
    }
}

static void room_end(struct room *r)
{
    synth_line(&r->out, r->at_ms * NS_PER_MS, "{\"type\":\"end\"}");
    flush(r);
    (void)fclose(r->f);
    (void)rename(r->part, r->path);
}

/* ---- the packager ---------------------------------------------------------------------------- */

static const char *program;

static void start_packager(struct room *r)
{
    r->packager = fork();
    if (r->packager == 0) {
        (void)execl(program, program, "--nice=19", r->dir, (char *)NULL);
        _exit(127);
    }
}

/* User and system time of a running process in seconds. */
static double cpu_of(pid_t pid)
{
    char path[64], text[1000] = "";
    unsigned long user = 0, sys = 0;
    (void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "r");
    if (f == NULL)
        return 0;
    size_t n = fread(text, 1, sizeof(text) - 1, f);
    (void)fclose(f);
    text[n] = '\0';
    const char *rest = strrchr(text, ')');
    if (rest == NULL ||
        sscanf(rest + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &sys) != 2)
        abort();
    return (double)(user + sys) / (double)sysconf(_SC_CLK_TCK);
}

/* Most memory that it has had, in KiB. */
static long memory_of(pid_t pid)
{
    char path[64], line[200];
    long kib = 0;
    (void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "r");
    while (f != NULL && fgets(line, sizeof(line), f) != NULL)
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtol(line + 6, NULL, 10);
    if (f != NULL)
        (void)fclose(f);
    return kib;
}

/* Waits for its end. @return processor time in seconds. */
static double reap(struct room *r)
{
    struct rusage use;
    int status = -1;
    if (wait4(r->packager, &status, 0, &use) != r->packager || status != 0) {
        (void)fprintf(stderr, "the packager ended with %d\n", status);
        exit(1);
    }
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

/* How far the index goes, in ms; *final: the last one. -1 without one. */
static int64_t shown(const struct room *r, bool *final)
{
    char path[500];
    (void)snprintf(path, sizeof(path), "%s/index.json", r->dir);
    json_t *o = json_load_file(path, 0, NULL);
    const char *state = json_string_value(json_object_get(o, "state"));
    int64_t ms = o == NULL ? -1 : json_integer_value(json_object_get(o, "duration_ms"));
    *final = state != NULL && strcmp(state, "final") == 0;
    json_decref(o);
    return ms;
}

static uint64_t now_ms(void)
{
    return clock_mono_ns() / NS_PER_MS;
}

static void sleep_ms(unsigned ms)
{
    (void)usleep(ms * 1000);
}

/* ms until the index is final. The file is looked at only when it has been replaced. */
static uint64_t until_final(const struct room *r)
{
    char path[500];
    struct stat st, last = {0};
    uint64_t from = now_ms();
    bool final = false;
    (void)snprintf(path, sizeof(path), "%s/index.json", r->dir);
    while (!final) {
        if (stat(path, &st) == 0 && st.st_ino != last.st_ino) {
            last = st;
            (void)shown(r, &final);
        }
        if (!final)
            sleep_ms(5);
        if (now_ms() - from > 600000) {
            (void)fprintf(stderr, "no final index\n");
            exit(1);
        }
    }
    return now_ms() - from;
}

/* ---- the three runs -------------------------------------------------------------------------- */

static json_t *run_whole(unsigned seconds)
{
    struct room r;
    bool final = false;
    room_open(&r, tmpdir_path("whole"), 4);
    room_go_on(&r, (seconds - 1) * 1000);
    uint64_t from = now_ms();
    start_packager(&r);
    while (shown(&r, &final) < (int64_t)(seconds - 1) * 1000 - 15000)
        sleep_ms(20); /* the mix is shown up to 10 s before */
    double speed = (double)(seconds - 1) * 1000 / (double)(now_ms() - from);
    room_go_on(&r, seconds * 1000);
    sleep_ms(2500); /* it follows again, as in a meeting */
    long memory = memory_of(r.packager);
    double before = cpu_of(r.packager);
    room_end(&r);
    uint64_t end_ms = until_final(&r);
    double cpu = reap(&r);
    return json_pack("{s:i,s:i,s:f,s:f,s:f,s:I,s:f,s:I}", "people", 4, "seconds", (int)seconds,
                     "cpu_s", cpu, "core_percent_per_participant", cpu / seconds / 4 * 100,
                     "times_real_time", speed, "end_to_final_ms", (json_int_t)end_ms, "end_cpu_s",
                     cpu - before, "memory_kib", (json_int_t)memory);
}

static json_t *run_live(unsigned seconds)
{
    struct room r;
    room_open(&r, tmpdir_path("live"), 4);
    start_packager(&r);
    uint64_t from = now_ms();
    while (r.at_ms < seconds * 1000) {
        uint64_t at = now_ms() - from;
        room_go_on(&r, at < seconds * 1000 ? at : seconds * 1000);
        sleep_ms(STEP_MS);
    }
    long memory = memory_of(r.packager);
    room_end(&r);
    uint64_t end_ms = until_final(&r);
    double cpu = reap(&r);
    return json_pack("{s:i,s:i,s:f,s:f,s:f,s:I,s:I}", "people", 4, "seconds", (int)seconds, "cpu_s",
                     cpu, "core_percent_per_participant", cpu / seconds / 4 * 100,
                     "cpu_s_per_participant_hour", cpu / seconds / 4 * 3600, "end_to_final_ms",
                     (json_int_t)end_ms, "memory_kib", (json_int_t)memory);
}

static json_t *run_rooms(unsigned n, unsigned seconds)
{
    struct room *rooms = (struct room *)calloc(n, sizeof(*rooms));
    int64_t most = 0, sum = 0;
    double cpu = 0, after = 0;
    long memory = 0;
    bool final = false;
    if (rooms == NULL)
        abort();
    for (unsigned i = 0; i < n; i++) {
        char name[20];
        (void)snprintf(name, sizeof(name), "room%u", i);
        room_open(&rooms[i], tmpdir_path(name), 2);
        start_packager(&rooms[i]);
    }
    uint64_t from = now_ms();
    for (uint64_t at = 0; at < seconds * 1000;) {
        sleep_ms(STEP_MS);
        at = now_ms() - from;
        at = at < seconds * 1000 ? at : seconds * 1000;
        for (unsigned i = 0; i < n; i++)
            room_go_on(&rooms[i], at);
    }
    for (unsigned i = 0; i < n; i++) {
        int64_t have = shown(&rooms[i], &final), lag = (int64_t)seconds * 1000 - have;
        most = lag > most ? lag : most;
        sum += lag;
        memory += memory_of(rooms[i].packager);
        after += cpu_of(rooms[i].packager);
        room_end(&rooms[i]);
    }
    uint64_t ended = now_ms();
    for (unsigned i = 0; i < n; i++) {
        (void)until_final(&rooms[i]);
        cpu += reap(&rooms[i]);
    }
    uint64_t all_ms = now_ms() - ended;
    free(rooms);
    return json_pack("{s:i,s:i,s:i,s:f,s:f,s:f,s:I,s:I,s:I,s:I}", "rooms", (int)n, "people_each", 2,
                     "seconds", (int)seconds, "cpu_s", cpu, "core_percent_per_participant",
                     cpu / seconds / (n * 2) * 100, "cores_while_live", after / seconds,
                     "index_behind_ms_mean", (json_int_t)(sum / n), "index_behind_ms_most",
                     (json_int_t)most, "all_final_after_ms", (json_int_t)all_ms, "memory_kib_each",
                     (json_int_t)(memory / n));
}

int main(int argc, char **argv)
{
    json_t *o = json_object();
    if (argc < 4 || opus_start() != ERR_OK) {
        (void)fprintf(stderr,
                      "usage: %s PACKAGER [whole SECONDS | live SECONDS | rooms N SECONDS] ...\n",
                      argv[0]);
        return 2;
    }
    program = argv[1];
    tmpdir_make();
    make_video(&small_video, "640x360", "700k");
    make_video(&large_video, "1280x720", "1500k");
    make_sound(&sound);
    for (int i = 2; i + 1 < argc; i += 2) {
        unsigned n = (unsigned)strtoul(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "whole") == 0 && n > 30)
            (void)json_object_set_new(o, "whole", run_whole(n));
        else if (strcmp(argv[i], "live") == 0 && n > 0)
            (void)json_object_set_new(o, "live", run_live(n));
        else if (strcmp(argv[i], "rooms") == 0 && n > 0 && i + 2 < argc)
            (void)json_object_set_new(o, "rooms",
                                      run_rooms(n, (unsigned)strtoul(argv[++i + 1], NULL, 10)));
        else
            return 2;
    }
    char *text = json_dumps(o, JSON_INDENT(1) | JSON_REAL_PRECISION(4));
    (void)printf("%s\n", text);
    free(text);
    json_decref(o);
    opus_stop();
    return 0;
}
