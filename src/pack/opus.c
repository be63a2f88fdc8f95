/* Opus by GStreamer's elements. */
#include "pack/opus.h"

#include <stdbool.h>

#include "base/log.h"
#include "base/mem.h"
#include "element_priv.h"

enum { BITRATE = 48000, COMPLEXITY = 6 };
#define OPUS_CAPS "audio/x-opus,rate=48000,channels=1,channel-mapping-family=0"
#define PCM_CAPS "audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved"

const uint8_t opus_silence[OPUS_SILENCE_LEN] = {0xf8, 0xff, 0xfe};

struct opus {
    struct element *element;
    guint64 pushed; /* samples, for time stamps that never jump */
    opus_pcm_fn *pcm;
    opus_packet_fn *packet;
    void *arg;
};

enum err opus_start(void)
{
    GError *e = NULL;
    gst_registry_fork_set_enabled(FALSE);
    if (!gst_init_check(NULL, NULL, &e)) {
        log_error("packager", "GStreamer: %s", e != NULL ? e->message : "does not start");
        g_clear_error(&e);
        return ERR_NOENT;
    }
    return ERR_OK;
}

void opus_stop(void)
{
    gst_deinit();
}

static void on_buffer(void *arg, GstBuffer *buffer, GstCaps *caps)
{
    struct opus *o = (struct opus *)arg;
    GstMapInfo map;
    (void)caps;
    if (!gst_buffer_map(buffer, &map, GST_MAP_READ))
        return;
    if (o->pcm != NULL)
        o->pcm(o->arg, (const int16_t *)(const void *)map.data, map.size / 2);
    else
        o->packet(o->arg, map.data, map.size);
    gst_buffer_unmap(buffer, &map);
}

static enum err make(struct opus **out, const char *factory, const struct opus *want)
{
    struct opus *o = (struct opus *)mem_alloc(sizeof(*o));
    if (o == NULL)
        return ERR_NOMEM;
    *o = *want;
    bool decode = o->pcm != NULL;
    enum err e = element_new(&o->element, factory, on_buffer, o);
    if (e == ERR_OK && decode)
        g_object_set(element_gst(o->element), "max-errors", -1, NULL);
    else if (e == ERR_OK)
        g_object_set(element_gst(o->element), "bitrate", BITRATE, "complexity", COMPLEXITY, NULL);
    if (e == ERR_OK)
        e = element_start(o->element, decode ? OPUS_CAPS : PCM_CAPS,
                          decode ? PCM_CAPS : "audio/x-opus");
    if (e != ERR_OK) {
        if (e == ERR_NOENT)
            log_error("packager", "GStreamer has no %s, or it does not start", factory);
        opus_free(o);
        return e;
    }
    *out = o;
    return ERR_OK;
}

enum err opus_decoder(struct opus **out, opus_pcm_fn *got, void *arg)
{
    return make(out, "opusdec", &(struct opus){.pcm = got, .arg = arg});
}

enum err opus_encoder(struct opus **out, opus_packet_fn *got, void *arg)
{
    return make(out, "opusenc", &(struct opus){.packet = got, .arg = arg});
}

static void push(struct opus *o, const void *p, size_t n)
{
    GstBuffer *b = gst_buffer_new_memdup(p, n);
    if (b == NULL)
        return;
    GST_BUFFER_PTS(b) = gst_util_uint64_scale(o->pushed, GST_SECOND, OPUS_RATE);
    GST_BUFFER_DURATION(b) = gst_util_uint64_scale(OPUS_FRAME, GST_SECOND, OPUS_RATE);
    o->pushed += OPUS_FRAME;
    (void)element_push(o->element, b);
}

void opus_decode(struct opus *o, const uint8_t *p, size_t n)
{
    push(o, p, n);
}

void opus_encode(struct opus *o, const int16_t *pcm)
{
    push(o, pcm, OPUS_FRAME * sizeof(*pcm));
}

void opus_free(struct opus *o)
{
    if (o == NULL)
        return;
    element_free(o->element);
    mem_free(o);
}
