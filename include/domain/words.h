/**
 * @file
 * What logins and passwords may be. Thread: pure.
 */
#ifndef DOMAIN_WORDS_H
#define DOMAIN_WORDS_H

enum {
    PASSWORD_CHARS_MIN = 10, /**< Characters, not bytes. */
    ONE_TIME_LEN = 19,       /**< Four groups of four characters of base 32: 80 bits. */
};

/** @return NULL when it may be used, else what is wrong, in one line. */
const char *login_refused(const char *login);
/** @return NULL when it may be used, else what is wrong, in one line. */
const char *password_refused(const char *password, const char *login);
/** A password to be given to somebody, good for once. */
void password_make(char out[ONE_TIME_LEN + 1]);

#endif
