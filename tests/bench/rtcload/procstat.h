/** @file
 * What the server used, from the kernel: processor time and memory of processes and of their
 * descendants, and how busy the machine was besides. */
#ifndef RTCLOAD_PROCSTAT_H
#define RTCLOAD_PROCSTAT_H

#include <stdint.h>
#include <sys/types.h>

struct usage {
    double cpu_s;            /**< Processor time of all threads, also of those that ended. */
    double user_s, system_s; /**< The same, divided by the kernel's ticks. */
    int threads;
};

struct procstat {
    struct usage own;      /**< The processes named. */
    struct usage children; /**< Their descendants, also those that ended and were waited for. */
    int n_children;        /**< Those that live. */
};

struct memory {
    long own_kb, children_kb; /**< Proportional set size. */
    long own_rss_kb;
};

struct udpstat {
    uint64_t rcvbuf_errors, sndbuf_errors; /**< Of this network namespace. */
};

struct hoststat {
    double busy_s, steal_s; /**< All processors of the machine. */
};

struct procstat procstat_read(const pid_t *pids, int n);
/** Walks the page tables: not while measuring. */
struct memory memory_read(const pid_t *pids, int n);
struct udpstat udpstat_read(void);
struct hoststat hoststat_read(void);

#endif
