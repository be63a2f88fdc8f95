/**
 * @file
 * A UDP or TCP address: IPv4 or IPv6 with port.
 * Thread: a value type.
 */
#ifndef NET_ADDR_H
#define NET_ADDR_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/err.h"

struct addr {
    union {
        struct sockaddr sa;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } u;
    socklen_t len; /**< 0: no address. */
};

enum { ADDR_TEXT_MAX = 64, ADDR_LOCAL_MAX = 16 };

/** @param text  A numeric address without port ("::", "192.0.2.1"). @return ERR_INVAL otherwise. */
MUST_USE enum err addr_parse(struct addr *out, const char *text, uint16_t port);

uint16_t addr_port(const struct addr *a);
void addr_set_port(struct addr *a, uint16_t port);
bool addr_is_v6(const struct addr *a);

/** Same family, address and port. */
bool addr_equal(const struct addr *a, const struct addr *b);
/** Same family and host, whatever the port. */
bool addr_same_host(const struct addr *a, const struct addr *b);
/** Spread over 32 bits; equal addresses hash alike. */
uint32_t addr_hash(const struct addr *a);

/** The address alone, as in SDP. */
void addr_host(char out[ADDR_TEXT_MAX], const struct addr *a);

/** This machine's addresses that a peer could reach: up, not link-local; loopback last. @return how
 * many. */
size_t addr_local(struct addr out[ADDR_LOCAL_MAX]);

#endif
