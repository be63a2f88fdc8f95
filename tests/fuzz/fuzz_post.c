/* What people type, in mails and calendar objects: two texts with a NUL between. Whatever they are,
 * no line of ours ends within them, none is too long, and an address that is taken is one. */
#include "domain/contacts.h"
#include "fuzz.h"
#include "post/ics.h"
#include "post/mime.h"
#include "post/notice.h"

static char out[MIME_MAX];

/* Lines end with CR LF and have no other control characters. */
static void look_at_lines(const char *text, const char *end, size_t most)
{
    for (const char *p = text; p < end;) {
        const char *next = strstr(p, "\r\n");
        MUST_HOLD(next != NULL && (size_t)(next - p) <= most);
        for (const char *c = p; c < next; c++)
            MUST_HOLD((unsigned char)*c >= 0x20 && *c != 0x7f);
        p = next + 2;
    }
}

static void calendar(const char *a, const char *b)
{
    const struct ics_event e = {.uid = a,
                                .stamp_ms = 1,
                                .starts_at = INT64_C(1795658400000),
                                .minutes = 60,
                                .zone = b[0] == 'z' ? "Asia/Shanghai" : "UTC",
                                .summary = a,
                                .description = b,
                                .location = b,
                                .organiser_name = a,
                                .organiser_mail = mail_is(b) ? b : "",
                                .attendee_name = b,
                                .attendee_mail = mail_is(a) ? a : ""};
    if (ics_write(out, ICS_MAX, &e) == ERR_OK)
        look_at_lines(out, out + strlen(out), 75);
}

static void mail(const char *a, const char *b)
{
    size_t len = 0;
    const struct mail m = {.id = "d1",
                           .host = "example.com",
                           .from_name = a,
                           .from_mail = "a@example.com",
                           .to_name = b,
                           .to_mail = mail_is(a) ? a : "b@example.com",
                           .subject = b,
                           .at_ms = 1,
                           .language = "zh-CN",
                           .text = a,
                           .html = b,
                           .calendar = a,
                           .calendar_method = "REQUEST"};
    if (mime_write(out, sizeof(out), &len, &m) != ERR_OK)
        return;
    MUST_HOLD(strlen(out) == len);
    look_at_lines(out, out + len, 300);
    const char *end = strstr(out, "\r\n\r\n");
    MUST_HOLD(end != NULL);
    /* Of our own headers each once, and of others none. */
    size_t lines = 0;
    for (const char *p = out; p < end; p = strstr(p, "\r\n") + 2)
        lines += *p != ' ';
    MUST_HOLD(lines == 9);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct notice n;
    char *text = (char *)malloc(size + 2);
    if (text == NULL)
        return 0;
    memcpy(text, data, size);
    text[size] = text[size + 1] = '\0';
    const char *b = text + strlen(text) + (strlen(text) < size);
    if (mail_is(text))
        MUST_HOLD(strpbrk(text, "\r\n <>,;:\"()[]\\") == NULL && strchr(text, '@') != NULL);
    calendar(text, b);
    mail(text, b);
    if (notice_read(&n, text) == ERR_OK)
        MUST_HOLD(n.kind >= 0 && n.kind < NOTICE_KINDS);
    free(text);
    return 0;
}
