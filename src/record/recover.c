/* Mends a journal after a crash: torn tails are cut, names and hashes made good, nothing deleted
 * but empty files. */
#include <dirent.h>
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

/* Reads all packets. @return bytes up to the end of the last whole one. */
static uint64_t survey(const char *path, struct recovered *r)
{
    struct reader *rd = NULL;
    struct record rec;
    uint64_t good = 0;
    if (reader_open(&rd, path) != ERR_OK)
        return 0;
    while (reader_next(rd, &rec) == READ_PACKET) {
        good = reader_offset(rd);
        r->packets++;
        if (r->start_wall_ns == 0)
            r->start_wall_ns = rec.wall_ns;
        if (rec.wall_ns > r->end_wall_ns)
            r->end_wall_ns = rec.wall_ns;
    }
    reader_close(rd);
    return good;
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

static enum err cut(const char *part, uint64_t good, struct recovered *r)
{
    struct stat st;
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

static enum err mend(const char *dir, const char *name, struct recovered *r)
{
    char path[PATH_LEN], whole[PATH_LEN];
    (void)snprintf(path, sizeof(path), "%s/%s", dir, name);
    r->was_torn = strstr(name, ".part") != NULL;
    r->number = (uint32_t)strtoul(name, NULL, 10);
    (void)snprintf(r->name, sizeof(r->name), "%06u.pcap", r->number);
    uint64_t good = survey(path, r);
    r->bytes = good;
    if (!r->was_torn)
        return hash_file(path, r->sha256);
    if (good == 0) {
        (void)unlink(path);
        return ERR_NOENT;
    }
    (void)snprintf(whole, sizeof(whole), "%s/%s", dir, r->name);
    enum err e = cut(path, good, r);
    if (e == ERR_OK && (rename(path, whole) != 0 || segment_sync_dir(dir) != 0))
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
    for (int i = 0; i < n; i++) {
        struct recovered r = {0};
        enum err one = e == ERR_OK ? mend(journal, list[i]->d_name, &r) : e;
        if (one == ERR_OK)
            found(arg, &r);
        else if (one != ERR_NOENT)
            e = one;
        if (one == ERR_OK && r.was_torn)
            log_info("journal", "%s/%s recovered, %llu bytes of a torn packet cut off", journal,
                     r.name, (unsigned long long)r.cut_bytes);
        free(list[i]);
    }
    free(list);
    return e;
}
