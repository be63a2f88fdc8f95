/* Pictures into files, and what is said of them in the index. */
#include <string.h>

#include "base/clock.h"
#include "track_priv.h"

enum {
    NOMINAL_MS = 40,         /* how long a last picture is shown */
    CAMERA_QUIET_MS = 2000,  /* a camera that sends nothing for longer was not there */
    SCREEN_QUIET_MS = 30000, /* a screen that does not change sends little */
    WAIT_NAMED_MS = 100,
};

static bool same_params(const struct track *t, const struct frame *f)
{
    return f->codec != CODEC_H264 ||
           (t->sps_len == f->sps_len && memcmp(t->sps, f->sps, f->sps_len) == 0 &&
            t->pps_len == f->pps_len && memcmp(t->pps, f->pps, f->pps_len) == 0);
}

/* H.264 in MP4 has one set of parameters a file; a WebM takes any size. */
static struct part *part_for(struct track *t, const struct held *h, int64_t ms)
{
    const struct frame *f = &h->f;
    struct part *p = track_open_part(t);
    if (!f->key ||
        (p != NULL && t->part_codec == f->codec && p->rotation == h->rotation && same_params(t, f)))
        return p;
    struct movie_config cfg = {.codec = f->codec,
                               .width = f->width,
                               .height = f->height,
                               .sps = f->sps,
                               .pps = f->pps,
                               .sps_len = f->sps_len,
                               .pps_len = f->pps_len};
    if (f->codec == CODEC_H264) {
        memcpy(t->sps, f->sps, f->sps_len);
        memcpy(t->pps, f->pps, f->pps_len);
        t->sps_len = f->sps_len;
        t->pps_len = f->pps_len;
    }
    p = track_part(t, &cfg, ms);
    t->part_codec = f->codec;
    if (p != NULL)
        p->rotation = h->rotation;
    return p;
}

static void note_size(struct part *p, const struct frame *f)
{
    if ((uint32_t)f->width * f->height > (uint32_t)p->width * p->height) {
        p->width = f->width;
        p->height = f->height;
    }
    movie_grow(p->movie, f->width, f->height);
}

/* Names what is missing before this picture. */
static bool note_gap(struct track *t, const struct held *h, int64_t ms)
{
    int64_t end = t->spans.n > 0 ? t->spans.list[t->spans.n - 1].to : NEVER;
    if (t->waits_key) {
        int64_t from =
            (source_time(&t->source, t->first_ts) - t->stage->start_ns) / (int64_t)NS_PER_MS;
        from = from < end ? end : from < 0 ? 0 : from;
        t->waits_key = false;
        return ms - from < WAIT_NAMED_MS || gaps_add(&t->gaps, from, ms, "keyframe");
    }
    if (h->after_loss && end != NEVER && track_was_muted(t, end, ms))
        return true;
    return !h->after_loss || end == NEVER || gaps_add(&t->gaps, end, ms, "loss");
}

static enum err preview(struct track *t, const struct held *h, int64_t ms)
{
    enum err e = ERR_OK;
    if (t->previews == NULL)
        e = previews_new(&t->previews, t->stage->previews_dir, t->stage->guard, t->number);
    return e == ERR_OK ? previews_frame(t->previews, &h->f, h->rotation, ms) : e;
}

void track_picture(struct track *t, const struct held *h, int64_t ms)
{
    const struct frame *f = &h->f;
    if (t->last != NEVER && ms <= t->last)
        ms = t->last + 1;
    struct part *p = part_for(t, h, ms);
    if (p == NULL)
        return;
    bool fine = note_gap(t, h, ms);
    bool gap = t->gaps.n > 0 && t->gaps.list[t->gaps.n - 1].to == ms;
    int64_t quiet = gap ? 0 : t->screen ? SCREEN_QUIET_MS : CAMERA_QUIET_MS;
    fine = fine && spans_add(&t->spans, ms, ms + NOMINAL_MS, quiet);
    if (f->key)
        note_size(p, f);
    if (t->fault == ERR_OK)
        t->fault = fine ? movie_frame(p->movie, (uint64_t)(ms - p->start), f->key, f->p, f->len)
                        : ERR_NOMEM;
    if (t->fault == ERR_OK)
        t->fault = preview(t, h, ms);
    p->bytes += f->len;
    p->end = ms + NOMINAL_MS;
    t->last = ms;
}
