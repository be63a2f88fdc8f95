/* Files that become visible when they are worth it. */
#include "pack/out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

enum { PATH_LEN = 600 };

struct out {
    int fd;
    bool published;
    uint64_t size;
    char name[PATH_LEN], temp[PATH_LEN];
};

static enum err failed(const char *path)
{
    log_error("packager", "%s: %s", path, strerror(errno));
    return ERR_IO;
}

enum err out_new(struct out **out, const char *dir, const char *name)
{
    struct out *o = (struct out *)mem_zalloc(1, sizeof(*o));
    if (o == NULL)
        return ERR_NOMEM;
    (void)snprintf(o->name, sizeof(o->name), "%.500s/%.60s", dir, name);
    (void)snprintf(o->temp, sizeof(o->temp), "%.500s/%.60s.tmp", dir, name);
    o->fd = open(o->temp, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (o->fd < 0) {
        enum err e = failed(o->temp);
        mem_free(o);
        return e;
    }
    *out = o;
    return ERR_OK;
}

void out_free(struct out *o)
{
    if (o == NULL)
        return;
    (void)close(o->fd);
    if (!o->published)
        (void)unlink(o->temp);
    mem_free(o);
}

static enum err write_at(struct out *o, uint64_t at, const uint8_t *p, size_t n)
{
    while (n > 0) {
        ssize_t w = pwrite(o->fd, p, n, (off_t)at);
        if (w < 0 && errno == EINTR)
            continue;
        if (w <= 0)
            return failed(o->name);
        p += w;
        at += (uint64_t)w;
        n -= (size_t)w;
    }
    return ERR_OK;
}

enum err out_append(struct out *o, const void *p, size_t n)
{
    enum err e = write_at(o, o->size, (const uint8_t *)p, n);
    o->size += e == ERR_OK ? n : 0;
    return e;
}

enum err out_patch(struct out *o, uint64_t at, const void *p, size_t n)
{
    return write_at(o, at, (const uint8_t *)p, n);
}

uint64_t out_size(const struct out *o)
{
    return o->size;
}

enum err out_publish(struct out *o)
{
    if (o->published)
        return ERR_OK;
    if (rename(o->temp, o->name) != 0)
        return failed(o->name);
    o->published = true;
    return ERR_OK;
}

enum err out_sync(struct out *o)
{
    return fdatasync(o->fd) == 0 ? ERR_OK : failed(o->name);
}

enum err out_sync_dir(const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return failed(dir);
    enum err e = fsync(fd) == 0 ? ERR_OK : failed(dir);
    (void)close(fd);
    return e;
}
