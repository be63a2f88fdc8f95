/** @file
 * The identity provider, as its discovery document says (OpenID Connect Discovery 1.0), and what is
 * asked of it. Fetch threads. */
#ifndef OIDC_PRIV_H
#define OIDC_PRIV_H

#include <stdint.h>

#include "base/conf.h"
#include "base/err.h"
#include "idtoken_priv.h"

enum { OIDC_URL_MAX = 2048, OIDC_CODE_MAX = 1024 };

struct oidc; /* any thread */
MUST_USE enum err oidc_new(struct oidc **out, const struct conf *conf, const char *public_url);
void oidc_free(struct oidc *o);

/** Where the browser goes (RFC 6749 4.1.1, RFC 7636 4.3). */
MUST_USE enum err oidc_authorise_url(struct oidc *o, char out[OIDC_URL_MAX], const char *state,
                                     const char *nonce, const char *verifier);
/**
 * The subject for whom this code was made (RFC 6749 4.1.3).
 * @param why  Filled when it is refused: for the log. ERR_AUTH: refused; ERR_IO: no answer.
 */
MUST_USE enum err oidc_subject(struct oidc *o, char subject[SUBJECT_LEN + 1], const char *code,
                               const char *verifier, const char *nonce, int64_t now_ms,
                               const char **why);

#endif
