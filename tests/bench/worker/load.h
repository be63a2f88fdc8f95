/**
 * @file
 * The traffic of the bench: publishers that send video and voice in the rhythm of a browser, and
 * receivers whose sockets are emptied and whose packets are counted. One thread, pinned by its
 * caller.
 */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LOAD_MAX = 128,
    LOAD_FPS = 30,
    LOAD_FRAME = 5000, /**< Bytes of a frame on average, cut into equal packets of at most ... */
    LOAD_PAYLOAD = 1100,
    LOAD_VOICE_PPS = 50,
    LOAD_VOICE = 100, /**< Bytes of a voice packet. */
};

/** SSRCs of publisher @p i. */
static inline uint32_t load_video_ssrc(size_t i)
{
    return 0x10000u + (uint32_t)i;
}
static inline uint32_t load_voice_ssrc(size_t i)
{
    return 0x20000u + (uint32_t)i;
}

struct load {
    size_t n_pubs, n_fds;
    /** One plain RTP packet of publisher @p i, to be protected and sent; room behind it. */
    void (*send)(void *arg, size_t i, uint8_t *p, size_t len);
    /** About twice a second: whatever else keeps the connections alive. */
    void (*keep)(void *arg);
    /** What receiver @p i got that is no RTP. May be NULL. */
    void (*other)(void *arg, size_t i, uint8_t *p, size_t len);
    void *arg;
    int fds[LOAD_MAX]; /**< Of the receivers. */
    uint64_t arrived;  /**< RTP packets at the receivers. */
    struct load_pub {
        uint64_t video_ns, voice_ns; /**< When the next is due. */
        uint16_t video_seq, voice_seq;
        uint32_t frames, voices;
        bool key; /**< The next frame is a key frame. */
    } pubs[LOAD_MAX];
};

/** Sends and counts for @p seconds. */
void load_run(struct load *l, double seconds);
/** Only empties the sockets, for @p ms. */
void load_drain(struct load *l, unsigned ms);

#endif
