/* What the server leans on: its certificate, TURN, GStreamer. */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "crypto/cert.h"
#include "crypto/random.h"
#include "doctor_priv.h"

enum { SOON_DAYS = 21, DAY_S = 86400, STUN_LEN = 20, STUN_TRIES = 3, STUN_WAIT_MS = 700 };

/* ---- certificate
 * --------------------------------------------------------------------------------------------- */

static void host_of(const char *url, char out[CONF_TEXT])
{
    const char *at = strstr(url, "://");
    at = at != NULL ? at + 3 : url;
    bool v6 = *at == '[';
    (void)snprintf(out, CONF_TEXT, "%.*s", (int)strcspn(at + v6, v6 ? "]" : ":/"), at + v6);
}

static void judge(struct doctor *d, const char *file, const char *key, const struct cert_facts *f)
{
    char host[CONF_TEXT], until[CLOCK_TEXT_MAX];
    struct stat st;
    int64_t now = clock_wall_ms() / 1000;
    int before = d->wrong + d->notes;
    host_of(d->conf->public_url, host);
    clock_rfc3339(until, f->not_after * 1000);
    if (!f->key_matches)
        doctor_found(d, "certificate.key", "%s", file);
    if (stat(key, &st) == 0 && (st.st_mode & 0077) != 0)
        doctor_found(d, "certificate.open", "%s", key);
    if (now < f->not_before || now > f->not_after)
        doctor_found(d, "certificate.expired", "%s", until);
    else if (f->not_after - now < (int64_t)SOON_DAYS * DAY_S)
        doctor_found(d, "certificate.soon", "%s", until);
    if (host[0] != '\0' && !f->name_matches)
        doctor_found(d, "certificate.name", "%s", host);
    if (f->self_signed)
        doctor_found(d, "certificate.self_made", "%s", until);
    else if (!f->chain_known)
        doctor_found(d, "certificate.chain", "%s", f->why);
    if (d->wrong + d->notes == before)
        doctor_found(d, "certificate.fine", "%s, %s", host, until);
}

void doctor_certificate(struct doctor *d)
{
    char file[CONF_TEXT + 32], key[CONF_TEXT + 32], host[CONF_TEXT];
    struct cert_facts f;
    bool own = d->conf->tls_certificate[0] != '\0';
    (void)snprintf(file, sizeof(file), "%s%s", own ? d->conf->tls_certificate : d->conf->data,
                   own ? "" : "/certificate.pem");
    (void)snprintf(key, sizeof(key), "%s%s", own ? d->conf->tls_key : d->conf->data,
                   own ? "" : "/key.pem");
    if (!own && access(file, F_OK) != 0) {
        doctor_found(d, "certificate.later", "%s", "");
        return;
    }
    host_of(d->conf->public_url, host);
    if (cert_look(&f, file, key, host) != ERR_OK)
        doctor_found(d, "certificate.unreadable", "%s, %s", file, key);
    else
        judge(d, file, key, &f);
}

/* ---- TURN
 * ----------------------------------------------------------------------------------------------------
 */

/* A Binding request (RFC 8489), which a TURN server answers as well. */
static bool stun_answers(const char *host, const char *port)
{
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM}, *list = NULL;
    uint8_t ask[STUN_LEN] = {0x00, 0x01, 0, 0, 0x21, 0x12, 0xa4, 0x42}, got[512];
    bool fine = false;
    random_bytes(ask + 8, 12);
    if (getaddrinfo(host, port, &hints, &list) != 0)
        return false;
    for (const struct addrinfo *a = list; a != NULL && !fine; a = a->ai_next) {
        int fd = socket(a->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (fd < 0 || connect(fd, a->ai_addr, a->ai_addrlen) != 0) {
            if (fd >= 0)
                (void)close(fd);
            continue;
        }
        struct pollfd p = {.fd = fd, .events = POLLIN};
        for (int i = 0; i < STUN_TRIES && !fine; i++)
            fine = send(fd, ask, sizeof(ask), 0) == (ssize_t)sizeof(ask) &&
                   poll(&p, 1, STUN_WAIT_MS) == 1 && recv(fd, got, sizeof(got), 0) >= STUN_LEN &&
                   got[0] == 0x01 && got[1] == 0x01 && memcmp(got + 4, ask + 4, 16) == 0;
        (void)close(fd);
    }
    freeaddrinfo(list);
    return fine;
}

/* "turn:host:port?transport=udp" into host and port. */
static bool split(const char *url, char host[CONF_TEXT], char port[8])
{
    const char *at = strchr(url, ':');
    size_t scheme = at == NULL ? 0 : (size_t)(at - url);
    bool tls = scheme == 5;
    if (at == NULL || (strncmp(url, "stun", 4) != 0 && strncmp(url, "turn", 4) != 0) ||
        scheme < 4 || scheme > 5 || (tls && url[4] != 's'))
        return false;
    at++;
    bool v6 = *at == '[';
    size_t n = strcspn(at + v6, v6 ? "]" : ":?");
    (void)snprintf(host, CONF_TEXT, "%.*s", (int)n, at + v6);
    at += v6 + n + (v6 && at[v6 + n] == ']');
    if (*at == ':')
        (void)snprintf(port, 8, "%.*s", (int)strcspn(at + 1, "?"), at + 1);
    else
        (void)snprintf(port, 8, "%s", tls ? "5349" : "3478");
    return n > 0 && port[strspn(port, "0123456789")] == '\0' && port[0] != '\0';
}

static bool over_udp(const char *url)
{
    return strncmp(url, "turns:", 6) != 0 && strncmp(url, "stuns:", 6) != 0 &&
           strstr(url, "transport=tcp") == NULL;
}

void doctor_turn(struct doctor *d)
{
    char list[CONF_TEXT], *rest = list;
    int before = d->wrong;
    (void)snprintf(list, sizeof(list), "%s", d->conf->ice_servers);
    if (list[strspn(list, ", ")] == '\0') {
        doctor_found(d, "turn.none", "%s", "");
        return;
    }
    for (char *one = NULL; (one = strsep(&rest, ", ")) != NULL;) {
        char host[CONF_TEXT] = "", port[8] = "";
        if (*one == '\0')
            continue;
        bool known = split(one, host, port); /* The configuration allows nothing else. */
        if (strncmp(one, "turn", 4) == 0 && d->conf->turn_secret[0] == '\0')
            doctor_found(d, "turn.secret", "%s", one);
        else if (over_udp(one) && !(known && stun_answers(host, port)))
            doctor_found(d, "turn.silent", "%s", one);
    }
    if (d->wrong == before)
        doctor_found(d, "turn.fine", "%s", d->conf->ice_servers);
}

/* ---- codecs
 * --------------------------------------------------------------------------------------------------
 */

/* What `yunjian-packager --check` prints, in one line. @return its exit code, -1 when it did not
 * run. */
static int run_check(char *program, char *out, size_t cap)
{
    char *argv[] = {program, (char[]){"--check"}, NULL};
    posix_spawn_file_actions_t actions;
    int ends[2], status = -1;
    pid_t pid = 0;
    size_t n = 0;
    if (pipe(ends) != 0)
        return -1;
    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    (void)posix_spawn_file_actions_addclose(&actions, ends[0]);
    int bad = posix_spawn(&pid, program, &actions, NULL, argv, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)close(ends[1]);
    for (ssize_t k = 0; bad == 0 && n < cap - 1 && (k = read(ends[0], out + n, cap - 1 - n)) > 0;)
        n += (size_t)k;
    out[n] = '\0';
    (void)close(ends[0]);
    if (bad != 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
        return -1;
    for (char *p = out; (p = strchr(p, '\n')) != NULL;)
        *p = p[1] == '\0' ? '\0' : ' ';
    return WEXITSTATUS(status);
}

void doctor_codecs(struct doctor *d)
{
    char packager[CONF_TEXT], lacks[400] = "";
    places_packager(d->conf, packager);
    if (access(packager, X_OK) != 0)
        return; /* Found already. */
    int code = run_check(packager, lacks, sizeof(lacks));
    if (code == 0)
        doctor_found(d, "codecs.fine", "%s", "");
    else
        doctor_found(d, "codecs.missing", "%s", lacks[0] != '\0' ? lacks : packager);
}
