/**
 * @file
 * UDP in batches: recvmmsg in, sendmmsg with segmentation offload (UDP GSO) out.
 * Thread: a struct belongs to one.
 */
#ifndef NET_UDP_H
#define NET_UDP_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "net/addr.h"

enum { UDP_BATCH = 64, UDP_PACKET = 1600, UDP_OUT_BYTES = 1 << 20, UDP_OUT_MSGS = 256 };

/** Open and bind: non-blocking, large buffers, IPv6 only for IPv6. @p bound, when not NULL: the
 * real port. */
MUST_USE enum err udp_open(int *out, const struct addr *at, struct addr *bound);

struct udp_in;
MUST_USE enum err udp_in_new(struct udp_in **out);
void udp_in_free(struct udp_in *in);
/** Read what waits, at most UDP_BATCH datagrams; valid until the next call. @return how many. */
size_t udp_read(struct udp_in *in, int fd);
/** Datagram @p i of the last read; its memory may be changed and has 64 bytes of room behind. */
uint8_t *udp_datagram(struct udp_in *in, size_t i, size_t *len, struct addr *from);

struct udp_out;
MUST_USE enum err udp_out_new(struct udp_out **out);
void udp_out_free(struct udp_out *o);
/** Room for one packet of at most UDP_PACKET bytes; flushes when there is none left. */
uint8_t *udp_room(struct udp_out *o);
/**
 * The packet just written into udp_room() is @p len bytes for @p to by @p fd. It joins the train
 * before it when receiver and size allow (equal segments, the last may be shorter).
 */
void udp_commit(struct udp_out *o, int fd, const struct addr *to, size_t len);
/** Send everything. What the kernel refuses is lost, as on a network. */
void udp_flush(struct udp_out *o);

#endif
