/* A segment is written in large pieces, hashed on the way, and made durable by rename. */
#include "segment_priv.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record/format.h"

static void path_of(const struct segment *s, char out[440], bool part)
{
    (void)snprintf(out, 440, "%s/%06u.pcap%s", s->dir, s->number, part ? ".part" : "");
}

uint32_t segment_last_number(const char *dir)
{
    uint32_t last = 0;
    DIR *d = opendir(dir);
    for (struct dirent *i = NULL; d != NULL && (i = readdir(d)) != NULL;) {
        unsigned long n = strtoul(i->d_name, NULL, 10);
        if (strstr(i->d_name, ".pcap") != NULL && n > last && n < UINT32_MAX)
            last = (uint32_t)n;
    }
    if (d != NULL)
        (void)closedir(d);
    return last;
}

int segment_sync_dir(const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int bad = fd < 0 || fsync(fd) != 0 ? errno : 0;
    if (fd >= 0)
        (void)close(fd);
    return bad;
}

static int append(struct segment *s, const void *p, size_t n)
{
    if (s->n + n > SEGMENT_BUFFER) {
        int bad = segment_flush(s);
        if (bad != 0)
            return bad;
    }
    memcpy(s->buf + s->n, p, n);
    s->n += n;
    return 0;
}

int segment_open(struct segment *s, uint32_t number)
{
    char path[440];
    uint8_t head[FORMAT_FILE_HEAD];
    s->number = number;
    path_of(s, path, true);
    s->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (s->fd < 0)
        return errno;
    s->bytes = s->packets = s->first_ns = s->last_ns = s->waiting = 0;
    s->n = 0;
    format_file_head(head);
    return append(s, head, sizeof(head));
}

int segment_packet(struct segment *s, uint64_t wall_ns, uint16_t port, const uint8_t *p, size_t len)
{
    uint8_t head[FORMAT_PACKET_HEAD];
    if (len > FORMAT_PAYLOAD_MAX)
        return EMSGSIZE;
    if (s->n + sizeof(head) + len > SEGMENT_BUFFER) {
        int bad = segment_flush(s);
        if (bad != 0)
            return bad;
    }
    format_packet_head(head, wall_ns, port, len);
    (void)append(s, head, sizeof(head));
    (void)append(s, p, len);
    if (s->first_ns == 0)
        s->first_ns = wall_ns;
    if (wall_ns > s->last_ns)
        s->last_ns = wall_ns;
    s->waiting++;
    return 0;
}

int segment_flush(struct segment *s)
{
    size_t at = 0;
    while (at < s->n) {
        ssize_t n = write(s->fd, s->buf + at, s->n - at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? errno : EIO;
        at += (size_t)n;
    }
    sha256_add(s->sha, s->buf, s->n);
    s->bytes += s->n;
    s->packets += s->waiting;
    s->waiting = 0;
    s->n = 0;
    return 0;
}

static int publish(struct segment *s)
{
    char part[440], whole[440];
    path_of(s, part, true);
    path_of(s, whole, false);
    if (fdatasync(s->fd) != 0 || rename(part, whole) != 0)
        return errno;
    return segment_sync_dir(s->dir);
}

int segment_close(struct segment *s, struct journal_event *out)
{
    int bad = segment_flush(s);
    if (bad == 0)
        bad = publish(s);
    if (bad == 0 && sha256_take(s->sha, out->u.segment.sha256) != ERR_OK)
        bad = EIO;
    if (bad != 0)
        return bad;
    out->u.segment.number = s->number;
    out->u.segment.start_wall_ns = s->first_ns;
    out->u.segment.end_wall_ns = s->last_ns;
    out->u.segment.bytes = s->bytes;
    out->u.segment.packets = s->packets;
    (void)snprintf(out->u.segment.name, sizeof(out->u.segment.name), "%06u.pcap", s->number);
    (void)close(s->fd);
    s->fd = -1;
    return 0;
}

void segment_condemn(struct segment *s)
{
    uint8_t unused[SHA256_LEN];
    if (s->fd < 0)
        return;
    /* What was written whole stays; recovery hashes and names it at the next start. */
    (void)!ftruncate(s->fd, (off_t)s->bytes);
    (void)close(s->fd);
    s->fd = -1;
    s->n = 0;
    if (sha256_take(s->sha, unused) != ERR_OK)
        s->waiting = 0;
}
