/* Frames are cut as libwebrtc cuts them: equal parts, a byte more for some. */
#include "load.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"
#include "rtc/demux.h"
#include "rtc/rtp.h"

enum { PACKET = 1600, BATCH = 32 };

static void head(uint8_t *p, uint8_t pt, uint16_t seq, uint32_t ts, uint32_t ssrc)
{
    memset(p, 0, RTP_HEADER_LEN);
    p[0] = 0x80;
    p[1] = pt;
    rtp_put_seq(p, seq);
    rtp_put32(p + 4, ts);
    rtp_put32(p + 8, ssrc);
}

static void send_frame(struct load *l, size_t i)
{
    struct load_pub *u = &l->pubs[i];
    uint8_t p[PACKET];
    uint32_t bytes = LOAD_FRAME - 200 + u->frames * 37 % 400;
    uint32_t parts = (bytes + LOAD_PAYLOAD - 1) / LOAD_PAYLOAD;
    for (uint32_t k = 0; k < parts; k++) {
        uint32_t n = bytes / parts + (k >= parts - bytes % parts);
        head(p, 96, u->video_seq++, u->frames * (90000 / LOAD_FPS), load_video_ssrc(i));
        memset(p + RTP_HEADER_LEN, 0x5a, n);
        p[RTP_HEADER_LEN] = k == 0 ? 0x10 : 0;
        p[RTP_HEADER_LEN + 1] = !(u->key && k == 0); /* VP8: the lowest bit of a key frame is 0 */
        if (k + 1 == parts)
            p[1] |= 0x80;
        l->send(l->arg, i, p, RTP_HEADER_LEN + n);
    }
    u->key = false;
    u->frames++;
}

static void send_voice(struct load *l, size_t i)
{
    struct load_pub *u = &l->pubs[i];
    uint8_t p[PACKET];
    head(p, 111, u->voice_seq++, u->voices++ * 960, load_voice_ssrc(i));
    p[0] = 0x90;
    memcpy(p + RTP_HEADER_LEN, "\xbe\xde\x00\x01\x10\x30\x00\x00", 8); /* audio level, id 1 */
    memset(p + RTP_HEADER_LEN + 8, 0x78, LOAD_VOICE);
    l->send(l->arg, i, p, RTP_HEADER_LEN + 8 + LOAD_VOICE);
}

static void drain_one(struct load *l, size_t i)
{
    static uint8_t bytes[BATCH][PACKET];
    static struct mmsghdr in[BATCH];
    static struct iovec v[BATCH];
    int n = 0;
    do {
        for (size_t k = 0; k < BATCH; k++) {
            v[k] = (struct iovec){.iov_base = bytes[k], .iov_len = PACKET - 32};
            in[k].msg_hdr = (struct msghdr){.msg_iov = &v[k], .msg_iovlen = 1};
        }
        n = recvmmsg(l->fds[i], in, BATCH, MSG_DONTWAIT, NULL);
        for (int k = 0; k < n; k++) {
            enum demux d = demux_of(bytes[k], in[k].msg_len);
            l->arrived += d == DEMUX_RTP;
            if (d != DEMUX_RTP && l->other != NULL)
                l->other(l->arg, i, bytes[k], in[k].msg_len);
        }
    } while (n == BATCH);
}

static void drain(struct load *l)
{
    for (size_t i = 0; i < l->n_fds; i++)
        drain_one(l, i);
}

static void nap(uint64_t ns)
{
    struct timespec t = {.tv_nsec = (long)ns};
    (void)nanosleep(&t, NULL);
}

void load_drain(struct load *l, unsigned ms)
{
    for (unsigned i = 0; i < ms; i++) {
        drain(l);
        nap(NS_PER_MS);
    }
}

/* Publishers begin at different moments, as people do. */
static void begin(struct load *l, uint64_t now)
{
    for (size_t i = 0; i < l->n_pubs; i++) {
        struct load_pub *u = &l->pubs[i];
        if (u->video_ns != 0 && now - u->video_ns < NS_PER_S / LOAD_FPS)
            continue;
        u->video_ns = now + NS_PER_S / LOAD_FPS * i / l->n_pubs;
        u->voice_ns = now + NS_PER_S / LOAD_VOICE_PPS * i / l->n_pubs + NS_PER_MS * 7;
        u->key = u->frames == 0;
    }
}

/* @return when the next packet is due. */
static uint64_t send_due(struct load *l, uint64_t now)
{
    uint64_t next = UINT64_MAX;
    for (size_t i = 0; i < l->n_pubs; i++) {
        struct load_pub *u = &l->pubs[i];
        if (u->video_ns <= now) {
            send_frame(l, i);
            u->video_ns += NS_PER_S / LOAD_FPS;
        }
        if (u->voice_ns <= now) {
            send_voice(l, i);
            u->voice_ns += NS_PER_S / LOAD_VOICE_PPS;
        }
        uint64_t first = u->video_ns < u->voice_ns ? u->video_ns : u->voice_ns;
        next = first < next ? first : next;
    }
    return next;
}

void load_run(struct load *l, double seconds)
{
    uint64_t now = clock_mono_ns(), end = now + (uint64_t)(seconds * 1e9), keep_ns = 0;
    begin(l, now);
    while ((now = clock_mono_ns()) < end) {
        uint64_t next = send_due(l, now);
        if (l->keep != NULL && now >= keep_ns) {
            l->keep(l->arg);
            keep_ns = now + 500 * NS_PER_MS;
        }
        now = clock_mono_ns();
        uint64_t rest = next > now ? next - now : 0;
        nap(rest < 2 * NS_PER_MS ? rest : 2 * NS_PER_MS); /* what was sent comes back meanwhile */
        drain(l);
    }
}
