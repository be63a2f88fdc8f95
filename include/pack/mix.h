/**
 * @file
 * All voices of a meeting in one Opus track on the meeting clock, silence where nobody is heard.
 * Voices may hand in sound late, as far as what has been asked of mix_advance() allows. Times are
 * nanoseconds of the meeting clock. Thread: belongs to one.
 */
#ifndef PACK_MIX_H
#define PACK_MIX_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "pack/movie.h"

struct mix;
struct voice;

/** The file (mix.webm in @p dir) is made when the first voice is heard. */
MUST_USE enum err mix_new(struct mix **out, const char *dir);
/** Takes NULL; voices must be gone. */
void mix_free(struct mix *m);

MUST_USE enum err voice_new(struct voice **out, struct mix *m);
void voice_free(struct voice *v);
/**
 * One Opus packet that starts at @p ns.
 * @param level  Root mean square of its samples, 0 to 32767.
 */
MUST_USE enum err voice_packet(struct voice *v, int64_t ns, const uint8_t *p, size_t n,
                               unsigned *level);

/** Everything before @p ns has been handed in: encode it. */
MUST_USE enum err mix_advance(struct mix *m, int64_t ns);
/** The meeting ends at @p ns. */
MUST_USE enum err mix_finish(struct mix *m, int64_t ns);
/** NULL as long as there was no voice. */
struct movie *mix_movie(const struct mix *m);
/** Milliseconds of the finished file. */
uint64_t mix_end_ms(const struct mix *m);
/** Samples that came too late to be heard. */
uint64_t mix_late(const struct mix *m);

#endif
