/**
 * @file
 * One meeting being packaged: takes the records of its journal in order, keeps the files under
 * tracks/ and index.json up to date (recordings/README.md).
 *
 * What is written to the tracks depends on the records alone. Doing it again from the start makes
 * the same files; they and the index are shown (renamed) only by meeting_show() and
 * meeting_finish(), so until then readers see what an earlier run had shown.
 *
 * Thread: belongs to one.
 */
#ifndef PACK_MEETING_H
#define PACK_MEETING_H

#include <stdbool.h>

#include "base/err.h"
#include "record/format.h"

struct meeting;

/** @param dir  The meeting's folder; tracks/ is made in it. */
MUST_USE enum err meeting_new(struct meeting **out, const char *dir);
/** Files that were never shown are removed. Takes NULL. */
void meeting_free(struct meeting *m);
/** One record. Malformed ones are counted and left out. ERR_IO and ERR_NOMEM are final. */
MUST_USE enum err meeting_record(struct meeting *m, const struct record *rec);
/** The journal's "end" line has been read. */
bool meeting_ended(const struct meeting *m);
/** Show what can be read by now: an index with state "live". */
MUST_USE enum err meeting_show(struct meeting *m);
/** Finish all files and show the final index. Only once. */
MUST_USE enum err meeting_finish(struct meeting *m);

#endif
