/*
 * GStreamer's webrtcbin as a WHIP client or a WHEP player, for the end-to-end tests: an offer out
 * on standard output, the answer in on standard input, each ended by a line with a dot. HTTP is the
 * caller's. Then a line a second with what has been decoded, until standard input ends.
 *
 *   gst-peer publish vp8|h264      a moving ball and a 440 Hz tone
 *   gst-peer watch
 */
#include <gst/gst.h>
#include <gst/sdp/sdp.h>
#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 65536 };

static GstElement *pipeline, *webrtc;
static GMainLoop *loop;
static volatile gint pictures, sounds, changes;
static guint last_sum;

static const char publish_vp8[] =
    "webrtcbin name=w bundle-policy=max-bundle "
    "videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=240,framerate=15/1 ! "
    "vp8enc deadline=1 cpu-used=8 keyframe-max-dist=30 target-bitrate=300000 ! "
    "rtpvp8pay pt=96 ! application/x-rtp,media=video,encoding-name=VP8,payload=96 ! w. "
    "audiotestsrc is-live=true freq=440 ! audio/x-raw,rate=48000 ! opusenc ! rtpopuspay pt=111 ! "
    "application/x-rtp,media=audio,encoding-name=OPUS,payload=111 ! w.";
static const char publish_h264[] =
    "webrtcbin name=w bundle-policy=max-bundle "
    "videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=240,framerate=15/1 ! "
    "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=30 bitrate=300 ! "
    "video/x-h264,profile=constrained-baseline ! "
    "h264parse config-interval=-1 ! rtph264pay pt=102 aggregate-mode=zero-latency ! "
    "application/x-rtp,media=video,encoding-name=H264,payload=102,"
    "packetization-mode=(string)1 ! w. "
    "audiotestsrc is-live=true freq=440 ! audio/x-raw,rate=48000 ! opusenc ! rtpopuspay pt=111 ! "
    "application/x-rtp,media=audio,encoding-name=OPUS,payload=111 ! w.";

static void fail(const char *what)
{
    (void)fprintf(stderr, "gst-peer: %s\n", what);
    exit(1);
}

/* ---- what comes in is decoded and counted ---------------------------------------------------- */

static GstPadProbeReturn count_picture(GstPad *pad, GstPadProbeInfo *info, gpointer arg)
{
    GstMapInfo map;
    GstBuffer *b = GST_PAD_PROBE_INFO_BUFFER(info);
    guint sum = 0;
    (void)pad;
    (void)arg;
    if (gst_buffer_map(b, &map, GST_MAP_READ)) {
        for (gsize i = 0; i < map.size; i += 97)
            sum = sum * 31 + map.data[i];
        gst_buffer_unmap(b, &map);
    }
    if (sum != last_sum)
        g_atomic_int_inc(&changes);
    last_sum = sum;
    g_atomic_int_inc(&pictures);
    return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn count_sound(GstPad *pad, GstPadProbeInfo *info, gpointer arg)
{
    GstMapInfo map;
    (void)pad;
    (void)arg;
    if (!gst_buffer_map(GST_PAD_PROBE_INFO_BUFFER(info), &map, GST_MAP_READ))
        return GST_PAD_PROBE_OK;
    gboolean loud = FALSE;
    for (gsize i = 0; i + 1 < map.size; i += 2) {
        gint16 v = 0;
        memcpy(&v, map.data + i, sizeof(v));
        loud = loud || v > 1000 || v < -1000;
    }
    gst_buffer_unmap(GST_PAD_PROBE_INFO_BUFFER(info), &map);
    if (loud)
        g_atomic_int_inc(&sounds);
    return GST_PAD_PROBE_OK;
}

static void on_pad(GstElement *w, GstPad *pad, gpointer arg)
{
    (void)w;
    (void)arg;
    if (GST_PAD_DIRECTION(pad) != GST_PAD_SRC)
        return;
    GstCaps *caps = gst_pad_get_current_caps(pad);
    const GstStructure *s = gst_caps_get_structure(caps, 0);
    const char *media = gst_structure_get_string(s, "media");
    const char *name = gst_structure_get_string(s, "encoding-name");
    gboolean video = strcmp(media, "video") == 0;
    const char *chain = !video ? "rtpopusdepay ! opusdec ! audioconvert ! "
                                 "audio/x-raw,format=S16LE ! fakesink name=s sync=false"
                        : strcmp(name, "H264") == 0
                            ? "rtph264depay ! h264parse ! openh264dec ! fakesink name=s sync=false"
                            : "rtpvp8depay ! vp8dec ! fakesink name=s sync=false";
    GstElement *bin = gst_parse_bin_from_description(chain, TRUE, NULL);
    if (bin == NULL)
        fail("a decoder is missing");
    GstElement *sink = gst_bin_get_by_name(GST_BIN(bin), "s");
    GstPad *in = gst_element_get_static_pad(sink, "sink");
    (void)gst_pad_add_probe(in, GST_PAD_PROBE_TYPE_BUFFER, video ? count_picture : count_sound,
                            NULL, NULL);
    gst_object_unref(in);
    gst_object_unref(sink);
    gst_bin_add(GST_BIN(pipeline), bin);
    (void)gst_element_sync_state_with_parent(bin);
    in = gst_element_get_static_pad(bin, "sink");
    (void)gst_pad_link(pad, in);
    gst_object_unref(in);
    gst_caps_unref(caps);
}

/* ---- offer and answer ------------------------------------------------------------------------ */

static void read_answer(void)
{
    static char text[TEXT];
    char line[2000];
    size_t n = 0;
    while (fgets(line, sizeof(line), stdin) != NULL && strcmp(line, ".\n") != 0 &&
           strcmp(line, ".\r\n") != 0)
        n += (size_t)g_strlcpy(text + n, line, sizeof(text) - n);
    GstSDPMessage *sdp = NULL;
    if (n == 0 || gst_sdp_message_new_from_text(text, &sdp) != GST_SDP_OK)
        fail("no answer");
    GstWebRTCSessionDescription *d =
        gst_webrtc_session_description_new(GST_WEBRTC_SDP_TYPE_ANSWER, sdp);
    GstPromise *done = gst_promise_new();
    g_signal_emit_by_name(webrtc, "set-remote-description", d, done);
    (void)gst_promise_wait(done);
    gst_promise_unref(done);
    gst_webrtc_session_description_free(d);
}

static gboolean say_counts(gpointer arg)
{
    GstWebRTCPeerConnectionState state = GST_WEBRTC_PEER_CONNECTION_STATE_NEW;
    (void)arg;
    g_object_get(webrtc, "connection-state", &state, NULL);
    printf("state %d pictures %d changes %d sounds %d\n", (int)state, g_atomic_int_get(&pictures),
           g_atomic_int_get(&changes), g_atomic_int_get(&sounds));
    (void)fflush(stdout);
    return TRUE;
}

static gboolean on_stdin(GIOChannel *c, GIOCondition cond, gpointer arg)
{
    (void)c;
    (void)cond;
    (void)arg;
    g_main_loop_quit(loop);
    return FALSE;
}

/* Whole, with all candidates: nothing is trickled. */
static void on_gathering(GstElement *w, GParamSpec *spec, gpointer arg)
{
    GstWebRTCICEGatheringState state = GST_WEBRTC_ICE_GATHERING_STATE_NEW;
    GstWebRTCSessionDescription *d = NULL;
    (void)spec;
    (void)arg;
    g_object_get(w, "ice-gathering-state", &state, NULL);
    if (state != GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE)
        return;
    g_object_get(w, "local-description", &d, NULL);
    char *text = gst_sdp_message_as_text(d->sdp);
    printf("%s.\n", text);
    (void)fflush(stdout);
    g_free(text);
    gst_webrtc_session_description_free(d);
}

static void on_offer(GstPromise *p, gpointer arg)
{
    GstWebRTCSessionDescription *d = NULL;
    (void)arg;
    (void)gst_structure_get(gst_promise_get_reply(p), "offer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION,
                            &d, NULL);
    g_signal_emit_by_name(webrtc, "set-local-description", d, NULL);
    gst_webrtc_session_description_free(d);
    gst_promise_unref(p);
}

static void on_negotiation(GstElement *w, gpointer arg)
{
    (void)arg;
    g_signal_emit_by_name(w, "create-offer", NULL,
                          gst_promise_new_with_change_func(on_offer, NULL, NULL));
}

static gpointer answer_thread(gpointer arg)
{
    (void)arg;
    read_answer();
    (void)g_timeout_add(500, say_counts, NULL);
    (void)g_io_add_watch(g_io_channel_unix_new(0), G_IO_IN | G_IO_HUP, on_stdin, NULL);
    return NULL;
}

static void want(const char *caps)
{
    GstWebRTCRTPTransceiver *t = NULL;
    GstCaps *c = gst_caps_from_string(caps);
    g_signal_emit_by_name(webrtc, "add-transceiver", GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY,
                          c, &t);
    gst_caps_unref(c);
    if (t == NULL)
        fail("no transceiver");
    gst_object_unref(t);
}

int main(int argc, char **argv)
{
    gboolean publish = argc == 3 && strcmp(argv[1], "publish") == 0;
    GError *e = NULL;
    gst_init(NULL, NULL);
    if (!publish && (argc != 2 || strcmp(argv[1], "watch") != 0))
        fail("usage: gst-peer publish vp8|h264, gst-peer watch");
    const char *what = !publish                       ? "webrtcbin name=w bundle-policy=max-bundle"
                       : strcmp(argv[2], "h264") == 0 ? publish_h264
                                                      : publish_vp8;
    pipeline = gst_parse_launch(what, &e);
    if (pipeline == NULL || e != NULL)
        fail(e != NULL ? e->message : "no pipeline");
    if (GST_IS_PIPELINE(pipeline)) {
        webrtc = gst_bin_get_by_name(GST_BIN(pipeline), "w");
    } else { /* A single element is no pipeline yet. */
        webrtc = pipeline;
        pipeline = gst_pipeline_new(NULL);
        gst_bin_add(GST_BIN(pipeline), gst_object_ref(webrtc));
    }
    loop = g_main_loop_new(NULL, FALSE);
    g_signal_connect(webrtc, "notify::ice-gathering-state", G_CALLBACK(on_gathering), NULL);
    g_signal_connect(webrtc, "pad-added", G_CALLBACK(on_pad), NULL);
    if (publish) {
        /* What we send goes one way. */
        GArray *list = NULL;
        g_signal_emit_by_name(webrtc, "get-transceivers", &list);
        for (guint i = 0; i < list->len; i++)
            g_object_set(g_array_index(list, GstWebRTCRTPTransceiver *, i), "direction",
                         GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDONLY, NULL);
        g_array_unref(list);
        g_signal_connect(webrtc, "on-negotiation-needed", G_CALLBACK(on_negotiation), NULL);
        (void)gst_element_set_state(pipeline, GST_STATE_PLAYING);
    } else {
        (void)gst_element_set_state(pipeline, GST_STATE_PLAYING);
        want("application/x-rtp,media=audio,encoding-name=OPUS,payload=111,clock-rate=48000,"
             "encoding-params=(string)2");
        want("application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000,"
             "rtcp-fb-nack-pli=true");
        on_negotiation(webrtc, NULL);
    }
    GThread *t = g_thread_new("answer", answer_thread, NULL);
    g_main_loop_run(loop);
    (void)g_thread_join(t);
    (void)gst_element_set_state(pipeline, GST_STATE_NULL);
    return 0;
}
