/* One writer an upload. Who comes anew is the one that counts: the one before may hang on a
 * connection that nobody has told it is dead. */
#include <pthread.h>
#include <string.h>

#include "base/mem.h"
#include "documents_priv.h"

struct claim {
    struct claim *next;
    char id[PUBLIC_ID_LEN + 1], owner[UPLOAD_OWNER_LEN + 1];
    atomic_bool stop;
};

struct claims {
    pthread_mutex_t lock;
    struct claim *list;
};

enum err claims_new(struct claims **out)
{
    struct claims *cs = (struct claims *)mem_zalloc(1, sizeof(*cs));
    if (cs == NULL)
        return ERR_NOMEM;
    (void)pthread_mutex_init(&cs->lock, NULL);
    *out = cs;
    return ERR_OK;
}

void claims_free(struct claims *cs)
{
    if (cs == NULL)
        return;
    while (cs->list != NULL)
        claim_drop(cs, cs->list);
    (void)pthread_mutex_destroy(&cs->lock);
    mem_free(cs);
}

/* With the lock. */
static struct claim *find(const struct claims *cs, const char *id)
{
    struct claim *c = cs->list;
    while (c != NULL && strcmp(c->id, id) != 0)
        c = c->next;
    return c;
}

struct claim *claim_take(struct claims *cs, const char *id, const char *owner)
{
    struct claim *mine = (struct claim *)mem_zalloc(1, sizeof(*mine));
    (void)pthread_mutex_lock(&cs->lock);
    struct claim *held = find(cs, id);
    if (held != NULL) {
        atomic_store(&held->stop, true);
    } else if (mine != NULL) {
        COPY(mine->id, id);
        COPY(mine->owner, owner);
        mine->next = cs->list;
        cs->list = mine;
    }
    (void)pthread_mutex_unlock(&cs->lock);
    if (held == NULL)
        return mine;
    mem_free(mine);
    return NULL;
}

void claim_drop(struct claims *cs, struct claim *c)
{
    if (c == NULL)
        return;
    (void)pthread_mutex_lock(&cs->lock);
    struct claim **at = &cs->list;
    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    (void)pthread_mutex_unlock(&cs->lock);
    mem_free(c);
}

const atomic_bool *claim_stop(const struct claim *c)
{
    return &c->stop;
}

bool claims_stop(struct claims *cs, const char *id)
{
    (void)pthread_mutex_lock(&cs->lock);
    struct claim *held = find(cs, id);
    if (held != NULL)
        atomic_store(&held->stop, true);
    (void)pthread_mutex_unlock(&cs->lock);
    return held != NULL;
}

void claims_stop_owner(struct claims *cs, const char *owner)
{
    (void)pthread_mutex_lock(&cs->lock);
    for (struct claim *c = cs->list; c != NULL; c = c->next)
        if (strcmp(c->owner, owner) == 0)
            atomic_store(&c->stop, true);
    (void)pthread_mutex_unlock(&cs->lock);
}
