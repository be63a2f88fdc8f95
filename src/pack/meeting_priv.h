/** @file
 * What the index is made from. */
#ifndef MEETING_PRIV_H
#define MEETING_PRIV_H

#include <jansson.h>

#include "pack/meeting.h"
#include "track_priv.h"

struct meeting {
    char dir[480], tracks_dir[500], previews_dir[500];
    char id[TRACK_TEXT_MAX];
    struct stage stage;
    bool started, ended;
    uint64_t ticked_ns;
    int64_t stopped_at; /* NEVER, or when recording was stopped */
    const char *stop_reason;
    struct gaps gaps;  /* of the whole meeting */
    struct gaps holes; /* after a pause; named only where no line names them */
    struct track *tracks, **tracks_tail;
    struct person *people, **people_tail;
    uint64_t records, malformed, unknown;
};

/** Milliseconds of the meeting clock. */
int64_t meeting_ms(const struct meeting *m, uint64_t wall_ns);
/** A line on port 9. */
MUST_USE enum err meeting_line(struct meeting *m, const struct record *rec);
struct track *meeting_track(const struct meeting *m, uint32_t number);
/** Write index.json: beside, synced, renamed. */
MUST_USE enum err index_write(struct meeting *m, bool final);

#endif
