/** @file
 * Live meetings in memory. Everything here belongs to the control thread, but for the work
 * functions of jobs. */
#ifndef API_PRIV_H
#define API_PRIV_H

#include <jansson.h>

#include "api/api.h"
#include "base/clock.h"
#include "base/map.h"
#include "domain/devices.h"
#include "domain/hooks.h"
#include "domain/links.h"
#include "domain/meetings.h"
#include "domain/sessions.h"
#include "domain/tokens.h"
#include "domain/views.h"
#include "post/notice.h"
#include "record/journal.h"
#include "rtc/nego.h"
#include "sfu/worker.h"

/** Into an array; what is too long is cut off. */
#define COPY(to, from) ((void)snprintf((to), sizeof(to), "%s", (from)))

enum {
    SLOTS_MAX = 48, /**< m-lines of one receiving connection. */
    SLOTS_STEP = 8,
    TRACKS_PER_PERSON = 8,
    DEVICES_MAX = 100,   /**< WHIP sessions of one meeting. */
    WATCHERS_MAX = 2000, /**< WHEP sessions of one meeting. */
    WHIP_ID_LEN = 32,
    KEY_LEN = 40,
    CHAT_LEN = 4000,
    REASON_LEN = 500,
    GONE_MS = 13000, /**< Nothing from a person, neither socket nor media: gone; seen by all within
                        15 s. */
    SOCKET_GONE_MS = 30000, /**< Media flows, but no socket for so long: gone. */
    HOST_GONE_MS = 10000,
    EMPTY_MS = 30000, /**< An empty room's recording is closed after this. */
};

enum source { SOURCE_CAMERA, SOURCE_MICROPHONE, SOURCE_SCREEN, SOURCE_N };
extern const char *const source_words[SOURCE_N + 1];

enum person_state { PERSON_NEW, PERSON_WAITING, PERSON_IN, PERSON_OUT };

struct conn;
struct desk;
struct oidc;
struct person;
struct whip;
struct live;

struct track {
    struct track *next; /* of the live meeting */
    struct person *person;
    uint32_t number;
    uint64_t producer;
    enum source source;
    struct media media;
    bool muted, paused_by_host;
};

struct slot {
    struct nego_slot sdp;
    struct track *track; /* NULL: free */
    uint64_t consumer;   /* 0: none at the worker */
    bool hidden;
    bool offered; /* as active, in the last offer */
};

/** One of a person's two connections. */
struct pc {
    uint64_t peer; /* 0: none */
    struct nego_local local;
    char remote_ufrag[ICE_UFRAG_MAX];
    uint8_t fingerprint[32];
    bool up, lost;
};

struct person {
    struct person *next;
    struct live *live;
    struct participant who;
    enum person_state state;
    struct conn *conn;   /* NULL: no socket */
    struct whip *device; /* came by WHIP: this is its session, which ends with the person */
    struct pc send, recv;
    struct slot *slots;
    size_t n_slots, slots_cap;
    uint32_t revision;
    bool offer_out, offer_dirty;
    uint64_t socket_lost_ns; /* 0: there */
    uint64_t heard_ns;       /* last word or pong on the socket that was lost */
    bool reconnecting;
    char quality[8];
    uint32_t rtt_ms, loss_permille;
    uint32_t said_rtt_ms, said_loss_permille; /* as the pages know them */
    uint64_t said_quality_ns;
    uint64_t member;
};

enum rec_state { REC_OFF, REC_STARTING, REC_ON, REC_STOPPED, REC_FAILED };

struct live {
    struct live *next;
    struct api *api;
    struct meeting m;
    uint64_t room;
    unsigned worker;
    struct addr udp[NEGO_CANDIDATES_MAX], tcp[NEGO_CANDIDATES_MAX]; /* by pc_local() */
    struct person *persons;
    struct track *tracks;
    uint32_t last_track;
    uint64_t speaker;               /* member */
    size_t watchers, watchers_said; /* displays by WHEP: now, and as the managers know it */
    uint64_t watchers_said_ns;
    json_t *chat;      /* list of chat messages */
    int64_t last_chat; /* number of the last of them */
    /* recording */
    enum rec_state rec;
    struct journal *journal;
    uint64_t journal_id;
    bool stopped_by_hand, ending, closing, end_after_close, start_after_close;
    char rec_by[NAME_LEN + 1], rec_reason[REASON_LEN + 1];
    int64_t rec_since_ms;
    double hours_left;
    uint64_t last_end_ns; /* wall, of the last durable segment before this process */
    bool resume;          /* it was on when the process before ended */
    uint64_t empty_since_ns;
};

struct conn {
    struct conn *next;
    struct api *api;
    struct ws *ws; /* NULL: closed */
    struct person *person;
    unsigned pending; /* jobs that know it */
    bool helloed;
    uint64_t opened_ns;
    char client[64];
    json_int_t hello_id;
};

/* ---- attempts: guessing is slow
 * ------------------------------------------------------------------------------------------- */

enum attempt {
    ATTEMPT_ACCOUNT, /* strangers everywhere, at one login */
    ATTEMPT_ADDRESS,
    ATTEMPT_INVITATION,
    ATTEMPT_PAIR,    /* one network at one login */
    ATTEMPT_BROWSER, /* one that has signed in before */
    ATTEMPT_CODE,    /* the second factor, or the password once more */
};

struct attempts; /* any thread */
MUST_USE enum err attempts_new(struct attempts **out);
void attempts_free(struct attempts *a);
/** The key of ATTEMPT_PAIR. */
void attempts_pair(char *out, size_t cap, const char *login, const char *client);
/** Seconds until another attempt may be made; 0: now. @param key  a login, an address, a pair, a
 * cookie or an account's id. */
int attempts_wait_s(struct attempts *a, enum attempt kind, const char *key);
void attempts_failed(struct attempts *a, enum attempt kind, const char *key);

struct api {
    struct api_config cfg;
    struct attempts *attempts;
    struct oidc *oidc;
    struct desk *desk; /* uploads and documents */
    struct live *lives;
    struct conn *conns;
    struct map peers, producers, rooms, members, journals;
    struct whip *whips;
    struct map whip_ids, watchers; /* by their ids' first half; by their peers */
    uint64_t next_id;
    uint64_t next_space_ns;
    uint64_t trim_ns; /* when what handshakes have left is given back; 0: nothing is */
    uint64_t endings; /* of sessions and device tokens: who asked meanwhile is looked up again */
    bool stopping;
    struct job *again, **again_tail; /* records that were not written, in order */
    size_t n_again;
    struct health *health;
    struct lobby *lobby;
    int64_t refused; /* records that were given up: a receipt that saw one come is no receipt */
    uint64_t next_again_ns;
    struct status *status; /* pending answers */
    struct sdp *scratch;
    struct nego_send *answer;
    struct nego_recv *applied;
    char *text; /* NEGO_TEXT_MAX */
};

struct offer_tracks {
    size_t n;
    struct offer_track {
        char mid[MID_MAX];
        int source;
    } list[TRACKS_PER_PERSON];
};

/* ---- jobs: SQL on other threads ----------------------------------------------------------------
 */

struct job {
    struct task task; /* first */
    struct job *next; /* while it waits to be tried again */
    struct api *api;
    enum err (*work)(struct db *db, struct job *j);
    void (*after)(struct job *j); /* may be NULL */
    struct conn *conn;
    struct live *live;
    void (*told)(void *arg, enum err e); /* of a receipt */
    void *told_arg;
    int64_t meeting, participant, number, now_ms, id, at;
    uint64_t endings; /* api.endings when it was read */
    bool flag;
    json_int_t request;
    char word[32], word2[32], key[KEY_LEN + 1], name[NAME_LEN + 1];
    char text[REASON_LEN + 1];
    char token[TOKEN_LEN + 1], public_id[PUBLIC_ID_LEN + 1];
    char *json;         /* malloc'ed by jansson */
    struct request *rq; /* to be answered */
    struct device_token device;
    struct participant p;
    struct meeting m;
    struct recovered segment;
    /* read by hello */
    uint32_t last_track;
    uint64_t last_end_ns;
    char rec_state[16];
    json_t *chat;
    double hours;
};

struct job *job_new(struct api *a, enum err (*work)(struct db *, struct job *));
/** On the records thread. A full queue runs after() with ERR_BUSY. What has no after() is tried
 * again until it is written, and holds up its successors, so that the order of records is kept. */
void job_write(struct job *j);
/** Tries again what was not written. */
void store_again(struct api *a, uint64_t now);
/** Forgets what still waits, and says so. */
void store_drop(struct api *a);
/** Tells @p told when all that was asked of the records thread so far is durable; ERR_DB: some is
 * not. */
void store_receipt(struct api *a, void (*told)(void *arg, enum err e), void *arg);
/** On a task thread. */
void job_read(struct job *j);

/* whip_ice.c */
/** The configured servers as RTCIceServer, with credentials that are good for a day. */
json_t *json_ice_servers(const struct conf *c, int64_t now_ms);

/* store.c */
void store_event(struct live *l, struct person *p, const char *type, json_t *body);
void store_person_state(struct person *p, const char *state, int attendance);
void store_recording(struct live *l, const char *state, const char *by, const char *reason);
void store_segment(struct live *l, const struct journal_event *e);
void store_track(struct live *l, const struct track *t, bool end);
void store_meeting_state(struct live *l, const char *state);
void store_host(struct person *p);
void store_muted(const struct person *p);
void store_audit(struct api *a, const char *who, const char *what, const char *object,
                 const char *client);
enum err read_hello(struct db *db, struct job *j);
enum err write_chat(struct db *db, struct job *j);

/* room.c */
struct live *live_get(struct api *a, const struct job *j);
struct live *live_find(struct api *a, const char *public_id);
struct live *live_by_room(struct api *a, uint64_t room);
struct person *person_find(struct live *l, const char *id);
struct person *person_add(struct live *l, const struct participant *who);
void person_enter(struct person *p);
void person_out(struct person *p, const char *state, const char *reason);
void person_drop_socket(struct person *p);
size_t live_count_in(const struct live *l);
bool live_host_here(const struct live *l);
/** The end in two steps: what is put on record, then what people and the recording are told. */
void live_end_record(struct live *l, const char *by);
void live_end_people(struct live *l, const char *by);
void live_end(struct live *l, const char *by);
/** Sends away who waits for a meeting that was cancelled, and who came in meanwhile. */
void live_cancel(struct live *l, const char *by, const char *reason);
void live_free(struct live *l);
void live_tick(struct live *l, uint64_t now);

/* say.c: messages out */
void say(struct person *p, json_t *o);
void say_conn(struct conn *c, json_t *o);
void say_ok(struct conn *c, json_int_t id, json_t *extra);
void say_error(struct conn *c, json_int_t id, const char *code, const char *message);
void say_all(struct live *l, json_t *o, const struct person *but);
void say_managers(struct live *l, json_t *o);
json_t *json_person(const struct person *p);
json_t *json_track(const struct track *t);
json_t *json_recording(const struct live *l);
json_t *json_rights(const struct person *p);
/** Tells those who may admit that @p p asks to come in. */
void say_waiting(const struct person *p);
void say_snapshot(struct person *p);
/** Tells who waits whether anybody is there who could admit them. */
void say_lobby(struct person *p);
void say_lobbies(struct live *l);
void say_person(struct person *p);
/** Tells those who may admit how many displays watch, when it has changed. */
void say_watchers(struct live *l, uint64_t now);

/* media.c */
void media_send_offer(struct person *p, json_int_t id, const char *sdp,
                      const struct offer_tracks *tracks);
void media_recv_answer(struct person *p, json_int_t id, const char *sdp, int64_t revision);
void media_recv_restart(struct person *p);
void media_refresh(struct person *p);
void media_refresh_all(struct live *l);
void media_close(struct person *p);
void media_mute(struct person *p, enum source s, bool on, bool by_host);
/** Muted by the host. */
bool media_paused(const struct person *p, enum source s);
void media_watch(struct person *p, const json_t *tracks);
void media_event(struct api *a, const struct worker_event *e);
void track_add(struct person *p, const struct media *m, enum source source);
void track_remove(struct track *t);

/* pc.c: connections, and orders to the worker */
struct worker *pc_worker(const struct live *l);
struct worker_cmd *pc_command(const struct live *l, enum worker_cmd_type type);
/** A command that needs no more than an id, of a peer, a producer or a consumer. */
void pc_post_id(struct live *l, enum worker_cmd_type type, uint64_t id, bool on);
void post_record(struct live *l, struct sink *s);
/** Our side of the next description. Its addresses are the meeting's, and live as long. */
void pc_local(struct live *l, struct nego_local *n);
void pc_credentials(struct live *l, struct nego_local *n);
/** @param owners  Where @p owner is found by the peer's id. @return false: no memory, and nothing
 * was opened. */
bool pc_open(struct live *l, struct pc *pc, const struct transport_params *params, uint64_t member,
             struct map *owners, void *owner);
/** @return false: no memory, and the connection is as it was. */
bool pc_ice(struct live *l, struct pc *pc, const struct transport_params *params);
void pc_close(struct live *l, struct pc *pc, struct map *owners);

/* whip.c, whip_session.c */
extern const struct route whip_routes[];
extern const size_t whip_routes_n;
/** News of a connection: of @p p, a device, or of a watcher (NULL). */
void whip_peer(struct api *a, struct person *p, const struct worker_event *e);
/** Who watches it waits until it comes back, for a while. */
void whip_track_removed(const struct track *t);
bool whip_waits(const struct live *l);
/** The person is gone, and the session with it. */
void whip_forget(struct whip *w);
/** Sends the watchers of a meeting away. */
void whip_end_watchers(struct live *l);
/** Ends what came in by tokens that this account made. */
void whip_account_ended(struct api *a, int64_t account);
void whip_tick(struct api *a, uint64_t now);
void whip_free_all(struct api *a);

/* recorder.c */
void recorder_consider(struct live *l);
void recorder_start(struct live *l, const char *by);
void recorder_stop(struct live *l, const char *by, const char *reason);
void recorder_end(struct live *l);
void recorder_shutdown(struct live *l);
void recorder_track(struct live *l, const struct track *t);
void recorder_track_end(struct live *l, const struct track *t);
/** From here on nothing of @p t comes, and that is no loss. */
void recorder_mute(struct live *l, const struct track *t);
void recorder_event(struct api *a, const struct journal_event *e);
void recorder_space(struct live *l);
void recording_dir(const struct api *a, const char *meeting, char out[CONF_TEXT + 80]);

/* signal.c */
void signal_hello_done(struct job *j);
void conn_release(struct conn *c);

/* Tables of routes. */
extern const struct route project_routes[], meeting_routes[], session_routes[], self_routes[],
    account_routes[], audit_routes[], oidc_routes[], recording_routes[], view_routes[],
    device_routes[], calendar_routes[], people_routes[], delivery_routes[], token_routes[],
    hook_routes[];
extern const size_t project_routes_n, meeting_routes_n, session_routes_n, self_routes_n,
    account_routes_n, audit_routes_n, oidc_routes_n, recording_routes_n, view_routes_n,
    device_routes_n, calendar_routes_n, people_routes_n, delivery_routes_n, token_routes_n,
    hook_routes_n;
/* Of the dashboards. */
extern const struct route pace_routes[], waiting_routes[], service_routes[], timeline_routes[];
extern const size_t pace_routes_n, waiting_routes_n, service_routes_n, timeline_routes_n;

/* caller.c */

/** Who calls a REST route: an account's session or a participant. */
struct caller {
    int64_t account; /* also of a participant who came in by one; 0: none */
    bool participant;
    enum role role;
    char name[NAME_LEN + 1];
    struct session s; /* id 0: none */
    struct participant p;
    struct api_token t;       /* id 0: none; else it acts for the account, within its scopes */
    struct link_session link; /* came by a project link; id 0: did not */
    int64_t view;             /* of a recording that this reading belongs to */
};
static inline const struct caller *caller_of(const struct request *rq)
{
    return (const struct caller *)rq->caller;
}
/** How the caller stands to a meeting; NONE when that cannot be told. */
enum relation caller_relation(struct request *rq, const struct meeting *m);
/** OWN: manages it; LINKED: came by a link of it. */
enum relation caller_project_relation(const struct caller *c, const struct project *p);
/** The meeting of the path, when the caller may do @p act with it. What one may not see does not
 * exist. */
enum err allowed_meeting(struct request *rq, struct meeting *m, enum action act);
json_t *json_meeting_page(const struct request *rq, const struct meeting *m);
json_t *json_recording_state(struct request *rq, int64_t meeting);
/** A whole number from 0 in the address; 0 when it is not there. False when it is none. */
bool query_number(const struct request *rq, const char *name, int64_t *out);
struct viewer viewer_of(const struct request *rq, const struct meeting *m);
/** index.json; NULL without one. */
json_t *recording_index(const struct api *a, const char *meeting);
/** Puts down what the caller did, in the transaction that does it. @param detail  "" for none. */
MUST_USE enum err audit_caller(struct request *rq, const char *what, const char *object,
                               const char *detail);
struct origin request_origin(const struct request *rq, const char *via);

/* tags.c */

/** The answer's ETag. */
void answer_tag(struct request *rq, int64_t version);
/**
 * Whether If-Match names this version. Else the answer is filled: ERR_INVAL, 428, the header is not
 * there; ERR_CONFLICT, 412, another version: the caller then adds tell_current().
 */
MUST_USE enum err match_version(struct request *rq, int64_t version);
/** With a 412: what there is now. Takes @p current over. */
void tell_current(struct request *rq, json_t *current);

/* rest_deliveries.c */

/** What notice_put() needs of the server. */
struct post request_post(const struct request *rq);

/* events.c */

/** Where and when an event is put into the outbox: in the transaction of the change. */
struct events {
    struct db *db;
    const uint8_t *secret; /* api_config.secret */
    const struct conf *conf;
    int64_t now_ms;
};
struct events request_events(const struct request *rq);
/** Who has subscribed is told of a project, or of a meeting. @param project  Public id. */
MUST_USE enum err event_of_project(const struct events *ev, enum hook_event event,
                                   const char *project);
MUST_USE enum err event_of_meeting(const struct events *ev, enum hook_event event,
                                   const char *meeting);
/** The event that what is put into the audit log is, if it is one. */
MUST_USE enum err event_of_audit(const struct events *ev, const char *what, const char *object);
/** @param h  With its secret. */
MUST_USE enum err event_ping(const struct events *ev, const struct hook *h);

/* endings.c */

/** An invitation has been taken back: who came in by it, or by @p account (0: none), is put out. */
void api_invitation_revoked(struct api *a, int64_t meeting, int64_t invitation, int64_t account);

/**
 * What this request ends is ended in the running meetings when it is durable: people who came in by
 * @p only of this account's sessions, or by any but @p but (0: by any).
 */
void sessions_ended(struct request *rq, int64_t account, int64_t only, int64_t but);
/** The account is disabled: all of its sessions, the tokens that it made for devices, and what came
 * in by either. Its sessions in the database are ended by the caller. */
MUST_USE enum err account_ended(struct request *rq, int64_t account);

/* rest_session.c, rest_self.c, rest_accounts.c: what they share */
struct in_code {
    char code[25];
};
extern const struct shape s_code;
json_t *json_account(const struct account *a);
json_t *json_account_full(const struct account *a);
/** Signed in: a session, its cookie, its line in the history, the answer. */
MUST_USE enum err session_begin(struct request *rq, const struct account *a, const char *via);
/** The caller's session goes on under another token. */
MUST_USE enum err session_renew(struct request *rq, const struct account *a);
/** Takes the time of a check for an account without a password too. Slow: not on the records
 * thread. */
bool password_is(const struct account *a, const char *password);
/** The caller's own password; ERR_INVAL, ERR_LIMIT with the answer filled. Slow: not on the records
 * thread. */
MUST_USE enum err check_own_password(struct request *rq, const char *password);
/** A page of one account's history of signing in. */
MUST_USE enum err answer_signins(struct request *rq, int64_t account);

#endif
