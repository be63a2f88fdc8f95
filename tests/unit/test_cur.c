/* base/cur and base/buf: every read and write at, before and past the end. */
#include "base/cur.h"

#include <stdlib.h>

#include "base/buf.h"
#include "t.h"

static const uint8_t nine[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};

static void reads_big_endian(void)
{
    struct cur c = cur_make(nine, sizeof(nine));
    T_EQ(cur_u8(&c), 0x01);
    T_EQ(cur_u16(&c), 0x0203);
    T_EQ(cur_uint(&c, 3), 0x040506);
    T_EQ(cur_left(&c), 3);
    T_OK(cur_ok(&c));
    c = cur_make(nine, sizeof(nine));
    T_EQ(cur_u64(&c), 0x0102030405060708);
    c = cur_make(nine, sizeof(nine));
    T_EQ(cur_u32(&c), 0x01020304);
}

static void refuses_past_the_end_for_good(void)
{
    for (size_t want = 1; want <= 8; want++) {
        uint8_t *copy = (uint8_t *)malloc(want);
        if (copy == NULL)
            abort();
        memcpy(copy, nine, want);
        struct cur c = cur_make(copy, want - 1);
        T_EQ(cur_uint(&c, want), 0);
        T_OK(!cur_ok(&c));
        T_EQ(cur_left(&c), 0);
        T_EQ(cur_uint(&c, 1), 0); /* sticky, though a byte would be there */
        T_OK(cur_take(&c, 0) == NULL);
        free(copy);
    }
    struct cur c = cur_make(nine, sizeof(nine));
    T_OK(cur_take(&c, SIZE_MAX) == NULL);
    T_OK(!cur_ok(&c));
}

static void narrows(void)
{
    struct cur c = cur_make(nine, sizeof(nine));
    struct cur child = cur_sub(&c, 2);
    T_EQ(cur_u16(&child), 0x0102);
    T_EQ(cur_u8(&child), 0); /* the parent's third byte is not its own */
    T_OK(!cur_ok(&child));
    T_EQ(cur_u8(&c), 3);
    child = cur_sub(&c, 7);
    T_OK(!cur_ok(&child));
    T_OK(!cur_ok(&c));
}

static void nothing_is_a_window_too(void)
{
    struct cur c = cur_make(NULL, 0);
    T_OK(cur_ok(&c));
    T_EQ(cur_left(&c), 0);
    struct cur child = cur_sub(&c, 0);
    T_OK(cur_ok(&child));
    T_EQ(cur_u8(&c), 0);
    T_OK(!cur_ok(&c));
}

static void writes_what_cur_reads(void)
{
    uint8_t bytes[20];
    struct buf b = buf_make(bytes, sizeof(bytes));
    buf_u8(&b, 0xab);
    buf_u16(&b, 0xcdef);
    buf_u32(&b, 0x12345678);
    buf_u64(&b, UINT64_C(0x1122334455667788));
    buf_str(&b, "ok");
    buf_uint(&b, 0x030201, 3);
    T_OK(buf_ok(&b));
    T_EQ(b.len, sizeof(bytes));
    struct cur c = cur_make(bytes, b.len);
    T_EQ(cur_u8(&c), 0xab);
    T_EQ(cur_u16(&c), 0xcdef);
    T_EQ(cur_u32(&c), 0x12345678);
    T_EQ(cur_u64(&c), 0x1122334455667788);
    T_OK(memcmp(cur_take(&c, 2), "ok", 2) == 0);
    T_EQ(cur_uint(&c, 3), 0x030201);
}

static void a_full_buffer_stays_full(void)
{
    uint8_t bytes[4] = {9, 9, 9, 9};
    struct buf b = buf_make(bytes, 3);
    buf_u16(&b, 0x0102);
    buf_u16(&b, 0x0304);
    T_OK(!buf_ok(&b));
    T_EQ(b.len, 2);
    buf_u8(&b, 5); /* would fit, but a packet with a hole is worse than none */
    T_EQ(b.len, 2);
    T_EQ(bytes[2], 9);
    T_EQ(bytes[3], 9);
    T_OK(buf_take(&b, 0) == NULL);
    b = buf_make(bytes, 3);
    T_OK(buf_take(&b, SIZE_MAX) == NULL);
}

int main(void)
{
    reads_big_endian();
    refuses_past_the_end_for_good();
    narrows();
    nothing_is_a_window_too();
    writes_what_cur_reads();
    a_full_buffer_stays_full();
    return t_done("cur");
}
