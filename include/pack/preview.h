/**
 * @file
 * Preview pictures of one video track: of key frames, at most one in PREVIEW_EVERY_MS of the
 * meeting clock, side by side in JPEG sheets (recordings/README.md). Which pictures there are
 * depends on the calls of previews_frame() alone. A frame that gives no picture is left out; a
 * codec without a decoder has no previews, which is logged once.
 * Thread: belongs to one.
 */
#ifndef PACK_PREVIEW_H
#define PACK_PREVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "pack/depay.h"
#include "pack/guard.h"

enum {
    PREVIEW_HEIGHT = 90,
    PREVIEW_COLUMNS = 10,
    PREVIEW_SHEET = 100, /**< Pictures of a whole sheet. */
    PREVIEW_EVERY_MS = 5000,
    PREVIEW_REWRITE_MS = 10000, /**< The sheet that grows is written no more often. */
};

struct sheet {
    char name[24];     /**< Under previews/. */
    uint16_t width;    /**< Of one picture. */
    size_t n, written; /**< Pictures in it, and in the file. */
    int64_t at[PREVIEW_SHEET];
};

struct previews;

/** @p dir (previews/) and @p guard are borrowed. */
MUST_USE enum err previews_new(struct previews **out, const char *dir, struct guard *guard,
                               uint32_t track);
/** Takes NULL. */
void previews_free(struct previews *p);
/** A frame of the track; all but due key frames are passed over. ERR_IO and ERR_NOMEM are final. */
MUST_USE enum err previews_frame(struct previews *p, const struct frame *f, uint16_t rotation,
                                 int64_t ms);
/** Write the growing sheet when it is due, or in any case when nothing more comes. */
MUST_USE enum err previews_show(struct previews *p, bool final);
/** The sheets so far, *n of them; those with nothing written have no file yet. */
const struct sheet *previews_sheets(const struct previews *p, size_t *n);

#endif
