/* Each small pixel is the average of the source pixels that it covers, at least one. */
#include "pack/shrink.h"

#include <stdbool.h>

enum { WIDTH_MIN = 16 };

uint16_t shrink_width(uint16_t w, uint16_t h, uint16_t height)
{
    uint32_t wide = h == 0 ? 0 : ((uint32_t)w * height + h / 2u) / h;
    wide = (wide + 1) / 2 * 2;
    if (wide > height * 4u)
        wide = height * 4u;
    return (uint16_t)(wide < WIDTH_MIN ? WIDTH_MIN : wide);
}

/* A stretch of one axis. */
struct cut {
    size_t from, to;
};

static struct cut cut_of(size_t i, size_t of, size_t size)
{
    struct cut c = {i * size / of, (i + 1) * size / of};
    if (c.to == c.from)
        c.to = c.from + 1;
    return c;
}

static struct cut mirrored(struct cut c, size_t size)
{
    return (struct cut){size - c.to, size - c.from};
}

static uint8_t average(const uint8_t *p, size_t stride, struct cut x, struct cut y)
{
    uint32_t sum = 0;
    for (size_t r = y.from; r < y.to; r++) {
        const uint8_t *row = p + r * stride;
        uint32_t part = 0;
        for (size_t c = x.from; c < x.to; c++)
            part += row[c];
        sum += part;
    }
    uint32_t n = (uint32_t)((x.to - x.from) * (y.to - y.from));
    return (uint8_t)((sum + n / 2) / n);
}

struct plane {
    uint8_t *p;
    size_t stride, width, height;
};

static void shrink_plane(const struct plane *from, uint16_t rotation, const struct plane *to)
{
    bool turned = rotation == 90 || rotation == 270;
    size_t shown_w = turned ? from->height : from->width;
    size_t shown_h = turned ? from->width : from->height;
    for (size_t y = 0; y < to->height; y++)
        for (size_t x = 0; x < to->width; x++) {
            struct cut across = cut_of(x, to->width, shown_w);
            struct cut down = cut_of(y, to->height, shown_h);
            struct cut h = turned ? down : across, v = turned ? across : down;
            if (rotation == 180 || rotation == 270)
                h = mirrored(h, from->width);
            if (rotation == 180 || rotation == 90)
                v = mirrored(v, from->height);
            to->p[y * to->stride + x] = average(from->p, from->stride, h, v);
        }
}

void shrink(const struct yuv *from, uint16_t rotation, const struct small *to)
{
    for (size_t i = 0; i < 3; i++) {
        size_t by = i == 0 ? 1 : 2, up = by - 1;
        struct plane source = {from->plane[i], from->stride[i], (from->width + up) / by,
                               (from->height + up) / by};
        size_t stride = to->in->stride[i];
        struct plane target = {to->in->plane[i] + to->y / by * stride + to->x / by, stride,
                               to->width / by, to->height / by};
        shrink_plane(&source, rotation, &target);
    }
}

static uint8_t wider(uint8_t v, int middle, int from)
{
    int wide = middle + ((v - middle) * 255 + (v < middle ? -from : from) / 2) / from;
    return (uint8_t)(wide < 0 ? 0 : wide > 255 ? 255 : wide);
}

/* BT.601: luma has 219 steps, chroma 224. */
void shrink_widen(const struct small *at)
{
    for (size_t i = 0; i < 3; i++) {
        size_t by = i == 0 ? 1 : 2;
        for (size_t y = 0; y < at->height / by; y++) {
            uint8_t *p = at->in->plane[i] + (at->y / by + y) * at->in->stride[i] + at->x / by;
            for (size_t x = 0; x < at->width / by; x++)
                p[x] = i == 0 ? wider((uint8_t)(p[x] < 16 ? 0 : p[x] - 16), 0, 219)
                              : wider(p[x], 128, 224);
        }
    }
}
