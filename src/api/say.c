/* Messages to the pages; docs/signalling.md describes each. */
#include <stdlib.h>
#include <string.h>

#include "meet_priv.h"

void say_conn(struct conn *c, json_t *o)
{
    char *text = c != NULL && c->ws != NULL ? json_dumps(o, JSON_COMPACT) : NULL;
    if (text != NULL)
        ws_send(c->ws, text, strlen(text));
    free(text);
    json_decref(o);
}

void say(struct person *p, json_t *o)
{
    say_conn(p->conn, o);
}

void say_ok(struct conn *c, json_int_t id, json_t *extra)
{
    json_t *o = extra != NULL ? extra : json_object();
    (void)json_object_set_new(o, "type", json_string("ok"));
    (void)json_object_set_new(o, "id", json_integer(id));
    say_conn(c, o);
}

void say_error(struct conn *c, json_int_t id, const char *code, const char *message)
{
    say_conn(c,
             json_pack("{s:s,s:o,s:s,s:s}", "type", "error", "id",
                       id != 0 ? json_integer(id) : json_null(), "code", code, "message", message));
}

void say_all(struct live *l, json_t *o, const struct person *but)
{
    for (struct person *p = l->persons; p != NULL; p = p->next)
        if (p != but && p->state == PERSON_IN)
            say(p, json_incref(o));
    json_decref(o);
}

static bool may(const struct person *p, enum action act)
{
    return policy_allows(p->who.role, participant_relation(&p->who), act);
}

static bool may_admit(const struct person *p)
{
    return may(p, ACT_ADMIT);
}

json_t *json_rights(const struct person *p)
{
    return json_pack("{s:b,s:b,s:b,s:b}", "admit", (int)may_admit(p), "record",
                     (int)may(p, ACT_RECORD), "end", (int)may_admit(p), "take_over",
                     (int)may(p, ACT_TAKE_OVER));
}

void say_managers(struct live *l, json_t *o)
{
    for (struct person *p = l->persons; p != NULL; p = p->next)
        if (p->state == PERSON_IN && may_admit(p))
            say(p, json_incref(o));
    json_decref(o);
}

json_t *json_person(const struct person *p)
{
    json_t *muted = json_array();
    for (const struct track *t = p->live->tracks; t != NULL; t = t->next)
        if (t->person == p && (t->muted || t->paused_by_host))
            (void)json_array_append_new(muted, json_string(source_words[t->source]));
    return json_pack("{s:s,s:s,s:s,s:s,s:b,s:s,s:s,s:I,s:I,s:o}", "participant", p->who.public_id,
                     "name", p->who.name, "organisation", p->who.organisation, "role",
                     role_text(p->who.role), "host", (int)p->who.host, "state",
                     p->state == PERSON_OUT ? "gone"
                     : p->reconnecting      ? "reconnecting"
                                            : "in",
                     "quality", p->quality[0] != '\0' ? p->quality : "good", "rtt_ms",
                     (json_int_t)p->rtt_ms, "loss_permille", (json_int_t)p->loss_permille, "muted",
                     muted);
}

/* Whether anybody is there who could admit: a waiting room that says otherwise would not be true.
 */
static bool admitter_here(const struct live *l)
{
    for (const struct person *p = l->persons; p != NULL; p = p->next)
        if (p->state == PERSON_IN && !p->reconnecting && may_admit(p))
            return true;
    return false;
}

void say_lobby(struct person *p)
{
    say(p, json_pack("{s:s,s:b}", "type", "lobby", "host_here", (int)admitter_here(p->live)));
}

void say_lobbies(struct live *l)
{
    for (struct person *p = l->persons; p != NULL; p = p->next)
        if (p->state == PERSON_WAITING)
            say_lobby(p);
}

void say_person(struct person *p)
{
    json_t *o = json_person(p);
    (void)json_object_set_new(o, "type", json_string("participant"));
    say_all(p->live, o, NULL);
}

void say_watchers(struct live *l, uint64_t now)
{
    if (l->watchers == l->watchers_said || now - l->watchers_said_ns < NS_PER_S)
        return;
    l->watchers_said = l->watchers;
    l->watchers_said_ns = now;
    say_managers(l, json_pack("{s:s,s:I}", "type", "watchers", "count", (json_int_t)l->watchers));
}

json_t *json_track(const struct track *t)
{
    char id[24];
    (void)snprintf(id, sizeof(id), "%u", t->number);
    return json_pack("{s:s,s:s,s:s,s:s,s:b,s:b}", "track", id, "participant",
                     t->person->who.public_id, "source", source_words[t->source], "kind",
                     t->media.kind == MEDIA_AUDIO ? "audio" : "video", "muted", (int)t->muted,
                     "paused_by_host", (int)t->paused_by_host);
}

json_t *json_recording(const struct live *l)
{
    static const char *const states[] = {"off", "starting", "on", "stopped", "failed"};
    char since[CLOCK_TEXT_MAX];
    clock_rfc3339(since, l->rec_since_ms);
    return json_pack("{s:s,s:s,s:s,s:s,s:f}", "state", states[l->rec], "since", since, "by",
                     l->rec_by, "reason", l->rec_reason, "hours_left", l->hours_left);
}

/* Whose number it is, is for the host to see. */
static json_t *json_waiting(const struct person *p, const struct person *to)
{
    return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:o}", "type", "waiting", "participant",
                     p->who.public_id, "name", p->who.name, "organisation", p->who.organisation,
                     "role", role_text(p->who.role), "identity", identity_text(p->who.identity),
                     "phone", json_phone(p->who.phone, to->who.host));
}

void say_waiting(const struct person *p)
{
    for (struct person *to = p->live->persons; to != NULL; to = to->next)
        if (to->state == PERSON_IN && may_admit(to))
            say(to, json_waiting(p, to));
}

static const struct person *by_member(const struct live *l, uint64_t member)
{
    const struct person *p = l->persons;
    while (p != NULL && p->member != member)
        p = p->next;
    return p;
}

void say_snapshot(struct person *p)
{
    struct live *l = p->live;
    json_t *people = json_array(), *tracks = json_array(), *waiting = json_array();
    const struct person *speaker = by_member(l, l->speaker);
    for (const struct person *q = l->persons; q != NULL; q = q->next) {
        if (q->state == PERSON_IN)
            (void)json_array_append_new(people, json_person(q));
        if (q->state == PERSON_WAITING && may_admit(p))
            (void)json_array_append_new(waiting, json_waiting(q, p));
    }
    for (const struct track *t = l->tracks; t != NULL; t = t->next)
        (void)json_array_append_new(tracks, json_track(t));
    say(p,
        json_pack("{s:s,s:o,s:o,s:o,s:O,s:o,s:b,s:o,s:o,s:I}", "type", "snapshot", "participants",
                  people, "tracks", tracks, "waiting", waiting, "chat", l->chat, "recording",
                  json_recording(l), "host", (int)p->who.host, "rights", json_rights(p), "speaker",
                  speaker != NULL ? json_string(speaker->who.public_id) : json_null(), "watchers",
                  (json_int_t)(may_admit(p) ? l->watchers : 0)));
}
