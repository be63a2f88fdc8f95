/* sched_setattr(2): of an ordinary thread, sched_runtime is the length of its turn. Its structure
 * is the kernel's header's alone, which does not go together with <sched.h>. */
#include "base/turns.h"

#include <errno.h>
#include <linux/sched.h>
#include <linux/sched/types.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"

enum { TURN_NS = 100000 }; /* the least that the kernel takes */

void turns_short(void)
{
    struct sched_attr a = {.size = sizeof(a),
                           .sched_policy = SCHED_NORMAL,
                           .sched_nice = getpriority(PRIO_PROCESS, 0),
                           .sched_runtime = TURN_NS};
    if (syscall(SYS_sched_setattr, 0, &a, 0) != 0)
        log_debug("turns", "short ones: %s", strerror(errno));
}
