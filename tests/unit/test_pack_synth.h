/** @file
 * Journals made up for tests: real VP8, VP9, H.264 and Opus in RTP as a browser would send it, over
 * a path with delay, loss and reordering, written in the journal's own format. Every second a white
 * flash and a tone start together, 100 ms long. */
#ifndef TEST_PACK_SYNTH_H
#define TEST_PACK_SYNTH_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "pack/bytes.h"
#include "pack/opus.h"
#include "record/format.h"
#include "rtc/rtcp.h"

#define SYNTH_EPOCH_NS UINT64_C(1795514400000000000)

/* ---- the journal ----------------------------------------------------------------------------- */

/** A record that will be written; a journal is sorted by time of arrival before. */
struct event {
    uint64_t at_ns; /* meeting time of arrival */
    uint16_t port;
    size_t order, len;
    uint8_t *p;
};

struct synth {
    struct event *list;
    size_t n, cap;
};

static inline void synth_put(struct synth *s, uint64_t at_ns, uint16_t port, const void *p,
                             size_t len)
{
    if (!list_grow(&s->list, s->n, &s->cap, sizeof(*s->list)))
        abort();
    uint8_t *copy = (uint8_t *)malloc(len);
    if (copy == NULL)
        abort();
    memcpy(copy, p, len);
    s->list[s->n] = (struct event){at_ns, port, s->n, len, copy};
    s->n++;
}

static inline void synth_line(struct synth *s, uint64_t at_ns, const char *json)
{
    synth_put(s, at_ns, FORMAT_PORT_LINES, json, strlen(json));
}

static inline int synth_order(const void *a, const void *b)
{
    const struct event *x = (const struct event *)a, *y = (const struct event *)b;
    if (x->at_ns != y->at_ns)
        return x->at_ns < y->at_ns ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static inline void synth_write_event(FILE *f, const struct event *e)
{
    uint8_t head[FORMAT_PACKET_HEAD];
    format_packet_head(head, SYNTH_EPOCH_NS + e->at_ns, e->port, e->len);
    (void)fwrite(head, 1, sizeof(head), f);
    (void)fwrite(e->p, 1, e->len, f);
}

static inline void synth_sort(struct synth *s)
{
    qsort(s->list, s->n, sizeof(*s->list), synth_order);
}

/** Write DIR/journal in segments of @p segment_ns. */
static inline void synth_write(struct synth *s, const char *dir, uint64_t segment_ns)
{
    char path[400];
    uint8_t head[FORMAT_FILE_HEAD];
    uint64_t segment = UINT64_MAX;
    FILE *f = NULL;
    (void)mkdir(dir, 0755);
    (void)snprintf(path, sizeof(path), "%s/journal", dir);
    (void)mkdir(path, 0755);
    synth_sort(s);
    for (size_t i = 0; i < s->n; i++) {
        if (s->list[i].at_ns / segment_ns != segment) {
            segment = s->list[i].at_ns / segment_ns;
            if (f != NULL)
                (void)fclose(f);
            (void)snprintf(path, sizeof(path), "%s/journal/%06u.pcap", dir, (unsigned)segment + 1);
            f = fopen(path, "wb");
            if (f == NULL)
                abort();
            format_file_head(head);
            (void)fwrite(head, 1, sizeof(head), f);
        }
        synth_write_event(f, &s->list[i]);
    }
    if (f != NULL)
        (void)fclose(f);
}

static inline void synth_free(struct synth *s)
{
    for (size_t i = 0; i < s->n; i++)
        free(s->list[i].p);
    free(s->list);
    *s = (struct synth){0};
}

/* ---- RTP ------------------------------------------------------------------------------------- */

/** One sender's source, and its way to the server. */
struct way {
    struct synth *to;
    uint32_t track, ssrc, ts0;
    uint16_t seq;
    uint8_t pt;
    uint32_t rate;
    uint64_t delay_ns;
    int64_t ntp_off_ns;           /* sender's clock minus the server's */
    double drift;                 /* how much faster the sender's clock runs, 1e-6 for 1 ppm */
    bool (*lose)(uint32_t n);     /* packet number n is lost */
    uint64_t (*late)(uint32_t n); /* so much later than the others */
    uint32_t sent;
};

/** @p ns is true time; the sender's clocks drift. */
static inline uint32_t way_ts(const struct way *w, uint64_t ns)
{
    return w->ts0 + (uint32_t)llround((double)ns * (1 + w->drift) * w->rate / 1e9);
}

static inline void way_packet(struct way *w, uint64_t ns, bool marker, const uint8_t *p, size_t n)
{
    uint8_t b[1500];
    struct buf out = buf_make(b, sizeof(b));
    buf_u8(&out, 0x80);
    buf_u8(&out, (uint8_t)(w->pt | (marker ? 0x80 : 0)));
    buf_u16(&out, w->seq++);
    buf_u32(&out, way_ts(w, ns));
    buf_u32(&out, w->ssrc);
    buf_put(&out, p, n);
    uint32_t number = w->sent++;
    if (w->lose != NULL && w->lose(number))
        return;
    uint64_t at = ns + w->delay_ns + (w->late != NULL ? w->late(number) : 0);
    synth_put(w->to, at, format_port(w->track, false), b, out.len);
}

static inline void way_report(struct way *w, uint64_t ns)
{
    uint8_t b[64];
    struct buf out = buf_make(b, sizeof(b));
    int64_t sender =
        (int64_t)(SYNTH_EPOCH_NS + ns) + (int64_t)((double)ns * w->drift) + w->ntp_off_ns;
    struct rtcp_sr sr = {
        .ssrc = w->ssrc, .ntp = ntp_from_wall_ns((uint64_t)sender), .rtp_ts = way_ts(w, ns)};
    rtcp_write_sr(&out, &sr);
    synth_put(w->to, ns + w->delay_ns, format_port(w->track, true), b, out.len);
}

enum { SYNTH_MTU = 1100 };

/** A VP8 or VP9 frame with the shortest payload descriptor there is. */
static inline void way_vp(struct way *w, uint64_t ns, bool vp9, bool key, const uint8_t *p,
                          size_t n)
{
    for (size_t at = 0; at < n; at += SYNTH_MTU) {
        uint8_t b[SYNTH_MTU + 1];
        size_t part = n - at < SYNTH_MTU ? n - at : SYNTH_MTU;
        bool first = at == 0, last = at + part == n;
        b[0] = vp9 ? (uint8_t)((key ? 0 : 0x40) | (first ? 0x08 : 0) | (last ? 0x04 : 0))
                   : (uint8_t)(first ? 0x10 : 0);
        memcpy(b + 1, p + at, part);
        way_packet(w, ns, last, b, part + 1);
    }
}

static inline void way_nal(struct way *w, uint64_t ns, bool last, const uint8_t *p, size_t n)
{
    if (n <= SYNTH_MTU) {
        way_packet(w, ns, last, p, n);
        return;
    }
    for (size_t at = 1; at < n; at += SYNTH_MTU) {
        uint8_t b[SYNTH_MTU + 2];
        size_t part = n - at < SYNTH_MTU ? n - at : SYNTH_MTU;
        b[0] = (uint8_t)((p[0] & 0xe0) | 28);
        b[1] = (uint8_t)((p[0] & 31) | (at == 1 ? 0x80 : 0) | (at + part == n ? 0x40 : 0));
        memcpy(b + 2, p + at, part);
        way_packet(w, ns, last && at + part == n, b, part + 2);
    }
}

/** An access unit in byte-stream form. */
static inline void way_h264(struct way *w, uint64_t ns, const uint8_t *p, size_t n)
{
    static const uint8_t code[3] = {0, 0, 1};
    const uint8_t *at = (const uint8_t *)memmem(p, n, code, 3);
    while (at != NULL) {
        const uint8_t *nal = at + 3;
        const uint8_t *next = (const uint8_t *)memmem(nal, n - (size_t)(nal - p), code, 3);
        size_t len = (size_t)((next != NULL ? next : p + n) - nal);
        while (next != NULL && len > 0 && nal[len - 1] == 0)
            len--;
        if (len > 0)
            way_nal(w, ns, next == NULL, nal, len);
        at = next;
    }
}

/* ---- media ----------------------------------------------------------------------------------- */

static inline bool synth_flashes(uint64_t ns)
{
    return ns / NS_PER_MS % 1000 < 100;
}

static inline void synth_picture(uint8_t *px, size_t luma, uint64_t ns)
{
    memset(px, synth_flashes(ns) ? 235 : 16, luma);
    for (size_t i = 0; i < luma / 8; i++) /* something that moves, so that frames are not empty */
        px[i] = (uint8_t)(px[i] + (int)((i * 7 + ns / (NS_PER_MS * 10)) % 16));
    memset(px + luma, 128, luma / 2);
}

/** The access units of an H.264 stream, each behind its delimiter. */
static inline void synth_h264_units(struct way *w, const uint8_t *p, size_t n, uint64_t from,
                                    unsigned fps)
{
    static const uint8_t mark[5] = {0, 0, 0, 1, 9};
    const uint8_t *at = (const uint8_t *)memmem(p, n, mark, sizeof(mark));
    for (uint64_t ns = from; at != NULL; ns += NS_PER_S / fps) {
        const uint8_t *rest = at + sizeof(mark);
        const uint8_t *next =
            (const uint8_t *)memmem(rest, n - (size_t)(rest - p), mark, sizeof(mark));
        way_h264(w, ns, at, (size_t)((next != NULL ? next : p + n) - at));
        at = next;
    }
}

/** A stream in IVF: 32 bytes of head, 12 before each frame. */
static inline void synth_ivf_frames(struct way *w, bool vp9, const uint8_t *p, size_t n,
                                    uint64_t from, unsigned fps)
{
    uint64_t ns = from;
    for (size_t at = 32; at + 12 < n; ns += NS_PER_S / fps) {
        size_t len = p[at] | (size_t)p[at + 1] << 8 | (size_t)p[at + 2] << 16;
        const uint8_t *f = p + at + 12;
        bool key = vp9 ? (f[0] & 0x0c) == 0 : (f[0] & 1) == 0;
        way_vp(w, ns, vp9, key, f, len);
        at += 12 + len;
    }
}

/** Pictures of @p width x @p height from @p from to @p to, @p fps a second, a key frame every 45th.
 */
static inline void synth_video(struct way *w, const char *codec, int width, int height,
                               uint64_t from, uint64_t to, unsigned fps)
{
    bool h264 = strcmp(codec, "h264") == 0, vp9 = strcmp(codec, "vp9") == 0;
    char command[800], name[] = "/tmp/yj-synth-XXXXXX";
    size_t luma = (size_t)width * (size_t)height, size = luma * 3 / 2, cap = 64u << 20;
    uint8_t *px = (uint8_t *)malloc(size), *stream = (uint8_t *)malloc(cap);
    int fd = mkstemp(name);
    if (fd < 0 || px == NULL || stream == NULL)
        abort();
    (void)snprintf(
        command, sizeof(command),
        "ffmpeg -v error -f rawvideo -pix_fmt yuv420p -s %dx%d -r %u -i - -threads 1 -g 45 "
        "-b:v 300k %s -y %s",
        width, height, fps,
        h264  ? "-c:v libx264 -preset ultrafast -tune zerolatency -profile:v baseline "
                "-x264-params aud=1:keyint=45:scenecut=0 -f h264"
        : vp9 ? "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -lag-in-frames 0 -f ivf"
              : "-c:v libvpx -deadline realtime -cpu-used 8 -lag-in-frames 0 "
                "-auto-alt-ref 0 -f ivf",
        name);
    FILE *f = popen(command, "w");
    for (uint64_t ns = from; f != NULL && ns < to; ns += NS_PER_S / fps) {
        synth_picture(px, luma, ns);
        (void)fwrite(px, 1, size, f);
    }
    if (f == NULL || pclose(f) != 0)
        abort();
    ssize_t n = read(fd, stream, cap);
    if (n < 100)
        abort();
    if (h264)
        synth_h264_units(w, stream, (size_t)n, from, fps);
    else
        synth_ivf_frames(w, vp9, stream, (size_t)n, from, fps);
    (void)close(fd);
    (void)unlink(name);
    free(px);
    free(stream);
}

struct synth_sound {
    struct way *w;
    uint64_t ns;
    uint64_t skip_from, skip_to; /* nothing is sent */
};

static inline void synth_on_packet(void *arg, const uint8_t *p, size_t n)
{
    struct synth_sound *s = (struct synth_sound *)arg;
    if (s->ns < s->skip_from || s->ns >= s->skip_to)
        way_packet(s->w, s->ns, false, p, n);
    s->ns += OPUS_FRAME * NS_PER_S / OPUS_RATE;
}

/** A tone of @p hz, 100 ms long, each second; nothing is sent from @p skip_from to @p skip_to. */
static inline void synth_audio(struct way *w, double hz, uint64_t from, uint64_t to,
                               uint64_t skip_from, uint64_t skip_to)
{
    struct synth_sound s = {w, from, skip_from, skip_to};
    struct opus *enc = NULL;
    if (opus_encoder(&enc, synth_on_packet, &s) != ERR_OK)
        abort();
    for (uint64_t ns = from; ns < to; ns += 20 * NS_PER_MS) {
        int16_t pcm[OPUS_FRAME];
        for (int i = 0; i < OPUS_FRAME; i++) {
            uint64_t at = ns + (uint64_t)i * NS_PER_S / OPUS_RATE;
            pcm[i] =
                synth_flashes(at) ? (int16_t)(8000 * sin(2 * M_PI * hz * (double)at / 1e9)) : 0;
        }
        opus_encode(enc, pcm);
    }
    opus_free(enc);
}

static inline void synth_reports(struct way *w, uint64_t from, uint64_t to, uint64_t every)
{
    for (uint64_t ns = from; ns < to; ns += every)
        way_report(w, ns);
}

/* ---- looking at what was made ---------------------------------------------------------------- */

/** Runs a command and gives its output, at most @p cap - 1 bytes, as text. @return bytes. */
static inline size_t synth_run(const char *command, char *out, size_t cap)
{
    FILE *f = popen(command, "r");
    size_t n = f == NULL ? 0 : fread(out, 1, cap - 1, f);
    out[n] = '\0';
    if (f != NULL)
        (void)pclose(f);
    return n;
}

/** Times in ms at which flashes start, from the decoded pictures. @return how many. */
static inline size_t synth_find_flashes(const char *file, double *at, size_t cap)
{
    char command[700], line[300];
    (void)snprintf(command, sizeof(command),
                   "ffmpeg -v error -i %s -fps_mode passthrough -vf "
                   "scale=64:64,signalstats,metadata=print:file=- -f null - 2>/dev/null",
                   file);
    FILE *f = popen(command, "r");
    size_t n = 0;
    double t = 0, y = 0;
    bool was = true; /* a flash in the very first picture has no known start */
    while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
        const char *time = strstr(line, "pts_time:");
        if (time != NULL)
            t = strtod(time + 9, NULL);
        if (sscanf(line, "lavfi.signalstats.YAVG=%lf", &y) != 1)
            continue;
        if (y > 100 && !was && n < cap)
            at[n++] = t * 1000;
        was = y > 100;
    }
    if (f != NULL)
        (void)pclose(f);
    return n;
}

/** Times in ms at which sound starts after at least 300 ms of quiet. */
static inline size_t synth_find_tones(const char *file, double *at, size_t cap)
{
    char command[700];
    int16_t block[48];
    size_t n = 0, i = 0, quiet = 1000;
    (void)snprintf(command, sizeof(command),
                   "ffmpeg -v error -i %s -f s16le -ac 1 -ar 48000 - 2>/dev/null", file);
    FILE *f = popen(command, "r");
    for (; f != NULL && fread(block, sizeof(block), 1, f) == 1; i++) {
        int loud = 0;
        for (size_t k = 0; k < 48; k++)
            loud = abs(block[k]) > loud ? abs(block[k]) : loud;
        if (loud > 1500 && quiet >= 300 && n < cap)
            at[n++] = (double)i;
        quiet = loud > 1500 ? 0 : quiet + 1;
    }
    if (f != NULL)
        (void)pclose(f);
    return n;
}

#endif
