/** @file
 * What whoever runs the installation does with it. One thread; beside a running server, or without
 * one. */
#ifndef OPS_PRIV_H
#define OPS_PRIV_H

#include <stdbool.h>
#include <stdint.h>

#include "base/conf.h"

/* ---- commands of `yunjian`: each prints, and returns the exit code. argv: the words after its
 * name
 * ------------------------------------------------ */

int ops_backup(const struct conf *conf, bool json, int argc, char **argv);
int ops_restore(const struct conf *conf, bool json, int argc, char **argv);

/**
 * Looks at everything the server needs, and says what is wrong and what to do.
 * @param conf_error  Why the configuration could not be read; NULL: it could.
 * @param lang        "zh…" or another; NULL: by the environment.
 * @return 1 when something is wrong.
 */
int ops_doctor(const struct conf *conf, const char *conf_error, bool json, const char *lang);

/* ---- backup.c, restore.c
 * ------------------------------------------------ */

enum { BACKUP_WHY = 400, BACKUP_PATH = 1024 };

struct backup_result {
    uint64_t files, bytes, copied_bytes; /**< Of the whole; written anew. */
    uint64_t linked;                     /**< Files shared with the backup before. */
    char path[BACKUP_PATH];
};

/**
 * Make DEST/<time of now>, whole or not at all: a killed backup leaves only a folder ".part-…",
 * which the next one removes. Unchanged files are hard links to the backup before.
 * @param keep  Whole backups that stay; older ones are removed afterwards. 0: all.
 * @param why   What is wrong, for people. ERR_TOOBIG: no room, ERR_BUSY: one is running.
 */
MUST_USE enum err backup_run(const struct conf *conf, const char *dest, unsigned keep,
                             struct backup_result *out, char why[BACKUP_WHY]);

/**
 * Put a backup into an empty data folder, comparing every digest on the way. Until it is whole
 * the folder holds RESTORE_MARK, and no server starts on it.
 * @param check_only  Only compare the digests of the backup; nothing is written.
 */
MUST_USE enum err restore_run(const struct conf *conf, const char *source, bool check_only,
                              struct backup_result *out, char why[BACKUP_WHY]);

#define RESTORE_MARK "restore-incomplete"

#endif
