/**
 * @file
 * What a crash left of the recordings, put in order at start: before anything records.
 * Thread: the one that starts the server.
 */
#ifndef API_RECOVERY_H
#define API_RECOVERY_H

#include <stdbool.h>

#include "base/err.h"

struct db;

/**
 * Mend the journals of meetings that were live, and of ended ones whose folder says more than the
 * database; a journal that was cut off between its meeting's end and its own is ended. A journal
 * that cannot be mended now is reported and left alone: it keeps no other meeting from starting.
 * @param data  The data folder.
 */
MUST_USE enum err recovery_run(struct db *db, const char *data);

/** True when the packager has finished this meeting's recording. */
bool recovery_is_final(const char *data, const char *meeting);

#endif
