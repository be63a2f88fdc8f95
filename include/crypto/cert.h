/**
 * @file
 * The server's own TLS certificate, made at the first start. Start-up only.
 */
#ifndef CRYPTO_CERT_H
#define CRYPTO_CERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/**
 * Make an ECDSA P-256 key (mode 0600) and a self-signed certificate for a year, unless both files
 * are there.
 * @param names  Comma-separated subjectAltName entries as OpenSSL writes them
 * ("DNS:localhost,IP:127.0.0.1").
 */
MUST_USE enum err cert_ensure(const char *cert_file, const char *key_file, const char *names);

/** What a certificate says, for people who look after it. */
struct cert_facts {
    int64_t not_before, not_after; /**< Seconds since 1970. */
    bool key_matches, name_matches;
    bool self_signed;
    bool chain_known; /**< With the certificates behind it in the file, to one the system trusts. */
    char why[120];    /**< Why not. */
};
/** @param host  Name or numeric address that people use; "": not asked.
 * @return ERR_IO when certificate or key cannot be read as PEM. */
MUST_USE enum err cert_look(struct cert_facts *out, const char *cert_file, const char *key_file,
                            const char *host);

#endif
