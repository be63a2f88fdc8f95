#include "http.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

enum { ANSWER_WITHIN_S = 40 };

static char bearer[1100];
static const char *token;
static bool no_verify, each_fresh;
static pthread_key_t key;

static void drop(void *c)
{
    curl_easy_cleanup(c);
}

void http_init(const char *bearer_token, bool insecure, bool fresh)
{
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
    (void)snprintf(bearer, sizeof(bearer), "Bearer %s", bearer_token != NULL ? bearer_token : "");
    token = bearer_token != NULL ? bearer : NULL;
    no_verify = insecure;
    each_fresh = fresh;
    (void)pthread_key_create(&key, drop);
}

static CURL *own_handle(void)
{
    CURL *c = pthread_getspecific(key);
    if (c == NULL) {
        c = curl_easy_init();
        (void)pthread_setspecific(key, c);
    }
    curl_easy_reset(c);
    return c;
}

static size_t on_body(char *p, size_t size, size_t n, void *arg)
{
    struct http_reply *r = (struct http_reply *)arg;
    n *= size;
    r->body = (char *)must_realloc(r->body, r->len + n + 1);
    memcpy(r->body + r->len, p, n);
    r->len += n;
    r->body[r->len] = '\0';
    return n;
}

static void absolute(const char *base, const char *relative, char *out, size_t cap)
{
    CURLU *u = curl_url();
    char *s = NULL;
    (void)curl_url_set(u, CURLUPART_URL, base, 0);
    (void)curl_url_set(u, CURLUPART_URL, relative, 0);
    (void)curl_url_get(u, CURLUPART_URL, &s, 0);
    (void)snprintf(out, cap, "%s", s != NULL ? s : "");
    curl_free(s);
    curl_url_cleanup(u);
}

static struct curl_slist *header(struct curl_slist *h, const char *name, const char *v)
{
    char line[1200];
    if (v == NULL)
        return h;
    (void)snprintf(line, sizeof(line), "%s: %s", name, v);
    return curl_slist_append(h, line);
}

static void set_options(CURL *c, const struct http_request *q, struct http_reply *r)
{
    (void)curl_easy_setopt(c, CURLOPT_URL, q->url);
    (void)curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, q->method);
    if (q->body != NULL)
        (void)curl_easy_setopt(c, CURLOPT_POSTFIELDS, q->body);
    (void)curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
    (void)curl_easy_setopt(c, CURLOPT_WRITEDATA, r);
    (void)curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)ANSWER_WITHIN_S);
    (void)curl_easy_setopt(c, CURLOPT_PROXY, "");
    (void)curl_easy_setopt(c, CURLOPT_TCP_NODELAY, 1L);
    (void)curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, each_fresh ? 1L : 0L);
    (void)curl_easy_setopt(c, CURLOPT_FORBID_REUSE, each_fresh ? 1L : 0L);
    (void)curl_easy_setopt(c, CURLOPT_SSL_SESSIONID_CACHE, each_fresh ? 0L : 1L);
    if (no_verify) { /* reading them takes longer than all the rest of a connection */
        (void)curl_easy_setopt(c, CURLOPT_CAINFO, NULL);
        (void)curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
    }
    (void)curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, no_verify ? 0L : 1L);
    (void)curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, no_verify ? 0L : 2L);
}

static void take_headers(CURL *c, const char *url, struct http_reply *r)
{
    struct curl_header *h = NULL;
    if (curl_easy_header(c, "Location", 0, CURLH_HEADER, -1, &h) == CURLHE_OK)
        absolute(url, h->value, r->location, sizeof(r->location));
    if (curl_easy_header(c, "ETag", 0, CURLH_HEADER, -1, &h) == CURLHE_OK)
        (void)snprintf(r->etag, sizeof(r->etag), "%s", h->value);
}

bool http_call(const struct http_request *q, struct http_reply *r, char *why, size_t cap)
{
    CURL *c = own_handle();
    struct curl_slist *h = NULL;
    memset(r, 0, sizeof(*r));
    h = header(h, "Content-Type", q->type);
    h = header(h, "If-Match", q->if_match);
    h = header(h, "Authorization", token);
    h = curl_slist_append(h, "Expect:");
    set_options(c, q, r);
    (void)curl_easy_setopt(c, CURLOPT_HTTPHEADER, h);
    CURLcode e = curl_easy_perform(c);
    curl_slist_free_all(h);
    if (e != CURLE_OK) {
        (void)snprintf(why, cap, "%s %s: %s", q->method, q->url, curl_easy_strerror(e));
        free(r->body);
        r->body = NULL;
        return false;
    }
    (void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &r->status);
    take_headers(c, q->url, r);
    if (r->body == NULL)
        r->body = (char *)must_zalloc(1, 1);
    return true;
}
