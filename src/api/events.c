/* Events for who has subscribed: put into the outbox in the transaction of the change.
 *
 * They are thin: which event, when, and the ids of what it is about. Who wants to know more asks by
 * a token of his own, with the rights that it has: so a subscription, which an administrator makes,
 * carries no content past the table of rights. */
#include <stdlib.h>
#include <string.h>

#include "api_priv.h"
#include "base/mem.h"
#include "domain/hooks.h"
#include "domain/outbox.h"

enum { HOUR_MS = 3600000 };

/* ---- one event --------------------------------------------------------------------------------
 */

static char *body_of(const char *event, const struct hook_subject *about, int64_t now_ms)
{
    char at[CLOCK_TEXT_MAX];
    clock_rfc3339(at, now_ms);
    json_t *o =
        json_pack("{s:s,s:s,s:o,s:o}", "event", event, "at", at, "project",
                  about->project[0] != '\0' ? json_string(about->project) : json_null(), "meeting",
                  about->meeting[0] != '\0' ? json_string(about->meeting) : json_null());
    char *text = o != NULL ? json_dumps(o, JSON_COMPACT) : NULL;
    json_decref(o);
    return text;
}

static enum err put_one(const struct events *ev, const struct hook *h, const char *event,
                        const struct hook_subject *about)
{
    char *body = body_of(event, about, ev->now_ms);
    if (body == NULL)
        return ERR_NOMEM;
    const struct outbox_hook m = {.subscription = h->public_id,
                                  .url = h->url,
                                  .secret = h->secret,
                                  .event = event,
                                  .about = about->meeting[0] != '\0'   ? about->meeting
                                           : about->project[0] != '\0' ? about->project
                                                                       : h->public_id,
                                  .body = body,
                                  .give_up_at = ev->now_ms + ev->conf->delivery_hours * HOUR_MS};
    enum err e = outbox_put_hook(ev->db, ev->secret, &m, ev->now_ms);
    free(body); /* jansson's own */
    return e;
}

static enum err put_all(const struct events *ev, enum hook_event event,
                        const struct hook_subject *about)
{
    size_t n = 0;
    struct hook *list = (struct hook *)mem_zalloc(HOOKS_MAX, sizeof(*list));
    if (list == NULL)
        return ERR_NOMEM;
    enum err e = hooks_of(ev->db, ev->secret, event, list, &n);
    for (size_t i = 0; i < n && e == ERR_OK; i++)
        e = put_one(ev, &list[i], hook_words[event], about);
    mem_free(list);
    return e;
}

enum err event_of_project(const struct events *ev, enum hook_event event, const char *project)
{
    struct hook_subject about = {.meeting = ""};
    COPY(about.project, project);
    return put_all(ev, event, &about);
}

enum err event_of_meeting(const struct events *ev, enum hook_event event, const char *meeting)
{
    struct hook_subject about;
    enum err e = hook_subject_of_meeting(ev->db, &about, meeting);
    return e == ERR_OK ? put_all(ev, event, &about) : e;
}

enum err event_ping(const struct events *ev, const struct hook *h)
{
    const struct hook_subject about = {.project = ""};
    return put_one(ev, h, HOOK_PING, &about);
}

/* ---- what is put on record --------------------------------------------------------------------
 */

/* Whoever puts down in the audit log what was done has told all that is to be told. */
static const struct {
    const char *what;
    enum hook_event event;
    bool of_meeting;
} rows[] = {
    {"project.add", HOOK_PROJECT_CREATED, false},
    {"project.edit", HOOK_PROJECT_CHANGED, false},
    {"project.move", HOOK_PROJECT_MOVED, false},
    {"meeting.add", HOOK_MEETING_SCHEDULED, true},
    {"meeting.edit", HOOK_MEETING_CHANGED, true},
    {"meeting.reschedule", HOOK_MEETING_RESCHEDULED, true},
    {"meeting.cancel", HOOK_MEETING_CANCELLED, true},
};

enum err event_of_audit(const struct events *ev, const char *what, const char *object)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(rows[i].what, what) == 0)
            return rows[i].of_meeting ? event_of_meeting(ev, rows[i].event, object)
                                      : event_of_project(ev, rows[i].event, object);
    return ERR_OK;
}

struct events request_events(const struct request *rq)
{
    const struct api *a = (const struct api *)rq->app;
    return (struct events){
        .db = rq->db, .secret = a->cfg.secret, .conf = a->cfg.conf, .now_ms = rq->now_ms};
}

/* ---- a recording that can be played ----------------------------------------------------------
 */

static enum err write_ready(struct db *db, struct job *j)
{
    const struct events ev = {
        .db = db, .secret = j->api->cfg.secret, .conf = j->api->cfg.conf, .now_ms = j->now_ms};
    enum err e = event_of_meeting(&ev, HOOK_RECORDING_READY, j->public_id);
    return e == ERR_NOENT ? ERR_OK : e; /* A folder that no meeting belongs to. */
}

void api_recording_ready(struct api *a, const char *meeting)
{
    struct job *j = job_new(a, write_ready);
    if (j == NULL)
        return;
    COPY(j->public_id, meeting);
    job_write(j);
}
