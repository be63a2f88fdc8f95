/**
 * @file
 * Text files as spreadsheets write them, turned into UTF-8 and back: UTF-8 with and without byte
 * order mark, UTF-16 with one, GB18030 (which is GBK and GB 2312 too). By the C library's iconv.
 *
 * Thread: a converter belongs to one.
 */
#ifndef BASE_CHARSET_H
#define BASE_CHARSET_H

#include <iconv.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum charset { CHARSET_UTF8, CHARSET_GB18030, CHARSET_UTF16LE, CHARSET_UTF16BE, CHARSET_N };

/** "utf-8", "gb18030", "utf-16le", "utf-16be"; NULL-terminated. */
extern const char *const charset_words[CHARSET_N + 1];

/** Length of the mark at the beginning of @p data, and what it tells; 0 without one, @p out
 * untouched. */
size_t charset_mark(enum charset *out, const uint8_t *data, size_t len);

struct charset_reader {
    iconv_t cd;
    enum charset of;
    uint8_t rest[8]; /* of a character that the last piece has cut */
    size_t n_rest;
    uint64_t bad; /* places that were no text */
};

/** ERR_IO: the C library has no such converter here. */
MUST_USE enum err charset_open(struct charset_reader *r, enum charset of);
/** Takes one that was never opened, when it is zeroed. */
void charset_close(struct charset_reader *r);
/**
 * A piece of the file, without its mark. What is no text becomes U+FFFD and is counted in r->bad.
 * @param data  Used up whole, but for at most 7 bytes that are kept for the next call.
 * @param out   At least 3 * (@p len + 8) bytes. @return how many were written.
 */
size_t charset_read(struct charset_reader *r, const uint8_t *data, size_t len, char *out,
                    size_t cap);
/** The file is over: U+FFFD for a character that is cut off. As charset_read(). */
size_t charset_finish(struct charset_reader *r, char *out, size_t cap);

#endif
