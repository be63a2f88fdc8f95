#include "capture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/cur.h"
#include "util.h"

enum {
    FILE_HEAD = 24,
    RECORD_HEAD = 16,
    IP_UDP = 28,
    PORT_BASE = 10000, /* RTP of track N: 10000 + 2N */
    LINES_PORT = 9,    /* JSON about the tracks */
};
static const uint32_t MAGIC_NS = 0xa1b23c4d;

struct taken { /**< One packet of the capture. */
    const uint8_t *payload;
    size_t len;
    uint64_t at_ns; /**< Since the first. */
    uint32_t ts;
    bool marker;
};

struct capture {
    struct taken *list;
    size_t n;
    uint16_t port;
};

struct replay {
    const struct capture *from;
    enum kind kind;
    size_t next;
    uint64_t start_ns;  /**< Monotonic, of packet 0. */
    uint32_t ts_shift;  /**< What is added to the capture's timestamps. */
    uint16_t pic_shift; /**< ... and to its picture numbers. */
    uint16_t pic_last;
};

static struct capture captures[2];

/* pcap's own numbers are in the byte order of its writer: ours. */
static uint32_t host32(const uint8_t *p)
{
    uint32_t v = 0;
    memcpy(&v, p, sizeof(v));
    return v;
}

static void append(struct capture *c, const uint8_t *rtp, size_t len, uint64_t at_ns)
{
    size_t head = 12 + 4 * (size_t)(rtp[0] & 15);
    if ((rtp[0] & 0x10) != 0 && len >= head + 4)
        head += 4 + 4 * (size_t)get16(rtp + head + 2);
    if ((rtp[0] & 0x20) != 0 && len > head)
        len -= rtp[len - 1];
    if (len <= head || len - head > PACKET_MAX - 60)
        return; /* padding, or nothing that a browser sends */
    if ((c->n & (c->n - 1)) == 0)
        c->list =
            (struct taken *)must_realloc(c->list, sizeof(*c->list) * (c->n > 0 ? 2 * c->n : 1));
    c->list[c->n++] = (struct taken){.payload = rtp + head,
                                     .len = len - head,
                                     .at_ns = at_ns,
                                     .ts = get32(rtp + 4),
                                     .marker = (rtp[1] & 0x80) != 0};
}

static bool is_vp8_key(const uint8_t *p, size_t n);

static void take_track(const json_t *t)
{
    const char *kind = json_string_value(json_object_get(t, "kind"));
    json_int_t number = json_integer_value(json_object_get(t, "track"));
    if (kind == NULL || number < 1 || number > 10000)
        return;
    struct capture *c = &captures[strcmp(kind, "video") == 0 ? VIDEO : AUDIO];
    if (c->port == 0)
        c->port = (uint16_t)(PORT_BASE + 2 * number);
}

static void take_line(const char *text, size_t n)
{
    json_t *line = json_loadb(text, n, 0, NULL), *t = NULL;
    size_t i = 0;
    take_track(line);
    json_array_foreach(json_object_get(line, "tracks"), i, t)
    {
        take_track(t);
    }
    json_decref(line);
}

static void take_packet(const uint8_t *ip, size_t n, uint64_t at_ns)
{
    if (n < IP_UDP || ip[0] != 0x45)
        return;
    uint16_t port = get16(ip + 22);
    if (port == LINES_PORT)
        take_line((const char *)ip + IP_UDP, n - IP_UDP);
    for (enum kind k = AUDIO; k <= VIDEO; k++)
        if (port == captures[k].port && n >= IP_UDP + 12)
            append(&captures[k], ip + IP_UDP, n - IP_UDP, at_ns);
}

/* A video capture begins at a key frame. */
static void cut_front(struct capture *c)
{
    size_t skip = 0;
    while (skip < c->n && !is_vp8_key(c->list[skip].payload, c->list[skip].len))
        skip++;
    memmove(c->list, c->list + skip, (c->n - skip) * sizeof(*c->list));
    c->n -= skip;
}

static void rebase(void)
{
    uint64_t first = captures[VIDEO].list[0].at_ns;
    struct capture *a = &captures[AUDIO];
    size_t skip = 0;
    while (skip < a->n && a->list[skip].at_ns < first)
        skip++;
    memmove(a->list, a->list + skip, (a->n - skip) * sizeof(*a->list));
    a->n -= skip;
    for (enum kind k = AUDIO; k <= VIDEO; k++)
        for (size_t i = 0; i < captures[k].n; i++)
            captures[k].list[i].at_ns -= first;
}

static uint8_t *read_file(const char *path, size_t *len)
{
    FILE *f = fopen(path, "rbe");
    uint8_t *p = NULL;
    size_t cap = 0, got = 0;
    *len = 0;
    if (f == NULL)
        return NULL;
    do {
        cap = cap > 0 ? 2 * cap : 1 << 20;
        p = (uint8_t *)must_realloc(p, cap);
        got = fread(p + *len, 1, cap - *len, f);
        *len += got;
    } while (*len == cap);
    (void)fclose(f);
    return p;
}

bool capture_load(const char *path, char *why, size_t cap)
{
    size_t len = 0;
    uint8_t *file = read_file(path, &len); /* kept: the packets lie in it */
    struct cur c = cur_make(file, len);
    const uint8_t *head = cur_take(&c, FILE_HEAD);
    if (head == NULL || host32(head) != MAGIC_NS || host32(head + 20) != 101) {
        (void)snprintf(why, cap, "%s is no nanosecond pcap of raw IP", path);
        free(file);
        return false;
    }
    for (const uint8_t *r = NULL; (r = cur_take(&c, RECORD_HEAD)) != NULL;) {
        uint32_t n = host32(r + 8);
        const uint8_t *ip = cur_take(&c, n);
        if (ip != NULL)
            take_packet(ip, n, host32(r) * NS_PER_S + host32(r + 4));
    }
    cut_front(&captures[VIDEO]);
    if (captures[VIDEO].n == 0 || captures[AUDIO].n == 0) {
        (void)snprintf(why, cap, "%s has no voice, or no VP8 key frame", path);
        return false;
    }
    rebase();
    return true;
}

struct replay *replay_new(enum kind k)
{
    if (captures[k].n == 0)
        return NULL;
    struct replay *r = (struct replay *)must_zalloc(1, sizeof(*r));
    r->from = &captures[k];
    r->kind = k;
    return r;
}

/* ---- VP8 payload descriptor (RFC 7741 4.2) ----------------------------------------------------
 */

/* Offset of the picture number, of *bits; 0: there is none. */
static size_t picture_at(const uint8_t *p, size_t n, unsigned *bits)
{
    if (n < 4 || (p[0] & 0x80) == 0 || (p[1] & 0x80) == 0)
        return 0;
    *bits = (p[2] & 0x80) != 0 ? 15 : 7;
    return 2;
}

static bool is_vp8_key(const uint8_t *p, size_t n)
{
    unsigned bits = 0;
    size_t at = 1;
    if (n < 8 || (p[0] & 0x1F) != 0x10)
        return false; /* not the first packet of a picture */
    if ((p[0] & 0x80) != 0) {
        at = 2;
        if (picture_at(p, n, &bits) > 0)
            at += bits == 15 ? 2 : 1;
        at += (size_t)((p[1] & 0x40) != 0) + (size_t)((p[1] & 0x30) != 0);
    }
    return at < n && (p[at] & 1) == 0;
}

static void shift_picture(struct replay *r, uint8_t *p, size_t n)
{
    unsigned bits = 0;
    size_t at = picture_at(p, n, &bits);
    if (at == 0)
        return;
    uint16_t old = bits == 15 ? get16(p + at) & 0x7FFF : p[at] & 0x7F;
    r->pic_last = (uint16_t)(old + r->pic_shift);
    if (bits == 15)
        put16(p + at, 0x8000u | (r->pic_last & 0x7FFFu));
    else
        p[at] = r->pic_last & 0x7F;
}

/* Begins anew: timestamps and picture numbers go on from what was sent last. */
static void restart(struct replay *r, const struct source *s, uint64_t now)
{
    unsigned bits = 0;
    const struct taken *first = &r->from->list[0];
    size_t at = r->kind == VIDEO ? picture_at(first->payload, first->len, &bits) : 0;
    uint16_t old = 0;
    if (at > 0)
        old = bits == 15 ? get16(first->payload + at) & 0x7FFF : first->payload[at] & 0x7F;
    r->pic_shift = (uint16_t)(r->pic_last + 1 - old);
    r->ts_shift = s->rtp_ts + (r->kind == VIDEO ? 3000 : 960) - first->ts;
    r->next = 0;
    r->start_ns = now - first->at_ns;
}

size_t replay_due(struct replay *r, struct source *s, uint64_t now, struct packet *out)
{
    bool wants_key = r->kind == VIDEO && s->key_wanted && r->next > 0;
    size_t n = 0;
    if (r->start_ns == 0 || r->next == r->from->n || wants_key)
        restart(r, s, now);
    s->key_wanted = false;
    for (; r->next < r->from->n && n < BURST; n++, r->next++) {
        const struct taken *t = &r->from->list[r->next];
        if (r->start_ns + t->at_ns > now)
            break;
        s->rtp_ts = t->ts + r->ts_shift;
        size_t head = source_head(s, out[n].bytes, t->marker);
        memcpy(out[n].bytes + head, t->payload, t->len);
        if (r->kind == VIDEO)
            shift_picture(r, out[n].bytes + head, t->len);
        out[n].len = head + t->len;
    }
    return n;
}
