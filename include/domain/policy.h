/**
 * @file
 * Who may do what: the table of docs/security.md, row by row, default deny. REST routes and
 * WebSocket messages name an action of it; nothing else decides about rights.
 * Thread: pure.
 */
#ifndef DOMAIN_POLICY_H
#define DOMAIN_POLICY_H

#include <stdbool.h>
#include <stddef.h>

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
    ROLE_DEVICE, /**< A camera or an encoder, by WHIP: may do nothing that people may. */
    ROLE_N,
};

/** How the caller stands to the thing acted on. */
enum relation {
    REL_NONE,
    REL_OWN,      /**< Hosts the meeting, or manages its project. */
    REL_ASSIGNED, /**< Came in as an expert or supervisor of this meeting. */
    REL_INVITED,  /**< Guest of this meeting, invitation valid. */
    REL_LINKED,   /**< Named by a project link that is valid. */
    REL_NAMED,    /**< Named as a signer. */
    REL_GRANTED,  /**< Holds a grant for this recording that has not run out. */
    REL_N,
};

enum action {
    /* Doors, which the table does not list. */
    ACT_ANYBODY = 1,  /**< Sign in, look at and redeem an invitation. */
    ACT_SESSION,      /**< Any session, also one that still owes something: see it, end it. */
    ACT_SELF,         /**< Signed in at all. */
    ACT_OWN_PASSWORD, /**< Change one's own password. */
    ACT_OWN_SECOND,   /**< Enrol a second factor of one's own. */
    /* The rows of the table; _READ is the part of a row that R stands for. */
    ACT_ACCOUNTS,
    ACT_ACCOUNTS_READ,
    ACT_PROJECT_EDIT,
    ACT_PROJECT_READ,
    ACT_MEETING_SCHEDULE,
    ACT_JOIN,
    ACT_ADMIT,  /**< Admit, mute, remove, end. */
    ACT_RECORD, /**< Start and stop recording. */
    ACT_DRAWING_UPLOAD,
    ACT_COMMENT_ANSWER,
    ACT_COMMENT_JUDGE,
    ACT_CARD_HAND_OUT,
    ACT_EVIDENCE_TAKE,
    ACT_DEFECT_ANSWER,
    ACT_TEMPLATE_EDIT,
    ACT_TEMPLATE_READ,
    ACT_LOOK_UP,
    ACT_DRAWING_READ,
    ACT_REPLAY,
    ACT_RECORDING_DELETE,
    ACT_MINUTES_DRAFT,
    ACT_MINUTES_PREVIEW,
    ACT_SIGN,
    ACT_EVIDENCE_PACKAGE,
    ACT_MINUTES_READ,
    ACT_AUDIT_READ,
    ACT_AUDIT_CHANGE,
    ACT_DEVICES, /**< Tokens of WHIP and WHEP. */
    ACT_METRICS,
    /* Rows of the second table. */
    ACT_MEETING_READ, /**< The page of a meeting, who was there. */
    ACT_VIEWS,        /**< Who has watched a recording. */
    ACT_TAKE_OVER,    /**< Become host when the host is gone. */
    ACT_VISITS,       /**< Which projects await their return visit. */
    ACT_LINK_READ,    /**< The project's page, as who came by its link sees it. */
    ACT_N,
};

bool policy_allows(enum role role, enum relation rel, enum action act);

/** True for an action that asks only who is calling, and of no row. */
bool policy_is_door(enum action act);

/** True for an action on one meeting: what a participant's token may reach at all. */
bool policy_is_of_meeting(enum action act);

/** @name The table as it is written, for the page that shows it and the test that compares. @{ */
size_t policy_rows(void);
const char *policy_row_text(size_t row);
/** @param column  0 to POLICY_COLUMNS - 1: admin, manager, expert, supervisor, guest, auditor,
 * nobody. @return the cell's words; "" is a refusal. */
const char *policy_cell_text(size_t row, size_t column);
/** No route of this row exists yet. */
bool policy_row_waits(size_t row);
/** The row of an action; policy_rows() for a door. */
size_t policy_row_of(enum action act);
/** Short name of an action, as "project_edit". */
const char *policy_action_name(enum action act);
/** @} */
enum { POLICY_COLUMNS = 7 };

/** "manager" and so on; ROLE_NOBODY for an unknown word. */
enum role role_from_text(const char *text);
const char *role_text(enum role r);
bool role_is_guest(enum role r);
/** Must have a second factor before anything else. */
bool role_needs_second(enum role r);

#endif
