/**
 * @file
 * How people are reached: telephone numbers and mail addresses as they are kept, and the one way in
 * which a number is shown to those who may not see it whole. Thread: pure.
 */
#ifndef DOMAIN_CONTACTS_H
#define DOMAIN_CONTACTS_H

#include <stdbool.h>

enum {
    PHONE_LEN = 20,       /**< Bytes: at most a plus and 15 digits (E.164), the rest is room. */
    PHONE_TYPED_LEN = 40, /**< As it may be typed, with blanks and signs. */
    MAIL_LEN = 254,       /**< RFC 5321, 4.5.3.1.3: a path without its angle brackets. */
};

/**
 * A number as typed becomes digits, with a plus in front when it was there: blanks, hyphens, dots
 * and brackets go, and so does +86 or 0086 before a mainland mobile number. "" stays "".
 * @return false when it is no number of 5 to 15 digits; @p out is untouched.
 */
bool phone_take(char out[PHONE_LEN + 1], const char *typed);

/**
 * For everybody but the host of the person's meeting: 13812345678 is shown as 138****5678. Four
 * digits or more are hidden, and at least half of a number shorter than eight.
 */
void phone_mask(char out[PHONE_LEN + 1], const char *phone);

/** One mailbox of RFC 5321 in its usual form (dot-string at domain), nothing a header or an SMTP
 * command could be broken by. "" is none. */
bool mail_is(const char *text);

#endif
