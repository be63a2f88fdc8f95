/**
 * @file
 * Configuration from one table: file, then environment, then flags.
 * Thread: read once at start, constant afterwards.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

enum {
    CONF_TEXT = 256,
    CONF_WHY = 400,
    CONF_URIS = 6, /**< Of ice_servers: with credentials they fit in an answer's headers. */
};

/** Read when no file is named and the working folder has none. */
#ifndef CONF_INSTALLED
#define CONF_INSTALLED "/etc/yunjian/yunjian.conf"
#endif

struct conf {
    char file[CONF_TEXT]; /**< The file that was read; empty: none. */
    char data[CONF_TEXT], listen[CONF_TEXT], announce[CONF_TEXT], public_url[CONF_TEXT];
    char
        timezone[CONF_TEXT]; /**< IANA name, as Asia/Shanghai: what the meetings' pages count in. */
    char tls_certificate[CONF_TEXT], tls_key[CONF_TEXT], web_root[CONF_TEXT], packager[CONF_TEXT];
    char holidays[CONF_TEXT];
    char ice_servers[CONF_TEXT], turn_secret[CONF_TEXT];
    char srtp_ciphers[CONF_TEXT], log_format[CONF_TEXT], log_file[CONF_TEXT];
    char oidc_issuer[CONF_TEXT], oidc_client[CONF_TEXT], oidc_secret_file[CONF_TEXT];
    char oidc_name[CONF_TEXT], oidc_ca[CONF_TEXT];
    char language[CONF_TEXT]; /**< "zh" or "en": of messages to who has not chosen. */
    char smtp_url[CONF_TEXT], smtp_from[CONF_TEXT], smtp_name[CONF_TEXT];
    char smtp_user[CONF_TEXT], smtp_password_file[CONF_TEXT];
    char gateway_url[CONF_TEXT], gateway_secret_file[CONF_TEXT], delivery_ca[CONF_TEXT];
    int64_t delivery_hours, reminder_minutes, hooks_private;
    int64_t https_port, media_port, workers, cpu_pin;
    int64_t record_auto, segment_seconds, segment_mib, journal_ring_mib, ring_ms, packager_nice,
        packager_memory;
    int64_t disk_reserve_mib;
    int64_t upload_mib, upload_unpacked_mib, upload_hours, project_mib, documents_mib;
    char clamd_socket[CONF_TEXT];
    char metrics_token[CONF_TEXT], trusted_proxies[CONF_TEXT];
    int64_t log_level;
    /* Working days a project's stage may take; 0: no limit. */
    int64_t limit_supply_plan, limit_supply_plan_double, limit_drawing_review;
    int64_t limit_interim_inspection, limit_acceptance, limit_energization, limit_return_visit;
};

/**
 * Defaults, then the file (YUNJIAN_CONF or --conf=, else conf/yunjian.conf or CONF_INSTALLED when
 * it is there), then YUNJIAN_* and
 * --key=value flags. Flags that belong to no key and do not begin with "--" are left alone.
 * @param why  On ERR_INVAL: where and what, and what is allowed.
 */
MUST_USE enum err conf_load(struct conf *out, int argc, char **argv, char why[CONF_WHY]);

/** Days begin and end in the zone of the service: for localtime_r() of the whole process. Before
 * there are threads. */
void conf_set_zone(const struct conf *c);

/** The sample file, every key with help, unit and default. */
void conf_write_sample(FILE *to);

#endif
