/* The machine: files, ports, disk, clock, limits. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include "base/clock.h"
#include "doctor_priv.h"
#include "ops_priv.h"

enum {
    SYNCS = 8,
    SLOW_SYNC_MS = 50,
    SPEED_BYTES = 16 << 20,
    SLOW_MIB_S = 20,
    PATH = CONF_TEXT + 64,
    FEW_FILES = 4096,
    TOO_FEW_FILES = 1024,
    YEAR_2025_S = 1735689600,
};

void doctor_files(struct doctor *d)
{
    char path[PATH], packager[CONF_TEXT];
    (void)snprintf(path, sizeof(path), "%s/index.html", d->conf->web_root);
    places_packager(d->conf, packager);
    bool pages = access(path, R_OK) == 0, packs = access(packager, X_OK) == 0;
    if (!pages)
        doctor_found(d, "files.web_root", "%s", path);
    if (!packs)
        doctor_found(d, "files.packager", "%s", packager);
    if (pages && packs)
        doctor_found(d, "files.fine", "%s", "");
}

/* ---- ports
 * ---------------------------------------------------------------------------------------------------
 */

/* 0, or the errno of the attempt. Both families, as the server opens them. */
static int try_port(const struct conf *c, uint16_t port, bool udp)
{
    struct addr at[2];
    unsigned n = 0;
    int bad = 0;
    if (places_listen(c, port, at, &n) != ERR_OK)
        return EADDRNOTAVAIL;
    for (unsigned i = 0; bad == 0 && i < n; i++) {
        int on = 1;
        int fd = socket(at[i].u.sa.sa_family, (udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
        if (fd < 0)
            continue; /* Without IPv6 there is nothing to be taken. */
        if (addr_is_v6(&at[i]))
            (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
        if (!udp) /* What has just been closed is free. */
            (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
        if (bind(fd, &at[i].u.sa, at[i].len) != 0 || (!udp && listen(fd, 1) != 0))
            bad = errno;
        (void)close(fd);
    }
    return bad;
}

static unsigned workers_of(const struct conf *c)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (c->workers > 0)
        return (unsigned)c->workers;
    return cores < 1 ? 1 : cores > API_WORKERS_MAX ? API_WORKERS_MAX : (unsigned)cores;
}

/* @return true when it is free, or ours. */
static bool port_fine(struct doctor *d, int64_t port, bool udp)
{
    int bad = try_port(d->conf, (uint16_t)port, udp);
    const char *kind = udp ? "UDP" : "TCP";
    if (bad == 0 || (bad == EADDRINUSE && d->running))
        return true;
    if (bad == EADDRINUSE)
        doctor_found(d, "ports.taken", "%lld %s", (long long)port, kind);
    else if (bad == EACCES)
        doctor_found(d, "ports.denied", "%lld %s", (long long)port, kind);
    else
        doctor_found(d, "ports.address", "%s", d->conf->listen);
    return false;
}

void doctor_ports(struct doctor *d)
{
    const struct conf *c = d->conf;
    unsigned n = workers_of(c);
    bool fine = port_fine(d, c->https_port, false);
    fine = port_fine(d, c->media_port, false) && fine;
    for (unsigned i = 0; i < n; i++)
        fine = port_fine(d, c->media_port + i, true) && fine;
    if (fine)
        doctor_found(d, d->running ? "ports.ours" : "ports.fine",
                     "%lld TCP, %lld TCP, %lld-%lld UDP", (long long)c->https_port,
                     (long long)c->media_port, (long long)c->media_port,
                     (long long)c->media_port + n - 1);
}

/* ---- disk
 * ----------------------------------------------------------------------------------------------------
 */

static double elapsed_ms(uint64_t begun)
{
    return (double)(clock_mono_ns() - begun) / (double)NS_PER_MS;
}

/* The slowest of a few small durable writes in ms, and the speed of a long one in MiB/s. */
static bool measure(const char *data, double *sync_ms, double *mib_s)
{
    static uint8_t block[1 << 20];
    char path[PATH];
    (void)snprintf(path, sizeof(path), "%s/.doctor", data);
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    bool fine = fd >= 0;
    *sync_ms = 0;
    for (int i = 0; fine && i < SYNCS; i++) {
        uint64_t begun = clock_mono_ns();
        fine = write(fd, block, 4096) == 4096 && fdatasync(fd) == 0;
        double ms = elapsed_ms(begun);
        *sync_ms = ms > *sync_ms ? ms : *sync_ms;
    }
    uint64_t begun = clock_mono_ns();
    for (size_t n = 0; fine && n < SPEED_BYTES; n += sizeof(block))
        fine = write(fd, block, sizeof(block)) == (ssize_t)sizeof(block);
    fine = fine && fdatasync(fd) == 0;
    *mib_s = (double)(SPEED_BYTES >> 20) * 1000.0 / elapsed_ms(begun);
    if (fd >= 0) {
        (void)close(fd);
        (void)unlink(path);
    }
    return fine;
}

void doctor_disk(struct doctor *d)
{
    const struct conf *c = d->conf;
    char mark[PATH];
    struct statvfs v;
    struct stat st;
    double sync_ms = 0, mib_s = 0;
    if (stat(c->data, &st) != 0 || !S_ISDIR(st.st_mode) || statvfs(c->data, &v) != 0) {
        doctor_found(d, "disk.folder", "%s: %s", c->data, strerror(errno));
        return;
    }
    (void)snprintf(mark, sizeof(mark), "%s/%s", c->data, RESTORE_MARK);
    if (access(mark, F_OK) == 0)
        doctor_found(d, "disk.restore", "%s", c->data);
    if ((st.st_mode & 0007) != 0)
        doctor_found(d, "disk.open", "%s", c->data);
    double free_mib = (double)v.f_bavail * (double)v.f_frsize / 1048576.0;
    if (free_mib < (double)c->disk_reserve_mib) {
        doctor_found(d, "disk.full", "%.0f MiB < %lld MiB (disk_reserve_mib)", free_mib,
                     (long long)c->disk_reserve_mib);
        return; /* Measuring would take of the little that is left. */
    }
    if (!measure(c->data, &sync_ms, &mib_s))
        doctor_found(d, "disk.folder", "%s: %s", c->data, strerror(errno));
    else if (sync_ms > SLOW_SYNC_MS || mib_s < SLOW_MIB_S)
        doctor_found(d, "disk.slow", "fdatasync %.1f ms, %.0f MiB/s", sync_ms, mib_s);
    else
        doctor_found(d, "disk.fine", "%.1f GiB, fdatasync %.1f ms, %.0f MiB/s", free_mib / 1024.0,
                     sync_ms, mib_s);
}

/* ---- clock
 * ---------------------------------------------------------------------------------------------------
 */

void doctor_clock(struct doctor *d)
{
    struct timex t = {.modes = 0};
    uint64_t mono = clock_mono_ns(), wall = clock_wall_ns();
    (void)usleep(200000);
    int64_t drift_us =
        ((int64_t)(clock_wall_ns() - wall) - (int64_t)(clock_mono_ns() - mono)) / 1000;
    int state = adjtimex(&t);
    if (clock_wall_ms() / 1000 < YEAR_2025_S)
        doctor_found(d, "clock.past", "%lld s", (long long)(clock_wall_ms() / 1000));
    else if (state == TIME_ERROR || (t.status & STA_UNSYNC) != 0)
        doctor_found(d, "clock.unsynchronised", "adjtimex %d, %lld us / 200 ms", state,
                     (long long)drift_us);
    else
        doctor_found(d, "clock.fine", "NTP, +-%ld ms, %lld us / 200 ms", t.maxerror / 1000,
                     (long long)drift_us);
}

void doctor_limits(struct doctor *d)
{
    struct rlimit l = {.rlim_cur = 0};
    (void)getrlimit(RLIMIT_NOFILE, &l);
    unsigned long long n = (unsigned long long)l.rlim_cur;
    doctor_found(d,
                 n < TOO_FEW_FILES ? "limits.too_few"
                 : n < FEW_FILES   ? "limits.files"
                                   : "limits.fine",
                 "RLIMIT_NOFILE %llu", n);
}
