/** @file
 * Sessions of WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep). Control thread. */
#ifndef WHIP_PRIV_H
#define WHIP_PRIV_H

#include "api_priv.h"
#include "rtc/sdpfrag.h"

enum {
    WHIP_ETAG_LEN = 16,
    WHIP_MEDIA_MAX = 2, /* one audio, one video */
    WHIP_CONNECT_S = 30,
    WHIP_WAITING_MAX = 500, /* sessions of a meeting that are not connected yet */
    WHIP_RETRY_S = 5,
    WHIP_WAIT_S = 30, /* for a publisher that has gone to come back */
};

/** A device that publishes, or a display that watches one. */
struct whip {
    struct whip *next;
    struct live *live;
    bool publishes, up;
    char id[WHIP_ID_LEN + 1], etag[WHIP_ETAG_LEN + 1], name[DEVICE_NAME_LEN + 1];
    struct device_token token;
    uint8_t secret[TOKEN_HASH_LEN];
    char client[64];
    uint64_t opened_ns;
    char mids[2 * MID_MAX]; /* of the bundle, the tagged one first */
    enum media_kind first_kind;
    /* publishes */
    struct person *person;
    size_t n_media;
    /* To become tracks when it is connected; of who watches, what each track is sent as. */
    struct media media[WHIP_MEDIA_MAX];
    /* watches */
    struct pc pc;                               /* used through whip_pc() */
    const struct track *tracks[WHIP_MEDIA_MAX]; /* NULL: it has gone */
    uint64_t consumers[WHIP_MEDIA_MAX];
    uint64_t waits_ns; /* since when its publisher has been gone; 0: it is there */
};

/** What a POST asks for, once its token has been found good. */
struct whip_offer {
    struct live *live;
    const struct device_token *token;
    const char *secret, *name, *client;
    const char *sdp;
    size_t len;
};

/** Why an offer is refused: the HTTP status and words for people. */
struct whip_refusal {
    int status;
    char why[SDP_WHY_MAX];
};

/**
 * Begin a session. The answer is in api.text afterwards.
 * @param p  The device's participant.
 * @return NULL: refused, see @p no.
 */
struct whip *whip_publish(const struct whip_offer *o, const struct participant *p,
                          struct whip_refusal *no);
struct whip *whip_watch(const struct whip_offer *o, struct whip_refusal *no);
/** Whether the description may be offered at all. @param o  Its live meeting may be NULL. */
bool whip_offer_fits(struct api *a, const struct whip_offer *o, bool sends,
                     struct whip_refusal *no);
/** Whether there is room for a publisher of this name, as far as can be said before there is a
 * participant. */
bool whip_may_publish(const struct whip_offer *o, struct whip_refusal *no);
struct whip *whip_find(const struct api *a, const char *id);
void whip_end(struct whip *w, const char *reason);

/** New credentials of the client's: its connection goes on with them. The fragment that says ours
 * is in api.text afterwards. @return false: nothing was changed. */
bool whip_restart(struct whip *w, const struct sdpfrag *theirs);
/** One Link header for each STUN and TURN server of the configuration (RFC 9725 4.6). */
void whip_say_ice_servers(struct request *rq, const struct conf *c);
/** Its connection. */
struct pc *whip_pc(struct whip *w);

#endif
