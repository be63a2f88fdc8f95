/** @file
 * One track of a meeting: its packets, its files, when it was there. Times in milliseconds of the
 * meeting clock unless they say otherwise. Belongs to the packager's one thread. */
#ifndef TRACK_PRIV_H
#define TRACK_PRIV_H

#include <stdbool.h>
#include <stdint.h>

#include "pack/depay.h"
#include "pack/mix.h"
#include "pack/movie.h"
#include "pack/preview.h"
#include "pack/reorder.h"
#include "pack/timebase.h"
#include "record/format.h"

enum { TRACK_CODECS_MAX = 8, TRACK_TEXT_MAX = 128, GAPS_MAX = 4096, NEVER = -1 };

struct span {
    int64_t from, to;
};

struct gap {
    int64_t from, to;
    const char *reason; /* static */
};

struct gaps {
    struct gap *list;
    size_t n, cap;
};

struct spans {
    struct span *list;
    size_t n, cap;
};

/** Who sends: all its tracks share a clock. */
struct person {
    struct person *next;
    char id[TRACK_TEXT_MAX];
    struct sender clock;
    struct spans speech;
};

/** One file of a track. */
struct part {
    char name[40];
    struct movie *movie; /* NULL once finished */
    int64_t start, end;
    uint64_t bytes;
    enum codec codec;
    uint16_t width, height, rotation;
    struct movie_places places; /* once finished */
};

/** A frame that waits until its source's clock is known. */
struct held {
    struct held *next;
    struct frame f;
    int64_t ts;
    uint16_t rotation;
    bool after_loss;
    uint8_t bytes[];
};

/** What all tracks of a meeting share. */
struct stage {
    const char *dir;  /* tracks/ */
    int64_t start_ns; /* wall time of meeting clock 0 */
    uint64_t now_ns;  /* journal time: of the newest record */
    struct mix *mix;
    const char *previews_dir; /* previews/ */
    struct guard *guard;
};

struct track {
    struct track *next;
    struct stage *stage;
    uint32_t number;
    bool video, screen, ended;
    char source_name[16], name[TRACK_TEXT_MAX];
    struct person *person;
    size_t n_codecs;
    struct {
        uint8_t pt;
        enum codec codec;
    } codecs[TRACK_CODECS_MAX];
    enum codec codec; /* of the newest frame */
    uint8_t orientation_ext;
    uint64_t end_at_ns;

    /* the source that sends now */
    bool has_source;
    uint32_t ssrc, old_ssrc;
    uint64_t switched_ns;
    struct reorder reorder;
    struct depay depay;
    struct source source;
    int64_t first_ts; /* of the source */
    bool waits_key;   /* nothing of this source has been written */
    bool after_loss;
    uint16_t rotation;
    struct held *held, **held_tail;
    size_t held_bytes;

    /* what has been written */
    struct part *parts;
    size_t n_parts, parts_cap;
    enum codec part_codec;
    uint8_t sps[DEPAY_PARAM_MAX], pps[DEPAY_PARAM_MAX]; /* of the open part */
    size_t sps_len, pps_len;
    struct spans spans;
    struct gaps gaps;
    int64_t last;              /* of the newest frame, NEVER */
    int64_t muted_ms;          /* when it was last muted, NEVER: what is missing since is no loss */
    struct previews *previews; /* video, once there was a picture */

    /* sound */
    struct voice *voice;
    int64_t end_ns; /* where the newest packet ends */
    uint8_t toc;
    int64_t packet_ns;

    uint64_t packets, malformed, stray, lost; /* counted, in the final log line */
    enum err fault;                           /* sticky: the disk or memory failed */
};

MUST_USE enum err track_new(struct track **out, struct stage *stage, uint32_t number);
void track_free(struct track *t);
void track_rtp(struct track *t, const struct record *rec);
void track_rtcp(struct track *t, const struct record *rec);
/** Recording paused: nothing before is waited for, what follows starts anew. */
void track_break(struct track *t);
/** Let time pass. */
void track_tick(struct track *t);
/** Nothing more comes: write all, finish the files. */
void track_end(struct track *t);
/** Whether what is missing between the two (ms of the meeting clock) was muted; told once. */
bool track_was_muted(struct track *t, int64_t last_ms, int64_t next_ms);

/* What happens to frames once their time is known (track_video.c, track_voice.c). */
void track_picture(struct track *t, const struct held *h, int64_t ms);
void track_sound(struct track *t, const struct held *h, int64_t ns);
/** Make the next file; finishes the one before. NULL on failure (t->fault). */
struct part *track_part(struct track *t, const struct movie_config *cfg, int64_t start);
/** The file being written, NULL without one. */
struct part *track_open_part(struct track *t);
void track_finish_part(struct track *t);

/** The track was there from @p from to @p to; joined to the last when @p join ms or less are
 * between.
 */
bool spans_add(struct spans *s, int64_t from, int64_t to, int64_t join);
bool gaps_add(struct gaps *g, int64_t from, int64_t to, const char *reason);

#endif
