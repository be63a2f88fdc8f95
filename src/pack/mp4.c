/* MP4 for H.264. While it grows it is fragmented; when it is finished a whole sample table is
 * appended and the first box, a "free" until then, becomes the "mdat" that covers all fragments:
 * from then on it is a plain MP4, with the same bytes of media in the same places. */
#include <string.h>

#include "movie_priv.h"

enum { TIMESCALE = 1000, COVER_LEN = 16 };
enum { FLAG_KEY = 0x02000000, FLAG_DELTA = 0x01010000 };

static const uint8_t unity[36] = {0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,   0,
                                  1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x40};

/* ---- boxes ----------------------------------------------------------------------------------- */

static size_t box_open(struct bytes *b, const char type[5])
{
    size_t at = b->len;
    bytes_uint(b, 0, 4);
    bytes_put(b, type, 4);
    return at;
}

static size_t box_full(struct bytes *b, const char type[5], uint8_t version, uint32_t flags)
{
    size_t at = box_open(b, type);
    bytes_uint(b, (uint32_t)version << 24 | flags, 4);
    return at;
}

static void box_close(struct bytes *b, size_t at)
{
    bytes_set(b, at, b->len - at, 4);
}

static void put_ftyp(struct bytes *b)
{
    size_t at = box_open(b, "ftyp");
    bytes_put(b, "iso6", 4);
    bytes_uint(b, 512, 4);
    bytes_put(b, "iso6isomavc1mp41", 16);
    box_close(b, at);
}

static void put_avc1(struct bytes *b, const struct movie *m)
{
    const struct movie_config *c = &m->cfg;
    size_t at = box_open(b, "avc1");
    bytes_zeros(b, 6);
    bytes_uint(b, 1, 2);
    bytes_zeros(b, 16);
    bytes_uint(b, c->width, 2);
    bytes_uint(b, c->height, 2);
    bytes_uint(b, 0x00480000, 4);
    bytes_uint(b, 0x00480000, 4);
    bytes_zeros(b, 4);
    bytes_uint(b, 1, 2);
    bytes_zeros(b, 32);
    bytes_uint(b, 24, 2);
    bytes_uint(b, 0xffff, 2);
    size_t avcc = box_open(b, "avcC");
    bytes_uint(b, 1, 1);
    bytes_put(b, c->sps + 1, 3);
    bytes_uint(b, 0xff, 1); /* 4-byte lengths */
    bytes_uint(b, 0xe1, 1); /* one SPS */
    bytes_uint(b, c->sps_len, 2);
    bytes_put(b, c->sps, c->sps_len);
    bytes_uint(b, 1, 1);
    bytes_uint(b, c->pps_len, 2);
    bytes_put(b, c->pps, c->pps_len);
    box_close(b, avcc);
    box_close(b, at);
}

/* ---- sample tables --------------------------------------------------------------------------- */

static uint32_t duration_of(const struct movie *m, size_t i, uint64_t end_ms)
{
    uint64_t next = i + 1 < m->n_samples ? m->samples[i + 1].ms : end_ms;
    uint64_t d = next - m->samples[i].ms;
    return d > UINT32_MAX ? UINT32_MAX : (uint32_t)d;
}

static void put_stts(struct bytes *b, const struct movie *m, size_t n, uint64_t end_ms)
{
    size_t at = box_full(b, "stts", 0, 0), count_at = b->len;
    uint32_t count = 0;
    bytes_uint(b, 0, 4);
    for (size_t i = 0; i < n;) {
        uint32_t d = duration_of(m, i, end_ms);
        size_t from = i++;
        while (i < n && duration_of(m, i, end_ms) == d)
            i++;
        bytes_uint(b, i - from, 4);
        bytes_uint(b, d, 4);
        count++;
    }
    bytes_set(b, count_at, count, 4);
    box_close(b, at);
}

static void put_stss(struct bytes *b, const struct movie *m, size_t n)
{
    size_t at = box_full(b, "stss", 0, 0), count_at = b->len;
    uint32_t count = 0;
    bytes_uint(b, 0, 4);
    for (size_t i = 0; i < n; i++) {
        if (!m->samples[i].key)
            continue;
        bytes_uint(b, i + 1, 4);
        count++;
    }
    bytes_set(b, count_at, count, 4);
    box_close(b, at);
}

static bool starts_chunk(const struct movie *m, size_t i)
{
    return i == 0 || m->samples[i].at != m->samples[i - 1].at + m->samples[i - 1].size;
}

static void put_chunks(struct bytes *b, const struct movie *m, size_t n)
{
    size_t at = box_full(b, "stsc", 0, 0), count_at = b->len;
    uint32_t count = 0, chunk = 0;
    size_t before = 0;
    bytes_uint(b, 0, 4);
    for (size_t i = 0; i < n;) {
        size_t from = i++;
        while (i < n && !starts_chunk(m, i))
            i++;
        chunk++;
        if (i - from == before)
            continue;
        before = i - from;
        bytes_uint(b, chunk, 4);
        bytes_uint(b, before, 4);
        bytes_uint(b, 1, 4);
        count++;
    }
    bytes_set(b, count_at, count, 4);
    box_close(b, at);
    at = box_full(b, "co64", 0, 0);
    bytes_uint(b, chunk, 4);
    for (size_t i = 0; i < n; i++)
        if (starts_chunk(m, i))
            bytes_uint(b, m->samples[i].at, 8);
    box_close(b, at);
}

static void put_stbl(struct bytes *b, const struct movie *m, size_t n, uint64_t end_ms)
{
    size_t at = box_open(b, "stbl");
    size_t stsd = box_full(b, "stsd", 0, 0);
    bytes_uint(b, 1, 4);
    put_avc1(b, m);
    box_close(b, stsd);
    put_stts(b, m, n, end_ms);
    if (n > 0)
        put_stss(b, m, n);
    size_t stsz = box_full(b, "stsz", 0, 0);
    bytes_uint(b, 0, 4);
    bytes_uint(b, n, 4);
    for (size_t i = 0; i < n; i++)
        bytes_uint(b, m->samples[i].size, 4);
    box_close(b, stsz);
    put_chunks(b, m, n);
    box_close(b, at);
}

/* ---- moov ------------------------------------------------------------------------------------ */

static void put_mvhd(struct bytes *b, uint64_t end_ms)
{
    size_t at = box_full(b, "mvhd", 1, 0);
    bytes_zeros(b, 16);
    bytes_uint(b, TIMESCALE, 4);
    bytes_uint(b, end_ms, 8);
    bytes_uint(b, 0x00010000, 4);
    bytes_uint(b, 0x0100, 2);
    bytes_zeros(b, 10);
    bytes_put(b, unity, sizeof(unity));
    bytes_zeros(b, 24);
    bytes_uint(b, 2, 4);
    box_close(b, at);
}

static void put_tkhd(struct bytes *b, const struct movie *m, uint64_t end_ms)
{
    size_t at = box_full(b, "tkhd", 1, 3);
    bytes_zeros(b, 16);
    bytes_uint(b, 1, 4);
    bytes_zeros(b, 4);
    bytes_uint(b, end_ms, 8);
    bytes_zeros(b, 16);
    bytes_put(b, unity, sizeof(unity));
    bytes_uint(b, (uint32_t)m->cfg.width << 16, 4);
    bytes_uint(b, (uint32_t)m->cfg.height << 16, 4);
    box_close(b, at);
}

static void put_minf(struct bytes *b, const struct movie *m, size_t n, uint64_t end_ms)
{
    size_t minf = box_open(b, "minf");
    size_t at = box_full(b, "vmhd", 0, 1);
    bytes_zeros(b, 8);
    box_close(b, at);
    size_t dinf = box_open(b, "dinf"), dref = box_full(b, "dref", 0, 0);
    bytes_uint(b, 1, 4);
    at = box_full(b, "url ", 0, 1);
    box_close(b, at);
    box_close(b, dref);
    box_close(b, dinf);
    put_stbl(b, m, n, end_ms);
    box_close(b, minf);
}

static void put_mdia(struct bytes *b, const struct movie *m, size_t n, uint64_t end_ms)
{
    size_t mdia = box_open(b, "mdia");
    size_t at = box_full(b, "mdhd", 1, 0);
    bytes_zeros(b, 16);
    bytes_uint(b, TIMESCALE, 4);
    bytes_uint(b, end_ms, 8);
    bytes_uint(b, 0x55c40000, 4); /* language: undetermined */
    box_close(b, at);
    at = box_full(b, "hdlr", 0, 0);
    bytes_zeros(b, 4);
    bytes_put(b, "vide", 4);
    bytes_zeros(b, 13);
    box_close(b, at);
    put_minf(b, m, n, end_ms);
    box_close(b, mdia);
}

/* With no samples: the head of a fragmented file. */
static void put_moov(struct bytes *b, const struct movie *m, size_t n, uint64_t end_ms)
{
    size_t moov = box_open(b, "moov");
    put_mvhd(b, end_ms);
    size_t trak = box_open(b, "trak");
    put_tkhd(b, m, end_ms);
    put_mdia(b, m, n, end_ms);
    box_close(b, trak);
    if (n == 0) {
        size_t mvex = box_open(b, "mvex"), at = box_full(b, "trex", 0, 0);
        bytes_uint(b, 1, 4);
        bytes_uint(b, 1, 4);
        bytes_zeros(b, 12);
        box_close(b, at);
        box_close(b, mvex);
    }
    box_close(b, moov);
}

static enum err mp4_head(struct movie *m)
{
    struct bytes *b = &m->scratch;
    bytes_clear(b);
    put_ftyp(b);
    size_t at = box_open(b, "free");
    bytes_zeros(b, COVER_LEN - 8);
    box_close(b, at);
    put_moov(b, m, 0, 0);
    return movie_put(m, b);
}

/* ---- fragments ------------------------------------------------------------------------------- */

static enum err mp4_add(struct movie *m, uint64_t ms, bool key, const uint8_t *p, size_t n)
{
    struct sample s = {.ms = ms, .size = (uint32_t)n, .key = key};
    bytes_put(&m->part, p, n);
    return m->part.failed ? ERR_NOMEM : movie_remember(m, &s);
}

static void put_trun(struct bytes *b, const struct movie *m, size_t moof, uint64_t end_ms)
{
    size_t at = box_full(b, "trun", 0, 0x000701);
    bytes_uint(b, m->n_samples - m->part_first, 4);
    size_t offset_at = b->len;
    bytes_uint(b, 0, 4);
    for (size_t i = m->part_first; i < m->n_samples; i++) {
        bytes_uint(b, duration_of(m, i, end_ms), 4);
        bytes_uint(b, m->samples[i].size, 4);
        bytes_uint(b, m->samples[i].key ? FLAG_KEY : FLAG_DELTA, 4);
    }
    box_close(b, at);
    bytes_set(b, offset_at, b->len - moof + 8, 4);
}

static enum err mp4_part(struct movie *m, uint64_t end_ms)
{
    struct bytes *b = &m->scratch;
    bytes_clear(b);
    size_t moof = box_open(b, "moof");
    size_t at = box_full(b, "mfhd", 0, 0);
    bytes_uint(b, m->n_parts + 1, 4);
    box_close(b, at);
    size_t traf = box_open(b, "traf");
    at = box_full(b, "tfhd", 0, 0x020000);
    bytes_uint(b, 1, 4);
    box_close(b, at);
    at = box_full(b, "tfdt", 1, 0);
    bytes_uint(b, m->part_ms, 8);
    box_close(b, at);
    put_trun(b, m, moof, end_ms);
    box_close(b, traf);
    box_close(b, moof);
    at = box_open(b, "mdat");
    uint64_t place = out_size(m->file) + b->len;
    bytes_put(b, m->part.p, m->part.len);
    box_close(b, at);
    for (size_t i = m->part_first; i < m->n_samples; i++) {
        m->samples[i].at = place;
        place += m->samples[i].size;
    }
    return movie_put(m, b);
}

static enum err mp4_tail(struct movie *m, uint64_t end_ms)
{
    struct bytes *b = &m->scratch;
    uint64_t end = out_size(m->file);
    bytes_clear(b);
    put_ftyp(b);
    uint64_t cover_at = b->len;
    bytes_clear(b);
    put_moov(b, m, m->n_samples, end_ms);
    enum err e = m->n_samples > 0 ? movie_put(m, b) : ERR_OK;
    if (e != ERR_OK || m->n_samples == 0)
        return e;
    bytes_clear(b);
    bytes_uint(b, 1, 4);
    bytes_put(b, "mdat", 4);
    bytes_uint(b, end - cover_at, 8);
    return b->failed ? ERR_NOMEM : out_patch(m->file, cover_at, b->p, b->len);
}

const struct movie_form mp4_form = {mp4_head, mp4_add, mp4_part, mp4_tail};
