/* Telephone numbers and mail addresses. */
#include "domain/contacts.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { DIGITS_MIN = 5, DIGITS_MAX = 15, MOBILE = 11, HIDDEN_MIN = 4, SHOWN_MAX = 7 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Of the mainland: what everybody types without the country's code. */
static bool is_mobile(const char *digits)
{
    return strlen(digits) == MOBILE && digits[0] == '1' && digits[1] >= '3';
}

static const char *without_country(const char *text)
{
    if (strncmp(text, "+86", 3) == 0 && is_mobile(text + 3))
        return text + 3;
    if (strncmp(text, "0086", 4) == 0 && is_mobile(text + 4))
        return text + 4;
    return text;
}

bool phone_take(char out[PHONE_LEN + 1], const char *typed)
{
    char text[PHONE_LEN + 1] = "";
    size_t n = 0, digits = 0;
    for (const char *p = typed; *p != '\0'; p++) {
        bool plus = *p == '+' && n == 0;
        if (strchr(" -.()", *p) != NULL)
            continue;
        if ((!plus && !is_digit(*p)) || n == PHONE_LEN)
            return false;
        text[n++] = *p;
        digits += !plus;
    }
    text[n] = '\0';
    const char *kept = without_country(text);
    digits -= (size_t)(kept - text) - (kept != text && text[0] == '+');
    if (typed[0] != '\0' && (digits < DIGITS_MIN || digits > DIGITS_MAX))
        return false;
    memmove(out, kept, strlen(kept) + 1);
    return true;
}

void phone_mask(char out[PHONE_LEN + 1], const char *phone)
{
    size_t n = strnlen(phone, PHONE_LEN);
    size_t shown = n < (size_t)2 * HIDDEN_MIN ? n / 2 : n - HIDDEN_MIN;
    if (n < HIDDEN_MIN)
        shown = 0;
    if (shown > SHOWN_MAX)
        shown = SHOWN_MAX;
    size_t tail = (shown + 1) / 2, head = shown - tail;
    for (size_t i = 0; i < n; i++)
        if (i < head || i >= n - tail)
            out[i] = phone[i];
        else
            out[i] = '*';
    out[n] = '\0';
}

/* RFC 5321, 4.1.2: atext of a dot-string. */
static bool is_atext(char c)
{
    return isalnum((unsigned char)c) || (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~.", c) != NULL);
}

static bool dots_between(const char *text, size_t n)
{
    if (n == 0 || text[0] == '.' || text[n - 1] == '.')
        return false;
    for (size_t i = 1; i < n; i++)
        if (text[i] == '.' && text[i - 1] == '.')
            return false;
    return true;
}

static bool is_domain(const char *text)
{
    size_t n = strlen(text);
    if (!dots_between(text, n) || text[0] == '-' || text[n - 1] == '-')
        return false;
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)text[i]) && text[i] != '-' && text[i] != '.')
            return false;
    return strchr(text, '.') != NULL || strcmp(text, "localhost") == 0;
}

bool mail_is(const char *text)
{
    enum { LOCAL_MAX = 64 };
    const char *at = strchr(text, '@');
    if (at == NULL || strlen(text) > MAIL_LEN || at - text > LOCAL_MAX)
        return false;
    for (const char *p = text; p < at; p++)
        if (!is_atext(*p) || (unsigned char)*p >= 0x80)
            return false;
    return dots_between(text, (size_t)(at - text)) && is_domain(at + 1);
}
