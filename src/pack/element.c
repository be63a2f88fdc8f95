/* Pads without a parent around an element without a pipeline. */
#include "element_priv.h"

#include "base/mem.h"

struct element {
    GstElement *gst;
    GstPad *in, *out;
    element_got *got;
    void *arg;
};

static GstFlowReturn on_buffer(GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
    struct element *e = (struct element *)gst_pad_get_element_private(pad);
    GstCaps *caps = gst_pad_get_current_caps(pad);
    (void)parent;
    if (caps != NULL)
        e->got(e->arg, buffer, caps);
    gst_clear_caps(&caps);
    gst_buffer_unref(buffer);
    return GST_FLOW_OK;
}

enum err element_new(struct element **out, const char *factory, element_got *got, void *arg)
{
    struct element *e = (struct element *)mem_zalloc(1, sizeof(*e));
    if (e == NULL)
        return ERR_NOMEM;
    e->gst = gst_element_factory_make(factory, NULL);
    if (e->gst == NULL) {
        mem_free(e);
        return ERR_NOENT;
    }
    (void)gst_object_ref_sink(e->gst);
    e->got = got;
    e->arg = arg;
    *out = e;
    return ERR_OK;
}

GstElement *element_gst(struct element *e)
{
    return e->gst;
}

static GstPad *sink_for(const char *text)
{
    GstCaps *caps = gst_caps_from_string(text);
    GstPadTemplate *t = gst_pad_template_new("sink", GST_PAD_SINK, GST_PAD_ALWAYS, caps);
    gst_caps_unref(caps);
    if (t == NULL)
        return NULL;
    (void)gst_object_ref_sink(t);
    GstPad *pad = gst_pad_new_from_template(t, "sink");
    gst_object_unref(t);
    return pad;
}

static bool link_pads(struct element *e, const char *out)
{
    e->in = gst_pad_new("src", GST_PAD_SRC);
    e->out = sink_for(out);
    if (e->in == NULL || e->out == NULL)
        return false;
    gst_pad_set_element_private(e->out, e);
    gst_pad_set_chain_function(e->out, on_buffer);
    GstPad *in = gst_element_get_static_pad(e->gst, "sink");
    GstPad *from = gst_element_get_static_pad(e->gst, "src");
    bool fine = gst_pad_set_active(e->in, TRUE) && gst_pad_set_active(e->out, TRUE) &&
                gst_pad_link(e->in, in) == GST_PAD_LINK_OK &&
                gst_pad_link(from, e->out) == GST_PAD_LINK_OK;
    gst_object_unref(in);
    gst_object_unref(from);
    return fine;
}

static bool begin(struct element *e, const char *in)
{
    GstSegment segment;
    GstCaps *caps = gst_caps_from_string(in);
    gst_segment_init(&segment, GST_FORMAT_TIME);
    bool fine = gst_element_set_state(e->gst, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE &&
                gst_pad_push_event(e->in, gst_event_new_stream_start("one")) &&
                gst_pad_push_event(e->in, gst_event_new_caps(caps)) &&
                gst_pad_push_event(e->in, gst_event_new_segment(&segment));
    gst_caps_unref(caps);
    return fine;
}

enum err element_start(struct element *e, const char *in, const char *out)
{
    return link_pads(e, out) && begin(e, in) ? ERR_OK : ERR_NOENT;
}

bool element_push(struct element *e, GstBuffer *b)
{
    return gst_pad_push(e->in, b) == GST_FLOW_OK;
}

void element_drain(struct element *e)
{
    (void)gst_pad_push_event(e->in, gst_event_new_eos());
}

static void drop_pad(GstPad *pad)
{
    if (pad == NULL)
        return;
    (void)gst_pad_set_active(pad, FALSE);
    gst_object_unref(pad);
}

void element_free(struct element *e)
{
    if (e == NULL)
        return;
    (void)gst_element_set_state(e->gst, GST_STATE_NULL);
    gst_object_unref(e->gst);
    drop_pad(e->in);
    drop_pad(e->out);
    mem_free(e);
}
