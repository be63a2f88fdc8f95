/* WebM: EBML elements, clusters of known size, Cues at the end. The head has a fixed length, so
 * that it can be written again when duration and places are known. */
#include <string.h>

#include "movie_priv.h"

enum {
    HEAD_LEN = 512,
    CONTENT_AT = 48, /* the Segment's content: behind the EBML head, its id and its 8-byte size */
    SEEK_PRE_ROLL_NS = 80000000,
};
enum ebml_id {
    ID_EBML = 0x1a45dfa3,
    ID_EBML_VERSION = 0x4286,
    ID_EBML_READ_VERSION = 0x42f7,
    ID_EBML_MAX_ID = 0x42f2,
    ID_EBML_MAX_SIZE = 0x42f3,
    ID_DOCTYPE = 0x4282,
    ID_DOCTYPE_VERSION = 0x4287,
    ID_DOCTYPE_READ_VERSION = 0x4285,
    ID_VOID = 0xec,
    ID_SEGMENT = 0x18538067,
    ID_SEEKHEAD = 0x114d9b74,
    ID_SEEK = 0x4dbb,
    ID_SEEK_ID = 0x53ab,
    ID_SEEK_POSITION = 0x53ac,
    ID_INFO = 0x1549a966,
    ID_TIMESTAMP_SCALE = 0x2ad7b1,
    ID_DURATION = 0x4489,
    ID_MUXING_APP = 0x4d80,
    ID_WRITING_APP = 0x5741,
    ID_TRACKS = 0x1654ae6b,
    ID_TRACK_ENTRY = 0xae,
    ID_TRACK_NUMBER = 0xd7,
    ID_TRACK_UID = 0x73c5,
    ID_TRACK_TYPE = 0x83,
    ID_FLAG_LACING = 0x9c,
    ID_CODEC_ID = 0x86,
    ID_CODEC_PRIVATE = 0x63a2,
    ID_CODEC_DELAY = 0x56aa,
    ID_SEEK_PRE_ROLL = 0x56bb,
    ID_VIDEO = 0xe0,
    ID_PIXEL_WIDTH = 0xb0,
    ID_PIXEL_HEIGHT = 0xba,
    ID_AUDIO = 0xe1,
    ID_SAMPLING_FREQUENCY = 0xb5,
    ID_CHANNELS = 0x9f,
    ID_CLUSTER = 0x1f43b675,
    ID_TIMESTAMP = 0xe7,
    ID_SIMPLE_BLOCK = 0xa3,
    ID_BLOCK_GROUP = 0xa0,
    ID_BLOCK = 0xa1,
    ID_BLOCK_DURATION = 0x9b,
    ID_REFERENCE_BLOCK = 0xfb,
    ID_CUES = 0x1c53bb6b,
    ID_CUE_POINT = 0xbb,
    ID_CUE_TIME = 0xb3,
    ID_CUE_TRACK_POSITIONS = 0xb7,
    ID_CUE_TRACK = 0xf7,
    ID_CUE_CLUSTER_POSITION = 0xf1,
};

/* ---- elements -------------------------------------------------------------------------------- */

static void put_id(struct bytes *b, uint32_t id)
{
    bytes_uint(b, id, id > 0xffffff ? 4 : id > 0xffff ? 3 : id > 0xff ? 2 : 1);
}

static void put_size(struct bytes *b, uint64_t n)
{
    bytes_uint(b, n | UINT64_C(1) << 56, 8);
}

static void put_uint(struct bytes *b, uint32_t id, uint64_t v)
{
    put_id(b, id);
    bytes_uint(b, 0x88, 1);
    bytes_uint(b, v, 8);
}

static void put_float(struct bytes *b, uint32_t id, double v)
{
    uint64_t bits = 0;
    memcpy(&bits, &v, sizeof(bits));
    put_uint(b, id, bits);
}

static void put_data(struct bytes *b, uint32_t id, const void *p, size_t n)
{
    put_id(b, id);
    put_size(b, n);
    bytes_put(b, p, n);
}

static void put_text(struct bytes *b, uint32_t id, const char *s)
{
    put_data(b, id, s, strlen(s));
}

/* A master element is opened, filled, and closed: its size is set when it is known. */
static size_t open_master(struct bytes *b, uint32_t id)
{
    put_id(b, id);
    put_size(b, 0);
    return b->len;
}

static void close_master(struct bytes *b, size_t at)
{
    bytes_set(b, at - 8, (uint64_t)(b->len - at) | UINT64_C(1) << 56, 8);
}

static void put_void(struct bytes *b, size_t up_to)
{
    if (b->failed || b->len + 9 > up_to) {
        b->failed = true;
        return;
    }
    put_id(b, ID_VOID);
    put_size(b, up_to - b->len - 8);
    bytes_zeros(b, up_to - b->len);
}

/* ---- head ------------------------------------------------------------------------------------ */

static void put_ebml(struct bytes *b)
{
    put_id(b, ID_EBML);
    bytes_uint(b, 0x80 | 31, 1);
    static const struct {
        uint16_t id;
        uint8_t v;
    } rows[] = {{ID_EBML_VERSION, 1},
                {ID_EBML_READ_VERSION, 1},
                {ID_EBML_MAX_ID, 4},
                {ID_EBML_MAX_SIZE, 8}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        put_id(b, rows[i].id);
        bytes_uint(b, 0x81, 1);
        bytes_uint(b, rows[i].v, 1);
    }
    put_id(b, ID_DOCTYPE);
    bytes_uint(b, 0x84, 1);
    bytes_put(b, "webm", 4);
    put_id(b, ID_DOCTYPE_VERSION);
    bytes_uint(b, 0x8104, 2);
    put_id(b, ID_DOCTYPE_READ_VERSION);
    bytes_uint(b, 0x8102, 2);
}

static void put_opus(struct bytes *b, const struct movie_config *c)
{
    uint8_t head[19] = {'O',
                        'p',
                        'u',
                        's',
                        'H',
                        'e',
                        'a',
                        'd',
                        1,
                        c->channels,
                        (uint8_t)c->pre_skip,
                        (uint8_t)(c->pre_skip >> 8),
                        0x80,
                        0xbb};
    put_text(b, ID_CODEC_ID, "A_OPUS");
    put_data(b, ID_CODEC_PRIVATE, head, sizeof(head));
    put_uint(b, ID_CODEC_DELAY, (uint64_t)c->pre_skip * 1000000000 / 48000);
    put_uint(b, ID_SEEK_PRE_ROLL, SEEK_PRE_ROLL_NS);
    size_t at = open_master(b, ID_AUDIO);
    put_float(b, ID_SAMPLING_FREQUENCY, 48000);
    put_uint(b, ID_CHANNELS, c->channels);
    close_master(b, at);
}

static void put_picture(struct bytes *b, const struct movie_config *c)
{
    put_text(b, ID_CODEC_ID, c->codec == CODEC_VP9 ? "V_VP9" : "V_VP8");
    size_t at = open_master(b, ID_VIDEO);
    put_uint(b, ID_PIXEL_WIDTH, c->width);
    put_uint(b, ID_PIXEL_HEIGHT, c->height);
    close_master(b, at);
}

static void put_tracks(struct bytes *b, const struct movie_config *c)
{
    size_t tracks = open_master(b, ID_TRACKS);
    size_t entry = open_master(b, ID_TRACK_ENTRY);
    put_uint(b, ID_TRACK_NUMBER, 1);
    put_uint(b, ID_TRACK_UID, 1);
    put_uint(b, ID_TRACK_TYPE, c->codec == CODEC_OPUS ? 2 : 1);
    put_uint(b, ID_FLAG_LACING, 0);
    if (c->codec == CODEC_OPUS)
        put_opus(b, c);
    else
        put_picture(b, c);
    close_master(b, entry);
    close_master(b, tracks);
}

static void put_seek(struct bytes *b, uint32_t id, uint64_t at)
{
    size_t seek = open_master(b, ID_SEEK);
    put_id(b, ID_SEEK_ID);
    bytes_uint(b, 0x84, 1);
    bytes_uint(b, id, 4);
    put_uint(b, ID_SEEK_POSITION, at);
    close_master(b, seek);
}

/* While the file grows the Segment has no size and there are no Cues to point at. */
static void build_head(struct movie *m, bool whole, uint64_t end_ms, uint64_t cues_at)
{
    struct bytes *b = &m->scratch;
    bytes_clear(b);
    put_ebml(b);
    put_id(b, ID_SEGMENT);
    if (whole)
        put_size(b, out_size(m->file) - CONTENT_AT);
    else
        bytes_uint(b, UINT64_C(0x01ffffffffffffff), 8);
    if (whole) {
        size_t head = open_master(b, ID_SEEKHEAD);
        put_seek(b, ID_CUES, cues_at - CONTENT_AT);
        close_master(b, head);
    }
    size_t info = open_master(b, ID_INFO);
    put_uint(b, ID_TIMESTAMP_SCALE, 1000000);
    put_text(b, ID_MUXING_APP, "yunjian");
    put_text(b, ID_WRITING_APP, "yunjian");
    if (whole)
        put_float(b, ID_DURATION, (double)end_ms);
    close_master(b, info);
    put_tracks(b, &m->cfg);
    put_void(b, HEAD_LEN);
}

static enum err webm_head(struct movie *m)
{
    build_head(m, false, 0, 0);
    return movie_put(m, &m->scratch);
}

/* ---- clusters -------------------------------------------------------------------------------- */

static enum err webm_add(struct movie *m, uint64_t ms, bool key, const uint8_t *p, size_t n)
{
    struct bytes *b = &m->part;
    m->block_at = b->len;
    put_id(b, ID_SIMPLE_BLOCK);
    put_size(b, n + 4);
    bytes_uint(b, 0x81, 1);
    bytes_uint(b, ms - m->part_ms, 2);
    bytes_uint(b, key ? 0x80 : 0, 1);
    bytes_put(b, p, n);
    return b->failed ? ERR_NOMEM : ERR_OK;
}

/* What is not followed by another block in its cluster has to say how long it is shown: a player
 * that is fed by pieces would guess, and find a hole before the next cluster. */
static void put_last(struct movie *m, uint64_t end_ms)
{
    struct bytes *b = &m->scratch;
    size_t head = 1 + 8; /* of a SimpleBlock: its id and size */
    const uint8_t *block = m->part.p + m->block_at + head;
    size_t n = m->part.len - m->block_at - head;
    size_t group = open_master(b, ID_BLOCK_GROUP);
    size_t at = open_master(b, ID_BLOCK);
    bytes_put(b, block, 3);
    bytes_uint(b, 0, 1);
    bytes_put(b, block + 4, n - 4);
    close_master(b, at);
    put_uint(b, ID_BLOCK_DURATION, end_ms - m->last_ms);
    if (!m->last_key) /* it refers to the one before, so many milliseconds back */
        put_uint(b, ID_REFERENCE_BLOCK, m->before_ms - m->last_ms);
    close_master(b, group);
}

static enum err webm_part(struct movie *m, uint64_t end_ms)
{
    struct bytes *b = &m->scratch;
    bytes_clear(b);
    size_t at = open_master(b, ID_CLUSTER);
    put_uint(b, ID_TIMESTAMP, m->part_ms);
    if (m->cfg.codec == CODEC_OPUS) {
        bytes_put(b, m->part.p, m->part.len);
    } else {
        bytes_put(b, m->part.p, m->block_at);
        put_last(m, end_ms);
    }
    close_master(b, at);
    return movie_put(m, b);
}

static enum err webm_tail(struct movie *m, uint64_t end_ms)
{
    struct bytes *b = &m->scratch;
    uint64_t cues_at = out_size(m->file);
    bytes_clear(b);
    size_t cues = open_master(b, ID_CUES);
    for (size_t i = 0; i < m->places.n; i++) {
        const struct movie_point *p = &m->places.points[i];
        size_t point = open_master(b, ID_CUE_POINT);
        put_uint(b, ID_CUE_TIME, p->ms);
        size_t where = open_master(b, ID_CUE_TRACK_POSITIONS);
        put_uint(b, ID_CUE_TRACK, 1);
        put_uint(b, ID_CUE_CLUSTER_POSITION, p->at - CONTENT_AT);
        close_master(b, where);
        close_master(b, point);
    }
    close_master(b, cues);
    enum err e = movie_put(m, b);
    if (e != ERR_OK)
        return e;
    build_head(m, true, end_ms, cues_at);
    return m->scratch.failed ? ERR_NOMEM : out_patch(m->file, 0, m->scratch.p, m->scratch.len);
}

const struct movie_form webm_form = {webm_head, webm_add, webm_part, webm_tail};
