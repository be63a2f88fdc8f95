/*
 * record/recover: a segment cut off at every byte, orphans beside closed ones, a second run that
 * changes nothing, and what it must not touch: what it cannot read, and what is there already.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "crypto/hash.h"
#include "record/format.h"
#include "record/journal.h"
#include "t.h"
#include "tmpdir.h"

#define T0 UINT64_C(1795514400000000000)

enum { RECORDS = 5, FOUND_MAX = 8 };

static uint8_t bytes[4096];
static size_t ends[RECORDS + 1], n_bytes; /* where each whole packet ends */
static char dir[300];

static void build(void)
{
    static const struct {
        uint16_t port;
        const char *p;
    } rows[RECORDS] = {{9, "{\"type\":\"segment\",\"tracks\":[]}"},
                       {10002, "\x80\x60\x01\x02____ssrcpayload"},
                       {10003, "\x80\xc8\x01\x06____________________"},
                       {10004, "x"},
                       {9, "{\"type\":\"pause\"}"}};
    format_file_head(bytes);
    n_bytes = ends[0] = FORMAT_FILE_HEAD;
    for (size_t i = 0; i < RECORDS; i++) {
        size_t len = strlen(rows[i].p);
        format_packet_head(bytes + n_bytes, T0 + i * 1000000, rows[i].port, len);
        memcpy(bytes + n_bytes + FORMAT_PACKET_HEAD, rows[i].p, len);
        n_bytes += FORMAT_PACKET_HEAD + len;
        ends[i + 1] = n_bytes;
    }
}

static const char *path(const char *name)
{
    static char at[4][400];
    static unsigned turn;
    char *p = at[turn++ % 4];
    (void)snprintf(p, sizeof(at[0]), "%s/journal%s%s", dir, *name != '\0' ? "/" : "", name);
    return p;
}

static void fresh(const char *name)
{
    (void)snprintf(dir, sizeof(dir), "%s", tmpdir_path(name));
    T_EQ(mkdir(dir, 0700), 0);
    T_EQ(mkdir(path(""), 0700), 0);
}

static void put(const char *name, const uint8_t *p, size_t n)
{
    int fd = open(path(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    T_OK(fd >= 0 && write(fd, p, n) == (ssize_t)n && close(fd) == 0);
}

static bool holds(const char *name, const uint8_t *p, size_t n)
{
    static uint8_t back[8192];
    int fd = open(path(name), O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, back, sizeof(back));
    if (fd >= 0)
        (void)close(fd);
    return got == (ssize_t)n && memcmp(back, p, n) == 0;
}

static bool exists(const char *name)
{
    return access(path(name), F_OK) == 0;
}

struct found {
    size_t n;
    struct recovered r[FOUND_MAX];
};

static void on_found(void *arg, const struct recovered *r)
{
    struct found *f = (struct found *)arg;
    if (f->n < FOUND_MAX)
        f->r[f->n] = *r;
    f->n++;
}

static struct found recover(enum err want)
{
    struct found f = {0};
    T_EQ(journal_recover(dir, on_found, &f), want);
    return f;
}

static bool hash_is(const struct recovered *r, const uint8_t *p, size_t n)
{
    uint8_t digest[SHA256_LEN];
    T_EQ(hash_sha256(digest, p, n), ERR_OK);
    return memcmp(digest, r->sha256, sizeof(digest)) == 0;
}

static void torn_at(size_t cut)
{
    size_t whole = 0;
    while (whole < RECORDS && ends[whole + 1] <= cut)
        whole++;
    put("000001.pcap.part", bytes, cut);
    struct found f = recover(ERR_OK), again = recover(ERR_OK);
    T_OK(!exists("000001.pcap.part"));
    T_EQ(f.n, whole > 0);
    T_EQ(again.n, f.n);
    T_EQ(exists("000001.pcap"), whole > 0);
    if (whole == 0 || f.n != 1 || again.n != 1)
        return;
    T_OK(f.r[0].was_torn && strcmp(f.r[0].name, "000001.pcap") == 0);
    T_EQ(f.r[0].number, 1);
    T_EQ(f.r[0].packets, whole);
    T_EQ(f.r[0].bytes, ends[whole]);
    T_EQ(f.r[0].cut_bytes, cut - ends[whole]);
    T_OK(f.r[0].start_wall_ns == T0 && f.r[0].end_wall_ns == T0 + (whole - 1) * 1000000);
    T_OK(holds("000001.pcap", bytes, ends[whole]) && hash_is(&f.r[0], bytes, ends[whole]));
    T_OK(!again.r[0].was_torn && again.r[0].cut_bytes == 0);
    T_OK(again.r[0].bytes == f.r[0].bytes && again.r[0].packets == f.r[0].packets);
    T_OK(memcmp(again.r[0].sha256, f.r[0].sha256, SHA256_LEN) == 0);
    T_EQ(unlink(path("000001.pcap")), 0);
}

static void torn_anywhere(void)
{
    fresh("torn");
    for (size_t cut = 0; cut <= n_bytes; cut++)
        torn_at(cut);
}

static void orphans_beside_closed_ones(void)
{
    fresh("orphans");
    put("000003.pcap.part", bytes, ends[2] + 10);
    put("000001.pcap", bytes, n_bytes);
    put("000004.pcap.part", bytes, 10);
    put("000002.pcap.part", bytes, ends[3]);
    put("notes.pcap.part", bytes, 10); /* not ours */
    put("0000005.pcap", bytes, 10);
    put("000006.pcap.bak", bytes, 10);
    struct found f = recover(ERR_OK);
    T_EQ(f.n, 3);
    for (size_t i = 0; i < 3; i++)
        T_EQ(f.r[i].number, i + 1); /* in their order */
    T_OK(!f.r[0].was_torn && f.r[1].was_torn && f.r[2].was_torn);
    T_EQ(f.r[1].cut_bytes, 0);
    T_EQ(f.r[2].cut_bytes, 10);
    T_OK(holds("000001.pcap", bytes, n_bytes) && holds("000002.pcap", bytes, ends[3]) &&
         holds("000003.pcap", bytes, ends[2]));
    T_OK(!exists("000004.pcap.part") && !exists("000004.pcap")); /* not one packet */
    T_OK(exists("notes.pcap.part") && exists("0000005.pcap") && exists("000006.pcap.bak"));
    T_EQ(recover(ERR_OK).n, 3);
}

/* A closed segment is never touched, not even one that is damaged: its hash tells. */
static void damage_in_a_closed_one(void)
{
    uint8_t spoilt[sizeof(bytes)];
    fresh("closed");
    memcpy(spoilt, bytes, n_bytes);
    spoilt[ends[2] + 16] = 0x66; /* no IPv4 */
    put("000001.pcap", spoilt, n_bytes);
    struct found f = recover(ERR_OK);
    T_EQ(f.n, 1);
    T_EQ(f.r[0].packets, 2);
    T_EQ(f.r[0].bytes, n_bytes);
    T_OK(hash_is(&f.r[0], spoilt, n_bytes) && holds("000001.pcap", spoilt, n_bytes));
}

/* What cannot be read now may be readable tomorrow: it stays, and the others are mended. */
static void unreadable_ones_stay(void)
{
    fresh("unreadable");
    T_EQ(mkdir(path("000001.pcap.part"), 0700), 0); /* read() fails with EISDIR */
    put("000002.pcap.part", bytes, n_bytes);
    struct found f = recover(ERR_IO);
    T_EQ(f.n, 1);
    T_EQ(f.r[0].number, 2);
    T_OK(exists("000001.pcap.part") && exists("000002.pcap"));
}

static void never_over_another(void)
{
    fresh("clash");
    put("000001.pcap", bytes, ends[1]);
    put("000001.pcap.part", bytes, n_bytes);
    struct found f = recover(ERR_IO);
    T_EQ(f.n, 1);
    T_OK(holds("000001.pcap", bytes, ends[1]) && holds("000001.pcap.part", bytes, n_bytes));
}

/* Whatever allocation fails: an error, and not a byte is lost. */
static void without_memory(void)
{
    fresh("memory");
    enum err e = ERR_NOMEM;
    for (size_t n = 1; e != ERR_OK && n < 50; n++) {
        struct found f = {0};
        put("000001.pcap.part", bytes, n_bytes - 1);
        (void)unlink(path("000001.pcap"));
        mem_fail_at(n);
        e = journal_recover(dir, on_found, &f);
        size_t used = mem_count();
        mem_fail_at(0);
        T_EQ(e != ERR_OK, used >= n);
        T_OK(exists("000001.pcap.part") || holds("000001.pcap", bytes, ends[RECORDS - 1]));
        T_EQ(f.n, e == ERR_OK);
    }
    T_EQ(e, ERR_OK);
}

static void nothing_there(void)
{
    (void)snprintf(dir, sizeof(dir), "%s", tmpdir_path("nothing"));
    T_EQ(recover(ERR_OK).n, 0);
    fresh("file");
    T_EQ(rmdir(path("")), 0);
    put("", bytes, 0); /* a file where the folder should be */
    T_EQ(recover(ERR_IO).n, 0);
}

int main(void)
{
    log_set_level(LOG_ERROR);
    tmpdir_make();
    build();
    torn_anywhere();
    orphans_beside_closed_ones();
    damage_in_a_closed_one();
    unreadable_ones_stay();
    never_over_another();
    without_memory();
    nothing_there();
    return t_done("recover");
}
