/* pack: whole meetings through the packager, looked at with ffprobe and ffmpeg: lip sync, loss,
 * reordering, change of source and of size, pauses, stops, restarts, damage. */
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <sys/wait.h>

#include "pack/follow.h"
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

static const char segment_line[] =
    "{\"type\":\"segment\",\"version\":1,\"meeting\":\"m1\",\"number\":1,\"tracks\":[]}";
static const char end_line[] = "{\"type\":\"end\"}";

static void put_track(struct synth *s, uint64_t at, int number, const char *codec, int pt,
                      const char *person)
{
    char text[400];
    bool audio = strcmp(codec, "opus") == 0;
    (void)snprintf(
        text, sizeof(text),
        "{\"type\":\"track\",\"track\":%d,\"kind\":\"%s\",\"source\":\"%s\","
        "\"participant\":\"%s\",\"name\":\"名 %s\",\"codecs\":[{\"pt\":%d,\"name\":\"%s\","
        "\"rate\":%d}],\"ssrcs\":[1]}",
        number, audio ? "audio" : "video", audio ? "microphone" : "camera", person, person, pt,
        codec, audio ? 48000 : 90000);
    synth_line(s, at, text);
}

static struct way audio_way(struct synth *s, uint32_t track)
{
    return (struct way){.to = s,
                        .track = track,
                        .ssrc = 1000 + track,
                        .ts0 = 0xfffff000u,
                        .seq = 65500,
                        .pt = 111,
                        .rate = 48000,
                        .delay_ns = 20 * MS};
}

static struct way video_way(struct synth *s, uint32_t track)
{
    return (struct way){.to = s,
                        .track = track,
                        .ssrc = 2000 + track,
                        .ts0 = 0xffffff00u,
                        .seq = 65530,
                        .pt = 96,
                        .rate = 90000,
                        .delay_ns = 20 * MS};
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

static json_t *track_of(const json_t *index, int number)
{
    size_t i = 0;
    json_t *t = NULL;
    json_array_foreach(json_object_get(index, "tracks"), i,
                       t) if (json_integer_value(json_object_get(t, "track")) == number) return t;
    return NULL;
}

static json_int_t number_of(const json_t *o, const char *name)
{
    return json_integer_value(json_object_get(o, name));
}

static const char *text_of(const json_t *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o, name));
    return s != NULL ? s : "";
}

static json_t *file_of(const json_t *index, int track, size_t i)
{
    return json_array_get(json_object_get(track_of(index, track), "files"), i);
}

static const char *path_of(const char *dir, const json_t *file)
{
    static char path[2][500];
    static unsigned turn;
    char *p = path[turn++ % 2];
    (void)snprintf(p, sizeof(path[0]), "%s/%s", dir, text_of(file, "file"));
    return p;
}

/* @return how many gaps of @p track (0: the whole meeting) have this reason; the last in *out. */
static size_t gaps_of(const json_t *index, int track, const char *reason, const json_t **out)
{
    size_t i = 0, n = 0;
    const json_t *g = NULL;
    json_array_foreach(json_object_get(index, "gaps"), i, g)
    {
        json_t *whose = json_object_get(g, "track");
        int number = json_is_null(whose) ? 0 : (int)json_integer_value(whose);
        if (number != track || strcmp(text_of(g, "reason"), reason) != 0)
            continue;
        *out = g;
        n++;
    }
    return n;
}

/* Every picture decodes, times rise, and ffprobe has nothing to complain about. */
static void plays(const char *file, size_t at_least)
{
    static char text[1 << 20];
    char command[700];
    (void)snprintf(
        command, sizeof(command),
        "ffmpeg -v error -i %s -fps_mode passthrough -enc_time_base 1:1000 -f null - 2>&1", file);
    T_EQ(synth_run(command, text, sizeof(text)), 0);
    if (text[0] != '\0')
        (void)fprintf(stderr, "    %s: %.300s\n", file, text);
    (void)snprintf(command, sizeof(command),
                   "ffprobe -v error -show_entries packet=pts_time -of csv=p=0 %s 2>&1", file);
    (void)synth_run(command, text, sizeof(text));
    double last = -1;
    size_t n = 0, wrong = 0;
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        double t = strtod(line, NULL);
        wrong += t < last;
        last = t;
        n++;
    }
    T_EQ(wrong, 0);
    T_OK(n >= at_least);
}

static size_t read_file(const char *path, uint8_t **out);

/* The file's head and what begins at one of its points, as a player gets them: the first frame is
 * just of that time, and one to start from. */
static void starts_at(const char *dir, const json_t *file, const uint8_t *all, json_int_t ms,
                      json_int_t at)
{
    size_t init = (size_t)number_of(file, "init_bytes");
    size_t media = (size_t)number_of(file, "media_bytes");
    char path[500], command[700], text[200], flags[20] = "";
    (void)snprintf(path, sizeof(path), "%s/piece", dir);
    FILE *f = fopen(path, "wb");
    uint8_t *head = (uint8_t *)malloc(init);
    if (f == NULL || head == NULL)
        abort();
    memcpy(head, all, init);
    uint8_t *cover = head + init > head + 32 ? (uint8_t *)memmem(head, 64, "mdat", 4) : NULL;
    if (cover != NULL) {
        memcpy(cover - 4, "\0\0\0\x10", 4);
        memcpy(cover, "free", 4);
    }
    (void)fwrite(head, 1, init, f);
    (void)fwrite(all + at, 1, media - (size_t)at, f);
    (void)fclose(f);
    free(head);
    (void)snprintf(command, sizeof(command),
                   "ffprobe -v error -read_intervals %%+#1 -show_entries packet=pts_time,flags "
                   "-of csv=p=0 %s 2>&1",
                   path);
    double got = -1, want = (double)(ms - number_of(file, "start_ms")) / 1000;
    (void)synth_run(command, text, sizeof(text));
    T_EQ(sscanf(text, "%lf,%19s", &got, flags), 2);
    T_OK(fabs(got - want) < 0.0085 && flags[0] == 'K'); /* sound: less the encoder's delay */
}

/* Every point is where a cluster or fragment begins, and can be started at. */
static void seeks(const char *dir, const json_t *file, size_t at_least)
{
    uint8_t *all = NULL;
    size_t size = read_file(path_of(dir, file), &all), i = 0;
    bool mp4 = strcmp(text_of(file, "type"), "video/mp4") == 0;
    json_int_t before = 0, media = number_of(file, "media_bytes");
    const json_t *point = NULL;
    T_OK(number_of(file, "init_bytes") > 0 && media > 0 && (size_t)media < size);
    json_array_foreach(json_object_get(file, "points"), i, point)
    {
        json_int_t ms = json_integer_value(json_array_get(point, 0));
        json_int_t at = json_integer_value(json_array_get(point, 1));
        T_OK(at > before && at + 8 < media);
        T_OK(i > 0 || at == number_of(file, "init_bytes"));
        T_OK(memcmp(all + at + (mp4 ? 4 : 0), mp4 ? "moof" : "\x1f\x43\xb6\x75", 4) == 0);
        if (i % 4 == 0)
            starts_at(dir, file, all, ms, at);
        before = at;
    }
    T_OK(i >= at_least);
    /* behind the last whole part stands what makes seeking quick for others */
    T_OK(memcmp(all + media + (mp4 ? 4 : 0), mp4 ? "moov" : "\x1c\x53\xbb\x6b", 4) == 0);
    free(all);
}

static uint64_t be(const uint8_t *p, size_t n)
{
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++)
        v = v << 8 | p[i];
    return v;
}

/* The last picture of a cluster lasts until the next cluster: a player that is fed by pieces would
 * stand still at a hole. Our clusters: id, size and time, then blocks, all sizes in 8 bytes. */
static void has_no_holes(const char *dir, const json_t *file)
{
    uint8_t *all = NULL;
    uint64_t until = 0;
    size_t n = 0, media = (size_t)number_of(file, "media_bytes");
    if (read_file(path_of(dir, file), &all) < media)
        abort();
    for (size_t at = (size_t)number_of(file, "init_bytes"); at + 22 < media; n++) {
        const uint8_t *p = all + at + 22, *last = p;
        const uint8_t *end = all + at + 12 + (be(all + at + 4, 8) & 0xffffffffffffff);
        uint64_t start = be(all + at + 14, 8);
        for (; p + 9 < end; p += 9 + (be(p + 1, 8) & 0xffffffffffffff))
            last = p;
        T_OK(p == end && last[0] == 0xa0 && last[9] == 0xa1);
        const uint8_t *more = last + 18 + (be(last + 10, 8) & 0xffffffffffffff);
        T_EQ(more[0], 0x9b);
        T_OK(n == 0 || until == start);
        until = start + be(last + 18 + 1, 2) + be(more + 2, 8);
        at = (size_t)(end - all);
    }
    T_OK(n > 3);
    T_EQ(until, number_of(file, "end_ms") - number_of(file, "start_ms"));
    free(all);
}

/* Flashes of the pictures and tones of the sound, on the meeting clock, start together. */
static void together(const char *dir, const json_t *video, const json_t *audio, size_t at_least,
                     double within)
{
    double flash[200], tone[200];
    size_t n = synth_find_flashes(path_of(dir, video), flash, 200);
    size_t m = synth_find_tones(path_of(dir, audio), tone, 200), pairs = 0;
    for (size_t i = 0; i < n; i++) {
        double f = flash[i] + (double)number_of(video, "start_ms"), best = 1e9;
        for (size_t k = 0; k < m; k++) {
            double d = tone[k] + (double)number_of(audio, "start_ms") - f;
            best = fabs(d) < fabs(best) ? d : best;
        }
        if (fabs(best) > 400)
            continue; /* its tone was lost or not sent */
        T_OK(fabs(best) <= within);
        if (fabs(best) > within)
            (void)fprintf(stderr, "    flash at %.0f ms is %.1f ms off\n", f, best);
        pairs++;
    }
    T_OK(pairs >= at_least);
    if (pairs < at_least)
        (void)fprintf(stderr, "    %s: %zu flashes, %zu tones, %zu pairs\n", text_of(video, "file"),
                      n, m, pairs);
}

/* ---- lip sync -------------------------------------------------------------------------------- */

/* Pictures take 350 ms longer than sound, clocks are a day apart and drift: reports must fit them.
 */
static void keeps_lips_in_sync(void)
{
    const char *dir = tmpdir_path("sync");
    struct synth s = {0};
    struct way a = audio_way(&s, 1), v = video_way(&s, 2), b = audio_way(&s, 3);
    a.ntp_off_ns = v.ntp_off_ns = (int64_t)(86400 * S);
    a.drift = v.drift = 200e-6;
    v.delay_ns = 370 * MS;
    b.ntp_off_ns = -(int64_t)(3 * S);
    synth_line(&s, 0, segment_line);
    put_track(&s, 1, 1, "opus", 111, "ann");
    put_track(&s, 2, 2, "VP8", 96, "ann");
    put_track(&s, 3, 3, "opus", 111, "bob");
    synth_audio(&a, 1000, 500 * MS, 40 * S, 0, 0);
    synth_video(&v, "vp8", 160, 120, 700 * MS, 40 * S, 30);
    synth_audio(&b, 600, 12 * S, 40 * S, 0, 0);
    synth_reports(&a, 2900 * MS, 40 * S, 5 * S);
    synth_reports(&v, 1200 * MS, 40 * S, 1 * S);
    synth_reports(&b, 12500 * MS, 40 * S, 5 * S);
    synth_line(&s, 40500 * MS, end_line);
    synth_write(&s, dir, 10 * S);
    T_EQ(package(dir), FOLLOW_DONE);
    json_t *index = index_of(dir);
    T_OK(strcmp(text_of(index, "state"), "final") == 0);
    T_OK(strcmp(text_of(index, "meeting"), "m1") == 0);
    T_EQ(number_of(index, "duration_ms"), 40500);
    T_EQ(json_array_size(json_object_get(index, "gaps")), 0);
    const json_t *mix = json_object_get(index, "mix");
    together(dir, file_of(index, 2, 0), file_of(index, 1, 0), 35, 45);
    together(dir, file_of(index, 2, 0), mix, 35, 45);
    together(dir, file_of(index, 2, 0), file_of(index, 3, 0), 25, 80); /* another sender */
    plays(path_of(dir, file_of(index, 2, 0)), 1100);
    plays(path_of(dir, file_of(index, 1, 0)), 1900);
    plays(path_of(dir, mix), 2000);
    seeks(dir, file_of(index, 2, 0), 20);
    seeks(dir, file_of(index, 1, 0), 7);
    seeks(dir, mix, 8);
    has_no_holes(dir, file_of(index, 2, 0));
    T_EQ(number_of(file_of(index, 2, 0), "width"), 160);
    T_OK(number_of(mix, "end_ms") >= 40400 && number_of(mix, "end_ms") <= 40600);
    T_OK(number_of(file_of(index, 3, 0), "start_ms") > 11900);
    const json_t *speech = json_object_get(index, "speech");
    T_EQ(json_array_size(speech), 2);
    T_OK(json_array_size(json_object_get(json_array_get(speech, 0), "spans")) >= 39);
    json_decref(index);
    synth_free(&s);
}

/* Without any report time is taken from arrival. */
static void does_without_reports(void)
{
    const char *dir = tmpdir_path("plain");
    struct synth s = {0};
    struct way a = audio_way(&s, 1), v = video_way(&s, 2);
    synth_line(&s, 0, segment_line);
    put_track(&s, 1, 1, "opus", 111, "ann");
    put_track(&s, 2, 2, "VP9", 96, "ann");
    synth_audio(&a, 1000, 300 * MS, 12 * S, 0, 0);
    synth_video(&v, "vp9", 160, 120, 300 * MS, 12 * S, 25);
    synth_line(&s, 12 * S, "{\"type\":\"track_end\",\"track\":2}");
    synth_line(&s, 15 * S, end_line);
    synth_write(&s, dir, 30 * S);
    T_EQ(package(dir), FOLLOW_DONE);
    json_t *index = index_of(dir);
    together(dir, file_of(index, 2, 0), file_of(index, 1, 0), 10, 45);
    T_OK(strcmp(text_of(track_of(index, 2), "codec"), "VP9") == 0);
    plays(path_of(dir, file_of(index, 2, 0)), 280);
    seeks(dir, file_of(index, 2, 0), 6);
    json_decref(index);
    synth_free(&s);
}

/* ---- loss and order -------------------------------------------------------------------------- */

static bool lose_some(uint32_t n)
{
    return n == 110 || n == 111;
}

static uint64_t some_late(uint32_t n)
{
    return n % 9 == 4 ? 180 * MS : n % 50 == 7 ? 600 * MS : 0;
}

static void names_what_is_lost(void)
{
    const char *dir = tmpdir_path("loss");
    struct synth s = {0};
    struct way a = audio_way(&s, 1), v = video_way(&s, 2);
    const json_t *g = NULL;
    a.lose = v.lose = lose_some;
    a.late = v.late = some_late;
    synth_line(&s, 0, segment_line);
    put_track(&s, 1, 1, "opus", 111, "ann");
    put_track(&s, 2, 2, "VP8", 96, "ann");
    synth_audio(&a, 1000, 0, 10 * S, 0, 0);
    synth_video(&v, "vp8", 160, 120, 0, 10 * S, 30);
    synth_reports(&a, 500 * MS, 10 * S, 2 * S);
    synth_reports(&v, 600 * MS, 10 * S, 1 * S);
    synth_line(&s, 11 * S, end_line);
    synth_write(&s, dir, 30 * S);
    T_EQ(package(dir), FOLLOW_DONE);
    json_t *index = index_of(dir);
    T_EQ(gaps_of(index, 2, "loss", &g), 1);
    T_EQ(gaps_of(index, 2, "keyframe", &g), 0);
    const json_t *spans = json_object_get(track_of(index, 2), "spans");
    T_EQ(json_array_size(spans), 2);
    (void)gaps_of(index, 2, "loss", &g);
    /* from the last whole picture to the next key frame, which comes every 45 pictures */
    T_OK(number_of(g, "start_ms") > 500 && number_of(g, "start_ms") < 5000);
    T_OK(number_of(g, "end_ms") - number_of(g, "start_ms") <= 1550);
    const json_t *second = json_array_get(spans, 1);
    T_EQ(json_integer_value(json_array_get(second, 0)), number_of(g, "end_ms"));
    plays(path_of(dir, file_of(index, 2, 0)), 240);
    has_no_holes(dir, file_of(index, 2, 0));
    /* two packets of sound: 40 ms, concealed and named */
    T_EQ(gaps_of(index, 1, "loss", &g), 1);
    T_OK(llabs(number_of(g, "end_ms") - number_of(g, "start_ms") - 40) <= 1);
    T_OK(llabs(number_of(g, "start_ms") - 2200) <= 25);
    plays(path_of(dir, file_of(index, 1, 0)), 500); /* as many as were sent */
    together(dir, file_of(index, 2, 0), file_of(index, 1, 0), 6, 45);
    json_decref(index);
    synth_free(&s);
}

static bool lose_ten_seconds(uint32_t n)
{
    return n >= 200 && n < 700;
}

/* Who is muted is not recorded, and that is not the network's doing; who is not muted is missed. */
static void names_no_mute_a_loss(void)
{
    const char *dir = tmpdir_path("mute");
    struct synth s = {0};
    struct way a = audio_way(&s, 1), b = audio_way(&s, 2);
    const json_t *g = NULL;
    a.lose = b.lose = lose_ten_seconds;
    synth_line(&s, 0, segment_line);
    put_track(&s, 1, 1, "opus", 111, "ann");
    put_track(&s, 2, 2, "opus", 111, "bob");
    synth_audio(&a, 1000, 0, 20 * S, 0, 0);
    synth_audio(&b, 1000, 0, 20 * S, 0, 0);
    synth_reports(&a, 400 * MS, 20 * S, 2 * S);
    synth_reports(&b, 500 * MS, 20 * S, 2 * S);
    synth_line(&s, 4 * S, "{\"type\":\"mute\",\"track\":1}");
    synth_line(&s, 4 * S, "{\"type\":\"mute\",\"track\":77}");
    synth_line(&s, 20 * S, end_line);
    synth_write(&s, dir, 30 * S);
    T_EQ(package(dir), FOLLOW_DONE);
    json_t *index = index_of(dir);
    T_EQ(gaps_of(index, 1, "loss", &g), 0);
    T_EQ(json_array_size(json_object_get(track_of(index, 1), "spans")), 2);
    T_EQ(gaps_of(index, 2, "loss", &g), 1);
    T_OK(llabs(number_of(g, "end_ms") - number_of(g, "start_ms") - 10000) <= 25);
    json_decref(index);
    synth_free(&s);
}

/* A microphone that is silent for a while keeps its place; nothing is called lost. */
static void keeps_pauses(void)
{
    const char *dir = tmpdir_path("pause");
    struct synth s = {0};
    struct way a = audio_way(&s, 1), v = video_way(&s, 2);
    const json_t *g = NULL;
    synth_line(&s, 0, segment_line);
    put_track(&s, 1, 1, "opus", 111, "ann");
    put_track(&s, 2, 2, "VP8", 96, "ann");
    synth_audio(&a, 1000, 0, 20 * S, 4500 * MS, 14500 * MS);
    synth_video(&v, "vp8", 64, 64, 0, 20 * S, 20);
    synth_reports(&a, 400 * MS, 20 * S, 2 * S);
    synth_reports(&v, 500 * MS, 20 * S, 1 * S);
    synth_line(&s, 20 * S, end_line);
    synth_write(&s, dir, 30 * S);
    T_EQ(package(dir), FOLLOW_DONE);
    json_t *index = index_of(dir);
    T_EQ(gaps_of(index, 1, "loss", &g), 0);
    T_EQ(json_array_size(json_object_get(track_of(index, 1), "spans")), 2);
    together(dir, file_of(index, 2, 0), file_of(index, 1, 0), 8, 45);
    together(dir, file_of(index, 2, 0), json_object_get(index, "mix"), 8, 45);
    json_decref(index);
    synth_free(&s);
}

/* ---- change of source, size, codec parameters ------------------------------------------------ */

static void goes_on_with_a_new_source(void)
{
    const char *dir = tmpdir_path("ssrc");
    struct synth s = {0};
    struct way a = audio_way(&s, 1), v = video_way(&s, 2);
    synth_line(&s, 0, segment_line);
    put_track(&s, 1, 1, "opus", 111, "ann");
    put_track(&s, 2, 2, "VP8", 96, "ann");
    synth_audio(&a, 1000, 0, 16 * S, 0, 0);
    synth_video(&v, "vp8", 160, 120, 0, 8 * S, 30);
    synth_reports(&a, 500 * MS, 16 * S, 2 * S);
    synth_reports(&v, 600 * MS, 8 * S, 1 * S);
    struct way w = v;
    w.ssrc = 77;
    w.seq = 12;
    w.ts0 = 123456789;
    synth_video(&w, "vp8", 320, 180, 8 * S, 16 * S, 30);
    synth_reports(&w, 9 * S, 16 * S, 1 * S);
    synth_line(&s, 16500 * MS, end_line);
    synth_write(&s, dir, 5 * S);
    T_EQ(package(dir), FOLLOW_DONE);
    json_t *index = index_of(dir);
    T_EQ(json_array_size(json_object_get(track_of(index, 2), "files")), 1);
    T_EQ(json_array_size(json_object_get(track_of(index, 2), "spans")), 1);
    T_EQ(json_array_size(json_object_get(index, "gaps")), 0);
    T_EQ(number_of(file_of(index, 2, 0), "width"), 320); /* the larger of the two */
    plays(path_of(dir, file_of(index, 2, 0)), 475);
    together(dir, file_of(index, 2, 0), file_of(index, 1, 0), 14, 45);
    seeks(dir, file_of(index, 2, 0), 9);
    json_decref(index);
    synth_free(&s);
}

static void makes_a_file_for_each_h264_size(void)
{
    const char *dir = tmpdir_path("h264");
    struct synth s = {0};
    struct way a = audio_way(&s, 1), v = video_way(&s, 2);
    char command[600], text[200];
    synth_line(&s, 0, segment_line);
    put_track(&s, 1, 1, "opus", 111, "ann");
    put_track(&s, 2, 2, "H264", 96, "ann");
    synth_audio(&a, 1000, 0, 12 * S, 0, 0);
    synth_video(&v, "h264", 320, 240, 0, 6 * S, 30);
    synth_video(&v, "h264", 640, 360, 6 * S, 12 * S, 30);
    synth_reports(&a, 500 * MS, 12 * S, 2 * S);
    synth_reports(&v, 600 * MS, 12 * S, 1 * S);
    synth_line(&s, 12500 * MS, end_line);
    synth_write(&s, dir, 30 * S);
    T_EQ(package(dir), FOLLOW_DONE);
    json_t *index = index_of(dir);
    T_EQ(json_array_size(json_object_get(track_of(index, 2), "files")), 2);
    T_EQ(json_array_size(json_object_get(track_of(index, 2), "spans")), 1);
    for (size_t i = 0; i < 2; i++) {
        json_t *f = file_of(index, 2, i);
        T_OK(strcmp(text_of(f, "type"), "video/mp4") == 0);
        T_EQ(number_of(f, "width"), i == 0 ? 320 : 640);
        T_OK(strcmp(text_of(f, "codec"), "H264") == 0);
        plays(path_of(dir, f), 175);
        seeks(dir, f, 3);
        together(dir, f, file_of(index, 1, 0), 5, 45);
    }
    T_OK(llabs(number_of(file_of(index, 2, 1), "start_ms") - 6000) < 60);
    T_OK(number_of(file_of(index, 2, 0), "end_ms") <= number_of(file_of(index, 2, 1), "start_ms"));
    (void)snprintf(
        command, sizeof(command),
        "ffprobe -v error -show_entries stream=codec_name,width,nb_frames -of csv=p=0 %s",
        path_of(dir, file_of(index, 2, 1)));
    (void)synth_run(command, text, sizeof(text));
    T_OK(strcmp(text, "h264,640,181\n") == 0);
    json_decref(index);
    synth_free(&s);
}

/* ---- the meeting's own gaps ------------------------------------------------------------------ */

static void names_stops_and_outages(void)
{
    const char *dir = tmpdir_path("stop");
    struct synth s = {0};
    struct way v = video_way(&s, 2);
    char text[300];
    const json_t *g = NULL;
    synth_line(&s, 0, segment_line);
    put_track(&s, 1, 2, "VP8", 96, "ann");
    synth_video(&v, "vp8", 64, 64, 0, 5 * S, 20);
    synth_line(&s, 5100 * MS, "{\"type\":\"stop\",\"by\":\"x\",\"reason\":\"y\"}");
    synth_line(&s, 30 * S, segment_line);
    v.seq = (uint16_t)(v.seq + 40000);
    synth_video(&v, "vp8", 64, 64, 30100 * MS, 34 * S, 20);
    (void)snprintf(text, sizeof(text),
                   "{\"type\":\"gap\",\"reason\":\"outage\",\"from_ns\":%llu,\"to_ns\":%llu,"
                   "\"packets\":0}",
                   (unsigned long long)(SYNTH_EPOCH_NS + 34 * S),
                   (unsigned long long)(SYNTH_EPOCH_NS + 40 * S));
    synth_line(&s, 40 * S, segment_line);
    synth_line(&s, 40 * S + 1, text);
    put_track(&s, 40 * S + 2, 3, "VP8", 96, "ann");
    struct way w = video_way(&s, 3);
    synth_video(&w, "vp8", 64, 64, 41 * S, 44 * S, 20);
    synth_line(&s, 45 * S, end_line);
    synth_write(&s, dir, 10 * S);
    T_EQ(package(dir), FOLLOW_DONE);
    json_t *index = index_of(dir);
    T_EQ(gaps_of(index, 0, "stopped", &g), 1);
    T_EQ(number_of(g, "start_ms"), 5100);
    T_EQ(number_of(g, "end_ms"), 30000);
    T_EQ(gaps_of(index, 0, "outage", &g), 1);
    T_EQ(number_of(g, "start_ms"), 34000);
    T_EQ(number_of(g, "end_ms"), 40000);
    T_EQ(gaps_of(index, 2, "loss", &g), 0);
    const json_t *spans = json_object_get(track_of(index, 2), "spans");
    T_EQ(json_array_size(spans), 2);
    T_OK(llabs(json_integer_value(json_array_get(json_array_get(spans, 1), 0)) - 30100) < 60);
    T_OK(json_is_null(json_object_get(index, "mix")));
    T_OK(llabs(number_of(file_of(index, 3, 0), "start_ms") - 41000) < 60);
    json_decref(index);
    synth_free(&s);
}

/* ---- restart --------------------------------------------------------------------------------- */

static size_t read_file(const char *path, uint8_t **out)
{
    FILE *f = fopen(path, "rb");
    size_t n = 0;
    *out = NULL;
    if (f == NULL)
        return 0;
    (void)fseek(f, 0, SEEK_END);
    n = (size_t)ftell(f);
    rewind(f);
    *out = (uint8_t *)malloc(n + 1);
    if (*out == NULL || fread(*out, 1, n, f) != n)
        abort();
    (void)fclose(f);
    return n;
}

static void same_file(const char *a, const char *b)
{
    uint8_t *x = NULL, *y = NULL;
    size_t n = read_file(a, &x), m = read_file(b, &y);
    T_OK(n > 0 && n == m && memcmp(x, y, n) == 0);
    if (n == 0 || n != m)
        (void)fprintf(stderr, "    %s has %zu bytes, %s has %zu\n", a, n, b, m);
    free(x);
    free(y);
}

/* What a reader sees at any moment: a whole index whose files exist and play up to what it says. */
static bool readable_now(const char *dir)
{
    size_t i = 0;
    const json_t *t = NULL;
    json_t *index = index_of(dir);
    bool fine = index != NULL;
    json_array_foreach(json_object_get(index, "tracks"), i, t)
    {
        const json_t *f = json_array_get(json_object_get(t, "files"), 0);
        if (f == NULL)
            continue;
        char command[600], text[200] = "";
        (void)snprintf(
            command, sizeof(command),
            "ffprobe -v error -show_entries packet=pts_time -of csv=p=0 %s 2>&1 | tail -1",
            path_of(dir, f));
        (void)synth_run(command, text, sizeof(text));
        double want = (double)(number_of(f, "end_ms") - number_of(f, "start_ms")) / 1000;
        if (strtod(text, NULL) < want - 0.15) {
            (void)fprintf(stderr, "    %s ends at %s, not %.3f\n", text_of(f, "file"), text, want);
            fine = false;
        }
    }
    json_decref(index);
    return fine;
}

static pid_t start_packager(const char *dir)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit((int)package(dir));
    return pid;
}

/* These deaths are no picture's fault: a slow machine may meet the same one twice. What the guard
 * does is test_pack_preview's matter. */
static void acquit(const char *dir)
{
    char path[500];
    static const char *const names[] = {".trying", ".bad"};
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(path, sizeof(path), "%.400s/previews/%s", dir, names[i]);
        (void)unlink(path);
    }
}

/* A journal that grows as in a meeting, ten times as fast, while its packager is killed again and
 * again. */
static void survives_kills(struct synth *s, const char *live)
{
    char path[500], part[500], index[500];
    int kills = 0, seen = 0;
    uint64_t segment = 0, seed = 12345, next_kill = 2 * S;
    uint8_t head[FORMAT_FILE_HEAD];
    FILE *f = NULL;
    (void)mkdir(live, 0755);
    (void)snprintf(path, sizeof(path), "%s/journal", live);
    (void)mkdir(path, 0755);
    pid_t pid = start_packager(live);
    for (size_t i = 0; i < s->n; i++) {
        const struct event *e = &s->list[i];
        if (f == NULL || e->at_ns / (10 * S) != segment) {
            if (f != NULL) {
                (void)fclose(f);
                (void)rename(part, path);
            }
            segment = e->at_ns / (10 * S);
            (void)snprintf(path, sizeof(path), "%s/journal/%06u.pcap", live, (unsigned)segment + 1);
            (void)snprintf(part, sizeof(part), "%s.part", path);
            f = fopen(part, "wb");
            if (f == NULL)
                abort();
            format_file_head(head);
            (void)fwrite(head, 1, sizeof(head), f);
        }
        synth_write_event(f, e);
        if (e->at_ns < next_kill)
            continue;
        (void)fflush(f); /* wherever a buffer ends: packets are torn */
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        (void)usleep((useconds_t)(50000 + (seed >> 33) % 400000));
        (void)kill(pid, SIGKILL);
        (void)waitpid(pid, NULL, 0);
        acquit(live);
        (void)snprintf(index, sizeof(index), "%s/index.json", live);
        if (access(index, F_OK) == 0) {
            T_OK(readable_now(live));
            seen++;
        }
        pid = start_packager(live);
        kills++;
        next_kill += 3 * S;
    }
    (void)fclose(f);
    (void)rename(part, path);
    int status = -1;
    (void)waitpid(pid, &status, 0);
    T_EQ(status, 0);
    T_OK(kills >= 8 && seen >= 3);
}

/* Who watches while the meeting runs hears what was said few seconds ago, also when somebody's
 * clock was not known at first. */
static void sound_follows_closely(void)
{
    const char *dir = tmpdir_path("close");
    struct synth s = {0};
    struct way a = audio_way(&s, 1), b = audio_way(&s, 2);
    synth_line(&s, 0, segment_line);
    put_track(&s, 1, 1, "opus", 111, "ann");
    put_track(&s, 2, 2, "opus", 111, "bob");
    synth_audio(&a, 1000, 0, 20 * S, 0, 0);
    synth_audio(&b, 600, 3500 * MS, 20 * S, 0, 0);
    synth_reports(&a, 500 * MS, 20 * S, 2 * S);
    synth_reports(&b, 9 * S, 20 * S, 2 * S);
    synth_write(&s, dir, 30 * S);
    pid_t pid = start_packager(dir);
    json_t *index = NULL;
    for (int i = 0; i < 100 && index == NULL; i++) {
        (void)usleep(100000);
        index = index_of(dir);
    }
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
    const json_t *mix = json_object_get(index, "mix");
    T_OK(strcmp(text_of(index, "state"), "live") == 0);
    T_OK(number_of(mix, "end_ms") >= 20000 - 3700 && number_of(mix, "end_ms") < 20000);
    synth_line(&s, 20500 * MS, end_line);
    synth_write(&s, dir, 30 * S);
    T_EQ(package(dir), FOLLOW_DONE);
    json_decref(index);
    index = index_of(dir);
    double tone[40];
    /* nothing of the one who was held back is missing: his tones fall together with hers */
    T_EQ(synth_find_tones(path_of(dir, json_object_get(index, "mix")), tone, 40), 20);
    T_EQ(synth_find_tones(path_of(dir, file_of(index, 2, 0)), tone, 40), 16);
    json_decref(index);
    synth_free(&s);
}

static void is_the_same_after_kills(void)
{
    const char *dir = tmpdir_path("whole"), *live = tmpdir_path("live");
    static const char *const files[] = {"tracks/0001-0.webm", "tracks/0002-0.webm",
                                        "tracks/0003-0.mp4", "tracks/mix.webm", "index.json"};
    struct synth s = {0};
    struct way a = audio_way(&s, 1), v = video_way(&s, 2), h = video_way(&s, 3);
    a.lose = v.lose = lose_some;
    a.late = v.late = some_late;
    synth_line(&s, 0, segment_line);
    put_track(&s, 1, 1, "opus", 111, "ann");
    put_track(&s, 2, 2, "VP8", 96, "ann");
    put_track(&s, 3, 3, "H264", 96, "bob");
    synth_audio(&a, 1000, 0, 30 * S, 0, 0);
    synth_video(&v, "vp8", 160, 120, 0, 30 * S, 25);
    synth_video(&h, "h264", 160, 120, 0, 30 * S, 15);
    synth_reports(&a, 500 * MS, 30 * S, 2 * S);
    synth_reports(&v, 600 * MS, 30 * S, 1 * S);
    synth_reports(&h, 600 * MS, 30 * S, 1 * S);
    synth_line(&s, 30500 * MS, end_line);
    synth_write(&s, dir, 10 * S);
    T_EQ(package(dir), FOLLOW_DONE);
    survives_kills(&s, live);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        char x[500], y[500];
        (void)snprintf(x, sizeof(x), "%s/%s", dir, files[i]);
        (void)snprintf(y, sizeof(y), "%s/%s", live, files[i]);
        same_file(x, y);
    }
    for (size_t i = 2; i <= 3; i++) {
        char x[500], y[500];
        (void)snprintf(x, sizeof(x), "%s/previews/%04zu-000.jpg", dir, i);
        (void)snprintf(y, sizeof(y), "%s/previews/%04zu-000.jpg", live, i);
        same_file(x, y);
    }
    char command[600], text[300] = "";
    (void)snprintf(command, sizeof(command), "ls %s/tracks %s/previews %s | grep 'tmp$'", live,
                   live, live);
    T_EQ(synth_run(command, text, sizeof(text)), 0); /* nothing is left behind */
    synth_free(&s);
}

/* Started again when all is done, it does nothing; when the journal has grown, all. */
static void knows_when_it_is_done(void)
{
    const char *dir = tmpdir_path("sync"), *index = tmpdir_path("sync/index.json");
    struct stat before, after;
    T_EQ(stat(index, &before), 0);
    T_EQ(package(dir), FOLLOW_DONE);
    T_EQ(stat(index, &after), 0);
    T_OK(before.st_ino == after.st_ino);
    (void)usleep(20000);
    T_EQ(utimensat(AT_FDCWD, tmpdir_path("sync/journal/000005.pcap"), NULL, 0), 0);
    T_EQ(package(dir), FOLLOW_DONE);
    T_EQ(stat(index, &after), 0);
    T_OK(before.st_ino != after.st_ino);
}

/* ---- damage ---------------------------------------------------------------------------------- */

static void lives_with_damage(void)
{
    const char *dir = tmpdir_path("damage");
    struct synth s = {0};
    struct way a = audio_way(&s, 1), v = video_way(&s, 2);
    uint64_t seed = 99;
    static const char *const lines[] = {"{",
                                        "[]",
                                        "{\"type\":5}",
                                        "{\"type\":\"track\"}",
                                        "{\"type\":\"track\",\"track\":-4}",
                                        "{\"type\":\"gap\",\"reason\":\"x\",\"from_ns\":-1}",
                                        "{\"type\":\"track_end\",\"track\":99999999999}",
                                        "",
                                        "{\"type\":\"news\",\"of\":\"tomorrow\"}"};
    synth_line(&s, 0, segment_line);
    put_track(&s, 1, 1, "opus", 111, "ann");
    put_track(&s, 2, 2, "VP8", 96, "ann");
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        synth_line(&s, 3 * S + i, lines[i]);
    synth_audio(&a, 1000, 0, 10 * S, 0, 0);
    synth_video(&v, "vp8", 160, 120, 0, 10 * S, 30);
    synth_reports(&a, 500 * MS, 10 * S, 2 * S);
    synth_reports(&v, 600 * MS, 10 * S, 1 * S);
    for (int i = 0; i < 3000; i++) { /* noise on every port there is, and on one nobody knows */
        uint8_t b[64];
        for (size_t k = 0; k < sizeof(b); k++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            b[k] = (uint8_t)(seed >> 56);
        }
        synth_put(&s, 2 * S + (uint64_t)i * MS, (uint16_t)(FORMAT_PORT_TRACKS + 2 + i % 6), b,
                  (size_t)(seed >> 40) % sizeof(b));
    }
    synth_line(&s, 11 * S, end_line);
    synth_write(&s, dir, 30 * S);
    char path[400];
    (void)snprintf(path, sizeof(path), "%s/journal/000001.pcap", dir);
    FILE *f = fopen(path, "r+b");
    T_OK(f != NULL);
    if (f == NULL)
        return;
    (void)fseek(f, 100000, SEEK_SET); /* a stretch of the disk has gone bad */
    for (int i = 0; i < 5000; i++)
        (void)fputc(i * 31 & 0xff, f);
    (void)fclose(f);
    T_EQ(package(dir), FOLLOW_DONE);
    json_t *index = index_of(dir);
    T_EQ(json_array_size(json_object_get(index, "tracks")), 2);
    together(dir, file_of(index, 2, 0), file_of(index, 1, 0), 5, 80);
    json_decref(index);
    synth_free(&s);
}

int main(void)
{
    tmpdir_make();
    if (opus_start() != ERR_OK)
        return 1;
    keeps_lips_in_sync();
    does_without_reports();
    names_what_is_lost();
    names_no_mute_a_loss();
    keeps_pauses();
    goes_on_with_a_new_source();
    makes_a_file_for_each_h264_size();
    names_stops_and_outages();
    sound_follows_closely();
    is_the_same_after_kills();
    knows_when_it_is_done();
    lives_with_damage();
    opus_stop();
    return t_done("pack");
}
