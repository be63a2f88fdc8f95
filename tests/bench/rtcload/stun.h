/** @file
 * STUN binding messages as ICE uses them (RFC 8489, RFC 8445). Written for the generator and not
 * taken from the server: an instrument that shares its subject's errors does not see them. */
#ifndef RTCLOAD_STUN_H
#define RTCLOAD_STUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/addr.h"

enum { STUN_REQUEST = 0x0001, STUN_SUCCESS = 0x0101, STUN_ERROR = 0x0111, STUN_ROOM = 600 };

struct stun_msg {
    uint16_t type;
    const uint8_t *tid; /**< 12 bytes. */
    int error;          /**< ERROR-CODE, or 0. */
    bool use_candidate;
    size_t integrity_at; /**< Offset of MESSAGE-INTEGRITY; 0: absent. */
};

struct stun_check { /**< What a binding request says. */
    const uint8_t *tid;
    const char *username, *password;
    uint32_t priority;
    uint64_t tie_breaker;
    bool controlling, nominate;
};

/** False when malformed or its FINGERPRINT is wrong. */
bool stun_parse(const uint8_t *p, size_t n, struct stun_msg *m);
bool stun_verify(const uint8_t *p, const struct stun_msg *m, const char *password);
/** @param out  STUN_ROOM bytes. @return the length. */
size_t stun_request(uint8_t *out, const struct stun_check *c);
size_t stun_success(uint8_t *out, const uint8_t *tid, const struct addr *from,
                    const char *password);

#endif
