/* One segment is open at a time. It has been read to its end when it was complete before the last
 * read found nothing more. */
#include "pack/tail.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

enum { BUFFER = 1 << 20, PATH_LEN = 600 };

struct tail {
    char dir[PATH_LEN - 64];
    int fd; /* -1: none open */
    uint32_t number;
    bool complete; /* known before the last read */
    bool headed;
    uint64_t skipped;
    size_t at, len;
    uint8_t buf[BUFFER];
};

enum err tail_new(struct tail **out, const char *dir)
{
    struct tail *t = (struct tail *)mem_alloc(sizeof(*t));
    if (t == NULL)
        return ERR_NOMEM;
    (void)snprintf(t->dir, sizeof(t->dir), "%.500s/journal", dir);
    t->fd = -1;
    t->number = 0;
    t->skipped = 0;
    t->complete = t->headed = false;
    t->at = t->len = 0;
    *out = t;
    return ERR_OK;
}

void tail_free(struct tail *t)
{
    if (t == NULL)
        return;
    if (t->fd >= 0)
        (void)close(t->fd);
    mem_free(t);
}

uint64_t tail_skipped(const struct tail *t)
{
    return t->skipped;
}

/* ---- which file ------------------------------------------------------------------------------ */

static uint32_t number_of(const char *name)
{
    size_t digits = strspn(name, "0123456789");
    const char *rest = name + digits;
    if (digits != 6 || (strcmp(rest, ".pcap") != 0 && strcmp(rest, ".pcap.part") != 0))
        return 0;
    return (uint32_t)strtoul(name, NULL, 10);
}

/* The smallest number above @p after, 0 when there is none. */
static uint32_t segment_after(const struct tail *t, uint32_t after)
{
    uint32_t best = 0;
    DIR *d = opendir(t->dir);
    for (const struct dirent *i = NULL; d != NULL && (i = readdir(d)) != NULL;) {
        uint32_t n = number_of(i->d_name);
        if (n > after && (best == 0 || n < best))
            best = n;
    }
    if (d != NULL)
        (void)closedir(d);
    return best;
}

static int open_segment(const struct tail *t, uint32_t number, bool part)
{
    char path[PATH_LEN];
    (void)snprintf(path, sizeof(path), "%s/%06u.pcap%s", t->dir, number, part ? ".part" : "");
    return open(path, O_RDONLY | O_CLOEXEC);
}

static bool is_complete(const struct tail *t)
{
    char path[PATH_LEN];
    (void)snprintf(path, sizeof(path), "%s/%06u.pcap", t->dir, t->number);
    return access(path, F_OK) == 0 || segment_after(t, t->number) != 0;
}

static bool open_next(struct tail *t)
{
    uint32_t number = segment_after(t, t->number);
    if (number == 0)
        return false;
    int fd = open_segment(t, number, false);
    bool complete = fd >= 0;
    if (fd < 0)
        fd = open_segment(t, number, true);
    if (fd < 0 && errno == ENOENT) /* renamed between the two */
        fd = open_segment(t, number, false);
    if (fd < 0) {
        log_error("packager", "%s/%06u: %s", t->dir, number, strerror(errno));
        return false;
    }
    t->fd = fd;
    t->number = number;
    t->complete = complete;
    t->headed = false;
    t->at = t->len = 0;
    return true;
}

/* ---- what is in it --------------------------------------------------------------------------- */

/* More bytes, or false at the end of what there is. */
static bool refill(struct tail *t)
{
    memmove(t->buf, t->buf + t->at, t->len - t->at);
    t->len -= t->at;
    t->at = 0;
    ssize_t n = 0;
    do
        n = read(t->fd, t->buf + t->len, sizeof(t->buf) - t->len);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        log_error("packager", "%s/%06u: %s", t->dir, t->number, strerror(errno));
    t->len += n > 0 ? (size_t)n : 0;
    return n > 0;
}

/* After damage: step to the next place that looks like a record's head. */
static void resync(struct tail *t)
{
    static const uint8_t mark[8] = {127, 0, 0, 1, 127, 0, 0, 1};
    enum { MARK_AT = 16 + 12 };
    size_t left = t->len - t->at;
    const uint8_t *found = NULL;
    if (left > MARK_AT + 1)
        found = (const uint8_t *)memmem(t->buf + t->at + MARK_AT + 1, left - MARK_AT - 1, mark,
                                        sizeof(mark));
    size_t step = found != NULL ? (size_t)(found - (t->buf + t->at)) - MARK_AT : left;
    if (found == NULL && left > MARK_AT + sizeof(mark))
        step = left - MARK_AT - sizeof(mark) + 1; /* a mark may be cut in two here */
    else if (found == NULL)
        step = 1;
    t->at += step;
    t->skipped += step;
}

/* From the buffer alone. */
static bool take(struct tail *t, struct record *out)
{
    for (;;) {
        bool bad = false;
        size_t left = t->len - t->at;
        if (!t->headed && left < FORMAT_FILE_HEAD)
            return false;
        if (!t->headed) {
            t->headed = true;
            if (format_is_file_head(t->buf + t->at, left)) {
                t->at += FORMAT_FILE_HEAD;
                continue;
            }
        }
        size_t n = format_parse(t->buf + t->at, left, out, &bad);
        if (n > 0) {
            t->at += n;
            return true;
        }
        if (!bad)
            return false;
        resync(t);
    }
}

static void close_segment(struct tail *t)
{
    t->skipped += t->len - t->at; /* a torn packet, or nothing */
    (void)close(t->fd);
    t->fd = -1;
}

bool tail_next(struct tail *t, struct record *out)
{
    for (;;) {
        if (t->fd < 0 && !open_next(t))
            return false;
        if (take(t, out))
            return true;
        if (refill(t))
            continue;
        if (t->complete)
            close_segment(t);
        else if (is_complete(t))
            t->complete = true; /* once more: the last bytes may have come just before */
        else
            return false;
    }
}
