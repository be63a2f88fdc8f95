/* rtc/rtp: headers, both forms of extensions, sequence numbers; each packet is read from an
 * exact-size heap copy. */
#include "rtc/rtp.h"

#include "hex.h"
#include "t.h"

static uint8_t *copy_of(const uint8_t *p, size_t n)
{
    uint8_t *copy = (uint8_t *)malloc(n ? n : 1);
    if (copy == NULL)
        abort();
    memcpy(copy, p, n);
    return copy;
}

static void reads_headers(void)
{
    static const struct {
        const char *hex;
        enum err want;
        uint16_t head, payload, ext_at, ext_len;
        uint8_t pad, pt;
        bool marker;
    } rows[] = {
        {"80 e0 1234 00000001 cafebabe aabb", ERR_OK, 12, 2, 0, 0, 0, 96, true},
        {"80 60 1234 00000001 cafebabe", ERR_OK, 12, 0, 0, 0, 0, 96, false},
        {"82 6f 1234 00000001 cafebabe 00000001 00000002 aa", ERR_OK, 20, 1, 0, 0, 0, 111, false},
        {"90 6f 1234 00000001 cafebabe bede0001 10ff0000 aa", ERR_OK, 20, 1, 16, 4, 0, 111, false},
        {"90 6f 1234 00000001 cafebabe bede0000 aa", ERR_OK, 16, 1, 16, 0, 0, 111, false},
        {"a0 6f 1234 00000001 cafebabe aa 000003", ERR_OK, 12, 1, 0, 0, 3, 111, false},
        {"a0 6f 1234 00000001 cafebabe 00000004", ERR_OK, 12, 0, 0, 0, 4, 111, false},
        {"", ERR_PROTO, 0, 0, 0, 0, 0, 0, false},
        {"80 60 1234 00000001 cafeba", ERR_PROTO, 0, 0, 0, 0, 0, 0, false},
        {"40 60 1234 00000001 cafebabe", ERR_PROTO, 0, 0, 0, 0, 0, 0, false},
        {"c0 60 1234 00000001 cafebabe", ERR_PROTO, 0, 0, 0, 0, 0, 0, false},
        {"81 60 1234 00000001 cafebabe 000000", ERR_PROTO, 0, 0, 0, 0, 0, 0, false},
        {"90 60 1234 00000001 cafebabe", ERR_PROTO, 0, 0, 0, 0, 0, 0, false},
        {"90 60 1234 00000001 cafebabe bede00", ERR_PROTO, 0, 0, 0, 0, 0, 0, false},
        {"90 60 1234 00000001 cafebabe bede0002 10ff0000", ERR_PROTO, 0, 0, 0, 0, 0, 0, false},
        {"90 60 1234 00000001 cafebabe bedeffff 10ff0000", ERR_PROTO, 0, 0, 0, 0, 0, 0, false},
        {"a0 60 1234 00000001 cafebabe", ERR_PROTO, 0, 0, 0, 0, 0, 0, false},
        {"a0 60 1234 00000001 cafebabe aa00", ERR_PROTO, 0, 0, 0, 0, 0, 0, false},
        {"a0 60 1234 00000001 cafebabe aa03", ERR_PROTO, 0, 0, 0, 0, 0, 0, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint8_t p[64];
        struct rtp h = {.seq = 7};
        size_t n = from_hex(p, sizeof(p), rows[i].hex);
        uint8_t *copy = copy_of(p, n);
        T_EQ(rtp_parse(&h, copy, n), rows[i].want);
        free(copy);
        T_EQ(h.seq, rows[i].want == ERR_OK ? 0x1234 : 7);
        T_EQ(h.head_len, rows[i].head);
        T_EQ(h.payload_len, rows[i].payload);
        T_EQ(h.ext_at, rows[i].ext_at);
        T_EQ(h.ext_len, rows[i].ext_len);
        T_EQ(h.pad_len, rows[i].pad);
        T_EQ(h.pt, rows[i].pt);
        T_EQ(h.marker, rows[i].marker);
        T_EQ(h.ssrc, rows[i].want == ERR_OK ? 0xcafebabe : 0);
        T_EQ(h.ts, rows[i].want == ERR_OK ? 1 : 0);
    }
    static uint8_t huge[70000] = {0x80};
    struct rtp h;
    T_EQ(rtp_parse(&h, huge, sizeof(huge)), ERR_PROTO);
}

#define HEAD "90 6f 1234 00000001 cafebabe "

static void finds_extensions(void)
{
    static const struct {
        const char *hex;
        uint8_t id;
        const char *want; /* NULL: not there */
    } rows[] = {
        {HEAD "bede0002 10aa 32010203 0000", 1, "aa"},
        {HEAD "bede0002 10aa 32010203 0000", 3, "010203"},
        {HEAD "bede0002 10aa 32010203 0000", 2, NULL},
        {HEAD "bede0002 10aa 32010203 0000", 0, NULL},
        {HEAD "bede0002 0000 10aa 0000 2055", 2, "55"}, /* padding between */
        {HEAD "bede0001 f000 10aa", 1, NULL},           /* 15 ends the list */
        {HEAD "bede0001 3f010203", 3, NULL},            /* longer than the block */
        {HEAD "bede0001 20bb 13aa", 1, NULL},
        {HEAD "10000002 0102aabb 0500 0000", 1, "aabb"},
        {HEAD "10000002 0102aabb 0500 0000", 5, ""}, /* two-byte form allows nothing */
        {HEAD "1005 0001 0101aa00", 1, "aa"},        /* appbits are ignored */
        {HEAD "10000001 0105aabb", 1, NULL},
        {HEAD "10000001 000000 01", 1, NULL},
        {HEAD "20000001 0101aa00", 1, NULL}, /* some other profile */
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint8_t p[64], want[64];
        struct rtp h = {0};
        size_t n = from_hex(p, sizeof(p), rows[i].hex), len = 99;
        uint8_t *copy = copy_of(p, n);
        T_EQ(rtp_parse(&h, copy, n), ERR_OK);
        const uint8_t *v = rtp_ext(&h, copy, rows[i].id, &len);
        T_OK((v != NULL) == (rows[i].want != NULL));
        if (v != NULL && rows[i].want != NULL) {
            T_EQ(len, from_hex(want, sizeof(want), rows[i].want));
            T_OK(memcmp(v, want, len) == 0);
        }
        T_EQ(v == NULL ? len : 99, 99);
        free(copy);
    }
}

static void extends_numbers(void)
{
    static const struct {
        uint16_t seq;
        uint32_t want, newest;
    } rows[] = {
        {65530, 0x1fffa, 0x1fffa}, {65535, 0x1ffff, 0x1ffff}, {0, 0x20000, 0x20000},
        {65534, 0x1fffe, 0x20000}, {1, 0x20001, 0x20001},     {32768, 0x28000, 0x28000},
        {2, 0x20002, 0x28000},     {65535, 0x2ffff, 0x2ffff}, {0, 0x30000, 0x30000},
        {0, 0x30000, 0x30000},
    };
    struct seq_ext s = {.started = false};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        T_EQ(seq_extend(&s, rows[i].seq), rows[i].want);
        T_EQ(s.newest, rows[i].newest);
    }
    struct seq_ext first = {.started = false};
    T_EQ(seq_extend(&first, 0), 0x10000);
    T_EQ(seq_extend(&first, 65535), 0xffff); /* one before the first is not a wrap */
}

static void writes_fields(void)
{
    uint8_t p[8] = {0};
    rtp_put_seq(p, 0xabcd);
    T_OK(p[2] == 0xab && p[3] == 0xcd && p[1] == 0 && p[4] == 0);
    rtp_put32(p + 4, 0x01020304);
    T_OK(p[4] == 1 && p[7] == 4);
}

int main(void)
{
    reads_headers();
    finds_extensions();
    extends_numbers();
    writes_fields();
    return t_done("rtp");
}
