/**
 * @file
 * One line an event, key=value, to standard error (the service manager adds the time).
 * Layers from base to sfu count, and log at debug at most. No secrets, no personal data.
 * Thread: any; a line is one write().
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/** Lines above this level are dropped; LOG_INFO at start. */
void log_set_level(enum log_level level);

/** @p module is a word ("journal"); the rest as printf, without a newline. */
void log_line(enum log_level level, const char *module, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#define log_error(module, ...) log_line(LOG_ERROR, module, __VA_ARGS__)
#define log_warn(module, ...) log_line(LOG_WARN, module, __VA_ARGS__)
#define log_info(module, ...) log_line(LOG_INFO, module, __VA_ARGS__)
#define log_debug(module, ...) log_line(LOG_DEBUG, module, __VA_ARGS__)

#endif
