/* log: one line an event, JSON that parses whatever is in it, priorities for journald, reopening.
 */
#include "base/log.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "t.h"
#include "tmpdir.h"

static char seen[65536];
static int real_stderr = -1;

static void capture(void)
{
    int fd = open(tmpdir_path("seen"), O_CREAT | O_TRUNC | O_RDWR | O_APPEND, 0600);
    if (fd < 0 || (real_stderr = dup(STDERR_FILENO)) < 0 || dup2(fd, STDERR_FILENO) < 0)
        abort();
    (void)close(fd);
}

/* What was written to standard error since capture(). */
static const char *captured(void)
{
    (void)dup2(real_stderr, STDERR_FILENO);
    (void)close(real_stderr);
    FILE *f = fopen(tmpdir_path("seen"), "r");
    size_t n = f == NULL ? 0 : fread(seen, 1, sizeof(seen) - 1, f);
    seen[n] = '\0';
    if (f != NULL)
        (void)fclose(f);
    return seen;
}

static const char *text_of(const struct log_field *fields, const char *message)
{
    capture();
    log_event(LOG_INFO, "test", fields, "%s", message);
    const char *line = captured();
    const char *at = strstr(line, "test: ");
    return at != NULL ? at : line;
}

static void plain_lines(void)
{
    const struct log_field fields[] = {
        {"id", "7"}, {"why", "two words"}, {"none", ""}, {"quote", "a\"b"}, {NULL, NULL}};
    log_set_format(LOG_TEXT);
    T_OK(strcmp(text_of(NULL, "开会"), "test: 开会\n") == 0);
    T_OK(strcmp(text_of(NULL, "a\nfake info x: b\r\t\x1b[31m"),
                "test: a\\u000afake info x: b\\u000d\\u0009\\u001b[31m\n") == 0);
    T_OK(strcmp(text_of(NULL, "bad \xff\xc0\x80 \xe5\xbc"),
                "test: bad \\ufffd\\ufffd\\ufffd \\ufffd\\ufffd\n") == 0);
    T_OK(strcmp(text_of(fields, "x"),
                "test: x id=7 why=\"two words\" none=\"\" quote=\"a\\\"b\"\n") == 0);
    capture();
    log_debug("test", "not at this level");
    log_warn("test", "%d", 5);
    const char *line = captured();
    T_OK(strstr(line, "not at") == NULL);
    T_OK(strlen(line) > 30 && line[10] == 'T' && strstr(line, "Z warn test: 5\n") != NULL);
}

static void json_lines(void)
{
    static char longest[5000], all[256];
    log_set_format(LOG_JSON);
    for (int i = 1; i < 256; i++)
        all[i - 1] = (char)i;
    memset(longest, 1, sizeof(longest) - 1); /* the longest when escaped */
    const char *const messages[] = {"plain", "开会 \"quoted\" \\ back", all, longest, ""};
    for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
        const struct log_field fields[] = {
            {"request", "5f"}, {"all", all}, {"long", longest}, {NULL, NULL}};
        capture();
        log_event(LOG_ERROR, "test", fields, "%s", messages[i]);
        const char *line = captured();
        json_t *o = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
        T_OK(o != NULL);
        T_OK(strchr(line, '\n') == line + strlen(line) - 1);
        const char *level = json_string_value(json_object_get(o, "level"));
        T_OK(level != NULL && strcmp(level, "error") == 0);
        T_OK(json_string_value(json_object_get(o, "time")) != NULL);
        const char *message = json_string_value(json_object_get(o, "message"));
        T_OK(message != NULL && (i == 2 || i == 3 || strcmp(message, messages[i]) == 0));
        const char *id = json_string_value(json_object_get(o, "request"));
        T_OK(id != NULL && strcmp(id, "5f") == 0);
        T_OK(json_object_get(o, "long") == NULL); /* too long: left out, not cut */
        json_decref(o);
    }
}

/* systemd.exec(5): JOURNAL_STREAM names what standard error is; elsewhere it says nothing. */
static void journald_gets_priorities(void)
{
    char stream[64];
    struct stat st;
    capture();
    T_EQ(fstat(STDERR_FILENO, &st), 0);
    (void)snprintf(stream, sizeof(stream), "%llu:%llu", (unsigned long long)st.st_dev,
                   (unsigned long long)st.st_ino);
    (void)setenv("JOURNAL_STREAM", stream, 1);
    log_set_format(LOG_TEXT);
    log_error("test", "one");
    log_info("test", "two");
    log_set_format(LOG_JSON);
    log_warn("test", "three");
    const char *lines = captured();
    T_OK(strncmp(lines, "<3>test: one\n<6>test: two\n<4>{\"time\":", 37) == 0);
    (void)setenv("JOURNAL_STREAM", "1:1", 1);
    log_set_format(LOG_TEXT);
    capture();
    log_info("test", "x");
    T_OK(strncmp(captured(), "<", 1) != 0);
    (void)unsetenv("JOURNAL_STREAM");
}

static bool has(const char *path, const char *text)
{
    static char all[4096];
    FILE *f = fopen(path, "r");
    size_t n = f == NULL ? 0 : fread(all, 1, sizeof(all) - 1, f);
    all[n] = '\0';
    if (f != NULL)
        (void)fclose(f);
    return strstr(all, text) != NULL;
}

static void files_are_reopened(void)
{
    char path[300], old[300];
    (void)snprintf(path, sizeof(path), "%s", tmpdir_path("log"));
    (void)snprintf(old, sizeof(old), "%s", tmpdir_path("log.1"));
    capture();
    log_set_format(LOG_TEXT);
    T_EQ(log_to_file("/nonexistent/log"), ERR_IO);
    T_EQ(log_to_file(""), ERR_OK);
    log_reopen();
    T_EQ(log_to_file(path), ERR_OK);
    log_info("test", "first");
    T_EQ(rename(path, old), 0);
    log_info("test", "second");
    log_reopen();
    log_info("test", "third");
    T_EQ(unlink(path), 0);
    T_EQ(mkdir(path, 0700), 0); /* cannot be opened: the old one stays and says so */
    log_reopen();
    T_EQ(rmdir(path), 0);
    log_reopen();
    log_info("test", "fourth");
    (void)captured();
    T_OK(has(old, "first") && has(old, "second") && !has(old, "third"));
    T_OK(has(path, "fourth") && !has(path, "third"));
    struct stat st;
    T_OK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0640);
}

int main(void)
{
    tmpdir_make();
    (void)umask(0022);
    plain_lines();
    json_lines();
    journald_gets_priorities();
    files_are_reopened();
    return t_done("log");
}
