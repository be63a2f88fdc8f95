/*
 * record/journal: packets through the sink as a worker gives them, into real files: segments closed
 * by size and by time, the order of a close, gaps where the ring was full, disks that fail and come
 * back, lines; and tshark reads what was written.
 */
#include "record/journal.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "crypto/hash.h"
#include "record/format.h"
#include "sfu/sink.h"
#include "t.h"
#include "tmpdir.h"

enum { PACKET = 1000, EVENTS_MAX = 512 };

/* The disk's own answer to a sync, or an error in its place. */
static atomic_int sync_error;

int fdatasync(int fd)
{
    int error = atomic_load(&sync_error);
    if (error == 0)
        return fsync(fd);
    errno = error;
    return -1;
}

/* ---- a journal and what it told ------------------------------------------------------------ */

static struct mailbox *mail;
static struct journal *j;
static struct sink *sink;
static struct journal_event got[EVENTS_MAX];
static size_t n_got;
static char dir[300];
static uint32_t sent;

static void take(void)
{
    for (struct msg *m = mailbox_take(mail), *next = NULL; m != NULL; m = next) {
        next = m->next;
        T_EQ(m->type, JOURNAL_EVENT);
        if (n_got < EVENTS_MAX)
            got[n_got++] = *(const struct journal_event *)m;
        msg_drop(m);
    }
}

static size_t count(enum journal_event_type type)
{
    size_t n = 0;
    for (size_t i = 0; i < n_got; i++)
        n += got[i].type == type;
    return n;
}

/* Waits up to 10 s for the nth event of a type. */
static const struct journal_event *wait_for(enum journal_event_type type, size_t nth)
{
    for (int i = 0; i < 2000; i++) {
        size_t left = nth;
        take();
        for (size_t k = 0; k < n_got; k++)
            if (got[k].type == type && --left == 0)
                return &got[k];
        (void)poll(NULL, 0, 5);
    }
    (void)fprintf(stderr, "event %d does not come\n", (int)type);
    T_OK(false);
    return NULL;
}

static void start(const char *name, struct journal_config cfg)
{
    n_got = 0;
    sent = 0;
    (void)snprintf(dir, sizeof(dir), "%s", tmpdir_path(name));
    cfg.dir = dir;
    cfg.meeting = "m1";
    cfg.id = 42;
    cfg.events = mail;
    T_EQ(journal_new(&j, &cfg), ERR_OK);
    sink = journal_sink(j);
}

/* RTP of track 1: its number in the header, and bytes that tell it too. */
static size_t rtp(uint8_t *p, uint32_t seq, size_t len)
{
    memset(p, (int)(seq & 0xffu), len);
    p[0] = 0x80;
    p[1] = 96;
    p[2] = (uint8_t)(seq >> 8);
    p[3] = (uint8_t)seq;
    memset(p + 4, 0, 8);
    p[11] = 1;
    return len;
}

static void send_one(void)
{
    uint8_t p[PACKET];
    sink->packet(sink, 1, false, clock_mono_ns(), p, rtp(p, sent, sizeof(p)));
    sent++;
}

/* As a worker does: a batch, then its end. The age makes every flush hand over. */
static void send_packets(unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        send_one();
    sink->flush(sink, clock_mono_ns() + NS_PER_S);
}

static void finish(const char *line)
{
    journal_finish(j, line);
    T_EQ(count(JOURNAL_CLOSED), 0);
    sink->release(sink);
    (void)wait_for(JOURNAL_CLOSED, 1);
    journal_free(j);
    take();
    j = NULL;
    T_EQ(got[n_got - 1].type, JOURNAL_CLOSED); /* and nothing after it */
    for (size_t i = 0; i < n_got; i++)
        T_EQ(got[i].id, 42);
}

/* ---- what is in the files ------------------------------------------------------------------ */

static const char *file(const char *name)
{
    static char path[4][400];
    static unsigned turn;
    char *p = path[turn++ % 4];
    (void)snprintf(p, sizeof(path[0]), "%s/journal/%s", dir, name);
    return p;
}

struct content {
    uint64_t packets, lines, lost; /* lost: numbers left out between packets of track 1 */
    uint32_t next;
    bool in_order, whole;
    uint64_t last_ns, track_ns; /* the latest of all, and of track 1 */
    json_t *list;               /* of the lines */
};

static void one_record(struct content *c, const struct record *r)
{
    uint8_t want[PACKET];
    /* A line is written at once, packets wait for their batch: lines may be a little ahead. */
    c->in_order = c->in_order && r->wall_ns + NS_PER_S > c->last_ns;
    if (r->wall_ns > c->last_ns)
        c->last_ns = r->wall_ns;
    if (r->track == 0) {
        c->lines++;
        json_t *o = json_loadb((const char *)r->p, r->len, 0, NULL);
        T_OK(o != NULL);
        (void)json_array_append_new(c->list, o);
        return;
    }
    T_EQ(r->track, 1);
    uint32_t seq = (uint32_t)r->p[2] << 8 | r->p[3];
    T_OK(seq >= c->next);
    c->lost += seq - c->next;
    c->next = seq + 1;
    c->in_order = c->in_order && r->wall_ns >= c->track_ns;
    c->track_ns = r->wall_ns;
    c->packets++;
    c->whole =
        c->whole && r->len == rtp(want, seq, sizeof(want)) && memcmp(r->p, want, sizeof(want)) == 0;
}

/* Reads one segment behind what @p c has; @return packets and lines in it. */
static uint64_t read_segment(struct content *c, const char *name)
{
    struct reader *r = NULL;
    struct record rec;
    enum read_result got_one = READ_PACKET;
    uint64_t n = 0;
    T_EQ(reader_open(&r, file(name)), ERR_OK);
    while (r != NULL && (got_one = reader_next(r, &rec)) == READ_PACKET) {
        one_record(c, &rec);
        n++;
    }
    T_EQ(got_one, READ_END);
    reader_close(r);
    return n;
}

static struct content begin(void)
{
    return (struct content){.in_order = true, .whole = true, .list = json_array()};
}

static const json_t *line_at(const struct content *c, size_t i)
{
    return json_array_get(c->list, i);
}

static bool says(const json_t *o, const char *key, const char *value)
{
    const char *s = json_string_value(json_object_get(o, key));
    return s != NULL && strcmp(s, value) == 0;
}

/* The event of a segment tells the truth about its file. */
static void truthful(const struct journal_event *e, struct content *c)
{
    static uint8_t bytes[2 << 20];
    uint8_t digest[SHA256_LEN];
    char want[16];
    (void)snprintf(want, sizeof(want), "%06u.pcap", e->u.segment.number);
    T_OK(strcmp(e->u.segment.name, want) == 0);
    FILE *f = fopen(file(want), "rb");
    T_OK(f != NULL);
    size_t n = f == NULL ? 0 : fread(bytes, 1, sizeof(bytes), f);
    if (f != NULL)
        (void)fclose(f);
    T_EQ(n, e->u.segment.bytes);
    T_EQ(hash_sha256(digest, bytes, n), ERR_OK);
    T_OK(memcmp(digest, e->u.segment.sha256, sizeof(digest)) == 0);
    size_t first = json_array_size(c->list);
    T_EQ(read_segment(c, want), e->u.segment.packets);
    T_EQ(c->last_ns, e->u.segment.end_wall_ns);
    c->last_ns = 0;
    T_OK(e->u.segment.start_wall_ns <= e->u.segment.end_wall_ns);
    T_OK(says(line_at(c, first), "type", "segment") && says(line_at(c, first), "meeting", "m1"));
    T_EQ(json_integer_value(json_object_get(line_at(c, first), "number")), e->u.segment.number);
}

/* All closed segments in the order of their events. */
static struct content read_all(void)
{
    struct content c = begin();
    uint32_t number = 0;
    for (size_t i = 0; i < n_got; i++)
        if (got[i].type == JOURNAL_SEGMENT) {
            T_OK(got[i].u.segment.number > number);
            number = got[i].u.segment.number;
            truthful(&got[i], &c);
        }
    T_OK(c.in_order);
    T_OK(c.whole);
    return c;
}

static size_t files(const char *ending)
{
    size_t n = 0, len = strlen(ending);
    DIR *d = opendir(file(""));
    for (struct dirent *i = NULL; d != NULL && (i = readdir(d)) != NULL;) {
        size_t name = strlen(i->d_name);
        n += name > len && strcmp(i->d_name + name - len, ending) == 0;
    }
    if (d != NULL)
        (void)closedir(d);
    return n;
}

/* ---- the tests ----------------------------------------------------------------------------- */

static void closes_by_size(void)
{
    start("size", (struct journal_config){.segment_bytes = 100000});
    (void)wait_for(JOURNAL_STARTED, 1);
    T_EQ(files(".pcap.part"), 1);
    for (size_t k = 1; k <= 3; k++) {
        for (int i = 0; i < 200 && count(JOURNAL_SEGMENT) < k; i++) {
            send_packets(20);
            (void)poll(NULL, 0, 5);
            take();
        }
        T_EQ(count(JOURNAL_SEGMENT), k);
    }
    finish("{\"type\":\"end\"}");
    T_EQ(got[0].type, JOURNAL_STARTED);
    T_EQ(count(JOURNAL_STARTED), 1);
    T_EQ(count(JOURNAL_FAILED) + count(JOURNAL_DROPPED), 0);
    struct content c = read_all();
    T_EQ(c.packets, sent);
    T_EQ(c.lost, 0);
    T_OK(says(line_at(&c, c.lines - 1), "type", "end"));
    T_EQ(files(".part"), 0);
    T_EQ(files(".pcap"), count(JOURNAL_SEGMENT));
    for (size_t i = 0; i < n_got; i++)
        if (got[i].type == JOURNAL_SEGMENT)
            T_OK(got[i].u.segment.bytes < 100000 + 64 * 1100); /* a batch over, no more */
    json_decref(c.list);
}

static void closes_by_time(void)
{
    uint64_t from = clock_mono_ns();
    start("time", (struct journal_config){.segment_ns = 300 * NS_PER_MS});
    while (count(JOURNAL_SEGMENT) < 3 && clock_mono_ns() - from < 10 * NS_PER_S) {
        send_packets(1);
        (void)poll(NULL, 0, 10);
        take();
    }
    uint64_t took = clock_mono_ns() - from;
    finish("{\"type\":\"pause\"}");
    T_OK(count(JOURNAL_SEGMENT) >= 3 && took >= 900 * NS_PER_MS && took < 5 * NS_PER_S);
    struct content c = read_all();
    T_EQ(c.packets, sent);
    T_EQ(c.lost, 0);
    T_OK(says(line_at(&c, c.lines - 1), "type", "pause"));
    json_decref(c.list);
}

/* Created as .part, written, and only then called by its name; the event comes after that. */
static void renames_in_order(void)
{
    union {
        struct inotify_event e;
        char bytes[8192];
    } in;
    start("order", (struct journal_config){0});
    (void)wait_for(JOURNAL_STARTED, 1);
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    T_OK(fd >= 0 && inotify_add_watch(fd, file(""), IN_ALL_EVENTS) >= 0);
    send_packets(3);
    finish("{\"type\":\"end\"}");
    ssize_t n = read(fd, in.bytes, sizeof(in.bytes));
    bool written = false, from = false, to = false;
    for (ssize_t at = 0; at + (ssize_t)sizeof(in.e) <= n;) {
        struct inotify_event e;
        memcpy(&e, in.bytes + at, sizeof(e));
        const char *name = in.bytes + at + sizeof(e);
        T_OK((e.mask & (IN_CREATE | IN_DELETE)) == 0);
        if ((e.mask & IN_MODIFY) != 0) {
            T_OK(strcmp(name, "000001.pcap.part") == 0 && !from);
            written = true;
        }
        if ((e.mask & IN_MOVED_FROM) != 0) {
            T_OK(strcmp(name, "000001.pcap.part") == 0 && written);
            from = true;
        }
        if ((e.mask & IN_MOVED_TO) != 0) {
            T_OK(strcmp(name, "000001.pcap") == 0 && from);
            to = true;
        }
        at += (ssize_t)sizeof(e) + (ssize_t)e.len;
    }
    T_OK(to);
    (void)close(fd);
}

static void counts_what_the_ring_cannot_take(void)
{
    uint64_t told = 0, in_file = 0;
    start("ring", (struct journal_config){.ring_bytes = 64 << 10});
    (void)wait_for(JOURNAL_STARTED, 1);
    for (int i = 0; i < 20000 && count(JOURNAL_DROPPED) == 0 && sent < 60000; i++) {
        for (int k = 0; k < 50; k++)
            send_one();
        if (i % 20 == 0)
            take();
    }
    sink->flush(sink, clock_mono_ns() + NS_PER_S);
    (void)wait_for(JOURNAL_DROPPED, 1);
    finish("{\"type\":\"end\"}");
    for (size_t i = 0; i < n_got; i++)
        if (got[i].type == JOURNAL_DROPPED)
            told += got[i].u.dropped.packets;
    struct content c = read_all();
    for (size_t i = 0; i < c.lines; i++)
        if (says(line_at(&c, i), "type", "gap")) {
            const json_t *o = line_at(&c, i);
            T_OK(says(o, "reason", "dropped"));
            in_file += (uint64_t)json_integer_value(json_object_get(o, "packets"));
            T_OK(json_integer_value(json_object_get(o, "from_ns")) <
                 json_integer_value(json_object_get(o, "to_ns")));
        }
    T_OK(told > 0);
    T_EQ(in_file, told);          /* named where it happened */
    T_EQ(c.packets + told, sent); /* and every single one counted */
    json_decref(c.list);
}

static void limit_files(rlim_t bytes)
{
    struct rlimit r;
    T_EQ(getrlimit(RLIMIT_FSIZE, &r), 0);
    r.rlim_cur = bytes;
    T_EQ(setrlimit(RLIMIT_FSIZE, &r), 0);
}

struct found {
    unsigned n, torn;
    uint64_t packets;
};

static void on_found(void *arg, const struct recovered *r)
{
    struct found *f = (struct found *)arg;
    f->n++;
    f->torn += r->was_torn;
    f->packets += r->packets;
}

/* The disk takes 150 KB a file and no more: each time everyone is told once, and it goes on. */
static void survives_a_full_disk(void)
{
    struct found f = {0};
    struct content c = begin();
    start("full", (struct journal_config){0});
    (void)wait_for(JOURNAL_STARTED, 1);
    send_packets(50);
    limit_files(150000);
    while (count(JOURNAL_FAILED) == 0 && sent < 5000) {
        send_packets(20);
        (void)poll(NULL, 0, 5);
        take();
    }
    T_EQ(wait_for(JOURNAL_FAILED, 1)->error, EFBIG);
    send_packets(10); /* into nothing: within the gap */
    (void)poll(NULL, 0, 300);
    take();
    T_EQ(count(JOURNAL_FAILED), 1);
    T_EQ(count(JOURNAL_RESUMED), 0); /* not before it has tried again */
    limit_files(RLIM_INFINITY);
    (void)wait_for(JOURNAL_RESUMED, 1);
    uint32_t resumed_at = sent;
    send_packets(10);
    finish("{\"type\":\"end\"}");
    T_EQ(count(JOURNAL_FAILED), 1);
    T_EQ(count(JOURNAL_SEGMENT), 1); /* the second; the first is left to recovery, and not lost */
    T_EQ(files(".pcap.part"), 1);
    T_EQ(journal_recover(dir, on_found, &f), ERR_OK);
    T_EQ(f.n, 2);
    T_EQ(f.torn, 1);
    T_OK(read_segment(&c, "000001.pcap") > 100);
    T_OK(c.next <= resumed_at - 10);
    uint64_t kept_ns = c.track_ns;
    T_EQ(c.lost, 0);
    (void)read_segment(&c, "000002.pcap");
    T_EQ(c.next, sent);
    const json_t *gap = line_at(&c, 2); /* segment, segment, gap, end */
    T_OK(says(gap, "type", "gap") && says(gap, "reason", "write_error"));
    T_EQ(json_integer_value(json_object_get(gap, "from_ns")), kept_ns);
    T_OK(json_integer_value(json_object_get(gap, "to_ns")) -
             json_integer_value(json_object_get(gap, "from_ns")) >
         1500000000);
    json_decref(c.list);
}

static uint64_t gap_time(const struct content *c, size_t i, const char *key)
{
    T_OK(says(line_at(c, i), "type", "gap") && says(line_at(c, i), "reason", "write_error"));
    return (uint64_t)json_integer_value(json_object_get(line_at(c, i), key));
}

/* Until a batch has not fitted; from then on not a byte fits anywhere. */
static void fill_the_disk(void)
{
    (void)wait_for(JOURNAL_STARTED, 1);
    send_packets(50);
    (void)poll(NULL, 0, 100);
    limit_files(150000);
    while (count(JOURNAL_FAILED) == 0 && sent < 5000) {
        send_packets(20);
        (void)poll(NULL, 0, 5);
        take();
    }
    limit_files(1);
    send_packets(10);
}

/* The end waits for the disk, and is the last line of a closed segment before it is told. */
static void ends_on_a_full_disk(void)
{
    struct found f = {0};
    struct content c = begin();
    start("end-full", (struct journal_config){0});
    fill_the_disk();
    journal_finish(j, "{\"type\":\"end\"}");
    sink->release(sink);
    uint64_t asked_ns = clock_wall_ns();
    (void)poll(NULL, 0, 2500); /* over a try */
    take();
    T_EQ(count(JOURNAL_CLOSED) + count(JOURNAL_RESUMED) + count(JOURNAL_SEGMENT), 0);
    T_EQ(count(JOURNAL_FAILED), 1);
    limit_files(RLIM_INFINITY);
    (void)wait_for(JOURNAL_CLOSED, 1);
    journal_free(j);
    take();
    T_EQ(got[n_got - 1].type, JOURNAL_CLOSED);
    T_EQ(got[n_got - 2].type, JOURNAL_SEGMENT);
    T_EQ(count(JOURNAL_SEGMENT), 1);
    T_EQ(journal_recover(dir, on_found, &f), ERR_OK);
    T_EQ(f.n, 2);
    T_EQ(files(".part"), 0);
    (void)read_segment(&c, "000001.pcap");
    (void)read_segment(&c, got[n_got - 2].u.segment.name);
    T_EQ(c.lines, 4); /* segment, segment, gap, end */
    T_EQ(gap_time(&c, 2, "from_ns"), c.track_ns);
    T_OK(gap_time(&c, 2, "to_ns") > c.track_ns && gap_time(&c, 2, "to_ns") <= asked_ns);
    T_OK(c.last_ns <= asked_ns); /* however long the disk kept it waiting */
    T_OK(says(line_at(&c, 3), "type", "end"));
    json_decref(c.list);
}

/* The process stops while the disk is full: nothing is acknowledged, and the next start sees it. */
static void stops_on_a_full_disk(void)
{
    struct found f = {0};
    struct journal_state s = {0};
    start("stop-full", (struct journal_config){0});
    fill_the_disk();
    journal_finish(j, "{\"type\":\"end\"}");
    sink->release(sink);
    (void)poll(NULL, 0, 300);
    uint64_t from = clock_mono_ns();
    journal_free(j);
    T_OK(clock_mono_ns() - from < 2 * NS_PER_S);
    take();
    T_EQ(count(JOURNAL_CLOSED), 0);
    limit_files(RLIM_INFINITY);
    T_EQ(journal_recover(dir, on_found, &f), ERR_OK);
    T_EQ(f.n, 1);
    T_EQ(journal_look(&s, dir), ERR_OK);
    T_OK(s.closed == 1 && s.open == 0 && !s.ended);
}

/* After a failed sync everything since the last good one is in doubt: the gap begins there. */
static void names_what_a_failed_sync_lost(void)
{
    struct found f = {0};
    struct content c = begin();
    start("sync", (struct journal_config){0});
    (void)wait_for(JOURNAL_STARTED, 1);
    send_packets(5);
    uint64_t synced_ns = clock_wall_ns();
    (void)poll(NULL, 0, 1500);
    atomic_store(&sync_error, EIO);
    send_packets(5);
    T_EQ(wait_for(JOURNAL_FAILED, 1)->error, EIO);
    atomic_store(&sync_error, 0);
    (void)wait_for(JOURNAL_RESUMED, 1);
    finish("{\"type\":\"end\"}");
    T_EQ(journal_recover(dir, on_found, &f), ERR_OK);
    (void)read_segment(&c, "000001.pcap");
    T_EQ(c.packets, 10);
    (void)read_segment(&c, "000002.pcap");
    T_OK(gap_time(&c, 2, "from_ns") <= synced_ns);
    T_OK(gap_time(&c, 2, "from_ns") + NS_PER_S > synced_ns);
    json_decref(c.list);
}

/* The last sync is the one of closing: "closed" is said after one that went well. */
static void ends_after_a_failed_sync(void)
{
    struct found f = {0};
    start("sync-end", (struct journal_config){0});
    (void)wait_for(JOURNAL_STARTED, 1);
    send_packets(5);
    atomic_store(&sync_error, EIO);
    journal_finish(j, "{\"type\":\"end\"}");
    sink->release(sink);
    T_EQ(wait_for(JOURNAL_FAILED, 1)->error, EIO);
    T_EQ(count(JOURNAL_CLOSED) + count(JOURNAL_SEGMENT), 0);
    atomic_store(&sync_error, 0);
    (void)wait_for(JOURNAL_CLOSED, 1);
    journal_free(j);
    take();
    T_EQ(count(JOURNAL_SEGMENT), 1);
    T_EQ(journal_recover(dir, on_found, &f), ERR_OK);
    T_OK(f.n == 2 && f.torn == 1);
    struct content c = read_all(); /* of the segment that was told */
    T_OK(says(line_at(&c, c.lines - 1), "type", "end"));
    T_OK(says(line_at(&c, c.lines - 2), "reason", "write_error"));
    json_decref(c.list);
}

/* Somebody removes the folder under it; and before that there was a file in its place. */
static void survives_a_missing_folder(void)
{
    char command[800];
    FILE *f = fopen(tmpdir_path("gone"), "w");
    T_OK(f != NULL && fclose(f) == 0);
    start("gone", (struct journal_config){.segment_ns = 200 * NS_PER_MS});
    T_EQ(wait_for(JOURNAL_FAILED, 1)->error, ENOTDIR);
    T_EQ(count(JOURNAL_STARTED), 0);
    T_EQ(remove(dir), 0);
    (void)wait_for(JOURNAL_RESUMED, 1);
    send_packets(5);
    (void)wait_for(JOURNAL_SEGMENT, 1);
    send_packets(5);
    (void)poll(NULL, 0, 100);
    (void)snprintf(command, sizeof(command), "rm -r '%s'", dir);
    T_EQ(system(command), 0); // NOLINT(cert-env33-c)
    T_EQ(wait_for(JOURNAL_FAILED, 2)->error, ENOENT);
    (void)wait_for(JOURNAL_RESUMED, 2);
    send_packets(5);
    finish("{\"type\":\"end\"}");
    struct content c = begin();
    (void)read_segment(&c, "000001.pcap");
    T_OK(says(line_at(&c, 1), "reason", "write_error"));
    T_EQ(c.next, sent);
    json_decref(c.list);
}

static void close_one(size_t nth)
{
    send_packets(120);
    (void)wait_for(JOURNAL_SEGMENT, nth);
}

static void repeats_open_tracks(void)
{
    static const char one[] = "{\"type\":\"track\",\"track\":1,\"kind\":\"video\"}",
                      two[] = "{\"type\":\"track\",\"track\":2,\"kind\":\"audio\"}",
                      end_one[] = "{\"type\":\"track_end\",\"track\":1}";
    static const size_t open[] = {0, 2, 1}; /* at the head of each segment */
    size_t segment = 0;
    start("lines", (struct journal_config){.segment_bytes = 100000});
    T_EQ(journal_line(j, one), ERR_OK);
    T_EQ(journal_line(j, two), ERR_OK);
    T_EQ(journal_line(j, "{\"type\":"), ERR_INVAL);
    T_EQ(journal_line(j, "{\"kind\":\"video\"}"), ERR_INVAL);
    T_EQ(journal_line(j, "[]"), ERR_INVAL);
    close_one(1);
    T_EQ(journal_line(j, end_one), ERR_OK);
    close_one(2);
    send_packets(1);
    finish("{\"type\":\"stop\",\"by\":\"A\",\"reason\":\"r\"}");
    struct content c = read_all();
    for (size_t i = 0; i < c.lines; i++) {
        const json_t *o = line_at(&c, i);
        if (!says(o, "type", "segment"))
            continue;
        const json_t *tracks = json_object_get(o, "tracks");
        T_OK(segment < 3);
        if (segment < 3)
            T_EQ(json_array_size(tracks), open[segment++]);
        if (segment == 3)
            T_OK(says(json_array_get(tracks, 0), "kind", "audio"));
    }
    T_EQ(segment, 3);
    T_OK(says(line_at(&c, c.lines - 1), "by", "A"));
    json_decref(c.list);
}

/* More open tracks than one line holds: every segment still tells them all and can be read. */
static void a_crowd_of_tracks(void)
{
    enum { CROWD = 900 };
    static bool seen[2][CROWD + 1];
    char text[400], name[200];
    size_t segment = 0, n[2] = {0};
    memset(name, 'n', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    start("crowd", (struct journal_config){.segment_bytes = 100000});
    for (int i = 1; i <= CROWD; i++) {
        (void)snprintf(text, sizeof(text), "{\"type\":\"track\",\"track\":%d,\"name\":\"%s\"}", i,
                       name);
        T_EQ(journal_line(j, text), ERR_OK);
    }
    (void)wait_for(JOURNAL_SEGMENT, 1);
    send_packets(1);
    finish("{\"type\":\"end\"}");
    struct content c = begin();
    (void)read_segment(&c, got[n_got - 2].u.segment.name);
    for (size_t i = 0; i < c.lines; i++) {
        const json_t *o = line_at(&c, i), *tracks = json_object_get(o, "tracks");
        for (size_t k = 0; k < json_array_size(tracks); k++, n[0]++)
            seen[0][json_integer_value(json_object_get(json_array_get(tracks, k), "track"))] = true;
        if (says(o, "type", "track")) {
            seen[1][json_integer_value(json_object_get(o, "track"))] = true;
            n[1]++;
        }
    }
    T_OK(n[0] > 200 && n[1] > 200);
    T_EQ(n[0] + n[1], CROWD);
    for (int i = 1; i <= CROWD; i++)
        segment += seen[0][i] || seen[1][i];
    T_EQ(segment, CROWD);
    json_decref(c.list);
}

static void limits(void)
{
    static char big[70000];
    static uint8_t huge[FORMAT_PAYLOAD_MAX];
    start("limits", (struct journal_config){0});
    (void)wait_for(JOURNAL_STARTED, 1);
    (void)snprintf(big, sizeof(big), "{\"type\":\"x\",\"y\":\"%060000d\"}", 1);
    T_EQ(journal_line(j, big), ERR_TOOBIG);
    sink->packet(sink, 0, false, clock_mono_ns(), huge, 100);
    sink->packet(sink, FORMAT_TRACKS_MAX + 1, false, clock_mono_ns(), huge, 100);
    sink->packet(sink, 1, false, clock_mono_ns(), huge, sizeof(huge));
    const struct journal_event *e = wait_for(JOURNAL_DROPPED, 1);
    T_OK(e != NULL && e->u.dropped.packets >= 1 && e->u.dropped.packets <= 3);
    journal_finish(j, big); /* too long for a closing line */
    journal_finish(j, "{\"type\":\"end\"}");
    sink->release(sink);
    (void)wait_for(JOURNAL_CLOSED, 1);
    journal_free(j);
    take();
    T_EQ(count(JOURNAL_CLOSED), 1);
    struct content c = read_all();
    T_OK(says(line_at(&c, c.lines - 1), "type", "stop"));
    json_decref(c.list);
    journal_free(NULL);
}

/* At exit without an end: what was handed over is in a closed segment. */
static void abandoned(void)
{
    start("abandoned", (struct journal_config){0});
    (void)wait_for(JOURNAL_STARTED, 1);
    send_packets(30);
    sink->release(sink);
    journal_free(j);
    take();
    T_EQ(count(JOURNAL_SEGMENT), 1);
    T_EQ(count(JOURNAL_CLOSED), 0);
    struct content c = read_all();
    T_EQ(c.packets, 30);
    json_decref(c.list);
    start("abandoned", (struct journal_config){0}); /* the next process goes on behind it */
    finish("{\"type\":\"end\"}");
    T_EQ(got[n_got - 2].u.segment.number, 2);
}

/* The real tshark: as many RTP packets, with their numbers, and the lines. */
static void tshark_reads_it(void)
{
    char command[900], line[100];
    uint32_t next = 0;
    start("tshark", (struct journal_config){0});
    T_EQ(journal_line(j, "{\"type\":\"track\",\"track\":1}"), ERR_OK);
    send_packets(25);
    uint8_t sr[28] = {0x80, 200, 0, 6, 0, 0, 0, 1};
    sink->packet(sink, 1, true, clock_mono_ns(), sr, sizeof(sr));
    finish("{\"type\":\"end\"}");
    (void)snprintf(command, sizeof(command),
                   "tshark -n -r '%s' -o ip.check_checksum:TRUE -d udp.port==10002,rtp "
                   "-d udp.port==10003,rtcp -T fields -e rtp.seq -e rtcp.pt -e udp.port "
                   "-e ip.checksum.status 2>/dev/null",
                   file("000001.pcap"));
    FILE *p = popen(command, "r"); // NOLINT(cert-env33-c)
    unsigned lines = 0, reports = 0;
    T_OK(p != NULL);
    while (p != NULL && fgets(line, sizeof(line), p) != NULL) {
        unsigned seq = 0, pt = 0;
        T_OK(strstr(line, "\t1\n") != NULL); /* the IP header's checksum is right */
        if (sscanf(line, "\t%u\t10003", &pt) == 1 && pt == 200)
            reports++;
        else if (sscanf(line, "%u\t\t10002", &seq) == 1 && line[0] != '\t')
            T_EQ(seq, next++);
        else
            lines += strstr(line, "\t\t9,9\t") != NULL;
    }
    T_OK(p != NULL && pclose(p) == 0);
    T_EQ(next, 25);
    T_EQ(reports, 1);
    T_EQ(lines, 3); /* segment, track, end */
}

int main(void)
{
    log_set_level(LOG_ERROR);
    tmpdir_make();
    (void)signal(SIGXFSZ, SIG_IGN);
    T_EQ(mailbox_new(&mail, 100000), ERR_OK);
    closes_by_size();
    closes_by_time();
    renames_in_order();
    counts_what_the_ring_cannot_take();
    survives_a_full_disk();
    ends_on_a_full_disk();
    stops_on_a_full_disk();
    names_what_a_failed_sync_lost();
    ends_after_a_failed_sync();
    survives_a_missing_folder();
    repeats_open_tracks();
    a_crowd_of_tracks();
    limits();
    abandoned();
    tshark_reads_it();
    mailbox_free(mail);
    return t_done("journal");
}
