/* pack/turn: who is far behind waits for a turn, who follows does not. */
#include <fcntl.h>
#include <jansson.h>
#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>

#include "base/log.h"
#include "pack/follow.h"
#include "pack/turn.h"
#include "t.h"
#include "test_pack_synth.h"
#include "tmpdir.h"

/* GLib never frees the tables it has outgrown (gquark.c), by design. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libglib-2.0";
}

enum { LOCKS = 64 };

/* A finished meeting with so many packets of silence. */
static void make_meeting(const char *dir, unsigned packets)
{
    struct synth s = {0};
    struct way w = {.to = &s, .track = 1, .ssrc = 1, .pt = 111, .rate = 48000};
    synth_line(&s, 0, "{\"type\":\"segment\",\"version\":1,\"meeting\":\"m\",\"number\":1}");
    synth_line(&s, 1,
               "{\"type\":\"track\",\"track\":1,\"kind\":\"audio\",\"source\":\"microphone\","
               "\"participant\":\"a\",\"name\":\"A\",\"codecs\":[{\"pt\":111,\"name\":\"opus\"}]}");
    for (unsigned i = 0; i < packets; i++)
        way_packet(&w, 2 + i * 20 * NS_PER_MS, false, opus_silence, OPUS_SILENCE_LEN);
    synth_line(&s, packets * 20 * NS_PER_MS, "{\"type\":\"end\"}");
    synth_write(&s, dir, 1000 * NS_PER_S);
    synth_free(&s);
}

/* Locks held here; a child must not keep them. */
static int held[LOCKS];
static size_t n_held;

static void let_go(void)
{
    while (n_held > 0)
        (void)close(held[--n_held]);
}

static pid_t start(const char *dir)
{
    pid_t pid = fork();
    if (pid == 0) {
        let_go();
        volatile sig_atomic_t stop = 0;
        _exit((int)follow(dir, &stop));
    }
    return pid;
}

/* Waits up to @p ms. @return its exit status, or -1 when it still runs. */
static int ends(pid_t pid, int ms)
{
    int status = 0;
    for (; ms >= 0; ms -= 20) {
        if (waitpid(pid, &status, WNOHANG) == pid)
            return status;
        (void)usleep(20000);
    }
    return -1;
}

static void hold_all(void)
{
    cpu_set_t set;
    int cpus = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
    while (n_held < LOCKS && (n_held == 0 || (int)n_held < cpus / 2)) {
        char name[40];
        (void)snprintf(name, sizeof(name), ".turn-%zu.lock", n_held);
        held[n_held] = open(tmpdir_path(name), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
        T_EQ(flock(held[n_held], LOCK_EX | LOCK_NB), 0);
        n_held++;
    }
}

static void waits_only_when_far_behind(void)
{
    const char *far = tmpdir_path("far"), *near = tmpdir_path("near");
    make_meeting(far, TURN_BEHIND * 2);
    make_meeting(near, TURN_BEHIND / 2);
    hold_all();
    pid_t slow = start(far), quick = start(near);
    T_EQ(ends(quick, 30000), 0);
    T_EQ(ends(slow, 1500), -1);
    let_go();
    T_EQ(ends(slow, 30000), 0);
}

/* A killed one leaves nothing behind that others would wait for; each gets its turn. */
static void all_are_done(void)
{
    pid_t pids[5];
    for (int i = 0; i < 5; i++) {
        char name[20];
        (void)snprintf(name, sizeof(name), "all%d", i);
        make_meeting(tmpdir_path(name), TURN_BEHIND * 3);
        pids[i] = start(tmpdir_path(name));
    }
    (void)usleep(200000);
    (void)kill(pids[0], SIGKILL);
    (void)ends(pids[0], 5000);
    for (int i = 1; i < 5; i++)
        T_EQ(ends(pids[i], 60000), 0);
    pid_t again = start(tmpdir_path("all0"));
    T_EQ(ends(again, 60000), 0);
}

/* A stop is heard while waiting, and a folder that takes no locks keeps nobody from working. */
static void does_not_wait_in_vain(void)
{
    volatile sig_atomic_t stop = 1, go = 0;
    hold_all();
    struct turn *t = turn_new(tmpdir_path("far"));
    turn_worked(t, TURN_BEHIND, &stop); /* returns */
    turn_free(t);
    let_go();
    struct turn *nowhere = turn_new("/proc/self");
    turn_worked(nowhere, TURN_BEHIND, &go); /* returns */
    turn_free(nowhere);
    turn_worked(NULL, TURN_BEHIND, &go);
    turn_rested(NULL);
    T_OK(true);
}

int main(void)
{
    log_set_level(LOG_ERROR);
    tmpdir_make();
    (void)alarm(300);
    if (opus_start() != ERR_OK)
        return 1;
    waits_only_when_far_behind();
    all_are_done();
    does_not_wait_in_vain();
    opus_stop();
    return t_done("pack_turn");
}
