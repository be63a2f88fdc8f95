/* The WebSocket protocol: what each message of the table in signal_shapes.c does. */
#include <stdlib.h>
#include <string.h>

#include "api_priv.h"
#include "base/mem.h"
#include "signal_priv.h"

/* ---- hello
 * ------------------------------------------------------------------------------------------- */

static void on_hello(struct conn *c, const void *in, const json_t *raw)
{
    const struct m_hello *m = (const struct m_hello *)in;
    struct job *j = c->helloed ? NULL : job_new(c->api, read_hello);
    (void)raw;
    if (j == NULL) {
        say_error(c, m->id, c->helloed ? "conflict" : "busy", "hello once");
        return;
    }
    c->helloed = true;
    c->pending++;
    j->conn = c;
    j->request = m->id;
    j->flag = m->fresh;
    (void)snprintf(j->token, sizeof(j->token), "%.*s", TOKEN_LEN, m->token);
    j->endings = c->api->endings;
    j->after = signal_hello_done;
    job_read(j);
}

/* Read before a session ended, and come back after: whether it is still good is read again. */
static bool read_again(const struct job *old)
{
    struct job *j = old->endings == old->api->endings ? NULL : job_new(old->api, read_hello);
    if (j == NULL)
        return false;
    j->conn = old->conn;
    j->request = old->request;
    j->flag = old->flag;
    (void)snprintf(j->token, sizeof(j->token), "%s", old->token);
    j->endings = old->api->endings;
    j->after = signal_hello_done;
    job_read(j);
    return true;
}

static bool put_out_before(const struct job *j)
{
    return strcmp(j->p.state, "removed") == 0 || strcmp(j->p.state, "refused") == 0;
}

/* The code tells the page what to say: whoever comes back to an ended meeting wants the replay. */
static uint16_t refusal(const struct job *j)
{
    if (j->task.result == ERR_GONE)
        return put_out_before(j)                      ? 4003
               : strcmp(j->m.state, "cancelled") == 0 ? 4005
               : meeting_is_over(&j->m)               ? 4004
                                                      : 4001;
    return j->task.result == ERR_AUTH ? 4001 : 4000;
}

static void refuse_hello(struct conn *c, const struct job *j)
{
    if (c->ws == NULL)
        return;
    say_error(c, j->request, err_name(j->task.result), "This link is no longer valid.");
    ws_close(c->ws, refusal(j), err_name(j->task.result));
}

static bool may(const struct person *p, enum action act)
{
    return policy_allows(p->who.role, participant_relation(&p->who), act);
}

static const char *state_word(const struct person *p)
{
    return p->state == PERSON_IN ? "in" : p->state == PERSON_WAITING ? "waiting" : "new";
}

static void welcome(struct person *p, json_int_t id)
{
    const struct meeting *m = &p->live->m;
    char starts[CLOCK_TEXT_MAX], now[CLOCK_TEXT_MAX];
    clock_rfc3339(starts, m->starts_at);
    clock_rfc3339(now, clock_wall_ms());
    json_t *meeting = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:b}", "id", m->public_id, "title",
                                m->title, "kind", m->kind, "host_name", m->host_name, "starts_at",
                                starts, "state", m->state, "record_auto", (int)m->record_auto);
    say_ok(p->conn, id,
           json_pack("{s:s,s:s,s:s,s:b,s:o,s:s,s:s,s:i,s:b,s:b,s:b,s:o,s:o}", "participant",
                     p->who.public_id, "name", p->who.name, "role", role_text(p->who.role), "host",
                     (int)p->who.host, "meeting", meeting, "state", state_word(p), "server_time",
                     now, "version", 1, "media", (int)(p->send.peer != 0 || p->recv.peer != 0),
                     "sends", (int)(p->send.peer != 0), "receives", (int)(p->recv.peer != 0),
                     "rights", json_rights(p), "ice_servers",
                     json_ice_servers(p->live->api->cfg.conf, clock_wall_ms())));
}

static void take_socket(struct person *p, struct conn *c)
{
    struct conn *old = p->conn;
    person_drop_socket(p);
    if (old != NULL && old->ws != NULL)
        ws_close(old->ws, 4002, "replaced");
    p->conn = c;
    c->person = p;
    p->socket_lost_ns = 0;
    if (p->reconnecting) {
        p->reconnecting = false;
        say_person(p);
        say_lobbies(p->live);
    }
}

static void resume(struct person *p, bool fresh)
{
    p->offer_out = false; /* Whatever was out went down with the old socket. */
    if (p->state == PERSON_IN) {
        say_snapshot(p); /* Before any offer: the page publishes when it reads this. */
        if (fresh)
            media_close(p);
        else
            p->offer_dirty = p->recv.peer != 0;
        media_refresh(p);
    } else if (strcmp(p->who.state, "in") == 0) {
        person_enter(p); /* Admitted before the server or the person fell away. */
    } else if (p->state == PERSON_WAITING) {
        say_lobby(p);
    }
}

void signal_hello_done(struct job *j)
{
    struct conn *c = j->conn;
    if (read_again(j))
        return;
    c->pending--;
    if (j->task.result == ERR_OK && (put_out_before(j) || meeting_is_over(&j->m)))
        j->task.result = ERR_GONE;
    struct live *l = j->task.result == ERR_OK && c->ws != NULL ? live_get(c->api, j) : NULL;
    if (l != NULL && l->ending) { /* It ended while this was read. */
        j->task.result = ERR_GONE;
        l = NULL;
    }
    struct person *p = l == NULL ? NULL : person_find(l, j->p.public_id);
    if (l != NULL && p == NULL)
        p = person_add(l, &j->p);
    if (p == NULL) {
        refuse_hello(c, j);
        conn_release(c);
        return;
    }
    take_socket(p, c);
    welcome(p, j->request);
    resume(p, j->flag);
}

/* ---- in the meeting
 * -------------------------------------------------------------------------------------- */

static void on_join(struct conn *c, const void *in, const json_t *raw)
{
    struct person *p = c->person;
    json_int_t id = ((const struct m_id *)in)->id;
    bool straight = p->who.host || !role_is_guest(p->who.role);
    (void)raw;
    if (p->state == PERSON_IN) {
        say_ok(c, id, json_pack("{s:s}", "state", "in"));
        return;
    }
    say_ok(c, id, json_pack("{s:s}", "state", straight ? "in" : "waiting"));
    if (straight) {
        person_enter(p);
        return;
    }
    if (p->state != PERSON_WAITING) {
        p->state = PERSON_WAITING;
        say_waiting(p);
    }
    say_lobby(p);
}

static void on_send_offer(struct conn *c, const void *in, const json_t *raw)
{
    const struct m_offer *m = (const struct m_offer *)in;
    (void)raw;
    media_send_offer(c->person, m->id, m->sdp, &m->tracks);
}

static void on_recv_answer(struct conn *c, const void *in, const json_t *raw)
{
    const struct m_answer *m = (const struct m_answer *)in;
    (void)raw;
    media_recv_answer(c->person, m->id, m->sdp, m->revision);
}

static void on_recv_restart(struct conn *c, const void *in, const json_t *raw)
{
    (void)raw;
    say_ok(c, ((const struct m_id *)in)->id, NULL);
    media_recv_restart(c->person);
}

static void on_mute(struct conn *c, const void *in, const json_t *raw)
{
    const struct m_mute *m = (const struct m_mute *)in;
    (void)raw;
    media_mute(c->person, (enum source)m->source, m->on, false);
    say_ok(c, m->id, NULL);
}

static void on_watch(struct conn *c, const void *in, const json_t *raw)
{
    const json_t *tracks = json_object_get(raw, "tracks");
    json_int_t id = ((const struct m_id *)in)->id;
    if (!json_is_array(tracks) || json_array_size(tracks) > SLOTS_MAX) {
        say_error(c, id, "invalid", "tracks: a list of track ids");
        return;
    }
    media_watch(c->person, tracks);
    say_ok(c, id, NULL);
}

struct waiting_ok {
    struct conn *conn;
    json_int_t id;
    json_int_t chat; /* number of a message; 0: it is none */
    uint64_t room;   /* of an end */
    char by[NAME_LEN + 1];
};

static struct waiting_ok *waiting_new(struct conn *c, json_int_t id)
{
    struct waiting_ok *w = (struct waiting_ok *)mem_zalloc(1, sizeof(*w));
    if (w == NULL)
        return NULL;
    w->conn = c;
    w->id = id;
    c->pending++;
    return w;
}

static void told_ok(void *arg, enum err e)
{
    struct waiting_ok *w = (struct waiting_ok *)arg;
    w->conn->pending--;
    if (e == ERR_OK)
        say_ok(w->conn, w->id, w->chat != 0 ? json_pack("{s:I}", "chat", w->chat) : NULL);
    else
        say_error(w->conn, w->id, err_name(e),
                  "It is done, but not yet on record. The server keeps trying.");
    conn_release(w->conn);
    mem_free(w);
}

/* What is to be found in the records years later is acknowledged when it is there. */
static void say_ok_durable(struct conn *c, json_int_t id)
{
    struct waiting_ok *w = waiting_new(c, id);
    if (w == NULL)
        say_error(c, id, "busy", "It is done, but its record could not be confirmed.");
    else
        store_receipt(c->api, told_ok, w);
}

static void on_leave(struct conn *c, const void *in, const json_t *raw)
{
    (void)raw;
    person_out(c->person, "left", "left");
    say_ok_durable(c, ((const struct m_id *)in)->id);
}

static void on_ping(struct conn *c, const void *in, const json_t *raw)
{
    (void)raw;
    say_ok(c, ((const struct m_id *)in)->id, NULL);
}

/* ---- chat: told at once, acknowledged when it is durable. While records cannot be written it is
 * the other way round: then nobody sees what may never be on record. -------------------------- */

static json_t *json_chat(const struct participant *who, const char *text, int64_t number,
                         int64_t at_ms, const char *key)
{
    char at[CLOCK_TEXT_MAX];
    clock_rfc3339(at, at_ms);
    return json_pack("{s:s,s:I,s:s,s:s,s:s,s:s,s:s}", "type", "chat", "chat", (json_int_t)number,
                     "participant", who->public_id, "name", who->name, "text", text, "at", at,
                     "key", key);
}

static void tell_chat(struct live *l, json_t *o)
{
    (void)json_array_append(l->chat, o);
    if (json_array_size(l->chat) > 500)
        (void)json_array_remove(l->chat, 0);
    say_all(l, o, NULL);
}

/* The number of a message that everybody has seen; 0: this one is new. */
static int64_t seen_chat(const struct live *l, const struct participant *who, const char *key)
{
    for (size_t i = json_array_size(l->chat); i-- > 0;) {
        const json_t *o = json_array_get(l->chat, i);
        if (strcmp(json_string_value(json_object_get(o, "key")), key) == 0 &&
            strcmp(json_string_value(json_object_get(o, "participant")), who->public_id) == 0)
            return json_integer_value(json_object_get(o, "chat"));
    }
    return 0;
}

static void chat_written(struct job *j)
{
    struct live *l = live_find(j->api, j->public_id);
    struct conn *c = j->conn;
    c->pending--;
    if (j->task.result != ERR_OK) {
        say_error(c, j->request, err_name(j->task.result),
                  "The message was not stored. Send it again.");
        conn_release(c);
        return;
    }
    int64_t seen = l != NULL ? seen_chat(l, &j->p, j->key) : 0;
    say_ok(c, j->request, json_pack("{s:I}", "chat", (json_int_t)(seen != 0 ? seen : j->id)));
    if (l != NULL && seen == 0) {
        json_t *body = json_loads(j->json, 0, NULL);
        l->last_chat = j->id;
        tell_chat(l, json_chat(&j->p, json_string_value(json_object_get(body, "text")), j->id,
                               j->at, j->key));
        json_decref(body);
    }
    conn_release(c);
}

static struct job *chat_job(struct conn *c, const struct m_chat *m)
{
    struct job *j = job_new(c->api, write_chat);
    json_t *body = json_pack("{s:s}", "text", m->text);
    if (j != NULL)
        j->json = json_dumps(body, JSON_COMPACT);
    json_decref(body);
    if (j == NULL || j->json == NULL) {
        mem_free(j);
        return NULL;
    }
    j->meeting = c->person->live->m.id;
    j->participant = c->person->who.id;
    j->p = c->person->who;
    (void)snprintf(j->word, sizeof(j->word), "chat");
    (void)snprintf(j->key, sizeof(j->key), "%s", m->key);
    (void)snprintf(j->public_id, sizeof(j->public_id), "%s", c->person->live->m.public_id);
    return j;
}

static void chat_after_writing(struct conn *c, struct job *j, json_int_t request)
{
    j->conn = c;
    c->pending++;
    j->request = request;
    j->after = chat_written;
    job_write(j);
}

static void chat_at_once(struct conn *c, struct job *j, const struct m_chat *m,
                         struct waiting_ok *w)
{
    struct live *l = c->person->live;
    w->chat = seen_chat(l, &c->person->who, m->key);
    if (w->chat == 0) {
        w->chat = ++l->last_chat;
        tell_chat(l, json_chat(&c->person->who, m->text, w->chat, j->now_ms, m->key));
    }
    job_write(j);
    store_receipt(c->api, told_ok, w);
}

static void on_chat(struct conn *c, const void *in, const json_t *raw)
{
    const struct m_chat *m = (const struct m_chat *)in;
    bool sound = c->api->again == NULL;
    struct job *j = chat_job(c, m);
    struct waiting_ok *w = j != NULL && sound ? waiting_new(c, m->id) : NULL;
    (void)raw;
    if (j == NULL)
        say_error(c, m->id, "busy", "Try again in a moment.");
    else if (w != NULL)
        chat_at_once(c, j, m, w);
    else
        chat_after_writing(c, j, m->id);
}

/* ---- the host's
 * --------------------------------------------------------------------------------------------- */

static struct person *target(struct conn *c, const struct m_person *m)
{
    struct person *p = person_find(c->person->live, m->participant);
    if (p == NULL)
        say_error(c, m->id, "not_found", "This person is no longer here.");
    return p;
}

static void on_admit(struct conn *c, const void *in, const json_t *raw)
{
    const struct m_person *m = (const struct m_person *)in;
    struct person *p = target(c, m);
    (void)raw;
    if (p == NULL)
        return;
    if (p->state == PERSON_WAITING) {
        say(p, json_pack("{s:s,s:s}", "type", "admitted", "by", c->person->who.name));
        say_managers(p->live, json_pack("{s:s,s:s}", "type", "waiting_left", "participant",
                                        p->who.public_id));
        person_enter(p);
    }
    say_ok_durable(c, m->id);
}

static void put_out(struct conn *c, struct person *p, const char *type, uint16_t code)
{
    struct conn *theirs = p->conn;
    say(p, json_pack("{s:s,s:s}", "type", type, "by", c->person->who.name));
    person_out(p, type, type);
    if (theirs != NULL && theirs->ws != NULL)
        ws_close(theirs->ws, code, type);
}

static void on_refuse(struct conn *c, const void *in, const json_t *raw)
{
    const struct m_person *m = (const struct m_person *)in;
    struct person *p = target(c, m);
    (void)raw;
    if (p == NULL)
        return;
    if (p->state == PERSON_WAITING)
        put_out(c, p, "refused", 4003);
    say_ok_durable(c, m->id);
}

static void on_remove(struct conn *c, const void *in, const json_t *raw)
{
    const struct m_person *m = (const struct m_person *)in;
    struct person *p = target(c, m);
    (void)raw;
    if (p == NULL)
        return;
    if (p == c->person) {
        say_error(c, m->id, "invalid", "To go yourself, leave.");
        return;
    }
    put_out(c, p, "removed", 4003);
    say_ok_durable(c, m->id);
}

static void on_mute_other(struct conn *c, const void *in, const json_t *raw)
{
    const struct m_person *m = (const struct m_person *)in;
    struct person *p = target(c, m);
    (void)raw;
    if (p == NULL)
        return;
    /* A device has no hand of its own to speak again with: the host's second press gives it back.
     */
    media_mute(p, (enum source)m->source,
               p->device == NULL || !media_paused(p, (enum source)m->source), true);
    say(p, json_pack("{s:s,s:s,s:s}", "type", "muted", "source", source_words[m->source], "by",
                     c->person->who.name));
    say_ok(c, m->id, NULL);
}

static void told_end(void *arg, enum err e)
{
    struct waiting_ok *w = (struct waiting_ok *)arg;
    struct live *l = live_by_room(w->conn->api, w->room);
    char by[NAME_LEN + 1];
    (void)snprintf(by, sizeof(by), "%s", w->by);
    told_ok(w, e);
    if (l != NULL)
        live_end_people(l, by);
}

/* The end is on record before anybody is sent away. */
static void on_end(struct conn *c, const void *in, const json_t *raw)
{
    struct live *l = c->person->live;
    struct waiting_ok *w = l->ending ? NULL : waiting_new(c, ((const struct m_id *)in)->id);
    (void)raw;
    if (w == NULL) {
        say_error(c, ((const struct m_id *)in)->id, l->ending ? "conflict" : "busy",
                  "The meeting is ending, or memory is short.");
        return;
    }
    w->room = l->room;
    (void)snprintf(w->by, sizeof(w->by), "%s", c->person->who.name);
    live_end_record(l, w->by);
    store_receipt(c->api, told_end, w);
}

static void on_take_over(struct conn *c, const void *in, const json_t *raw)
{
    struct live *l = c->person->live;
    json_int_t id = ((const struct m_id *)in)->id;
    (void)raw;
    if (live_host_here(l)) {
        say_error(c, id, "conflict", "The host is here.");
        return;
    }
    for (struct person *p = l->persons; p != NULL; p = p->next)
        p->who.host = false;
    c->person->who.host = true;
    store_host(c->person);
    store_event(l, c->person, "take_over", json_object());
    say_ok_durable(c, id);
    say_all(l,
            json_pack("{s:s,s:s,s:s}", "type", "host", "participant", c->person->who.public_id,
                      "name", c->person->who.name),
            NULL);
    say_snapshot(c->person);
    say_lobbies(l);
}

static void on_recording_start(struct conn *c, const void *in, const json_t *raw)
{
    (void)raw;
    c->person->live->stopped_by_hand = false;
    recorder_start(c->person->live, c->person->who.name);
    say_ok_durable(c, ((const struct m_id *)in)->id);
}

static void on_recording_stop(struct conn *c, const void *in, const json_t *raw)
{
    const struct m_stop *m = (const struct m_stop *)in;
    (void)raw;
    recorder_stop(c->person->live, c->person->who.name, m->reason);
    say_ok_durable(c, m->id);
}

static void on_trickle(struct conn *c, const void *in, const json_t *raw)
{
    (void)c; /* ICE-lite needs no candidates of the page. */
    (void)in;
    (void)raw;
}

/* ---- the table
 * ------------------------------------------------------------------------------------------------
 */

static void (*const run[SIGNAL_N])(struct conn *c, const void *in, const json_t *raw) = {
    [SIGNAL_HELLO] = on_hello,
    [SIGNAL_PING] = on_ping,
    [SIGNAL_JOIN] = on_join,
    [SIGNAL_LEAVE] = on_leave,
    [SIGNAL_SEND_OFFER] = on_send_offer,
    [SIGNAL_RECV_ANSWER] = on_recv_answer,
    [SIGNAL_RECV_RESTART] = on_recv_restart,
    [SIGNAL_TRICKLE] = on_trickle,
    [SIGNAL_MUTE] = on_mute,
    [SIGNAL_WATCH] = on_watch,
    [SIGNAL_CHAT] = on_chat,
    [SIGNAL_ADMIT] = on_admit,
    [SIGNAL_REFUSE] = on_refuse,
    [SIGNAL_MUTE_OTHER] = on_mute_other,
    [SIGNAL_REMOVE] = on_remove,
    [SIGNAL_END] = on_end,
    [SIGNAL_TAKE_OVER] = on_take_over,
    [SIGNAL_RECORDING_START] = on_recording_start,
    [SIGNAL_RECORDING_STOP] = on_recording_stop,
};

static void dispatch(struct conn *c, const struct message *m, const json_t *o, json_int_t id)
{
    char why[SHAPE_WHY_MAX];
    const struct person *p = c->person;
    if (m->need != NEED_NOTHING && p == NULL) {
        say_error(c, id, "not_signed_in", "hello comes first");
        return;
    }
    if (m->need == NEED_IN && p->state != PERSON_IN) {
        say_error(c, id, "not_in_meeting", "join comes first");
        return;
    }
    if (m->act != 0 && !may(p, m->act)) {
        say_error(c, id, "denied", "You do not have the right to do this.");
        return;
    }
    void *in = mem_zalloc(1, m->shape->size);
    if (in == NULL)
        say_error(c, id, "busy", "Try again in a moment.");
    else if (shape_decode(m->shape, o, in, why) != ERR_OK)
        say_error(c, id, "invalid", why);
    else
        run[m - signal_messages](c, in, o);
    mem_free(in);
}

static void on_message(void *owner, const char *text, size_t len)
{
    struct conn *c = (struct conn *)owner;
    char why[SHAPE_WHY_MAX];
    json_t *o = shape_parse(text, len, why);
    const char *type = json_string_value(json_object_get(o, "type"));
    json_int_t id = json_integer_value(json_object_get(o, "id"));
    const struct message *m = signal_message(type);
    if (type == NULL) {
        say_error(c, 0, "invalid", o == NULL ? why : "type: is missing");
        if (c->ws != NULL)
            ws_close(c->ws, 4000, "protocol");
        json_decref(o);
        return;
    }
    if (m == NULL)
        say_error(c, id, "invalid", "type: not known");
    else
        dispatch(c, m, o, id);
    json_decref(o);
}

/* ---- sockets
 * ----------------------------------------------------------------------------------------------------
 */

static void *on_open(void *app, struct ws *ws, const char *client)
{
    struct api *a = (struct api *)app;
    struct conn *c = a->stopping ? NULL : (struct conn *)mem_zalloc(1, sizeof(*c));
    if (c == NULL)
        return NULL;
    c->api = a;
    c->ws = ws;
    c->opened_ns = clock_mono_ns();
    (void)snprintf(c->client, sizeof(c->client), "%s", client);
    c->next = a->conns;
    a->conns = c;
    return c;
}

void conn_release(struct conn *c)
{
    if (c->ws != NULL || c->pending > 0)
        return;
    struct conn **at = &c->api->conns;
    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    mem_free(c);
}

static void on_closed(void *owner)
{
    struct conn *c = (struct conn *)owner;
    struct person *p = c->person;
    uint64_t heard = ws_heard_ns(c->ws);
    c->ws = NULL;
    if (p != NULL) {
        p->heard_ns = heard;
        p->conn = NULL;
        c->person = NULL;
        p->socket_lost_ns = clock_mono_ns();
    }
    conn_release(c);
}

struct ws_events api_ws_events(void)
{
    return (struct ws_events){.open = on_open, .message = on_message, .closed = on_closed};
}
