/** @file
 * The command line, from one table. */
#ifndef RTCLOAD_OPTIONS_H
#define RTCLOAD_OPTIONS_H

#include <stdbool.h>
#include <sys/types.h>

#include "net/addr.h"
#include "source.h"

enum { PIDS_MAX = 16 };

struct options {
    const char *signalling; /**< "janus" or "whip". */
    const char *janus_url;
    const char *whip_url, *whep_url, *token; /**< {room}, {pub} and {sub} are replaced. */
    const char *srtp;                        /**< OpenSSL's use_srtp list. */
    const char *local, *capture, *server_pids;
    bool insecure, fresh, trickle, mesh, lazy;
    int rooms, publishers, subscribers; /**< Per room. */
    int decrypt_every, workers, setup_jobs, tick_us;
    int drop_every, withhold_every; /**< One packet in so many; 0: none. */
    double warmup_s, duration_s, timeout_s;
    struct media_config media;

    struct addr local_addr; /**< Of local. */
    pid_t pids[PIDS_MAX];   /**< Of server_pids. */
    int n_pids;
};
extern struct options opt;

/** Ends the process on what it cannot read. */
void options_parse(int argc, char **argv);

#endif
