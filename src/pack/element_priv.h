/** @file
 * One GStreamer element between two pads of ours, driven directly: what is pushed into it comes
 * out, in a call of element_got(), before the push returns. No pipeline, no threads of ours.
 * Thread: belongs to one. opus_start() first. */
#ifndef ELEMENT_PRIV_H
#define ELEMENT_PRIV_H

#include <gst/gst.h>
#include <stdbool.h>

#include "base/err.h"

struct element;
/** @p b is borrowed; @p caps are those of the pad it came through. */
typedef void element_got(void *arg, GstBuffer *b, GstCaps *caps);

/** ERR_NOENT, not logged, when there is no such factory. */
MUST_USE enum err element_new(struct element **out, const char *factory, element_got *got,
                              void *arg);
/** Takes NULL. */
void element_free(struct element *e);
/** To set properties on, before element_start(). Borrowed. */
GstElement *element_gst(struct element *e);
/** @p in and @p out: caps of what goes in, and of what may come out. ERR_NOENT when it refuses. */
MUST_USE enum err element_start(struct element *e, const char *in, const char *out);
/** Takes over @p b; false when it was refused. */
bool element_push(struct element *e, GstBuffer *b);
/** Nothing more comes: what it still holds comes out. */
void element_drain(struct element *e);

#endif
