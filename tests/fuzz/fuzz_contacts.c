/* Numbers and addresses as typed: what is kept is kept again unchanged, and what is shown hides. */
#include "domain/contacts.h"
#include "fuzz.h"

static void check_number(const char *typed)
{
    char kept[PHONE_LEN + 1], again[PHONE_LEN + 1], shown[PHONE_LEN + 1];
    size_t hidden = 0;
    if (!phone_take(kept, typed))
        return;
    size_t n = strlen(kept);
    MUST_HOLD(n <= 16 && strspn(kept, "+0123456789") == n);
    MUST_HOLD(phone_take(again, kept));
    phone_mask(shown, kept);
    MUST_HOLD(strlen(shown) == n);
    for (size_t i = 0; i < n; i++) {
        MUST_HOLD(shown[i] == '*' || shown[i] == kept[i]);
        hidden += shown[i] == '*';
    }
    MUST_HOLD(2 * hidden >= n || hidden >= 4);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[300];
    size_t n = size < sizeof(text) - 1 ? size : sizeof(text) - 1;
    if (n > 0)
        memcpy(text, data, n);
    text[n] = '\0';
    check_number(text);
    if (mail_is(text)) {
        MUST_HOLD(strcspn(text, " \r\n\t<>,;\"") == strlen(text));
        MUST_HOLD(strchr(text, '@') != NULL && strchr(text, '@') == strrchr(text, '@'));
    }
    return 0;
}
