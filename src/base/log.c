/* Formats into one buffer and writes once, so that lines of several threads never mix. */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"

/* A message may grow sixfold by escaping and still fits; the tail is for what ends a line. */
enum { MESSAGE = 1024, LINE_ROOM = 8192, LINE_TAIL = 8, FILE_NAME = 512 };

static atomic_int max_level = LOG_INFO;
static atomic_int format = LOG_TEXT;
static atomic_bool journald;
static char file[FILE_NAME];

static const struct {
    const char *name;
    char priority; /* syslog(3) */
} levels[] = {{"error", '3'}, {"warn", '4'}, {"info", '6'}, {"debug", '7'}};

struct line {
    char text[LINE_ROOM + LINE_TAIL];
    size_t n;
    bool full;
};

/* All of it or nothing: no character is cut. */
static void put(struct line *l, const char *p, size_t n)
{
    if (l->full || n > LINE_ROOM - l->n) {
        l->full = true;
        return;
    }
    memcpy(l->text + l->n, p, n);
    l->n += n;
}

static void put_text(struct line *l, const char *s)
{
    put(l, s, strlen(s));
}

/* Bytes of the UTF-8 character at @p p (RFC 3629), 0 when there is none. */
static size_t utf8_len(const unsigned char *p)
{
    static const struct {
        unsigned char low, high, second_low, second_high, len;
    } rows[] = {
        {0x20, 0x7e, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (*p < rows[i].low || *p > rows[i].high)
            continue;
        if (rows[i].len > 1 && (p[1] < rows[i].second_low || p[1] > rows[i].second_high))
            return 0;
        for (size_t k = 2; k < rows[i].len; k++)
            if ((p[k] & 0xc0) != 0x80)
                return 0;
        return rows[i].len;
    }
    return 0;
}

/* @p quoted: within quotation marks. */
static void put_escaped(struct line *l, const char *s, bool quoted)
{
    for (const unsigned char *p = (const unsigned char *)s; *p != '\0';) {
        char escape[8];
        size_t n = utf8_len(p);
        if (n == 1 && quoted && (*p == '"' || *p == '\\')) {
            escape[0] = '\\';
            escape[1] = (char)*p;
            put(l, escape, 2);
        } else if (n > 0) {
            put(l, (const char *)p, n);
        } else {
            (void)snprintf(escape, sizeof(escape), "\\u%04x",
                           *p < ' ' || *p == 0x7f ? (unsigned)*p : 0xfffdu);
            put(l, escape, 6);
        }
        p += n > 0 ? n : 1;
    }
}

static void put_member(struct line *l, const char *key, const char *value)
{
    put_text(l, l->n > 0 && l->text[l->n - 1] == '{' ? "\"" : ",\"");
    put_text(l, key);
    put_text(l, "\":\"");
    put_escaped(l, value, true);
    put_text(l, "\"");
}

/* A member that does not fit is left out as a whole. */
static void put_json(struct line *l, const char *const head[4], const struct log_field *fields)
{
    static const char *const keys[] = {"time", "level", "module", "message"};
    put_text(l, "{");
    for (size_t i = 0; i < 4; i++)
        put_member(l, keys[i], head[i]);
    for (; fields != NULL && fields->key != NULL; fields++) {
        size_t before = l->n;
        put_member(l, fields->key, fields->value);
        if (l->full)
            l->n = before;
        l->full = false;
    }
    l->text[l->n++] = '}';
}

static void put_plain(struct line *l, const char *const head[4], const struct log_field *fields)
{
    if (!atomic_load(&journald)) {
        put_text(l, head[0]);
        put_text(l, " ");
        put_text(l, head[1]);
        put_text(l, " ");
    }
    put_text(l, head[2]);
    put_text(l, ": ");
    put_escaped(l, head[3], false);
    for (; fields != NULL && fields->key != NULL; fields++) {
        bool quoted = fields->value[0] == '\0' || strpbrk(fields->value, " \"=") != NULL;
        put_text(l, " ");
        put_text(l, fields->key);
        put_text(l, quoted ? "=\"" : "=");
        put_escaped(l, fields->value, quoted);
        put_text(l, quoted ? "\"" : "");
    }
}

__attribute__((format(printf, 4, 0))) static void say(enum log_level level, const char *module,
                                                      const struct log_field *fields,
                                                      const char *fmt, va_list ap)
{
    struct line l = {.n = 0};
    char message[MESSAGE], when[CLOCK_TEXT_MAX];
    if ((int)level > atomic_load_explicit(&max_level, memory_order_relaxed))
        return;
    if (vsnprintf(message, sizeof(message), fmt, ap) < 0)
        return;
    clock_rfc3339(when, clock_wall_ms());
    const char *head[4] = {when, levels[level].name, module, message};
    if (atomic_load(&journald)) {
        const char priority[3] = {'<', levels[level].priority, '>'};
        put(&l, priority, sizeof(priority));
    }
    if (atomic_load(&format) == LOG_JSON)
        put_json(&l, head, fields);
    else
        put_plain(&l, head, fields);
    l.text[l.n++] = '\n';
    (void)!write(STDERR_FILENO, l.text, l.n);
}

void log_line(enum log_level level, const char *module, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say(level, module, NULL, fmt, ap);
    va_end(ap);
}

void log_event(enum log_level level, const char *module, const struct log_field *fields,
               const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say(level, module, fields, fmt, ap);
    va_end(ap);
}

/* ---- set-up
 * --------------------------------------------------------------------------------------------------
 */

void log_set_level(enum log_level level)
{
    atomic_store(&max_level, (int)level);
}

/* JOURNAL_STREAM is "device:inode" of the descriptor that journald reads (systemd.exec(5)). */
static bool is_journald(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    char want[64];
    struct stat st;
    if (stream == NULL || fstat(STDERR_FILENO, &st) != 0)
        return false;
    (void)snprintf(want, sizeof(want), "%llu:%llu", (unsigned long long)st.st_dev,
                   (unsigned long long)st.st_ino);
    return strcmp(stream, want) == 0;
}

void log_set_format(enum log_format f)
{
    atomic_store(&format, (int)f);
    atomic_store(&journald, is_journald());
}

static enum err open_file(void)
{
    int fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (fd < 0)
        return ERR_IO;
    bool fine = dup2(fd, STDERR_FILENO) >= 0; /* In one step: no line of another thread is lost. */
    (void)close(fd);
    atomic_store(&journald, false);
    return fine ? ERR_OK : ERR_IO;
}

enum err log_to_file(const char *path)
{
    if (*path == '\0')
        return ERR_OK;
    if (strlen(path) >= sizeof(file))
        return ERR_TOOBIG;
    (void)snprintf(file, sizeof(file), "%s", path);
    return open_file();
}

void log_reopen(void)
{
    if (file[0] != '\0' && open_file() != ERR_OK)
        log_error("log", "%s: %s", file, strerror(errno));
}
