/** @file
 * Blocking HTTP, one connection per thread, or a new one each time. */
#ifndef RTCLOAD_HTTP_H
#define RTCLOAD_HTTP_H

#include <stdbool.h>
#include <stddef.h>

struct http_reply {
    long status;
    size_t len;
    char *body;                     /**< malloc'd, NUL-terminated. */
    char location[1024], etag[256]; /**< Location is made absolute. */
};

struct http_request {
    const char *method, *url;
    const char *type, *body; /**< May be NULL. */
    const char *if_match;    /**< May be NULL. */
};

/** @param fresh  A new connection, and TLS handshake, for each request. */
void http_init(const char *bearer_token, bool insecure, bool fresh);
/** False: no answer; @p why says so. */
bool http_call(const struct http_request *q, struct http_reply *r, char *why, size_t cap);

#endif
