/* http/range and http/route. */
#include <stdlib.h>
#include <string.h>

#include "http/range.h"
#include "http/route.h"
#include "t.h"

static void ranges(void)
{
    static const struct {
        const char *text;
        uint64_t size;
        enum range_verdict want;
        uint64_t first, last;
    } rows[] = {
        {"bytes=0-499", 1000, RANGE_PART, 0, 499},
        {"Bytes=0-499", 1000, RANGE_PART, 0, 499},
        {"bytes=500-", 1000, RANGE_PART, 500, 999},
        {"bytes=-200", 1000, RANGE_PART, 800, 999},
        {"bytes=-2000", 1000, RANGE_PART, 0, 999},
        {"bytes=0-0", 1000, RANGE_PART, 0, 0},
        {"bytes=999-999", 1000, RANGE_PART, 999, 999},
        {"bytes=0-5000", 1000, RANGE_PART, 0, 999},
        {"bytes=0-999999999999999999", 1000, RANGE_PART, 0, 999},
        {"bytes=0-0", 1, RANGE_PART, 0, 0},
        {"bytes=1000-", 1000, RANGE_REFUSE, 0, 0},
        {"bytes=1000-2000", 1000, RANGE_REFUSE, 0, 0},
        {"bytes=-0", 1000, RANGE_REFUSE, 0, 0},
        {"bytes=0-", 0, RANGE_REFUSE, 0, 0},
        {"bytes=-5", 0, RANGE_REFUSE, 0, 0},
        {"", 1000, RANGE_WHOLE, 0, 0},
        {"bytes=", 1000, RANGE_WHOLE, 0, 0},
        {"bytes=-", 1000, RANGE_WHOLE, 0, 0},
        {"bytes=5-4", 1000, RANGE_WHOLE, 0, 0},
        {"bytes=0-1,3-4", 1000, RANGE_WHOLE, 0, 0},
        {"bytes=a-b", 1000, RANGE_WHOLE, 0, 0},
        {"bytes=0x1-5", 1000, RANGE_WHOLE, 0, 0},
        {"bytes= 0-5", 1000, RANGE_WHOLE, 0, 0},
        {"bytes=--5", 1000, RANGE_WHOLE, 0, 0},
        {"bytes=0-5 ", 1000, RANGE_WHOLE, 0, 0},
        {"bytes=+1-5", 1000, RANGE_WHOLE, 0, 0},
        {"items=0-5", 1000, RANGE_WHOLE, 0, 0},
        {"bytes=18446744073709551616-", 1000, RANGE_WHOLE, 0, 0},
        {"bytes=0-18446744073709551616", 1000, RANGE_WHOLE, 0, 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint64_t first = 0, last = 0;
        size_t n = strlen(rows[i].text);
        char *copy = (char *)malloc(n ? n : 1);
        if (copy == NULL)
            abort();
        memcpy(copy, rows[i].text, n);
        T_EQ(range_parse(copy, n, rows[i].size, &first, &last), rows[i].want);
        T_EQ(first, rows[i].first);
        T_EQ(last, rows[i].last);
        free(copy);
    }
}

static const struct route some[] = {
    {.method = M_GET, .path = "/api/v1/meetings/{id}"},
    {.method = M_POST, .path = "/api/v1/meetings/{id}/end"},
    {.method = M_GET, .path = "/api/v1/meetings/{id}/recording/files/{name}"},
};
static const struct route more[] = {
    {.method = M_POST, .path = "/api/v1/session"},
    {.method = M_DELETE, .path = "/api/v1/session"},
};
static const struct route *const tables[] = {some, more};
static const size_t counts[] = {3, 2};

static void routes(void)
{
    static const struct {
        enum method m;
        const char *path;
        const struct route *want;
        bool known;
        const char *arg0, *arg1;
    } rows[] = {
        {M_GET, "/api/v1/meetings/abc-1_2", &some[0], true, "abc-1_2", NULL},
        {M_POST, "/api/v1/meetings/abc", NULL, true, NULL, NULL},
        {M_POST, "/api/v1/meetings/abc/end", &some[1], true, "abc", NULL},
        {M_GET, "/api/v1/meetings/a/recording/files/t1.webm", &some[2], true, "a", "t1.webm"},
        {M_DELETE, "/api/v1/session", &more[1], true, NULL, NULL},
        {M_PUT, "/api/v1/session", NULL, true, NULL, NULL},
        {M_GET, "/api/v1/meetings/", NULL, false, NULL, NULL},
        {M_GET, "/api/v1/meetings", NULL, false, NULL, NULL},
        {M_GET, "/api/v1/meetings/a/", NULL, false, NULL, NULL},
        {M_GET, "/api/v1/meetings/a/b", NULL, false, NULL, NULL},
        {M_GET, "/api/v1/meetings/..", NULL, false, NULL, NULL},
        {M_GET, "/api/v1/meetings/.hidden", NULL, false, NULL, NULL},
        {M_GET, "/api/v1/meetings/a%2fb", NULL, false, NULL, NULL},
        {M_GET, "/api/v1/meetings/a b", NULL, false, NULL, NULL},
        {M_GET, "/api/v1/meetings/a\\b", NULL, false, NULL, NULL},
        {M_GET, "/api/v1/meetings/\xe4\xba\x91", NULL, false, NULL, NULL},
        {M_GET, "/api/v1/meetings/a/recording/files/../index.json", NULL, false, NULL, NULL},
        {M_GET, "/api/v1/meetings/a/recording/files/.", NULL, false, NULL, NULL},
        {M_DELETE, "/api/v1/sessio", NULL, false, NULL, NULL},
        {M_DELETE, "/api/v1/sessions", NULL, false, NULL, NULL},
        {M_DELETE, "/API/v1/session", NULL, false, NULL, NULL},
        {M_GET, "", NULL, false, NULL, NULL},
        {M_GET, "/", NULL, false, NULL, NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char args[ROUTE_ARGS][ROUTE_ARG_MAX] = {{0}};
        bool known = !rows[i].known;
        const struct route *r =
            route_find(tables, counts, 2, rows[i].m, rows[i].path, args, &known);
        T_OK(r == rows[i].want);
        T_EQ(known, rows[i].known);
        T_OK(rows[i].arg0 == NULL || strcmp(args[0], rows[i].arg0) == 0);
        T_OK(rows[i].arg1 == NULL || strcmp(args[1], rows[i].arg1) == 0);
    }
}

static void arguments_are_bounded(void)
{
    char path[300], args[ROUTE_ARGS][ROUTE_ARG_MAX];
    bool known = false;
    for (int n = ROUTE_ARG_MAX - 2; n < ROUTE_ARG_MAX + 2; n++) {
        (void)snprintf(path, sizeof(path), "/api/v1/meetings/%0*d", n, 7);
        const struct route *r = route_find(tables, counts, 2, M_GET, path, args, &known);
        T_OK((r != NULL) == (n < ROUTE_ARG_MAX));
    }
}

static void errors_carry_their_text(void)
{
    struct request rq = {.now_ms = 1};
    char longest[400];
    memset(longest, 'x', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    T_EQ(answer_error(&rq, ERR_GONE, "it has ended"), ERR_GONE);
    T_OK(strcmp(rq.answer.detail, "it has ended") == 0);
    T_EQ(answer_error(&rq, ERR_GONE, longest), ERR_GONE);
    T_EQ(strlen(rq.answer.detail), ROUTE_DETAIL_MAX - 1);
    T_EQ(err_http_status(ERR_OK), 200);
    T_EQ(err_http_status(ERR_DENIED), 403);
    T_EQ(err_http_status(ERR_AUTH), 401);
    T_EQ(err_http_status(ERR_NOENT), 404);
    T_EQ(err_http_status(ERR_GONE), 410);
    T_EQ(err_http_status(ERR_CONFLICT), 409);
    T_EQ(err_http_status(ERR_TOOBIG), 413);
    T_EQ(err_http_status(ERR_BUSY), 503);
    for (int e = -20; e <= 0; e++)
        T_OK(err_name((enum err)e) != NULL && err_http_status((enum err)e) >= 200);
}

static void parameters(void)
{
    static struct request rq;
    static const char text[] = "limit=10\0q=a=b\0limited=1\0q=second\0flag\0";
    memcpy(rq.query, text, sizeof(text));
    T_OK(strcmp(request_query(&rq, "limit"), "10") == 0);
    T_OK(strcmp(request_query(&rq, "q"), "a=b") == 0); /* the first, up to its end */
    T_OK(strcmp(request_query(&rq, "limited"), "1") == 0);
    T_OK(strcmp(request_query(&rq, "flag"), "") == 0);
    T_OK(strcmp(request_query(&rq, "lim"), "") == 0);
    rq.query[0] = '\0';
    T_OK(strcmp(request_query(&rq, "q"), "") == 0);
}

int main(void)
{
    ranges();
    routes();
    arguments_are_bounded();
    errors_carry_their_text();
    parameters();
    return t_done("http");
}
