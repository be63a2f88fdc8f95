/* A ring of slots by extended sequence number. */
#include "pack/reorder.h"

#include <string.h>

#include "base/mem.h"

static struct packet **slot_of(struct reorder *r, uint32_t seq)
{
    return &r->slots[seq % REORDER_SLOTS];
}

/* True when the packet has no place: it came too late, or the source counts anew. */
static bool too_late(struct reorder *r, uint32_t seq)
{
    if ((int32_t)(seq - r->next) >= 0) {
        r->late_run = 0;
        return false;
    }
    r->late++;
    return ++r->late_run < REORDER_LATE_MAX || r->held > 0;
}

static void restart(struct reorder *r, const struct rtp *h, uint32_t *seq)
{
    /* A number far above the old ones, so that what follows reads it as one great hole. */
    uint32_t base = (r->ext.newest & 0xffff0000u) + 0x20000u;
    r->ext.newest = base | h->seq;
    *seq = r->ext.newest;
    r->late_run = 0;
}

enum err reorder_push(struct reorder *r, const struct rtp *h, const uint8_t *p, size_t len,
                      uint64_t arrival_ns)
{
    bool first = !r->ext.started;
    uint32_t seq = seq_extend(&r->ext, h->seq);
    if (first)
        r->next = seq;
    if (too_late(r, seq))
        return ERR_OK;
    if ((int32_t)(seq - r->next) < 0)
        restart(r, h, &seq);
    struct packet **at = slot_of(r, seq);
    if (*at != NULL && (*at)->seq == seq) {
        r->duplicates++;
        return ERR_OK;
    }
    struct packet *k = (struct packet *)mem_alloc(sizeof(*k) + len);
    if (k == NULL)
        return ERR_NOMEM;
    k->h = *h;
    k->arrival_ns = arrival_ns;
    k->seq = seq;
    k->len = len;
    memcpy(k->p, p, len);
    if (*at != NULL) { /* A whole ring ahead: what is there can no longer be waited for. */
        mem_free(*at);
        r->held--;
    }
    *at = k;
    r->held++;
    return ERR_OK;
}

static struct packet *take(struct reorder *r, struct packet **at)
{
    struct packet *k = *at;
    *at = NULL;
    r->held--;
    r->next = k->seq + 1;
    return k;
}

/* The one with the smallest number behind the hole. */
static struct packet **after_hole(struct reorder *r)
{
    struct packet **best = NULL;
    for (uint32_t i = 1; i < REORDER_SLOTS; i++) {
        struct packet **at = slot_of(r, r->next + i);
        if (*at == NULL)
            continue;
        if ((*at)->seq == r->next + i)
            return at;
        if (best == NULL || (int32_t)((*at)->seq - (*best)->seq) < 0)
            best = at;
    }
    struct packet **at = slot_of(r, r->next);
    if (*at != NULL && (best == NULL || (int32_t)((*at)->seq - (*best)->seq) < 0))
        best = at;
    return best;
}

struct packet *reorder_pop(struct reorder *r, uint64_t now, uint32_t *lost)
{
    *lost = 0;
    if (r->held == 0)
        return NULL;
    struct packet **at = slot_of(r, r->next);
    if (*at != NULL && (*at)->seq == r->next)
        return take(r, at);
    at = after_hole(r);
    bool far = (int32_t)(r->ext.newest - r->next) >= REORDER_SLOTS / 2;
    if (!far && (now < (*at)->arrival_ns || now - (*at)->arrival_ns < REORDER_WAIT_NS))
        return NULL;
    *lost = (*at)->seq - r->next;
    return take(r, at);
}

void reorder_fini(struct reorder *r)
{
    for (size_t i = 0; i < REORDER_SLOTS; i++)
        mem_free(r->slots[i]);
    *r = (struct reorder){0};
}
