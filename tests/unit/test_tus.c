/* http/tus: headers as tus-js-client writes them, and what is refused. */
#include <stdlib.h>
#include <string.h>

#include "http/tus.h"
#include "t.h"

/* In a block of just its size: a read past it is seen. */
static enum err metadata(struct tus_metadata *m, const char *text)
{
    size_t n = strlen(text);
    char *copy = (char *)malloc(n > 0 ? n : 1);
    if (copy == NULL)
        abort();
    memcpy(copy, text, n);
    enum err e = tus_metadata(m, copy, n);
    free(copy);
    return e;
}

static void pairs(void)
{
    struct tus_metadata m;
    T_EQ(metadata(&m, "filename d29ybGRfZG9taW5hdGlvbl9wbGFuLnBkZg==,is_confidential"), ERR_OK);
    T_EQ(m.n, 2); /* the example of the protocol's text */
    T_OK(strcmp(tus_value(&m, "filename"), "world_domination_plan.pdf") == 0);
    T_OK(strcmp(tus_value(&m, "is_confidential"), "") == 0);
    T_OK(strcmp(tus_value(&m, "other"), "") == 0);
    T_EQ(metadata(&m, "filename 5Zu+57q4LnBkZg==, title 5Zu+, kind ZHJhd2luZw=="), ERR_OK);
    T_OK(strcmp(tus_value(&m, "filename"), "\xe5\x9b\xbe\xe7\xba\xb8.pdf") == 0);
    T_OK(strcmp(tus_value(&m, "title"), "\xe5\x9b\xbe") == 0);
    T_OK(strcmp(tus_value(&m, "kind"), "drawing") == 0);
    T_EQ(metadata(&m, ""), ERR_OK);
    T_EQ(m.n, 0);
    T_EQ(metadata(&m, "a ,b "), ERR_OK);
    T_EQ(m.n, 2);
}

static void refused(void)
{
    static const char *const rows[] = {
        "filename d29ybGQ",           /* without its padding */
        "filename d29y=GQ=",          /* padding inside */
        "filename d29y bGQ=",         /* a space inside */
        "filename d29ybG-_",          /* the other alphabet */
        "filename ====",              /* padding alone */
        "filename AAAA",              /* NUL bytes */
        "filename Cgk=\n",            /* a line */
        "filename /w==",              /* no UTF-8 */
        "filename AQ==",              /* a control character */
        "a YQ==,a YQ==",              /* twice */
        ",",                          /* no key */
        "a YQ==,,b YQ==",             /* no key between */
        "\xe5\x9b\xbe YQ==",          /* a key is ASCII */
        "k1,k2,k3,k4,k5,k6,k7,k8,k9", /* too many */
        "key_of_thirty_two_characters_____ YQ==",
    };
    struct tus_metadata m;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (metadata(&m, rows[i]) != ERR_INVAL) {
            (void)fprintf(stderr, "taken: %s\n", rows[i]);
            T_OK(false);
        }
    char longest[4 + 1080] = "key ";
    for (size_t i = 0; i < 1068; i++) /* "aaa" again and again */
        longest[4 + i] = "YWFh"[i % 4];
    longest[4 + 1064] = '\0'; /* 798 bytes */
    T_EQ(metadata(&m, longest), ERR_OK);
    T_EQ(strlen(tus_value(&m, "key")), 798);
    longest[4 + 1064] = 'Y';
    longest[4 + 1068] = '\0'; /* 801 */
    T_EQ(metadata(&m, longest), ERR_INVAL);
}

static void numbers(void)
{
    uint64_t n = 7;
    T_EQ(tus_number(&n, "0"), ERR_OK);
    T_EQ(n, 0);
    T_EQ(tus_number(&n, "62914560"), ERR_OK);
    T_EQ(n, 62914560);
    T_EQ(tus_number(&n, "9007199254740990"), ERR_OK);
    static const char *const rows[] = {"",
                                       "-1",
                                       "+1",
                                       " 1",
                                       "1 ",
                                       "0x10",
                                       "1.0",
                                       "1e3",
                                       "18446744073709551616",
                                       "99999999999999999999"};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        T_EQ(tus_number(&n, rows[i]), ERR_INVAL);
    T_EQ(n, 9007199254740990);
}

static void checksums(void)
{
    struct tus_checksum c;
    static const char sha1[] = "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=";
    static const uint8_t want[20] = {0x2a, 0xae, 0x6c, 0x35, 0xc9, 0x4f, 0xcf, 0xb4, 0x15, 0xdb,
                                     0xe9, 0x5f, 0x40, 0x8b, 0x9c, 0xe9, 0x1e, 0xe8, 0x46, 0xed};
    T_EQ(tus_checksum(&c, sha1, strlen(sha1)), ERR_OK); /* of "hello world" */
    T_OK(c.sha1 && c.len == 20 && memcmp(c.digest, want, 20) == 0);
    static const char sha256[] = "sha256 uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=";
    T_EQ(tus_checksum(&c, sha256, strlen(sha256)), ERR_OK);
    T_OK(!c.sha1 && c.len == 32 && c.digest[0] == 0xb9 && c.digest[31] == 0xe9);
    static const char *const rows[] = {"",
                                       "sha1",
                                       "sha1 ",
                                       "md5 XrY7u+Ae7tCTyyK7j1rNww==",
                                       "SHA1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=",
                                       "sha256 Kq5sNclPz7QV2+lfQIuc6R7oRu0=",
                                       "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0",
                                       "sha1  Kq5sNclPz7QV2+lfQIuc6R7oRu0=",
                                       "sha1 2aae6c35c94fcfb415dbe95f408b9ce91ee846ed"};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        T_EQ(tus_checksum(&c, rows[i], strlen(rows[i])), ERR_INVAL);
}

int main(void)
{
    pairs();
    refused();
    numbers();
    checksums();
    return t_done("tus");
}
