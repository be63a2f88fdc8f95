/* metrics: what a strict reader must find on the page; the end-to-end tests ask promtool too. */
#include "base/metrics.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "t.h"

static const struct metric_family packets = {
    "y_packets_total", "Packets.", METRIC_COUNTER, 1, NULL, 0};
static const struct metric_family rooms = {"y_rooms", "Rooms.", METRIC_GAUGE, 1, NULL, 0};
static const uint64_t bounds[] = {1000000, 10000000, 100000000};
static const struct metric_family wait = {"y_wait_seconds", "Wait.", METRIC_HISTOGRAM, 1e-9,
                                          bounds,           3};

static bool page_is(struct metrics *ms, const char *want)
{
    char *text = metrics_text(ms);
    bool same = text != NULL && strcmp(text, want) == 0;
    if (!same)
        (void)fprintf(stderr, "---\n%s---\n", text != NULL ? text : "NULL");
    mem_free(text);
    return same;
}

static void pages(void)
{
    struct metrics *ms = NULL;
    T_EQ(metrics_new(&ms), ERR_OK);
    T_OK(page_is(ms, ""));
    const char *in[] = {"worker", "0", "way", "in", NULL}, *odd[] = {"path", "a\"b\\c\nd", NULL};
    struct metric *a = metrics_series(ms, &packets, in), *b = metrics_series(ms, &packets, odd);
    struct metric *r = metrics_series(ms, &rooms, NULL), *w = metrics_series(ms, &wait, NULL);
    struct metric *w2 = metrics_series(ms, &wait, in);
    T_OK(page_is(ms, "")); /* nothing has counted */
    metric_add(a, 3);
    metric_add(a, 4);
    metric_set(b, 9007199254740993); /* no double: it would be ...992 */
    metric_set(r, -2);
    metric_observe(w, 1000000);
    metric_observe(w, 1000001);
    metric_observe(w, 500000000);
    T_EQ(metric_get(a), 7);
    T_OK(page_is(ms, "# HELP y_packets_total Packets.\n# TYPE y_packets_total counter\n"
                     "y_packets_total{worker=\"0\",way=\"in\"} 7\n"
                     "y_packets_total{path=\"a\\\"b\\\\c\\nd\"} 9007199254740993\n"
                     "# HELP y_rooms Rooms.\n# TYPE y_rooms gauge\ny_rooms -2\n"
                     "# HELP y_wait_seconds Wait.\n# TYPE y_wait_seconds histogram\n"
                     "y_wait_seconds_bucket{le=\"0.001\"} 1\n"
                     "y_wait_seconds_bucket{le=\"0.01\"} 2\n"
                     "y_wait_seconds_bucket{le=\"0.1\"} 2\n"
                     "y_wait_seconds_bucket{le=\"+Inf\"} 3\n"
                     "y_wait_seconds_sum 0.502000001\ny_wait_seconds_count 3\n"));
    metric_observe(w2, 2000000);
    char *text = metrics_text(ms);
    T_OK(strstr(text, "y_wait_seconds_bucket{worker=\"0\",way=\"in\",le=\"0.01\"} 1\n") != NULL);
    T_OK(strstr(text, "y_wait_seconds_sum{worker=\"0\",way=\"in\"} 0.002\n") != NULL);
    mem_free(text);
    metrics_free(ms);
}

static void collected(void *arg)
{
    metric_set((struct metric *)arg, 5);
}

static void limits(void)
{
    static char longest[METRIC_LABELS_MAX + 10];
    struct metrics *ms = NULL;
    memset(longest, 'x', sizeof(longest) - 1);
    T_EQ(metrics_new(&ms), ERR_OK);
    for (size_t n = METRIC_LABELS_MAX - 20; n < sizeof(longest) - 1; n++) {
        const char *labels[] = {"l", longest + sizeof(longest) - 1 - n, NULL};
        struct metric *m = metrics_series(ms, &packets, labels);
        T_OK((m != NULL) == (n <= METRIC_LABELS_MAX - 7));
        metric_add(m, 1); /* NULL too */
    }
    T_OK(metrics_series(NULL, &packets, NULL) == NULL);
    metric_set(NULL, 1);
    metric_observe(NULL, 1);
    T_EQ(metric_get(NULL), 0);
    metrics_collect(NULL, collected, NULL);
    struct metric *r = metrics_series(ms, &rooms, NULL);
    metrics_collect(ms, collected, r);
    T_EQ(metrics_process(ms), ERR_OK);
    char *text = metrics_text(ms);
    T_OK(text != NULL && strstr(text, "\ny_rooms 5\n") != NULL);
    T_OK(strstr(text, "\nprocess_open_fds ") != NULL);
    T_OK(strstr(text, "\nprocess_resident_memory_bytes ") != NULL);
    T_OK(strstr(text, "\nprocess_cpu_seconds_total ") != NULL);
    mem_free(text);
    enum err e = ERR_NOMEM;
    for (size_t at = 1; e == ERR_NOMEM && at < 10; at++) {
        mem_fail_at(at);
        text = metrics_text(ms);
        mem_fail_at(0);
        e = text != NULL ? ERR_OK : ERR_NOMEM;
        mem_free(text);
    }
    T_EQ(e, ERR_OK);
    metrics_free(ms);
    metrics_free(NULL);
}

enum { THREADS = 4, ROUNDS = 20000 };

static void *count(void *arg)
{
    struct metric **m = (struct metric **)arg;
    for (uint64_t i = 0; i < ROUNDS; i++) {
        metric_add(m[0], 1);
        metric_observe(m[1], i);
    }
    return NULL;
}

static void threads(void)
{
    struct metrics *ms = NULL;
    pthread_t t[THREADS];
    T_EQ(metrics_new(&ms), ERR_OK);
    struct metric *m[2] = {metrics_series(ms, &packets, NULL), metrics_series(ms, &wait, NULL)};
    for (int i = 0; i < THREADS; i++)
        T_EQ(pthread_create(&t[i], NULL, count, m), 0);
    mem_free(metrics_text(ms));
    for (int i = 0; i < THREADS; i++)
        T_EQ(pthread_join(t[i], NULL), 0);
    T_EQ(metric_get(m[0]), THREADS * ROUNDS);
    char *text = metrics_text(ms);
    T_OK(strstr(text, "y_wait_seconds_count 80000\n") != NULL);
    mem_free(text);
    metrics_free(ms);
}

int main(void)
{
    pages();
    limits();
    threads();
    return t_done("metrics");
}
