/* One row a key: the reader, the sample file and the environment's names all come from it. */
#include "base/conf.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct key {
    const char *name, *value, *unit, *help;
    size_t offset;
    bool number;
    int64_t lo, hi;
};

// clang-format off
#define TEXT(k, value, unit, help) {#k, value, unit, help, offsetof(struct conf, k), false, 0, CONF_TEXT - 1}
#define NUMBER(k, value, lo, hi, unit, help) {#k, value, unit, help, offsetof(struct conf, k), true, lo, hi}
static const struct key keys[] = {
    TEXT(data, "data", "folder", "Database, certificates and recordings"),
    TEXT(listen, "", "address", "Numeric address to listen on; empty: all, IPv4 and IPv6"),
    NUMBER(https_port, "8443", 1, 65535, "port", "Pages, API and WebSocket"),
    NUMBER(media_port, "7000", 1, 65000, "port", "Media over UDP, worker N on this port + N; ICE-TCP on the same number"),
    TEXT(announce, "", "addresses", "Comma-separated addresses that peers reach the media ports by; empty: all of this machine"),
    TEXT(public_url, "", "URL", "What links begin with; empty: https://, an address of this machine and the port"),
    TEXT(ice_servers, "", "URIs", "Comma-separated stun: and turn: URIs, at most 6, that clients of WHIP and WHEP are told of; empty: none"),
    TEXT(turn_secret, "", "secret", "static-auth-secret of the TURN servers among them; clients get credentials for a day"),
    TEXT(timezone, "Asia/Shanghai", "zone", "Time zone of the meetings (IANA name); shown beside the viewer's own where they differ"),
    TEXT(tls_certificate, "", "file", "PEM chain; empty: one made at the first start"),
    TEXT(tls_key, "", "file", "PEM key of that certificate"),
    TEXT(web_root, "web/dist", "folder", "The built pages"),
    TEXT(packager, "", "file", "The packager program; empty: yunjian-packager beside yunjiand"),
    NUMBER(packager_nice, "19", 0, 19, "nice", "How far the packager steps back behind forwarding"),
    NUMBER(packager_memory, "1024", 0, 1048576, "MiB", "Memory that the packager of one meeting may take; 0: no limit"),
    NUMBER(workers, "0", 0, 64, "threads", "Media workers; 0: one per processor core"),
    NUMBER(cpu_pin, "0", 0, 1, "0 or 1", "Pin each worker to a core"),
    TEXT(srtp_ciphers, "auto", "auto|openssl|packaged", "Whose AES protects media; auto: libipsec-mb's where the processor can, else OpenSSL's"),
    NUMBER(ring_ms, "1000", 100, 10000, "ms", "Media kept per stream for retransmission"),
    NUMBER(record_auto, "1", 0, 1, "0 or 1", "New meetings record by themselves when two people are in"),
    NUMBER(segment_seconds, "30", 1, 600, "s", "A journal segment is closed after this time"),
    NUMBER(segment_mib, "16", 1, 1024, "MiB", "... or at this size"),
    NUMBER(journal_ring_mib, "16", 1, 1024, "MiB", "Memory per recorded meeting for a disk that hesitates"),
    TEXT(holidays, "conf/holidays.conf", "file", "Holidays and worked weekends, by which time limits are counted; read at start"),
    NUMBER(limit_supply_plan, "20", 0, 1000, "working days; 0: none", "Time limit of the supply plan, one source"),
    NUMBER(limit_supply_plan_double, "45", 0, 1000, "working days; 0: none", "... two sources"),
    NUMBER(limit_drawing_review, "20", 0, 1000, "working days; 0: none", "Time limit of the drawing review"),
    NUMBER(limit_interim_inspection, "3", 0, 1000, "working days; 0: none", "Time limit of the interim inspection"),
    NUMBER(limit_acceptance, "7", 0, 1000, "working days; 0: none", "Time limit of the acceptance"),
    NUMBER(limit_energization, "7", 0, 1000, "working days; 0: none", "Time limit of the energization"),
    NUMBER(limit_return_visit, "5", 0, 1000, "working days; 0: none", "Time limit of the return visit"),
    NUMBER(upload_mib, "2048", 1, 1048576, "MiB", "Largest file that may be uploaded"),
    NUMBER(upload_unpacked_mib, "16384", 1, 1048576, "MiB", "... and, of an archive, what it may say it holds"),
    NUMBER(upload_hours, "24", 1, 720, "hours", "An upload that is not finished is forgotten after this time"),
    NUMBER(project_mib, "20480", 0, 104857600, "MiB; 0: no limit", "Documents of one project, all revisions"),
    NUMBER(documents_mib, "0", 0, 1073741824, "MiB; 0: no limit", "Documents of all projects"),
    TEXT(clamd_socket, "", "file", "Socket of the virus scanner clamd; uploads wait for it before anybody can fetch them; empty: no scan"),
    TEXT(trusted_proxies, "", "addresses", "Reverse proxies whose X-Forwarded-For is believed"),
    NUMBER(disk_reserve_mib, "1024", 0, 1048576, "MiB", "With less room on the data folder's disk /readyz says no"),
    TEXT(metrics_token, "", "token", "Who sends it as bearer token reads /metrics; empty: administrators only"),
    TEXT(oidc_issuer, "", "URL", "Identity provider (OpenID Connect) beside passwords; its redirect is public_url/oidc; empty: none"),
    TEXT(oidc_client, "", "id", "Client id at the identity provider"),
    TEXT(oidc_secret_file, "", "file", "Client secret, one line; empty: a public client, with PKCE alone"),
    TEXT(oidc_name, "SSO", "words", "What the identity provider is called on the page of signing in"),
    TEXT(oidc_ca, "", "file", "PEM of the authority of the identity provider's certificate; empty: the system's"),
    TEXT(smtp_url, "", "URL", "Mail server for invitations: smtps://host, or smtp://host:587 with STARTTLS; unencrypted on this machine only; empty: no mail"),
    TEXT(smtp_from, "", "mailbox", "Sender of mails, as meetings@example.cn"),
    TEXT(smtp_name, "云鉴", "words", "Name of the sender, in mails and short messages"),
    TEXT(smtp_user, "", "id", "Login at the mail server; empty: none"),
    TEXT(smtp_password_file, "", "file", "Its password, one line, mode 0600"),
    TEXT(gateway_url, "", "URL", "Gateway for short messages or WeChat, https; docs/delivery.md says what it is sent; empty: none"),
    TEXT(gateway_secret_file, "", "file", "Secret by which messages to the gateway are signed, one line, mode 0600"),
    TEXT(delivery_ca, "", "file", "PEM of the authority of the mail server's, the gateway's and subscribers' certificates; empty: the system's"),
    NUMBER(delivery_hours, "24", 1, 720, "h", "A message that cannot be delivered is given up after this time"),
    NUMBER(hooks_private, "0", 0, 1, "0 or 1", "Webhooks may go to private addresses and to this machine; link-local ones never"),
    NUMBER(reminder_minutes, "60", 0, 10080, "minutes; 0: none", "So long before a meeting those invited are reminded"),
    TEXT(language, "zh", "zh|en", "Language of messages to people whose own is not known"),
    NUMBER(log_level, "2", 0, 3, "0 to 3", "Errors, warnings, information, debugging"),
    TEXT(log_format, "text", "text|json", "One line an event, for people or for programs"),
    TEXT(log_file, "", "file", "Where they go, opened again on SIGHUP; empty: standard error"),
};
// clang-format on
enum { KEYS = sizeof(keys) / sizeof(keys[0]), NAME_MAX_ = 64 };

static const struct key *find(const char *name)
{
    for (size_t i = 0; i < KEYS; i++)
        if (strcmp(keys[i].name, name) == 0)
            return &keys[i];
    return NULL;
}

static bool is_address(const char *text, size_t len)
{
    char one[64];
    uint8_t bytes[16];
    if (len >= sizeof(one))
        return false;
    memcpy(one, text, len);
    one[len] = '\0';
    return inet_pton(AF_INET, one, bytes) == 1 || inet_pton(AF_INET6, one, bytes) == 1;
}

/* RFC 7064 and 7065: nothing in them that a header would have to quote, and no more of them than
 * an answer has room for. */
static bool are_uris(const struct key *k, const char *value)
{
    static const char *const schemes[] = {"stun:", "stuns:", "turn:", "turns:"};
    size_t count = 0;
    if (strcmp(k->unit, "URIs") != 0)
        return true;
    for (const char *p = value + strspn(value, ", "); *p != '\0'; p += strspn(p, ", ")) {
        size_t n = strcspn(p, ", "), known = 0;
        for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
            known += strncmp(p, schemes[i], strlen(schemes[i])) == 0 && n > strlen(schemes[i]);
        if (known == 0 || strcspn(p, "<>\"\\;") < n || ++count > CONF_URIS)
            return false;
        p += n;
    }
    return true;
}

/* Numeric addresses, as many as the key's unit says; none at all is always allowed. */
static bool are_addresses(const struct key *k, const char *value)
{
    if (strncmp(k->unit, "address", 7) != 0 || *value == '\0')
        return true;
    if (strcmp(k->unit, "address") == 0)
        return is_address(value, strlen(value));
    for (const char *p = value + strspn(value, ", "); *p != '\0'; p += strspn(p, ", ")) {
        size_t n = strcspn(p, ", ");
        if (!is_address(p, n))
            return false;
        p += n;
    }
    return true;
}

/* Shape only: which zones there are is the browser's to know, and they change. */
static bool is_zone(const struct key *k, const char *value)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/";
    size_t n = strlen(value);
    if (strcmp(k->unit, "zone") != 0)
        return true;
    return n > 0 && n <= 64 && strspn(value, allowed) == n && isalpha((unsigned char)*value);
}

/* A unit with bars is the list of what is allowed. */
static bool is_choice(const struct key *k)
{
    return !k->number && strchr(k->unit, '|') != NULL;
}

static bool is_chosen(const struct key *k, const char *value)
{
    size_t n = strlen(value);
    for (const char *p = k->unit; n > 0 && p != NULL; p = strchr(p, '|')) {
        p += *p == '|';
        if (strncmp(p, value, n) == 0 && (p[n] == '|' || p[n] == '\0'))
            return true;
    }
    return false;
}

static bool set(struct conf *c, const struct key *k, const char *value)
{
    char *at = (char *)c + k->offset;
    if (!k->number) {
        if (strlen(value) >= CONF_TEXT || !are_addresses(k, value) || !are_uris(k, value) ||
            !is_zone(k, value) || (is_choice(k) && !is_chosen(k, value)))
            return false;
        (void)snprintf(at, CONF_TEXT, "%s", value);
        return true;
    }
    char *end = NULL;
    long long v = strtoll(value, &end, 10);
    if (*value == '\0' || *end != '\0' || v < k->lo || v > k->hi)
        return false;
    int64_t n = v;
    memcpy(at, &n, sizeof(n));
    return true;
}

static enum err refuse(char why[CONF_WHY], const char *where, const struct key *k, const char *name)
{
    if (k == NULL)
        (void)snprintf(why, CONF_WHY, "%s: there is no key \"%s\"", where, name);
    else if (k->number)
        (void)snprintf(why, CONF_WHY, "%s: %s must be a number from %lld to %lld (%s)", where,
                       k->name, (long long)k->lo, (long long)k->hi, k->unit);
    else if (strcmp(k->unit, "URIs") == 0)
        (void)snprintf(why, CONF_WHY, "%s: %s must be at most %d stun: and turn: URIs, %d bytes",
                       where, k->name, CONF_URIS, CONF_TEXT - 1);
    else if (is_choice(k))
        (void)snprintf(why, CONF_WHY, "%s: %s must be one of %s", where, k->name, k->unit);
    else if (strncmp(k->unit, "address", 7) == 0)
        (void)snprintf(why, CONF_WHY, "%s: %s must be a numeric address%s", where, k->name,
                       k->unit[7] == '\0' ? "" : ", or several with commas between");
    else if (strcmp(k->unit, "zone") == 0)
        (void)snprintf(why, CONF_WHY, "%s: %s must be the name of a time zone, as Asia/Shanghai",
                       where, k->name);
    else
        (void)snprintf(why, CONF_WHY, "%s: %s is longer than %d bytes", where, k->name,
                       CONF_TEXT - 1);
    return ERR_INVAL;
}

static char *trim(char *s)
{
    while (isspace((unsigned char)*s))
        s++;
    for (size_t n = strlen(s); n > 0 && isspace((unsigned char)s[n - 1]); n--)
        s[n - 1] = '\0';
    return s;
}

static enum err read_line(struct conf *c, char *text, const char *where, char why[CONF_WHY])
{
    if (*text == '#' || *text == '\0')
        return ERR_OK;
    char *value = strchr(text, '=');
    if (value == NULL) {
        (void)snprintf(why, CONF_WHY, "%s: not of the form key = value", where);
        return ERR_INVAL;
    }
    *value++ = '\0';
    const struct key *k = find(trim(text));
    return k != NULL && set(c, k, trim(value)) ? ERR_OK : refuse(why, where, k, trim(text));
}

static enum err read_file(struct conf *c, const char *path, bool must, char why[CONF_WHY])
{
    char *line = NULL, where[400];
    size_t cap = 0;
    enum err e = ERR_OK;
    FILE *f = fopen(path, "re");
    if (f == NULL && must) {
        (void)snprintf(why, CONF_WHY, "%s cannot be read", path);
        return ERR_INVAL;
    }
    for (int no = 1; f != NULL && e == ERR_OK && getline(&line, &cap, f) >= 0; no++) {
        (void)snprintf(where, sizeof(where), "%s:%d", path, no);
        e = read_line(c, trim(line), where, why);
    }
    free(line);
    if (f != NULL)
        (void)fclose(f);
    return e;
}

static enum err read_env(struct conf *c, char why[CONF_WHY])
{
    for (size_t i = 0; i < KEYS; i++) {
        char name[NAME_MAX_] = "YUNJIAN_";
        size_t n = strlen(name);
        for (const char *p = keys[i].name; *p != '\0' && n < sizeof(name) - 1; p++)
            name[n++] = (char)toupper((unsigned char)*p);
        name[n] = '\0';
        const char *v = getenv(name);
        if (v != NULL && !set(c, &keys[i], v))
            return refuse(why, name, &keys[i], name);
    }
    return ERR_OK;
}

static enum err read_flags(struct conf *c, int argc, char **argv, char why[CONF_WHY])
{
    for (int i = 1; i < argc; i++) {
        char name[NAME_MAX_];
        const char *value = strchr(argv[i], '=');
        if (strncmp(argv[i], "--", 2) != 0 || value == NULL || strncmp(argv[i], "--conf=", 7) == 0)
            continue;
        (void)snprintf(name, sizeof(name), "%.*s", (int)(value - argv[i] - 2), argv[i] + 2);
        const struct key *k = find(name);
        if (k == NULL || !set(c, k, value + 1))
            return refuse(why, argv[i], k, name);
    }
    return ERR_OK;
}

enum err conf_load(struct conf *out, int argc, char **argv, char why[CONF_WHY])
{
    struct conf c = {.data = ""};
    const char *file = getenv("YUNJIAN_CONF");
    for (size_t i = 0; i < KEYS; i++)
        if (!set(&c, &keys[i], keys[i].value))
            return refuse(why, "default", &keys[i], keys[i].name);
    for (int i = 1; i < argc; i++)
        if (strncmp(argv[i], "--conf=", 7) == 0)
            file = argv[i] + 7;
    const char *path = file != NULL                             ? file
                       : access("conf/yunjian.conf", R_OK) == 0 ? "conf/yunjian.conf"
                                                                : CONF_INSTALLED;
    if (access(path, R_OK) == 0)
        (void)snprintf(c.file, sizeof(c.file), "%s", path);
    enum err e = read_file(&c, path, file != NULL, why);
    if (e == ERR_OK)
        e = read_env(&c, why);
    if (e == ERR_OK)
        e = read_flags(&c, argc, argv, why);
    if (e == ERR_OK)
        *out = c;
    return e;
}

void conf_set_zone(const struct conf *c)
{
    (void)setenv("TZ", c->timezone, 1);
    tzset();
}

void conf_write_sample(FILE *to)
{
    (void)fprintf(
        to,
        "# Yunjian. Every key with its default. YUNJIAN_KEY in the environment and --key=value\n"
        "# on the command line go before this file.\n");
    for (size_t i = 0; i < KEYS; i++)
        (void)fprintf(to, "\n# %s (%s)\n#%s = %s\n", keys[i].help, keys[i].unit, keys[i].name,
                      keys[i].value);
}
