/**
 * @file
 * Remembers, across a crash, which picture was being decoded: a decoder that dies of a frame must
 * not stop the packager for ever. `.trying` in the folder names the frame in work; who finds it
 * filled at the start moves it to `.bad`. A frame that is there twice is left out, and after
 * GUARD_TRACK_MAX entries of a track (GUARD_MAX of the meeting) all that follow are. A decoder that
 * works for GUARD_CPU_S seconds of processor time is stopped like one that crashes.
 * Thread: belongs to one.
 */
#ifndef PACK_GUARD_H
#define PACK_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum { GUARD_TRACK_MAX = 4, GUARD_MAX = 16, GUARD_CPU_S = 20 };

struct guard;

/** @param dir  Exists. ERR_IO is logged. */
MUST_USE enum err guard_new(struct guard **out, const char *dir);
/** Takes NULL. */
void guard_free(struct guard *g);
/** Whether the frame of @p track at @p ms may be tried. */
bool guard_allows(const struct guard *g, uint32_t track, int64_t ms);
/** From here to guard_leave() a death is this frame's fault. */
MUST_USE enum err guard_enter(struct guard *g, uint32_t track, int64_t ms);
void guard_leave(struct guard *g);

#endif
