/* pack/preview: real pictures of every codec become sheets of the right size that show what was
 * filmed at their times; hostile frames, missing decoders and deaths cost previews and nothing
 * else. */
#include <jansson.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/wait.h>

#include "base/log.h"
#include "pack/follow.h"
#include "pack/guard.h"
#include "pack/preview.h"
#include "pack/shrink.h"
#include "pack/still.h"
#include "t.h"
#include "test_pack_synth.h"
#include "tmpdir.h"

/* GLib never frees the tables it has outgrown (gquark.c), by design. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libglib-2.0";
}

#define S NS_PER_S
#define MS NS_PER_MS

/* ---- shrinking ------------------------------------------------------------------------------- */

static void keeps_the_aspect(void)
{
    static const struct {
        uint16_t w, h, want;
    } table[] = {{1280, 720, 160}, {640, 480, 120}, {720, 1280, 52},  {64, 48, 120},
                 {1, 4000, 16},    {4000, 1, 360},  {1920, 1080, 160}};
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        T_EQ(shrink_width(table[i].w, table[i].h, 90), table[i].want);
}

/* A source of 4 x 2 blocks with the values 1 to 8 in reading order, 10 pixels wide and high. */
static void turns_clockwise(void)
{
    static const struct {
        uint16_t rotation, w, h;
        uint8_t want[8];
    } table[] = {{0, 8, 4, {1, 2, 3, 4, 5, 6, 7, 8}},
                 {90, 4, 8, {5, 1, 6, 2, 7, 3, 8, 4}},
                 {180, 8, 4, {8, 7, 6, 5, 4, 3, 2, 1}},
                 {270, 4, 8, {4, 8, 3, 7, 2, 6, 1, 5}}};
    uint8_t px[40 * 20 + 2 * 20 * 10], to[400];
    struct yuv from = {.plane = {px, px + 800, px + 1000}, .stride = {40, 20, 20}, 40, 20};
    for (size_t y = 0; y < 20; y++)
        for (size_t x = 0; x < 40; x++)
            px[y * 40 + x] = (uint8_t)(20 * (1 + x / 10 + y / 10 * 4));
    memset(px + 800, 90, 200);
    memset(px + 1000, 200, 200);
    for (size_t i = 0; i < 4; i++) {
        uint16_t w = table[i].w, h = table[i].h;
        memset(to, 7, sizeof(to));
        struct yuv page = {.plane = {to, to + 200, to + 300}, .stride = {20, 10, 10}, 20, 10};
        struct small at = {&page, 2, 2, w, h};
        shrink(&from, table[i].rotation, &at);
        for (size_t k = 0; k < 8; k++) { /* each block is two pixels wide and high */
            size_t column = k % (w / 2u), row = k / (w / 2u);
            for (size_t d = 0; d < 4; d++)
                T_EQ(to[(2 + row * 2 + d / 2) * 20 + 2 + column * 2 + d % 2],
                     20 * table[i].want[k]);
        }
        size_t touched = 0;
        for (size_t k = 0; k < 200; k++)
            touched += to[k] != 7;
        T_EQ(touched, (size_t)w * h);
        T_EQ(to[200 + 10 + 1], 90);
        T_EQ(to[300 + 10 + 1], 200);
    }
}

static void averages_and_enlarges(void)
{
    uint8_t px[6] = {10, 20, 30, 41, 128, 128}, to[24];
    struct yuv from = {.plane = {px, px + 4, px + 5}, .stride = {2, 1, 1}, 2, 2};
    struct yuv page = {.plane = {to, to + 16, to + 20}, .stride = {4, 2, 2}, 4, 4};
    struct small one = {&page, 0, 0, 4, 4};
    shrink(&from, 0, &one);
    T_EQ(to[0], 10);
    T_EQ(to[3], 20);
    T_EQ(to[15], 41);
    struct yuv small_page = {.plane = {to, to + 16, to + 20}, .stride = {2, 1, 1}, 2, 2};
    uint8_t big[24];
    for (size_t i = 0; i < 16; i++)
        big[i] = (uint8_t)(i * 3);
    memset(big + 16, 128, 8);
    struct yuv source = {.plane = {big, big + 16, big + 20}, .stride = {4, 2, 2}, 4, 4};
    struct small two = {&small_page, 0, 0, 2, 2};
    shrink(&source, 0, &two);
    T_EQ(to[0], (0 + 3 + 12 + 15 + 2) / 4);
    T_EQ(to[1], (6 + 9 + 18 + 21 + 2) / 4);
}

static void widens_the_range(void)
{
    uint8_t px[24];
    struct yuv page = {.plane = {px, px + 16, px + 20}, .stride = {4, 2, 2}, 4, 4};
    struct small all = {&page, 0, 0, 4, 4};
    static const uint8_t luma[16] = {0,   15,  16,  17,  125, 126, 234, 235,
                                     236, 255, 100, 200, 50,  60,  70,  80};
    memcpy(px, luma, 16);
    static const uint8_t chroma[8] = {16, 128, 240, 255, 0, 127, 129, 128};
    memcpy(px + 16, chroma, 8);
    shrink_widen(&all);
    T_EQ(px[1], 0);
    T_EQ(px[2], 0);
    T_EQ(px[3], 1);
    T_EQ(px[7], 255);
    T_EQ(px[9], 255);
    T_EQ(px[16], 0);
    T_EQ(px[17], 128);
    T_EQ(px[18], 255);
    T_EQ(px[19], 255);
    T_EQ(px[20], 0);
    T_EQ(px[21], 127);
    T_EQ(px[22], 129);
}

/* ---- whole meetings -------------------------------------------------------------------------- */

static const char segment_line[] =
    "{\"type\":\"segment\",\"version\":1,\"meeting\":\"m1\",\"number\":1,\"tracks\":[]}";
static const char end_line[] = "{\"type\":\"end\"}";

static struct way camera(struct synth *s, uint32_t track, const char *codec)
{
    char text[300];
    (void)snprintf(text, sizeof(text),
                   "{\"type\":\"track\",\"track\":%u,\"kind\":\"video\",\"source\":\"camera\","
                   "\"participant\":\"p\",\"name\":\"P\",\"codecs\":[{\"pt\":96,\"name\":\"%s\"}]}",
                   track, codec);
    synth_line(s, track, text);
    return (struct way){.to = s, .track = track, .ssrc = track, .pt = 96, .rate = 90000};
}

static enum follow_end package(const char *dir)
{
    volatile sig_atomic_t stop = 0;
    return follow(dir, &stop);
}

static json_t *index_of(const char *dir)
{
    char path[400];
    (void)snprintf(path, sizeof(path), "%s/index.json", dir);
    return json_load_file(path, 0, NULL);
}

static json_t *previews_of(const json_t *index, size_t track)
{
    return json_object_get(json_array_get(json_object_get(index, "tracks"), track - 1), "previews");
}

static int int_of(const json_t *o, const char *name)
{
    return (int)json_integer_value(json_object_get(o, name));
}

/* Mean brightness of picture @p k of a sheet; -1 when it has not got the size it says. */
static int brightness(const char *dir, const json_t *sheet, size_t k)
{
    static uint8_t px[1600 * 900 + 2];
    char command[700];
    size_t w = (size_t)int_of(sheet, "width"), columns = (size_t)int_of(sheet, "columns");
    size_t h = (size_t)int_of(sheet, "height"), n = json_array_size(json_object_get(sheet, "at"));
    size_t rows = (n + columns - 1) / columns, stride = w * columns, sum = 0;
    (void)snprintf(command, sizeof(command),
                   "ffmpeg -v error -i %s/%s -f rawvideo -pix_fmt gray - 2>/dev/null", dir,
                   json_string_value(json_object_get(sheet, "file")));
    FILE *f = popen(command, "r");
    size_t got = f == NULL ? 0 : fread(px, 1, sizeof(px), f);
    if (f != NULL)
        (void)pclose(f);
    if (got != rows * h * stride)
        return -1;
    for (size_t y = 20; y < h - 4; y++) /* below the part that moves */
        for (size_t x = 4; x < w - 4; x++)
            sum += px[(k / columns * h + y) * stride + k % columns * w + x];
    return (int)(sum / ((h - 24) * (w - 8)));
}

/* Every picture is bright when a flash was on at its time, and dark when none was. */
static void shows_what_was(const char *dir, const json_t *sheets, size_t want, int width)
{
    size_t i = 0, n = 0;
    const json_t *sheet = NULL;
    json_array_foreach(sheets, i, sheet)
    {
        const json_t *list = json_object_get(sheet, "at");
        T_EQ(int_of(sheet, "width"), width);
        T_EQ(int_of(sheet, "height"), 90);
        T_EQ(int_of(sheet, "columns"), 10);
        for (size_t k = 0; k < json_array_size(list); k++, n++) {
            json_int_t at = json_integer_value(json_array_get(list, k));
            int got = brightness(dir, sheet, k);
            bool lit = at % 1000 < 100;
            T_OK(lit ? got > 220 : got >= 0 && got < 30);
            if (lit ? got <= 220 : got >= 30)
                (void)fprintf(stderr, "    %zu at %lld: %d\n", k, (long long)at, got);
        }
    }
    T_EQ(n, want);
}

/* Key frames come every 45 pictures, at 30 a second. */
static void makes_sheets_of_each_codec(void)
{
    static const char *const codecs[] = {"VP8", "VP9", "H264"};
    static const char *const names[] = {"vp8", "vp9", "h264"};
    const char *dir = tmpdir_path("codecs");
    struct synth s = {0};
    synth_line(&s, 0, segment_line);
    for (uint32_t i = 0; i < 3; i++) {
        struct way w = camera(&s, i + 1, codecs[i]);
        synth_video(&w, names[i], 320, 180, 10 * MS, 31 * S, 30);
    }
    synth_line(&s, 32 * S, end_line);
    synth_write(&s, dir, 10 * S);
    synth_free(&s);
    T_EQ(package(dir), FOLLOW_DONE);
    json_t *index = index_of(dir);
    for (size_t i = 1; i <= 3; i++) {
        const json_t *sheets = previews_of(index, i);
        T_EQ(json_array_size(sheets), 1);
        shows_what_was(dir, sheets, 7, 160); /* 0, 6, 10.5, 15, 21, 25.5, 30 s */
        const json_t *at = json_object_get(json_array_get(sheets, 0), "at");
        static const int want[] = {0, 6000, 10500, 15000, 21000, 25500, 30000};
        for (size_t k = 0; k < 7; k++)
            T_OK(llabs(json_integer_value(json_array_get(at, k)) - want[k]) <= 20);
    }
    json_decref(index);
}

/* ---- one track by hand ----------------------------------------------------------------------- */

/* The first frame of a VP8 stream of this size. */
static size_t key_frame(int w, int h, uint8_t *out, size_t cap)
{
    char command[400];
    static uint8_t ivf[1 << 20];
    (void)snprintf(command, sizeof(command),
                   "ffmpeg -v error -f lavfi -i color=white:s=%dx%d -frames:v 1 -c:v libvpx -f ivf "
                   "-",
                   w, h);
    size_t n = synth_run(command, (char *)ivf, sizeof(ivf));
    size_t len = n < 44 ? 0 : ivf[32] | (size_t)ivf[33] << 8 | (size_t)ivf[34] << 16;
    if (len == 0 || len > cap || 44 + len > n)
        abort();
    memcpy(out, ivf + 44, len);
    return len;
}

static size_t count_of(const struct previews *p)
{
    size_t n = 0;
    (void)previews_sheets(p, &n);
    return n;
}

static uint8_t vp8[100000];

static struct frame frame_of(int w, int h)
{
    return (struct frame){.codec = CODEC_VP8,
                          .p = vp8,
                          .len = key_frame(w, h, vp8, sizeof(vp8)),
                          .key = true,
                          .width = (uint16_t)w,
                          .height = (uint16_t)h};
}

static const char *folder(const char *name)
{
    const char *dir = tmpdir_path(name);
    (void)mkdir(dir, 0755);
    return dir;
}

static void fills_one_sheet_after_the_other(void)
{
    const char *dir = folder("fills");
    struct guard *g = NULL;
    struct previews *p = NULL;
    struct frame f = frame_of(320, 180);
    size_t n = 0;
    T_EQ(guard_new(&g, dir), ERR_OK);
    T_EQ(previews_new(&p, dir, g, 7), ERR_OK);
    for (int64_t k = 0; k < 230; k++) {
        T_EQ(previews_frame(p, &f, 0, k * 5000 + 77), ERR_OK);
        T_EQ(previews_frame(p, &f, 0, k * 5000 + 4999), ERR_OK); /* one in 5 s */
    }
    f.key = false;
    T_EQ(previews_frame(p, &f, 0, 231 * 5000), ERR_OK);
    const struct sheet *s = previews_sheets(p, &n);
    T_EQ(n, 3);
    T_EQ(s[0].n, 100);
    T_EQ(s[0].written, 100);
    T_EQ(s[2].n, 30);
    T_EQ(s[2].written, 0); /* nobody has asked yet */
    T_EQ(previews_show(p, false), ERR_OK);
    T_EQ(previews_sheets(p, &n)[2].written, 30);
    f.key = true;
    T_EQ(previews_frame(p, &f, 0, 232 * 5000), ERR_OK);
    T_EQ(previews_show(p, false), ERR_OK); /* not so soon again */
    T_EQ(previews_sheets(p, &n)[2].written, 30);
    T_EQ(previews_frame(p, &f, 90, 233 * 5000), ERR_OK); /* turned: narrower, a sheet of its own */
    T_EQ(previews_show(p, true), ERR_OK);
    s = previews_sheets(p, &n);
    T_EQ(n, 4);
    T_EQ(s[2].written, 31);
    T_EQ(s[3].written, 1);
    T_EQ(s[3].width, 52);
    T_EQ(s[1].at[99], 199 * 5000 + 77);
    T_OK(strcmp(s[3].name, "0007-003.jpg") == 0);
    char command[500], text[100];
    (void)snprintf(command, sizeof(command),
                   "for i in 0 2 3; do ffprobe -v error -show_entries stream=width,height -of "
                   "csv=p=0 %s/0007-00$i.jpg; done",
                   dir);
    (void)synth_run(command, text, sizeof(text));
    T_OK(strcmp(text, "1600,900\n1600,360\n520,90\n") == 0);
    previews_free(p);
    guard_free(g);
}

/* What does not decode leaves no picture, and the next good one is taken. */
static void leaves_out_what_does_not_decode(void)
{
    const char *dir = folder("broken");
    struct guard *g = NULL;
    struct previews *p = NULL;
    static uint8_t junk[70000];
    size_t n = 0;
    uint64_t seed = 5;
    T_EQ(guard_new(&g, dir), ERR_OK);
    T_EQ(previews_new(&p, dir, g, 1), ERR_OK);
    for (int i = 0; i < 60; i++) {
        static const enum codec codecs[] = {CODEC_VP8, CODEC_VP9, CODEC_H264};
        size_t len = (size_t)i * 1000;
        for (size_t k = 0; k < len; k++)
            junk[k] = (uint8_t)((seed = seed * 6364136223846793005u + 1442695040888963407u) >> 56);
        struct frame f = {.codec = codecs[i % 3],
                          .p = junk,
                          .len = len,
                          .key = true,
                          .width = 320,
                          .height = 180,
                          .sps = junk,
                          .pps = junk,
                          .sps_len = len > 9 ? 9 : 0,
                          .pps_len = len > 9 ? 5 : 0};
        T_EQ(previews_frame(p, &f, 0, 1000 + i), ERR_OK);
    }
    struct frame cut = frame_of(320, 180);
    cut.len = 9;
    T_EQ(previews_frame(p, &cut, 0, 2000), ERR_OK);
    struct frame huge = frame_of(320, 180);
    huge.width = huge.height = 16383;
    T_EQ(previews_frame(p, &huge, 0, 2001), ERR_OK);
    const struct sheet *s = previews_sheets(p, &n);
    for (size_t i = 0; i < n; i++)
        T_EQ(s[i].n, 0);
    struct frame good = frame_of(320, 180);
    T_EQ(previews_frame(p, &good, 0, 2002), ERR_OK);
    T_EQ(previews_show(p, true), ERR_OK);
    s = previews_sheets(p, &n);
    T_OK(n > 0 && s[n - 1].n == 1 && s[n - 1].at[0] == 2002 && s[n - 1].written == 1);
    previews_free(p);
    guard_free(g);
}

static void lacks_a_decoder(void)
{
    const char *dir = folder("lacks");
    struct guard *g = NULL;
    struct previews *p = NULL;
    struct frame f = frame_of(64, 48);
    f.codec = CODEC_OPUS; /* nothing decodes this to pictures */
    T_EQ(guard_new(&g, dir), ERR_OK);
    T_EQ(previews_new(&p, dir, g, 1), ERR_OK);
    T_EQ(previews_frame(p, &f, 0, 0), ERR_OK);
    f.codec = CODEC_VP8;
    T_EQ(previews_frame(p, &f, 0, 9000), ERR_OK); /* it is not tried again */
    T_EQ(previews_show(p, true), ERR_OK);
    T_OK(count_of(p) <= 1 && (count_of(p) == 0 || previews_sheets(p, &(size_t){0})->n == 0));
    previews_free(p);
    guard_free(g);
}

/* ---- deaths ---------------------------------------------------------------------------------- */

static void knows_whom_not_to_try(void)
{
    const char *dir = folder("guard");
    struct guard *g = NULL;
    for (int i = 0; i < 2; i++) {
        T_EQ(guard_new(&g, dir), ERR_OK);
        T_OK(guard_allows(g, 3, 5000));
        T_EQ(guard_enter(g, 3, 5000), ERR_OK);
        guard_free(g); /* a death: it was never left */
    }
    T_EQ(guard_new(&g, dir), ERR_OK);
    T_OK(!guard_allows(g, 3, 5000)); /* twice is enough */
    T_OK(guard_allows(g, 3, 4999));
    T_OK(guard_allows(g, 3, 5001));
    T_OK(guard_allows(g, 4, 5000));
    T_EQ(guard_enter(g, 4, 100), ERR_OK);
    guard_leave(g);
    guard_free(g);
    for (int i = 0; i < 2; i++) {
        T_EQ(guard_new(&g, dir), ERR_OK);
        T_EQ(guard_enter(g, 3, 9000 + i), ERR_OK);
        guard_free(g);
    }
    T_EQ(guard_new(&g, dir), ERR_OK);
    T_OK(!guard_allows(g, 3, 10000)); /* four of one track */
    T_OK(guard_allows(g, 3, 8999));
    T_OK(guard_allows(g, 4, 100)); /* it was left */
    guard_free(g);
    for (uint32_t i = 0; i < 12; i++) {
        T_EQ(guard_new(&g, dir), ERR_OK);
        T_EQ(guard_enter(g, 100 + i, 20000), ERR_OK);
        guard_free(g);
    }
    T_EQ(guard_new(&g, dir), ERR_OK);
    T_OK(!guard_allows(g, 5000, 20000)); /* sixteen of the meeting */
    guard_free(g);
}

/* Runs a packager and kills it while it decodes: the mark is not empty then.
 * @return the time of the picture, or -1 when the kill came too late. */
static int64_t dies_decoding(const char *dir)
{
    char mark[400], events[4096], text[64] = "";
    struct stat st = {0};
    (void)snprintf(mark, sizeof(mark), "%s/previews/.trying", dir);
    int watch = inotify_init1(IN_CLOEXEC);
    pid_t pid = fork();
    if (pid == 0)
        _exit((int)package(dir));
    while (access(mark, F_OK) != 0)
        (void)usleep(200);
    if (watch < 0 || inotify_add_watch(watch, mark, IN_MODIFY) < 0)
        abort();
    do
        if (read(watch, events, sizeof(events)) <= 0 || stat(mark, &st) != 0)
            abort();
    while (st.st_size == 0);
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
    (void)close(watch);
    FILE *f = fopen(mark, "r");
    const char *space =
        f != NULL && fgets(text, sizeof(text), f) != NULL ? strchr(text, ' ') : NULL;
    if (f != NULL)
        (void)fclose(f);
    return space != NULL ? strtoll(space, NULL, 10) : -1;
}

/* A picture that was the end of two packagers is left out; all else is as it would have been. */
static void goes_on_after_deaths(void)
{
    const char *dir = tmpdir_path("deaths");
    struct synth s = {0};
    synth_line(&s, 0, segment_line);
    struct way w = camera(&s, 1, "VP8");
    synth_video(&w, "vp8", 1280, 720, 10 * MS, 12 * S, 30);
    synth_line(&s, 13 * S, end_line);
    synth_write(&s, dir, 10 * S);
    synth_free(&s);
    int64_t last = -1, bad = -1;
    for (int i = 0; i < 40 && bad < 0; i++) { /* mostly the first; a late kill meets another */
        int64_t ms = dies_decoding(dir);
        bad = ms >= 0 && ms == last ? ms : -1;
        last = ms >= 0 ? ms : last;
    }
    T_OK(bad >= 0);
    T_EQ(package(dir), FOLLOW_DONE);
    json_t *index = index_of(dir);
    const json_t *sheet = json_array_get(previews_of(index, 1), 0);
    const json_t *at = json_object_get(sheet, "at");
    /* It is not there; the next key frame of its five seconds is. */
    size_t i = 0;
    const json_t *ms = NULL;
    json_array_foreach(at, i, ms) T_OK(json_integer_value(ms) != bad);
    size_t want = bad > 10000 ? 2 : 3; /* the last five seconds have one key frame only */
    T_EQ(json_array_size(at), want);
    shows_what_was(dir, previews_of(index, 1), want, 160);
    json_decref(index);
}

int main(void)
{
    log_set_level(LOG_ERROR);
    tmpdir_make();
    (void)alarm(300); /* a packager that never decodes would be waited for */
    keeps_the_aspect();
    turns_clockwise();
    averages_and_enlarges();
    widens_the_range();
    knows_whom_not_to_try();
    if (opus_start() != ERR_OK)
        return 1;
    goes_on_after_deaths();
    makes_sheets_of_each_codec();
    fills_one_sheet_after_the_other();
    leaves_out_what_does_not_decode();
    lacks_a_decoder();
    opus_stop();
    return t_done("pack_preview");
}
