/* Series by family, in the order they were made; text is made of whole lines or not at all. */
#include "base/metrics.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

enum { COLLECTORS = 8, PAGE = 4096, LINE = 512 };

struct metric {
    struct metric *next; /* of its family */
    const struct metric_family *family;
    char labels[METRIC_LABELS_MAX]; /* a="b",c="d" */
    atomic_int_fast64_t value;      /* a histogram's sum */
    atomic_bool used;
    atomic_uint_fast64_t buckets[METRIC_BOUNDS_MAX + 1]; /* the last: above all bounds */
};

struct group {
    struct group *next;
    const struct metric_family *family;
    struct metric *first, **tail;
};

struct metrics {
    struct group *first, **tail;
    struct {
        void (*f)(void *arg);
        void *arg;
    } collectors[COLLECTORS];
    size_t n_collectors;
};

enum err metrics_new(struct metrics **out)
{
    struct metrics *ms = (struct metrics *)mem_zalloc(1, sizeof(*ms));
    if (ms == NULL)
        return ERR_NOMEM;
    ms->tail = &ms->first;
    *out = ms;
    return ERR_OK;
}

void metrics_free(struct metrics *ms)
{
    if (ms == NULL)
        return;
    for (struct group *g = ms->first, *next = NULL; g != NULL; g = next) {
        next = g->next;
        for (struct metric *m = g->first, *after = NULL; m != NULL; m = after) {
            after = m->next;
            mem_free(m);
        }
        mem_free(g);
    }
    mem_free(ms);
}

static struct group *group_of(struct metrics *ms, const struct metric_family *f)
{
    for (struct group *g = ms->first; g != NULL; g = g->next)
        if (g->family == f)
            return g;
    struct group *g = (struct group *)mem_zalloc(1, sizeof(*g));
    if (g == NULL)
        return NULL;
    g->family = f;
    g->tail = &g->first;
    *ms->tail = g;
    ms->tail = &g->next;
    return g;
}

/* key="value" with \, " and line ends escaped. @return false when it does not fit. */
static bool put_label(char out[METRIC_LABELS_MAX], const char *key, const char *value)
{
    size_t n = strlen(out);
    int k = snprintf(out + n, METRIC_LABELS_MAX - n, "%s%s=\"", n > 0 ? "," : "", key);
    n += k > 0 ? (size_t)k : METRIC_LABELS_MAX;
    for (; *value != '\0'; value++) {
        if (n + 4 >= METRIC_LABELS_MAX)
            return false;
        if (*value == '"' || *value == '\\' || *value == '\n')
            out[n++] = '\\';
        out[n++] = *value;
        if (*value == '\n')
            out[n - 1] = 'n';
    }
    if (n + 2 > METRIC_LABELS_MAX)
        return false;
    out[n] = '"';
    out[n + 1] = '\0';
    return true;
}

struct metric *metrics_series(struct metrics *ms, const struct metric_family *f,
                              const char *const *labels)
{
    struct group *g = ms == NULL ? NULL : group_of(ms, f);
    struct metric *m = g == NULL ? NULL : (struct metric *)mem_zalloc(1, sizeof(*m));
    bool fine = m != NULL && f->n_bounds <= METRIC_BOUNDS_MAX;
    for (; fine && labels != NULL && *labels != NULL; labels += 2)
        fine = put_label(m->labels, labels[0], labels[1]);
    if (!fine) {
        mem_free(m);
        return NULL;
    }
    m->family = f;
    *g->tail = m;
    g->tail = &m->next;
    return m;
}

void metrics_collect(struct metrics *ms, void (*f)(void *arg), void *arg)
{
    if (ms == NULL || ms->n_collectors == COLLECTORS)
        return;
    ms->collectors[ms->n_collectors].f = f;
    ms->collectors[ms->n_collectors++].arg = arg;
}

/* ---- counting
 * -------------------------------------------------------------------------------------------------
 */

static void mark_used(struct metric *m)
{
    if (!atomic_load_explicit(&m->used, memory_order_relaxed))
        atomic_store_explicit(&m->used, true, memory_order_relaxed);
}

void metric_add(struct metric *m, uint64_t n)
{
    if (m == NULL)
        return;
    (void)atomic_fetch_add_explicit(&m->value, (int_fast64_t)n, memory_order_relaxed);
    mark_used(m);
}

void metric_move(struct metric *m, int64_t by)
{
    metric_add(m, (uint64_t)by); /* two's complement */
}

void metric_set(struct metric *m, int64_t v)
{
    if (m == NULL)
        return;
    atomic_store_explicit(&m->value, v, memory_order_relaxed);
    mark_used(m);
}

void metric_observe(struct metric *m, uint64_t v)
{
    size_t i = 0;
    if (m == NULL)
        return;
    while (i < m->family->n_bounds && v > m->family->bounds[i])
        i++;
    (void)atomic_fetch_add_explicit(&m->buckets[i], 1, memory_order_relaxed);
    metric_add(m, v);
}

int64_t metric_get(const struct metric *m)
{
    return m == NULL ? 0 : atomic_load_explicit(&m->value, memory_order_relaxed);
}

/* ---- the page
 * -------------------------------------------------------------------------------------------------
 */

struct page {
    char *text;
    size_t n, cap;
    bool bad;
};

__attribute__((format(printf, 2, 3))) static void put(struct page *p, const char *fmt, ...)
{
    if (!p->bad && p->cap - p->n < LINE) {
        char *more = (char *)mem_realloc(p->text, p->cap + PAGE);
        p->bad = more == NULL;
        if (more != NULL) {
            p->text = more;
            p->cap += PAGE;
        }
    }
    if (p->bad)
        return;
    va_list ap;
    va_start(ap, fmt);
    int k = vsnprintf(p->text + p->n, LINE, fmt, ap);
    va_end(ap);
    p->bad = k < 0 || k >= LINE;
    p->n += p->bad ? 0 : (size_t)k;
}

static void put_value(struct page *p, const struct metric *m, int64_t v)
{
    if (m->family->scale == 1.0)
        put(p, " %lld\n", (long long)v);
    else
        put(p, " %.9g\n", (double)v * m->family->scale);
}

static void put_histogram(struct page *p, const struct metric *m)
{
    const struct metric_family *f = m->family;
    const char *comma = m->labels[0] != '\0' ? "," : "";
    const char *open = m->labels[0] != '\0' ? "{" : "", *close = m->labels[0] != '\0' ? "}" : "";
    uint64_t sum = 0;
    for (size_t i = 0; i <= f->n_bounds; i++) {
        sum += atomic_load_explicit(&m->buckets[i], memory_order_relaxed);
        if (i < f->n_bounds)
            put(p, "%s_bucket{%s%sle=\"%.9g\"} %llu\n", f->name, m->labels, comma,
                (double)f->bounds[i] * f->scale, (unsigned long long)sum);
    }
    put(p, "%s_bucket{%s%sle=\"+Inf\"} %llu\n", f->name, m->labels, comma, (unsigned long long)sum);
    put(p, "%s_sum%s%s%s", f->name, open, m->labels, close);
    put_value(p, m, metric_get(m));
    put(p, "%s_count%s%s%s %llu\n", f->name, open, m->labels, close, (unsigned long long)sum);
}

static void put_series(struct page *p, const struct metric *m)
{
    if (m->family->type == METRIC_HISTOGRAM) {
        put_histogram(p, m);
        return;
    }
    put(p, m->labels[0] != '\0' ? "%s{%s}" : "%s%s", m->family->name, m->labels);
    put_value(p, m, metric_get(m));
}

static void put_group(struct page *p, const struct group *g)
{
    static const char *const words[] = {"counter", "gauge", "histogram"};
    bool head = false;
    for (const struct metric *m = g->first; m != NULL; m = m->next) {
        if (!atomic_load_explicit(&m->used, memory_order_relaxed))
            continue;
        if (!head)
            put(p, "# HELP %s %s\n# TYPE %s %s\n", g->family->name, g->family->help,
                g->family->name, words[g->family->type]);
        head = true;
        put_series(p, m);
    }
}

char *metrics_text(struct metrics *ms)
{
    struct page p = {.n = 0};
    for (size_t i = 0; i < ms->n_collectors; i++)
        ms->collectors[i].f(ms->collectors[i].arg);
    put(&p, "%s", "");
    for (const struct group *g = ms->first; g != NULL; g = g->next)
        put_group(&p, g);
    if (p.bad) {
        mem_free(p.text);
        return NULL;
    }
    return p.text;
}
