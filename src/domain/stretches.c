/* A short sorted list. */
#include "domain/stretches.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void drop(struct stretches *s, size_t at, size_t n)
{
    memmove(&s->list[at], &s->list[at + n], (s->n - at - n) * sizeof(s->list[0]));
    s->n -= n;
}

static void join_nearest(struct stretches *s)
{
    size_t best = 1;
    for (size_t i = 2; i < s->n; i++)
        if (s->list[i].from - s->list[i - 1].to < s->list[best].from - s->list[best - 1].to)
            best = i;
    s->list[best - 1].to = s->list[best].to;
    drop(s, best, 1);
}

bool stretches_add(struct stretches *s, int64_t from, int64_t to)
{
    size_t at = 0, end = 0;
    if (from < 0 || to <= from)
        return false;
    while (at < s->n && s->list[at].to < from)
        at++;
    if (at < s->n && s->list[at].from <= from && s->list[at].to >= to)
        return false;
    for (end = at; end < s->n && s->list[end].from <= to; end++) {
        from = s->list[end].from < from ? s->list[end].from : from;
        to = s->list[end].to > to ? s->list[end].to : to;
    }
    if (end == at) {
        memmove(&s->list[at + 1], &s->list[at], (s->n - at) * sizeof(s->list[0]));
        s->n++;
    } else {
        drop(s, at + 1, end - at - 1);
    }
    s->list[at] = (struct stretch){from, to};
    if (s->n > STRETCHES_MAX)
        join_nearest(s);
    return true;
}

int64_t stretches_length(const struct stretches *s)
{
    int64_t sum = 0;
    for (size_t i = 0; i < s->n; i++)
        sum += s->list[i].to - s->list[i].from;
    return sum;
}

void stretches_print(const struct stretches *s, char out[STRETCHES_TEXT])
{
    size_t used = 1;
    out[0] = '[';
    for (size_t i = 0; i < s->n; i++)
        used += (size_t)snprintf(out + used, STRETCHES_TEXT - used, "%s[%" PRId64 ",%" PRId64 "]",
                                 i > 0 ? "," : "", s->list[i].from, s->list[i].to);
    out[used] = ']';
    out[used + 1] = '\0';
}

/* A whole number and the one character that must follow it. */
static bool number(const char **at, char then, int64_t *out)
{
    char *end = NULL;
    if (**at < '0' || **at > '9')
        return false;
    *out = strtoll(*at, &end, 10);
    if (*end != then)
        return false;
    *at = end + 1;
    return true;
}

enum err stretches_read(struct stretches *out, const char *text)
{
    struct stretches s = {0};
    int64_t last = -1;
    if (*text++ != '[')
        return ERR_INVAL;
    while (*text == '[' && s.n < STRETCHES_MAX) {
        struct stretch *x = &s.list[s.n++];
        text++;
        if (!number(&text, ',', &x->from) || !number(&text, ']', &x->to) || x->from <= last ||
            x->to <= x->from)
            return ERR_INVAL;
        last = x->to;
        if (*text == ',' && text[1] == '[')
            text++;
        else if (*text != ']')
            return ERR_INVAL;
    }
    if (strcmp(text, "]") != 0)
        return ERR_INVAL;
    *out = s;
    return ERR_OK;
}
