/* What both forms share: order of times, when a part is full, life. */
#include "movie_priv.h"

#include <string.h>

#include "base/mem.h"

enum {
    PART_VIDEO_MS = 2000,
    PART_AUDIO_MS = 1000,
    PART_BYTES = 1 << 20,
    POINT_AUDIO_MS = 5000, /* sound can be started anywhere: a point every so often will do */
};

enum err movie_put(struct movie *m, const struct bytes *b)
{
    return b->failed ? ERR_NOMEM : out_append(m->file, b->p, b->len);
}

enum err movie_remember(struct movie *m, const struct sample *s)
{
    if (!list_grow(&m->samples, m->n_samples, &m->samples_cap, sizeof(*s)))
        return ERR_NOMEM;
    m->samples[m->n_samples++] = *s;
    return ERR_OK;
}

static bool keep_params(struct movie *m, const struct movie_config *cfg)
{
    if (cfg->codec != CODEC_H264)
        return true;
    if (cfg->sps_len < 4 || cfg->sps_len > sizeof(m->sps) || cfg->pps_len == 0 ||
        cfg->pps_len > sizeof(m->pps))
        return false;
    memcpy(m->sps, cfg->sps, cfg->sps_len);
    memcpy(m->pps, cfg->pps, cfg->pps_len);
    m->cfg.sps = m->sps;
    m->cfg.pps = m->pps;
    return true;
}

enum err movie_new(struct movie **out, struct out *file, const struct movie_config *cfg)
{
    struct movie *m = (struct movie *)mem_zalloc(1, sizeof(*m));
    if (m == NULL) {
        out_free(file);
        return ERR_NOMEM;
    }
    m->file = file;
    m->cfg = *cfg;
    m->form = cfg->codec == CODEC_H264 ? &mp4_form : &webm_form;
    bool fine = cfg->codec != CODEC_NONE && cfg->codec < CODEC_N && keep_params(m, cfg);
    enum err e = fine ? m->form->head(m) : ERR_INVAL;
    if (e != ERR_OK) {
        movie_free(m);
        return e;
    }
    m->places.init = m->places.media = out_size(file);
    *out = m;
    return ERR_OK;
}

/* A video part starts with a key frame wherever there is one: that is where seeking goes. */
static bool part_is_full(const struct movie *m, uint64_t ms, bool key)
{
    bool audio = m->cfg.codec == CODEC_OPUS;
    return m->part_open && (ms - m->part_ms >= (audio ? PART_AUDIO_MS : PART_VIDEO_MS) ||
                            m->part.len >= PART_BYTES || (key && !audio));
}

static bool starts_point(const struct movie *m)
{
    const struct movie_places *p = &m->places;
    if (m->cfg.codec != CODEC_OPUS)
        return m->part_key;
    return p->n == 0 || m->part_ms - p->points[p->n - 1].ms >= POINT_AUDIO_MS;
}

static enum err flush(struct movie *m, uint64_t end_ms)
{
    struct movie_places *p = &m->places;
    if (!m->part_open)
        return ERR_OK;
    if (starts_point(m)) {
        if (!list_grow(&p->points, p->n, &p->cap, sizeof(*p->points)))
            return ERR_NOMEM;
        p->points[p->n++] = (struct movie_point){.ms = m->part_ms, .at = out_size(m->file)};
    }
    enum err e = m->form->part(m, end_ms);
    if (e != ERR_OK)
        return e;
    p->media = out_size(m->file);
    bytes_clear(&m->part);
    m->part_open = false;
    m->n_parts++;
    m->readable_ms = end_ms;
    return ERR_OK;
}

enum err movie_frame(struct movie *m, uint64_t ms, bool key, const uint8_t *p, size_t n)
{
    enum err e = ERR_OK;
    if (m->any && ms <= m->last_ms)
        return ERR_INVAL;
    if (part_is_full(m, ms, key))
        e = flush(m, ms);
    if (e != ERR_OK)
        return e;
    if (!m->part_open) {
        m->part_open = true;
        m->part_key = key;
        m->part_ms = ms;
        m->part_first = m->n_samples;
    }
    m->any = true;
    m->before_ms = m->last_ms;
    m->last_ms = ms;
    m->last_key = key;
    return m->form->add(m, ms, key, p, n);
}

void movie_grow(struct movie *m, uint16_t width, uint16_t height)
{
    if ((uint32_t)width * height <= (uint32_t)m->cfg.width * m->cfg.height)
        return;
    m->cfg.width = width;
    m->cfg.height = height;
}

uint64_t movie_readable_ms(const struct movie *m)
{
    return m->readable_ms;
}

const struct movie_places *movie_places(const struct movie *m)
{
    return &m->places;
}

void movie_places_take(struct movie *m, struct movie_places *out)
{
    *out = m->places;
    m->places = (struct movie_places){0};
}

void movie_places_fini(struct movie_places *p)
{
    mem_free(p->points);
    *p = (struct movie_places){0};
}

enum err movie_finish(struct movie *m, uint64_t end_ms)
{
    if (end_ms <= m->last_ms)
        end_ms = m->last_ms + 1;
    enum err e = flush(m, end_ms);
    if (e == ERR_OK)
        e = m->form->tail(m, end_ms);
    return e == ERR_OK ? out_sync(m->file) : e;
}

enum err movie_publish(struct movie *m)
{
    return out_publish(m->file);
}

void movie_free(struct movie *m)
{
    if (m == NULL)
        return;
    out_free(m->file);
    bytes_fini(&m->part);
    bytes_fini(&m->scratch);
    mem_free(m->samples);
    movie_places_fini(&m->places);
    mem_free(m);
}
