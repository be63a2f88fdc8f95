/** @file
 * The two forms behind pack/movie.h. */
#ifndef MOVIE_PRIV_H
#define MOVIE_PRIV_H

#include "pack/bytes.h"
#include "pack/movie.h"

enum { MOVIE_PARAM_MAX = 1024 };

/** One frame of an MP4, for its sample tables. */
struct sample {
    uint64_t ms, at;
    uint32_t size;
    bool key;
};

struct movie {
    const struct movie_form *form;
    struct out *file;
    struct movie_config cfg;
    uint8_t sps[MOVIE_PARAM_MAX], pps[MOVIE_PARAM_MAX];
    struct bytes part; /* the cluster or fragment being gathered */
    struct bytes scratch;
    struct movie_places places;
    struct sample *samples; /* MP4 */
    size_t n_samples, samples_cap;
    size_t part_first; /* MP4: first sample of the fragment */
    size_t block_at;   /* WebM: where the last block begins in the cluster */
    uint32_t n_parts;
    bool any, part_open, part_key, last_key;
    uint64_t last_ms, before_ms, part_ms, readable_ms;
};

/** Each returns what out_append() and out_patch() return. */
struct movie_form {
    enum err (*head)(struct movie *m);
    enum err (*add)(struct movie *m, uint64_t ms, bool key, const uint8_t *p, size_t n);
    enum err (*part)(struct movie *m, uint64_t end_ms); /* write the open part */
    enum err (*tail)(struct movie *m, uint64_t end_ms);
};

extern const struct movie_form webm_form, mp4_form;

/** Keep one for the tables. */
enum err movie_remember(struct movie *m, const struct sample *s);
/** Append @p b, or tell why it could not be built. */
enum err movie_put(struct movie *m, const struct bytes *b);

#endif
