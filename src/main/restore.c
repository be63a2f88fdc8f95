/* The way back: nothing is taken that its digest does not vouch for. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "backup_priv.h"
#include "db/copy.h"
#include "db/db.h"
#include "ops_priv.h"

enum { ROOM = 64 << 20 };

struct restore {
    const char *source, *data;
    struct manifest manifest;
    struct sums sums;
    struct meter meter;
    struct backup_result *result;
    char *why;
};

static enum err say(struct restore *r, enum err e, const char *text)
{
    (void)snprintf(r->why, BACKUP_WHY, "%s", text);
    return e;
}

/* The manifest vouches for SHA256SUMS, and that for everything else. */
static enum err open_backup(struct restore *r)
{
    char path[FILES_PATH];
    struct copied c;
    enum err e = manifest_read(&r->manifest, r->source);
    if (e == ERR_NOENT)
        return say(r, e,
                   "there is no manifest.json: this is no whole backup. Name the folder of "
                   "one, as DEST/2026-11-25T02-00-00Z");
    if (e != ERR_OK)
        return say(r, e, "manifest.json cannot be understood by this program");
    if (r->manifest.schema > db_schema_version())
        return say(r, ERR_CONFLICT, "the backup is of a newer version than this program");
    e = path_join(path, r->source, "SHA256SUMS");
    if (e == ERR_OK)
        e = file_digest(path, &c, r->why);
    if (e == ERR_OK && strcmp(c.digest, r->manifest.sums) != 0)
        return say(r, ERR_PROTO, "SHA256SUMS is not the one of manifest.json");
    if (e == ERR_OK)
        e = sums_read(&r->sums, path);
    if (e == ERR_PROTO)
        return say(r, e, "SHA256SUMS cannot be understood");
    return e;
}

/* Of a data folder that may be used: nothing, what a file system puts there, our own mark. */
static int is_other(const struct dirent *i)
{
    static const char *const fine[] = {".", "..", "lost+found", RESTORE_MARK};
    for (size_t k = 0; k < sizeof(fine) / sizeof(fine[0]); k++)
        if (strcmp(i->d_name, fine[k]) == 0)
            return 0;
    return 1;
}

/* Empty, not there, or what an interrupted restore has left: that is removed. */
static enum err empty_folder(struct restore *r)
{
    char path[FILES_PATH];
    struct dirent **list = NULL;
    if (folders_make(r->data) != ERR_OK || (mkdir(r->data, 0750) != 0 && errno != EEXIST))
        return say(r, ERR_IO, "the data folder cannot be made");
    enum err e = path_join(path, r->data, RESTORE_MARK);
    bool marked = e == ERR_OK && access(path, F_OK) == 0;
    int n = scandir(r->data, &list, is_other, alphasort);
    if (n > 0 && !marked)
        e = say(r, ERR_CONFLICT,
                "the data folder is not empty: move it away, or name another one by --data=FOLDER");
    for (int i = 0; i < n; i++) {
        if (e == ERR_OK)
            e = path_join(path, r->data, list[i]->d_name);
        if (e == ERR_OK && tree_remove(path) != ERR_OK)
            e = say(r, ERR_IO, "what the restore before has left cannot be removed");
        free(list[i]);
    }
    free(list);
    return n < 0 ? say(r, ERR_IO, "the data folder cannot be read") : e;
}

static enum err mark(struct restore *r, bool on)
{
    char path[FILES_PATH];
    enum err e = path_join(path, r->data, RESTORE_MARK);
    if (e != ERR_OK)
        return e;
    int fd = on ? open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600) : -1;
    if (on ? fd < 0 || close(fd) != 0 : unlink(path) != 0)
        return say(r, ERR_IO, "the data folder cannot be written");
    return folder_sync(r->data, r->why);
}

static enum err enough_room(struct restore *r)
{
    struct statvfs v;
    uint64_t need = (uint64_t)r->manifest.bytes + ROOM;
    if (statvfs(r->data, &v) != 0 || (uint64_t)v.f_bavail * v.f_frsize >= need)
        return ERR_OK;
    (void)snprintf(r->why, BACKUP_WHY, "%.200s has %.1f MiB free, and %.1f MiB are needed", r->data,
                   (double)v.f_bavail * (double)v.f_frsize / 1048576.0, (double)need / 1048576.0);
    return ERR_TOOBIG;
}

static void on_bytes(void *arg, uint64_t bytes)
{
    struct restore *r = (struct restore *)arg;
    r->result->copied_bytes += bytes;
    meter_say(&r->meter, r->result->copied_bytes);
}

static enum err take(struct restore *r, const struct sum *s, bool check_only)
{
    char from[FILES_PATH], to[FILES_PATH];
    struct copied c = {.bytes = 0};
    /* The configuration of that time is for a person to look at, not to be put in place. */
    bool place = !check_only && strncmp(s->path, "configuration/", 14) != 0;
    enum err e = path_join(from, r->source, s->path);
    if (e == ERR_OK)
        e = path_join(to, r->data, s->path);
    if (e == ERR_OK)
        e = place ? file_copy(from, to, &c, on_bytes, r, r->why) : file_digest(from, &c, r->why);
    if (e == ERR_OK && strcmp(c.digest, s->digest) != 0) {
        (void)snprintf(r->why, BACKUP_WHY,
                       "%.300s is damaged: its digest is not that of "
                       "SHA256SUMS",
                       s->path);
        e = ERR_PROTO;
    }
    r->result->files++;
    r->result->bytes += c.bytes;
    return e;
}

static enum err take_all(struct restore *r, bool check_only)
{
    enum err e = ERR_OK;
    r->meter = (struct meter){.what = check_only ? "checked" : "restored",
                              .all = (uint64_t)r->manifest.bytes};
    for (size_t i = 0; e == ERR_OK && i < r->sums.n; i++)
        e = take(r, &r->sums.list[i], check_only);
    meter_end(&r->meter);
    if (e == ERR_OK && r->result->files != (uint64_t)r->manifest.files)
        e = say(r, ERR_PROTO, "SHA256SUMS lacks files that the manifest counted");
    return e;
}

static enum err records_sound(struct restore *r)
{
    char path[FILES_PATH], why[DB_WHY] = "";
    int64_t version = 0;
    enum err e = path_join(path, r->data, "yunjian.db");
    if (e == ERR_OK)
        e = db_check(path, &version, why);
    return e == ERR_OK ? e : say(r, e, why);
}

static enum err put_back(struct restore *r)
{
    enum err e = empty_folder(r);
    if (e == ERR_OK)
        e = enough_room(r);
    if (e == ERR_OK)
        e = mark(r, true);
    if (e == ERR_OK)
        e = take_all(r, false);
    if (e == ERR_OK)
        e = records_sound(r);
    if (e == ERR_OK)
        e = folder_sync(r->data, r->why);
    return e == ERR_OK ? mark(r, false) : e;
}

enum err restore_run(const struct conf *conf, const char *source, bool check_only,
                     struct backup_result *out, char why[BACKUP_WHY])
{
    struct restore r = {.source = source, .data = conf->data, .result = out, .why = why};
    *out = (struct backup_result){.files = 0};
    why[0] = '\0';
    (void)snprintf(out->path, sizeof(out->path), "%s", conf->data);
    enum err e = open_backup(&r);
    if (e == ERR_OK)
        e = check_only ? take_all(&r, true) : put_back(&r);
    sums_free(&r.sums);
    return e;
}
