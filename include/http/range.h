/**
 * @file
 * The Range header (RFC 9110 14): one range of bytes. Thread: pure.
 */
#ifndef HTTP_RANGE_H
#define HTTP_RANGE_H

#include <stddef.h>
#include <stdint.h>

enum range_verdict {
    RANGE_WHOLE,  /**< No range, several, another unit or malformed: the whole file, 200. */
    RANGE_PART,   /**< 206 */
    RANGE_REFUSE, /**< Nothing of it exists: 416 */
};

/**
 * @param size   Of the file, in bytes.
 * @param first  First byte, on RANGE_PART. @param last  Last byte, included.
 */
enum range_verdict range_parse(const char *text, size_t len, uint64_t size, uint64_t *first,
                               uint64_t *last);

#endif
