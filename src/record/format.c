/* Writes and reads packets of a segment. Our own files, but after a crash: read as strictly as
 * strangers'. */
#include "record/format.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/cur.h"
#include "base/mem.h"

/* pcap's own fields are in the writer's byte order: little-endian here, by the magic. */
static void put_le(uint8_t *p, uint64_t v, size_t n)
{
    for (size_t i = 0; i < n; i++, v >>= 8)
        p[i] = (uint8_t)v;
}

static uint32_t get_le32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void put_be16(uint8_t *p, size_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

void format_file_head(uint8_t out[FORMAT_FILE_HEAD])
{
    memset(out, 0, FORMAT_FILE_HEAD);
    put_le(out, 0xa1b23c4d, 4);
    put_le(out + 4, 2, 2);
    put_le(out + 6, 4, 2);
    put_le(out + 16, 65535, 4);
    put_le(out + 20, 101, 4); /* LINKTYPE_RAW */
}

bool format_is_file_head(const uint8_t *p, size_t n)
{
    uint8_t want[FORMAT_FILE_HEAD];
    format_file_head(want);
    return n >= sizeof(want) && memcmp(p, want, sizeof(want)) == 0;
}

static void put_ip(uint8_t *ip, size_t len)
{
    static const uint8_t fixed[20] = {0x45, 0, 0,   0, 0, 0, 0x40, 0, 64, 17,
                                      0,    0, 127, 0, 0, 1, 127,  0, 0,  1};
    uint32_t sum = 0;
    memcpy(ip, fixed, sizeof(fixed));
    put_be16(ip + 2, len + 28);
    for (size_t i = 0; i < 20; i += 2)
        sum += (uint32_t)ip[i] << 8 | ip[i + 1];
    sum = (sum & 0xffff) + (sum >> 16);
    put_be16(ip + 10, ~sum & 0xffffu);
}

void format_packet_head(uint8_t out[FORMAT_PACKET_HEAD], uint64_t wall_ns, uint16_t port,
                        size_t len)
{
    put_le(out, wall_ns / NS_PER_S, 4);
    put_le(out + 4, wall_ns % NS_PER_S, 4);
    put_le(out + 8, len + 28, 4);
    put_le(out + 12, len + 28, 4);
    put_ip(out + 16, len);
    uint8_t *udp = out + 36;
    put_be16(udp, port);
    put_be16(udp + 2, port);
    put_be16(udp + 4, len + 8);
    put_be16(udp + 6, 0); /* no checksum, RFC 768 */
}

size_t format_parse(const uint8_t *p, size_t n, struct record *out, bool *bad)
{
    *bad = false;
    if (n < FORMAT_PACKET_HEAD)
        return 0;
    uint64_t len = get_le32(p + 8);
    uint64_t ns = get_le32(p + 4);
    struct cur ip = cur_make(p + 16, 28);
    uint8_t version = cur_u8(&ip);
    (void)cur_take(&ip, 19);
    uint16_t port = cur_u16(&ip);
    (void)cur_take(&ip, 2);
    uint16_t udp_len = cur_u16(&ip);
    if (len < 28 || len > FORMAT_PAYLOAD_MAX + 28 || get_le32(p + 12) != len || ns >= NS_PER_S ||
        version != 0x45 || udp_len != len - 20 ||
        (port != FORMAT_PORT_LINES && port < FORMAT_PORT_TRACKS + 2)) {
        *bad = true;
        return 0;
    }
    if (n < 16 + len)
        return 0;
    *out = (struct record){.wall_ns = (uint64_t)get_le32(p) * NS_PER_S + ns,
                           .port = port,
                           .p = p + FORMAT_PACKET_HEAD,
                           .len = (size_t)len - 28};
    if (port != FORMAT_PORT_LINES) {
        out->track = (uint32_t)(port - FORMAT_PORT_TRACKS) / 2;
        out->rtcp = (port & 1u) != 0;
    }
    return 16 + (size_t)len;
}

/* ---- reading files --------------------------------------------------------------------------- */

enum { READ_BUFFER = 1 << 20 };

struct reader {
    int fd;
    uint64_t offset; /* of buf[at] in the file */
    size_t at, len;
    bool headed;
    uint8_t buf[READ_BUFFER];
};

enum err reader_open(struct reader **out, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? ERR_NOENT : ERR_IO;
    struct reader *r = (struct reader *)mem_alloc(sizeof(*r));
    if (r == NULL) {
        (void)close(fd);
        return ERR_NOMEM;
    }
    r->fd = fd;
    r->offset = 0;
    r->at = r->len = 0;
    r->headed = false;
    *out = r;
    return ERR_OK;
}

void reader_close(struct reader *r)
{
    if (r == NULL)
        return;
    (void)close(r->fd);
    mem_free(r);
}

uint64_t reader_offset(const struct reader *r)
{
    return r->offset;
}

static bool refill(struct reader *r)
{
    memmove(r->buf, r->buf + r->at, r->len - r->at);
    r->len -= r->at;
    r->at = 0;
    ssize_t n = read(r->fd, r->buf + r->len, sizeof(r->buf) - r->len);
    r->len += n > 0 ? (size_t)n : 0;
    return n >= 0;
}

static void step(struct reader *r, size_t n)
{
    r->at += n;
    r->offset += n;
}

enum read_result reader_next(struct reader *r, struct record *out)
{
    bool bad = false;
    for (int again = 0; again < 2; again++) {
        size_t left = r->len - r->at;
        if (!r->headed && left >= FORMAT_FILE_HEAD) {
            if (!format_is_file_head(r->buf + r->at, left))
                return READ_BAD;
            r->headed = true;
            step(r, FORMAT_FILE_HEAD);
            left = r->len - r->at;
        }
        size_t n = r->headed ? format_parse(r->buf + r->at, left, out, &bad) : 0;
        if (n > 0) {
            step(r, n);
            return READ_PACKET;
        }
        if (bad)
            return READ_BAD;
        if (again == 0 && !refill(r))
            return READ_FAILED;
    }
    return r->len == r->at ? READ_END : READ_TORN;
}
