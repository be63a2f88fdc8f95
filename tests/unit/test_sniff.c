/* domain/sniff: kinds by their bytes, archives by their list of contents, refusals. */
#include <stdlib.h>
#include <string.h>

#include "domain/sniff.h"
#include "t.h"

struct memory {
    const uint8_t *p;
    size_t n;
};

static size_t read_at(void *arg, uint64_t at, void *p, size_t n)
{
    const struct memory *m = (const struct memory *)arg;
    if (at >= m->n)
        return 0;
    size_t k = n < m->n - at ? n : m->n - (size_t)at;
    memcpy(p, m->p + at, k);
    return k;
}

static enum sniff_verdict look(const char **code, const void *p, size_t n, uint64_t unpacked)
{
    const struct file_type *type = NULL;
    uint8_t *copy = (uint8_t *)malloc(n > 0 ? n : 1);
    if (copy == NULL)
        abort();
    memcpy(copy, p, n);
    struct memory m = {copy, n};
    struct sniff_file f = {.size = n, .read = read_at, .arg = &m};
    enum sniff_verdict v = sniff(&type, &f, unpacked);
    *code = v == SNIFF_FINE ? type->code : "";
    free(copy);
    return v;
}

#define S(text) text, sizeof(text) - 1

static void heads(void)
{
    static const struct {
        const char *bytes;
        size_t n;
        enum sniff_verdict want;
        const char *code;
    } rows[] = {
        {S("%PDF-1.7\n%\xe2\xe3"), SNIFF_FINE, "pdf"},
        {S("\xef\xbb\xbf\n %PDF-1.4"), SNIFF_FINE, "pdf"},
        {S("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), SNIFF_FINE, "png"},
        {S("\xff\xd8\xff\xe1\0\x10"
           "Exif"),
         SNIFF_FINE, "jpeg"},
        {S("GIF89a\1\0"), SNIFF_FINE, "gif"},
        {S("RIFF\x10\0\0\0WEBPVP8 "), SNIFF_FINE, "webp"},
        {S("II*\0\x08\0\0\0"), SNIFF_FINE, "tiff"},
        {S("MM\0*\0\0\0\x08"), SNIFF_FINE, "tiff"},
        {S("BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"), SNIFF_FINE, "bmp"},
        {S("\0\0\0\x18"
           "ftypheic\0\0\0\0"),
         SNIFF_FINE, "heic"},
        {S("\0\0\0\x18"
           "ftypisom\0\0\2\0"),
         SNIFF_FINE, "mp4"},
        {S("\0\0\0\x14"
           "ftypqt  \0\0\2\0"),
         SNIFF_FINE, "mov"},
        {S("\x1a\x45\xdf\xa3\x01\0"), SNIFF_FINE, "webm"},
        {S("AC1032\0\0\0"), SNIFF_FINE, "dwg"},
        {S("AutoCAD Binary DXF\r\n\x1a\0\0SECTION"), SNIFF_FINE, "dxf"},
        {S("  0\r\nSECTION\r\n  2\r\nHEADER\r\n"), SNIFF_FINE, "dxf"},
        {S("999\nmade by a program\n0\nSECTION\n2\nHEADER\n"), SNIFF_FINE, "dxf"},
        {S("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0"), SNIFF_FINE, "office"},
        {S("Rar!\x1a\x07\x01\0"), SNIFF_FINE, "rar"},
        {S("7z\xbc\xaf\x27\x1c\0\4"), SNIFF_FINE, "7z"},
        {S("name,kVA\r\nplant,3200\r\n"), SNIFF_FINE, "text"},
        {S("\xef\xbb\xbf\xe5\x90\x8d,kVA\n"), SNIFF_FINE, "text"}, /* UTF-8 with its mark */
        {S("\xc3\xfb\xb3\xc6,kVA\n"), SNIFF_FINE, "text"},         /* GB18030 */
        {S("\xff\xfeN\0a\0m\0e\0"), SNIFF_FINE, "text"},           /* UTF-16 */
        {S("0.4 kV"), SNIFF_FINE, "text"},
        {S(""), SNIFF_EMPTY, ""},
        {S("MZ\x90\0\3\0"), SNIFF_ACTIVE, ""},
        {S("\x7f"
           "ELF\2\1\1"),
         SNIFF_ACTIVE, ""},
        {S("#!/bin/sh\nrm -rf /\n"), SNIFF_ACTIVE, ""},
        {S("\xca\xfe\xba\xbe\0\0\0\x34"), SNIFF_ACTIVE, ""},
        {S("<!DOCTYPE html><p>"), SNIFF_ACTIVE, ""},
        {S("\n\t <svg xmlns='http://www.w3.org/2000/svg'>"), SNIFF_ACTIVE, ""},
        {S("\xef\xbb\xbf<?xml version='1.0'?><svg/>"), SNIFF_ACTIVE, ""},
        {S("\xff\xfe<\0s\0v\0g\0"), SNIFF_ACTIVE, ""},
        {S("\xfe\xff\0<\0s\0v\0g"), SNIFF_ACTIVE, ""},
        {S("a,b\n1,<ScRiPt>alert(1)</script>\n"), SNIFF_ACTIVE, ""},
        {S("\0\1\2\3\4\5\6\7"), SNIFF_UNKNOWN, ""},
        {S("text\0with a zero"), SNIFF_UNKNOWN, ""},
        {S("\x80\x81\x82"), SNIFF_UNKNOWN, ""},
        {S("BM is how this begins"), SNIFF_FINE, "text"},
        {S("PK\3\4 and no more"), SNIFF_BROKEN, ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *code = "";
        enum sniff_verdict v = look(&code, rows[i].bytes, rows[i].n, 1 << 30);
        if (v != rows[i].want || strcmp(code, rows[i].code) != 0)
            (void)fprintf(stderr, "row %zu is %s\n", i, code);
        T_EQ(v, rows[i].want);
        T_OK(strcmp(code, rows[i].code) == 0);
    }
}

/* A character that the first bytes cut in two is no reason to refuse a text. */
static void cut_in_two(void)
{
    char text[SNIFF_HEAD + 3];
    const char *code = "";
    memset(text, 'x', sizeof(text));
    memcpy(text + SNIFF_HEAD - 1, "\xe5\x90\x8d", 3);
    T_EQ(look(&code, text, SNIFF_HEAD + 2, 0), SNIFF_FINE);
    T_OK(strcmp(code, "text") == 0);
    text[SNIFF_HEAD - 1] = '\xff';
    T_EQ(look(&code, text, SNIFF_HEAD + 2, 0), SNIFF_UNKNOWN);
    T_EQ(sniff_head((const uint8_t *)"MZ", 2), SNIFF_ACTIVE);
    T_EQ(sniff_head((const uint8_t *)"%PDF-1.7", 8), SNIFF_FINE);
    T_OK(file_type_of("pdf") != NULL && file_type_of("svg") == NULL && file_type_of("") == NULL);
}

/* ---- archives: a local header each, then the list, then its end ------------------------------ */

static uint8_t zip[8192];
static size_t zip_n;

static void put(uint64_t v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        zip[zip_n++] = i < 8 ? (uint8_t)(v >> (8 * i)) : 0;
}

static void put_text(const char *text)
{
    memcpy(zip + zip_n, text, strlen(text));
    zip_n += strlen(text);
}

static void make(const char *const *names, uint32_t size, const char *comment)
{
    size_t n = 0;
    zip_n = 0;
    put(0x04034b50, 4);
    put(0, 26);
    size_t list = zip_n;
    for (; names[n] != NULL; n++) {
        put(0x02014b50, 4);
        put(0, 8);
        put(0, 8);
        put(0, 4);
        put(size, 4);
        put(strlen(names[n]), 2);
        put(0, 8);
        put(0, 8);
        put_text(names[n]);
    }
    size_t end = zip_n;
    put(0x06054b50, 4);
    put(0, 4);
    put(n, 2);
    put(n, 2);
    put(end - list, 4);
    put(list, 4);
    put(strlen(comment), 2);
    put_text(comment);
}

static void archives(void)
{
    static const struct {
        const char *names[5];
        enum sniff_verdict want;
        const char *code;
    } rows[] = {
        {{"[Content_Types].xml", "word/document.xml"}, SNIFF_FINE, "docx"},
        {{"xl/workbook.xml", "[Content_Types].xml"}, SNIFF_FINE, "xlsx"},
        {{"[Content_Types].xml", "ppt/presentation.xml"}, SNIFF_FINE, "pptx"},
        {{"word/notes.txt"}, SNIFF_FINE, "zip"},
        {{"OFD.xml", "Doc_0/Document.xml"}, SNIFF_FINE, "ofd"},
        {{"mimetype", "content.xml"}, SNIFF_FINE, "odf"},
        {{"a.dwg", "b.dwg"}, SNIFF_FINE, "zip"},
        {{NULL}, SNIFF_FINE, "zip"},
        {{"META-INF/MANIFEST.MF", "Main.class"}, SNIFF_ACTIVE, ""},
        {{"AndroidManifest.xml", "classes.dex"}, SNIFF_ACTIVE, ""},
    };
    const char *code = "";
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        make(rows[i].names, 10, i % 2 == 0 ? "" : "a comment");
        T_EQ(look(&code, zip, zip_n, 1000), rows[i].want);
        T_OK(strcmp(code, rows[i].code) == 0);
    }
    make(rows[6].names, 500, "");
    T_EQ(look(&code, zip, zip_n, 1000), SNIFF_FINE);
    make(rows[6].names, 501, "");
    T_EQ(look(&code, zip, zip_n, 1000), SNIFF_SWOLLEN);
    make(rows[6].names, UINT32_MAX, ""); /* two of them: the sum has more than 32 bits */
    T_EQ(look(&code, zip, zip_n, 1000), SNIFF_SWOLLEN);
    make(rows[0].names, 1, "");
    for (size_t n = 4; n < zip_n; n++)
        T_EQ(look(&code, zip, n, 1000), SNIFF_BROKEN);
    zip[30] ^= 1; /* the first entry of the list */
    T_EQ(look(&code, zip, zip_n, 1000), SNIFF_BROKEN);
}

int main(void)
{
    heads();
    cut_in_two();
    archives();
    return t_done("sniff");
}
