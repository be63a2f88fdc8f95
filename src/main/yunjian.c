/* The command line: works on a stopped installation and beside a running server. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <jansson.h>

#include "base/clock.h"
#include "cli_priv.h"
#include "crypto/random.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "domain/meetings.h"
#include "main_priv.h"
#include "ops_priv.h"

enum { WORDS = 16 }; /* of one command */

int cli_fail(const char *what, enum err e)
{
    (void)fprintf(stderr, "yunjian: %s (%s)\n", what, err_name(e));
    return 1;
}

int cli_print(json_t *o)
{
    char *text = json_dumps(o, JSON_COMPACT);
    if (text != NULL)
        puts(text);
    free(text);
    json_decref(o);
    return text == NULL;
}

const char *cli_arg(const struct cli *c, int i)
{
    return i < c->argc ? c->argv[i] : "";
}

int cli_number(const struct cli *c, int i, int other)
{
    char *end = NULL;
    long n = strtol(cli_arg(c, i), &end, 10);
    if (i >= c->argc)
        return other;
    return *end != '\0' || n < 0 || n >= 1000000 ? -1 : (int)n;
}

static enum err open_db(struct cli *c)
{
    char dir[CONF_TEXT + 32];
    (void)snprintf(dir, sizeof(dir), "%s/recordings", c->conf.data);
    (void)mkdir(c->conf.data, 0750);
    (void)mkdir(dir, 0750);
    return db_open(&c->db, c->db_path);
}

/* ---- the running server
 * ----------------------------------------------------------------------------- */

bool cli_ask(const struct cli *c, const char *line, char *out, size_t cap)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    struct timeval wait = {.tv_sec = 5};
    (void)snprintf(at.sun_path, sizeof(at.sun_path), "%.90s/control.sock", c->conf.data);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
    size_t n = 0;
    if (connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0 &&
        send(fd, line, strlen(line), MSG_NOSIGNAL) > 0)
        for (ssize_t k = 0; n < cap - 1 && (k = recv(fd, out + n, cap - 1 - n, 0)) > 0;)
            n += (size_t)k;
    out[n] = '\0';
    (void)close(fd);
    return n > 0;
}

static int cmd_status(struct cli *c)
{
    char text[65536];
    if (!cli_ask(c, "{\"cmd\":\"status\"}", text, sizeof(text)))
        return cli_fail(
            "no server answers on this data folder; start it with `make run` or yunjiand",
            ERR_NOENT);
    if (c->json) {
        puts(text);
        return 0;
    }
    json_t *o = json_loads(text, 0, NULL), *w = NULL;
    size_t i = 0;
    printf("%s, %lld meetings, %lld people, %lld displays that watch\n",
           json_string_value(json_object_get(o, "state")),
           (long long)json_integer_value(json_object_get(o, "meetings")),
           (long long)json_integer_value(json_object_get(o, "people")),
           (long long)json_integer_value(json_object_get(o, "watchers")));
    json_array_foreach(json_object_get(o, "workers"), i, w)
    {
        printf("worker %zu: %lld peers, %lld rooms, %lld packets in, %lld out, %.1f s of processor "
               "time\n",
               i, (long long)json_integer_value(json_object_get(w, "peers")),
               (long long)json_integer_value(json_object_get(w, "rooms")),
               (long long)json_integer_value(json_object_get(w, "rtp_in")),
               (long long)json_integer_value(json_object_get(w, "rtp_out")),
               (double)json_integer_value(json_object_get(w, "cpu_ms")) / 1000.0);
    }
    json_decref(o);
    return 0;
}

/* ---- meetings
 * ---------------------------------------------------------------------------------------------- */

static int list_meetings(struct cli *c)
{
    json_t *list = json_array();
    AUTO(db_done) struct stmt s = db_use(c->db, &SQL_MEETING_ALL);
    while (db_row(&s)) {
        char at[CLOCK_TEXT_MAX];
        clock_rfc3339(at, db_i64(&s, 4));
        if (!c->json)
            printf("%s  %-9s  %s  %s\n", db_text(&s, 0), db_text(&s, 5), at, db_text(&s, 2));
        (void)json_array_append_new(list,
                                    json_pack("{s:s,s:s,s:s,s:s,s:s}", "meeting", db_text(&s, 0),
                                              "kind", db_text(&s, 1), "title", db_text(&s, 2),
                                              "starts_at", at, "state", db_text(&s, 5)));
    }
    if (c->json)
        return cli_print(list);
    json_decref(list);
    return 0;
}

static int show_meeting(struct cli *c)
{
    struct meeting m;
    char at[CLOCK_TEXT_MAX];
    enum err e = meeting_get(c->db, &m, cli_arg(c, 2));
    if (e != ERR_OK)
        return cli_fail("there is no such meeting; `yunjian meeting list` shows all", e);
    clock_rfc3339(at, m.starts_at);
    if (c->json)
        return cli_print(json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "meeting", m.public_id, "kind",
                                   m.kind, "title", m.title, "host_name", m.host_name, "starts_at",
                                   at, "state", m.state, "project", m.project_public_id));
    printf("%s\n%s, %s, %s\nproject %s %s\n", m.title, m.kind, m.state, at, m.project_public_id,
           m.project_title);
    return 0;
}

static int create_meeting(struct cli *c)
{
    struct project p;
    struct meeting m = {.starts_at = clock_wall_ms(), .record_auto = c->conf.record_auto != 0};
    char host[CONF_TEXT + 80] = "";
    enum err e = project_get(c->db, &p, cli_arg(c, 2), true, 0);
    if (e != ERR_OK || c->argc < 5)
        return cli_fail(
            "usage: yunjian meeting create PROJECT review|survey|acceptance|forum TITLE",
            ERR_INVAL);
    (void)snprintf(m.kind, sizeof(m.kind), "%.15s", cli_arg(c, 3));
    (void)snprintf(m.title, sizeof(m.title), "%.200s", cli_arg(c, 4));
    (void)snprintf(m.host_name, sizeof(m.host_name), "主持人");
    AUTO(db_rollback) struct tx tx = {0};
    e = db_begin(&tx, c->db);
    if (e == ERR_OK)
        e = meeting_add(c->db, &m, p.id, clock_wall_ms());
    if (e == ERR_OK)
        e = cli_link(c, m.id, ROLE_MANAGER, true, "", "", host);
    if (e == ERR_OK)
        e = db_commit(&tx);
    if (e != ERR_OK)
        return cli_fail("the meeting was not made: is the kind one of the four?", e);
    if (c->json)
        return cli_print(json_pack("{s:s,s:s}", "meeting", m.public_id, "host_url", host));
    printf("%s\n%s\n", m.public_id, host);
    return 0;
}

static int end_meeting(struct cli *c)
{
    struct meeting m;
    char line[200], text[256];
    enum err e = meeting_get(c->db, &m, cli_arg(c, 2));
    if (e != ERR_OK)
        return cli_fail("there is no such meeting; `yunjian meeting list` shows all", e);
    (void)snprintf(line, sizeof(line), "{\"cmd\":\"end\",\"meeting\":\"%s\"}", m.public_id);
    if (!cli_ask(c, line, text, sizeof(text)))
        return cli_fail("a meeting is ended by the running server, and none answers", ERR_NOENT);
    if (strstr(text, "\"ok\":true") == NULL)
        return cli_fail("the end is not on record yet; the server keeps trying, see its log",
                        ERR_DB);
    return c->json ? cli_print(json_pack("{s:s,s:s}", "meeting", m.public_id, "state", "ended"))
                   : 0;
}

/* ---- recordings
 * -------------------------------------------------------------------------------------------------
 */

static int list_recordings(struct cli *c)
{
    json_t *list = json_array();
    AUTO(db_done) struct stmt s = db_use(c->db, &SQL_RECORDING_ALL);
    while (db_row(&s)) {
        char at[CLOCK_TEXT_MAX];
        clock_rfc3339(at, db_i64(&s, 3));
        if (!c->json)
            printf("%s  %-7s  %s  %lld segments  %.1f MiB  %s\n", db_text(&s, 0), db_text(&s, 2),
                   at, (long long)db_i64(&s, 4), (double)db_i64(&s, 5) / 1048576.0, db_text(&s, 1));
        (void)json_array_append_new(
            list, json_pack("{s:s,s:s,s:s,s:s,s:I,s:I}", "meeting", db_text(&s, 0), "title",
                            db_text(&s, 1), "state", db_text(&s, 2), "started_at", at, "segments",
                            (json_int_t)db_i64(&s, 4), "bytes", (json_int_t)db_i64(&s, 5)));
    }
    if (c->json)
        return cli_print(list);
    json_decref(list);
    return 0;
}

static int show_recording(struct cli *c)
{
    char path[CONF_TEXT + 120];
    (void)snprintf(path, sizeof(path), "%s/recordings/%.40s", c->conf.data, cli_arg(c, 2));
    if (strcmp(cli_arg(c, 1), "path") == 0) {
        if (access(path, R_OK) != 0 || cli_arg(c, 2)[0] == '\0')
            return cli_fail("there is no such recording; `yunjian recording list` shows all",
                            ERR_NOENT);
        if (c->json)
            return cli_print(json_pack("{s:s}", "path", path));
        puts(path);
        return 0;
    }
    (void)snprintf(path, sizeof(path), "%s/recordings/%.40s/index.json", c->conf.data,
                   cli_arg(c, 2));
    json_t *o = json_load_file(path, 0, NULL);
    if (o == NULL)
        return cli_fail("there is no such recording, or nothing of it has been prepared yet",
                        ERR_NOENT);
    return cli_print(o);
}

/* ---- the installation
 * ------------------------------------------------------------------------------------------ */

static int cmd_backup(struct cli *c)
{
    return ops_backup(&c->conf, c->json, c->argc - 1, c->argv + 1);
}

static int cmd_restore(struct cli *c)
{
    return ops_restore(&c->conf, c->json, c->argc - 1, c->argv + 1);
}

/* ---- the table
 * --------------------------------------------------------------------------------------------------
 */

static const struct {
    const char *noun, *verb;
    bool needs_db;
    int (*run)(struct cli *c);
    const char *help;
} commands[] = {
    {"demo", "", true, cmd_demo,
     "demo                        a project, a meeting, links for a host and a guest, URLs for\n"
     "                              WHIP and WHEP with their token; with --load ROOMS PUBLISHERS\n"
     "                              meetings for a load generator, the URLs as templates"},
    {"meeting", "create", true, create_meeting, "meeting create PROJECT KIND TITLE"},
    {"meeting", "list", true, list_meetings, "meeting list"},
    {"meeting", "show", true, show_meeting, "meeting show MEETING"},
    {"meeting", "end", true, end_meeting, "meeting end MEETING         on the running server"},
    {"device", "add", true, cmd_device_add,
     "device add MEETING LABEL [publish|view|both [DAYS]]   a token for WHIP and WHEP"},
    {"device", "list", true, cmd_device_list, "device list MEETING"},
    {"device", "revoke", true, cmd_device_revoke, "device revoke MEETING DEVICE"},
    {"outbox", "list", true, cmd_outbox_list,
     "outbox list [failed]        what waits to be sent, or failed and can be sent after all"},
    {"outbox", "retry", true, cmd_outbox_retry,
     "outbox retry DELIVERY|all   now, and as new; all: that failed"},
    {"outbox", "test", true, cmd_outbox_test,
     "outbox test ADDRESS|PHONE   a message that shows whether mail, or the gateway, works"},
    {"token", "add", true, token_add,
     "token add LOGIN NAME \"SCOPES\" [DAYS]   a token of the API that acts for this account"},
    {"token", "list", true, token_list, "token list"},
    {"token", "revoke", true, token_revoke, "token revoke TOKEN"},
    {"user", "add", true, user_add,
     "user add LOGIN [ROLE [NAME [ORGANISATION]]]   password on standard input"},
    {"user", "first", true, user_first,
     "user first                  an administrator, where there is none yet"},
    {"user", "list", true, user_list, "user list"},
    {"user", "disable", true, user_disable,
     "user disable LOGIN          ends its sessions at once"},
    {"user", "enable", true, user_enable, "user enable LOGIN"},
    {"user", "passwd", true, user_passwd, "user passwd LOGIN           password on standard input"},
    {"user", "forget-second", true, user_forget_second,
     "user forget-second LOGIN    of who has lost the second factor"},
    {"recording", "list", true, list_recordings, "recording list"},
    {"recording", "show", false, show_recording, "recording show MEETING      its index"},
    {"recording", "path", false, show_recording, "recording path MEETING      its folder"},
    {"status", "", false, cmd_status, "status                      of the running server"},
    {"backup", "check", false, cmd_backup,
     "backup check FOLDER         compares every digest of a backup"},
    {"backup", "", false, cmd_backup,
     "backup DEST [KEEP]          while the server runs; KEEP: how many stay (default: all)"},
    {"restore", "", false, cmd_restore, "restore FOLDER              into an empty data folder"},
};

static int usage(FILE *to)
{
    (void)fprintf(to, "yunjian [--json] [--key=value ...] COMMAND\n");
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        (void)fprintf(to, "  %s\n", commands[i].help);
    (void)fprintf(to, "  doctor [--lang=zh|en]       what is wrong here, and what to do\n");
    return to == stdout ? 0 : 2;
}

/* --lang=zh is no key of the configuration. */
static const char *take_lang(int *argc, char **argv)
{
    const char *lang = NULL;
    int n = 0;
    for (int i = 0; i < *argc; i++) {
        if (strncmp(argv[i], "--lang=", 7) == 0)
            lang = argv[i] + 7;
        else
            argv[n++] = argv[i];
    }
    *argc = n;
    return lang;
}

/* Flags that are the command line's own, and the words that are not flags. */
static void take_words(struct cli *c, int argc, char **argv)
{
    for (int i = 1; i < argc && c->argc < WORDS; i++) {
        if (strcmp(argv[i], "--json") == 0)
            c->json = true;
        else if (strcmp(argv[i], "--load") == 0)
            c->load = true;
        else if (strncmp(argv[i], "--", 2) != 0)
            c->argv[c->argc++] = argv[i];
    }
}

static int run_command(struct cli *c)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strcmp(cli_arg(c, 0), commands[i].noun) != 0 ||
            (commands[i].verb[0] != '\0' && strcmp(cli_arg(c, 1), commands[i].verb) != 0))
            continue;
        enum err e = commands[i].needs_db ? open_db(c) : ERR_OK;
        int rc = e == ERR_OK ? commands[i].run(c) : cli_fail("the data folder cannot be used", e);
        db_close(c->db);
        return rc;
    }
    return usage(stderr);
}

int main(int argc, char **argv)
{
    struct cli c = {.argc = 0};
    char why[CONF_WHY];
    char *words[WORDS] = {NULL};
    c.argv = words;
    take_words(&c, argc, argv);
    if (c.argc == 1 && strcmp(cli_arg(&c, 0), "help") == 0)
        return usage(stdout);
    const char *lang = take_lang(&argc, argv);
    bool sick = c.argc == 1 && strcmp(cli_arg(&c, 0), "doctor") == 0;
    if (conf_load(&c.conf, argc, argv, why) != ERR_OK) {
        if (sick)
            return ops_doctor(&c.conf, why, c.json, lang);
        (void)fprintf(stderr, "yunjian: %s\n", why);
        return 2;
    }
    conf_set_zone(&c.conf);
    if (sick)
        return ops_doctor(&c.conf, NULL, c.json, lang);
    (void)snprintf(c.db_path, sizeof(c.db_path), "%s/yunjian.db", c.conf.data);
    places_url(&c.conf, c.url);
    return run_command(&c);
}
