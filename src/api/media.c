/* Offers and answers of a person's two connections, and what the worker is told of them. */
#include <stdlib.h>
#include <string.h>

#include "api_priv.h"
#include "base/mem.h"
#include "crypto/random.h"

/* ---- tracks
 * ------------------------------------------------------------------------------------------- */

static struct track *track_by_mid(struct person *p, const char *mid)
{
    struct track *t = p->live->tracks;
    while (t != NULL && (t->person != p || strcmp(t->media.mid, mid) != 0))
        t = t->next;
    return t;
}

static void track_post(struct track *t)
{
    struct worker_cmd *c = pc_command(t->person->live, CMD_PRODUCER_ADD);
    if (c == NULL)
        return;
    c->peer = t->person->send.peer;
    c->producer = t->producer;
    c->u.producer.media = t->media;
    c->u.producer.track = t->number;
    c->u.producer.screen = t->source == SOURCE_SCREEN;
    worker_post(pc_worker(t->person->live), c);
}

void track_add(struct person *p, const struct media *m, enum source source)
{
    struct live *l = p->live;
    struct track *t = (struct track *)mem_zalloc(1, sizeof(*t));
    if (t == NULL)
        return;
    t->person = p;
    t->number = ++l->last_track;
    t->producer = ++l->api->next_id;
    t->source = source;
    t->media = *m;
    if (map_put(&l->api->producers, t->producer, t) != ERR_OK) {
        mem_free(t);
        return;
    }
    t->next = l->tracks;
    l->tracks = t;
    store_track(l, t, false);
    if (t->source == SOURCE_SCREEN)
        store_event(l, p, "share", json_pack("{s:I}", "track", (json_int_t)t->number));
    recorder_track(l, t); /* Its definition goes to the journal before its packets can. */
    track_post(t);
    json_t *o = json_track(t);
    (void)json_object_set_new(o, "type", json_string("track"));
    say_all(l, o, p);
}

void track_remove(struct track *t)
{
    struct live *l = t->person->live;
    struct track **at = &l->tracks;
    char id[24];
    while (*at != t)
        at = &(*at)->next;
    *at = t->next;
    (void)map_take(&l->api->producers, t->producer);
    pc_post_id(l, CMD_PRODUCER_REMOVE, t->producer, false);
    store_track(l, t, true);
    if (t->source == SOURCE_SCREEN)
        store_event(l, t->person, "share_end", json_pack("{s:I}", "track", (json_int_t)t->number));
    recorder_track_end(l, t);
    for (struct person *q = l->persons; q != NULL; q = q->next)
        for (size_t i = 0; i < q->n_slots; i++)
            if (q->slots[i].track == t) {
                q->slots[i].track = NULL;
                q->slots[i].consumer = 0; /* The worker let it go with its producer. */
                q->slots[i].sdp.active = false;
            }
    whip_track_removed(t);
    (void)snprintf(id, sizeof(id), "%u", t->number);
    say_all(l, json_pack("{s:s,s:s}", "type", "track_left", "track", id), NULL);
    mem_free(t);
}

static void remove_tracks_of(struct person *p)
{
    for (struct track *t = p->live->tracks, *next = NULL; t != NULL; t = next) {
        next = t->next;
        if (t->person == p)
            track_remove(t);
    }
}

void media_close(struct person *p)
{
    remove_tracks_of(p);
    pc_close(p->live, &p->send, &p->live->api->peers);
    pc_close(p->live, &p->recv, &p->live->api->peers);
    p->n_slots = 0;
    p->offer_out = p->offer_dirty = false;
    if (p->state == PERSON_IN)
        media_refresh_all(p->live);
}

/* ---- `send`: what the person publishes
 * -------------------------------------------------------------------- */

static int source_of(const struct offer_tracks *list, const struct media *m)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->list[i].mid, m->mid) == 0)
            return list->list[i].source;
    return m->kind == MEDIA_AUDIO ? SOURCE_MICROPHONE : SOURCE_CAMERA;
}

static size_t tracks_of(const struct person *p)
{
    size_t n = 0;
    for (const struct track *t = p->live->tracks; t != NULL; t = t->next)
        n += t->person == p;
    return n;
}

static void apply_lines(struct person *p, const struct nego_send *n,
                        const struct offer_tracks *list)
{
    for (size_t i = 0; i < n->n; i++) {
        const struct nego_line *line = &n->lines[i];
        struct track *t = line->media.mid[0] == '\0' ? NULL : track_by_mid(p, line->media.mid);
        if (t != NULL && !line->active)
            track_remove(t);
        else if (t == NULL && line->active && tracks_of(p) < TRACKS_PER_PERSON)
            track_add(p, &line->media, (enum source)source_of(list, &line->media));
    }
}

/* Another certificate is another connection of the page, and not an ICE restart of this one. */
static bool is_another(const struct pc *pc, const struct transport_params *params)
{
    return pc->peer != 0 &&
           memcmp(pc->fingerprint, params->fingerprint, sizeof(pc->fingerprint)) != 0;
}

static enum err answer_with(struct live *l, struct nego_local *local, const char *sdp,
                            char why[SDP_WHY_MAX])
{
    struct api *a = l->api;
    pc_local(l, local);
    return nego_answer(a->answer, a->text, a->scratch, sdp, strlen(sdp), local, why);
}

void media_send_offer(struct person *p, json_int_t id, const char *sdp,
                      const struct offer_tracks *tracks)
{
    struct live *l = p->live;
    struct api *a = l->api;
    const struct transport_params *params = &a->answer->params;
    char why[SDP_WHY_MAX] = "";
    enum err e = answer_with(l, &p->send.local, sdp, why);
    if (e == ERR_OK && is_another(&p->send, params)) {
        remove_tracks_of(p);
        pc_close(p->live, &p->send, &p->live->api->peers);
    }
    bool fresh = p->send.peer == 0;
    bool restart = !fresh && strcmp(params->remote_ufrag, p->send.remote_ufrag) != 0;
    if (e == ERR_OK && (fresh || restart)) {
        pc_credentials(l, &p->send.local); /* Both sides change (RFC 8445 9): answer with them. */
        e = answer_with(l, &p->send.local, sdp, why);
    }
    if (e != ERR_OK) {
        say_error(p->conn, id, "sdp", e == ERR_PROTO ? why : err_name(e));
        return;
    }
    if ((fresh && !pc_open(l, &p->send, params, p->member, &a->peers, p)) ||
        (restart && !pc_ice(l, &p->send, params))) {
        say_error(p->conn, id, "busy", "no memory for a connection");
        return;
    }
    say_ok(p->conn, id, json_pack("{s:s}", "sdp", a->text));
    apply_lines(p, a->answer, tracks);
    media_refresh_all(l);
}

/* ---- `recv`: what the person is sent
 * ----------------------------------------------------------------------- */

/* Devices that only send, and those who are alone, have none. */
static bool more_slots(struct person *p)
{
    if (p->n_slots < p->slots_cap)
        return true;
    size_t cap = p->slots_cap + SLOTS_STEP;
    struct slot *all =
        cap > SLOTS_MAX ? NULL : (struct slot *)mem_realloc(p->slots, cap * sizeof(*all));
    if (all == NULL)
        return false;
    p->slots = all;
    p->slots_cap = cap;
    return true;
}

static struct slot *slot_for(struct person *p, enum media_kind kind)
{
    for (size_t i = 0; i < p->n_slots; i++)
        if (p->slots[i].track == NULL && p->slots[i].sdp.kind == kind)
            return &p->slots[i];
    if (!more_slots(p))
        return NULL;
    struct slot *s = &p->slots[p->n_slots];
    *s = (struct slot){.hidden = false};
    (void)snprintf(s->sdp.mid, sizeof(s->sdp.mid), "%zu", p->n_slots++);
    return s;
}

static bool has_slot(const struct person *p, const struct track *t)
{
    for (size_t i = 0; i < p->n_slots; i++)
        if (p->slots[i].track == t)
            return true;
    return false;
}

static void fill_slot(struct slot *s, struct track *t)
{
    s->track = t;
    s->hidden = s->offered = false;
    s->consumer = 0;
    s->sdp.active = true;
    s->sdp.kind = t->media.kind;
    s->sdp.ssrc = random_u32() | 1u;
    s->sdp.rtx_ssrc = t->media.kind == MEDIA_VIDEO ? random_u32() | 1u : 0;
    s->sdp.n_codecs = 0;
    for (size_t i = 0; i < t->media.n_codecs; i++)
        s->sdp.codecs[s->sdp.n_codecs++] = t->media.codecs[i].codec;
    /* A stream per person and purpose: camera and microphone play in step, a screen stands alone.
     */
    (void)snprintf(s->sdp.stream, sizeof(s->sdp.stream), "%.24s%s", t->person->who.public_id,
                   t->source == SOURCE_SCREEN ? "-screen" : "");
    (void)snprintf(s->sdp.track, sizeof(s->sdp.track), "t%u", t->number);
}

static bool assign_slots(struct person *p)
{
    bool changed = false;
    for (struct track *t = p->live->tracks; t != NULL; t = t->next) {
        if (t->person == p || has_slot(p, t))
            continue;
        struct slot *s = slot_for(p, t->media.kind);
        if (s == NULL)
            continue;
        fill_slot(s, t);
        changed = true;
    }
    return changed;
}

static void send_recv_offer(struct person *p)
{
    struct live *l = p->live;
    struct nego_slot list[SLOTS_MAX];
    json_t *tracks = json_array();
    char id[24];
    if (p->recv.local.ufrag[0] == '\0')
        pc_credentials(l, &p->recv.local);
    pc_local(l, &p->recv.local);
    for (size_t i = 0; i < p->n_slots; i++) {
        list[i] = p->slots[i].sdp;
        p->slots[i].offered = list[i].active;
        if (p->slots[i].track == NULL)
            continue;
        (void)snprintf(id, sizeof(id), "%u", p->slots[i].track->number);
        (void)json_array_append_new(tracks,
                                    json_pack("{s:s,s:s}", "mid", list[i].mid, "track", id));
    }
    p->offer_dirty = false;
    if (nego_offer(l->api->text, list, p->n_slots, "yunjian", &p->recv.local) == 0) {
        json_decref(tracks);
        return;
    }
    p->offer_out = true;
    p->revision++;
    say(p, json_pack("{s:s,s:s,s:I,s:o}", "type", "recv_offer", "sdp", l->api->text, "revision",
                     (json_int_t)p->revision, "tracks", tracks));
}

void media_refresh(struct person *p)
{
    if (p->state != PERSON_IN || p->conn == NULL)
        return;
    if (p->offer_out) {
        p->offer_dirty = true; /* One at a time: looked at again when its answer comes. */
        return;
    }
    bool changed = assign_slots(p) || p->offer_dirty;
    for (size_t i = 0; i < p->n_slots; i++)
        changed = changed || p->slots[i].sdp.active != p->slots[i].offered;
    if (changed)
        send_recv_offer(p);
}

void media_refresh_all(struct live *l)
{
    for (struct person *p = l->persons; p != NULL; p = p->next)
        media_refresh(p);
}

static void consumer_post(struct person *p, struct slot *s, const struct media *m)
{
    struct worker_cmd *c = pc_command(p->live, CMD_CONSUMER_ADD);
    if (c == NULL)
        return;
    s->consumer = ++p->live->api->next_id;
    c->peer = p->recv.peer;
    c->producer = s->track->producer;
    c->consumer = s->consumer;
    c->u.consumer.media = *m;
    c->u.consumer.ssrc = s->sdp.ssrc;
    c->u.consumer.rtx_ssrc = s->sdp.rtx_ssrc;
    worker_post(pc_worker(p->live), c);
    if (s->hidden)
        pc_post_id(p->live, CMD_CONSUMER_PAUSE, s->consumer, true);
}

static void apply_answer(struct person *p, const struct nego_recv *n)
{
    for (size_t i = 0; i < n->n && i < p->n_slots; i++) {
        struct slot *s = &p->slots[i];
        if (s->track == NULL)
            continue;
        if (n->lines[i].active && s->consumer == 0)
            consumer_post(p, s, &n->lines[i].media);
    }
}

void media_recv_answer(struct person *p, json_int_t id, const char *sdp, int64_t revision)
{
    struct api *a = p->live->api;
    struct nego_slot list[SLOTS_MAX];
    char why[SDP_WHY_MAX];
    if (!p->offer_out || revision != p->revision) {
        say_error(p->conn, id, "conflict", "this offer is not open");
        return;
    }
    for (size_t i = 0; i < p->n_slots; i++)
        list[i] = p->slots[i].sdp;
    enum err e = nego_apply_answer(a->applied, a->scratch, sdp, strlen(sdp), list, p->n_slots,
                                   &p->recv.local, why);
    p->offer_out = false;
    p->offer_dirty = false;
    if (e != ERR_OK) {
        say_error(p->conn, id, "sdp", e == ERR_PROTO ? why : err_name(e));
        return;
    }
    bool opened = true;
    if (p->recv.peer == 0)
        opened = pc_open(p->live, &p->recv, &a->applied->params, p->member, &a->peers, p);
    else if (strcmp(a->applied->params.remote_ufrag, p->recv.remote_ufrag) != 0)
        opened = pc_ice(p->live, &p->recv, &a->applied->params);
    if (!opened) {
        say_error(p->conn, id, "busy", "no memory for a connection");
        return;
    }
    apply_answer(p, a->applied);
    say_ok(p->conn, id, NULL);
    media_refresh(p);
}

void media_recv_restart(struct person *p)
{
    if (p->recv.peer == 0)
        return;
    pc_credentials(p->live, &p->recv.local);
    send_recv_offer(p); /* Also when one is out: the page drops that for the newer. */
}

/* ---- muting and watching
 * -------------------------------------------------------------------------------------- */

bool media_paused(const struct person *p, enum source s)
{
    for (const struct track *t = p->live->tracks; t != NULL; t = t->next)
        if (t->person == p && t->source == s && t->paused_by_host)
            return true;
    return false;
}

/* A device has no hand of its own: what the host has muted stays so when it comes back. */
static void keep_muted(struct person *p, enum source s, bool on, bool by_host)
{
    unsigned muted = on ? p->who.muted | 1u << s : p->who.muted & ~(1u << s);
    if (!by_host || p->device == NULL || muted == p->who.muted)
        return;
    p->who.muted = muted;
    store_muted(p);
}

void media_mute(struct person *p, enum source s, bool on, bool by_host)
{
    keep_muted(p, s, on, by_host);
    for (struct track *t = p->live->tracks; t != NULL; t = t->next) {
        if (t->person != p || t->source != s)
            continue;
        bool was = t->muted || t->paused_by_host;
        if (by_host)
            t->paused_by_host = on;
        else
            t->muted = on;
        if (!by_host && !on)
            t->paused_by_host = false; /* Who was muted by the host may speak again by own hand. */
        bool is = t->muted || t->paused_by_host;
        if (is != was)
            store_event(p->live, p, is ? "mute" : "unmute",
                        json_pack("{s:s,s:b}", "source", source_words[s], "by_host", (int)by_host));
        if (is && !was)
            recorder_mute(p->live, t);
        pc_post_id(p->live, CMD_PRODUCER_PAUSE, t->producer, is);
        json_t *o = json_track(t);
        (void)json_object_set_new(o, "type", json_string("track"));
        say_all(p->live, o, NULL);
    }
    say_person(p);
}

static bool listed(const json_t *tracks, const struct track *t)
{
    char id[24];
    (void)snprintf(id, sizeof(id), "%u", t->number);
    for (size_t i = 0; i < json_array_size(tracks); i++) {
        const char *s = json_string_value(json_array_get(tracks, i));
        if (s != NULL && strcmp(s, id) == 0)
            return true;
    }
    return false;
}

void media_watch(struct person *p, const json_t *tracks)
{
    for (size_t i = 0; i < p->n_slots; i++) {
        struct slot *s = &p->slots[i];
        if (s->track == NULL || s->sdp.kind != MEDIA_VIDEO)
            continue;
        bool hide = !listed(tracks, s->track);
        if (hide != s->hidden && s->consumer != 0)
            pc_post_id(p->live, CMD_CONSUMER_PAUSE, s->consumer, hide);
        s->hidden = hide;
    }
}

/* ---- what the worker tells
 * -------------------------------------------------------------------------------------- */

static const char *grade(uint32_t loss_permille, uint32_t rtt_ms)
{
    if (loss_permille >= 100 || rtt_ms >= 600)
        return "poor";
    return loss_permille >= 20 || rtt_ms >= 250 ? "fair" : "good";
}

static uint32_t apart(uint32_t a, uint32_t b)
{
    return a > b ? a - b : b - a;
}

/* The figures behind the word, when they have moved enough to be worth a message to everybody. */
static bool figures_moved(const struct person *p, uint64_t now)
{
    if (now - p->said_quality_ns < 5 * NS_PER_S)
        return false;
    return apart(p->rtt_ms, p->said_rtt_ms) > 5 + p->said_rtt_ms / 4 ||
           apart(p->loss_permille, p->said_loss_permille) >= 5;
}

static void on_quality(struct person *p, const struct worker_event *e)
{
    uint32_t rtt = e->u.quality.rtt_us / 1000;
    if (e->peer == p->recv.peer)
        p->rtt_ms = rtt;
    p->loss_permille = e->u.quality.loss_permille;
    const char *now = p->send.lost || p->recv.lost ? "lost" : grade(p->loss_permille, p->rtt_ms);
    uint64_t at = clock_mono_ns();
    if (strcmp(now, p->quality) == 0 && !figures_moved(p, at))
        return;
    (void)snprintf(p->quality, sizeof(p->quality), "%s", now);
    p->said_rtt_ms = p->rtt_ms;
    p->said_loss_permille = p->loss_permille;
    p->said_quality_ns = at;
    say_person(p);
}

static void on_gone(struct person *p, struct pc *pc)
{
    bool sends = pc == &p->send;
    if (sends)
        remove_tracks_of(p);
    pc_close(p->live, pc, &p->live->api->peers);
    say(p, json_pack("{s:s,s:s}", "type", "media_lost", "pc", sends ? "send" : "recv"));
    if (!sends) {
        p->n_slots = 0;
        p->offer_out = false;
    }
    media_refresh_all(p->live);
}

static void on_peer(struct api *a, const struct worker_event *e)
{
    struct person *p = (struct person *)map_get(&a->peers, e->peer);
    if (p == NULL || p->device != NULL) {
        whip_peer(a, p, e);
        return;
    }
    struct pc *pc = p->send.peer == e->peer ? &p->send : &p->recv;
    if (e->type == EV_PEER_UP) {
        pc->up = true;
    } else if (e->type == EV_PEER_GONE) {
        on_gone(p, pc);
    } else {
        pc->lost = e->type == EV_PEER_LOST;
        (void)snprintf(p->quality, sizeof(p->quality), "%s", pc->lost ? "lost" : "good");
        say_person(p);
    }
}

static void on_speaker(struct api *a, const struct worker_event *e)
{
    struct live *l = live_by_room(a, e->room);
    const struct person *p = (const struct person *)map_get(&a->members, e->member);
    if (l == NULL || p == NULL || p->live != l)
        return;
    l->speaker = e->member;
    say_all(l, json_pack("{s:s,s:s}", "type", "speaker", "participant", p->who.public_id), NULL);
}

void media_event(struct api *a, const struct worker_event *e)
{
    struct person *p = (struct person *)map_get(&a->members, e->member);
    switch (e->type) {
    case EV_PEER_UP:
    case EV_PEER_LOST:
    case EV_PEER_BACK:
    case EV_PEER_GONE:
        on_peer(a, e);
        break;
    case EV_SPEAKER:
        on_speaker(a, e);
        break;
    case EV_QUALITY:
        if (p != NULL)
            on_quality(p, e);
        break;
    case EV_PRODUCER_STARTED:
    case EV_STATS:
        break;
    }
}
