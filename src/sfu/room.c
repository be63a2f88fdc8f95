/* A room: who is in it, where it is recorded, who speaks. */
#include "base/mem.h"
#include "worker_priv.h"

/* Loudness in 256ths of 127 - |dBov|: speech is above -50 dBov; to take over one must be clearly
 * louder. */
enum { SPEECH_Q8 = 77 << 8, LOUDER_Q8 = 6 << 8, STALE_MS = 1000 };

struct room *room_open(struct worker *w, uint64_t id)
{
    struct room *r = (struct room *)map_get(&w->rooms, id);
    if (r != NULL)
        return r;
    r = (struct room *)mem_zalloc(1, sizeof(*r));
    if (r == NULL)
        return NULL;
    r->id = id;
    if (map_put(&w->rooms, id, r) != ERR_OK) {
        mem_free(r);
        return NULL;
    }
    return r;
}

void room_record(struct room *r, struct sink *s)
{
    if (r->sink != NULL) {
        r->sink->flush(r->sink, UINT64_MAX);
        r->sink->release(r->sink);
    }
    r->sink = s;
    for (struct producer *p = r->producers; s != NULL && p != NULL; p = p->next_in_room)
        producer_want_key(p);
}

void room_close(struct worker *w, struct room *r)
{
    size_t at = 0;
    for (struct peer *p = NULL; (p = (struct peer *)map_next(&w->peers, &at)) != NULL;)
        if (p->room == r)
            peer_free(p);
    room_record(r, NULL);
    (void)map_take(&w->rooms, r->id);
    mem_free(r);
}

static uint32_t loudness(const struct producer *p, uint64_t now_ns)
{
    bool fresh = p->level_ns != 0 && now_ns - p->level_ns < STALE_MS * NS_PER_MS;
    return p->media.kind == MEDIA_AUDIO && fresh && !p->paused ? p->level_q8 : 0;
}

void room_voice(struct worker *w, struct room *r)
{
    uint64_t best = 0;
    uint32_t loudest = SPEECH_Q8, current = 0;
    for (const struct producer *p = r->producers; p != NULL; p = p->next_in_room) {
        uint32_t l = loudness(p, w->now_ns);
        if (p->peer->member == r->speaker && l > current)
            current = l;
        if (l > loudest) {
            loudest = l;
            best = p->peer->member;
        }
    }
    /* Silence keeps the last speaker on the stage; another must be clearly louder to take it. */
    if (best == 0 || best == r->speaker || (current > SPEECH_Q8 && loudest < current + LOUDER_Q8))
        return;
    r->speaker = best;
    struct worker_event e = {.type = EV_SPEAKER, .room = r->id, .member = best};
    worker_emit(w, &e);
}
