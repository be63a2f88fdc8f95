/* What publishes by WHIP is a person of the meeting from the moment it is connected; what watches
 * by WHEP is not: it has a connection and nothing else. */
#include "whip_priv.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "crypto/password.h"
#include "crypto/random.h"

static uint64_t id_key(const char *id)
{
    char half[17];
    (void)snprintf(half, sizeof(half), "%.16s", id);
    return strtoull(half, NULL, 16) | 1u;
}

struct whip *whip_find(const struct api *a, const char *id)
{
    struct whip *w = (struct whip *)map_get(&a->whip_ids, id_key(id));
    return w != NULL && strcmp(w->id, id) == 0 ? w : NULL;
}

/* ---- a session
 * ------------------------------------------------------------------------------------------ */

static struct whip *session_new(const struct whip_offer *o, bool publishes)
{
    struct api *a = o->live->api;
    struct whip *w = (struct whip *)mem_zalloc(1, sizeof(*w));
    if (w == NULL)
        return NULL;
    w->live = o->live;
    w->publishes = publishes;
    w->token = *o->token;
    w->opened_ns = clock_mono_ns();
    random_hex(w->id, WHIP_ID_LEN);
    random_hex(w->etag, WHIP_ETAG_LEN);
    (void)snprintf(w->name, sizeof(w->name), "%s", o->name);
    (void)snprintf(w->client, sizeof(w->client), "%s", o->client);
    if (token_hash(w->secret, o->secret) != ERR_OK ||
        map_put(&a->whip_ids, id_key(w->id), w) != ERR_OK) {
        mem_free(w);
        return NULL;
    }
    w->next = a->whips;
    a->whips = w;
    return w;
}

void whip_forget(struct whip *w)
{
    struct api *a = w->live->api;
    struct whip **at = &a->whips;
    while (*at != w)
        at = &(*at)->next;
    *at = w->next;
    (void)map_take(&a->whip_ids, id_key(w->id));
    mem_free(w);
}

void whip_end(struct whip *w, const char *reason)
{
    log_debug("whip", "%s %s: ends, %s", w->live->m.public_id, w->name, reason);
    if (w->publishes) {
        person_out(w->person, "left", reason); /* The session goes with it. */
        return;
    }
    w->live->watchers -= w->up;
    pc_close(w->live, &w->pc, &w->live->api->watchers);
    whip_forget(w);
}

void whip_end_watchers(struct live *l)
{
    for (struct whip *w = l->api->whips, *next = NULL; w != NULL; w = next) {
        next = w->next;
        if (w->live == l && !w->publishes)
            whip_end(w, "ended");
    }
}

/* ---- a publisher that goes and comes back
 * ------------------------------------------------------------------------------------------ */

void whip_track_removed(const struct track *t)
{
    const struct live *l = t->person->live;
    for (struct whip *w = l->api->whips; w != NULL; w = w->next)
        for (size_t k = 0; k < w->n_media && w->live == l && !w->publishes; k++)
            if (w->tracks[k] == t) {
                w->tracks[k] = NULL;
                w->waits_ns = clock_mono_ns();
            }
}

bool whip_waits(const struct live *l)
{
    for (const struct whip *w = l->api->whips; w != NULL; w = w->next)
        if (w->live == l && w->waits_ns != 0)
            return true;
    return false;
}

static bool shares_codec(const struct media *a, const struct media *b)
{
    for (size_t i = 0; i < a->n_codecs; i++)
        for (size_t k = 0; k < b->n_codecs; k++)
            if (a->codecs[i].codec == b->codecs[k].codec)
                return true;
    return false;
}

static const struct track *track_for(const struct person *p, const struct media *m)
{
    const struct track *t = p->live->tracks;
    while (t != NULL && (t->person != p || t->media.kind != m->kind || !shares_codec(&t->media, m)))
        t = t->next;
    return t;
}

static bool go_on_with(struct whip *w, const struct person *p)
{
    const struct track *found[WHIP_MEDIA_MAX] = {NULL};
    for (size_t k = 0; k < w->n_media; k++) {
        found[k] = track_for(p, &w->media[k]);
        if (found[k] == NULL)
            return false;
    }
    for (size_t k = 0; k < w->n_media; k++) {
        struct worker_cmd *c = pc_command(w->live, CMD_CONSUMER_MOVE);
        if (c == NULL)
            return false;
        c->consumer = w->consumers[k];
        c->producer = found[k]->producer;
        worker_post(pc_worker(w->live), c);
        w->tracks[k] = found[k];
    }
    w->waits_ns = 0;
    return true;
}

/* Who watched the publisher of this name watches it again, by the same connection, if it sends what
 * was agreed then; there is no other agreement without another POST. */
static void watchers_go_on(const struct whip *publisher)
{
    for (struct whip *w = publisher->live->api->whips, *next = NULL; w != NULL; w = next) {
        next = w->next;
        if (w->live == publisher->live && w->waits_ns != 0 &&
            strcmp(w->name, publisher->name) == 0 && !go_on_with(w, publisher->person))
            whip_end(w, "its publisher came back with something else");
    }
}

void whip_free_all(struct api *a)
{
    for (struct whip *w = a->whips, *next = NULL; w != NULL; w = next) {
        next = w->next;
        if (!w->publishes)
            whip_end(w, "shutdown");
    }
}

void whip_tick(struct api *a, uint64_t now)
{
    int64_t wall_ms = clock_wall_ms();
    for (struct whip *w = a->whips, *next = NULL; w != NULL; w = next) {
        next = w->next;
        bool late = !w->up && now - w->opened_ns > WHIP_CONNECT_S * NS_PER_S;
        bool alone = w->waits_ns != 0 && now - w->waits_ns > WHIP_WAIT_S * NS_PER_S;
        if (late || alone || w->token.expires_at <= wall_ms) {
            whip_end(w, late    ? "never connected"
                        : alone ? "its publisher left"
                                : "its token ran out");
            next = a->whips; /* Others may have gone with it. */
        }
    }
}

void api_device_revoked(struct api *a, const char *device)
{
    a->endings++;
    for (struct whip *w = a->whips, *next = NULL; w != NULL; w = next) {
        next = w->next;
        if (strcmp(w->token.public_id, device) == 0) {
            whip_end(w, "its token was revoked");
            next = a->whips; /* Others may have gone with it. */
        }
    }
}

void whip_account_ended(struct api *a, int64_t account)
{
    for (struct whip *w = a->whips, *next = NULL; w != NULL; w = next) {
        next = w->next;
        if (w->token.account == account) {
            whip_end(w, "its token's maker is disabled");
            next = a->whips; /* Others may have gone with it. */
        }
    }
}

/* ---- room for one more
 * ------------------------------------------------------------------------------------ */

static bool refuse(struct whip_refusal *no, int status, const char *why)
{
    no->status = status;
    (void)snprintf(no->why, sizeof(no->why), "%s", why);
    return false;
}

static bool busy(struct whip_refusal *no)
{
    return refuse(no, 503, "The server is busy. Try again in a moment.");
}

static bool has_room(const struct live *l, bool publishes, struct whip_refusal *no)
{
    size_t same = 0, waiting = 0;
    for (const struct whip *w = l->api->whips; w != NULL; w = w->next) {
        same += w->live == l && w->publishes == publishes;
        waiting += w->live == l && !w->up;
    }
    if (l->api->stopping || waiting >= WHIP_WAITING_MAX)
        return busy(no);
    if (same >= (publishes ? DEVICES_MAX : WATCHERS_MAX))
        return refuse(no, 503, "This meeting has as many devices as it can take.");
    return true;
}

static struct whip *publisher(const struct live *l, const char *name)
{
    for (struct whip *w = l->api->whips; w != NULL; w = w->next)
        if (w->live == l && w->publishes && strcmp(w->name, name) == 0)
            return w;
    return NULL;
}

/* ---- WHIP
 * --------------------------------------------------------------------------------------------- */

/* SDP's own rules make a 400, those of WHIP and WHEP a 422. */
bool whip_offer_fits(struct api *a, const struct whip_offer *o, bool sends, struct whip_refusal *no)
{
    struct sdp *sdp = a->scratch;
    const char *fault = NULL;
    char why[SDP_WHY_MAX] = "";
    if (sdp_parse(sdp, o->sdp, o->len, why) != ERR_OK)
        return refuse(no, 400, why);
    fault = nego_check_one_way(sdp, sends);
    return fault == NULL || refuse(no, 422, fault);
}

bool whip_may_publish(const struct whip_offer *o, struct whip_refusal *no)
{
    const struct whip *old = publisher(o->live, o->name);
    if (old != NULL && old->up && !old->person->send.lost)
        return refuse(no, 409, "Something publishes under this name already.");
    return has_room(o->live, true, no);
}

/* No partly good answers: a line without a codec of ours refuses the whole. */
static bool check_answer(struct whip *w, struct whip_refusal *no)
{
    const struct api *a = w->live->api;
    size_t active = 0;
    for (size_t i = 0; i < a->answer->n; i++) {
        if (a->answer->lines[i].no_codec)
            return refuse(no, 422, "an m-line without a codec of ours: Opus; VP8, VP9, H.264");
        active += a->answer->lines[i].active;
        (void)snprintf(w->mids + strlen(w->mids), sizeof(w->mids) - strlen(w->mids), "%s%s",
                       i > 0 ? " " : "", a->scratch->media[i].mid);
    }
    w->first_kind = a->scratch->media[0].kind;
    return active > 0 || refuse(no, 422, "nothing of this kind is published");
}

static bool answer_publish(struct whip *w, const struct whip_offer *o, struct nego_local *local,
                           struct whip_refusal *no)
{
    struct api *a = o->live->api;
    char why[SDP_WHY_MAX] = "";
    pc_credentials(o->live, local);
    pc_local(o->live, local);
    enum err e = nego_answer(a->answer, a->text, a->scratch, o->sdp, o->len, local, why);
    if (e != ERR_OK)
        return refuse(no, 400, e == ERR_PROTO ? why : err_name(e));
    for (size_t i = 0; i < a->answer->n; i++)
        if (a->answer->lines[i].active && w->n_media < WHIP_MEDIA_MAX)
            w->media[w->n_media++] = a->answer->lines[i].media;
    return check_answer(w, no);
}

struct whip *whip_publish(const struct whip_offer *o, const struct participant *p,
                          struct whip_refusal *no)
{
    struct live *l = o->live;
    struct api *a = l->api;
    struct nego_local local = {.mux_only = true};
    if (!whip_may_publish(o, no))
        return NULL;
    struct whip *old = publisher(l, o->name), *w = session_new(o, true);
    if (w == NULL || !answer_publish(w, o, &local, no)) {
        if (w == NULL)
            (void)busy(no);
        else
            whip_forget(w);
        return NULL;
    }
    struct participant who = *p;
    if (old != NULL) {
        who.muted = old->person->who.muted; /* Newer than what was read. */
        whip_end(old, "replaced");
    }
    w->person = person_add(l, &who);
    if (w->person == NULL) {
        (void)busy(no);
        whip_forget(w);
        return NULL;
    }
    w->person->device = w;
    w->person->send.local = local;
    if (pc_open(l, &w->person->send, &a->answer->params, w->person->member, &a->peers, w->person))
        return w;
    (void)busy(no);
    whip_end(w, "no memory");
    return NULL;
}

/* ---- WHEP
 * --------------------------------------------------------------------------------------------- */

static size_t slots_of(const struct person *p, struct nego_slot *slots, const struct track **tracks)
{
    size_t n = 0;
    for (const struct track *t = p->live->tracks; t != NULL && n < WHIP_MEDIA_MAX; t = t->next) {
        if (t->person != p)
            continue;
        struct nego_slot *s = &slots[n];
        bool video = t->media.kind == MEDIA_VIDEO;
        *s = (struct nego_slot){.kind = t->media.kind,
                                .ssrc = random_u32() | 1u,
                                .rtx_ssrc = video ? random_u32() | 1u : 0,
                                .n_codecs = t->media.n_codecs,
                                .active = true};
        for (size_t i = 0; i < t->media.n_codecs; i++)
            s->codecs[i] = t->media.codecs[i].codec;
        (void)snprintf(s->stream, sizeof(s->stream), "%.24s", p->who.public_id);
        (void)snprintf(s->track, sizeof(s->track), "t%u", t->number);
        tracks[n++] = t;
    }
    return n;
}

static void consume(struct whip *w, const struct track *t, const struct nego_slot *s,
                    const struct media *m)
{
    struct worker_cmd *c = pc_command(w->live, CMD_CONSUMER_ADD);
    if (c == NULL)
        return;
    w->tracks[w->n_media] = t;
    w->media[w->n_media] = *m;
    w->consumers[w->n_media++] = ++w->live->api->next_id;
    c->peer = w->pc.peer;
    c->producer = t->producer;
    c->consumer = w->live->api->next_id;
    c->on = true; /* The publisher may come back. */
    c->u.consumer.media = *m;
    c->u.consumer.ssrc = s->ssrc;
    c->u.consumer.rtx_ssrc = s->rtx_ssrc;
    worker_post(pc_worker(w->live), c);
}

/* Each kind of media once: the line that is active for it. */
static void consume_all(struct whip *w, const struct nego_slot *slots,
                        const struct track *const *tracks, size_t n)
{
    const struct nego_send *answer = w->live->api->answer;
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < answer->n; i++)
            if (answer->lines[i].active && answer->lines[i].media.kind == slots[k].kind) {
                consume(w, tracks[k], &slots[k], &answer->lines[i].media);
                break;
            }
}

static bool answer_watch(struct whip *w, const struct whip_offer *o, const struct nego_slot *slots,
                         size_t n, struct whip_refusal *no)
{
    struct api *a = o->live->api;
    char why[SDP_WHY_MAX] = "";
    w->pc.local.mux_only = true;
    pc_credentials(o->live, &w->pc.local);
    pc_local(o->live, &w->pc.local);
    enum err e = nego_answer_watch(a->answer, a->text, a->scratch, o->sdp, o->len,
                                   (struct nego_slots){slots, n}, &w->pc.local, why);
    if (e != ERR_OK)
        return refuse(no, 400, e == ERR_PROTO ? why : err_name(e));
    return check_answer(w, no);
}

struct whip *whip_watch(const struct whip_offer *o, struct whip_refusal *no)
{
    struct live *l = o->live;
    struct nego_slot slots[WHIP_MEDIA_MAX];
    const struct track *tracks[WHIP_MEDIA_MAX];
    const struct whip *from = publisher(l, o->name);
    size_t n = from != NULL && from->up ? slots_of(from->person, slots, tracks) : 0;
    if (n == 0) {
        (void)refuse(no, 409, "Nothing publishes under this name yet.");
        return NULL;
    }
    bool fine = whip_offer_fits(l->api, o, false, no) && has_room(l, false, no);
    struct whip *w = fine ? session_new(o, false) : NULL;
    if (w == NULL) {
        if (no->status == 0)
            (void)busy(no);
        return NULL;
    }
    if (!answer_watch(w, o, slots, n, no)) {
        whip_forget(w);
        return NULL;
    }
    if (!pc_open(l, &w->pc, &l->api->answer->params, 0, &l->api->watchers, w)) {
        (void)busy(no);
        whip_forget(w);
        return NULL;
    }
    consume_all(w, slots, tracks, n);
    store_audit(l->api, w->token.made_by, "device.view", l->m.public_id, w->client);
    return w;
}

/* ---- ICE restart
 * ------------------------------------------------------------------------------------------ */

struct pc *whip_pc(struct whip *w)
{
    return w->publishes ? &w->person->send : &w->pc;
}

bool whip_restart(struct whip *w, const struct sdpfrag *theirs)
{
    struct pc *pc = whip_pc(w);
    struct nego_local next = pc->local;
    struct transport_params params = {.dtls_client = false};
    pc_credentials(w->live, &next);
    pc_local(w->live, &next);
    if (nego_fragment(w->live->api->text, w->first_kind == MEDIA_AUDIO ? "audio" : "video", w->mids,
                      &next) == 0)
        return false;
    memcpy(params.local_ufrag, next.ufrag, sizeof(params.local_ufrag));
    memcpy(params.local_pwd, next.pwd, sizeof(params.local_pwd));
    memcpy(params.remote_ufrag, theirs->ufrag, sizeof(params.remote_ufrag));
    memcpy(params.remote_pwd, theirs->pwd, sizeof(params.remote_pwd));
    memcpy(params.fingerprint, pc->fingerprint, sizeof(params.fingerprint));
    if (!pc_ice(w->live, pc, &params))
        return false;
    pc->local = next;
    random_hex(w->etag, WHIP_ETAG_LEN);
    return true;
}

/* ---- what the worker tells
 * -------------------------------------------------------------------------------------- */

/* Its media may flow: now it is one of the meeting. */
static void enter(struct whip *w)
{
    struct person *p = w->person;
    w->up = p->send.up = true;
    person_enter(p);
    for (size_t i = 0; i < w->n_media; i++) {
        enum source s = w->media[i].kind == MEDIA_AUDIO ? SOURCE_MICROPHONE : SOURCE_CAMERA;
        track_add(p, &w->media[i], s);
        if ((p->who.muted & 1u << s) != 0) /* As the host left it. */
            media_mute(p, s, true, true);
    }
    media_refresh_all(p->live);
    watchers_go_on(w);
}

void whip_peer(struct api *a, struct person *p, const struct worker_event *e)
{
    struct whip *w = p != NULL ? p->device : (struct whip *)map_get(&a->watchers, e->peer);
    if (w == NULL)
        return;
    if (e->type == EV_PEER_GONE) {
        whip_end(w, "gone");
    } else if (e->type == EV_PEER_UP && !w->up) {
        if (w->publishes)
            enter(w);
        else
            w->live->watchers++;
        w->up = true;
        recorder_consider(w->live);
    } else if (p != NULL && e->type != EV_PEER_UP) {
        p->send.lost = e->type == EV_PEER_LOST;
        (void)snprintf(p->quality, sizeof(p->quality), "%s", p->send.lost ? "lost" : "good");
        say_person(p);
    }
}
