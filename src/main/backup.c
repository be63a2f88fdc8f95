/* An online backup: the records at one moment first, then the files. A closed segment never changes
 * and is never deleted while a backup can see it, so that every segment the records name is there.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "api/recovery.h"
#include "backup_priv.h"
#include "base/clock.h"
#include "db/copy.h"
#include "ops_priv.h"

enum {
    ROOM = 64 << 20,
    IOPRIO_WHO_PROCESS = 1,
    IOPRIO_CLASS_IDLE = 3,
    IOPRIO_SHIFT = 13,
    NICE = 10
};

struct backup {
    const struct conf *conf;
    const char *dest;
    char part[FILES_PATH], last[FILES_PATH]; /* last: the backup before, "": none */
    struct sums sums, last_sums;
    uint64_t to_copy;
    struct meter meter;
    struct backup_result *result;
    char *why; /* FILES_WHY */
};

/* ---- what belongs to a backup
 * ------------------------------------------------------------------------------------ */

static bool is(const char *rel, const char *name)
{
    return strcmp(rel, name) == 0;
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), k = strlen(end);
    return n >= k && strcmp(text + n - k, end) == 0;
}

/* Of a recording that is not finished only the journal: the rest is made from it again. */
static bool wanted_of_recording(const struct backup *b, const char *meeting, bool folder)
{
    char id[80];
    size_t n = strcspn(meeting, "/");
    const char *below = meeting + n + (meeting[n] == '/');
    if (*below == '\0')
        return folder;
    if (strncmp(below, "journal", 7) == 0 && (below[7] == '\0' || below[7] == '/'))
        return true;
    (void)snprintf(id, sizeof(id), "%.*s", (int)n, meeting);
    return recovery_is_final(b->conf->data, id) && !ends_with(below, ".part") &&
           !ends_with(below, ".tmp");
}

static bool wanted(void *arg, const char *rel, bool folder)
{
    const struct backup *b = (const struct backup *)arg;
    static const char recordings[] = "recordings/";
    if (strncmp(rel, recordings, sizeof(recordings) - 1) == 0)
        return wanted_of_recording(b, rel + sizeof(recordings) - 1, folder);
    /* What is on its way is no document yet, and is begun anew after a restore. */
    return !is(rel, "uploads") && !is(rel, "lock") && !is(rel, "yunjian.db") &&
           !is(rel, "yunjian.db-wal") && !is(rel, "yunjian.db-shm");
}

/* The same file lies in the backup before: size and time of change say so. */
static const struct sum *unchanged(const struct backup *b, const char *rel, const struct stat *st)
{
    char path[FILES_PATH];
    struct stat old;
    const struct sum *sum = b->last[0] == '\0' ? NULL : sums_find(&b->last_sums, rel);
    bool same = sum != NULL && path_join(path, b->last, rel) == ERR_OK && lstat(path, &old) == 0 &&
                old.st_size == st->st_size && old.st_mtim.tv_sec == st->st_mtim.tv_sec &&
                old.st_mtim.tv_nsec == st->st_mtim.tv_nsec;
    return same ? sum : NULL;
}

/* ---- files
 * ----------------------------------------------------------------------------------------------------
 */

static enum err measure_file(void *arg, const char *rel, const struct stat *st)
{
    struct backup *b = (struct backup *)arg;
    if (unchanged(b, rel, st) == NULL)
        b->to_copy += (uint64_t)st->st_size;
    return ERR_OK;
}

static void on_bytes(void *arg, uint64_t bytes)
{
    struct backup *b = (struct backup *)arg;
    b->result->copied_bytes += bytes;
    meter_say(&b->meter, b->result->copied_bytes);
}

static enum err note(struct backup *b, const char *rel, const char *digest, uint64_t bytes)
{
    b->result->files++;
    b->result->bytes += bytes;
    return sums_add(&b->sums, rel, digest);
}

static bool link_file(const struct backup *b, const char *rel)
{
    char old[FILES_PATH], now[FILES_PATH];
    return path_join(old, b->last, rel) == ERR_OK && path_join(now, b->part, rel) == ERR_OK &&
           folders_make(now) == ERR_OK && link(old, now) == 0;
}

static enum err copy_one(struct backup *b, const char *from, const char *rel)
{
    char to[FILES_PATH];
    struct copied c;
    enum err e = path_join(to, b->part, rel);
    if (e == ERR_OK)
        e = file_copy(from, to, &c, on_bytes, b, b->why);
    return e == ERR_OK ? note(b, rel, c.digest, c.bytes) : e;
}

static enum err take_file(void *arg, const char *rel, const struct stat *st)
{
    struct backup *b = (struct backup *)arg;
    char from[FILES_PATH];
    const struct sum *sum = unchanged(b, rel, st);
    if (sum != NULL && link_file(b, rel)) {
        b->result->linked++;
        return note(b, rel, sum->digest, (uint64_t)st->st_size);
    }
    enum err e = path_join(from, b->conf->data, rel);
    if (e == ERR_OK)
        e = copy_one(b, from, rel);
    if (e == ERR_NOENT && ends_with(rel, ".pcap.part")) { /* It has been closed meanwhile. */
        char closed[FILES_PATH];
        (void)snprintf(closed, sizeof(closed), "%.*s", (int)(strlen(rel) - 5), rel);
        e = path_join(from, b->conf->data, closed);
        if (e == ERR_OK)
            e = copy_one(b, from, closed);
    }
    return e == ERR_NOENT ? ERR_OK : e; /* Gone since it was listed. */
}

static enum err walk_data(struct backup *b,
                          enum err (*file)(void *arg, const char *rel, const struct stat *st))
{
    struct walk w = {.root = b->conf->data, .wanted = wanted, .file = file, .arg = b};
    enum err e = walk_run(&w);
    if (e != ERR_OK && w.why[0] != '\0')
        (void)snprintf(b->why, FILES_WHY, "%s", w.why);
    return e;
}

/* ---- records and configuration
 * ---------------------------------------------------------------------------------- */

static void on_pages(void *arg, int64_t done, int64_t all)
{
    struct meter *m = (struct meter *)arg;
    m->all = (uint64_t)all * 4096;
    meter_say(m, (uint64_t)done * 4096);
}

static enum err take_records(struct backup *b, struct manifest *m)
{
    char from[FILES_PATH], to[FILES_PATH], why[DB_WHY] = "";
    struct meter meter = {.what = "records"};
    struct copied c;
    enum err e = path_join(from, b->conf->data, "yunjian.db");
    if (e == ERR_OK)
        e = path_join(to, b->part, "yunjian.db");
    if (e == ERR_OK)
        e = db_copy(from, to, on_pages, &meter, why);
    meter_end(&meter);
    if (e == ERR_OK)
        e = db_check(to, &m->schema, why);
    if (e != ERR_OK)
        (void)snprintf(b->why, FILES_WHY, "%s", why);
    if (e == ERR_OK)
        e = file_digest(to, &c, b->why);
    if (e == ERR_OK)
        e = note(b, "yunjian.db", c.digest, c.bytes);
    if (e == ERR_OK)
        b->result->copied_bytes += c.bytes;
    return e;
}

/* The server needs these to be itself again; they may lie outside of the data folder. */
static enum err take_configuration(struct backup *b)
{
    const struct {
        const char *from, *to;
    } list[] = {{b->conf->file, "configuration/yunjian.conf"},
                {b->conf->tls_certificate, "configuration/tls_certificate.pem"},
                {b->conf->tls_key, "configuration/tls_key.pem"}};
    enum err e = ERR_OK;
    for (size_t i = 0; e == ERR_OK && i < sizeof(list) / sizeof(list[0]); i++) {
        char real[PATH_MAX];
        if (list[i].from[0] == '\0')
            continue;
        if (realpath(list[i].from, real) == NULL) {
            (void)snprintf(b->why, FILES_WHY, "%.300s: %s", list[i].from, strerror(errno));
            return ERR_IO;
        }
        e = copy_one(b, real, list[i].to);
    }
    return e;
}

/* ---- the destination
 * ------------------------------------------------------------------------------------------- */

static enum err lock_dest(struct backup *b)
{
    char path[FILES_PATH];
    enum err e = folders_make(b->dest);
    if (e == ERR_OK && mkdir(b->dest, 0700) != 0 && errno != EEXIST)
        e = ERR_IO;
    if (e == ERR_OK)
        e = path_join(path, b->dest, ".lock");
    int fd = e == ERR_OK ? open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600) : -1;
    if (fd < 0) {
        (void)snprintf(b->why, FILES_WHY, "%.300s: %s", b->dest, strerror(errno));
        return ERR_IO;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return ERR_OK; /* Held until the process ends. */
    (void)close(fd);
    (void)snprintf(b->why, FILES_WHY, "another backup into %.300s is running", b->dest);
    return ERR_BUSY;
}

static int is_backup(const struct dirent *i)
{
    return i->d_name[0] >= '0' && i->d_name[0] <= '9';
}

static int is_left_over(const struct dirent *i)
{
    return strncmp(i->d_name, ".part-", 6) == 0 || strncmp(i->d_name, ".old-", 5) == 0;
}

/* What a backup that was killed has left. */
static enum err remove_left_over(const struct backup *b)
{
    struct dirent **list = NULL;
    enum err e = ERR_OK;
    int n = scandir(b->dest, &list, is_left_over, alphasort);
    for (int i = 0; i < n; i++) {
        char path[FILES_PATH];
        if (e == ERR_OK)
            e = path_join(path, b->dest, list[i]->d_name);
        if (e == ERR_OK)
            e = tree_remove(path);
        free(list[i]);
    }
    free(list);
    return e;
}

/* The newest whole one, to link against. One that cannot be read only costs the copies. */
static enum err find_last(struct backup *b)
{
    struct dirent **list = NULL;
    int n = scandir(b->dest, &list, is_backup, alphasort);
    for (int i = n - 1; i >= 0; i--) {
        char path[FILES_PATH], sums[FILES_PATH];
        struct manifest m;
        bool fine = b->last[0] == '\0' && path_join(path, b->dest, list[i]->d_name) == ERR_OK &&
                    manifest_read(&m, path) == ERR_OK &&
                    path_join(sums, path, "SHA256SUMS") == ERR_OK;
        if (fine && sums_read(&b->last_sums, sums) == ERR_OK)
            (void)snprintf(b->last, sizeof(b->last), "%s", path);
        else if (fine)
            sums_free(&b->last_sums);
        free(list[i]);
    }
    free(list);
    return ERR_OK;
}

static enum err enough_room(struct backup *b)
{
    struct statvfs v;
    struct stat st;
    char db[FILES_PATH];
    if (path_join(db, b->conf->data, "yunjian.db") == ERR_OK && stat(db, &st) == 0)
        b->to_copy += (uint64_t)st.st_size;
    if (statvfs(b->dest, &v) != 0)
        return ERR_IO;
    uint64_t free_bytes = (uint64_t)v.f_bavail * v.f_frsize;
    if (free_bytes >= b->to_copy + ROOM)
        return ERR_OK;
    (void)snprintf(b->why, FILES_WHY, "%.200s has %.1f MiB free, and %.1f MiB are needed", b->dest,
                   (double)free_bytes / 1048576.0, (double)(b->to_copy + ROOM) / 1048576.0);
    return ERR_TOOBIG;
}

/* Never half a backup under the name of a whole one. */
static enum err remove_whole(const struct backup *b, const char *name)
{
    char whole[FILES_PATH], doomed[FILES_PATH], hidden[300];
    (void)snprintf(hidden, sizeof(hidden), ".old-%.255s", name);
    enum err e = path_join(whole, b->dest, name);
    if (e == ERR_OK)
        e = path_join(doomed, b->dest, hidden);
    if (e == ERR_OK && rename(whole, doomed) != 0)
        e = ERR_IO;
    return e == ERR_OK ? tree_remove(doomed) : e;
}

static enum err keep_newest(const struct backup *b, unsigned keep)
{
    struct dirent **list = NULL;
    enum err e = ERR_OK;
    int n = keep == 0 ? 0 : scandir(b->dest, &list, is_backup, alphasort);
    for (int i = 0; i < n; i++) {
        if (e == ERR_OK && i < n - (int)keep)
            e = remove_whole(b, list[i]->d_name);
        free(list[i]);
    }
    free(list);
    return e;
}

/* ---- in order
 * --------------------------------------------------------------------------------------------------
 */

/* Everything is on the disk before the name says so. */
static enum err complete(struct backup *b, struct manifest *m)
{
    char sums[FILES_PATH], name[FILES_PATH];
    struct copied c;
    enum err e = path_join(sums, b->part, "SHA256SUMS");
    if (e == ERR_OK)
        e = sums_write(&b->sums, sums);
    if (e == ERR_OK)
        e = file_digest(sums, &c, b->why);
    if (e != ERR_OK)
        return e;
    m->files = (int64_t)b->result->files;
    m->bytes = (int64_t)b->result->bytes;
    (void)snprintf(m->sums, sizeof(m->sums), "%s", c.digest);
    (void)snprintf(name, sizeof(name), "%s", m->made_at);
    name[19] = 'Z'; /* whole seconds; colons are no good in a path */
    name[20] = '\0';
    name[13] = name[16] = '-';
    e = path_join(b->result->path, b->dest, name);
    if (e == ERR_OK)
        e = manifest_write(m, b->part);
    if (e == ERR_OK)
        e = folder_sync(b->part, b->why);
    if (e == ERR_OK && rename(b->part, b->result->path) != 0) {
        (void)snprintf(b->why, FILES_WHY, "%.300s: %s", b->result->path, strerror(errno));
        e = ERR_IO;
    }
    return e == ERR_OK ? folder_sync(b->dest, b->why) : e;
}

static enum err run(struct backup *b, unsigned keep)
{
    struct manifest m = {.schema = -1};
    char name[64];
    clock_rfc3339(m.made_at, clock_wall_ms());
    (void)snprintf(name, sizeof(name), ".part-%d", (int)getpid());
    enum err e = lock_dest(b);
    if (e == ERR_OK)
        e = remove_left_over(b);
    if (e == ERR_OK)
        e = find_last(b);
    if (e == ERR_OK)
        e = walk_data(b, measure_file);
    if (e == ERR_OK)
        e = enough_room(b);
    if (e == ERR_OK)
        e = path_join(b->part, b->dest, name);
    if (e == ERR_OK && mkdir(b->part, 0700) != 0)
        e = ERR_IO;
    b->meter = (struct meter){.what = "files", .all = b->to_copy};
    if (e == ERR_OK)
        e = take_records(b, &m);
    if (e == ERR_OK)
        e = walk_data(b, take_file);
    if (e == ERR_OK)
        e = take_configuration(b);
    meter_end(&b->meter);
    if (e == ERR_OK)
        e = complete(b, &m);
    return e == ERR_OK ? keep_newest(b, keep) : e;
}

/* Meetings go first: processor and disk are taken only when nobody else wants them. */
static void step_back(void)
{
    (void)setpriority(PRIO_PROCESS, 0, NICE);
    (void)syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_CLASS_IDLE << IOPRIO_SHIFT);
}

enum err backup_run(const struct conf *conf, const char *dest, unsigned keep,
                    struct backup_result *out, char why[BACKUP_WHY])
{
    struct backup b = {.conf = conf, .dest = dest, .result = out, .why = why};
    *out = (struct backup_result){.files = 0};
    why[0] = '\0';
    step_back();
    (void)umask(0077);
    enum err e = run(&b, keep);
    if (e != ERR_OK && b.part[0] != '\0' && tree_remove(b.part) != ERR_OK)
        (void)fprintf(stderr, "%s is left over; the next backup removes it\n", b.part);
    sums_free(&b.sums);
    sums_free(&b.last_sums);
    return e;
}
