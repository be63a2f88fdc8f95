/**
 * @file
 * ICE-TCP passive (RFC 6544): one port; the first framed STUN request names the worker by its
 * fragment. A thread of its own, which holds a connection only until that frame has come.
 */
#ifndef SFU_ACCEPTOR_H
#define SFU_ACCEPTOR_H

#include "base/err.h"
#include "net/addr.h"

struct acceptor;
struct worker;

/** @param workers  Borrowed, @p n_workers of them, for the acceptor's life. */
MUST_USE enum err acceptor_new(struct acceptor **out, const struct addr *listen, unsigned n_listen,
                               struct worker *const *workers, unsigned n_workers);
/** Stops and joins. Takes NULL. */
void acceptor_free(struct acceptor *a);

#endif
