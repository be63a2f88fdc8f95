/**
 * @file
 * What a file is, by its bytes and never by its name: the kinds that may be uploaded, and those
 * that are refused by name. Looked at are the first bytes and, of a ZIP archive, its list of
 * contents (APPNOTE 4.3.12); nothing is unpacked. Thread: pure.
 */
#ifndef DOMAIN_SNIFF_H
#define DOMAIN_SNIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SNIFF_HEAD = 4096,     /**< First bytes that are looked at. */
    SNIFF_LIST = 1 << 20,  /**< Of an archive's list of contents, at the most. */
    SNIFF_TAIL = 66 << 10, /**< Where the end of an archive is looked for. */
};

/** A row of the table. */
struct file_type {
    const char *code;  /**< "pdf"; "" ends the table. */
    const char *media; /**< "application/pdf" */
    const char *end;   /**< Of a name that has none: ".pdf" */
};

/** A file of @p size bytes, read by @p read: bytes from @p at into @p p, as many as there are of @p
 * n. */
struct sniff_file {
    uint64_t size;
    size_t (*read)(void *arg, uint64_t at, void *p, size_t n);
    void *arg;
};

enum sniff_verdict {
    SNIFF_FINE,
    SNIFF_UNKNOWN, /**< None of the kinds that may be uploaded. */
    SNIFF_ACTIVE,  /**< A page, a script or a program: what runs when it is opened. */
    SNIFF_BROKEN,  /**< Begins as a known kind, and is not whole. */
    SNIFF_EMPTY,
    SNIFF_SWOLLEN, /**< An archive that unpacks to more than is allowed. */
};

/**
 * @param type      Of SNIFF_FINE; a row of the table.
 * @param unpacked  Most bytes that an archive may say it holds.
 */
enum sniff_verdict sniff(const struct file_type **type, const struct sniff_file *f,
                         uint64_t unpacked);

/** The same by the first bytes alone: SNIFF_ACTIVE and SNIFF_UNKNOWN are certain, SNIFF_FINE is
 * not. @param n  At least SNIFF_HEAD, or all there is. */
enum sniff_verdict sniff_head(const uint8_t *p, size_t n);

/** All kinds; ends with an empty code. */
const struct file_type *file_types(void);
/** By its code; NULL: none. */
const struct file_type *file_type_of(const char *code);

#endif
