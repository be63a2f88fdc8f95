/** @file
 * The ID token of OpenID Connect: its parts, its key, its signature, its claims (OpenID Connect
 * Core 3.1.3.7; RFC 7519; RFC 7517). Pure: no clock, no network. */
#ifndef IDTOKEN_PRIV_H
#define IDTOKEN_PRIV_H

#include <jansson.h>
#include <stdint.h>

#include "base/err.h"

enum { SUBJECT_LEN = 255, IDTOKEN_MAX = 16384, JWKS_KEYS_MAX = 64, IDTOKEN_SKEW_S = 120 };

/** What is wrong, in the order in which it is looked at. */
enum idtoken_fault {
    IDTOKEN_FINE,
    IDTOKEN_FORM, /**< Not three parts of base64url with JSON in them, or over a limit. */
    IDTOKEN_ALG,  /**< Neither RS256 nor ES256: "none" too. */
    IDTOKEN_KEY,  /**< Signed by a key that the provider does not have. */
    IDTOKEN_SIGNATURE,
    IDTOKEN_ISSUER,
    IDTOKEN_AUDIENCE,
    IDTOKEN_TIME, /**< Run out, or not yet. */
    IDTOKEN_NONCE,
    IDTOKEN_SUBJECT,
};

struct idtoken_want {
    const char *issuer, *client, *nonce;
    int64_t now_s; /**< UTC. */
};

/** @param subject  Filled when it is fine. */
enum idtoken_fault idtoken_check(char subject[SUBJECT_LEN + 1], const char *token,
                                 const json_t *jwks, const struct idtoken_want *want);
const char *idtoken_fault_text(enum idtoken_fault f);

#endif
