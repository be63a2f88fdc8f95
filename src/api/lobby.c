/* A copy of what the control thread knows, made once a second: the readers' thread is another. */
#include "lobby_priv.h"

#include <pthread.h>
#include <string.h>

#include "base/mem.h"

struct lobby {
    pthread_mutex_t lock;
    uint64_t next_ns;
    size_t n;
    struct lobby_meeting at[LOBBY_MAX];
};

enum err lobby_new(struct lobby **out)
{
    struct lobby *l = (struct lobby *)mem_zalloc(1, sizeof(*l));
    if (l == NULL)
        return ERR_NOMEM;
    if (pthread_mutex_init(&l->lock, NULL) != 0) {
        mem_free(l);
        return ERR_NOMEM;
    }
    *out = l;
    return ERR_OK;
}

void lobby_free(struct lobby *l)
{
    if (l == NULL)
        return;
    (void)pthread_mutex_destroy(&l->lock);
    mem_free(l);
}

static struct lobby_meeting waiting_in(const struct live *l)
{
    struct lobby_meeting m = {.people = (unsigned)live_count_in(l), .host_here = live_host_here(l)};
    COPY(m.meeting, l->m.public_id);
    for (const struct person *p = l->persons; p != NULL; p = p->next) {
        if (p->state != PERSON_WAITING)
            continue;
        m.waiting++;
        COPY(m.first, p->who.name); /* The list begins with who came last. */
    }
    return m;
}

void lobby_tick(struct lobby *board, const struct live *lives, uint64_t now)
{
    if (now < board->next_ns)
        return;
    board->next_ns = now + NS_PER_S;
    pthread_mutex_lock(&board->lock);
    board->n = 0;
    for (const struct live *l = lives; l != NULL && board->n < LOBBY_MAX; l = l->next) {
        struct lobby_meeting m = waiting_in(l);
        if (m.waiting > 0)
            board->at[board->n++] = m;
    }
    pthread_mutex_unlock(&board->lock);
}

size_t lobby_read(struct lobby *board, struct lobby_meeting out[LOBBY_MAX])
{
    pthread_mutex_lock(&board->lock);
    size_t n = board->n;
    memcpy(out, board->at, n * sizeof(out[0]));
    pthread_mutex_unlock(&board->lock);
    return n;
}
