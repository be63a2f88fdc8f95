/* Kinds of files by their first bytes, one row a pattern. */
#include "domain/sniff.h"

#include <string.h>

#include "sniff_priv.h"

static const struct file_type types[] = {
    {"pdf", "application/pdf", ".pdf"},
    {"png", "image/png", ".png"},
    {"jpeg", "image/jpeg", ".jpg"},
    {"gif", "image/gif", ".gif"},
    {"webp", "image/webp", ".webp"},
    {"tiff", "image/tiff", ".tif"},
    {"bmp", "image/bmp", ".bmp"},
    {"heic", "image/heic", ".heic"},
    {"dwg", "image/vnd.dwg", ".dwg"},
    {"dxf", "image/vnd.dxf", ".dxf"},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"},
    {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pptx"},
    {"office", "application/x-ole-storage", ".doc"}, /* and .xls, .ppt, .wps */
    {"odf", "application/vnd.oasis.opendocument", ".odt"},
    {"ofd", "application/ofd", ".ofd"}, /* GB/T 33190 */
    {"zip", "application/zip", ".zip"},
    {"rar", "application/vnd.rar", ".rar"},
    {"7z", "application/x-7z-compressed", ".7z"},
    {"mp4", "video/mp4", ".mp4"},
    {"mov", "video/quicktime", ".mov"},
    {"webm", "video/webm", ".webm"},
    {"text", "text/plain", ".txt"}, /* and .csv */
    {"", "", ""},
};

/* What stands at an offset; code NULL: refused as active. */
static const struct pattern {
    const char *code, *bytes;
    unsigned char at, n;
} patterns[] = {
    {"png", "\x89PNG\r\n\x1a\n", 0, 8},
    {"jpeg", "\xff\xd8\xff", 0, 3},
    {"gif", "GIF87a", 0, 6},
    {"gif", "GIF89a", 0, 6},
    {"webp", "WEBP", 8, 4}, /* after RIFF and a length */
    {"tiff", "II*\0", 0, 4},
    {"tiff", "MM\0*", 0, 4},
    {"tiff", "II+\0", 0, 4}, /* BigTIFF */
    {"tiff", "MM\0+", 0, 4},
    {"dwg", "AC10", 0, 4},
    {"dxf", "AutoCAD Binary DXF\r\n\x1a\0", 0, 22},
    {"office", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, 8},
    {"zip", "PK\x03\x04", 0, 4},
    {"rar", "Rar!\x1a\x07", 0, 6},
    {"7z", "7z\xbc\xaf\x27\x1c", 0, 6},
    {"heic", "ftypheic", 4, 8},
    {"heic", "ftypheix", 4, 8},
    {"heic", "ftypmif1", 4, 8},
    {"mov", "ftypqt  ", 4, 8},
    {"mp4", "ftyp", 4, 4},
    {"webm", "\x1a\x45\xdf\xa3", 0, 4},
    {NULL, "MZ", 0, 2},
    {NULL,
     "\x7f"
     "ELF",
     0, 4},
    {NULL, "#!", 0, 2},
    {NULL, "\xca\xfe\xba\xbe", 0, 4},
    {NULL, "\xfe\xed\xfa\xcf", 0, 4},
    {NULL, "\xcf\xfa\xed\xfe", 0, 4},
    {NULL, "L\0\0\0\x01\x14\x02\0", 0, 8}, /* a shortcut */
};

const struct file_type *file_types(void)
{
    return types;
}

const struct file_type *file_type_of(const char *code)
{
    for (const struct file_type *t = types; t->code[0] != '\0'; t++)
        if (strcmp(t->code, code) == 0)
            return t;
    return NULL;
}

static bool stands(const struct pattern *w, const uint8_t *p, size_t n)
{
    return n >= (size_t)w->at + w->n && memcmp(p + w->at, w->bytes, w->n) == 0;
}

/* ISO 32000 7.5.2 lets nothing stand before it; writers put a mark or blanks there all the same. */
static bool is_pdf(const uint8_t *p, size_t n)
{
    size_t at = n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (at < n && (p[at] == ' ' || p[at] == '\r' || p[at] == '\n' || p[at] == '\t'))
        at++;
    return at + 5 <= n && memcmp(p + at, "%PDF-", 5) == 0;
}

/* A bitmap's header begins with its length, which two letters alone would leave open. */
static bool is_bmp(const uint8_t *p, size_t n)
{
    return n >= 18 && memcmp(p, "BM", 2) == 0 && memcmp(p + 6, "\0\0\0\0", 4) == 0 && p[15] == 0 &&
           p[16] == 0 && p[17] == 0;
}

static enum sniff_verdict by_head(const char **code, const uint8_t *p, size_t n)
{
    *code = NULL;
    if (n == 0)
        return SNIFF_EMPTY;
    if (is_pdf(p, n))
        *code = "pdf";
    if (is_bmp(p, n))
        *code = "bmp";
    for (size_t i = 0; *code == NULL && i < sizeof(patterns) / sizeof(patterns[0]); i++)
        if (stands(&patterns[i], p, n)) {
            *code = patterns[i].code;
            if (*code == NULL)
                return SNIFF_ACTIVE;
        }
    return *code != NULL ? SNIFF_FINE : sniff_text(code, p, n);
}

enum sniff_verdict sniff_head(const uint8_t *p, size_t n)
{
    const char *code = NULL;
    return by_head(&code, p, n < SNIFF_HEAD ? n : SNIFF_HEAD);
}

enum sniff_verdict sniff(const struct file_type **type, const struct sniff_file *f,
                         uint64_t unpacked)
{
    uint8_t head[SNIFF_HEAD];
    const char *code = NULL;
    size_t want = f->size < SNIFF_HEAD ? (size_t)f->size : SNIFF_HEAD;
    size_t n = f->read(f->arg, 0, head, want);
    enum sniff_verdict v = by_head(&code, head, n);
    if (v == SNIFF_FINE && strcmp(code, "zip") == 0)
        v = sniff_zip(&code, f, unpacked);
    if (v == SNIFF_FINE)
        *type = file_type_of(code);
    return v;
}
