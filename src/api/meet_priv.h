/** @file
 * What the routes of meetings, invitations, attendance and project links share. */
#ifndef API_MEET_PRIV_H
#define API_MEET_PRIV_H

#include "api_priv.h"
#include "domain/links.h"
#include "post/notice.h"

enum { PEOPLE_MAX = 60, URL_MAX = CONF_TEXT + 80 };

/* ---- meeting_json.c ----------------------------------------------------------------------------
 */

/** "" or the digits, whole only where @p whole. */
json_t *json_phone(const char *phone, bool whole);
/** RFC 3339; null for 0. */
json_t *json_moment(int64_t ms);
json_t *json_meeting(const struct meeting *m);
json_t *json_meeting_line(const struct meeting_line *m);
/** {meetings, next} of one page; frees nothing of @p q. */
enum err answer_meetings(struct request *rq, const struct meeting_query *q);
/** All of one project, from ?cursor= on. */
enum err answer_meetings_of(struct request *rq, int64_t project);
/** The page of one meeting as this caller sees it, and its ETag. */
enum err answer_meeting(struct request *rq, const struct meeting *m);
/** The meeting's page for a problem's "current". */
json_t *json_meeting_whole(struct request *rq, const struct meeting *m);

/* ---- caller.c ----------------------------------------------------------------------------------
 */

/** How the caller stands to a meeting, and in which role. */
MUST_USE enum err caller_standing(struct request *rq, struct standing *out,
                                  const struct meeting *m);
/** The host of this meeting, whom its people's numbers are shown to. */
bool caller_hosts(const struct caller *c, const struct meeting *m);
/** The project of the path, when the caller manages it (@p act) or sees everything. */
MUST_USE enum err allowed_project(struct request *rq, struct project *p, enum action act);

/* ---- rest_invitations.c ------------------------------------------------------------------------
 */

/** A person as it is asked for: an account, or whoever gets the link. */
struct in_person {
    char account[PUBLIC_ID_LEN + 1];
    int role; /**< Of person_roles. */
    char name[NAME_LEN + 1], organisation[NAME_LEN + 1];
    char email[MAIL_LEN + 1], phone[PHONE_TYPED_LEN + 1];
    char expires_at[CLOCK_TEXT_MAX];
};
extern const char *const person_roles[]; /**< The first is "": not said. */
extern const struct shape s_person;
/**
 * Invites one person, with its audit row.
 * @param where  Before what is wrong with it in an error's text: "", or "participants, 3: ".
 * @param made   Filled: {id, name, role, account, url}; the link is shown this once.
 */
MUST_USE enum err invite(struct request *rq, const struct meeting *m, const struct in_person *in,
                         const char *where, json_t **made);
/** Takes and checks how a person is reached; else the error is filled. */
MUST_USE enum err take_contacts(struct request *rq, const char *where, const char *email,
                                const char *typed, char mail[MAIL_LEN + 1],
                                char phone[PHONE_LEN + 1]);
/** An end that somebody chose: "" leaves @p out; else it lies ahead. */
MUST_USE enum err take_expiry(struct request *rq, const char *where, const char *text,
                              int64_t *out);
/** The invitation of this secret and its meeting; who guesses has to wait. Fills the error. */
MUST_USE enum err find_invitation(struct request *rq, struct invitation *i, struct meeting *m,
                                  const char *secret);

/* ---- meeting_documents.c -----------------------------------------------------------------------
 */

enum { PAPERS_MAX = 50 };
struct in_paper {
    char document[PUBLIC_ID_LEN + 1];
};
extern const struct shape s_paper;
/** Links documents of its project to a meeting; 400 filled when one cannot be. */
MUST_USE enum err link_papers(struct request *rq, const struct meeting *m,
                              const struct in_paper *papers, size_t n);

/** 410 with what became of the meeting. */
enum err answer_over(struct request *rq, const struct meeting *m);

/* ---- tell.c ------------------------------------------------------------------------------------
 */

/** What is said of this invitation, but for link and reason. */
struct notice notice_of(enum notice_kind kind, const struct meeting *m, const struct invitation *i);
/** Tells one invited person, where there is a way. @param link  "": the one sent before stays good.
 */
MUST_USE enum err tell_invited(struct request *rq, const struct meeting *m,
                               const struct invitation *i, enum notice_kind kind, const char *link,
                               const char *reason);
/** Tells everybody whose invitation is good. */
MUST_USE enum err tell_all_invited(struct request *rq, const struct meeting *m,
                                   enum notice_kind kind, const char *reason);
MUST_USE enum err tell_linked(struct request *rq, const struct project *p,
                              const struct project_link *l, const char *url);

extern const struct route invitation_routes[], attendance_routes[], link_routes[], paper_routes[],
    ics_routes[];
extern const size_t invitation_routes_n, attendance_routes_n, link_routes_n, paper_routes_n,
    ics_routes_n;

#endif
