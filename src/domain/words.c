/* Length beats rules about characters: only what is no password at all is refused. */
#include "domain/words.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "crypto/random.h"
#include "crypto/totp.h"
#include "domain/people.h"

const char *login_refused(const char *login)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-@";
    size_t n = strlen(login);
    if (n < 2 || n > LOGIN_LEN)
        return "login: has 2 to 64 characters";
    return strspn(login, allowed) == n ? NULL : "login: takes letters, digits and . _ - @";
}

const char *password_refused(const char *password, const char *login)
{
    const char once[] = {password[0], '\0'};
    size_t chars = 0;
    for (const char *p = password; *p != '\0'; p++)
        chars += ((unsigned char)*p & 0xc0u) != 0x80u;
    if (chars < PASSWORD_CHARS_MIN)
        return "password: has 10 characters or more";
    if (strspn(password, once) == strlen(password))
        return "password: is one character again and again";
    if (strlen(login) >= 4 && strcasestr(password, login) != NULL)
        return "password: contains the login";
    return NULL;
}

void password_make(char out[ONE_TIME_LEN + 1])
{
    uint8_t bytes[10];
    char text[17];
    random_bytes(bytes, sizeof(bytes));
    base32_text(text, bytes, sizeof(bytes));
    (void)snprintf(out, ONE_TIME_LEN + 1, "%.4s-%.4s-%.4s-%.4s", text, text + 4, text + 8,
                   text + 12);
}
