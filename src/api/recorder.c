/* When a meeting is recorded, and what happens to its journal. */
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "api_priv.h"
#include "base/log.h"
#include "base/mem.h"

enum { BYTES_PER_HOUR_PER_PERSON = 600 << 20 }; /* 1.3 Mbit/s */

void recording_dir(const struct api *a, const char *meeting, char out[CONF_TEXT + 80])
{
    (void)snprintf(out, CONF_TEXT + 80, "%s/recordings/%s", a->cfg.conf->data, meeting);
}

static void announce(struct live *l)
{
    json_t *o = json_recording(l);
    (void)json_object_set_new(o, "type", json_string("recording"));
    say_all(l, o, NULL);
}

static void set_state(struct live *l, enum rec_state s, const char *by, const char *reason)
{
    l->rec = s;
    l->rec_since_ms = clock_wall_ms();
    if (by != l->rec_by) /* The same person goes on: a copy onto itself would empty it. */
        (void)snprintf(l->rec_by, sizeof(l->rec_by), "%s", by);
    (void)snprintf(l->rec_reason, sizeof(l->rec_reason), "%s", reason);
    announce(l);
}

/* ---- hours left on the disk ---------------------------------------------------------------------
 */

static enum err measure_space(struct db *db, struct job *j)
{
    struct statvfs v;
    (void)db;
    if (statvfs(j->text, &v) != 0)
        return ERR_IO;
    j->hours = (double)v.f_bavail * (double)v.f_frsize / (double)BYTES_PER_HOUR_PER_PERSON;
    return ERR_OK;
}

static void space_measured(struct job *j)
{
    struct live *l = live_find(j->api, j->public_id);
    if (l == NULL || j->task.result != ERR_OK)
        return;
    size_t n = live_count_in(l);
    l->hours_left = j->hours / (double)(n > 0 ? n : 1);
    announce(l);
}

void recorder_space(struct live *l)
{
    struct job *j = job_new(l->api, measure_space);
    if (j == NULL)
        return;
    (void)snprintf(j->text, sizeof(j->text), "%s", l->api->cfg.conf->data);
    (void)snprintf(j->public_id, sizeof(j->public_id), "%s", l->m.public_id);
    j->after = space_measured;
    job_read(j);
}

/* ---- lines about tracks
 * --------------------------------------------------------------------------- */

static void put_line(struct live *l, json_t *o)
{
    char *text = json_dumps(o, JSON_COMPACT);
    if (text == NULL || journal_line(l->journal, text) != ERR_OK)
        log_error("journal", "%s: a line was lost for want of memory", l->m.public_id);
    free(text);
    json_decref(o);
}

void recorder_track(struct live *l, const struct track *t)
{
    if (l->journal == NULL || l->closing)
        return;
    json_t *codecs = json_array(), *ssrcs = json_array();
    for (size_t i = 0; i < t->media.n_codecs; i++)
        (void)json_array_append_new(codecs,
                                    json_pack("{s:i,s:s,s:I}", "pt", (int)t->media.codecs[i].pt,
                                              "name", codec_name(t->media.codecs[i].codec), "rate",
                                              (json_int_t)codec_clock(t->media.codecs[i].codec)));
    for (size_t i = 0; i < t->media.n_ssrcs; i++)
        (void)json_array_append_new(ssrcs, json_integer(t->media.ssrcs[i].ssrc));
    put_line(l, json_pack("{s:s,s:I,s:s,s:s,s:s,s:s,s:o,s:o,s:i}", "type", "track", "track",
                          (json_int_t)t->number, "kind",
                          t->media.kind == MEDIA_AUDIO ? "audio" : "video", "source",
                          source_words[t->source], "participant", t->person->who.public_id, "name",
                          t->person->who.name, "codecs", codecs, "ssrcs", ssrcs, "orientation",
                          (int)t->media.ext.orientation));
}

void recorder_track_end(struct live *l, const struct track *t)
{
    if (l->journal != NULL && !l->closing)
        put_line(l, json_pack("{s:s,s:I}", "type", "track_end", "track", (json_int_t)t->number));
}

void recorder_mute(struct live *l, const struct track *t)
{
    if (l->journal != NULL && !l->closing)
        put_line(l, json_pack("{s:s,s:I}", "type", "mute", "track", (json_int_t)t->number));
}

/* ---- start and stop
 * ----------------------------------------------------------------------------------- */

static void put_outage(struct live *l)
{
    if (!l->resume || l->last_end_ns == 0)
        return;
    l->resume = false;
    put_line(l, json_pack("{s:s,s:s,s:I,s:I,s:i}", "type", "gap", "reason", "outage", "from_ns",
                          (json_int_t)l->last_end_ns, "to_ns", (json_int_t)clock_wall_ns(),
                          "packets", 0));
}

static bool open_journal(struct live *l)
{
    const struct conf *c = l->api->cfg.conf;
    char dir[CONF_TEXT + 80];
    recording_dir(l->api, l->m.public_id, dir);
    l->journal_id = ++l->api->next_id;
    struct journal_config cfg = {.dir = dir,
                                 .meeting = l->m.public_id,
                                 .id = l->journal_id,
                                 .events = l->api->cfg.inbox,
                                 .ring_bytes = (size_t)c->journal_ring_mib << 20,
                                 .segment_ns = (uint64_t)c->segment_seconds * NS_PER_S,
                                 .segment_bytes = (size_t)c->segment_mib << 20};
    if (journal_new(&l->journal, &cfg) != ERR_OK)
        return false;
    if (map_put(&l->api->journals, l->journal_id, l) != ERR_OK)
        log_error("journal", "%s: its events will not be heard", l->m.public_id);
    return true;
}

void recorder_start(struct live *l, const char *by)
{
    if (l->closing && !l->end_after_close && !l->ending) {
        /* A stop is still being written: the new start follows when it has closed. */
        l->start_after_close = true;
        set_state(l, REC_STARTING, by, "");
        return;
    }
    if (l->journal != NULL || l->ending || l->api->stopping)
        return;
    if (!open_journal(l)) {
        set_state(l, REC_FAILED, "", "no_memory");
        return;
    }
    l->closing = l->stopped_by_hand = false;
    set_state(l, REC_STARTING, by, "");
    recorder_space(l);
    put_outage(l);
    for (const struct track *t = l->tracks; t != NULL; t = t->next)
        recorder_track(l, t);
    post_record(l, journal_sink(l->journal));
    store_recording(l, "on", by, "");
    store_event(l, NULL, "recording_start", json_pack("{s:s}", "by", by));
    char dir[CONF_TEXT + 80];
    recording_dir(l->api, l->m.public_id, dir);
    l->api->cfg.hooks.follow(l->api->cfg.hooks.arg, l->m.public_id, dir);
}

void recorder_consider(struct live *l)
{
    /* A display that watches is somebody who sees, though nobody in the roster. */
    size_t n = live_count_in(l), seen_by = n > 0 ? l->watchers : 0;
    bool wanted = l->resume || (l->m.record_auto && n + seen_by >= 2);
    if (wanted && !l->stopped_by_hand && l->journal == NULL)
        recorder_start(l, "");
}

/* The worker lets go of the sink before the line is written: both go to the journal in this order,
 * through the worker's release and then our close, because release hands over what is left. */
static void close_with(struct live *l, json_t *line)
{
    char *text = json_dumps(line, JSON_COMPACT);
    l->closing = true;
    post_record(l, NULL);
    journal_finish(l->journal, text != NULL ? text : "{\"type\":\"stop\"}");
    free(text);
    json_decref(line);
}

void recorder_stop(struct live *l, const char *by, const char *reason)
{
    if (l->start_after_close) { /* It was asked for and has not begun. */
        l->start_after_close = false;
        l->stopped_by_hand = true;
        set_state(l, REC_STOPPED, by, reason);
        return;
    }
    if (l->journal == NULL || l->closing)
        return;
    l->stopped_by_hand = true;
    close_with(l, json_pack("{s:s,s:s,s:s}", "type", "stop", "by", by, "reason", reason));
    set_state(l, REC_STOPPED, by, reason);
    store_recording(l, "stopped", by, reason);
    store_event(l, NULL, "recording_stop", json_pack("{s:s,s:s}", "by", by, "reason", reason));
}

/* Closed without an end: the meeting may go on, in this process or the next. */
void recorder_shutdown(struct live *l)
{
    if (l->journal == NULL || l->closing)
        return;
    close_with(l, json_pack("{s:s}", "type", "pause"));
    l->resume = true;
}

void recorder_end(struct live *l)
{
    json_t *line = json_pack("{s:s}", "type", "end");
    bool recorded = l->journal != NULL || l->resume || l->rec == REC_STOPPED || l->last_end_ns != 0;
    store_recording(l, "ended", "", "");
    if (!recorded || (l->journal == NULL && !open_journal(l))) {
        json_decref(line);
        return;
    }
    if (!l->closing) {
        close_with(l, line);
        return;
    }
    json_decref(line); /* A stop is being written: the end follows when it has closed. */
    l->end_after_close = true;
}

/* ---- what the journal tells
 * ------------------------------------------------------------------------------ */

static void on_closed(struct live *l)
{
    (void)map_take(&l->api->journals, l->journal_id);
    journal_free(l->journal);
    l->journal = NULL;
    l->closing = false;
    bool start = l->start_after_close;
    l->start_after_close = false;
    if (l->end_after_close) {
        l->end_after_close = false;
        recorder_end(l);
    } else if (start) {
        char by[NAME_LEN + 1];
        (void)snprintf(by, sizeof(by), "%s", l->rec_by);
        recorder_start(l, by);
    }
}

void recorder_event(struct api *a, const struct journal_event *e)
{
    struct live *l = (struct live *)map_get(&a->journals, e->id);
    if (l == NULL)
        return;
    switch (e->type) {
    case JOURNAL_STARTED:
        if (l->rec == REC_STARTING)
            set_state(l, REC_ON, l->rec_by, "");
        break;
    case JOURNAL_SEGMENT:
        l->last_end_ns = e->u.segment.end_wall_ns;
        store_segment(l, e);
        break;
    case JOURNAL_FAILED:
        if (!l->closing)
            set_state(l, REC_FAILED, "", strerror(e->error));
        store_event(l, NULL, "recording_failed", json_pack("{s:s}", "error", strerror(e->error)));
        break;
    case JOURNAL_RESUMED:
        if (l->closing || l->stopped_by_hand)
            break; /* Only the last line is written: nothing is recorded again. */
        set_state(l, REC_ON, "", "");
        store_event(l, NULL, "recording_resumed", json_object());
        break;
    case JOURNAL_DROPPED:
        log_warn("journal", "%s: %llu packets dropped, the disk is too slow", l->m.public_id,
                 (unsigned long long)e->u.dropped.packets);
        break;
    case JOURNAL_CLOSED:
        on_closed(l);
        break;
    }
}
