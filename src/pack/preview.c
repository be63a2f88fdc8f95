/* One sheet is open at a time, as pixels; a closed one is only its list of times. */
#include "pack/preview.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "pack/out.h"
#include "pack/still.h"
#include "rtc/codec.h"

enum { ROWS = PREVIEW_SHEET / PREVIEW_COLUMNS, NO_SLOT = -1 };

struct previews {
    const char *dir;
    struct guard *guard;
    uint32_t track;
    int64_t slot; /* of the newest picture */
    bool none;    /* no decoder */
    struct sheet *sheets;
    size_t n_sheets, cap;
    struct yuv page; /* of the last sheet; plane[0] owns the bytes, NULL when it is closed */
    uint64_t written_ns;
};

enum err previews_new(struct previews **out, const char *dir, struct guard *guard, uint32_t track)
{
    struct previews *p = (struct previews *)mem_zalloc(1, sizeof(*p));
    if (p == NULL)
        return ERR_NOMEM;
    p->dir = dir;
    p->guard = guard;
    p->track = track;
    p->slot = NO_SLOT;
    *out = p;
    return ERR_OK;
}

void previews_free(struct previews *p)
{
    if (p == NULL)
        return;
    mem_free(p->page.plane[0]);
    mem_free(p->sheets);
    mem_free(p);
}

const struct sheet *previews_sheets(const struct previews *p, size_t *n)
{
    *n = p->n_sheets;
    return p->sheets;
}

static struct sheet *last_sheet(struct previews *p)
{
    return p->n_sheets > 0 ? &p->sheets[p->n_sheets - 1] : NULL;
}

/* ---- files ----------------------------------------------------------------------------------- */

static enum err put_file(const struct previews *p, const struct sheet *s, const struct bytes *jpeg,
                         bool whole)
{
    struct out *file = NULL;
    enum err e = out_new(&file, p->dir, s->name);
    if (e == ERR_OK)
        e = out_append(file, jpeg->p, jpeg->len);
    if (e == ERR_OK && whole)
        e = out_sync(file);
    if (e == ERR_OK)
        e = out_publish(file);
    out_free(file);
    return e;
}

/* Only the rows that there are by now. */
static enum err write_sheet(struct previews *p, struct sheet *s, bool whole)
{
    struct bytes jpeg = {0};
    size_t rows = (s->n + PREVIEW_COLUMNS - 1) / PREVIEW_COLUMNS;
    enum err e = still_encode(&p->page, (uint16_t)(rows * PREVIEW_HEIGHT), &jpeg);
    if (e == ERR_OK)
        e = put_file(p, s, &jpeg, whole);
    bytes_fini(&jpeg);
    if (e == ERR_NOENT) {
        log_warn("packager", "GStreamer has no jpegenc: no previews");
        p->none = true;
        return ERR_OK;
    }
    if (e == ERR_PROTO) {
        log_warn("packager", "%s: no JPEG came out; tried again later", s->name);
        return ERR_OK;
    }
    if (e == ERR_OK)
        s->written = s->n;
    return e;
}

static enum err close_sheet(struct previews *p)
{
    struct sheet *s = last_sheet(p);
    enum err e = ERR_OK;
    if (s == NULL || p->page.plane[0] == NULL)
        return ERR_OK;
    if (s->n > 0)
        e = write_sheet(p, s, true);
    mem_free(p->page.plane[0]);
    p->page.plane[0] = NULL;
    return e;
}

enum err previews_show(struct previews *p, bool final)
{
    struct sheet *s = last_sheet(p);
    uint64_t age = clock_mono_ns() - p->written_ns;
    if (final)
        return close_sheet(p);
    if (s == NULL || p->none || s->written == s->n || age < PREVIEW_REWRITE_MS * NS_PER_MS)
        return ERR_OK;
    p->written_ns = clock_mono_ns();
    return write_sheet(p, s, false);
}

/* ---- pictures -------------------------------------------------------------------------------- */

static enum err open_sheet(struct previews *p, uint16_t width)
{
    size_t stride = (size_t)width * PREVIEW_COLUMNS, luma = stride * ROWS * PREVIEW_HEIGHT;
    if (!list_grow(&p->sheets, p->n_sheets, &p->cap, sizeof(*p->sheets)))
        return ERR_NOMEM;
    uint8_t *px = (uint8_t *)mem_alloc(luma * 3 / 2);
    if (px == NULL)
        return ERR_NOMEM;
    p->page = (struct yuv){.plane = {px, px + luma, px + luma + luma / 4},
                           .stride = {stride, stride / 2, stride / 2},
                           .width = (uint16_t)stride,
                           .height = ROWS * PREVIEW_HEIGHT};
    struct sheet *s = &p->sheets[p->n_sheets];
    *s = (struct sheet){.width = width};
    (void)snprintf(s->name, sizeof(s->name), "%04u-%03zu.jpg", p->track, p->n_sheets);
    p->n_sheets++;
    return ERR_OK;
}

/* Black, where a row has no picture yet. */
static void clear_row(struct yuv *page, size_t row)
{
    for (size_t i = 0; i < 3; i++) {
        size_t by = i == 0 ? 1 : 2, n = page->stride[i] * (PREVIEW_HEIGHT / by);
        memset(page->plane[i] + row * n, i == 0 ? 0 : 128, n);
    }
}

/* A place for the next picture. */
static enum err place_for(struct previews *p, uint16_t width, struct small *out)
{
    const struct sheet *s = last_sheet(p);
    enum err e = ERR_OK;
    if (p->page.plane[0] == NULL || s == NULL || s->n == PREVIEW_SHEET || s->width != width) {
        e = close_sheet(p);
        if (e == ERR_OK)
            e = open_sheet(p, width);
        s = last_sheet(p);
    }
    if (e != ERR_OK || s == NULL)
        return e;
    size_t column = s->n % PREVIEW_COLUMNS, row = s->n / PREVIEW_COLUMNS;
    if (column == 0)
        clear_row(&p->page, row);
    *out = (struct small){.in = &p->page,
                          .x = (uint16_t)(column * width),
                          .y = (uint16_t)(row * PREVIEW_HEIGHT),
                          .width = width,
                          .height = PREVIEW_HEIGHT};
    return ERR_OK;
}

static enum err decode(struct previews *p, const struct frame *f, uint16_t rotation, int64_t ms,
                       const struct small *to)
{
    enum err e = guard_enter(p->guard, p->track, ms);
    if (e != ERR_OK)
        return e;
    e = still_decode(f, rotation, to);
    guard_leave(p->guard);
    return e;
}

static enum err take(struct previews *p, const struct frame *f, uint16_t rotation, int64_t ms)
{
    bool turned = rotation == 90 || rotation == 270;
    struct small to = {0};
    uint16_t width =
        shrink_width(turned ? f->height : f->width, turned ? f->width : f->height, PREVIEW_HEIGHT);
    enum err e = place_for(p, width, &to);
    if (e == ERR_OK)
        e = decode(p, f, rotation, ms, &to);
    if (e == ERR_NOENT) {
        log_warn("packager", "track %u: no decoder for %s, no previews", p->track,
                 codec_name(f->codec));
        p->none = true;
    }
    if (e != ERR_OK)
        return e == ERR_PROTO || e == ERR_NOENT ? ERR_OK : e;
    struct sheet *s = last_sheet(p);
    if (s == NULL)
        return ERR_OK;
    s->at[s->n++] = ms;
    p->slot = ms / PREVIEW_EVERY_MS;
    return ERR_OK;
}

enum err previews_frame(struct previews *p, const struct frame *f, uint16_t rotation, int64_t ms)
{
    if (!f->key || p->none || ms / PREVIEW_EVERY_MS == p->slot ||
        !guard_allows(p->guard, p->track, ms))
        return ERR_OK;
    return take(p, f, rotation, ms);
}
