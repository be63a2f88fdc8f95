/* What every program tells of itself, from /proc. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/metrics.h"

static const struct metric_family cpu = {"process_cpu_seconds_total",
                                         "Processor time spent, in user and kernel mode.",
                                         METRIC_COUNTER,
                                         1e-9,
                                         NULL,
                                         0};
static const struct metric_family rss = {
    "process_resident_memory_bytes", "Memory that is in RAM.", METRIC_GAUGE, 1, NULL, 0};
static const struct metric_family virt = {
    "process_virtual_memory_bytes", "Memory that is mapped.", METRIC_GAUGE, 1, NULL, 0};
static const struct metric_family fds = {
    "process_open_fds", "File descriptors that are open.", METRIC_GAUGE, 1, NULL, 0};
static const struct metric_family max_fds = {
    "process_max_fds", "File descriptors that may be open.", METRIC_GAUGE, 1, NULL, 0};
static const struct metric_family begun = {
    "process_start_time_seconds", "Start, in seconds since 1970.", METRIC_GAUGE, 1e-3, NULL, 0};

struct process {
    struct metric *cpu, *rss, *virt, *fds, *max_fds;
};
static struct process the_process; /* there is one */

static void read_memory(const struct process *p)
{
    unsigned long long size = 0, resident = 0;
    long page = sysconf(_SC_PAGESIZE);
    FILE *f = fopen("/proc/self/statm", "re");
    if (f == NULL)
        return;
    if (fscanf(f, "%llu %llu", &size, &resident) == 2) { // NOLINT(cert-err34-c): the kernel's
        metric_set(p->virt, (int64_t)size * page);
        metric_set(p->rss, (int64_t)resident * page);
    }
    (void)fclose(f);
}

static void count_fds(const struct process *p)
{
    DIR *d = opendir("/proc/self/fd");
    int64_t n = -3; /* ".", ".." and the folder's own */
    if (d == NULL)
        return;
    while (readdir(d) != NULL)
        n++;
    (void)closedir(d);
    metric_set(p->fds, n);
}

static void collect(void *arg)
{
    const struct process *p = (const struct process *)arg;
    struct timespec spent;
    struct rlimit limit;
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent) == 0)
        metric_set(p->cpu, (int64_t)spent.tv_sec * (int64_t)NS_PER_S + spent.tv_nsec);
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
        metric_set(p->max_fds, (int64_t)limit.rlim_cur);
    read_memory(p);
    count_fds(p);
}

enum err metrics_process(struct metrics *ms)
{
    struct process *p = &the_process;
    *p = (struct process){metrics_series(ms, &cpu, NULL), metrics_series(ms, &rss, NULL),
                          metrics_series(ms, &virt, NULL), metrics_series(ms, &fds, NULL),
                          metrics_series(ms, &max_fds, NULL)};
    struct metric *start = metrics_series(ms, &begun, NULL);
    metric_set(start, clock_wall_ms());
    metrics_collect(ms, collect, p);
    return start != NULL ? ERR_OK : ERR_NOMEM;
}
