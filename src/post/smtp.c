/* What a refusal means depends on what it answers: the same 550 is about us when it answers MAIL,
 * and about the recipient when it answers RCPT. So the last command is kept, its word alone. */
#include "post/smtp.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

struct talk {
    const struct smtp *s;
    size_t sent;      /* of the mail */
    char command[12]; /* last one we sent */
    char reply[SMTP_WHY];
    long code; /* of the last reply */
    bool over;
};

static const char *after_scheme(const char *url)
{
    static const char *const schemes[] = {"smtp://", "smtps://"};
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
        if (strncmp(url, schemes[i], strlen(schemes[i])) == 0)
            return url + strlen(schemes[i]);
    return NULL;
}

bool smtp_url_ok(const char *url)
{
    const char *host = after_scheme(url);
    return host != NULL && *host != '\0' && *host != '/' && *host != ':' &&
           strpbrk(host, " \t\r\n@?#") == NULL;
}

/* "127.0.0.1:25" is this machine, "127.0.0.1.example" is not. */
static bool is_here(const char *url)
{
    static const char *const here[] = {"127.0.0.1", "[::1]", "localhost"};
    const char *host = after_scheme(url);
    for (size_t i = 0; host != NULL && i < sizeof(here) / sizeof(here[0]); i++) {
        size_t n = strlen(here[i]);
        if (strncmp(host, here[i], n) == 0 && (host[n] == ':' || host[n] == '/' || host[n] == '\0'))
            return true;
    }
    return false;
}

/* ---- what curl calls --------------------------------------------------------------------------
 */

static size_t give(char *p, size_t size, size_t n, void *arg)
{
    struct talk *t = (struct talk *)arg;
    size_t room = size * n, left = t->s->len - t->sent;
    size_t len = left < room ? left : room;
    memcpy(p, t->s->data + t->sent, len);
    t->sent += len;
    (void)snprintf(t->command, sizeof(t->command), "DATA"); /* What comes now answers the mail. */
    return len;
}

/* One line without line ends or control characters, for the records. */
static void keep_line(struct talk *t, const char *p, size_t n)
{
    size_t len = 0;
    for (size_t i = 0; i < n && len < sizeof(t->reply) - 1; i++)
        if ((unsigned char)p[i] >= 0x20 && (unsigned char)p[i] < 0x7f)
            t->reply[len++] = p[i];
    t->reply[len] = '\0';
}

/* The lines of a login are no commands, and nothing of them is kept. QUIT comes when all is over.
 */
static void keep_command(struct talk *t, const char *p, size_t n)
{
    t->over = t->over || (n >= 4 && strncmp(p, "QUIT", 4) == 0);
    static const char *const words[] = {"EHLO",  "HELO",  "STARTTLS", "AUTH ",
                                        "MAIL ", "RCPT ", "DATA",     "NOOP"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t len = strlen(words[i]);
        if (n >= len && strncmp(p, words[i], len) == 0)
            (void)snprintf(t->command, sizeof(t->command), "%.*s", (int)strcspn(words[i], " "),
                           words[i]);
    }
}

static int listen_in(CURL *c, curl_infotype type, char *p, size_t n, void *arg)
{
    struct talk *t = (struct talk *)arg;
    (void)c;
    if (type == CURLINFO_HEADER_OUT)
        keep_command(t, p, n);
    if (t->over || type != CURLINFO_HEADER_IN || n < 3 || p[0] < '2' || p[0] > '5')
        return 0;
    t->code = (p[0] - '0') * 100L + (p[1] - '0') * 10L + (p[2] - '0');
    keep_line(t, p, n);
    return 0;
}

static int asked_to_stop(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const struct smtp *s = (const struct smtp *)arg;
    (void)a, (void)b, (void)c, (void)d;
    return s->stop != NULL && atomic_load(s->stop) ? 1 : 0;
}

/* ---- set up -----------------------------------------------------------------------------------
 */

#define SET(option, value) (curl_easy_setopt(c, option, value) == CURLE_OK)

/* The path of the address is what curl says in EHLO. */
static bool set_place(CURL *c, const struct smtp *s)
{
    char url[700];
    bool path = strchr(after_scheme(s->url), '/') != NULL;
    (void)snprintf(url, sizeof(url), "%s%s%s", s->url, path ? "" : "/", path ? "" : s->hello);
    /* Between two programs of one machine there is nobody to hide from, and the certificate that a
     * mail server has made for itself would be refused. */
    int tls = !is_here(s->url)        ? CURLUSESSL_ALL
              : s->ca_file[0] != '\0' ? CURLUSESSL_TRY
                                      : CURLUSESSL_NONE;
    return SET(CURLOPT_URL, url) && SET(CURLOPT_PROTOCOLS_STR, "smtp,smtps") &&
           SET(CURLOPT_USE_SSL, (long)tls) && SET(CURLOPT_NOPROXY, "*") &&
           SET(CURLOPT_NOSIGNAL, 1L) && (s->ca_file[0] == '\0' || SET(CURLOPT_CAINFO, s->ca_file));
}

static bool set_login(CURL *c, const struct smtp *s)
{
    return s->user[0] == '\0' ||
           (SET(CURLOPT_USERNAME, s->user) && SET(CURLOPT_PASSWORD, s->password));
}

static bool set_talk(CURL *c, const struct smtp *s, struct talk *t)
{
    return SET(CURLOPT_CONNECTTIMEOUT, (long)SMTP_CONNECT_S) &&
           SET(CURLOPT_TIMEOUT, (long)SMTP_S) && SET(CURLOPT_VERBOSE, 1L) &&
           SET(CURLOPT_DEBUGFUNCTION, listen_in) && SET(CURLOPT_DEBUGDATA, t) &&
           SET(CURLOPT_NOPROGRESS, 0L) && SET(CURLOPT_XFERINFOFUNCTION, asked_to_stop) &&
           SET(CURLOPT_XFERINFODATA, s);
}

static bool set_mail(CURL *c, const struct smtp *s, struct talk *t, struct curl_slist **to)
{
    if (s->to == NULL)
        return SET(CURLOPT_CUSTOMREQUEST, "NOOP") && SET(CURLOPT_NOBODY, 1L);
    *to = curl_slist_append(NULL, s->to);
    return *to != NULL && SET(CURLOPT_MAIL_FROM, s->from) && SET(CURLOPT_MAIL_RCPT, *to) &&
           SET(CURLOPT_UPLOAD, 1L) && SET(CURLOPT_READFUNCTION, give) && SET(CURLOPT_READDATA, t) &&
           SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)s->len);
}

/* ---- what it came to --------------------------------------------------------------------------
 */

static enum smtp_result judge(const struct talk *t, CURLcode code)
{
    bool about_mail = strcmp(t->command, "RCPT") == 0 || strcmp(t->command, "DATA") == 0;
    if (code == CURLE_OK)
        return SMTP_TAKEN;
    if (code == CURLE_ABORTED_BY_CALLBACK)
        return SMTP_STOPPED;
    if (!about_mail || t->code < 400)
        return about_mail ? SMTP_LATER : SMTP_NO_WAY; /* It went away half way: only this one? */
    if (t->code == 421)
        return SMTP_NO_WAY; /* It closes. */
    return t->code < 500 ? SMTP_LATER : SMTP_REFUSED;
}

enum smtp_result smtp_send(const struct smtp *s, char why[SMTP_WHY])
{
    struct talk t = {.s = s};
    struct curl_slist *to = NULL;
    CURLcode code = CURLE_OUT_OF_MEMORY;
    if (!smtp_url_ok(s->url)) {
        (void)snprintf(why, SMTP_WHY, "smtp_url is no address of a mail server");
        return SMTP_NO_WAY;
    }
    CURL *c = curl_easy_init();
    if (c != NULL && set_place(c, s) && set_login(c, s) && set_talk(c, s, &t) &&
        set_mail(c, s, &t, &to))
        code = curl_easy_perform(c);
    curl_easy_cleanup(c);
    curl_slist_free_all(to);
    enum smtp_result r = judge(&t, code);
    if (r != SMTP_TAKEN)
        (void)snprintf(why, SMTP_WHY, "%s%s%.160s", t.command, t.command[0] != '\0' ? ": " : "",
                       t.code >= 400 ? t.reply : curl_easy_strerror(code));
    return r;
}
