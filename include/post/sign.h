/**
 * @file
 * The signature of what is posted to other programs: HMAC-SHA-256 over the second of the sending,
 * the id of the delivery and the body, with points between. docs/delivery.md shows how it is
 * checked. Thread: any.
 */
#ifndef POST_SIGN_H
#define POST_SIGN_H

#include <stdint.h>

#include "base/err.h"

enum { POST_SIGNATURE_LEN = 7 + 64 };

/** @param out  "sha256=" and 64 hexadecimal digits. @param at_s  Seconds since 1970. */
MUST_USE enum err post_sign(char out[POST_SIGNATURE_LEN + 1], const char *secret, int64_t at_s,
                            const char *delivery, const char *body);

#endif
