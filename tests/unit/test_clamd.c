/* net/clamd: its answers, and a peer on a real socket that reads the stream as clamd does. */
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/clamd.h"
#include "t.h"
#include "tmpdir.h"

static void replies(void)
{
    static const struct {
        const char *text;
        enum err want;
        enum clamd_verdict verdict;
        const char *name;
    } rows[] = {
        {"stream: OK", ERR_OK, CLAMD_CLEAN, ""},
        {"stream: Eicar-Test-Signature FOUND", ERR_OK, CLAMD_FOUND, "Eicar-Test-Signature"},
        {"stream: Win.Test.EICAR_HDB-1 FOUND", ERR_OK, CLAMD_FOUND, "Win.Test.EICAR_HDB-1"},
        {"stream: \xe5\n FOUND", ERR_OK, CLAMD_FOUND, "??"},
        {"INSTREAM size limit exceeded. ERROR", ERR_OK, CLAMD_REFUSED,
         "INSTREAM size limit exceeded. ERROR"},
        {"stream: FOUND", ERR_PROTO, 0, ""},
        {"stream:  FOUND", ERR_PROTO, 0, ""},
        {"stream: OKAY", ERR_PROTO, 0, ""},
        {"stream: ", ERR_PROTO, 0, ""},
        {"OK", ERR_PROTO, 0, ""},
        {"", ERR_PROTO, 0, ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        enum clamd_verdict v = CLAMD_CLEAN;
        char name[CLAMD_NAME_MAX];
        size_t n = strlen(rows[i].text);
        char *copy = (char *)malloc(n > 0 ? n : 1);
        if (copy == NULL)
            abort();
        memcpy(copy, rows[i].text, n);
        T_EQ(clamd_reply(&v, name, copy, n), rows[i].want);
        T_OK(rows[i].want != ERR_OK || (v == rows[i].verdict && strcmp(name, rows[i].name) == 0));
        free(copy);
    }
}

struct peer {
    int fd;
    size_t got, chunks;
    uint32_t sum;
    bool ended;
    const char *answer;
};

static bool take(int fd, void *p, size_t n)
{
    for (size_t at = 0; at < n;) {
        ssize_t k = recv(fd, (uint8_t *)p + at, n - at, 0);
        if (k <= 0)
            return false;
        at += (size_t)k;
    }
    return true;
}

static void *peer_main(void *arg)
{
    struct peer *p = (struct peer *)arg;
    char order[10];
    static uint8_t chunk[1 << 20];
    uint8_t head[4];
    int fd = accept(p->fd, NULL, NULL);
    if (!take(fd, order, sizeof(order)) || memcmp(order, "zINSTREAM", 10) != 0)
        abort();
    while (take(fd, head, 4)) {
        size_t n = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
        p->ended = n == 0;
        if (n == 0 || n > sizeof(chunk) || !take(fd, chunk, n))
            break;
        p->chunks++;
        p->got += n;
        for (size_t i = 0; i < n; i++)
            p->sum = p->sum * 31 + chunk[i];
    }
    if (p->answer != NULL)
        (void)!send(fd, p->answer, strlen(p->answer) + 1, 0);
    (void)close(fd);
    return NULL;
}

static enum err scanned(struct peer *p, enum clamd_verdict *v, char name[CLAMD_NAME_MAX], int fd)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    const char *path = tmpdir_path("clamd");
    pthread_t thread;
    (void)snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
    (void)unlink(path);
    p->fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(p->fd, (struct sockaddr *)&at, sizeof(at)) != 0 || listen(p->fd, 1) != 0 ||
        pthread_create(&thread, NULL, peer_main, p) != 0)
        abort();
    enum err e = clamd_scan(v, name, path, fd, NULL);
    (void)pthread_join(thread, NULL);
    (void)close(p->fd);
    return e;
}

static void streams(void)
{
    enum { SIZE = 700001 };
    static uint8_t bytes[SIZE];
    enum clamd_verdict v = CLAMD_REFUSED;
    char name[CLAMD_NAME_MAX];
    uint32_t sum = 0;
    for (size_t i = 0; i < SIZE; i++) {
        bytes[i] = (uint8_t)(i * 7);
        sum = sum * 31 + bytes[i];
    }
    FILE *f = tmpfile();
    if (f == NULL || fwrite(bytes, 1, SIZE, f) != SIZE || fflush(f) != 0)
        abort();
    struct peer p = {.answer = "stream: OK"};
    T_EQ(scanned(&p, &v, name, fileno(f)), ERR_OK);
    T_EQ(v, CLAMD_CLEAN);
    T_OK(p.ended && p.got == SIZE && p.sum == sum && p.chunks == 3);
    p = (struct peer){.answer = "stream: X.Y FOUND"};
    T_EQ(scanned(&p, &v, name, fileno(f)), ERR_OK); /* from the beginning again */
    T_OK(v == CLAMD_FOUND && p.got == SIZE && strcmp(name, "X.Y") == 0);
    p = (struct peer){.answer = NULL};
    T_EQ(scanned(&p, &v, name, fileno(f)), ERR_IO);
    T_EQ(clamd_scan(&v, name, tmpdir_path("nobody"), fileno(f), NULL), ERR_IO);
    T_EQ(clamd_ping(tmpdir_path("nobody")), ERR_NOENT);
    (void)fclose(f);
}

static void *stop_soon(void *arg)
{
    (void)usleep(300000);
    atomic_store((atomic_bool *)arg, true);
    return NULL;
}

/* It listens and never takes a connection, so that its buffer fills and no answer comes. */
static void hangs(void)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    const char *path = tmpdir_path("hangs");
    enum clamd_verdict v = CLAMD_REFUSED;
    char name[CLAMD_NAME_MAX];
    atomic_bool stop = false;
    pthread_t thread;
    (void)snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
    int peer = socket(AF_UNIX, SOCK_STREAM, 0);
    FILE *small = tmpfile(), *large = tmpfile();
    if (bind(peer, (struct sockaddr *)&at, sizeof(at)) != 0 || listen(peer, 8) != 0 ||
        small == NULL || large == NULL || fputs("x", small) < 0 || fflush(small) != 0 ||
        ftruncate(fileno(large), 64 << 20) != 0)
        abort();
    FILE *const files[] = {small, large}; /* waits to read, waits to write */
    for (size_t i = 0; i < 2; i++) {
        uint64_t from = clock_mono_ns();
        atomic_store(&stop, false);
        if (pthread_create(&thread, NULL, stop_soon, &stop) != 0)
            abort();
        T_EQ(clamd_scan(&v, name, path, fileno(files[i]), &stop), ERR_IO);
        uint64_t took = clock_mono_ns() - from;
        T_OK(took > 250 * NS_PER_MS && took < 3 * NS_PER_S);
        (void)pthread_join(thread, NULL);
    }
    T_EQ(clamd_scan(&v, name, path, fileno(small), &stop), ERR_IO); /* stopped before it began */
    T_EQ(clamd_ping(path), ERR_BUSY);
    (void)close(peer);
    T_EQ(clamd_ping(path), ERR_IO); /* its socket is left, and nobody there */
    (void)fclose(small);
    (void)fclose(large);
}

int main(void)
{
    tmpdir_make();
    replies();
    streams();
    hangs();
    return t_done("clamd");
}
