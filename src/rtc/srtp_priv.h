/** @file
 * Between srtp.c and srtp_evp.c. */
#ifndef SRTP_PRIV_H
#define SRTP_PRIV_H

#include "base/err.h"

/** Put OpenSSL's AES-128-GCM, AES-128 counter mode and HMAC-SHA1 into libsrtp, which tests each. */
MUST_USE enum err srtp_evp_install(void);

#endif
