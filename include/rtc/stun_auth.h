/**
 * @file
 * STUN messages proved and written (RFC 8489 14.5 to 14.7, RFC 8445 7.3).
 * Thread: pure functions.
 */
#ifndef RTC_STUN_AUTH_H
#define RTC_STUN_AUTH_H

#include "net/addr.h"
#include "rtc/stun.h"

enum { STUN_ANSWER_MAX = 128, STUN_BINDING = 1 };

enum stun_error {
    STUN_BAD_REQUEST = 400,
    STUN_UNAUTHENTICATED = 401,
    STUN_UNKNOWN_ATTRIBUTE = 420,
    STUN_ROLE_CONFLICT = 487,
};

/**
 * True when MESSAGE-INTEGRITY is right for @p pwd (short-term credential) and FINGERPRINT, when
 * there is one, too.
 * @param buf  The datagram that @p m was parsed from.
 */
bool stun_auth(const struct stun_msg *m, const uint8_t *buf, const char *pwd);

/**
 * The local fragment of a Binding request's USERNAME ("local:remote"), unproved: only to find whose
 * it is.
 * @return its length, or 0 when there is none or it does not fit @p cap with a NUL.
 */
size_t stun_local_ufrag(char *out, size_t cap, const struct stun_msg *m);

/** Success answer with XOR-MAPPED-ADDRESS, integrity and fingerprint. @return bytes, 0 on failure.
 */
size_t stun_success(uint8_t out[STUN_ANSWER_MAX], const uint8_t tid[STUN_TID_LEN],
                    const struct addr *mapped, const char *pwd);

/**
 * Error answer; a 420 lists the types that the request has and we do not know.
 * @param pwd  NULL: without MESSAGE-INTEGRITY, as 400 and 401 are (RFC 8489 9.1.3).
 */
size_t stun_failure(uint8_t out[STUN_ANSWER_MAX], const struct stun_msg *request,
                    enum stun_error code, const char *pwd);

/** A controlling agent's connectivity check; for clients (tests and measuring instruments). */
size_t stun_check(uint8_t out[STUN_ANSWER_MAX], const char *username, const char *pwd,
                  bool nominate);

#endif
