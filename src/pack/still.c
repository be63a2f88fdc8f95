/* Decoders are made anew for each picture: 1 ms against the megabytes that an idle one holds. */
#include "pack/still.h"

#include <gst/video/video.h>
#include <stdio.h>
#include <string.h>

#include "base/cur.h"
#include "element_priv.h"

enum { QUALITY = 80 };

static const struct decoder {
    enum codec codec;
    const char *factory, *caps, *threads; /* the property that says how many */
} decoders[] = {
    {CODEC_VP8, "vp8dec", "video/x-vp8", "threads"},
    {CODEC_VP9, "vp9dec", "video/x-vp9", "threads"},
    /* It asks for a profile and then reads the true one from the stream. */
    {CODEC_H264, "openh264dec", "video/x-h264,stream-format=byte-stream,alignment=au,profile=high",
     NULL},
    {CODEC_H264, "avdec_h264", "video/x-h264,stream-format=byte-stream,alignment=au",
     "max-threads"},
};

/* ---- one picture ----------------------------------------------------------------------------- */

struct want {
    const struct small *to;
    uint16_t rotation;
    bool done;
};

static void on_picture(void *arg, GstBuffer *b, GstCaps *caps)
{
    struct want *w = (struct want *)arg;
    GstVideoInfo info;
    GstVideoFrame f;
    if (w->done || !gst_video_info_from_caps(&info, caps) ||
        GST_VIDEO_INFO_FORMAT(&info) != GST_VIDEO_FORMAT_I420 ||
        !gst_video_frame_map(&f, &info, b, GST_MAP_READ))
        return;
    struct yuv from = {.width = (uint16_t)GST_VIDEO_FRAME_WIDTH(&f),
                       .height = (uint16_t)GST_VIDEO_FRAME_HEIGHT(&f)};
    for (guint i = 0; i < 3; i++) {
        from.plane[i] = (uint8_t *)GST_VIDEO_FRAME_PLANE_DATA(&f, i);
        from.stride[i] = (size_t)GST_VIDEO_FRAME_PLANE_STRIDE(&f, i);
    }
    shrink(&from, w->rotation, w->to);
    if (info.colorimetry.range != GST_VIDEO_COLOR_RANGE_0_255)
        shrink_widen(w->to);
    w->done = true;
    gst_video_frame_unmap(&f);
}

static const uint8_t start_code[4] = {0, 0, 0, 1};

static void put_unit(struct bytes *b, const uint8_t *p, size_t n)
{
    bytes_put(b, start_code, sizeof(start_code));
    bytes_put(b, p, n);
}

/* From lengths to start codes (H.264 annex B), parameters first. */
static void put_h264(struct bytes *b, const struct frame *f)
{
    struct cur c = cur_make(f->p, f->len);
    put_unit(b, f->sps, f->sps_len);
    put_unit(b, f->pps, f->pps_len);
    while (cur_left(&c) > 0) {
        struct cur unit = cur_sub(&c, cur_u32(&c));
        if (!cur_ok(&c))
            break;
        put_unit(b, unit.p, cur_left(&unit));
    }
}

static GstBuffer *buffer_of(const struct frame *f)
{
    struct bytes b = {0};
    if (f->codec != CODEC_H264)
        return gst_buffer_new_memdup(f->p, f->len);
    put_h264(&b, f);
    GstBuffer *buffer = b.failed ? NULL : gst_buffer_new_memdup(b.p, b.len);
    bytes_fini(&b);
    return buffer;
}

static enum err decode_with(const struct decoder *d, const struct frame *f, struct want *w)
{
    struct element *e = NULL;
    enum err err = element_new(&e, d->factory, on_picture, w);
    if (err != ERR_OK)
        return err;
    if (d->threads != NULL)
        g_object_set(element_gst(e), d->threads, 1, NULL);
    err = element_start(e, d->caps, "video/x-raw,format=I420");
    GstBuffer *b = err == ERR_OK ? buffer_of(f) : NULL;
    if (err == ERR_OK && b == NULL)
        err = ERR_NOMEM;
    if (err == ERR_OK) {
        GST_BUFFER_PTS(b) = 0;
        if (element_push(e, b))
            element_drain(e);
        err = w->done ? ERR_OK : ERR_PROTO;
    }
    element_free(e);
    return err;
}

enum err still_decode(const struct frame *f, uint16_t rotation, const struct small *to)
{
    struct want w = {.to = to, .rotation = rotation};
    enum err e = ERR_NOENT;
    if (!f->key || f->len == 0 || (uint32_t)f->width * f->height > STILL_PIXELS_MAX)
        return ERR_PROTO;
    for (size_t i = 0; i < sizeof(decoders) / sizeof(decoders[0]) && e == ERR_NOENT; i++)
        if (decoders[i].codec == f->codec)
            e = decode_with(&decoders[i], f, &w);
    return e;
}

/* ---- JPEG ------------------------------------------------------------------------------------ */

static void on_jpeg(void *arg, GstBuffer *b, GstCaps *caps)
{
    GstMapInfo map;
    (void)caps;
    if (!gst_buffer_map(b, &map, GST_MAP_READ))
        return;
    bytes_put((struct bytes *)arg, map.data, map.size);
    gst_buffer_unmap(b, &map);
}

static GstBuffer *raw_of(const struct yuv *yuv, uint16_t height)
{
    GstVideoInfo info;
    GstVideoFrame f;
    (void)gst_video_info_set_format(&info, GST_VIDEO_FORMAT_I420, yuv->width, height);
    GstBuffer *b = gst_buffer_new_allocate(NULL, GST_VIDEO_INFO_SIZE(&info), NULL);
    if (b == NULL || !gst_video_frame_map(&f, &info, b, GST_MAP_WRITE)) {
        gst_clear_buffer(&b);
        return NULL;
    }
    for (guint i = 0; i < 3; i++)
        for (gint y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT(&f, i); y++)
            memcpy((uint8_t *)GST_VIDEO_FRAME_PLANE_DATA(&f, i) +
                       (ptrdiff_t)y * GST_VIDEO_FRAME_PLANE_STRIDE(&f, i),
                   yuv->plane[i] + (size_t)y * yuv->stride[i],
                   (size_t)GST_VIDEO_FRAME_COMP_WIDTH(&f, i));
    gst_video_frame_unmap(&f);
    return b;
}

enum err still_encode(const struct yuv *yuv, uint16_t height, struct bytes *out)
{
    struct element *e = NULL;
    char caps[120];
    size_t before = out->len;
    enum err err = element_new(&e, "jpegenc", on_jpeg, out);
    if (err != ERR_OK)
        return err;
    (void)snprintf(caps, sizeof(caps),
                   "video/x-raw,format=I420,width=%u,height=%u,framerate=1/1,colorimetry=1:4:0:0",
                   yuv->width, height);
    g_object_set(element_gst(e), "quality", QUALITY, NULL);
    err = element_start(e, caps, "image/jpeg");
    GstBuffer *b = err == ERR_OK ? raw_of(yuv, height) : NULL;
    if (err == ERR_OK && b == NULL)
        err = ERR_NOMEM;
    if (b != NULL) {
        GST_BUFFER_PTS(b) = 0;
        if (element_push(e, b))
            element_drain(e);
        err = out->failed ? ERR_NOMEM : out->len > before ? ERR_OK : ERR_PROTO;
    }
    element_free(e);
    return err;
}
