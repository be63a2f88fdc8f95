/**
 * @file
 * What the packager needs of GStreamer, for whoever installs it. After opus_start().
 */
#ifndef PACK_ELEMENTS_H
#define PACK_ELEMENTS_H

#include <stddef.h>

/** Names every element that is not there. @return how many. */
size_t elements_missing(void (*missing)(void *arg, const char *name), void *arg);

#endif
