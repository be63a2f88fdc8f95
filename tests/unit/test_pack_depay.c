/* pack/depay: what ends a picture. */
#include <stdlib.h>
#include <string.h>

#include "pack/depay.h"
#include "t.h"

static unsigned whole, skips;

static void on_frame(void *arg, const struct frame *f)
{
    (void)arg;
    (void)f;
    whole++;
}

static void on_skipped(void *arg)
{
    (void)arg;
    skips++;
}

static void feed(struct depay *d, uint32_t ts, bool marker, uint8_t descriptor)
{
    static const uint8_t key[] = {0x82, 0x49, 0x83, 0x42, 0x10, 0x27, 0xf0, 0x16, 0x70, 0x00};
    struct packet *k = calloc(1, sizeof(*k) + 1 + sizeof(key));
    if (k == NULL)
        abort();
    k->h = (struct rtp){.ts = ts, .marker = marker, .payload_len = 1 + sizeof(key)};
    k->p[0] = descriptor;
    memcpy(k->p + 1, key, sizeof(key));
    T_EQ(depay_packet(d, CODEC_VP9, k, false), ERR_OK);
    free(k);
}

/* Chromium throws the queued rest of a picture away when a key frame is made: no number is missing.
 */
static void drops_a_cut_picture(void)
{
    struct depay d;
    depay_init(&d, on_frame, on_skipped, NULL);
    feed(&d, 1, true, 0x0c);
    T_EQ(whole, 1);
    feed(&d, 2, false, 0x48); /* begins, and never ends */
    feed(&d, 3, true, 0x4c);  /* needs the one before */
    T_EQ(whole, 1);
    T_EQ(skips, 1);
    feed(&d, 4, true, 0x0c);
    T_EQ(whole, 2);
    depay_fini(&d);
}

int main(void)
{
    drops_a_cut_picture();
    return t_done("pack_depay");
}
