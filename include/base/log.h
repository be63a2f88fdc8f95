/**
 * @file
 * One line an event to standard error: for people, or as JSON. Layers from base to sfu count, and
 * log at debug at most. No secrets, no personal data.
 *
 * Text:   2026-11-25T02:00:00.123Z info http: request id=5f3a status=201
 * JSON: {"time":"…","level":"info","module":"http","message":"request","id":"5f3a","status":"201"}
 * Under journald each line begins with its priority (<6>, see sd-daemon(3)); as text it then has
 * neither time nor level, which the journal keeps by itself.
 *
 * Thread: any; a line is one write(). The set-up functions: before other threads start, but for
 * log_reopen().
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/err.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };
enum log_format { LOG_TEXT, LOG_JSON };

/** Lines above this level are dropped; LOG_INFO at start. */
void log_set_level(enum log_level level);
/** LOG_TEXT at start. Also looks whether standard error is journald's (JOURNAL_STREAM). */
void log_set_format(enum log_format format);
/** From now on standard error is the end of this file (mode 0640), for children too; "" changes
 * nothing. */
MUST_USE enum err log_to_file(const char *path);
/** Opens that file again by its name, after it was moved away. Nothing without log_to_file(); a
 * file that cannot be opened is reported in the old one, which stays. */
void log_reopen(void);

/** A member of an event; a list of them ends with a NULL key. Keys are plain words. */
struct log_field {
    const char *key, *value;
};

/** @p module is a word ("journal"); the rest as printf, without a newline. Line ends and other
 * control characters are escaped, what is no UTF-8 is replaced, and 1023 bytes are the most. */
void log_line(enum log_level level, const char *module, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/** The same with members. */
void log_event(enum log_level level, const char *module, const struct log_field *fields,
               const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#define log_error(module, ...) log_line(LOG_ERROR, module, __VA_ARGS__)
#define log_warn(module, ...) log_line(LOG_WARN, module, __VA_ARGS__)
#define log_info(module, ...) log_line(LOG_INFO, module, __VA_ARGS__)
#define log_debug(module, ...) log_line(LOG_DEBUG, module, __VA_ARGS__)

#endif
