/* Packets to frames to moments of the meeting. */
#include "track_priv.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "rtc/rtcp.h"

#define REPORT_WAIT_NS (8 * NS_PER_S) /* so long a source's first report is waited for */
#define STRAY_NS (2 * NS_PER_S)       /* after a switch the old source may still be heard */
enum {
    HELD_BYTES_MAX = 16 << 20,
    MUTE_NEAR_MS = 1000, /* a mute is in the journal so long after its last packet, at most */
};

/* ---- lists ----------------------------------------------------------------------------------- */

bool spans_add(struct spans *s, int64_t from, int64_t to, int64_t join)
{
    struct span *last = s->n > 0 ? &s->list[s->n - 1] : NULL;
    if (last != NULL && from - last->to <= join) {
        last->to = to > last->to ? to : last->to;
        return true;
    }
    if (!list_grow(&s->list, s->n, &s->cap, sizeof(*s->list)))
        return false;
    s->list[s->n++] = (struct span){from, to};
    return true;
}

/* Beyond GAPS_MAX the last one grows over what is between: rather too much than hidden. */
bool gaps_add(struct gaps *g, int64_t from, int64_t to, const char *reason)
{
    struct gap *last = g->n > 0 ? &g->list[g->n - 1] : NULL;
    bool joins = last != NULL && strcmp(last->reason, reason) == 0 && from - last->to <= 20;
    if (to <= from)
        return true;
    if (last != NULL && (joins || g->n >= GAPS_MAX)) {
        last->to = to > last->to ? to : last->to;
        return true;
    }
    if (!list_grow(&g->list, g->n, &g->cap, sizeof(*g->list)))
        return false;
    g->list[g->n++] = (struct gap){from, to, reason};
    return true;
}

/* ---- frames ---------------------------------------------------------------------------------- */

static void place(struct track *t, const struct held *h)
{
    int64_t ns = source_time(&t->source, h->ts) - t->stage->start_ns;
    t->codec = h->f.codec;
    if (h->f.codec == CODEC_OPUS)
        track_sound(t, h, ns < 0 ? 0 : ns);
    else
        track_picture(t, h, ns < 0 ? 0 : ns / (int64_t)NS_PER_MS);
}

static void release_held(struct track *t)
{
    for (struct held *h = t->held, *next = NULL; h != NULL; h = next) {
        next = h->next;
        if (t->source.mapped && t->fault == ERR_OK)
            place(t, h);
        mem_free(h);
    }
    t->held = NULL;
    t->held_tail = &t->held;
    t->held_bytes = 0;
}

static void release_when_known(struct track *t)
{
    if (t->held == NULL)
        return;
    uint64_t since = t->held->f.arrival_ns;
    bool waited = t->stage->now_ns > since && t->stage->now_ns - since >= REPORT_WAIT_NS;
    if (!t->source.mapped && (waited || t->held_bytes > HELD_BYTES_MAX))
        source_guess(&t->source);
    if (t->source.mapped)
        release_held(t);
}

static void hold(struct track *t, const struct held *what)
{
    size_t n = what->f.len, sps = what->f.sps_len, pps = what->f.pps_len;
    struct held *h = (struct held *)mem_alloc(sizeof(*h) + n + sps + pps);
    if (h == NULL) {
        t->fault = ERR_NOMEM;
        return;
    }
    *h = *what;
    memcpy(h->bytes, what->f.p, n);
    h->f.p = h->bytes;
    if (sps > 0)
        memcpy(h->bytes + n, what->f.sps, sps);
    if (pps > 0)
        memcpy(h->bytes + n + sps, what->f.pps, pps);
    h->f.sps = h->bytes + n;
    h->f.pps = h->bytes + n + sps;
    h->next = NULL;
    *t->held_tail = h;
    t->held_tail = &h->next;
    t->held_bytes += sizeof(*h) + n + sps + pps;
}

static void on_frame(void *arg, const struct frame *f)
{
    struct track *t = (struct track *)arg;
    struct held h = {.f = *f,
                     .ts = source_unwrap(&t->source, f->rtp_ts),
                     .rotation = t->rotation,
                     .after_loss = t->after_loss};
    t->after_loss = false;
    if (t->fault != ERR_OK)
        return;
    if (t->source.mapped && t->held == NULL)
        place(t, &h);
    else
        hold(t, &h);
}

static void on_skipped(void *arg)
{
    struct track *t = (struct track *)arg;
    t->after_loss = true;
}

/* ---- packets --------------------------------------------------------------------------------- */

static enum codec codec_of(const struct track *t, uint8_t pt)
{
    for (size_t i = 0; i < t->n_codecs; i++)
        if (t->codecs[i].pt == pt)
            return t->codecs[i].codec;
    return CODEC_NONE;
}

/* Coordination of video orientation (3GPP TS 26.114 7.4.5): on the last packet of a picture. */
static void look_at_orientation(struct track *t, const struct packet *k)
{
    size_t n = 0;
    const uint8_t *v = rtp_ext(&k->h, k->p, t->orientation_ext, &n);
    if (v != NULL && n > 0)
        t->rotation = (uint16_t)((v[0] & 3u) * 90);
}

static void take_packet(struct track *t, const struct packet *k, uint32_t lost)
{
    enum codec codec = codec_of(t, k->h.pt);
    int64_t ts = source_unwrap(&t->source, k->h.ts);
    if (t->waits_key && t->first_ts == NEVER)
        t->first_ts = ts;
    source_arrival(&t->source, ts, k->arrival_ns);
    look_at_orientation(t, k);
    t->lost += lost;
    enum err e = depay_packet(&t->depay, codec, k, lost > 0);
    if (e != ERR_OK)
        t->fault = e;
}

static void drain(struct track *t, uint64_t now)
{
    uint32_t lost = 0;
    for (struct packet *k = NULL; (k = reorder_pop(&t->reorder, now, &lost)) != NULL;) {
        take_packet(t, k, lost);
        mem_free(k);
    }
}

static void flush_source(struct track *t)
{
    drain(t, UINT64_MAX);
    source_guess(&t->source);
    release_held(t);
    depay_end(&t->depay);
    t->malformed += t->depay.malformed;
    t->depay.malformed = 0;
    reorder_fini(&t->reorder);
    t->after_loss = false;
    t->waits_key = true;
    t->first_ts = NEVER;
}

static void new_source(struct track *t, uint32_t ssrc, enum codec codec)
{
    if (t->has_source)
        flush_source(t);
    t->old_ssrc = t->has_source ? t->ssrc : 0;
    t->switched_ns = t->stage->now_ns;
    t->ssrc = ssrc;
    t->has_source = true;
    t->rotation = 0;
    source_init(&t->source, &t->person->clock, codec_clock(codec));
}

void track_rtp(struct track *t, const struct record *rec)
{
    struct rtp h;
    if (t->ended || rtp_parse(&h, rec->p, rec->len) != ERR_OK) {
        t->malformed++;
        return;
    }
    enum codec codec = codec_of(t, h.pt);
    bool old = t->has_source && h.ssrc == t->old_ssrc && h.ssrc != t->ssrc &&
               t->stage->now_ns - t->switched_ns < STRAY_NS;
    if (codec == CODEC_NONE || old) {
        t->stray++;
        return;
    }
    if (!t->has_source || h.ssrc != t->ssrc)
        new_source(t, h.ssrc, codec);
    t->packets++;
    enum err e = reorder_push(&t->reorder, &h, rec->p, rec->len, rec->wall_ns);
    if (e != ERR_OK)
        t->fault = e;
    drain(t, t->stage->now_ns);
    release_when_known(t);
}

void track_rtcp(struct track *t, const struct record *rec)
{
    struct cur c = cur_make(rec->p, rec->len);
    struct rtcp r;
    struct rtcp_sr sr;
    while (rtcp_next(&c, &r)) {
        if (r.type != RTCP_SR || rtcp_read_sr(&r.body, &sr) != ERR_OK)
            continue;
        if (t->has_source && sr.ssrc == t->ssrc && sr.ntp != 0)
            source_report(&t->source, wall_ns_from_ntp(sr.ntp), sr.rtp_ts, rec->wall_ns);
    }
    t->malformed += !cur_ok(&c);
    release_when_known(t);
}

void track_break(struct track *t)
{
    if (!t->has_source || t->ended)
        return;
    flush_source(t);
}

void track_tick(struct track *t)
{
    if (t->ended)
        return;
    drain(t, t->stage->now_ns);
    release_when_known(t);
    if (t->end_at_ns != 0 && t->stage->now_ns >= t->end_at_ns)
        track_end(t);
}

/* ---- life ------------------------------------------------------------------------------------ */

enum err track_new(struct track **out, struct stage *stage, uint32_t number)
{
    struct track *t = (struct track *)mem_zalloc(1, sizeof(*t));
    if (t == NULL)
        return ERR_NOMEM;
    t->stage = stage;
    t->number = number;
    t->last = t->first_ts = NEVER;
    t->muted_ms = NEVER;
    t->end_ns = NEVER;
    t->waits_key = true;
    t->held_tail = &t->held;
    depay_init(&t->depay, on_frame, on_skipped, t);
    *out = t;
    return ERR_OK;
}

bool track_was_muted(struct track *t, int64_t last_ms, int64_t next_ms)
{
    bool was =
        t->muted_ms != NEVER && t->muted_ms >= last_ms - MUTE_NEAR_MS && t->muted_ms <= next_ms;
    if (was)
        t->muted_ms = NEVER;
    return was;
}

void track_end(struct track *t)
{
    if (t->ended)
        return;
    if (t->has_source)
        flush_source(t);
    track_finish_part(t);
    if (t->previews != NULL && t->fault == ERR_OK)
        t->fault = previews_show(t->previews, true);
    voice_free(t->voice);
    t->voice = NULL;
    t->ended = true;
    depay_fini(&t->depay);
    log_debug("packager",
              "track %u: %llu packets, %llu lost, %llu late, %llu malformed, %llu stray", t->number,
              (unsigned long long)t->packets, (unsigned long long)t->lost,
              (unsigned long long)t->reorder.late, (unsigned long long)t->malformed,
              (unsigned long long)t->stray);
}

void track_free(struct track *t)
{
    if (t == NULL)
        return;
    t->source.mapped = false; /* what is held is dropped */
    release_held(t);
    reorder_fini(&t->reorder);
    depay_fini(&t->depay);
    voice_free(t->voice);
    previews_free(t->previews);
    for (size_t i = 0; i < t->n_parts; i++) {
        movie_free(t->parts[i].movie);
        movie_places_fini(&t->parts[i].places);
    }
    mem_free(t->parts);
    mem_free(t->spans.list);
    mem_free(t->gaps.list);
    mem_free(t);
}

/* ---- files ----------------------------------------------------------------------------------- */

struct part *track_open_part(struct track *t)
{
    struct part *p = t->n_parts > 0 ? &t->parts[t->n_parts - 1] : NULL;
    return p != NULL && p->movie != NULL ? p : NULL;
}

void track_finish_part(struct track *t)
{
    struct part *p = track_open_part(t);
    if (p == NULL || t->fault != ERR_OK)
        return;
    t->fault = movie_finish(p->movie, (uint64_t)(p->end - p->start));
    if (t->fault == ERR_OK)
        t->fault = movie_publish(p->movie);
    movie_places_take(p->movie, &p->places);
    movie_free(p->movie);
    p->movie = NULL;
}

struct part *track_part(struct track *t, const struct movie_config *cfg, int64_t start)
{
    struct out *file = NULL;
    struct part *before = track_open_part(t);
    if (before != NULL && before->end > start)
        before->end = start;
    track_finish_part(t);
    if (t->fault == ERR_OK && !list_grow(&t->parts, t->n_parts, &t->parts_cap, sizeof(*t->parts)))
        t->fault = ERR_NOMEM;
    if (t->fault != ERR_OK)
        return NULL;
    struct part *p = &t->parts[t->n_parts];
    *p = (struct part){.start = start, .end = start, .codec = cfg->codec};
    (void)snprintf(p->name, sizeof(p->name), "%04u-%zu.%s", t->number, t->n_parts,
                   cfg->codec == CODEC_H264 ? "mp4" : "webm");
    t->fault = out_new(&file, t->stage->dir, p->name);
    if (t->fault == ERR_OK)
        t->fault = movie_new(&p->movie, file, cfg);
    if (t->fault != ERR_OK)
        return NULL;
    t->n_parts++;
    return p;
}
