/**
 * @file
 * UDP in batches: recvmmsg in, sendmmsg with segmentation offload (UDP GSO) out. Answers leave from
 * the address that the question came to, on a machine with several too.
 * Thread: a struct belongs to one.
 */
#ifndef NET_UDP_H
#define NET_UDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "net/addr.h"

enum {
    UDP_BATCH = 64,
    UDP_PACKET = 1600,       /**< Room of one packet, in and out. */
    UDP_OUT_MSGS = 16,       /**< Trains that wait at most: their bytes are still in the cache. */
    UDP_OUT_BYTES = 1 << 20, /**< Of them together. */
};

/** Open and bind: non-blocking, large buffers, IPv6 only for IPv6. @p bound, when not NULL: the
 * real port. */
MUST_USE enum err udp_open(int *out, const struct addr *at, struct addr *bound);

struct udp_in;
MUST_USE enum err udp_in_new(struct udp_in **out);
void udp_in_free(struct udp_in *in);
/** Read what waits, at most UDP_BATCH datagrams; valid until the next call. @return how many. */
size_t udp_read(struct udp_in *in, int fd);
/**
 * Datagram @p i of the last read; its memory may be changed and has 64 bytes of room behind.
 * @param to  The local address that it came to, without port; length 0 when not known.
 */
uint8_t *udp_datagram(struct udp_in *in, size_t i, size_t *len, struct addr *from, struct addr *to);

/** Where a packet goes, and from where. */
struct udp_way {
    struct addr to;
    struct addr from; /**< Local address; length 0: the system chooses. Its port says nothing. */
    int fd;
};

struct udp_out;
/** @param gso  Trains to one receiver leave as one message where the kernel can. */
MUST_USE enum err udp_out_new(struct udp_out **out, bool gso);
void udp_out_free(struct udp_out *o);
/** Room for one packet of at most UDP_PACKET bytes; flushes when there is none left. */
uint8_t *udp_room(struct udp_out *o);
/** What is put from now on goes to @p way, which is copied. */
void udp_to(struct udp_out *o, const struct udp_way *way);
/**
 * The packet just written into udp_room() is @p len bytes. It joins the train before it when
 * receiver and size allow (equal segments, the last may be shorter).
 */
void udp_put(struct udp_out *o, size_t len);
/** Both, of one packet. */
static inline void udp_commit(struct udp_out *o, const struct udp_way *way, size_t len)
{
    udp_to(o, way);
    udp_put(o, len);
}
/** Send everything. What the kernel refuses is lost, as on a network. */
void udp_flush(struct udp_out *o);

#endif
