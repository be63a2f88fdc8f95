/* One scan, one connection. */
#include "net/clamd.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"

enum { CHUNK = 256 << 10, PREFIX = 4 };

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

/* -1: it cannot be reached. */
static int reach(const char *path)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    struct timeval wait = {.tv_sec = CLAMD_S};
    if (strlen(path) >= sizeof(at.sun_path))
        return -1;
    memcpy(at.sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
    if (connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

static bool send_all(int fd, const void *p, size_t n)
{
    const uint8_t *at = (const uint8_t *)p;
    while (n > 0) {
        ssize_t k = send(fd, at, n, MSG_NOSIGNAL);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return false;
        at += k;
        n -= (size_t)k;
    }
    return true;
}

/* It may answer before all was sent, when that is too much for it: then the rest fails, and the
 * answer counts. */
static enum err send_file(int to, int fd)
{
    AUTO(mem_freep) uint8_t *piece = (uint8_t *)mem_alloc(PREFIX + CHUNK);
    static const uint8_t end[PREFIX] = {0};
    if (piece == NULL)
        return ERR_NOMEM;
    for (off_t at = 0;;) {
        ssize_t n = pread(fd, piece + PREFIX, CHUNK, at);
        if (n < 0)
            return ERR_IO;
        if (n == 0)
            break;
        for (int i = 0; i < PREFIX; i++)
            piece[i] = (uint8_t)((size_t)n >> (24 - 8 * i));
        if (!send_all(to, piece, PREFIX + (size_t)n))
            return ERR_OK;
        at += n;
    }
    (void)send_all(to, end, sizeof(end));
    return ERR_OK;
}

static enum err read_line(int fd, char text[CLAMD_REPLY_MAX], size_t *len)
{
    *len = 0;
    while (*len < CLAMD_REPLY_MAX) {
        ssize_t n = recv(fd, text + *len, CLAMD_REPLY_MAX - *len, 0);
        if (n < 0 && errno == EINTR)
            continue;
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

enum err clamd_scan(enum clamd_verdict *out, char name[CLAMD_NAME_MAX], const char *socket, int fd)
{
    static const char order[] = "zINSTREAM"; /* with its NUL */
    char text[CLAMD_REPLY_MAX];
    size_t len = 0;
    int to = reach(socket);
    if (to < 0)
        return ERR_IO;
    enum err e = send_all(to, order, sizeof(order)) ? send_file(to, fd) : ERR_IO;
    if (e == ERR_OK)
        e = read_line(to, text, &len);
    (void)close(to);
    return e == ERR_OK ? clamd_reply(out, name, text, len) : e;
}

enum err clamd_ping(const char *socket)
{
    static const char order[] = "zPING";
    char text[CLAMD_REPLY_MAX];
    size_t len = 0;
    int to = reach(socket);
    if (to < 0)
        return ERR_IO;
    enum err e = send_all(to, order, sizeof(order)) ? read_line(to, text, &len) : ERR_IO;
    (void)close(to);
    if (e == ERR_OK && (len != 4 || memcmp(text, "PONG", 4) != 0))
        e = ERR_PROTO;
    return e;
}
