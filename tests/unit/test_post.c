/* post: calendar objects, mails, signatures, back-off, and what a notice puts into the outbox. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "db/db.h"
#include "domain/outbox.h"
#include "http/fetch.h"
#include "post/ics.h"
#include "post/mime.h"
#include "post/notice.h"
#include "post/post_priv.h"
#include "post/sender.h"
#include "post/sign.h"
#include "post/smtp.h"
#include "t.h"
#include "tmpdir.h"

#define NOW INT64_C(1795520741123) /* 2026-11-24T11:45:41.123Z */
#define HOUR INT64_C(3600000)
#define STARTS INT64_C(1795658400000) /* 2026-11-26T02:00:00Z: 10:00 in Shanghai */

static char ics[ICS_MAX], mime[MIME_MAX];

/* ---- calendar ------------------------------------------------------------------------------ */

static const struct ics_event plain = {.uid = "u1@x",
                                       .sequence = 2,
                                       .stamp_ms = NOW,
                                       .starts_at = STARTS,
                                       .minutes = 90,
                                       .zone = "Europe/Berlin",
                                       .summary = "s",
                                       .alarm_min = 15};

static void an_event_as_the_rfc_writes_it(void)
{
    static const char want[] =
        "BEGIN:VCALENDAR\r\nPRODID:-//Yunjian//Yunjian//ZH\r\nVERSION:2.0\r\n"
        "CALSCALE:GREGORIAN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:u1@x\r\n"
        "DTSTAMP:20261124T114541Z\r\nSEQUENCE:2\r\n"
        "DTSTART:20261126T020000Z\r\nDTEND:20261126T033000Z\r\n"
        "SUMMARY:s\r\nSTATUS:CONFIRMED\r\nTRANSP:OPAQUE\r\n"
        "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\n"
        "DESCRIPTION:s\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    T_EQ(ics_write(ics, sizeof(ics), &plain), ERR_OK);
    T_OK(strcmp(ics, want) == 0);
    struct ics_event e = plain;
    e.cancel = true;
    e.zone = "Asia/Shanghai";
    T_EQ(ics_write(ics, sizeof(ics), &e), ERR_OK);
    T_OK(strstr(ics, "METHOD:CANCEL\r\n") != NULL && strstr(ics, "STATUS:CANCELLED\r\n") != NULL);
    T_OK(strstr(ics, "DTSTART;TZID=Asia/Shanghai:20261126T100000\r\n") != NULL);
    T_OK(strstr(ics, "DTEND;TZID=Asia/Shanghai:20261126T113000\r\n") != NULL);
    T_OK(strstr(ics, "BEGIN:VTIMEZONE\r\nTZID:Asia/Shanghai\r\n") != NULL);
    T_OK(strstr(ics, "VALARM") == NULL);
}

static void text_is_escaped(void)
{
    struct ics_event e = plain;
    e.summary = "a;b,c\\d\ne\r\nf\tg\x01h";
    e.organiser_name = "Shen \"Z\"; the\r\nhost:";
    e.organiser_mail = "shen@example.com";
    e.attendee_mail = "li@example.com";
    e.url = "https://x/j#1";
    T_EQ(ics_write(ics, sizeof(ics), &e), ERR_OK);
    T_OK(strstr(ics, "SUMMARY:a\\;b\\,c\\\\d\\ne\\nf gh\r\n") != NULL);
    T_OK(strstr(ics, "ORGANIZER;CN=\"Shen Z; thehost:\":mailto:shen@example.com\r\n") != NULL);
    T_OK(strstr(ics, "RSVP=FALSE:mai") != NULL);
    T_OK(strstr(ics, "URL:https://x/j#1\r\n") != NULL);
    e.url = "https://x/\r\nX:1";
    T_EQ(ics_write(ics, sizeof(ics), &e), ERR_INVAL);
}

/* Lines of at most 75 octets, cut between characters, and the whole is there again unfolded. */
static void lines_are_folded(void)
{
    char text[1000] = "", back[1200];
    struct ics_event e = plain;
    size_t n = 0;
    for (int i = 0; i < 60; i++)
        (void)strcat(text, i % 7 == 0 ? "a" : i % 3 == 0 ? "𠮷" : "云鉴");
    e.summary = text;
    T_EQ(ics_write(ics, sizeof(ics), &e), ERR_OK);
    for (const char *p = ics; *p != '\0';) {
        const char *end = strstr(p, "\r\n");
        T_OK(end != NULL && end - p <= 75);
        /* A line that begins or ends within a character would begin with 10xxxxxx. */
        T_OK(((unsigned char)p[p[0] == ' '] & 0xc0) != 0x80);
        p = end != NULL ? end + 2 : "";
    }
    for (const char *p = strstr(ics, "SUMMARY:") + 8; strncmp(p, "\r\n", 2) != 0 || p[2] == ' ';) {
        if (strncmp(p, "\r\n ", 3) == 0)
            p += 3;
        else
            back[n++] = *p++;
    }
    back[n] = '\0';
    T_OK(strcmp(back, text) == 0);
}

static void what_is_no_event(void)
{
    struct ics_event e = plain;
    e.uid = "";
    T_EQ(ics_write(ics, sizeof(ics), &e), ERR_INVAL);
    e = plain;
    e.starts_at = -1;
    T_EQ(ics_write(ics, sizeof(ics), &e), ERR_INVAL);
    e.starts_at = INT64_MAX / 2;
    T_EQ(ics_write(ics, sizeof(ics), &e), ERR_INVAL);
    e = plain;
    e.minutes = -5;
    T_EQ(ics_write(ics, sizeof(ics), &e), ERR_INVAL);
    e = plain;
    e.sequence = -1;
    T_EQ(ics_write(ics, sizeof(ics), &e), ERR_INVAL);
    T_EQ(ics_write(ics, 200, &plain), ERR_TOOBIG);
    T_EQ(ics_write(ics, 0, &plain), ERR_TOOBIG);
    char *big = (char *)malloc(20000);
    memset(big, 'x', 19999);
    big[19999] = '\0';
    e = plain;
    e.summary = big;
    T_EQ(ics_write(ics, sizeof(ics), &e), ERR_TOOBIG);
    free(big);
}

/* ---- mail ---------------------------------------------------------------------------------- */

static struct mail mail_of(void)
{
    return (struct mail){.id = "d1",
                         .host = "example.com",
                         .from_name = "云鉴",
                         .from_mail = "yunjian@example.com",
                         .to_name = "Li Wen",
                         .to_mail = "li@example.com",
                         .subject = "Hello",
                         .at_ms = NOW,
                         .language = "zh-CN",
                         .text = "a\nb\r\nc",
                         .html = "<p>x"};
}

static void a_mail(void)
{
    size_t len = 0;
    struct mail m = mail_of();
    T_EQ(mime_write(mime, sizeof(mime), &len, &m), ERR_OK);
    static const char want[] = "From: =?UTF-8?B?5LqR6Ym0?=\r\n <yunjian@example.com>\r\nTo: Li "
                               "Wen\r\n <li@example.com>\r\n"
                               "Subject: Hello\r\nDate: Tue, 24 Nov 2026 11:45:41 +0000\r\n"
                               "Message-ID: <d1@example.com>\r\nContent-Language: zh-CN\r\n"
                               "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                               "Content-Type: multipart/alternative; boundary=\"=_ad1\"\r\n\r\n"
                               "--=_ad1\r\nContent-Type: text/plain; charset=utf-8\r\n"
                               "Content-Transfer-Encoding: base64\r\n\r\nYQ0KYg0KYw==\r\n"
                               "--=_ad1\r\nContent-Type: text/html; charset=utf-8\r\n"
                               "Content-Transfer-Encoding: base64\r\n\r\nPHA+eA==\r\n--=_ad1--\r\n";
    T_OK(len == strlen(want) && strcmp(mime, want) == 0);
    m.calendar = "BEGIN:VCALENDAR\r\n";
    m.calendar_method = "REQUEST";
    T_EQ(mime_write(mime, sizeof(mime), &len, &m), ERR_OK);
    T_OK(strstr(mime, "Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n") != NULL);
    T_OK(strstr(mime, "Content-Disposition: attachment; filename=\"invitation.ics\"\r\n") != NULL);
    T_OK(strstr(mime, "Content-Type: multipart/mixed; boundary=\"=_md1\"\r\n") != NULL);
}

/* Whatever is typed as a name or a title, no header ends there and no line is too long. */
static void nothing_typed_makes_a_header(void)
{
    size_t len = 0;
    struct mail m = mail_of();
    char text[700] = "";
    for (int i = 0; i < 60; i++)
        (void)strcat(text, "云鉴会");
    m.subject = text;
    m.to_name = "x\r\nBcc: all@example.com\r\n\r\nbody";
    m.from_name = "a=?b \"c\" <d>";
    T_EQ(mime_write(mime, sizeof(mime), &len, &m), ERR_OK);
    char *end = strstr(mime, "\r\n\r\n");
    T_OK(end != NULL);
    *end = '\0';
    T_OK(strstr(mime, "\nBcc") == NULL && strstr(mime, "Bcc: all") == NULL);
    for (const char *p = mime; p != NULL && *p != '\0';) {
        const char *next = strstr(p, "\r\n");
        T_OK((next != NULL ? (size_t)(next - p) : strlen(p)) <= 76);
        p = next != NULL ? next + 2 : NULL;
    }
    for (const char *p = mime; *p != '\0'; p++)
        T_OK((unsigned char)*p < 0x80);
    static const char *const wrong[] = {"li@example.com\r\nX: 1",
                                        "li",
                                        "a@b.c>, <c@d.e",
                                        "\"a\"@b.c",
                                        "a@[1.2.3.4]",
                                        "李@b.c",
                                        "",
                                        "a b@c.d"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        m.to_mail = wrong[i];
        T_EQ(mime_write(mime, sizeof(mime), &len, &m), ERR_INVAL);
    }
    m = mail_of();
    m.id = "a\r\nb";
    T_EQ(mime_write(mime, sizeof(mime), &len, &m), ERR_INVAL);
    m = mail_of();
    m.host = "a b";
    T_EQ(mime_write(mime, sizeof(mime), &len, &m), ERR_INVAL);
    m = mail_of();
    T_EQ(mime_write(mime, 300, &len, &m), ERR_TOOBIG);
}

/* ---- to other programs ---------------------------------------------------------------------- */

static void signatures(void)
{
    uint8_t mac[SHA256_LEN];
    char hex[65], out[POST_SIGNATURE_LEN + 1];
    /* RFC 4231, test case 2 */
    T_EQ(hash_hmac_sha256(mac, "Jefe", 4, "what do ya want for nothing?", 28), ERR_OK);
    hex_text(hex, mac, sizeof(mac));
    T_OK(strcmp(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843") == 0);
    /* The worked example of docs/delivery.md, by openssl dgst -sha256 -hmac. */
    T_EQ(post_sign(out, "whsec-example", 1795520741, "0123456789abcdef0123456789abcdef",
                   "{\"event\":\"test\"}"),
         ERR_OK);
    T_OK(strcmp(out, "sha256=b085d9ab164cc24cd0217f6bbac28062335e9dcadf7e9605c5c5a09e23974551") ==
         0);
}

static void places(void)
{
    T_OK(fetch_may("https://x.example/a") && fetch_may("http://127.0.0.1:8080/a"));
    T_OK(!fetch_may("http://x.example/") && !fetch_may("http://127.0.0.1.example/"));
    T_OK(!fetch_may("file:///etc/passwd") && !fetch_may("") && !fetch_may("HTTPS//x"));
    T_OK(smtp_url_ok("smtp://mail.example:587") && smtp_url_ok("smtps://[::1]:465"));
    T_OK(!smtp_url_ok("mail.example") && !smtp_url_ok("smtp://") && !smtp_url_ok("http://x"));
    T_OK(!smtp_url_ok("smtp://u:p@x") && !smtp_url_ok("smtp://x\r\n"));
}

static void growing_distance(void)
{
    int64_t last = 0;
    for (int64_t i = 0; i < 40; i++) {
        int64_t low = post_backoff_ms(i, 0), high = 0;
        for (uint32_t dice = 0; dice < 100000; dice += 97) {
            int64_t ms = post_backoff_ms(i, dice);
            low = ms < low ? ms : low;
            high = ms > high ? ms : high;
        }
        T_OK(low >= last && high <= BACKOFF_MAX_S * 1200);
        T_OK(low * 10 >= high * 6 && high > low);
        last = low / 2;
    }
    T_EQ(post_backoff_ms(0, 0), 1600);
    T_EQ(post_backoff_ms(3, 0), 12800);
    T_EQ(post_backoff_ms(INT64_MAX, 0), BACKOFF_MAX_S * 800);
}

static void secrets(void)
{
    char secret[POST_SECRET_MAX] = "", path[300];
    (void)snprintf(path, sizeof(path), "%s", tmpdir_path("secret"));
    T_EQ(post_secret(secret, path), ERR_IO);
    FILE *f = fopen(path, "w");
    T_OK(f != NULL && fputs("s3cret\n", f) >= 0 && fclose(f) == 0);
    T_EQ(chmod(path, 0644), 0);
    T_EQ(post_secret(secret, path), ERR_DENIED);
    T_EQ(setenv("CREDENTIALS_DIRECTORY", tmpdir, 1), 0);
    T_EQ(post_secret(secret, path), ERR_OK);
    T_EQ(unsetenv("CREDENTIALS_DIRECTORY"), 0);
    T_EQ(chmod(path, 0600), 0);
    secret[0] = '\0';
    T_EQ(post_secret(secret, path), ERR_OK);
    T_OK(strcmp(secret, "s3cret") == 0);
    f = fopen(path, "w");
    T_OK(f != NULL && fputs("\nsecond line\n", f) >= 0 && fclose(f) == 0);
    T_EQ(post_secret(secret, path), ERR_INVAL);
    f = fopen(path, "w");
    T_OK(f != NULL && fprintf(f, "%0300d", 0) > 0 && fclose(f) == 0);
    T_EQ(post_secret(secret, path), ERR_INVAL);
}

/* ---- notices -------------------------------------------------------------------------------- */

static struct conf conf;
static const uint8_t key[SEAL_KEY_LEN] = {5};
static const struct post post = {.conf = &conf, .secret = key, .public_url = "https://yj.example"};
static struct db *db;

static struct notice notice_of(int kind, const char *about)
{
    struct notice n = {.kind = kind,
                       .name = "李雯",
                       .mail = "Li@Example.com",
                       .phone = "+86 138 0013 8000",
                       .link = "https://yj.example/j#0123456789abcdef0123456789abcdef",
                       .title = "锦澜 10 kV <审图>",
                       .meeting = "m1",
                       .meeting_kind = "review",
                       .agenda = "一、主接线\n二、继电保护",
                       .host = "沈知远",
                       .project = "锦澜精密制造",
                       .starts_at = STARTS,
                       .minutes = 90,
                       .sequence = 3,
                       .expires_at = STARTS + 24 * HOUR,
                       .recorded = true};
    (void)snprintf(n.about, sizeof(n.about), "%s", about);
    return n;
}

static void a_notice_is_read_as_it_was_written(void)
{
    struct notice n = notice_of(NOTICE_INVITATION, "i1"), got = {.kind = 0};
    char *text = notice_write(&n);
    T_OK(text != NULL);
    T_EQ(notice_read(&got, text), ERR_OK);
    T_OK(memcmp(&n, &got, sizeof(n)) == 0);
    mem_free(text);
    static const char *const wrong[] = {"", "[]", "{}", "{\"kind\":\"invitation\"}",
                                        "{\"kind\":\"other\"}"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        T_EQ(notice_read(&got, wrong[i]), ERR_INVAL);
}

static void what_a_mail_says(void)
{
    static char subject[SUBJECT_TEXT], text[LETTER_TEXT], html[LETTER_HTML], brief[SHORT_TEXT];
    struct notice n = notice_of(NOTICE_INVITATION, "i1");
    T_EQ(letter_write(&post, &n, subject, text, html), ERR_OK);
    T_OK(strcmp(subject, "会议邀请：锦澜 10 kV <审图>，2026年11月26日 星期四 10:00") == 0);
    T_OK(strstr(text, "2026年11月26日 星期四 10:00–11:30（Asia/Shanghai，UTC+08:00）") != NULL);
    T_OK(strstr(text, "李雯，您好") != NULL && strstr(text, "云审图 · 锦澜 10 kV <审图>") != NULL);
    T_OK(strstr(text, n.link) != NULL && strstr(text, "会议将被录制") != NULL);
    T_OK(strstr(text, "摄像头") != NULL && strstr(text, "二、继电保护") != NULL);
    T_OK(strstr(html, "<审图>") == NULL && strstr(html, "&lt;审图&gt;") != NULL);
    short_write(&post, &n, brief);
    T_OK(strcmp(brief,
                "【云鉴】会议邀请：锦澜 10 kV <审图>，2026年11月26日 星期四 10:00。点击进入："
                "https://yj.example/j#0123456789abcdef0123456789abcdef") == 0);
    (void)snprintf(n.language, sizeof(n.language), "en");
    n.link[0] = '\0';
    T_EQ(letter_write(&post, &n, subject, text, html), ERR_OK);
    T_OK(strcmp(subject, "Invitation: 锦澜 10 kV <审图>, Thursday, 26 November 2026, 10:00") == 0);
    T_OK(strstr(text, "Thursday, 26 November 2026, 10:00–11:30 (Asia/Shanghai, UTC+08:00)") !=
         NULL);
    T_OK(strstr(text, "The way in has not changed") != NULL);
    T_OK(strstr(text, "The meeting is recorded") != NULL && strstr(text, "camera") != NULL);
    n.kind = NOTICE_CANCELLED;
    (void)snprintf(n.reason, sizeof(n.reason), "电梯\"坏\"了 & <b>");
    T_EQ(letter_write(&post, &n, subject, text, html), ERR_OK);
    T_OK(strstr(html, "电梯&quot;坏&quot;了 &amp; &lt;b&gt;") != NULL);
    T_OK(strstr(text, "camera") == NULL && strstr(text, "cancelled") != NULL);
    for (int kind = 0; kind < NOTICE_KINDS; kind++)
        for (int lang = 0; lang < 2; lang++) {
            n = notice_of(kind, "i1");
            (void)snprintf(n.language, sizeof(n.language), "%s", lang == 0 ? "zh" : "en");
            T_EQ(letter_write(&post, &n, subject, text, html), ERR_OK);
            T_OK(subject[0] != '\0' && strstr(text, "{}") == NULL);
        }
}

static void its_calendar(void)
{
    struct notice n = notice_of(NOTICE_RESCHEDULED, "i1");
    T_EQ(notice_ics(ics, &post, &n, NOW), ERR_OK);
    T_OK(strstr(ics, "UID:i1@yj.example\r\n") != NULL && strstr(ics, "SEQUENCE:3\r\n") != NULL);
    T_OK(strstr(ics, "METHOD:REQUEST") != NULL && strstr(ics, "mailto:Li@Example.com") != NULL);
    n.kind = NOTICE_CANCELLED;
    T_EQ(notice_ics(ics, &post, &n, NOW), ERR_OK);
    T_OK(strstr(ics, "METHOD:CANCEL") != NULL);
    n.meeting[0] = '\0';
    T_EQ(notice_ics(ics, &post, &n, NOW), ERR_NOENT);
}

struct list {
    size_t n;
    struct outbox_row at[20];
};
static void collect(void *arg, const struct outbox_row *r)
{
    struct list *l = (struct list *)arg;
    if (l->n < sizeof(l->at) / sizeof(l->at[0]))
        l->at[l->n++] = *r;
}
static struct list rows_of(const char *about)
{
    struct list l = {.n = 0};
    T_EQ(outbox_of(db, about, collect, &l), ERR_OK);
    return l;
}

static void one_message_a_way_and_a_reminder(void)
{
    unsigned by = 9;
    struct notice n = notice_of(NOTICE_INVITATION, "i1");
    T_EQ(notice_put(db, &post, &n, NOW, &by), ERR_OK);
    T_EQ(by, NOTICE_BY_MAIL | NOTICE_BY_GATEWAY);
    struct list l = rows_of("i1");
    T_EQ(l.n, 4);
    T_OK(strcmp(l.at[3].kind, "invitation") == 0 && l.at[3].way == OUTBOX_MAIL);
    T_OK(strcmp(l.at[3].lane, "li@example.com") == 0);
    T_OK(strcmp(l.at[3].recipient, "Li@Example.com") == 0);
    T_OK(l.at[2].way == OUTBOX_GATEWAY && strcmp(l.at[0].kind, "reminder") == 0);
    T_EQ(l.at[0].next_at, STARTS - HOUR);
    n.mail[0] = '\0';
    (void)snprintf(n.phone, sizeof(n.phone), "call me");
    (void)snprintf(n.about, sizeof(n.about), "i2");
    T_EQ(notice_put(db, &post, &n, NOW, &by), ERR_OK);
    T_EQ(by, 0);
    T_EQ(rows_of("i2").n, 0);
    n = notice_of(NOTICE_INVITATION, "i3");
    n.starts_at = NOW + HOUR + 60000; /* Too soon for a reminder. */
    T_EQ(notice_put(db, &post, &n, NOW, &by), ERR_OK);
    T_EQ(rows_of("i3").n, 2);
    n.kind = NOTICE_REMINDER;
    T_EQ(notice_put(db, &post, &n, NOW, &by), ERR_INVAL);
}

static void a_moved_meeting_keeps_its_link(void)
{
    unsigned by = 0;
    char *body = NULL;
    struct notice n = notice_of(NOTICE_RESCHEDULED, "i1"), got;
    n.link[0] = '\0';
    n.starts_at = STARTS + 24 * HOUR;
    T_EQ(notice_put(db, &post, &n, NOW + 1, &by), ERR_OK);
    struct list l = rows_of("i1");
    T_EQ(l.n, 8);
    T_OK(strcmp(l.at[0].kind, "reminder") == 0 && l.at[0].next_at == STARTS + 23 * HOUR);
    T_OK(strcmp(l.at[4].state, "given_up") == 0 && strcmp(l.at[4].kind, "reminder") == 0);
    T_EQ(outbox_open(db, key, &l.at[3], &body), ERR_OK);
    T_EQ(notice_read(&got, body), ERR_OK);
    T_OK(strcmp(got.link, "https://yj.example/j#0123456789abcdef0123456789abcdef") == 0);
    mem_free(body);
    n.kind = NOTICE_CANCELLED;
    T_EQ(notice_put(db, &post, &n, NOW + 2, &by), ERR_OK);
    l = rows_of("i1");
    T_EQ(l.n, 10);
    T_OK(strcmp(l.at[2].kind, "reminder") == 0 && strcmp(l.at[2].state, "given_up") == 0);
    T_OK(strcmp(l.at[9].state, "waiting") == 0); /* What was not sent yet still is. */
    n.kind = NOTICE_REVOKED;
    T_EQ(notice_put(db, &post, &n, NOW + 3, &by), ERR_OK);
    l = rows_of("i1");
    T_EQ(l.n, 12);
    for (size_t i = 2; i < l.n; i++)
        T_OK(strcmp(l.at[i].state, "given_up") == 0 && !l.at[i].kept);
}

static void what_is_configured(void)
{
    char why[CONF_WHY];
    struct conf c = conf;
    T_EQ(post_check(&c, why), ERR_INVAL); /* The file of the gateway's secret is not there. */
    T_OK(strstr(why, "gateway_secret_file") != NULL);
    c.gateway_url[0] = '\0';
    T_EQ(post_check(&c, why), ERR_OK);
    (void)snprintf(c.smtp_from, sizeof(c.smtp_from), "no address");
    T_EQ(post_check(&c, why), ERR_INVAL);
    T_OK(strstr(why, "smtp_from") != NULL);
    (void)snprintf(c.smtp_url, sizeof(c.smtp_url), "http://x");
    T_EQ(post_check(&c, why), ERR_INVAL);
    T_OK(strstr(why, "smtp_url") != NULL);
    c.smtp_url[0] = '\0';
    T_EQ(post_check(&c, why), ERR_OK);
    T_EQ(notice_ways(&c, "a@b.cn", "13800138000"), 0);
    T_OK(!post_way_there(&c, OUTBOX_MAIL) && post_way_there(&c, OUTBOX_HOOK));
}

int main(void)
{
    char why[CONF_WHY], program[] = "x", none[] = "--conf=/dev/null";
    char *argv[] = {program, none, NULL};
    tmpdir_make();
    T_EQ(conf_load(&conf, 2, argv, why), ERR_OK);
    conf_set_zone(&conf);
    (void)snprintf(conf.smtp_url, sizeof(conf.smtp_url), "smtp://127.0.0.1:1");
    (void)snprintf(conf.smtp_from, sizeof(conf.smtp_from), "yunjian@example.com");
    (void)snprintf(conf.gateway_url, sizeof(conf.gateway_url), "https://gw.example/in");
    T_EQ(db_open(&db, tmpdir_path("p.sqlite")), ERR_OK);
    an_event_as_the_rfc_writes_it();
    text_is_escaped();
    lines_are_folded();
    what_is_no_event();
    a_mail();
    nothing_typed_makes_a_header();
    signatures();
    places();
    growing_distance();
    secrets();
    a_notice_is_read_as_it_was_written();
    what_a_mail_says();
    its_calendar();
    one_message_a_way_and_a_reminder();
    a_moved_meeting_keeps_its_link();
    what_is_configured();
    db_close(db);
    return t_done("post");
}
