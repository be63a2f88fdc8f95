/* pack: a short meeting with every kind of track is packaged while one allocation after the other
 * fails: an error and no half-made recording; and the next start makes the whole one. */
#include <jansson.h>

#include "base/log.h"
#include "pack/follow.h"
#include "sweep.h"
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

static char dir[300];

static const char *const lines[] = {
    "{\"type\":\"segment\",\"version\":1,\"meeting\":\"m1\",\"number\":1,\"tracks\":[]}",
    "{\"type\":\"track\",\"track\":1,\"kind\":\"audio\",\"source\":\"microphone\","
    "\"participant\":\"a\",\"name\":\"A\",\"codecs\":[{\"pt\":111,\"name\":\"opus\"}]}",
    "{\"type\":\"track\",\"track\":2,\"kind\":\"video\",\"source\":\"camera\","
    "\"participant\":\"a\",\"name\":\"A\",\"codecs\":[{\"pt\":96,\"name\":\"VP8\"}]}",
    "{\"type\":\"track\",\"track\":3,\"kind\":\"video\",\"source\":\"screen\","
    "\"participant\":\"b\",\"name\":\"B\",\"codecs\":[{\"pt\":96,\"name\":\"H264\"}]}"};

static bool lose(uint32_t n)
{
    return n == 4;
}

static void make_journal(void)
{
    struct synth s = {0};
    struct way a = {.to = &s, .track = 1, .ssrc = 1, .pt = 111, .rate = 48000},
               v = {.to = &s, .track = 2, .ssrc = 2, .pt = 96, .rate = 90000, .lose = lose},
               h = {.to = &s, .track = 3, .ssrc = 3, .pt = 96, .rate = 90000};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        synth_line(&s, i, lines[i]);
    synth_audio(&a, 1000, 10 * MS, 410 * MS, 0, 0);
    synth_video(&v, "vp8", 64, 48, 20 * MS, 420 * MS, 15);
    synth_video(&h, "h264", 64, 48, 30 * MS, 430 * MS, 15);
    synth_reports(&a, 100 * MS, 400 * MS, 200 * MS);
    synth_reports(&v, 110 * MS, 400 * MS, 200 * MS);
    synth_line(&s, 300 * MS, "{\"type\":\"gap\",\"reason\":\"dropped\",\"from_ns\":1,\"to_ns\":2}");
    synth_line(&s, 500 * MS, "{\"type\":\"track_end\",\"track\":2}");
    synth_line(&s, 600 * MS, "{\"type\":\"end\"}");
    synth_write(&s, dir, 200 * MS);
    synth_free(&s);
}

static json_t *index_now(void)
{
    char path[400];
    (void)snprintf(path, sizeof(path), "%s/index.json", dir);
    return json_load_file(path, 0, NULL);
}

static bool is_final(const json_t *index)
{
    const char *state = json_string_value(json_object_get(index, "state"));
    return state != NULL && strcmp(state, "final") == 0;
}

static void forget(void)
{
    char path[400];
    (void)snprintf(path, sizeof(path), "%s/index.json", dir);
    (void)unlink(path);
    (void)snprintf(path, sizeof(path), "%s/tracks", dir);
    (void)nftw(path, tmpdir_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static bool packaged(void)
{
    volatile sig_atomic_t stop = 0;
    forget();
    sweep_arm();
    enum follow_end end = follow(dir, &stop);
    sweep_disarm();
    json_t *index = index_now();
    T_EQ(is_final(index), end == FOLLOW_DONE); /* final is said only when it is */
    T_OK(end == FOLLOW_DONE || (end == FOLLOW_FAILED && sweep_hit())); /* small pictures may lack */
    json_decref(index);
    return end == FOLLOW_DONE;
}

static void then_whole(void)
{
    volatile sig_atomic_t stop = 0;
    sweep_at = 60; /* somewhere in the middle */
    (void)packaged();
    T_EQ(follow(dir, &stop), FOLLOW_DONE);
    json_t *index = index_now();
    T_OK(is_final(index));
    T_EQ(json_array_size(json_object_get(index, "tracks")), 3);
    json_decref(index);
}

int main(void)
{
    log_set_level(LOG_ERROR);
    tmpdir_make();
    (void)snprintf(dir, sizeof(dir), "%s", tmpdir_path("m"));
    if (opus_start() != ERR_OK)
        return 1;
    make_journal();
    sweep("packager", packaged);
    then_whole();
    opus_stop();
    return t_done("pack_nomem");
}
