/* Connections, as the control thread knows them, and the orders that the worker gets for them. */
#include <string.h>

#include "api_priv.h"
#include "base/mem.h"
#include "crypto/random.h"

struct worker *pc_worker(const struct live *l)
{
    return l->api->cfg.workers[l->worker];
}

struct worker_cmd *pc_command(const struct live *l, enum worker_cmd_type type)
{
    struct worker_cmd *c = worker_cmd_new(type);
    if (c != NULL)
        c->room = l->room;
    return c;
}

void pc_post_id(struct live *l, enum worker_cmd_type type, uint64_t id, bool on)
{
    struct worker_cmd *c = pc_command(l, type);
    if (c == NULL)
        return;
    c->peer = c->producer = c->consumer = id;
    c->on = on;
    worker_post(pc_worker(l), c);
}

void post_record(struct live *l, struct sink *s)
{
    struct worker_cmd *c = pc_command(l, CMD_RECORD);
    if (c == NULL)
        return;
    c->u.sink = s;
    worker_post(pc_worker(l), c);
}

void pc_local(struct live *l, struct nego_local *n)
{
    const struct api_config *cfg = &l->api->cfg;
    if (n->session == 0)
        n->session = (uint64_t)random_u32() << 32 | random_u32();
    n->version++;
    n->fingerprint = cfg->fingerprint;
    n->n_udp = n->n_tcp = cfg->n_announce;
    for (unsigned i = 0; i < cfg->n_announce; i++) {
        l->udp[i] = l->tcp[i] = cfg->announce[i];
        addr_set_port(&l->udp[i], (uint16_t)(cfg->media_port + l->worker));
        addr_set_port(&l->tcp[i], cfg->media_port);
    }
    n->udp = l->udp;
    n->tcp = l->tcp;
}

void pc_credentials(struct live *l, struct nego_local *n)
{
    worker_ufrag(n->ufrag, l->worker);
    random_ice(n->pwd, 24);
}

void pc_close(struct live *l, struct pc *pc, struct map *owners)
{
    if (pc->peer == 0)
        return;
    pc_post_id(l, CMD_PEER_REMOVE, pc->peer, false);
    (void)map_take(owners, pc->peer);
    *pc = (struct pc){.peer = 0};
}

static void remember(struct pc *pc, const struct transport_params *params)
{
    memcpy(pc->remote_ufrag, params->remote_ufrag, sizeof(pc->remote_ufrag));
    memcpy(pc->fingerprint, params->fingerprint, sizeof(pc->fingerprint));
}

bool pc_open(struct live *l, struct pc *pc, const struct transport_params *params, uint64_t member,
             struct map *owners, void *owner)
{
    struct worker_cmd *c = pc_command(l, CMD_PEER_ADD);
    uint64_t peer = ++l->api->next_id;
    if (c == NULL || map_put(owners, peer, owner) != ERR_OK) {
        mem_free(c); /* The worker never hears of what nobody could take back. */
        return false;
    }
    c->peer = pc->peer = peer;
    c->member = member;
    c->u.peer = *params;
    remember(pc, params);
    worker_post(pc_worker(l), c);
    return true;
}

bool pc_ice(struct live *l, struct pc *pc, const struct transport_params *params)
{
    struct worker_cmd *c = pc_command(l, CMD_PEER_ICE);
    if (c == NULL)
        return false;
    c->peer = pc->peer;
    c->u.peer = *params;
    remember(pc, params);
    worker_post(pc_worker(l), c);
    return true;
}
