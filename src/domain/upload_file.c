/* Bytes of uploads, from the first to their place among the documents. */
#include "domain/upload_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

enum { PIECE = 1 << 20 };
#define QUARANTINE "quarantine"

/* ---- paths ------------------------------------------------------------------------------------
 */

static void part_path(char out[DOCUMENT_PATH], const char *data, const char *id, const char *end)
{
    (void)snprintf(out, DOCUMENT_PATH, "%s/uploads/%s%s", data, id, end);
}

void document_file(char out[DOCUMENT_PATH], const char *data, const char *id)
{
    (void)snprintf(out, DOCUMENT_PATH, "%s/documents/%.2s/%s", data, id, id);
}

void document_file_put_away(char out[DOCUMENT_PATH], const char *data, const char *id)
{
    (void)snprintf(out, DOCUMENT_PATH, "%s/documents/" QUARANTINE "/%s", data, id);
}

static enum err failed(const char *path)
{
    int number = errno;
    if (number == ENOENT)
        return ERR_NOENT;
    log_warn("documents", "%s: %s", path, strerror(number));
    return number == ENOSPC || number == EDQUOT ? ERR_TOOBIG : ERR_IO;
}

static enum err folder_make(const char *path)
{
    return mkdir(path, 0750) == 0 || errno == EEXIST ? ERR_OK : failed(path);
}

static enum err folder_sync(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool fine = fd >= 0 && fsync(fd) == 0;
    enum err e = fine ? ERR_OK : failed(path);
    if (fd >= 0)
        (void)close(fd);
    return e;
}

static enum err folder_of(const char *data, const char *name)
{
    char path[DOCUMENT_PATH];
    (void)snprintf(path, sizeof(path), "%s/%s", data, name);
    return folder_make(path);
}

enum err upload_folders_make(const char *data)
{
    enum err e = folder_of(data, "uploads");
    if (e == ERR_OK)
        e = folder_of(data, "documents");
    return e == ERR_OK ? folder_sync(data) : e;
}

/* ---- what has come so far --------------------------------------------------------------------
 */

/* -1: no part with a checksum was under way. */
static int64_t base_of(const char *data, const char *id)
{
    char path[DOCUMENT_PATH], text[24] = "";
    part_path(path, data, id, ".base");
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return -1;
    ssize_t n = read(fd, text, sizeof(text) - 1);
    (void)close(fd);
    return n > 0 ? strtoll(text, NULL, 10) : 0;
}

enum err upload_file_take(const char *data, const char *id)
{
    char path[DOCUMENT_PATH];
    part_path(path, data, id, ".base");
    return unlink(path) == 0 || errno == ENOENT ? ERR_OK : failed(path);
}

enum err upload_file_back(const char *data, const char *id)
{
    char path[DOCUMENT_PATH];
    int64_t base = base_of(data, id);
    if (base < 0)
        return ERR_OK;
    part_path(path, data, id, "");
    if (truncate(path, (off_t)base) != 0 && errno != ENOENT)
        return failed(path);
    return upload_file_take(data, id);
}

enum err upload_file_try(const char *data, const char *id, uint64_t at)
{
    char path[DOCUMENT_PATH], text[24];
    int n = snprintf(text, sizeof(text), "%" PRIu64 "\n", at);
    part_path(path, data, id, ".base");
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
    bool fine = fd >= 0 && write(fd, text, (size_t)n) == n && fdatasync(fd) == 0;
    enum err e = fine ? ERR_OK : failed(path);
    if (fd >= 0)
        (void)close(fd);
    return e;
}

static enum err size_of(int fd, uint64_t *out, const char *path)
{
    struct stat st;
    if (fdatasync(fd) != 0 || fstat(fd, &st) != 0)
        return failed(path);
    *out = (uint64_t)st.st_size;
    return ERR_OK;
}

enum err upload_file_open(int *fd, uint64_t *have, const char *data, const char *id)
{
    char path[DOCUMENT_PATH];
    enum err e = upload_file_back(data, id);
    part_path(path, data, id, "");
    int got = e == ERR_OK ? open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640) : -1;
    if (e == ERR_OK && got < 0)
        return failed(path);
    if (e == ERR_OK)
        e = size_of(got, have, path);
    if (e == ERR_OK && *have == 0) { /* It may be new: the name is on the disk before any byte. */
        (void)snprintf(path, sizeof(path), "%s/uploads", data);
        e = folder_sync(path);
    }
    if (e != ERR_OK && got >= 0)
        (void)close(got);
    else
        *fd = got;
    return e;
}

/* The bytes, whether they are in their place already or not. */
static enum err open_bytes(int *fd, const char *data, const char *id)
{
    char path[DOCUMENT_PATH];
    part_path(path, data, id, "");
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (*fd < 0 && errno == ENOENT) {
        document_file(path, data, id);
        *fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    }
    return *fd >= 0 ? ERR_OK : failed(path);
}

enum err upload_file_have(uint64_t *have, const char *data, const char *id)
{
    int fd = -1;
    *have = 0;
    enum err e = upload_file_back(data, id);
    if (e == ERR_OK)
        e = open_bytes(&fd, data, id);
    if (e == ERR_NOENT)
        return ERR_OK;
    if (e == ERR_OK)
        e = size_of(fd, have, id);
    if (fd >= 0)
        (void)close(fd);
    return e;
}

static enum err remove_one(const char *path)
{
    return unlink(path) == 0 || errno == ENOENT ? ERR_OK : failed(path);
}

enum err upload_file_remove(const char *data, const char *id, bool kept)
{
    char path[DOCUMENT_PATH];
    enum err e = ERR_OK;
    document_file(path, data, id);
    if (kept)
        e = remove_one(path);
    part_path(path, data, id, ".base");
    if (e == ERR_OK)
        e = remove_one(path);
    part_path(path, data, id, "");
    return e == ERR_OK ? remove_one(path) : e;
}

/* ---- what it is -------------------------------------------------------------------------------
 */

static enum err digest_range(uint8_t *out, int fd, uint64_t at, uint64_t n, bool sha1)
{
    struct sha256 *h = NULL;
    AUTO(mem_freep) uint8_t *piece = (uint8_t *)mem_alloc(PIECE);
    if (piece == NULL || (sha1 ? sha1_new(&h) : sha256_new(&h)) != ERR_OK)
        return ERR_NOMEM;
    enum err e = ERR_OK;
    while (n > 0 && e == ERR_OK) {
        ssize_t k = pread(fd, piece, n < PIECE ? (size_t)n : PIECE, (off_t)at);
        if (k <= 0) {
            e = ERR_IO;
            break;
        }
        sha256_add(h, piece, (size_t)k);
        at += (uint64_t)k;
        n -= (uint64_t)k;
    }
    if (e == ERR_OK)
        e = sha256_take(h, out);
    sha256_free(h);
    return e;
}

enum err upload_file_digest(uint8_t out[SHA256_LEN], const char *data, const char *id, uint64_t at,
                            uint64_t n, bool sha1)
{
    int fd = -1;
    enum err e = open_bytes(&fd, data, id);
    if (e == ERR_OK)
        e = digest_range(out, fd, at, n, sha1);
    if (fd >= 0)
        (void)close(fd);
    return e;
}

static size_t read_at(void *arg, uint64_t at, void *p, size_t n)
{
    ssize_t k = pread(*(const int *)arg, p, n, (off_t)at);
    return k > 0 ? (size_t)k : 0;
}

enum err upload_file_look(struct content *out, enum sniff_verdict *verdict, const char *data,
                          const char *id, uint64_t unpacked)
{
    int fd = -1;
    uint64_t size = 0;
    const struct file_type *type = NULL;
    enum err e = open_bytes(&fd, data, id);
    if (e == ERR_OK)
        e = size_of(fd, &size, id);
    *out = (struct content){.bytes = (int64_t)size};
    if (e == ERR_OK) {
        struct sniff_file f = {.size = size, .read = read_at, .arg = &fd};
        *verdict = sniff(&type, &f, unpacked);
    }
    if (e == ERR_OK && *verdict == SNIFF_FINE) {
        (void)snprintf(out->type, sizeof(out->type), "%s", type->code);
        e = digest_range(out->sha256, fd, 0, size, false);
    }
    if (fd >= 0)
        (void)close(fd);
    return e;
}

/* ---- its place --------------------------------------------------------------------------------
 */

/* From @p from into a folder below documents/, durably. */
static enum err move(const char *data, const char *from, const char *folder, const char *id)
{
    char path[DOCUMENT_PATH], to[DOCUMENT_PATH + 40], above[DOCUMENT_PATH];
    (void)snprintf(above, sizeof(above), "%s/documents", data);
    (void)snprintf(path, sizeof(path), "%s/documents/%s", data, folder);
    (void)snprintf(to, sizeof(to), "%s/%s", path, id);
    enum err e = folder_make(path);
    if (e == ERR_OK)
        e = folder_sync(above);
    if (e == ERR_OK && rename(from, to) != 0 && (errno != ENOENT || access(to, F_OK) != 0))
        e = failed(from);
    return e == ERR_OK ? folder_sync(path) : e;
}

enum err upload_file_keep(const char *data, const char *id)
{
    char from[DOCUMENT_PATH], folder[3];
    part_path(from, data, id, "");
    (void)snprintf(folder, sizeof(folder), "%.2s", id);
    return move(data, from, folder, id);
}

enum err document_file_quarantine(const char *data, const char *id)
{
    char from[DOCUMENT_PATH];
    document_file(from, data, id);
    return move(data, from, QUARANTINE, id);
}
