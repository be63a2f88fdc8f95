/* Which of GStreamer's elements the packager is made of. */
#include "pack/elements.h"

#include <gst/gst.h>
#include <stdbool.h>

/* One of a row is enough. */
static const char *const needed[][2] = {
    {"opusdec", NULL}, {"opusenc", NULL}, {"jpegenc", NULL},
    {"vp8dec", NULL},  {"vp9dec", NULL},  {"openh264dec", "avdec_h264"},
};

static bool is_there(const char *name)
{
    GstElementFactory *f = name != NULL ? gst_element_factory_find(name) : NULL;
    if (f != NULL)
        gst_object_unref(f);
    return f != NULL;
}

size_t elements_missing(void (*missing)(void *arg, const char *name), void *arg)
{
    size_t n = 0;
    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
        if (is_there(needed[i][0]) || is_there(needed[i][1]))
            continue;
        missing(arg, needed[i][0]);
        n++;
    }
    return n;
}
