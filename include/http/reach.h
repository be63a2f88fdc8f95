/**
 * @file
 * Where an address leads: so that what administrators type in cannot make this server ask what only
 * it can reach. Thread: pure.
 */
#ifndef HTTP_REACH_H
#define HTTP_REACH_H

#include <sys/socket.h>

enum reach {
    REACH_PUBLIC,
    REACH_PRIVATE, /**< This machine, RFC 1918, RFC 4193, RFC 6598. */
    REACH_NEVER,   /**< Link-local, where clouds keep their secrets; multicast, broadcast, none; and
                      what is neither IPv4 nor IPv6. */
};

/** An IPv4 address within IPv6 (mapped, NAT64, 6to4) is looked at as what it is. */
enum reach reach_of(const struct sockaddr *a);

#endif
