/* A ring of sums, encoded once nothing can be added any more. */
#include "pack/mix.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "pack/opus.h"

enum {
    RING = 1 << 20,        /* samples: 21 s, twice the lag */
    HANGOVER = OPUS_RATE,  /* the encoder goes on for a second after the last sound */
    KNEE = 24576,          /* above it a sum is bent, so that two loud voices do not clip */
    JUMP = OPUS_RATE / 20, /* a packet further off than 50 ms is put where it belongs */
    PACKET_MAX = 5760,
};

struct mix {
    char dir[512];
    struct movie *movie;
    struct opus *encoder;
    int64_t done;       /* samples of the meeting that have been handed to the file */
    int64_t loud_until; /* behind the last sample that was added */
    int64_t written;    /* position of the next packet in the file */
    uint64_t late;
    enum err fault;
    int32_t ring[RING];
};

struct voice {
    struct mix *mix;
    struct opus *decoder;
    bool placed;
    int64_t next; /* where its sound has come to */
    int64_t want; /* where the packet being decoded belongs */
    double energy;
    size_t heard;
};

enum err mix_new(struct mix **out, const char *dir)
{
    struct mix *m = (struct mix *)mem_zalloc(1, sizeof(*m));
    if (m == NULL)
        return ERR_NOMEM;
    (void)strncpy(m->dir, dir, sizeof(m->dir) - 1);
    *out = m;
    return ERR_OK;
}

void mix_free(struct mix *m)
{
    if (m == NULL)
        return;
    opus_free(m->encoder);
    movie_free(m->movie);
    mem_free(m);
}

/* ---- out ------------------------------------------------------------------------------------- */

static void put_packet(void *arg, const uint8_t *p, size_t n)
{
    struct mix *m = (struct mix *)arg;
    uint64_t ms = (uint64_t)m->written * 1000 / OPUS_RATE;
    m->written += OPUS_FRAME;
    if (m->fault == ERR_OK)
        m->fault = movie_frame(m->movie, ms, true, p, n);
}

static enum err begin(struct mix *m)
{
    struct movie_config cfg = {.codec = CODEC_OPUS, .channels = 1, .pre_skip = OPUS_PRE_SKIP};
    struct out *file = NULL;
    if (m->movie != NULL)
        return ERR_OK;
    enum err e = opus_encoder(&m->encoder, put_packet, m);
    if (e == ERR_OK)
        e = out_new(&file, m->dir, "mix.webm");
    if (e == ERR_OK)
        e = movie_new(&m->movie, file, &cfg);
    if (e != ERR_OK)
        return e;
    while (m->written < m->done)
        put_packet(m, opus_silence, OPUS_SILENCE_LEN);
    return m->fault;
}

static int16_t bend(int32_t v)
{
    int32_t a = v < 0 ? -v : v;
    if (a > KNEE) {
        double over = (double)(a - KNEE) / (32767 - KNEE);
        a = KNEE + (int32_t)((32767 - KNEE) * (over / (1 + over)));
    }
    return (int16_t)(v < 0 ? -a : a);
}

static void encode_frame(struct mix *m)
{
    int16_t pcm[OPUS_FRAME];
    for (int i = 0; i < OPUS_FRAME; i++) {
        int32_t *at = &m->ring[(m->done + i) % RING];
        pcm[i] = bend(*at);
        *at = 0;
    }
    opus_encode(m->encoder, pcm);
}

enum err mix_advance(struct mix *m, int64_t ns)
{
    int64_t until = ns / 1000 * OPUS_RATE / 1000000;
    while (m->done + OPUS_FRAME <= until && m->fault == ERR_OK) {
        if (m->movie != NULL && m->done < m->loud_until + HANGOVER && m->loud_until > 0)
            encode_frame(m);
        else if (m->movie != NULL)
            put_packet(m, opus_silence, OPUS_SILENCE_LEN);
        m->done += OPUS_FRAME;
    }
    return m->fault;
}

enum err mix_finish(struct mix *m, int64_t ns)
{
    enum err e = mix_advance(m, ns + (int64_t)(20 * NS_PER_MS));
    return e == ERR_OK && m->movie != NULL ? movie_finish(m->movie, mix_end_ms(m)) : e;
}

struct movie *mix_movie(const struct mix *m)
{
    return m->movie;
}

uint64_t mix_end_ms(const struct mix *m)
{
    return (uint64_t)m->written * 1000 / OPUS_RATE;
}

uint64_t mix_late(const struct mix *m)
{
    return m->late;
}

/* ---- in -------------------------------------------------------------------------------------- */

static void add(struct mix *m, int64_t at, int32_t sample)
{
    if (at < m->done || at >= m->done + RING) {
        m->late++;
        return;
    }
    m->ring[at % RING] += sample;
}

/* Clocks differ: a packet is made a little longer or shorter, so that the voice stays where it
 * belongs without a click. */
static size_t stretched(const struct voice *v, size_t n)
{
    int64_t off = (v->want - v->next) / 32, most = (int64_t)n / 100;
    off = off > most ? most : off < -most ? -most : off;
    return (size_t)((int64_t)n + off);
}

static void on_pcm(void *arg, const int16_t *pcm, size_t n)
{
    struct voice *v = (struct voice *)arg;
    int64_t off = v->want - v->next;
    if (n == 0 || n > PACKET_MAX)
        return;
    if (!v->placed || off > JUMP || off < -JUMP)
        v->next = v->want;
    v->placed = true;
    size_t out = stretched(v, n);
    for (size_t i = 0; i < out; i++) {
        size_t at = i * n / out, part = i * n % out;
        int32_t a = pcm[at], b = at + 1 < n ? pcm[at + 1] : a;
        add(v->mix, v->next + (int64_t)i, a + (int32_t)((b - a) * (int64_t)part / (int64_t)out));
    }
    for (size_t i = 0; i < n; i++)
        v->energy += (double)pcm[i] * pcm[i];
    v->heard += n;
    v->next += (int64_t)out;
    v->want += (int64_t)n;
    if (v->next > v->mix->loud_until)
        v->mix->loud_until = v->next;
}

enum err voice_new(struct voice **out, struct mix *m)
{
    struct voice *v = (struct voice *)mem_zalloc(1, sizeof(*v));
    enum err e = v == NULL ? ERR_NOMEM : begin(m);
    if (e == ERR_OK)
        e = opus_decoder(&v->decoder, on_pcm, v);
    if (e != ERR_OK) {
        mem_free(v);
        return e;
    }
    v->mix = m;
    *out = v;
    return ERR_OK;
}

void voice_free(struct voice *v)
{
    if (v == NULL)
        return;
    opus_free(v->decoder);
    mem_free(v);
}

enum err voice_packet(struct voice *v, int64_t ns, const uint8_t *p, size_t n, unsigned *level)
{
    v->want = ns / 1000 * OPUS_RATE / 1000000;
    v->energy = 0;
    v->heard = 0;
    opus_decode(v->decoder, p, n);
    *level = v->heard > 0 ? (unsigned)sqrt(v->energy / (double)v->heard) : 0;
    return v->mix->fault;
}
