/* Opus packets into a file without holes, and into the mix. Players take sound as one stream of
 * samples and hardly look at its time stamps: so a moment without a packet is filled, and where the
 * sender's clock runs fast or slow a packet is left out or concealed now and then; what follows
 * stays where it belongs within a packet's length. The index tells what was filled. */
#include "base/clock.h"
#include "pack/opus.h"
#include "rtc/codec.h"
#include "track_priv.h"

#define FRAME_NS ((int64_t)(20 * NS_PER_MS))
enum {
    CONCEAL_MAX = 5, /* packets: longer holes are silence */
    NAMED_MS = 30,   /* a loss of more than one packet is named */
    QUIET_MS = 1000, /* discontinuous transmission sends every 400 ms */
    LOUD = 400,      /* root mean square of a voice, of 32767 */
    SPEECH_JOIN_MS = 600,
};

static void put(struct track *t, struct part *p, int64_t ns, const uint8_t *bytes, size_t n)
{
    int64_t ms = ns / (int64_t)NS_PER_MS;
    if (t->last != NEVER && ms <= t->last)
        ms = t->last + 1;
    if (t->fault == ERR_OK)
        t->fault = movie_frame(p->movie, (uint64_t)(ms - p->start), true, bytes, n);
    t->last = ms;
    p->bytes += n;
}

static void hear(struct track *t, int64_t ns, const uint8_t *p, size_t n)
{
    unsigned level = 0;
    if (t->voice == NULL && t->fault == ERR_OK)
        t->fault = voice_new(&t->voice, t->stage->mix);
    if (t->fault != ERR_OK)
        return;
    t->fault = voice_packet(t->voice, ns, p, n, &level);
    int64_t ms = ns / (int64_t)NS_PER_MS;
    if (level >= LOUD && t->fault == ERR_OK &&
        !spans_add(&t->person->speech, ms, ms + 20, SPEECH_JOIN_MS))
        t->fault = ERR_NOMEM;
}

/* A packet that is nothing but its first byte makes every decoder conceal a frame. */
static void fill(struct track *t, struct part *p, int64_t until_ns)
{
    uint8_t conceal = t->toc & 0xfcu;
    bool short_hole = until_ns - t->end_ns <= CONCEAL_MAX * FRAME_NS;
    int64_t step = short_hole && t->packet_ns > 0 ? t->packet_ns : FRAME_NS;
    while (t->fault == ERR_OK && until_ns - t->end_ns >= step * 3 / 4) {
        if (short_hole) {
            hear(t, t->end_ns, &conceal, 1);
            put(t, p, t->end_ns, &conceal, 1);
        } else {
            put(t, p, t->end_ns, opus_silence, OPUS_SILENCE_LEN);
        }
        t->end_ns += step;
    }
}

static void note(struct track *t, const struct held *h, int64_t from_ns, int64_t to_ns)
{
    int64_t from = from_ns / (int64_t)NS_PER_MS, to = to_ns / (int64_t)NS_PER_MS;
    int64_t end = t->end_ns == NEVER ? from : t->end_ns / (int64_t)NS_PER_MS;
    bool fine = true;
    bool named = h->after_loss && t->end_ns != NEVER && from - end >= NAMED_MS;
    if (named && track_was_muted(t, end, from))
        named = false;
    if (named)
        fine = gaps_add(&t->gaps, end, from, "loss");
    if (!fine || !spans_add(&t->spans, from, to, named ? 0 : QUIET_MS))
        t->fault = ERR_NOMEM;
}

void track_sound(struct track *t, const struct held *h, int64_t ns)
{
    const struct frame *f = &h->f;
    int64_t length = (int64_t)opus_samples(f->p, f->len) * (int64_t)NS_PER_S / OPUS_RATE;
    struct part *p = track_open_part(t);
    if (p == NULL) {
        struct movie_config cfg = {.codec = CODEC_OPUS, .channels = (f->p[0] & 4u) != 0 ? 2 : 1};
        p = track_part(t, &cfg, ns / (int64_t)NS_PER_MS);
    }
    if (p == NULL)
        return;
    note(t, h, ns, ns + length);
    if (t->end_ns == NEVER)
        t->end_ns = ns;
    else
        fill(t, p, ns);
    hear(t, ns, f->p, f->len);
    t->waits_key = false;
    t->toc = f->p[0];
    t->packet_ns = length;
    if (t->end_ns - ns >= length) /* its place is taken */
        return;
    put(t, p, t->end_ns, f->p, f->len);
    t->end_ns += length;
    p->end = t->end_ns / (int64_t)NS_PER_MS;
}
