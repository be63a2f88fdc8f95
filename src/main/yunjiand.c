/* The server: what is started in which order, and stopped in the opposite one. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/imports.h"
#include "api/recovery.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "base/version.h"
#include "crypto/cert.h"
#include "crypto/seal.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "db/writer.h"
#include "domain/projects.h"
#include "domain/upload_file.h"
#include "http/fetch.h"
#include "main_priv.h"
#include "ops_priv.h"
#include "post/sender.h"
#include "rtc/dtls.h"
#include "rtc/srtp.h"
#include "sfu/acceptor.h"
#include "sfu/worker.h"

enum {
    MAILBOX = 200000,
    TASK_THREADS = 4,
    TASK_QUEUE = 4096,
    CHECK_QUEUE = 64,
    FETCH_THREADS = 2,
    FETCH_QUEUE = 64,
    INTAKE_THREADS = 2,
    INTAKE_QUEUE = 256,
    STOP_MS = 5000
};

struct server {
    struct conf conf;
    struct stage_rules rules;
    uint8_t secret[SEAL_KEY_LEN];
    char db_path[CONF_TEXT + 32], cert[CONF_TEXT + 32], key[CONF_TEXT + 32], url[CONF_TEXT + 32];
    struct metrics *metrics;
    struct mailbox *inbox;
    struct writer *writer;
    struct imports *imports;
    struct post post;
    struct sender *sender;
    struct tasks *tasks, *checks, *fetches, *intakes, *scans;
    struct dtls_ctx *dtls;
    struct worker *workers[API_WORKERS_MAX];
    unsigned n_workers;
    struct acceptor *acceptor;
    struct packagers *packagers;
    struct api *api;
    struct http *http;
    struct control *control;
    pthread_t signals;
    bool has_signals;
    atomic_int asked; /* 0, or the signal to stop by */
    uint64_t stop_ns;
};

/* ---- folders, lock, certificate
 * ---------------------------------------------------------------------- */

static enum err make_folders(struct server *s)
{
    char path[CONF_TEXT + 32];
    (void)snprintf(path, sizeof(path), "%s/recordings", s->conf.data);
    if ((mkdir(s->conf.data, 0750) != 0 && errno != EEXIST) ||
        (mkdir(path, 0750) != 0 && errno != EEXIST)) {
        log_error("start", "%s: %s", path, strerror(errno));
        return ERR_IO;
    }
    (void)snprintf(path, sizeof(path), "%s/%s", s->conf.data, RESTORE_MARK);
    if (access(path, F_OK) == 0) {
        log_error("start", "a restore into %s did not finish: run `yunjian restore` again",
                  s->conf.data);
        return ERR_CONFLICT;
    }
    return ERR_OK;
}

/* Two servers on one data folder would destroy each other's records. */
static enum err lock_data(struct server *s)
{
    char path[CONF_TEXT + 32];
    (void)snprintf(path, sizeof(path), "%s/lock", s->conf.data);
    for (int i = 0; i < 50; i++) {
        int fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
        if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
            return ERR_OK; /* Held until the process ends. */
        if (fd >= 0)
            (void)close(fd);
        (void)usleep(20000);
    }
    log_error("start", "another server runs on the data folder %s", s->conf.data);
    return ERR_BUSY;
}

static enum err prepare_certificate(struct server *s)
{
    char names[1024];
    if (s->conf.tls_certificate[0] != '\0') {
        (void)snprintf(s->cert, sizeof(s->cert), "%s", s->conf.tls_certificate);
        (void)snprintf(s->key, sizeof(s->key), "%s", s->conf.tls_key);
        const char *bad = access(s->cert, R_OK) != 0  ? "tls_certificate"
                          : access(s->key, R_OK) != 0 ? "tls_key"
                                                      : NULL;
        if (bad == NULL)
            return ERR_OK;
        log_error("start", "%s: the file that it names cannot be read", bad);
        return ERR_INVAL;
    }
    (void)snprintf(s->cert, sizeof(s->cert), "%s/certificate.pem", s->conf.data);
    (void)snprintf(s->key, sizeof(s->key), "%s/key.pem", s->conf.data);
    places_cert_names(names, sizeof(names));
    return cert_ensure(s->cert, s->key, names);
}

static enum err prepare_secret(struct server *s)
{
    char path[CONF_TEXT + 32];
    (void)snprintf(path, sizeof(path), "%s/secret.key", s->conf.data);
    enum err e = seal_key_ensure(s->secret, path);
    if (e != ERR_OK)
        log_error("start", "%s: must be a file of 32 bytes that only its owner may read", path);
    return e;
}

/* ---- recovery: before anything records
 * ------------------------------------------------------------------ */

static enum err close_attendance(struct db *db)
{
    AUTO(db_done) struct stmt q = db_use(db, &SQL_ATTENDANCE_CLOSE_ALL);
    db_bind_i64(&q, ":now", clock_wall_ms());
    enum err e = db_exec(&q);
    AUTO(db_done) struct stmt r = db_use(db, &SQL_EVENT_RESTART);
    db_bind_i64(&r, ":now", clock_wall_ms());
    return e == ERR_OK ? db_exec(&r) : e;
}

static enum err recover(struct server *s)
{
    struct db *db = NULL;
    enum err e = db_open(&db, s->db_path);
    if (e == ERR_OK)
        e = close_attendance(db);
    if (e == ERR_OK)
        e = recovery_run(db, s->conf.data);
    if (e == ERR_OK)
        e = rules_apply(&s->rules, db);
    db_close(db);
    return e;
}

/* Recordings without a final index: their packagers go on. */
static void resume_packagers(struct server *s)
{
    struct db *db = NULL;
    if (db_open_readonly(&db, s->db_path) != ERR_OK)
        return;
    {
        AUTO(db_done) struct stmt q = db_use(db, &SQL_RECORDING_ALL);
        while (db_row(&q)) {
            if (!recovery_is_final(s->conf.data, db_text(&q, 0)))
                api_resume(s->api, db_text(&q, 0));
        }
    }
    db_close(db);
}

/* ---- numbers
 * -------------------------------------------------------------------------------------------- */

static enum err start_metrics(struct server *s)
{
    static const struct metric_family build = {
        "yunjian_build_info", "1; the labels say what runs.", METRIC_GAUGE, 1, NULL, 0};
    char schema[24];
    (void)snprintf(schema, sizeof(schema), "%lld", (long long)db_schema_version());
    const char *labels[] = {"version", VERSION, "schema", schema, NULL};
    enum err e = metrics_new(&s->metrics);
    metric_set(metrics_series(s->metrics, &build, labels), 1);
    return e == ERR_OK ? metrics_process(s->metrics) : e;
}

/* ---- media
 * ---------------------------------------------------------------------------------------------- */

static enum srtp_ciphers ciphers_of(const char *word)
{
    if (strcmp(word, "packaged") == 0)
        return SRTP_CIPHERS_PACKAGED;
    return strcmp(word, "openssl") == 0 ? SRTP_CIPHERS_OPENSSL : SRTP_CIPHERS_AUTO;
}

static enum err start_media(struct server *s)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned want = s->conf.workers > 0 ? (unsigned)s->conf.workers
                    : cores > 0         ? (unsigned)cores
                                        : 1;
    uint16_t port = (uint16_t)s->conf.media_port;
    struct addr at[2];
    unsigned n = 0;
    enum err e = srtp_setup_with(ciphers_of(s->conf.srtp_ciphers));
    if (e == ERR_OK)
        e = dtls_ctx_new(&s->dtls);
    for (unsigned i = 0; e == ERR_OK && i < want && i < API_WORKERS_MAX; i++) {
        e = places_listen(&s->conf, (uint16_t)(port + i), at, &n);
        struct worker_config cfg = {.listen = at,
                                    .n_listen = n,
                                    .dtls = s->dtls,
                                    .cpu = s->conf.cpu_pin != 0 ? (int)i : -1,
                                    .events = s->inbox,
                                    .ring_ms = (uint32_t)s->conf.ring_ms};
        if (e == ERR_OK)
            e = worker_new(&s->workers[i], &cfg);
        if (e != ERR_OK) {
            log_error("start", "UDP port %u cannot be opened: is another server running on it?",
                      port + i);
            break;
        }
        s->n_workers++;
        e = worker_start(s->workers[i]);
    }
    if (e == ERR_OK)
        e = places_listen(&s->conf, port, at, &n);
    if (e == ERR_OK)
        e = acceptor_new(&s->acceptor, at, n, s->workers, s->n_workers);
    if (e == ERR_IO)
        log_error("start", "the media ports from %u on cannot be opened", port);
    return e;
}

/* ---- the control thread's mail
 * ------------------------------------------------------------------------------ */

static void on_msg(void *app, struct msg *m);
static void on_tick(void *app);

static struct server the_server;

static void on_msg(void *app, struct msg *m)
{
    if (m->type == MSG_CONTROL)
        control_on_msg((struct api *)app, m);
    else
        api_on_msg(app, m);
}

/* A clean stop: tell everybody, close the journals, give both a moment, then leave the loop. */
static void on_tick(void *app)
{
    struct server *s = &the_server;
    api_on_tick(app);
    packagers_tick(s->packagers);
    if (api_alive((const struct api *)app))
        notify_alive();
    if (atomic_load(&s->asked) == 0)
        return;
    if (s->stop_ns == 0) {
        log_info("stop", "telling everybody and closing recordings");
        notify_stopping();
        api_shutdown(s->api);
        s->stop_ns = clock_mono_ns();
        return;
    }
    uint64_t waited = clock_mono_ns() - s->stop_ns;
    if ((api_idle(s->api) && waited > 200 * NS_PER_MS) || waited > STOP_MS * NS_PER_MS)
        http_stop(s->http);
}

/* What keeps messages from being sent keeps nobody from meeting: they wait. */
static enum err start_sender(struct server *s)
{
    char why[CONF_WHY];
    if (post_check(&s->conf, why) != ERR_OK)
        log_error("post", "%s: messages wait until this is mended", why);
    s->post = (struct post){.conf = &s->conf, .secret = s->secret, .public_url = s->url};
    return sender_new(&s->sender, &s->post, s->db_path, s->writer, s->metrics);
}

static void recording_ready(void *arg, const char *meeting)
{
    api_recording_ready((struct api *)arg, meeting);
}

static enum err start_front(struct server *s, const struct addr *announce, unsigned n_announce)
{
    struct api_config api = {.conf = &s->conf,
                             .rules = &s->rules,
                             .inbox = s->inbox,
                             .tasks = s->tasks,
                             .intakes = s->intakes,
                             .scans = s->scans,
                             .writer = s->writer,
                             .imports = s->imports,
                             .n_workers = s->n_workers,
                             .fingerprint = dtls_ctx_fingerprint(s->dtls),
                             .announce = announce,
                             .n_announce = n_announce,
                             .media_port = (uint16_t)s->conf.media_port,
                             .public_url = s->url,
                             .metrics = s->metrics,
                             .secret = s->secret,
                             .hooks = {.follow = packagers_follow, .arg = s->packagers}};
    memcpy(api.workers, s->workers, sizeof(api.workers));
    enum err e = api_new(&s->api, &api);
    if (e != ERR_OK)
        return e;
    packagers_tell(s->packagers, recording_ready, s->api);
    struct http_config http = {.listen = s->conf.listen,
                               .port = (uint16_t)s->conf.https_port,
                               .cert_file = s->cert,
                               .key_file = s->key,
                               .web_root = s->conf.web_root,
                               .ws_path = "/ws/v1",
                               .ws_protocol = "yunjian.v1",
                               .authorise = api_authorise,
                               .run = api_run,
                               .ran = api_ran,
                               .ws = api_ws_events(),
                               .tasks = s->tasks,
                               .checks = s->checks,
                               .fetches = s->fetches,
                               .intakes = s->intakes,
                               .headers = api_headers,
                               .write = api_write,
                               .on_msg = on_msg,
                               .on_tick = on_tick,
                               .inbox = s->inbox,
                               .metrics = s->metrics,
                               .trusted = s->conf.trusted_proxies,
                               .app = s->api};
    http.n_tables = api_routes(&http.tables, &http.counts);
    return http_new(&s->http, &http);
}

/* ---- signals
 * --------------------------------------------------------------------------------------------------
 */

static void *signal_main(void *arg)
{
    struct server *s = (struct server *)arg;
    sigset_t set;
    int got = 0;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGHUP);
    for (;;) {
        if (sigwait(&set, &got) != 0)
            continue;
        if (got == SIGHUP) {
            log_reopen();
            http_reload(s->http);
            continue;
        }
        if (atomic_exchange(&s->asked, got) != 0)
            _exit(1); /* Asked twice: at once. What was acknowledged is on disk. */
    }
    return NULL;
}

static void block_signals(void)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGHUP);
    (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
}

/* ---- start and stop
 * --------------------------------------------------------------------------------------------- */

static enum err start_tasks(struct server *s)
{
    struct tasks_ctx readers = {.make = reader_make, .free = reader_free, .arg = s->db_path};
    enum err e = tasks_new(&s->tasks, TASK_THREADS, TASK_QUEUE, &readers);
    if (e == ERR_OK)
        e = tasks_new(&s->checks, 1, CHECK_QUEUE, &readers);
    if (e == ERR_OK)
        e = tasks_new(&s->fetches, FETCH_THREADS, FETCH_QUEUE, NULL);
    if (e == ERR_OK)
        e = tasks_new(&s->intakes, INTAKE_THREADS, INTAKE_QUEUE, &readers);
    if (e == ERR_OK && s->conf.clamd_socket[0] != '\0')
        e = tasks_new(&s->scans, 1, 4, &readers);
    return e;
}

static enum err start(struct server *s)
{
    static struct addr announce[PLACES_MAX];
    unsigned n = 0;
    char why[CONF_WHY] = "", packager[CONF_TEXT], control[CONF_TEXT + 32];
    (void)snprintf(s->db_path, sizeof(s->db_path), "%s/yunjian.db", s->conf.data);
    (void)snprintf(control, sizeof(control), "%s/control.sock", s->conf.data);
    places_url(&s->conf, s->url);
    places_packager(&s->conf, packager);
    enum err e = places_announce(&s->conf, announce, &n, why);
    if (e != ERR_OK)
        log_error("start", "%s", why);
    if (e == ERR_OK)
        e = rules_load(&s->rules, &s->conf);
    if (e == ERR_OK)
        e = make_folders(s);
    if (e == ERR_OK)
        e = upload_folders_make(s->conf.data);
    if (e == ERR_OK)
        e = lock_data(s);
    if (e == ERR_OK)
        e = prepare_certificate(s);
    if (e == ERR_OK)
        e = prepare_secret(s);
    if (e == ERR_OK)
        e = fetch_init();
    if (e == ERR_OK)
        e = recover(s);
    if (e == ERR_OK)
        e = start_metrics(s);
    if (e == ERR_OK)
        e = mailbox_new(&s->inbox, MAILBOX);
    if (e == ERR_OK)
        e = writer_new_watched(&s->writer, s->db_path, 100000, s->metrics);
    if (e == ERR_OK)
        e = imports_new(&s->imports, s->conf.data, &s->rules, s->writer);
    if (e == ERR_OK)
        e = start_tasks(s);
    if (e == ERR_OK)
        e = start_sender(s);
    if (e == ERR_OK)
        e = start_media(s);
    if (e == ERR_OK)
        e = packagers_new(&s->packagers, packager, (int)s->conf.packager_nice,
                          (int)s->conf.packager_memory);
    if (e == ERR_OK)
        e = start_front(s, announce, n);
    if (e == ERR_OK)
        e = control_new(&s->control, control, s->inbox);
    return e;
}

static void stop(struct server *s)
{
    control_free(s->control);
    http_free(s->http);
    acceptor_free(s->acceptor);
    for (unsigned i = 0; i < s->n_workers; i++)
        worker_free(s->workers[i]);
    tasks_free(s->scans);
    tasks_free(s->intakes);
    tasks_free(s->fetches);
    tasks_free(s->checks);
    tasks_free(s->tasks);
    sender_free(s->sender);
    imports_free(s->imports);
    writer_free(s->writer);
    packagers_free(s->packagers);
    mailbox_free(s->inbox);
    dtls_ctx_free(s->dtls);
    metrics_free(s->metrics);
}

static enum err start_log(const struct conf *c)
{
    bool json = strcmp(c->log_format, "json") == 0;
    mem_start();
    log_set_level((enum log_level)c->log_level);
    enum err e = log_to_file(c->log_file);
    log_set_format(json ? LOG_JSON : LOG_TEXT);
    (void)setenv("YUNJIAN_LOG_FORMAT", c->log_format, 1); /* for the packagers */
    return e;
}

int main(int argc, char **argv)
{
    struct server *s = &the_server;
    char why[CONF_WHY];
    if (argc > 1 && strcmp(argv[1], "--sample") == 0) {
        conf_write_sample(stdout);
        return 0;
    }
    if (argc > 1 && strcmp(argv[1], "--rights") == 0) {
        api_write_rights(stdout);
        return 0;
    }
    if (argc > 1 && strcmp(argv[1], "--openapi") == 0) {
        api_write_openapi(stdout);
        return 0;
    }
    for (int i = 1; i < argc; i++)
        if (strncmp(argv[i], "--", 2) != 0 || strchr(argv[i], '=') == NULL) {
            (void)fprintf(stderr, "yunjiand: %s is not of the form --key=value\n", argv[i]);
            return 2;
        }
    if (conf_load(&s->conf, argc, argv, why) != ERR_OK) {
        (void)fprintf(stderr, "yunjiand: %s\n", why);
        return 2;
    }
    if (start_log(&s->conf) != ERR_OK) {
        (void)fprintf(stderr, "yunjiand: log_file: %s cannot be written\n", s->conf.log_file);
        return 2;
    }
    conf_set_zone(&s->conf);
    block_signals();
    enum err e = start(s);
    if (e == ERR_OK && pthread_create(&s->signals, NULL, signal_main, s) != 0)
        e = ERR_NOMEM;
    if (e != ERR_OK) {
        log_error("start", "not started: %s", err_name(e));
        return 1;
    }
    resume_packagers(s);
    log_info("start", "ready at %s, %u media workers", s->url, s->n_workers);
    notify_ready(s->url);
    http_run(s->http);
    stop(s);
    log_info("stop", "stopped");
    return 0;
}
