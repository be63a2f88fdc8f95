/* Folders walked, files copied with their digest. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backup_priv.h"
#include "base/clock.h"
#include "base/mem.h"
#include "crypto/hash.h"
#include "crypto/random.h"

enum { PIECE = 1 << 20, OPEN_FOLDERS = 16 };

static enum err failed(const char *path, char why[FILES_WHY])
{
    int number = errno;
    (void)snprintf(why, FILES_WHY, "%.300s: %s", path, strerror(number));
    return number == ENOENT ? ERR_NOENT : ERR_IO;
}

enum err path_join(char out[FILES_PATH], const char *a, const char *b)
{
    int n = snprintf(out, FILES_PATH, "%s%s%s", a, *a != '\0' && *b != '\0' ? "/" : "", b);
    return n >= 0 && n < FILES_PATH ? ERR_OK : ERR_TOOBIG;
}

/* ---- walking
 * --------------------------------------------------------------------------------------------------
 */

static int by_name(const struct dirent *i)
{
    return i->d_name[0] != '.';
}

static enum err walk_folder(struct walk *w, const char *rel, int depth);

static enum err walk_entry(struct walk *w, const char *rel, int depth)
{
    char path[FILES_PATH];
    struct stat st;
    enum err e = path_join(path, w->root, rel);
    if (e != ERR_OK)
        return e;
    if (lstat(path, &st) != 0)
        return failed(path, w->why) == ERR_NOENT ? ERR_OK : ERR_IO;
    bool folder = S_ISDIR(st.st_mode);
    if ((!folder && !S_ISREG(st.st_mode)) || !w->wanted(w->arg, rel, folder))
        return ERR_OK;
    return folder ? walk_folder(w, rel, depth + 1) : w->file(w->arg, rel, &st);
}

static enum err walk_folder(struct walk *w, const char *rel, int depth)
{
    char path[FILES_PATH], below[FILES_PATH];
    struct dirent **list = NULL;
    enum err e = path_join(path, w->root, rel);
    if (e != ERR_OK || depth > FILES_DEPTH)
        return ERR_TOOBIG;
    int n = scandir(path, &list, by_name, alphasort);
    if (n < 0)
        return failed(path, w->why) == ERR_NOENT && depth > 0 ? ERR_OK : ERR_IO;
    for (int i = 0; i < n; i++) {
        if (e == ERR_OK)
            e = path_join(below, rel, list[i]->d_name);
        if (e == ERR_OK)
            e = walk_entry(w, below, depth);
        free(list[i]);
    }
    free(list);
    return e;
}

enum err walk_run(struct walk *w)
{
    w->why[0] = '\0';
    return walk_folder(w, "", 0);
}

enum err folders_make(const char *file)
{
    char path[FILES_PATH];
    if (path_join(path, file, "") != ERR_OK)
        return ERR_TOOBIG;
    for (char *p = path + 1; (p = strchr(p, '/')) != NULL; *p++ = '/') {
        *p = '\0';
        if (mkdir(path, 0750) != 0 && errno != EEXIST)
            return ERR_IO;
    }
    return ERR_OK;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

enum err tree_remove(const char *path)
{
    struct stat st;
    if (lstat(path, &st) != 0)
        return errno == ENOENT ? ERR_OK : ERR_IO;
    return nftw(path, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS) == 0 ? ERR_OK : ERR_IO;
}

/* ---- copying
 * --------------------------------------------------------------------------------------------------
 */

static bool write_all(int fd, const uint8_t *p, size_t n)
{
    while (n > 0) {
        ssize_t k = write(fd, p, n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return false;
        p += k;
        n -= (size_t)k;
    }
    return true;
}

/* Reads @p in to its end; @p to -1: only the digest. */
static bool pump(int in, int to, struct copied *out, void (*progress)(void *arg, uint64_t bytes),
                 void *arg)
{
    AUTO(mem_freep) uint8_t *piece = (uint8_t *)mem_alloc(PIECE);
    struct sha256 *h = NULL;
    uint8_t digest[SHA256_LEN];
    bool fine = piece != NULL && sha256_new(&h) == ERR_OK;
    ssize_t n = 0;
    out->bytes = 0;
    while (fine && (n = read(in, piece, PIECE)) > 0) {
        sha256_add(h, piece, (size_t)n);
        fine = to < 0 || write_all(to, piece, (size_t)n);
        out->bytes += (uint64_t)n;
        /* What runs beside us needs the page cache more. */
        (void)posix_fadvise(in, 0, (off_t)out->bytes, POSIX_FADV_DONTNEED);
        if (fine && progress != NULL)
            progress(arg, (uint64_t)n);
    }
    fine = fine && n == 0 && sha256_take(h, digest) == ERR_OK;
    sha256_free(h);
    if (fine)
        hex_text(out->digest, digest, sizeof(digest));
    return fine;
}

enum err file_copy(const char *from, const char *to, struct copied *out,
                   void (*progress)(void *arg, uint64_t bytes), void *arg, char why[FILES_WHY])
{
    struct stat st;
    int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (in < 0)
        return failed(from, why);
    enum err e = folders_make(to);
    int fd = e == ERR_OK ? open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
    if (fd < 0 || fstat(in, &st) != 0) {
        (void)failed(to, why);
        e = ERR_IO;
    }
    if (e == ERR_OK) {
        struct timespec times[2] = {st.st_atim, st.st_mtim};
        bool fine = pump(in, fd, out, progress, arg) && fchmod(fd, st.st_mode & 0777) == 0 &&
                    futimens(fd, times) == 0;
        if (!fine) {
            (void)failed(to, why);
            e = ERR_IO;
        }
    }
    (void)close(in);
    if (fd >= 0 && close(fd) != 0 && e == ERR_OK) {
        (void)failed(to, why);
        e = ERR_IO;
    }
    return e;
}

enum err file_digest(const char *path, struct copied *out, char why[FILES_WHY])
{
    int in = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (in < 0)
        return failed(path, why);
    bool fine = pump(in, -1, out, NULL, NULL);
    if (!fine)
        (void)failed(path, why);
    (void)close(in);
    return fine ? ERR_OK : ERR_IO;
}

enum err folder_sync(const char *folder, char why[FILES_WHY])
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool fine = fd >= 0 && syncfs(fd) == 0;
    if (!fine)
        (void)failed(folder, why);
    if (fd >= 0)
        (void)close(fd);
    return fine ? ERR_OK : ERR_IO;
}

/* ---- said while it runs
 * ------------------------------------------------------------------------------------------ */

void meter_say(struct meter *m, uint64_t done)
{
    uint64_t now = clock_mono_ns();
    bool tty = isatty(STDERR_FILENO) == 1;
    m->done = done;
    if (m->said_ns == 0)
        m->said_ns = now;
    if (now - m->said_ns < (tty ? NS_PER_S / 5 : 10 * NS_PER_S))
        return;
    m->said_ns = now;
    (void)fprintf(stderr, "%s%s: %.1f of %.1f MiB%s", tty ? "\r" : "", m->what,
                  (double)done / 1048576.0, (double)m->all / 1048576.0, tty ? "  " : "\n");
}

void meter_end(struct meter *m)
{
    if (m->said_ns != 0 && isatty(STDERR_FILENO) == 1)
        (void)fprintf(stderr, "\r%60s\r", "");
}
