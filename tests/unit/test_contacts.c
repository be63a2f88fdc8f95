/* contacts: numbers as typed, as kept and as shown; mail addresses. */
#include <string.h>

#include "domain/contacts.h"
#include "t.h"

static void numbers(void)
{
    static const struct {
        const char *typed, *kept; /* NULL: refused */
    } rows[] = {
        {"", ""},
        {"13812345678", "13812345678"},
        {"138 1234 5678", "13812345678"},
        {"138-1234-5678", "13812345678"},
        {"+86 138 1234 5678", "13812345678"},
        {"0086 13812345678", "13812345678"},
        {"(0571) 8765-4321", "057187654321"},
        {"95598", "95598"},
        {"+49 30 901820", "+4930901820"},
        {"+86 571 87654321", "+8657187654321"}, /* no mobile number: the code stays */
        {"123456789012345", "123456789012345"},
        {"1234567890123456", NULL},
        {"9559", NULL},
        {"+86", NULL},
        {"+", NULL},
        {" ", NULL},
        {"-", NULL},
        {"1381234567a", NULL},
        {"138+12345678", NULL},
        {"++8613812345678", NULL},
        {"13812345678\n", NULL},
        {"\xef\xbc\x91\xef\xbc\x93\xef\xbc\x98", NULL}, /* full-width digits */
        {"00000000000000000000000000000", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char out[PHONE_LEN + 1] = "untouched";
        bool fine = phone_take(out, rows[i].typed);
        T_EQ(fine, rows[i].kept != NULL);
        T_OK(strcmp(out, fine ? rows[i].kept : "untouched") == 0);
    }
}

static void masks(void)
{
    static const struct {
        const char *phone, *shown;
    } rows[] = {
        {"13812345678", "138****5678"},
        {"057187654321", "057*****4321"},
        {"+8657187654321", "+86*******4321"},
        {"87654321", "87****21"},
        {"8765432", "8****32"},
        {"95598", "9***8"},
        {"123", "***"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char out[PHONE_LEN + 1];
        phone_mask(out, rows[i].phone);
        T_OK(strcmp(out, rows[i].shown) == 0);
        if (strcmp(out, rows[i].shown) != 0)
            (void)fprintf(stderr, "%s is shown as %s\n", rows[i].phone, out);
    }
}

static void addresses(void)
{
    static const char *const fine[] = {"a@b.cn", "chen.li+yj@mail.jinlan.example", "x@localhost",
                                       "o'neil@a-b.example"};
    static const char *const none[] = {"",
                                       "a",
                                       "@b.cn",
                                       "a@",
                                       "a@b",
                                       "a@@b.cn",
                                       "a b@c.cn",
                                       "a@b..cn",
                                       ".a@b.cn",
                                       "a.@b.cn",
                                       "a..b@c.cn",
                                       "a@-b.cn",
                                       "a@b.cn\r\n",
                                       "a\n@b.cn",
                                       "<a@b.cn>",
                                       "a@b.cn,c@d.cn",
                                       "a@b.cn-",
                                       "\"a\"@b.cn",
                                       "\xe9\x99\x88@b.cn",
                                       "a@\xe9\x99\x88.cn"};
    char local[80], whole[400];
    for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++)
        T_OK(mail_is(fine[i]));
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        T_OK(!mail_is(none[i]));
    memset(local, 'a', sizeof(local));
    (void)snprintf(whole, sizeof(whole), "%.64s@b.cn", local);
    T_OK(mail_is(whole));
    (void)snprintf(whole, sizeof(whole), "%.65s@b.cn", local);
    T_OK(!mail_is(whole));
}

int main(void)
{
    numbers();
    masks();
    addresses();
    return t_done("contacts");
}
