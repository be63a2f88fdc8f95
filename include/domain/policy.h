/**
 * @file
 * Who may do what: one table, default deny.
 * Thread: pure.
 */
#ifndef DOMAIN_POLICY_H
#define DOMAIN_POLICY_H

#include <stdbool.h>

enum role {
    ROLE_NOBODY,
    ROLE_ADMIN,
    ROLE_MANAGER,
    ROLE_EXPERT,
    ROLE_SUPERVISOR,
    ROLE_DISPATCHER,
    ROLE_AUDITOR,
    ROLE_CUSTOMER,
    ROLE_DESIGNER,
    ROLE_CONTRACTOR,
    ROLE_N,
};

/** How the caller stands to the thing acted on. */
enum relation {
    REL_NONE,
    REL_OWN,      /**< Hosts the meeting, or manages its project. */
    REL_ASSIGNED, /**< Came in as an expert or supervisor of this meeting. */
    REL_INVITED,  /**< Guest of this meeting, invitation valid. */
};

enum action {
    ACT_ANYBODY = 1, /**< Doors: sign in, look at and redeem an invitation. */
    ACT_SELF,        /**< Signed in at all. */
    ACT_PROJECT_READ,
    ACT_PROJECT_EDIT,
    ACT_MEETING_SCHEDULE,
    ACT_MEETING_READ,
    ACT_JOIN,
    ACT_ADMIT,  /**< Admit, mute, remove, end. */
    ACT_RECORD, /**< Start and stop recording. */
    ACT_REPLAY,
    ACT_TAKE_OVER, /**< Become host when the host is gone. */
    ACT_N,
};

bool policy_allows(enum role role, enum relation rel, enum action act);

/** "manager" and so on; ROLE_NOBODY for an unknown word. */
enum role role_from_text(const char *text);
const char *role_text(enum role r);
bool role_is_guest(enum role r);

#endif
