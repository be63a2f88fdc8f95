/** @file
 * Between srtp.c and srtp_evp.c. */
#ifndef SRTP_PRIV_H
#define SRTP_PRIV_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/** Put OpenSSL's AES-128-GCM, AES-128 counter mode and HMAC-SHA1 into libsrtp, which tests each. */
MUST_USE enum err srtp_evp_install(void);

/** Put libipsec-mb's AES-128-GCM over it. False where there is none, or the processor cannot. */
bool srtp_mb_install(void);
/** Of this thread's next encryption: the plain text is read from here and not from the packet. */
extern _Thread_local const uint8_t *srtp_mb_source;

#endif
