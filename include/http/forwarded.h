/**
 * @file
 * Who is behind a reverse proxy: X-Forwarded-For, believed only from proxies that are named.
 * Thread: pure.
 */
#ifndef HTTP_FORWARDED_H
#define HTTP_FORWARDED_H

#include <stdbool.h>
#include <stddef.h>

enum { FORWARDED_CLIENT_MAX = 64 };

/** @p address is in @p list: numeric addresses with commas or spaces between. An IPv4 address and
 * its form within IPv6 are the same. */
bool forwarded_trusts(const char *list, const char *address);

/**
 * The client as the proxies tell it: the last address that is not a trusted proxy itself, since
 * each proxy adds on the right whom it has seen, and what stands further left anybody may have
 * written.
 * @param peer    Who is connected.
 * @param header  The header's text, @p len bytes; all its lines with commas between.
 * @param out     @p peer when it is not trusted, or when the header is empty or no list of
 * addresses.
 */
void forwarded_client(char out[FORWARDED_CLIENT_MAX], const char *trusted, const char *peer,
                      const char *header, size_t len);

#endif
