/* What a crash may leave of a segment: read as packets, and mended as a file. What recovery keeps
 * is a prefix of what was there, ends with a whole packet, and is found the same the second time.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "fuzz.h"
#include "record/format.h"
#include "record/journal.h"

static char dir[64], part[128], whole[128];

static void make_dir(void)
{
    static const char *const names[] = {"/dev/shm/yj-fuzz-XXXXXX", "/tmp/yj-fuzz-XXXXXX"};
    char sub[100];
    for (size_t i = 0; dir[0] == '\0' && i < 2; i++) {
        (void)snprintf(dir, sizeof(dir), "%s", names[i]);
        if (mkdtemp(dir) == NULL)
            dir[0] = '\0';
    }
    (void)snprintf(sub, sizeof(sub), "%s/journal", dir);
    (void)snprintf(part, sizeof(part), "%s/000001.pcap.part", sub);
    (void)snprintf(whole, sizeof(whole), "%s/000001.pcap", sub);
    MUST_HOLD(dir[0] != '\0' && mkdir(sub, 0700) == 0);
    log_set_level(LOG_ERROR);
}

static void remove_dir(void)
{
    char sub[100];
    (void)snprintf(sub, sizeof(sub), "%s/journal", dir);
    (void)unlink(whole);
    (void)unlink(part);
    (void)rmdir(sub);
    (void)rmdir(dir);
}

/* @return bytes of whole packets, as recovery must find them. */
static size_t packets(const uint8_t *p, size_t n, uint64_t *count)
{
    size_t at = FORMAT_FILE_HEAD, used = 0;
    bool bad = false;
    struct record r;
    *count = 0;
    if (!format_is_file_head(p, n))
        return 0;
    while ((used = format_parse(p + at, n - at, &r, &bad)) > 0) {
        uint8_t head[FORMAT_PACKET_HEAD];
        MUST_HOLD(used == FORMAT_PACKET_HEAD + r.len && used <= n - at);
        MUST_HOLD(r.p == p + at + FORMAT_PACKET_HEAD && r.len <= FORMAT_PAYLOAD_MAX);
        MUST_HOLD((r.port == FORMAT_PORT_LINES) == (r.track == 0));
        MUST_HOLD(r.track == 0 || format_port(r.track, r.rtcp) == r.port);
        format_packet_head(head, r.wall_ns, r.port, r.len);
        MUST_HOLD(memcmp(head, p + at, 16) == 0); /* pcap's own head has one form only */
        at += used;
        ++*count;
    }
    return *count > 0 ? at : 0;
}

struct finding {
    unsigned n;
    struct recovered r;
};

static void found(void *arg, const struct recovered *r)
{
    struct finding *f = (struct finding *)arg;
    f->n++;
    f->r = *r;
}

static void put(const uint8_t *data, size_t size)
{
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    MUST_HOLD(fd >= 0 && write(fd, data, size) == (ssize_t)size && close(fd) == 0);
}

static void is_prefix(const uint8_t *data, size_t n)
{
    static uint8_t back[1 << 20];
    int fd = open(whole, O_RDONLY | O_CLOEXEC);
    MUST_HOLD(fd >= 0);
    ssize_t got = read(fd, back, sizeof(back));
    MUST_HOLD(close(fd) == 0 && got == (ssize_t)n && memcmp(back, data, n) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct finding first = {0}, second = {0};
    uint64_t count = 0;
    if (dir[0] == '\0') {
        make_dir();
        (void)atexit(remove_dir);
    }
    if (size > 1 << 20)
        return 0;
    size_t good = packets(data, size, &count);
    put(data, size);
    MUST_HOLD(journal_recover(dir, found, &first) == ERR_OK);
    MUST_HOLD(access(part, F_OK) != 0 && first.n == (good > 0));
    if (good == 0)
        return 0;
    MUST_HOLD(first.r.bytes == good && first.r.cut_bytes == size - good);
    MUST_HOLD(first.r.packets == count && first.r.was_torn);
    is_prefix(data, good);
    MUST_HOLD(journal_recover(dir, found, &second) == ERR_OK && second.n == 1);
    MUST_HOLD(!second.r.was_torn && second.r.cut_bytes == 0 && second.r.bytes == good);
    MUST_HOLD(memcmp(second.r.sha256, first.r.sha256, 32) == 0);
    (void)unlink(whole);
    return 0;
}
