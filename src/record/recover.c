/* Mends a journal after a crash: torn tails are cut, names and hashes made good, nothing deleted
 * but empty files. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "crypto/hash.h"
#include "record/format.h"
#include "segment_priv.h"

enum { PATH_LEN = 480 };

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_segment(const struct dirent *d)
{
    size_t n = strspn(d->d_name, "0123456789");
    const char *rest = d->d_name + n;
    return n == 6 && (strcmp(rest, ".pcap") == 0 || strcmp(rest, ".pcap.part") == 0);
}

/* Reads all packets; r->bytes: up to the end of the last whole one. */
static enum err survey(const char *path, struct recovered *r)
{
    struct reader *rd = NULL;
    struct record rec;
    enum read_result got = READ_PACKET;
    enum err e = reader_open(&rd, path);
    if (e != ERR_OK)
        return e == ERR_NOENT ? ERR_IO : e;
    while ((got = reader_next(rd, &rec)) == READ_PACKET) {
        r->bytes = reader_offset(rd);
        r->packets++;
        if (r->start_wall_ns == 0)
            r->start_wall_ns = rec.wall_ns;
        if (rec.wall_ns > r->end_wall_ns)
            r->end_wall_ns = rec.wall_ns;
    }
    reader_close(rd);
    return got == READ_FAILED ? ERR_IO : ERR_OK;
}

static enum err hash_file(const char *path, uint8_t out[SHA256_LEN])
{
    uint8_t buf[65536];
    struct sha256 *h = NULL;
    ssize_t n = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    enum err e = fd < 0 ? ERR_IO : sha256_new(&h);
    while (e == ERR_OK && (n = read(fd, buf, sizeof(buf))) > 0)
        sha256_add(h, buf, (size_t)n);
    if (e == ERR_OK)
        e = n < 0 ? ERR_IO : sha256_take(h, out);
    sha256_free(h);
    if (fd >= 0)
        (void)close(fd);
    return e;
}

static enum err cut(const char *part, struct recovered *r)
{
    struct stat st;
    uint64_t good = r->bytes;
    int fd = open(part, O_RDWR | O_CLOEXEC);
    bool fine = fd >= 0 && fstat(fd, &st) == 0;
    if (fine && (uint64_t)st.st_size > good) {
        r->cut_bytes = (uint64_t)st.st_size - good;
        fine = ftruncate(fd, (off_t)good) == 0;
    }
    fine = fine && fsync(fd) == 0;
    if (fd >= 0)
        (void)close(fd);
    return fine ? ERR_OK : ERR_IO;
}

/* A closed segment is what it is: all its bytes count, whatever is in them. */
static enum err hash_closed(const char *path, struct recovered *r)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return ERR_IO;
    r->bytes = (uint64_t)st.st_size;
    return hash_file(path, r->sha256);
}

static enum err mend(const char *dir, const char *name, struct recovered *r)
{
    char path[PATH_LEN], whole[PATH_LEN];
    (void)snprintf(path, sizeof(path), "%s/%s", dir, name);
    r->was_torn = strstr(name, ".part") != NULL;
    r->number = (uint32_t)strtoul(name, NULL, 10);
    (void)snprintf(r->name, sizeof(r->name), "%06u.pcap", r->number);
    enum err e = survey(path, r);
    if (e != ERR_OK)
        return e;
    if (!r->was_torn)
        return hash_closed(path, r);
    if (r->bytes == 0) /* Not one packet. */
        return unlink(path) == 0 ? ERR_NOENT : ERR_IO;
    (void)snprintf(whole, sizeof(whole), "%s/%s", dir, r->name);
    e = cut(path, r);
    /* Never over a segment that is there already. */
    if (e == ERR_OK && (renameat2(AT_FDCWD, path, AT_FDCWD, whole, RENAME_NOREPLACE) != 0 ||
                        segment_sync_dir(dir) != 0))
        e = ERR_IO;
    return e == ERR_OK ? hash_file(whole, r->sha256) : e;
}

enum err journal_recover(const char *dir, void (*found)(void *arg, const struct recovered *r),
                         void *arg)
{
    char journal[PATH_LEN - 40];
    struct dirent **list = NULL;
    enum err e = ERR_OK;
    (void)snprintf(journal, sizeof(journal), "%s/journal", dir);
    int n = scandir(journal, &list, is_segment, by_name);
    if (n < 0 && errno != ENOENT)
        e = ERR_IO;
    for (int i = 0; i < n; i++) {
        struct recovered r = {0};
        enum err one = mend(journal, list[i]->d_name, &r);
        if (one == ERR_OK)
            found(arg, &r);
        else if (one != ERR_NOENT) { /* The others can be mended all the same. */
            log_error("journal", "%s/%s: %s", journal, list[i]->d_name, err_name(one));
            e = one;
        }
        if (one == ERR_OK && r.was_torn)
            log_info("journal", "%s/%s recovered, %llu bytes of a torn packet cut off", journal,
                     r.name, (unsigned long long)r.cut_bytes);
        free(list[i]);
    }
    free(list);
    return e;
}

/* Our own writer's text: the same words inside a reason would have their quotes escaped. */
static bool is_line(const struct record *r, const char *words)
{
    return r->track == 0 && memmem(r->p, r->len, words, strlen(words)) != NULL;
}

static enum err look_at_last(struct journal_state *out, const char *path)
{
    struct reader *rd = NULL;
    struct record rec;
    enum read_result got = READ_PACKET;
    enum err e = reader_open(&rd, path);
    if (e != ERR_OK)
        return e;
    while ((got = reader_next(rd, &rec)) == READ_PACKET) {
        out->ended = is_line(&rec, "\"type\":\"end\"");
        out->resting = is_line(&rec, "\"type\":\"stop\"") || is_line(&rec, "\"type\":\"pause\"");
        if (rec.wall_ns > out->last_ns)
            out->last_ns = rec.wall_ns;
    }
    reader_close(rd);
    return got == READ_FAILED ? ERR_IO : ERR_OK;
}

enum err journal_look(struct journal_state *out, const char *dir)
{
    struct journal_state s = {0};
    char journal[PATH_LEN - 40], last[PATH_LEN] = "";
    struct dirent **list = NULL;
    (void)snprintf(journal, sizeof(journal), "%s/journal", dir);
    int n = scandir(journal, &list, is_segment, by_name);
    if (n < 0 && errno != ENOENT)
        return ERR_IO;
    for (int i = 0; i < n; i++) {
        bool part = strstr(list[i]->d_name, ".part") != NULL;
        s.open += part;
        s.closed += !part;
        if (!part)
            (void)snprintf(last, sizeof(last), "%s/%s", journal, list[i]->d_name);
        free(list[i]);
    }
    free(list);
    enum err e = s.closed > 0 ? look_at_last(&s, last) : ERR_OK;
    if (e == ERR_OK)
        *out = s;
    return e;
}
