/** @file
 * Who waits to be let in, as REST may tell it: a copy of the live meetings that other threads read.
 * Thread: lobby_tick() on the control thread, lobby_read() on any. */
#ifndef LOBBY_PRIV_H
#define LOBBY_PRIV_H

#include "api_priv.h"

struct lobby;

enum { LOBBY_MAX = 200 }; /**< Meetings with somebody in the waiting room; more are not told. */

struct lobby_meeting {
    unsigned waiting, people; /**< In the waiting room, in the meeting. */
    char meeting[PUBLIC_ID_LEN + 1];
    char first[NAME_LEN + 1]; /**< Who has waited longest. */
    bool host_here;
};

MUST_USE enum err lobby_new(struct lobby **out);
void lobby_free(struct lobby *l);
/** About every 100 ms; copies once a second. */
void lobby_tick(struct lobby *board, const struct live *lives, uint64_t now);
/** @return how many of @p out are filled. */
size_t lobby_read(struct lobby *board, struct lobby_meeting out[LOBBY_MAX]);

#endif
