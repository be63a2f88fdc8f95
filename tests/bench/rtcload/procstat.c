#include "procstat.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { FAMILY_MAX = 256, DEPTH_MAX = 8 };

/* The process clock is exact; /proc counts in ticks of 10 ms. */
static double cpu_of(pid_t pid)
{
    clockid_t clock = 0;
    struct timespec t = {0};
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &t) != 0)
        return 0;
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* @param ended gets what children used that are gone and were waited for. */
static void add_process(pid_t pid, struct usage *u, struct usage *ended)
{
    char path[64], line[1024];
    unsigned long user = 0, system = 0;
    long ended_user = 0, ended_system = 0, threads = 0;
    (void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "re");
    if (f == NULL)
        return;
    char *rest = fgets(line, sizeof(line), f) != NULL ? strrchr(line, ')') : NULL;
    (void)fclose(f);
    if (rest == NULL || sscanf(rest + 2,
                               "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld %*d "
                               "%*d %ld",
                               &user, &system, &ended_user, &ended_system, &threads) != 5)
        return;
    double cpu = cpu_of(pid), ticks = (double)(user + system);
    u->cpu_s += cpu;
    u->user_s += ticks > 0 ? cpu * (double)user / ticks : 0;
    u->system_s += ticks > 0 ? cpu * (double)system / ticks : cpu;
    u->threads += (int)threads;
    double hz = (double)sysconf(_SC_CLK_TCK);
    ended->user_s += (double)ended_user / hz;
    ended->system_s += (double)ended_system / hz;
    ended->cpu_s += (double)(ended_user + ended_system) / hz;
}

struct family {
    pid_t list[FAMILY_MAX];
    int n;
};

static void add_children_of(pid_t pid, const char *task, struct family *f)
{
    char path[300];
    int child = 0;
    (void)snprintf(path, sizeof(path), "/proc/%d/task/%.20s/children", (int)pid, task);
    FILE *in = fopen(path, "re");
    while (in != NULL && f->n < FAMILY_MAX && fscanf(in, "%d", &child) == 1)
        f->list[f->n++] = (pid_t)child;
    if (in != NULL)
        (void)fclose(in);
}

/* Any thread may have started a child. */
static struct family descendants(const pid_t *pids, int n)
{
    struct family f = {.n = 0};
    for (int i = -n; i < f.n; i++) {
        pid_t pid = i < 0 ? pids[i + n] : f.list[i];
        char path[64];
        (void)snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
        DIR *d = opendir(path);
        for (struct dirent *e = NULL; d != NULL && (e = readdir(d)) != NULL;)
            if (e->d_name[0] != '.')
                add_children_of(pid, e->d_name, &f);
        if (d != NULL)
            (void)closedir(d);
    }
    return f;
}

struct procstat procstat_read(const pid_t *pids, int n)
{
    struct procstat s = {.n_children = 0};
    struct family f = descendants(pids, n);
    for (int i = 0; i < n; i++)
        add_process(pids[i], &s.own, &s.children);
    for (int i = 0; i < f.n; i++)
        add_process(f.list[i], &s.children, &s.children);
    s.n_children = f.n;
    return s;
}

static long field_kb(pid_t pid, const char *name)
{
    char path[64], line[256];
    long kb = 0;
    size_t len = strlen(name);
    (void)snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
    FILE *f = fopen(path, "re");
    while (f != NULL && fgets(line, sizeof(line), f) != NULL)
        if (strncmp(line, name, len) == 0 && sscanf(line + len, " %ld", &kb) == 1)
            break;
    if (f != NULL)
        (void)fclose(f);
    return kb;
}

struct memory memory_read(const pid_t *pids, int n)
{
    struct memory m = {0};
    struct family f = descendants(pids, n);
    for (int i = 0; i < n; i++) {
        m.own_kb += field_kb(pids[i], "Pss:");
        m.own_rss_kb += field_kb(pids[i], "Rss:");
    }
    for (int i = 0; i < f.n; i++)
        m.children_kb += field_kb(f.list[i], "Pss:");
    return m;
}

struct udpstat udpstat_read(void)
{
    struct udpstat u = {0};
    char line[512];
    unsigned long long rcv = 0, snd = 0;
    FILE *f = fopen("/proc/net/snmp", "re");
    while (f != NULL && fgets(line, sizeof(line), f) != NULL)
        if (sscanf(line, "Udp: %*u %*u %*u %*u %llu %llu", &rcv, &snd) == 2)
            u = (struct udpstat){rcv, snd};
    if (f != NULL)
        (void)fclose(f);
    return u;
}

struct hoststat hoststat_read(void)
{
    unsigned long long v[8] = {0};
    double hz = (double)sysconf(_SC_CLK_TCK);
    FILE *f = fopen("/proc/stat", "re");
    if (f == NULL)
        return (struct hoststat){0};
    int n = fscanf(f, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", v, v + 1, v + 2, v + 3, v + 4,
                   v + 5, v + 6, v + 7);
    (void)fclose(f);
    if (n < 8)
        return (struct hoststat){0};
    return (struct hoststat){(double)(v[0] + v[1] + v[2] + v[5] + v[6]) / hz, (double)v[7] / hz};
}
