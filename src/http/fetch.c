/* libcurl, with what is not needed turned off. */
#include "http/fetch.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "http/reach.h"

struct sink {
    char *text;
    size_t len;
    enum fetch_reach reach;
    bool kept_off; /* an address was not to be reached */
};

enum err fetch_init(void)
{
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? ERR_OK : ERR_NOMEM;
}

static size_t take(char *p, size_t size, size_t n, void *arg)
{
    struct sink *s = (struct sink *)arg;
    size_t len = size * n;
    if (len > FETCH_MAX - s->len)
        return 0;
    char *more = (char *)mem_realloc(s->text, s->len + len + 1);
    if (more == NULL)
        return 0;
    memcpy(more + s->len, p, len);
    s->text = more;
    s->len += len;
    s->text[s->len] = '\0';
    return len;
}

/* "http://127.0.0.1:1" is this machine, "http://127.0.0.1.example" is not. */
static bool is_here(const char *url)
{
    static const char *const here[] = {"http://127.0.0.1", "http://[::1]", "http://localhost"};
    for (size_t i = 0; i < sizeof(here) / sizeof(here[0]); i++) {
        size_t n = strlen(here[i]);
        if (strncmp(url, here[i], n) == 0 && (url[n] == ':' || url[n] == '/' || url[n] == '\0'))
            return true;
    }
    return false;
}

bool fetch_may(const char *url)
{
    return strncmp(url, "https://", 8) == 0 || is_here(url);
}

bool fetch_plain(const char *url)
{
    CURLU *u = curl_url();
    char *host = NULL, *user = NULL, *fragment = NULL;
    bool ok = u != NULL && fetch_may(url) && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
              curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK && host[0] != '\0' &&
              curl_url_get(u, CURLUPART_USER, &user, 0) != CURLUE_OK &&
              curl_url_get(u, CURLUPART_FRAGMENT, &fragment, 0) != CURLUE_OK;
    curl_free(host);
    curl_free(user);
    curl_free(fragment);
    curl_url_cleanup(u);
    return ok;
}

static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
    struct sink *s = (struct sink *)arg;
    enum reach r = reach_of(&a->addr);
    (void)purpose;
    if (r == REACH_NEVER || (r == REACH_PRIVATE && s->reach == FETCH_OUTER)) {
        s->kept_off = true;
        return CURL_SOCKET_BAD;
    }
    return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static bool set_reach(CURL *c, struct sink *s)
{
    return s->reach == FETCH_ANYWHERE ||
           (curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK &&
            curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket) == CURLE_OK &&
            curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, s) == CURLE_OK);
}

static int asked_to_stop(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const struct fetch *f = (const struct fetch *)arg;
    (void)a, (void)b, (void)c, (void)d;
    return atomic_load(f->stop) ? 1 : 0;
}

static bool set_body(CURL *c, const struct fetch *f)
{
    if (f->json != NULL)
        return curl_easy_setopt(c, CURLOPT_POSTFIELDS, f->json) == CURLE_OK;
    return f->form == NULL || curl_easy_setopt(c, CURLOPT_COPYPOSTFIELDS, f->form) == CURLE_OK;
}

/* Fields that are not always there. */
static bool set_more(CURL *c, const struct fetch *f, struct curl_slist **headers)
{
    struct curl_slist *more = NULL;
    for (size_t i = 0; f->headers != NULL && f->headers[i] != NULL; i++) {
        more = curl_slist_append(*headers, f->headers[i]);
        if (more == NULL)
            return false;
        *headers = more;
    }
    bool ok = *headers == NULL || curl_easy_setopt(c, CURLOPT_HTTPHEADER, *headers) == CURLE_OK;
    if (ok && f->stop != NULL)
        ok = curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L) == CURLE_OK &&
             curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, asked_to_stop) == CURLE_OK &&
             curl_easy_setopt(c, CURLOPT_XFERINFODATA, f) == CURLE_OK;
    return ok;
}

static bool set_up(CURL *c, const struct fetch *f, struct sink *s)
{
    bool ok = curl_easy_setopt(c, CURLOPT_URL, f->url) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, is_here(f->url) ? "http" : "https") ==
                  CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_NOPROXY, is_here(f->url) ? "*" : "") == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)FETCH_S) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_WRITEDATA, s) == CURLE_OK;
    ok = ok && set_body(c, f);
    if (ok && f->login != NULL)
        ok = curl_easy_setopt(c, CURLOPT_HTTPAUTH, CURLAUTH_BASIC) == CURLE_OK &&
             curl_easy_setopt(c, CURLOPT_USERPWD, f->login) == CURLE_OK;
    if (ok && f->ca_file[0] != '\0')
        ok = curl_easy_setopt(c, CURLOPT_CAINFO, f->ca_file) == CURLE_OK;
    return ok;
}

enum err fetch(char **body, long *status, const struct fetch *f)
{
    struct sink s = {.text = mem_strdup(""), .reach = f->reach};
    CURL *c = s.text != NULL ? curl_easy_init() : NULL;
    struct curl_slist *headers = NULL;
    curl_off_t wait = 0;
    CURLcode code = CURLE_OUT_OF_MEMORY;
    if (c != NULL && set_up(c, f, &s) && set_reach(c, &s) && set_more(c, f, &headers))
        code = curl_easy_perform(c);
    if (code == CURLE_OK)
        code = curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, status);
    if (code == CURLE_OK && f->retry_after_s != NULL) {
        code = curl_easy_getinfo(c, CURLINFO_RETRY_AFTER, &wait);
        *f->retry_after_s = (long)wait;
    }
    curl_easy_cleanup(c);
    curl_slist_free_all(headers);
    if (code != CURLE_OK) {
        if (f->why != NULL)
            (void)snprintf(f->why, FETCH_WHY, "%s",
                           s.kept_off ? "its address may not be reached"
                                      : curl_easy_strerror(code));
        else
            log_warn("fetch", "%s: %s", f->url, curl_easy_strerror(code));
        mem_free(s.text);
        return ERR_IO;
    }
    *body = s.text;
    return ERR_OK;
}
