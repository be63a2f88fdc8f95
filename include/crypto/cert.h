/**
 * @file
 * The server's own TLS certificate, made at the first start. Start-up only.
 */
#ifndef CRYPTO_CERT_H
#define CRYPTO_CERT_H

#include <stddef.h>

#include "base/err.h"

/**
 * Make an ECDSA P-256 key (mode 0600) and a self-signed certificate for a year, unless both files
 * are there.
 * @param names  Comma-separated subjectAltName entries as OpenSSL writes them
 * ("DNS:localhost,IP:127.0.0.1").
 */
MUST_USE enum err cert_ensure(const char *cert_file, const char *key_file, const char *names);

#endif
