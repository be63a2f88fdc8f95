/* Paths are compared segment by segment; a placeholder takes one whole segment. */
#include "http/route.h"

#include <stdio.h>
#include <string.h>

enum err answer_error(struct request *rq, enum err e, const char *detail)
{
    (void)snprintf(rq->answer.detail, sizeof(rq->answer.detail), "%s", detail);
    return e;
}

/* Of "name=value" one after the other, the last one empty. */
static const char *value_of(const char *list, const char *name)
{
    size_t n = strlen(name);
    for (const char *p = list; *p != '\0'; p += strlen(p) + 1)
        if (strncmp(p, name, n) == 0 && p[n] == '=')
            return p + n + 1;
    return "";
}

const char *request_query(const struct request *rq, const char *name)
{
    return value_of(rq->query, name);
}

const char *request_header(const struct request *rq, const char *name)
{
    return value_of(rq->headers, name);
}

void answer_header(struct request *rq, const char *name, const char *value)
{
    char *at = rq->answer.headers;
    size_t have = strlen(at), room = ROUTE_HEADERS_MAX - have;
    int n = snprintf(at + have, room, "%s %s\n", name, value);
    if (n < 0 || (size_t)n >= room || strpbrk(value, "\r\n") != NULL) {
        at[have] = '\0';
        rq->answer.status = 500;
    }
}

const char *method_text(enum method m)
{
    static const char *const words[] = {"", "GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"};
    return m <= M_OPTIONS ? words[m] : "";
}

static bool fine_arg(const char *p, size_t n)
{
    if (n == 0 || n >= ROUTE_ARG_MAX || p[0] == '.')
        return false;
    for (size_t i = 0; i < n; i++) {
        char c = p[i];
        bool fine = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    c == '-' || c == '_' || c == '.';
        if (!fine)
            return false;
    }
    return true;
}

static bool matches(const char *pattern, const char *path, char args[ROUTE_ARGS][ROUTE_ARG_MAX])
{
    size_t n = 0;
    while (*pattern != '\0') {
        if (*pattern != '{') {
            if (*pattern++ != *path++)
                return false;
            continue;
        }
        size_t len = strcspn(path, "/");
        if (n == ROUTE_ARGS || !fine_arg(path, len))
            return false;
        memcpy(args[n], path, len);
        args[n++][len] = '\0';
        path += len;
        pattern = strchr(pattern, '}') + 1;
    }
    return *path == '\0';
}

const struct route *route_find(const struct route *const *tables, const size_t *counts, size_t n,
                               enum method m, const char *path,
                               char args[ROUTE_ARGS][ROUTE_ARG_MAX], bool *known)
{
    *known = false;
    for (size_t t = 0; t < n; t++)
        for (size_t i = 0; i < counts[t]; i++) {
            const struct route *r = &tables[t][i];
            if (!matches(r->path, path, args))
                continue;
            *known = true;
            if (r->method == m)
                return r;
        }
    return NULL;
}

void route_methods(const struct route *const *tables, const size_t *counts, size_t n,
                   const char *path, char out[64])
{
    char args[ROUTE_ARGS][ROUTE_ARG_MAX];
    out[0] = '\0';
    for (size_t t = 0; t < n; t++)
        for (size_t i = 0; i < counts[t]; i++) {
            const struct route *r = &tables[t][i];
            size_t at = strlen(out);
            if (matches(r->path, path, args))
                (void)snprintf(out + at, 64 - at, "%s%s", at > 0 ? ", " : "",
                               r->method == M_GET ? "GET, HEAD" : method_text(r->method));
        }
}
