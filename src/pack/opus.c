/* An element between two pads of ours: what is pushed into it comes out before the push returns. */
#include "pack/opus.h"

#include <gst/gst.h>
#include <stdbool.h>

#include "base/log.h"
#include "base/mem.h"

enum { BITRATE = 48000, COMPLEXITY = 6 };
#define OPUS_CAPS "audio/x-opus,rate=48000,channels=1,channel-mapping-family=0"
#define PCM_CAPS "audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved"

const uint8_t opus_silence[OPUS_SILENCE_LEN] = {0xf8, 0xff, 0xfe};

struct opus {
    GstElement *element;
    GstPad *in, *out;
    guint64 pushed; /* samples or packets, for time stamps that never jump */
    opus_pcm_fn *pcm;
    opus_packet_fn *packet;
    void *arg;
};

static GstStaticPadTemplate pcm_sink =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS(PCM_CAPS));
static GstStaticPadTemplate opus_sink =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS("audio/x-opus"));

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

static GstFlowReturn on_buffer(GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
    struct opus *o = (struct opus *)gst_pad_get_element_private(pad);
    GstMapInfo map;
    (void)parent;
    if (gst_buffer_map(buffer, &map, GST_MAP_READ)) {
        if (o->pcm != NULL)
            o->pcm(o->arg, (const int16_t *)(const void *)map.data, map.size / 2);
        else
            o->packet(o->arg, map.data, map.size);
        gst_buffer_unmap(buffer, &map);
    }
    gst_buffer_unref(buffer);
    return GST_FLOW_OK;
}

static bool link_pads(struct opus *o, GstStaticPadTemplate *sink)
{
    o->in = gst_pad_new("src", GST_PAD_SRC);
    o->out = gst_pad_new_from_static_template(sink, "sink");
    if (o->in == NULL || o->out == NULL)
        return false;
    gst_pad_set_element_private(o->out, o);
    gst_pad_set_chain_function(o->out, on_buffer);
    GstPad *element_in = gst_element_get_static_pad(o->element, "sink");
    GstPad *element_out = gst_element_get_static_pad(o->element, "src");
    bool fine = gst_pad_set_active(o->in, TRUE) && gst_pad_set_active(o->out, TRUE) &&
                gst_pad_link(o->in, element_in) == GST_PAD_LINK_OK &&
                gst_pad_link(element_out, o->out) == GST_PAD_LINK_OK;
    gst_object_unref(element_in);
    gst_object_unref(element_out);
    return fine;
}

static bool begin(struct opus *o, const char *caps_text)
{
    GstSegment segment;
    GstCaps *caps = gst_caps_from_string(caps_text);
    gst_segment_init(&segment, GST_FORMAT_TIME);
    bool fine = gst_element_set_state(o->element, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE &&
                gst_pad_push_event(o->in, gst_event_new_stream_start("voice")) &&
                gst_pad_push_event(o->in, gst_event_new_caps(caps)) &&
                gst_pad_push_event(o->in, gst_event_new_segment(&segment));
    gst_caps_unref(caps);
    return fine;
}

static enum err make(struct opus **out, const char *factory, const struct opus *want)
{
    struct opus *o = (struct opus *)mem_alloc(sizeof(*o));
    if (o == NULL)
        return ERR_NOMEM;
    *o = *want;
    o->element = gst_element_factory_make(factory, NULL);
    if (o->element == NULL) {
        log_error("packager", "GStreamer has no %s", factory);
        mem_free(o);
        return ERR_NOENT;
    }
    (void)gst_object_ref_sink(o->element);
    bool decode = o->pcm != NULL;
    if (decode)
        g_object_set(o->element, "max-errors", -1, NULL);
    else
        g_object_set(o->element, "bitrate", BITRATE, "complexity", COMPLEXITY, NULL);
    if (!link_pads(o, decode ? &pcm_sink : &opus_sink) ||
        !begin(o, decode ? OPUS_CAPS : PCM_CAPS)) {
        log_error("packager", "%s does not start", factory);
        opus_free(o);
        return ERR_NOENT;
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
    (void)gst_pad_push(o->in, b);
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
    if (o->element != NULL) {
        (void)gst_element_set_state(o->element, GST_STATE_NULL);
        gst_object_unref(o->element);
    }
    if (o->in != NULL) {
        (void)gst_pad_set_active(o->in, FALSE);
        gst_object_unref(o->in);
    }
    if (o->out != NULL) {
        (void)gst_pad_set_active(o->out, FALSE);
        gst_object_unref(o->out);
    }
    mem_free(o);
}
