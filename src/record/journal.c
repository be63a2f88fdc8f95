/* The worker fills batches, the writer thread turns them into segments, the sync thread makes them
 * durable. */
#include "record/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "record/format.h"
#include "segment_priv.h"
#include "sfu/sink.h"

enum {
    BATCH_BYTES = 64 << 10,
    BATCH_AGE_MS = 200,
    RING_DEFAULT = 16 << 20,
    SEGMENT_S = 30,
    SEGMENT_MIB = 16,
    SYNC_MS = 500,
    RETRY_MS = 2000,
    MEMORY_MS = 20,
    ROOM_TO_RESUME = 8 << 20,
    TRACKS_MAX = 2048,
    LINE_MAX_ = 32 << 10,
};
enum { MAIL_BATCH = 1, MAIL_LINE, MAIL_CLOSE };

/* Packets of the worker on their way to the writer: heads and bytes one behind the other. */
struct batch {
    struct msg msg;
    size_t len;
    uint64_t first_ns;
    uint8_t bytes[BATCH_BYTES];
};

struct item {
    uint64_t mono_ns;
    uint32_t len;
    uint16_t port;
};

enum line_kind { LINE_OTHER, LINE_TRACK, LINE_TRACK_END };

struct line {
    struct msg msg;
    enum line_kind kind;
    json_int_t track; /* of the two latter */
    uint64_t wall_ns;
    char text[];
};

struct journal {
    struct sink sink; /* first: the worker's side */
    struct batch *filling;
    struct batch *_Atomic spare; /* the last that was written: no new memory for each */
    atomic_size_t in_flight;     /* batches */
    size_t in_flight_max;
    atomic_uint_fast64_t dropped_packets, dropped_bytes;
    atomic_int lent;           /* the worker has the sink */
    struct line *_Atomic last; /* the closing line, until both hands have let go */
    struct line *closing;      /* memory for it, so that closing cannot fail */

    struct journal_config cfg;
    char dir[360], meeting[64];
    uint64_t wall_base; /* wall = base + mono */
    struct mailbox *inbox;
    pthread_t writer, syncer;
    unsigned threads;
    atomic_bool stop;

    /* the writer thread's */
    struct segment seg;
    uint64_t opened_ns, retry_ns, born_wall_ns, lost_from_ns;
    bool ever_open, failed, closed;
    struct line *ending;               /* the closing line, until it lies in a closed segment */
    struct line *tracks[TRACKS_MAX];   /* open "track" lines, repeated in each segment */
    char head[FORMAT_PAYLOAD_MAX + 1]; /* room for a segment line */
    size_t n_tracks;
    uint64_t told_dropped, drop_from_ns;

    pthread_mutex_t sync_lock;
    int sync_fd; /* a copy of the open segment's, owned by the sync thread's lock */
    atomic_int sync_error;
    atomic_uint_fast64_t written_ns, synced_ns; /* wall time of the last such packet, 0 for none */
};

/* ---- the worker's side --------------------------------------------------------------------------
 */

static void drop(struct journal *j, size_t len)
{
    (void)atomic_fetch_add_explicit(&j->dropped_packets, 1, memory_order_relaxed);
    (void)atomic_fetch_add_explicit(&j->dropped_bytes, len, memory_order_relaxed);
}

static void hand_over(struct journal *j)
{
    if (j->filling == NULL || j->filling->len == 0)
        return;
    (void)atomic_fetch_add_explicit(&j->in_flight, 1, memory_order_relaxed);
    mailbox_push_always(j->inbox, &j->filling->msg);
    j->filling = NULL;
}

size_t journal_waiting(const struct journal *j)
{
    return atomic_load_explicit(&j->in_flight, memory_order_relaxed) * BATCH_BYTES;
}

static bool make_room(struct journal *j, size_t need)
{
    if (j->filling != NULL && j->filling->len + need > BATCH_BYTES)
        hand_over(j);
    if (j->filling != NULL)
        return true;
    if (atomic_load_explicit(&j->in_flight, memory_order_relaxed) >= j->in_flight_max)
        return false;
    j->filling = atomic_exchange(&j->spare, NULL);
    if (j->filling == NULL)
        j->filling = (struct batch *)mem_alloc(sizeof(*j->filling));
    if (j->filling == NULL)
        return false;
    j->filling->msg = (struct msg){.type = MAIL_BATCH};
    j->filling->len = 0;
    return true;
}

static void on_packet(struct sink *s, uint32_t track, bool rtcp, uint64_t mono_ns, const uint8_t *p,
                      size_t len)
{
    struct journal *j = (struct journal *)s;
    struct item it = {.mono_ns = mono_ns, .len = (uint32_t)len, .port = format_port(track, rtcp)};
    if (len > FORMAT_PAYLOAD_MAX / 2 || track == 0 || track > FORMAT_TRACKS_MAX ||
        !make_room(j, sizeof(it) + len)) {
        drop(j, len);
        return;
    }
    struct batch *b = j->filling;
    if (b->len == 0)
        b->first_ns = mono_ns;
    memcpy(b->bytes + b->len, &it, sizeof(it));
    memcpy(b->bytes + b->len + sizeof(it), p, len);
    b->len += sizeof(it) + len;
}

static void on_flush(struct sink *s, uint64_t mono_ns)
{
    struct journal *j = (struct journal *)s;
    if (j->filling != NULL && j->filling->len > 0 &&
        mono_ns - j->filling->first_ns >= BATCH_AGE_MS * NS_PER_MS)
        hand_over(j);
}

static void send_last(struct journal *j)
{
    struct line *l = NULL;
    if (atomic_load(&j->lent) == 0)
        l = atomic_exchange(&j->last, NULL);
    if (l != NULL)
        mailbox_push_always(j->inbox, &l->msg);
}

static void on_release(struct sink *s)
{
    struct journal *j = (struct journal *)s;
    hand_over(j);
    mem_free(j->filling);
    j->filling = NULL;
    atomic_store(&j->lent, 0);
    send_last(j);
}

struct sink *journal_sink(struct journal *j)
{
    atomic_store(&j->lent, 1);
    return &j->sink;
}

/* ---- events
 * ---------------------------------------------------------------------------------------- */

static void emit(struct journal *j, const struct journal_event *e, enum journal_event_type type)
{
    struct journal_event *copy = NULL;
    /* Nobody may miss one: the writer waits for memory, and meanwhile the ring holds the media. */
    while ((copy = (struct journal_event *)mem_alloc(sizeof(*copy))) == NULL) {
        if (atomic_load(&j->stop)) {
            log_error("journal", "no memory to report event %d", (int)type);
            return;
        }
        (void)poll(NULL, 0, MEMORY_MS);
    }
    *copy = *e;
    copy->msg = (struct msg){.type = JOURNAL_EVENT};
    copy->type = type;
    copy->id = j->cfg.id;
    mailbox_push_always(j->cfg.events, &copy->msg);
}

/* ---- the writer's side
 * -------------------------------------------------------------------------------- */

static void set_sync_fd(struct journal *j)
{
    (void)pthread_mutex_lock(&j->sync_lock);
    if (j->sync_fd >= 0)
        (void)close(j->sync_fd);
    j->sync_fd = j->seg.fd >= 0 ? dup(j->seg.fd) : -1;
    (void)pthread_mutex_unlock(&j->sync_lock);
}

static uint64_t wall_now(const struct journal *j)
{
    return j->wall_base + clock_mono_ns();
}

/* Time for our own lines: nothing is later than the end, however long the disk keeps it waiting. */
static uint64_t line_time(const struct journal *j)
{
    return j->ending != NULL ? j->ending->wall_ns : wall_now(j);
}

static int put_line(struct journal *j, uint64_t wall_ns, const char *text)
{
    return segment_packet(&j->seg, wall_ns, FORMAT_PORT_LINES, (const uint8_t *)text, strlen(text));
}

/* The open tracks, as many as fit into one line; the others follow as lines of their own. */
static int put_segment_line(struct journal *j)
{
    char *text = j->head;
    size_t cap = sizeof(j->head) - 3, i = 0; /* "]}" and its end */
    int n = snprintf(text, cap,
                     "{\"type\":\"segment\",\"version\":1,\"meeting\":\"%s\",\"number\":%u,"
                     "\"tracks\":[",
                     j->meeting, j->seg.number);
    size_t at = n > 0 ? (size_t)n : 0;
    for (; i < j->n_tracks; i++) {
        n = snprintf(text + at, cap - at, "%s%s", i > 0 ? "," : "", j->tracks[i]->text);
        if (n < 0 || (size_t)n >= cap - at)
            break;
        at += (size_t)n;
    }
    memcpy(text + at, "]}", 3);
    int bad = put_line(j, line_time(j), text);
    for (; bad == 0 && i < j->n_tracks; i++)
        bad = put_line(j, line_time(j), j->tracks[i]->text);
    return bad;
}

/* @param kept_ns  time of the last packet that is still there: what is lost begins behind it. */
static void fail(struct journal *j, int error, uint64_t kept_ns)
{
    struct journal_event e = {.error = error};
    segment_condemn(&j->seg);
    set_sync_fd(j);
    if (!j->failed) {
        log_error("journal", "%s: %s", j->dir, strerror(error));
        emit(j, &e, JOURNAL_FAILED);
        j->lost_from_ns = kept_ns != 0 ? kept_ns : j->born_wall_ns;
    }
    j->failed = true;
    j->retry_ns = clock_mono_ns() + RETRY_MS * NS_PER_MS;
}

static void write_failed(struct journal *j, int error)
{
    fail(j, error, atomic_load(&j->written_ns));
}

/* The kernel has dropped the pages: everything since the last good sync may be gone. */
static void sync_failed(struct journal *j, int error)
{
    fail(j, error, atomic_load(&j->synced_ns));
}

static int open_next(struct journal *j)
{
    char dir[400];
    (void)snprintf(dir, sizeof(dir), "%s/journal", j->dir);
    if ((mkdir(j->dir, 0750) != 0 && errno != EEXIST) || (mkdir(dir, 0750) != 0 && errno != EEXIST))
        return errno;
    memcpy(j->seg.dir, dir, sizeof(j->seg.dir));
    int bad = segment_open(&j->seg, segment_last_number(dir) + 1);
    if (bad == 0)
        bad = put_segment_line(j);
    if (bad == 0)
        bad = segment_flush(&j->seg);
    if (bad == 0)
        bad = segment_sync_dir(dir);
    j->opened_ns = clock_mono_ns();
    set_sync_fd(j);
    return bad;
}

static int put_gap(struct journal *j, const char *reason, uint64_t from, uint64_t packets)
{
    char text[200];
    uint64_t to = line_time(j);
    to = to > from ? to : from;
    (void)snprintf(
        text, sizeof(text),
        "{\"type\":\"gap\",\"reason\":\"%s\",\"from_ns\":%llu,\"to_ns\":%llu,\"packets\":%llu}",
        reason, (unsigned long long)from, (unsigned long long)to, (unsigned long long)packets);
    return put_line(j, line_time(j), text);
}

static bool has_room(const struct journal *j)
{
    struct statvfs v;
    return statvfs(j->dir, &v) != 0 || (uint64_t)v.f_bavail * v.f_frsize >= ROOM_TO_RESUME;
}

/* Makes sure that a segment is open; after a failure tries again only every two seconds. */
static bool ready(struct journal *j)
{
    struct journal_event e = {.error = 0};
    if (j->seg.fd >= 0)
        return true;
    if (j->failed && (clock_mono_ns() < j->retry_ns || !has_room(j)))
        return false;
    int bad = open_next(j);
    if (bad == 0 && j->failed)
        bad = put_gap(j, "write_error", j->lost_from_ns, 0);
    if (bad == 0)
        bad = segment_flush(&j->seg);
    if (bad != 0) {
        write_failed(j, bad);
        return false;
    }
    if (j->failed)
        emit(j, &e, JOURNAL_RESUMED);
    else if (!j->ever_open)
        emit(j, &e, JOURNAL_STARTED);
    j->failed = false;
    j->ever_open = true;
    return true;
}

static void close_segment(struct journal *j)
{
    struct journal_event e = {.error = 0};
    if (j->seg.fd < 0)
        return;
    /* A failed sync is told once: if the sync thread has heard of it, the one at closing has not.
     */
    int bad = atomic_exchange(&j->sync_error, 0);
    if (bad == 0)
        bad = segment_close(&j->seg, &e);
    if (bad != 0) {
        sync_failed(j, bad);
        return;
    }
    atomic_store(&j->synced_ns, atomic_load(&j->written_ns));
    set_sync_fd(j);
    emit(j, &e, JOURNAL_SEGMENT);
}

static void take_batch(struct journal *j, const struct batch *b)
{
    int bad = 0;
    bool open = ready(j);
    uint64_t last_ns = 0;
    for (size_t at = 0; at < b->len && bad == 0;) {
        struct item it;
        memcpy(&it, b->bytes + at, sizeof(it));
        const uint8_t *p = b->bytes + at + sizeof(it);
        at += sizeof(it) + it.len;
        last_ns = j->wall_base + it.mono_ns;
        if (open)
            bad = segment_packet(&j->seg, j->wall_base + it.mono_ns, it.port, p, it.len);
    }
    if (bad == 0 && open)
        bad = segment_flush(&j->seg);
    if (bad != 0)
        write_failed(j, bad);
    else if (open)
        atomic_store(&j->written_ns, last_ns);
    (void)atomic_fetch_sub_explicit(&j->in_flight, 1, memory_order_relaxed);
}

/* @return true when the line is kept, to be repeated at the head of later segments. */
static bool remember_track(struct journal *j, struct line *l)
{
    if (l->kind == LINE_TRACK && j->n_tracks < TRACKS_MAX) {
        j->tracks[j->n_tracks++] = l;
        return true;
    }
    for (size_t i = 0; l->kind == LINE_TRACK_END && i < j->n_tracks; i++)
        if (j->tracks[i]->track == l->track) {
            mem_free(j->tracks[i]);
            j->tracks[i] = j->tracks[--j->n_tracks];
            break;
        }
    return false;
}

/* @return true when it is written. */
static bool write_line(struct journal *j, const struct line *l)
{
    if (!ready(j))
        return false;
    int bad = put_line(j, l->wall_ns, l->text);
    if (bad == 0)
        bad = segment_flush(&j->seg);
    if (bad != 0)
        write_failed(j, bad);
    return bad == 0;
}

/* @return true when the line is kept. */
static bool take_line(struct journal *j, struct line *l)
{
    /* A new segment repeats the open tracks at its head: a track is remembered only after that. */
    (void)write_line(j, l);
    return remember_track(j, l);
}

static void tell_drops(struct journal *j)
{
    uint64_t n = atomic_load(&j->dropped_packets);
    struct journal_event e = {.error = 0};
    if (n == j->told_dropped) {
        j->drop_from_ns = wall_now(j);
        return;
    }
    e.u.dropped.packets = n - j->told_dropped;
    e.u.dropped.bytes = atomic_load(&j->dropped_bytes);
    emit(j, &e, JOURNAL_DROPPED);
    if (j->seg.fd >= 0) {
        int bad = put_gap(j, "dropped", j->drop_from_ns, n - j->told_dropped);
        if (bad != 0)
            write_failed(j, bad);
    }
    j->told_dropped = n;
}

static void rotate(struct journal *j)
{
    int error = atomic_exchange(&j->sync_error, 0);
    if (error != 0 && j->seg.fd >= 0)
        sync_failed(j, error);
    if (j->seg.fd < 0) {
        if (j->failed)
            (void)ready(j);
        return;
    }
    if (j->seg.bytes >= j->cfg.segment_bytes || clock_mono_ns() - j->opened_ns >= j->cfg.segment_ns)
        close_segment(j);
}

/* Closed is closed only when the line lies in a closed segment; until the disk takes it, this is
 * tried again as every other opening is. */
static void try_end(struct journal *j)
{
    struct journal_event e = {.error = 0};
    if (j->ending == NULL || !write_line(j, j->ending))
        return;
    close_segment(j);
    if (j->failed)
        return;
    mem_free(j->ending);
    j->ending = NULL;
    j->closed = true;
    emit(j, &e, JOURNAL_CLOSED);
}

static void take_mail(struct journal *j)
{
    for (struct msg *m = mailbox_take(j->inbox), *next = NULL; m != NULL; m = next) {
        uint32_t type = m->type;
        bool kept = type == MAIL_CLOSE;
        next = m->next;
        if (type == MAIL_BATCH) {
            take_batch(j, (const struct batch *)m);
            m = (struct msg *)atomic_exchange(&j->spare, (struct batch *)m);
            rotate(j); /* After each: a late writer does not put all it finds into one segment. */
        }
        if (type == MAIL_LINE)
            kept = take_line(j, (struct line *)m);
        if (type == MAIL_CLOSE) {
            tell_drops(j); /* The worker has let go: this counts the last of them. */
            j->ending = (struct line *)m;
            try_end(j);
        }
        if (!kept)
            mem_free(m);
    }
}

static void *writer_main(void *arg)
{
    struct journal *j = (struct journal *)arg;
    struct pollfd p = {.fd = mailbox_fd(j->inbox), .events = POLLIN};
    (void)ready(j);
    while (!atomic_load(&j->stop)) {
        (void)poll(&p, 1, 200);
        take_mail(j);
        if (j->closed)
            continue;
        tell_drops(j);
        rotate(j);
        try_end(j);
    }
    j->retry_ns = 0; /* Once more; what the disk does not take now is left to recovery. */
    take_mail(j);
    try_end(j);
    close_segment(j);
    return NULL;
}

static void *syncer_main(void *arg)
{
    struct journal *j = (struct journal *)arg;
    while (!atomic_load(&j->stop)) {
        (void)poll(NULL, 0, SYNC_MS);
        (void)pthread_mutex_lock(&j->sync_lock);
        int fd = j->sync_fd >= 0 ? dup(j->sync_fd) : -1;
        uint64_t written_ns = atomic_load(&j->written_ns);
        (void)pthread_mutex_unlock(&j->sync_lock);
        if (fd < 0)
            continue;
        if (fdatasync(fd) != 0)
            atomic_store(&j->sync_error, errno);
        else
            atomic_store(&j->synced_ns, written_ns);
        (void)close(fd);
    }
    return NULL;
}

/* ---- life
 * ---------------------------------------------------------------------------------------------- */

static enum err start_threads(struct journal *j)
{
    if (pthread_create(&j->writer, NULL, writer_main, j) != 0)
        return ERR_NOMEM;
    j->threads++;
    if (pthread_create(&j->syncer, NULL, syncer_main, j) != 0)
        return ERR_NOMEM;
    j->threads++;
    return ERR_OK;
}

enum err journal_new(struct journal **out, const struct journal_config *cfg)
{
    struct journal *j = (struct journal *)mem_zalloc(1, sizeof(*j));
    if (j == NULL)
        return ERR_NOMEM;
    j->sink = (struct sink){.packet = on_packet, .flush = on_flush, .release = on_release};
    j->cfg = *cfg;
    (void)snprintf(j->dir, sizeof(j->dir), "%s", cfg->dir);
    (void)snprintf(j->meeting, sizeof(j->meeting), "%s", cfg->meeting);
    j->in_flight_max = (cfg->ring_bytes != 0 ? cfg->ring_bytes : RING_DEFAULT) / BATCH_BYTES;
    if (j->cfg.segment_ns == 0)
        j->cfg.segment_ns = SEGMENT_S * NS_PER_S;
    if (j->cfg.segment_bytes == 0)
        j->cfg.segment_bytes = (size_t)SEGMENT_MIB << 20;
    j->wall_base = clock_wall_ns() - clock_mono_ns();
    j->born_wall_ns = wall_now(j);
    j->seg.fd = j->sync_fd = -1;
    (void)pthread_mutex_init(&j->sync_lock, NULL);
    j->closing = (struct line *)mem_alloc(sizeof(*j->closing) + JOURNAL_LAST_MAX);
    enum err e = j->closing == NULL ? ERR_NOMEM : mailbox_new(&j->inbox, 100000);
    if (e == ERR_OK)
        e = sha256_new(&j->seg.sha);
    if (e == ERR_OK)
        e = start_threads(j);
    if (e != ERR_OK) {
        journal_free(j);
        return e;
    }
    *out = j;
    return ERR_OK;
}

static void line_fill(struct line *l, const struct journal *j, const char *json, uint32_t type)
{
    l->msg = (struct msg){.type = type};
    l->kind = LINE_OTHER;
    l->track = 0;
    l->wall_ns = wall_now(j);
    memcpy(l->text, json, strlen(json) + 1);
}

/* What the writer must know of a line is read here, where an error can be returned. */
static enum err line_kind(struct line *l)
{
    json_error_t why;
    json_t *o = json_loads(l->text, 0, &why);
    const char *type = json_string_value(json_object_get(o, "type"));
    if (o == NULL)
        return json_error_code(&why) == json_error_out_of_memory ? ERR_NOMEM : ERR_INVAL;
    l->track = json_integer_value(json_object_get(o, "track"));
    if (type != NULL && strcmp(type, "track") == 0)
        l->kind = LINE_TRACK;
    if (type != NULL && strcmp(type, "track_end") == 0)
        l->kind = LINE_TRACK_END;
    json_decref(o);
    return type != NULL ? ERR_OK : ERR_INVAL;
}

enum err journal_line(struct journal *j, const char *json)
{
    size_t n = strlen(json) + 1;
    if (n > LINE_MAX_)
        return ERR_TOOBIG;
    struct line *l = (struct line *)mem_alloc(sizeof(*l) + n);
    if (l == NULL)
        return ERR_NOMEM;
    line_fill(l, j, json, MAIL_LINE);
    enum err e = line_kind(l);
    if (e != ERR_OK) {
        mem_free(l);
        return e;
    }
    mailbox_push_always(j->inbox, &l->msg);
    return ERR_OK;
}

/* Two hands close it: this line and the worker's release. The later one sends the line off. */
void journal_finish(struct journal *j, const char *json)
{
    struct line *l = j->closing;
    if (l == NULL)
        return; /* It is being closed already. */
    j->closing = NULL;
    line_fill(l, j, strlen(json) < JOURNAL_LAST_MAX ? json : "{\"type\":\"stop\"}", MAIL_CLOSE);
    atomic_store(&j->last, l);
    send_last(j);
}

void journal_free(struct journal *j)
{
    if (j == NULL)
        return;
    atomic_store(&j->stop, true);
    if (j->threads > 0)
        (void)pthread_join(j->writer, NULL);
    if (j->threads > 1)
        (void)pthread_join(j->syncer, NULL);
    for (size_t i = 0; i < j->n_tracks; i++)
        mem_free(j->tracks[i]);
    if (j->sync_fd >= 0)
        (void)close(j->sync_fd);
    segment_condemn(&j->seg);
    sha256_free(j->seg.sha);
    mailbox_free(j->inbox);
    mem_free(atomic_load(&j->last));
    mem_free(j->closing);
    mem_free(j->ending);
    mem_free(j->filling);
    mem_free(atomic_load(&j->spare));
    (void)pthread_mutex_destroy(&j->sync_lock);
    mem_free(j);
}
