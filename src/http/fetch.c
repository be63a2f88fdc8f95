/* libcurl, with what is not needed turned off. */
#include "http/fetch.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"

struct sink {
    char *text;
    size_t len;
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
    if (ok && f->form != NULL)
        ok = curl_easy_setopt(c, CURLOPT_COPYPOSTFIELDS, f->form) == CURLE_OK;
    if (ok && f->login != NULL)
        ok = curl_easy_setopt(c, CURLOPT_HTTPAUTH, CURLAUTH_BASIC) == CURLE_OK &&
             curl_easy_setopt(c, CURLOPT_USERPWD, f->login) == CURLE_OK;
    if (ok && f->ca_file[0] != '\0')
        ok = curl_easy_setopt(c, CURLOPT_CAINFO, f->ca_file) == CURLE_OK;
    return ok;
}

enum err fetch(char **body, long *status, const struct fetch *f)
{
    struct sink s = {.text = mem_strdup("")};
    CURL *c = s.text != NULL ? curl_easy_init() : NULL;
    CURLcode code = CURLE_OUT_OF_MEMORY;
    if (c != NULL && set_up(c, f, &s))
        code = curl_easy_perform(c);
    if (code == CURLE_OK)
        code = curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, status);
    curl_easy_cleanup(c);
    if (code != CURLE_OK) {
        log_warn("fetch", "%s: %s", f->url, curl_easy_strerror(code));
        mem_free(s.text);
        return ERR_IO;
    }
    *body = s.text;
    return ERR_OK;
}
