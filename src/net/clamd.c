/* One scan, one connection. It is never waited for in the socket itself, so that a stop is heard.
 */
#include "net/clamd.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"

enum { CHUNK = 256 << 10, PREFIX = 4, SLICE_MS = 100 };

struct line {
    int fd;
    int wait_ms; /* without any progress */
    const atomic_bool *stop;
};

static bool ends(const char *text, size_t len, const char *end)
{
    size_t n = strlen(end);
    return len >= n && memcmp(text + len - n, end, n) == 0;
}

static void take_name(char name[CLAMD_NAME_MAX], const char *from, size_t n)
{
    if (n >= CLAMD_NAME_MAX)
        n = CLAMD_NAME_MAX - 1;
    for (size_t i = 0; i < n; i++)
        name[i] = (char)(from[i] >= ' ' && from[i] <= '~' ? from[i] : '?');
    name[n] = '\0';
}

enum err clamd_reply(enum clamd_verdict *out, char name[CLAMD_NAME_MAX], const char *text,
                     size_t len)
{
    static const char stream[] = "stream: ";
    size_t head = sizeof(stream) - 1;
    name[0] = '\0';
    if (ends(text, len, "ERROR")) {
        *out = CLAMD_REFUSED;
        take_name(name, text, len);
        return ERR_OK;
    }
    if (len < head || memcmp(text, stream, head) != 0)
        return ERR_PROTO;
    text += head;
    len -= head;
    if (len == 2 && memcmp(text, "OK", 2) == 0) {
        *out = CLAMD_CLEAN;
        return ERR_OK;
    }
    if (!ends(text, len, " FOUND") || len == 6)
        return ERR_PROTO;
    *out = CLAMD_FOUND;
    take_name(name, text, len - 6);
    return ERR_OK;
}

static bool stopped(const struct line *l)
{
    return l->stop != NULL && atomic_load(l->stop);
}

/* ERR_BUSY: for too long, or stopped. */
static enum err await(const struct line *l, short events)
{
    for (int left = l->wait_ms; left > 0 && !stopped(l); left -= SLICE_MS) {
        struct pollfd p = {.fd = l->fd, .events = events};
        int n = poll(&p, 1, SLICE_MS);
        if (n > 0)
            return ERR_OK;
        if (n < 0 && errno != EINTR)
            return ERR_IO;
    }
    return ERR_BUSY;
}

/* A full backlog refuses a connection at once: the kernel has nothing to wait for here. */
static enum err connect_to(const struct line *l, const struct sockaddr_un *at)
{
    for (int left = l->wait_ms; left > 0 && !stopped(l); left -= SLICE_MS) {
        if (connect(l->fd, (const struct sockaddr *)at, sizeof(*at)) == 0)
            return ERR_OK;
        if (errno == ENOENT)
            return ERR_NOENT;
        if (errno == EACCES || errno == EPERM)
            return ERR_DENIED;
        if (errno != EAGAIN && errno != EINTR)
            return ERR_IO;
        (void)poll(NULL, 0, SLICE_MS);
    }
    return ERR_BUSY;
}

static enum err reach(struct line *l, const char *path, int wait_s, const atomic_bool *stop)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    *l = (struct line){.fd = -1, .wait_ms = wait_s * 1000, .stop = stop};
    if (strlen(path) >= sizeof(at.sun_path))
        return ERR_NOENT;
    memcpy(at.sun_path, path, strlen(path));
    l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    enum err e = l->fd >= 0 ? connect_to(l, &at) : ERR_IO;
    if (e != ERR_OK && l->fd >= 0)
        (void)close(l->fd);
    return e;
}

static enum err send_all(const struct line *l, const void *p, size_t n)
{
    const uint8_t *at = (const uint8_t *)p;
    while (n > 0) {
        ssize_t k = send(l->fd, at, n, MSG_NOSIGNAL);
        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0 && errno == EAGAIN) {
            enum err e = await(l, POLLOUT);
            if (e != ERR_OK)
                return e;
            continue;
        }
        if (k <= 0)
            return ERR_IO;
        at += k;
        n -= (size_t)k;
    }
    return ERR_OK;
}

/* It may answer before all was sent, when that is too much for it: then the rest fails, and the
 * answer counts. */
static enum err send_file(const struct line *to, int fd)
{
    AUTO(mem_freep) uint8_t *piece = (uint8_t *)mem_alloc(PREFIX + CHUNK);
    static const uint8_t end[PREFIX] = {0};
    enum err e = piece != NULL ? ERR_OK : ERR_NOMEM;
    for (off_t at = 0; e == ERR_OK;) {
        ssize_t n = stopped(to) ? -1 : pread(fd, piece + PREFIX, CHUNK, at);
        if (n < 0)
            return ERR_IO;
        if (n == 0) {
            e = send_all(to, end, sizeof(end));
            break;
        }
        for (int i = 0; i < PREFIX; i++)
            piece[i] = (uint8_t)((size_t)n >> (24 - 8 * i));
        e = send_all(to, piece, PREFIX + (size_t)n);
        at += n;
    }
    return e == ERR_IO ? ERR_OK : e;
}

static enum err read_line(const struct line *l, char text[CLAMD_REPLY_MAX], size_t *len)
{
    *len = 0;
    while (*len < CLAMD_REPLY_MAX) {
        ssize_t n = recv(l->fd, text + *len, CLAMD_REPLY_MAX - *len, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN) {
            enum err e = await(l, POLLIN);
            if (e != ERR_OK)
                return e;
            continue;
        }
        if (n <= 0)
            return ERR_IO;
        const char *end = (const char *)memchr(text + *len, '\0', (size_t)n);
        *len += (size_t)n;
        if (end != NULL) {
            *len = (size_t)(end - text);
            return ERR_OK;
        }
    }
    return ERR_PROTO;
}

enum err clamd_scan(enum clamd_verdict *out, char name[CLAMD_NAME_MAX], const char *socket, int fd,
                    const atomic_bool *stop)
{
    static const char order[] = "zINSTREAM"; /* with its NUL */
    char text[CLAMD_REPLY_MAX];
    struct line to;
    size_t len = 0;
    if (reach(&to, socket, CLAMD_S, stop) != ERR_OK)
        return ERR_IO;
    enum err e = send_all(&to, order, sizeof(order));
    if (e == ERR_OK)
        e = send_file(&to, fd);
    if (e == ERR_OK)
        e = read_line(&to, text, &len);
    (void)close(to.fd);
    if (e != ERR_OK)
        return e == ERR_BUSY ? ERR_IO : e;
    return clamd_reply(out, name, text, len);
}

enum err clamd_ping(const char *socket)
{
    static const char order[] = "zPING";
    char text[CLAMD_REPLY_MAX];
    struct line to;
    size_t len = 0;
    enum err e = reach(&to, socket, CLAMD_PING_S, NULL);
    if (e != ERR_OK)
        return e;
    e = send_all(&to, order, sizeof(order));
    if (e == ERR_OK)
        e = read_line(&to, text, &len);
    (void)close(to.fd);
    if (e == ERR_OK && (len != 4 || memcmp(text, "PONG", 4) != 0))
        e = ERR_PROTO;
    return e;
}
