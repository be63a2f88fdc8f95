/* Live meetings: who is in, who waits, who has gone. */
#include <string.h>

#include "api_priv.h"
#include "base/log.h"
#include "base/mem.h"

static void post(struct live *l, enum worker_cmd_type type)
{
    struct worker_cmd *c = worker_cmd_new(type);
    if (c == NULL)
        return;
    c->room = l->room;
    worker_post(l->api->cfg.workers[l->worker], c);
}

struct live *live_find(struct api *a, const char *public_id)
{
    struct live *l = a->lives;
    while (l != NULL && strcmp(l->m.public_id, public_id) != 0)
        l = l->next;
    return l;
}

struct live *live_by_room(struct api *a, uint64_t room)
{
    return (struct live *)map_get(&a->rooms, room);
}

static unsigned least_loaded(const struct api *a)
{
    unsigned best = 0;
    size_t fewest = SIZE_MAX;
    for (unsigned w = 0; w < a->cfg.n_workers; w++) {
        size_t n = 0;
        for (const struct live *l = a->lives; l != NULL; l = l->next)
            n += l->worker == w ? 1 + live_count_in(l) : 0;
        if (n < fewest) {
            fewest = n;
            best = w;
        }
    }
    return best;
}

struct live *live_get(struct api *a, const struct job *j)
{
    struct live *l = live_find(a, j->m.public_id);
    if (l != NULL)
        return l;
    l = (struct live *)mem_zalloc(1, sizeof(*l));
    if (l == NULL)
        return NULL;
    l->api = a;
    l->m = j->m;
    l->room = ++a->next_id;
    l->worker = least_loaded(a);
    l->last_track = j->last_track;
    l->last_end_ns = j->last_end_ns;
    l->chat = json_incref(j->chat);
    l->last_chat = json_integer_value(
        json_object_get(json_array_get(l->chat, json_array_size(l->chat) - 1), "chat"));
    l->resume = strcmp(j->rec_state, "on") == 0;
    l->stopped_by_hand = strcmp(j->rec_state, "stopped") == 0;
    l->rec = l->stopped_by_hand ? REC_STOPPED : REC_OFF;
    l->rec_since_ms = clock_wall_ms();
    (void)snprintf(l->rec_by, sizeof(l->rec_by), "%s", j->name);
    (void)snprintf(l->rec_reason, sizeof(l->rec_reason), "%s", j->text);
    if (map_put(&a->rooms, l->room, l) != ERR_OK) {
        json_decref(l->chat);
        mem_free(l);
        return NULL;
    }
    l->next = a->lives;
    a->lives = l;
    post(l, CMD_ROOM_OPEN);
    return l;
}

struct person *person_find(struct live *l, const char *id)
{
    struct person *p = l->persons;
    while (p != NULL && strcmp(p->who.public_id, id) != 0)
        p = p->next;
    return p;
}

struct person *person_add(struct live *l, const struct participant *who)
{
    struct person *p = (struct person *)mem_zalloc(1, sizeof(*p));
    if (p == NULL)
        return NULL;
    p->live = l;
    p->who = *who;
    p->member = ++l->api->next_id;
    if (map_put(&l->api->members, p->member, p) != ERR_OK) {
        mem_free(p);
        return NULL;
    }
    p->next = l->persons;
    l->persons = p;
    return p;
}

static void person_remove(struct person *p)
{
    struct person **at = &p->live->persons;
    while (*at != p)
        at = &(*at)->next;
    *at = p->next;
    (void)map_take(&p->live->api->members, p->member);
    if (p->device != NULL)
        whip_forget(p->device);
    mem_free(p->slots);
    mem_free(p);
}

size_t live_count_in(const struct live *l)
{
    size_t n = 0;
    for (const struct person *p = l->persons; p != NULL; p = p->next)
        n += p->state == PERSON_IN;
    return n;
}

/* A host whose socket has just fallen comes back in a moment: nobody takes over meanwhile. */
bool live_host_here(const struct live *l)
{
    uint64_t now = clock_mono_ns();
    for (const struct person *p = l->persons; p != NULL; p = p->next) {
        bool there = p->conn != NULL || now - p->socket_lost_ns < HOST_GONE_MS * NS_PER_MS;
        if (p->state == PERSON_IN && p->who.host && there)
            return true;
    }
    return false;
}

void person_enter(struct person *p)
{
    struct live *l = p->live;
    bool first = strcmp(p->who.state, "in") != 0;
    p->state = PERSON_IN;
    (void)snprintf(p->who.state, sizeof(p->who.state), "in");
    l->empty_since_ns = 0;
    if (strcmp(l->m.state, "scheduled") == 0) {
        (void)snprintf(l->m.state, sizeof(l->m.state), "live");
        store_meeting_state(l, "live");
    }
    store_person_state(p, "in", 1);
    store_event(l, p, first ? "join" : "rejoin", json_object());
    say_snapshot(p);
    json_t *o = json_person(p);
    (void)json_object_set_new(o, "type", json_string("participant"));
    say_all(l, o, p);
    say_lobbies(l);
    media_refresh(p);
    recorder_consider(l);
    if (l->journal == NULL)
        recorder_space(l); /* How long the disk would last is known before it starts. */
}

void person_drop_socket(struct person *p)
{
    if (p->conn != NULL)
        p->conn->person = NULL;
    p->conn = NULL;
}

/* Leaves for good (left, removed, refused) or is gone for now: then the same token may come back.
 */
void person_out(struct person *p, const char *state, const char *reason)
{
    struct live *l = p->live;
    bool was_in = p->state == PERSON_IN;
    media_close(p);
    p->state = PERSON_OUT;
    if (was_in) {
        store_person_state(p, state, -1);
        store_event(l, p, "leave", json_pack("{s:s}", "reason", reason));
        say_all(l,
                json_pack("{s:s,s:s,s:s}", "type", "participant_left", "participant",
                          p->who.public_id, "reason", reason),
                p);
    } else {
        if (strcmp(state, "in") != 0)
            store_person_state(p, state, 0);
        if (p->device == NULL) /* One that never connected has waited for nobody. */
            say_managers(
                l, json_pack("{s:s,s:s}", "type", "waiting_left", "participant", p->who.public_id));
    }
    person_drop_socket(p);
    person_remove(p);
    say_lobbies(l);
}

void live_end_record(struct live *l, const char *by)
{
    l->ending = true;
    store_event(l, NULL, "end", json_pack("{s:s}", "by", by));
    store_meeting_state(l, "ended");
}

void live_end_people(struct live *l, const char *by)
{
    for (struct person *p = l->persons, *next = NULL; p != NULL; p = next) {
        struct conn *c = p->conn;
        next = p->next;
        say(p, json_pack("{s:s,s:s}", "type", "ended", "by", by));
        person_out(p, "left", "ended");
        if (c != NULL && c->ws != NULL)
            ws_close(c->ws, 4004, "meeting ended");
    }
    whip_end_watchers(l);
    recorder_end(l);
}

void live_end(struct live *l, const char *by)
{
    live_end_record(l, by);
    live_end_people(l, by);
}

void live_cancel(struct live *l, const char *by, const char *reason)
{
    l->ending = true;
    COPY(l->m.state, "cancelled");
    for (struct person *p = l->persons, *next = NULL; p != NULL; p = next) {
        struct conn *c = p->conn;
        next = p->next;
        say(p, json_pack("{s:s,s:s,s:s}", "type", "cancelled", "by", by, "reason", reason));
        person_out(p, "left", "cancelled");
        if (c != NULL && c->ws != NULL)
            ws_close(c->ws, 4005, "meeting cancelled");
    }
    whip_end_watchers(l);
    if (l->journal != NULL)
        recorder_end(l);
}

void live_free(struct live *l)
{
    struct live **at = &l->api->lives;
    while (*at != l)
        at = &(*at)->next;
    *at = l->next;
    while (l->persons != NULL) {
        media_close(l->persons);
        person_drop_socket(l->persons);
        person_remove(l->persons);
    }
    whip_end_watchers(l);
    post(l, CMD_ROOM_CLOSE);
    (void)map_take(&l->api->rooms, l->room);
    json_decref(l->chat);
    mem_free(l);
}

/* ---- time
 * ------------------------------------------------------------------------------------------ */

static uint64_t since_ms(uint64_t then, uint64_t now)
{
    return then == 0 || now < then ? 0 : (now - then) / NS_PER_MS;
}

static bool media_here(const struct person *p)
{
    return (p->send.up && !p->send.lost) || (p->recv.up && !p->recv.lost);
}

static bool is_gone(const struct person *p, uint64_t now)
{
    if (p->conn != NULL)
        return false;
    if (media_here(p))
        return since_ms(p->socket_lost_ns, now) >= SOCKET_GONE_MS;
    return since_ms(p->heard_ns, now) >= GONE_MS;
}

static void tick_person(struct person *p, uint64_t now)
{
    bool reconnecting =
        p->state == PERSON_IN && p->conn == NULL && since_ms(p->socket_lost_ns, now) >= 1000;
    if (reconnecting != p->reconnecting) {
        p->reconnecting = reconnecting;
        say_person(p);
        say_lobbies(p->live);
    }
    if (!is_gone(p, now))
        return;
    /* In the database still "in": whoever comes back with the token is the same person, admitted.
     */
    person_out(p, p->state == PERSON_IN ? "in" : "new", "gone");
}

void live_tick(struct live *l, uint64_t now)
{
    for (struct person *p = l->persons, *next = NULL; p != NULL; p = next) {
        next = p->next;
        tick_person(p, now);
    }
    say_watchers(l, now);
    if (l->persons != NULL) {
        l->empty_since_ns = 0;
        return;
    }
    if (l->empty_since_ns == 0)
        l->empty_since_ns = now;
    if (l->journal != NULL && !l->closing && since_ms(l->empty_since_ns, now) >= EMPTY_MS)
        recorder_shutdown(l);
    if (l->journal == NULL &&
        (l->ending || (since_ms(l->empty_since_ns, now) >= EMPTY_MS && !whip_waits(l))))
        live_free(l);
}
