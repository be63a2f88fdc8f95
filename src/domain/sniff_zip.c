/* An archive's list of contents (APPNOTE 4.3.12 and 4.3.16): names and sizes, nothing unpacked. */
#include <string.h>

#include "base/cur.h"
#include "base/err.h"
#include "base/mem.h"
#include "sniff_priv.h"

enum { END = 22, ENTRY = 46, ENTRIES_MAX = 100000 };

/* Little-endian, as all of a ZIP file is. */
static uint32_t le(struct cur *c, size_t n)
{
    const uint8_t *p = cur_take(c, n);
    uint32_t v = 0;
    for (size_t i = n; p != NULL && i > 0; i--)
        v = v << 8 | p[i - 1];
    return v;
}

static const struct {
    const char *name;
    bool whole;       /* else what a name begins with */
    const char *code; /* NULL: a program */
} marks[] = {
    {"word/", false, "docx"},
    {"xl/", false, "xlsx"},
    {"ppt/", false, "pptx"},
    {"OFD.xml", true, "ofd"},
    {"META-INF/MANIFEST.MF", true, NULL},
    {"AndroidManifest.xml", true, NULL},
};

struct found {
    bool types; /* [Content_Types].xml, without which word/ is a folder like others */
    bool mimetype, program;
    const char *code;
    uint64_t unpacked;
};

static bool is_name(const uint8_t *p, size_t n, const char *name, bool whole)
{
    size_t k = strlen(name);
    return (whole ? n == k : n >= k) && memcmp(p, name, k) == 0;
}

static void look_at(struct found *f, const uint8_t *p, size_t n)
{
    f->types = f->types || is_name(p, n, "[Content_Types].xml", true);
    f->mimetype = f->mimetype || is_name(p, n, "mimetype", true);
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (!is_name(p, n, marks[i].name, marks[i].whole))
            continue;
        if (marks[i].code == NULL)
            f->program = true;
        else if (f->code == NULL)
            f->code = marks[i].code;
    }
}

/* One entry of the list. False: it is none. */
static bool read_entry(struct cur *c, struct found *f)
{
    struct cur head = cur_sub(c, ENTRY);
    if (le(&head, 4) != 0x02014b50)
        return false;
    (void)cur_take(&head, 20); /* versions, flags, method, time, CRC, packed size */
    f->unpacked += le(&head, 4);
    size_t name = le(&head, 2), extra = le(&head, 2), comment = le(&head, 2);
    const uint8_t *p = cur_take(c, name);
    (void)cur_take(c, extra);
    (void)cur_take(c, comment);
    if (!cur_ok(c) || !cur_ok(&head))
        return false;
    look_at(f, p, name);
    return true;
}

struct list {
    uint64_t at;
    uint32_t size, entries;
};

/* The record at the end says where the list is; a comment of up to 64 KiB may follow it. */
static bool find_list(const uint8_t *tail, size_t n, uint64_t tail_at, struct list *out)
{
    for (size_t back = END; back <= n; back++) {
        struct cur c = cur_make(tail + n - back, back);
        if (le(&c, 4) != 0x06054b50)
            continue;
        (void)cur_take(&c, 6); /* disks, entries on this one */
        out->entries = le(&c, 2);
        out->size = le(&c, 4);
        out->at = le(&c, 4);
        size_t comment = le(&c, 2);
        if (cur_ok(&c) && comment == cur_left(&c) && out->at + out->size <= tail_at + n - back)
            return true;
    }
    return false;
}

static enum sniff_verdict verdict_of(const char **code, const struct found *f, uint64_t unpacked)
{
    if (f->program)
        return SNIFF_ACTIVE;
    if (f->unpacked > unpacked)
        return SNIFF_SWOLLEN;
    bool office = f->code != NULL && (f->types || strcmp(f->code, "ofd") == 0);
    *code = office ? f->code : f->mimetype ? "odf" : "zip";
    return SNIFF_FINE;
}

static enum sniff_verdict read_list(const char **code, const struct sniff_file *f,
                                    const struct list *l, uint64_t unpacked)
{
    struct found found = {.types = false};
    if (l->size > SNIFF_LIST || l->entries > ENTRIES_MAX)
        return SNIFF_SWOLLEN;
    AUTO(mem_freep) uint8_t *bytes = (uint8_t *)mem_alloc(l->size > 0 ? l->size : 1);
    if (bytes == NULL || f->read(f->arg, l->at, bytes, l->size) != l->size)
        return SNIFF_BROKEN;
    struct cur c = cur_make(bytes, l->size);
    for (uint32_t i = 0; i < l->entries; i++)
        if (!read_entry(&c, &found))
            return SNIFF_BROKEN;
    return verdict_of(code, &found, unpacked);
}

enum sniff_verdict sniff_zip(const char **code, const struct sniff_file *f, uint64_t unpacked)
{
    struct list l = {.at = 0};
    size_t n = f->size < SNIFF_TAIL ? (size_t)f->size : SNIFF_TAIL;
    uint64_t at = f->size - n;
    AUTO(mem_freep) uint8_t *tail = (uint8_t *)mem_alloc(SNIFF_TAIL);
    if (tail == NULL || f->read(f->arg, at, tail, n) != n || !find_list(tail, n, at, &l))
        return SNIFF_BROKEN;
    return read_list(code, f, &l, unpacked);
}
