/* The built pages, read once at start: no request touches the disk for them. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/mem.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "http_priv.h"

enum { ASSETS_MAX = 2000, ASSET_BYTES_MAX = 32 << 20, DEPTH_MAX = 6 };

static const struct {
    const char *ending, *type;
} types[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".webp", "image/webp"},
    {".woff2", "font/woff2"},
    {".wasm", "application/wasm"},
    {".webm", "video/webm"},
    {".mp4", "video/mp4"},
    {".webmanifest", "application/manifest+json"},
    {".txt", "text/plain; charset=utf-8"},
};

const char *type_of(const char *path)
{
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot != NULL && i < sizeof(types) / sizeof(types[0]); i++)
        if (strcmp(dot, types[i].ending) == 0)
            return types[i].type;
    return "application/octet-stream";
}

static uint8_t *read_all(const char *path, size_t *len)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    uint8_t *bytes = NULL;
    if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size <= ASSET_BYTES_MAX) {
        bytes = (uint8_t *)mem_alloc((size_t)st.st_size);
        if (bytes != NULL && read(fd, bytes, (size_t)st.st_size) != st.st_size) {
            mem_free(bytes);
            bytes = NULL;
        }
        *len = (size_t)st.st_size;
    }
    if (fd >= 0)
        (void)close(fd);
    return bytes;
}

/* gzip when it saves a tenth; else gz stays NULL. */
static void compress_asset(struct asset *a)
{
    z_stream z = {0};
    if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        return;
    size_t cap = deflateBound(&z, (uLong)a->len);
    a->gz = (uint8_t *)mem_alloc(cap);
    z.next_in = a->bytes;
    z.avail_in = (uInt)a->len;
    z.next_out = a->gz;
    z.avail_out = (uInt)cap;
    bool fine = a->gz != NULL && deflate(&z, Z_FINISH) == Z_STREAM_END &&
                z.total_out < a->len - a->len / 10;
    a->gz_len = (size_t)z.total_out;
    (void)deflateEnd(&z);
    if (!fine) {
        mem_free(a->gz);
        a->gz = NULL;
    }
}

static enum err add(struct assets *all, const char *file, const char *path)
{
    uint8_t digest[SHA256_LEN];
    struct asset a = {.type = type_of(path)};
    if (all->n == ASSETS_MAX)
        return ERR_TOOBIG;
    a.bytes = read_all(file, &a.len);
    if (a.bytes == NULL || hash_sha256(digest, a.bytes, a.len) != ERR_OK) {
        mem_free(a.bytes);
        return ERR_IO;
    }
    (void)snprintf(a.path, sizeof(a.path), "%s", path);
    a.etag[0] = '"';
    hex_text(a.etag + 1, digest, 16);
    a.etag[33] = '"';
    if (strncmp(a.type, "text/", 5) == 0 || strstr(a.type, "json") != NULL ||
        strstr(a.type, "svg") != NULL)
        compress_asset(&a);
    all->list[all->n++] = a;
    return ERR_OK;
}

static enum err walk(struct assets *all, const char *dir, const char *prefix, int depth)
{
    DIR *d = depth > DEPTH_MAX ? NULL : opendir(dir);
    enum err e = d == NULL ? ERR_IO : ERR_OK;
    for (struct dirent *i = NULL; e == ERR_OK && (i = readdir(d)) != NULL;) {
        char file[600], path[200];
        struct stat st;
        if (i->d_name[0] == '.')
            continue;
        (void)snprintf(file, sizeof(file), "%s/%s", dir, i->d_name);
        (void)snprintf(path, sizeof(path), "%s/%s", prefix, i->d_name);
        if (stat(file, &st) != 0)
            e = ERR_IO;
        else if (S_ISDIR(st.st_mode))
            e = walk(all, file, path, depth + 1);
        else
            e = add(all, file, path);
    }
    if (d != NULL)
        (void)closedir(d);
    return e;
}

enum err assets_load(struct assets *a, const char *root)
{
    a->list = (struct asset *)mem_zalloc(ASSETS_MAX, sizeof(*a->list));
    if (a->list == NULL)
        return ERR_NOMEM;
    return walk(a, root, "", 0);
}

void assets_free(struct assets *a)
{
    for (size_t i = 0; i < a->n; i++) {
        mem_free(a->list[i].bytes);
        mem_free(a->list[i].gz);
    }
    mem_free(a->list);
    *a = (struct assets){0};
}

static const struct asset *exact(const struct assets *a, const char *path)
{
    for (size_t i = 0; i < a->n; i++)
        if (strcmp(a->list[i].path, path) == 0)
            return &a->list[i];
    return NULL;
}

const struct asset *assets_find(const struct assets *a, const char *path)
{
    const struct asset *found = exact(a, path);
    if (found != NULL)
        return found;
    /* A path of the application has no dot in its last part; a missing file stays missing. */
    const char *last = strrchr(path, '/');
    return last != NULL && strchr(last, '.') == NULL ? exact(a, "/index.html") : NULL;
}
