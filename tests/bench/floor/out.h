/** @file
 * The way out: a run of packets, rewritten and protected for each receiver, sent in trains. */
#ifndef FLOOR_OUT_H
#define FLOOR_OUT_H

#include "crypt.h"
#include "net/addr.h"

enum { RUN = 64, PACKET = 1536, SLOTS = 4, PEERS_MAX = 4096 };

struct out_options {
    int gso;   /**< A receiver's packets leave as one train. */
    int pad;   /**< Up to so many bytes of RTP padding make a run's sizes equal. */
    int chunk; /**< Receivers encrypted before each sendmmsg. */
};
extern struct out_options out_options;

struct tx { /**< A receiver: what the hot path touches, in one array. */
    struct crypt crypt;
    struct addr addr;
    bool up;
    uint32_t ssrc[SLOTS], shift[SLOTS]; /**< Its SSRC, and what is added to the number. */
} __attribute__((aligned(64)));

struct pkt { /**< A decrypted packet on its way out. */
    uint8_t *p;
    size_t len, head;
    unsigned slot;
    uint32_t index;
};

struct tx *out_init(int fd);                        /**< @return PEERS_MAX receivers. */
void out_open(struct tx *t, const struct addr *to); /**< Random SSRCs and shifts. */
/** To each receiver numbered in @p subs. */
void out_run(const uint32_t *subs, size_t n_subs, struct pkt *run, size_t n);
void out_flush(void);

#endif
