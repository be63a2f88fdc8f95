/* Records to tracks, by journal time alone. */
#include "meeting_priv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

#define TICK_NS (100 * NS_PER_MS)
/* Sound comes late by what the reorder buffer waits, and by what its path delayed it; a source
 * whose clock is not known yet holds back all it has, but not for ever. */
#define MIX_LAG_NS ((int64_t)(REORDER_WAIT_NS + 1500 * NS_PER_MS))
#define MIX_LAG_MOST_NS ((int64_t)(10 * NS_PER_S))
#define FUTURE_NS (86400 * NS_PER_S) /* a record further ahead than a day is damaged */

static enum err make_folder(const char *path)
{
    if (mkdir(path, 0750) == 0 || errno == EEXIST)
        return ERR_OK;
    log_error("packager", "%s: %s", path, strerror(errno));
    return ERR_IO;
}

enum err meeting_new(struct meeting **out, const char *dir)
{
    struct meeting *m = (struct meeting *)mem_zalloc(1, sizeof(*m));
    if (m == NULL)
        return ERR_NOMEM;
    (void)snprintf(m->dir, sizeof(m->dir), "%s", dir);
    (void)snprintf(m->tracks_dir, sizeof(m->tracks_dir), "%s/tracks", m->dir);
    (void)snprintf(m->previews_dir, sizeof(m->previews_dir), "%s/previews", m->dir);
    m->stage.dir = m->tracks_dir;
    m->stage.previews_dir = m->previews_dir;
    m->stopped_at = NEVER;
    m->tracks_tail = &m->tracks;
    m->people_tail = &m->people;
    enum err e = mix_new(&m->stage.mix, m->tracks_dir);
    if (e == ERR_OK)
        e = make_folder(m->tracks_dir);
    if (e == ERR_OK)
        e = make_folder(m->previews_dir);
    if (e == ERR_OK)
        e = guard_new(&m->stage.guard, m->previews_dir);
    if (e != ERR_OK) {
        meeting_free(m);
        return e;
    }
    *out = m;
    return ERR_OK;
}

void meeting_free(struct meeting *m)
{
    if (m == NULL)
        return;
    for (struct track *t = m->tracks, *next = NULL; t != NULL; t = next) {
        next = t->next;
        track_free(t);
    }
    for (struct person *p = m->people, *next = NULL; p != NULL; p = next) {
        next = p->next;
        mem_free(p->speech.list);
        mem_free(p);
    }
    mix_free(m->stage.mix);
    guard_free(m->stage.guard);
    mem_free(m->gaps.list);
    mem_free(m->holes.list);
    mem_free(m);
}

int64_t meeting_ms(const struct meeting *m, uint64_t wall_ns)
{
    int64_t ns = (int64_t)wall_ns - m->stage.start_ns;
    return ns < 0 ? 0 : ns / (int64_t)NS_PER_MS;
}

struct track *meeting_track(const struct meeting *m, uint32_t number)
{
    struct track *t = m->tracks;
    while (t != NULL && t->number != number)
        t = t->next;
    return t;
}

/* Before this nobody has anything to add to the mix any more. */
static int64_t mix_until(const struct meeting *m, int64_t now)
{
    int64_t until = now - MIX_LAG_NS;
    for (const struct track *t = m->tracks; t != NULL; t = t->next) {
        if (t->video || t->held == NULL)
            continue;
        int64_t first = (int64_t)t->held->f.arrival_ns - m->stage.start_ns - MIX_LAG_NS;
        until = first < until ? first : until;
    }
    return until < now - MIX_LAG_MOST_NS ? now - MIX_LAG_MOST_NS : until;
}

static enum err tick(struct meeting *m)
{
    int64_t now = (int64_t)m->stage.now_ns - m->stage.start_ns;
    m->ticked_ns = m->stage.now_ns;
    for (struct person *p = m->people; p != NULL; p = p->next)
        sender_advance(&p->clock, m->stage.now_ns);
    for (struct track *t = m->tracks; t != NULL; t = t->next) {
        track_tick(t);
        if (t->fault != ERR_OK)
            return t->fault;
    }
    return mix_advance(m->stage.mix, mix_until(m, now));
}

/* False for a record whose time cannot be. */
static bool keep_time(struct meeting *m, const struct record *rec)
{
    if (!m->started) {
        m->stage.start_ns = (int64_t)rec->wall_ns;
        m->stage.now_ns = m->ticked_ns = rec->wall_ns;
        m->started = true;
    }
    if (rec->wall_ns > m->stage.now_ns + FUTURE_NS || rec->wall_ns + FUTURE_NS < m->stage.now_ns)
        return false;
    if (rec->wall_ns > m->stage.now_ns)
        m->stage.now_ns = rec->wall_ns;
    return true;
}

enum err meeting_record(struct meeting *m, const struct record *rec)
{
    if (m->ended)
        return ERR_OK;
    m->records++;
    if (!keep_time(m, rec)) {
        m->malformed++;
        return ERR_OK;
    }
    if (m->stage.now_ns - m->ticked_ns >= TICK_NS) {
        enum err e = tick(m);
        if (e != ERR_OK)
            return e;
    }
    if (rec->track == 0)
        return meeting_line(m, rec);
    struct track *t = meeting_track(m, rec->track);
    if (t == NULL) {
        m->unknown++;
        return ERR_OK;
    }
    if (rec->rtcp)
        track_rtcp(t, rec);
    else
        track_rtp(t, rec);
    return t->fault;
}

bool meeting_ended(const struct meeting *m)
{
    return m->ended;
}

enum err meeting_show(struct meeting *m)
{
    return m->started ? index_write(m, false) : ERR_OK;
}

enum err meeting_finish(struct meeting *m)
{
    enum err e = ERR_OK;
    for (struct track *t = m->tracks; t != NULL && e == ERR_OK; t = t->next) {
        track_end(t);
        e = t->fault;
        m->malformed += t->malformed;
    }
    if (e == ERR_OK)
        e = mix_finish(m->stage.mix, (int64_t)m->stage.now_ns - m->stage.start_ns);
    if (e == ERR_OK)
        e = index_write(m, true);
    if (m->malformed + m->unknown + mix_late(m->stage.mix) > 0)
        log_warn("packager", "%s: %llu malformed, %llu of unknown tracks, %llu samples too late",
                 m->id, (unsigned long long)m->malformed, (unsigned long long)m->unknown,
                 (unsigned long long)mix_late(m->stage.mix));
    return e;
}
