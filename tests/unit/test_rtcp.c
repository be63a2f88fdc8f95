/* rtc/rtcp: compounds read and refused, what is written byte for byte, NTP time. */
#include "rtc/rtcp.h"

#include "hex.h"
#include "t.h"

static uint8_t raw[RTCP_MAX + 64];

struct seen {
    unsigned n;
    uint8_t types[8], fmts[8];
    size_t bodies[8];
    bool bad;
};

static struct seen read_all(const uint8_t *p, size_t n)
{
    uint8_t *copy = (uint8_t *)malloc(n ? n : 1);
    if (copy == NULL)
        abort();
    memcpy(copy, p, n);
    struct seen s = {.n = 0};
    struct rtcp r;
    struct cur c = cur_make(copy, n);
    while (s.n < 8 && rtcp_next(&c, &r)) {
        s.types[s.n] = r.type;
        s.fmts[s.n] = r.fmt;
        s.bodies[s.n++] = cur_left(&r.body);
    }
    s.bad = !cur_ok(&c);
    free(copy);
    return s;
}

static void walks_compounds(void)
{
    static const struct {
        const char *hex;
        unsigned n;
        bool bad;
        size_t last; /* body of the last packet */
    } rows[] = {
        {"", 0, false, 0},
        {"80c90001 00000001", 1, false, 4},
        {"80c90001 00000001 81ca0002 00000001 01016100", 2, false, 8},
        {"80c90001 00000001 81ce0002 00000001 00000002", 2, false, 8},
        {"80c90000", 1, false, 0},
        {"a0c90002 00000001 00000004", 1, false, 4}, /* padding taken off */
        {"a0c90001 00000004", 1, false, 0},
        {"80", 0, true, 0},
        {"80c900", 0, true, 0},
        {"80c90001", 0, true, 0},
        {"80c90001 000000", 0, true, 0},
        {"80c90001 00000001 80", 1, true, 4},
        {"40c90001 00000001", 0, true, 0},
        {"80c90001 00000001 00ca0001 00000001", 1, true, 4},
        {"80c9ffff 00000001", 0, true, 0},
        {"a0c90000", 0, true, 0}, /* padding without a place for its length */
        {"a0c90001 00000000", 0, true, 0},
        {"a0c90001 00000005", 0, true, 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct seen s = read_all(raw, from_hex(raw, sizeof(raw), rows[i].hex));
        T_EQ(s.n, rows[i].n);
        T_EQ(s.bad, rows[i].bad);
        T_EQ(s.n > 0 ? s.bodies[s.n - 1] : 0, rows[i].last);
    }
}

static struct buf out;

static void begin(void)
{
    out = buf_make(raw, sizeof(raw));
}

static bool wrote(const char *hex)
{
    uint8_t want[RTCP_MAX];
    size_t n = from_hex(want, sizeof(want), hex);
    return buf_ok(&out) && out.len == n && memcmp(raw, want, n) == 0;
}

static struct cur body(void)
{
    struct rtcp r = {.type = 0};
    struct cur c = cur_make(raw, out.len);
    T_OK(rtcp_next(&c, &r));
    T_EQ(cur_left(&c), 0);
    return r.body;
}

static void same_block(const struct rtcp_block *got, const struct rtcp_block *want)
{
    T_EQ(got->ssrc, want->ssrc);
    T_EQ(got->fraction, want->fraction);
    T_EQ(got->lost, want->lost);
    T_EQ(got->highest, want->highest);
    T_EQ(got->jitter, want->jitter);
    T_EQ(got->lsr, want->lsr);
    T_EQ(got->dlsr, want->dlsr);
}

static void reports(void)
{
    struct rtcp_sr sr = {.ssrc = 1,
                         .ntp = UINT64_C(0x0102030405060708),
                         .rtp_ts = 2,
                         .packets = 3,
                         .octets = 4},
                   got;
    struct rtcp_block b[2] =
        {{.ssrc = 5, .fraction = 6, .lost = -2, .highest = 7, .jitter = 8, .lsr = 9, .dlsr = 10},
         {.ssrc = 11, .lost = 0x7fffff}},
                      back;
    begin();
    rtcp_write_sr(&out, &sr);
    T_OK(wrote("80c80006 00000001 0102030405060708 00000002 00000003 00000004"));
    struct cur c = body();
    T_EQ(rtcp_read_sr(&c, &got), ERR_OK);
    T_EQ(got.ssrc, sr.ssrc);
    T_OK(got.ntp == sr.ntp);
    T_EQ(got.rtp_ts, sr.rtp_ts);
    T_EQ(got.packets, sr.packets);
    T_EQ(got.octets, sr.octets);
    c = cur_make(raw + 4, 23);
    T_EQ(rtcp_read_sr(&c, &got), ERR_PROTO);
    begin();
    rtcp_write_rr(&out, 0xaa, b, 2);
    T_OK(wrote("82c9000d 000000aa 00000005 06fffffe 00000007 00000008 00000009 0000000a"
               "0000000b 007fffff 00000000 00000000 00000000 00000000"));
    c = body();
    T_EQ(cur_u32(&c), 0xaa);
    T_OK(rtcp_read_block(&c, &back));
    same_block(&back, &b[0]);
    T_OK(rtcp_read_block(&c, &back) && back.lost == 0x7fffff);
    T_OK(!rtcp_read_block(&c, &back));
    begin();
    rtcp_write_rr(&out, 0xaa, NULL, 0);
    T_OK(wrote("80c90001 000000aa"));
}

static void descriptions(void)
{
    begin();
    rtcp_write_sdes(&out, 0x11223344, "a");
    T_OK(wrote("81ca0002 11223344 01016100"));
    begin();
    rtcp_write_sdes(&out, 0x11223344, "ab"); /* a whole word of zeros ends the chunk */
    T_OK(wrote("81ca0003 11223344 01026162 00000000"));
    char longest[400];
    memset(longest, 'x', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    begin();
    rtcp_write_sdes(&out, 1, longest);
    T_EQ(raw[9], 200);
    T_EQ(cur_left(&(struct cur[]){body()}[0]) % 4, 0);
}

static void feedback(void)
{
    uint32_t sender = 0, media = 0;
    begin();
    rtcp_write_pli(&out, 1, 2);
    T_OK(wrote("81ce0002 00000001 00000002"));
    struct cur c = body();
    T_OK(rtcp_read_fb(&c, &sender, &media) && sender == 1 && media == 2);
    c = cur_make(raw, 7);
    T_OK(!rtcp_read_fb(&c, &sender, &media));

    (void)from_hex(raw, sizeof(raw), "00000007 05000000 00000008");
    c = cur_make(raw, 12);
    uint32_t ssrc = 0;
    T_OK(rtcp_read_fir(&c, &ssrc) && ssrc == 7);
    T_OK(!rtcp_read_fir(&c, &ssrc)); /* four bytes are no entry */
}

static void nacks(void)
{
    static const struct {
        size_t n;
        uint16_t seqs[6];
        const char *want;
    } rows[] = {
        {1, {10}, "81cd0003 00000001 00000002 000a0000"},
        {3, {10, 11, 26}, "81cd0003 00000001 00000002 000a8001"},
        {3, {10, 26, 27}, "81cd0004 00000001 00000002 000a8000 001b0000"},
        {3, {65534, 65535, 1}, "81cd0003 00000001 00000002 fffe0005"}, /* across the end */
        {2, {10, 10}, "81cd0003 00000001 00000002 000a0000"},
        {0, {0}, "81cd0002 00000001 00000002"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        begin();
        rtcp_write_nack(&out, 1, 2, rows[i].seqs, rows[i].n);
        T_OK(wrote(rows[i].want));
    }
    struct cur c = cur_make(raw, 0);
    uint16_t pid = 0, mask = 0;
    T_OK(!rtcp_read_nack(&c, &pid, &mask));
    (void)from_hex(raw, sizeof(raw), "000a8001");
    c = cur_make(raw, 4);
    T_OK(rtcp_read_nack(&c, &pid, &mask) && pid == 10 && mask == 0x8001);
}

static uint64_t remb(const char *hex)
{
    struct cur c = cur_make(raw, from_hex(raw, sizeof(raw), hex));
    return rtcp_read_remb(&c);
}

static void rembs(void)
{
    static const uint32_t ssrcs[] = {0xa, 0xb};
    begin();
    rtcp_write_remb(&out, 1, 2500000, ssrcs, 2); /* 2,500,000 = 156,250 * 2^4 */
    T_OK(wrote("8fce0006 00000001 00000000 52454d42 0212625a 0000000a 0000000b"));
    T_EQ(remb("52454d42 0212625a 0000000a"), 2500000);
    T_EQ(remb("52454d42 0003ffff"), 262143);
    T_EQ(remb("52454d42 01 a00001"), INT64_C(1) << 40); /* the largest shift we believe */
    T_EQ(remb("52454d42 01 a40001"), 0);
    T_EQ(remb("52454d43 0212625a"), 0);
    T_EQ(remb("52454d42"), 0);
}

static void ntp_time(void)
{
    T_EQ(ntp_from_wall_ns(0) >> 32, 2208988800);
    T_EQ(ntp_from_wall_ns(UINT64_C(1500000000)) & 0xffffffff, 0x80000000);
    uint64_t ns = UINT64_C(1795520741123456789);
    int64_t off = (int64_t)(wall_ns_from_ntp(ntp_from_wall_ns(ns)) - ns);
    T_OK(off >= -1 && off <= 1);
    T_EQ(wall_ns_from_ntp(5), 0);
    T_EQ(ntp_mid(UINT64_C(0x1122334455667788)), 0x33445566);
}

static void a_small_buffer_is_refused(void)
{
    uint8_t tiny[10];
    uint16_t seq = 1;
    struct buf b = buf_make(tiny, sizeof(tiny));
    rtcp_write_nack(&b, 1, 2, &seq, 1);
    T_OK(!buf_ok(&b));
    b = buf_make(tiny, sizeof(tiny));
    rtcp_write_sr(&b, &(struct rtcp_sr){.ssrc = 1});
    T_OK(!buf_ok(&b));
}

int main(void)
{
    walks_compounds();
    reports();
    descriptions();
    feedback();
    nacks();
    rembs();
    ntp_time();
    a_small_buffer_is_refused();
    return t_done("rtcp");
}
