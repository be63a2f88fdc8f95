/** @file
 * The checks of `yunjian doctor`: each finds something fine, worth a note, or wrong, by a row of
 * the table of texts. One thread; beside a running server, or without one. Changes nothing. */
#ifndef DOCTOR_PRIV_H
#define DOCTOR_PRIV_H

#include <stdarg.h>

#include "base/conf.h"
#include "main_priv.h"

struct db;
struct doctor;

/** @param id  A row of doctor_texts.c. @param fmt  What stands for {} in its texts, as printf. */
void doctor_found(struct doctor *d, const char *id, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

struct doctor {
    const struct conf *conf;
    bool running; /**< A server answers on this data folder. */
    bool chinese;
    struct json_t *list; /**< Findings so far. */
    int wrong, notes;
};

enum doctor_verdict { DOCTOR_FINE, DOCTOR_NOTE, DOCTOR_WRONG };

struct doctor_text {
    const char *id; /**< "part.finding" */
    enum doctor_verdict verdict;
    const char *en, *zh;       /**< What was found. */
    const char *en_do, *zh_do; /**< What to do; NULL when fine. */
};
/** NULL: there is no such row. */
const struct doctor_text *doctor_text_of(const char *id);

/* doctor_host.c */
void doctor_files(struct doctor *d);
void doctor_ports(struct doctor *d);
void doctor_disk(struct doctor *d);
void doctor_clock(struct doctor *d);
void doctor_limits(struct doctor *d);
/* doctor_parts.c */
void doctor_certificate(struct doctor *d);
void doctor_turn(struct doctor *d);
void doctor_codecs(struct doctor *d);
/* doctor_scanner.c */
void doctor_scanner(struct doctor *d);
/* doctor_records.c */
void doctor_records(struct doctor *d);
/* doctor_post.c */
void doctor_post(struct doctor *d);
/** With the records open. */
void doctor_outbox(struct doctor *d, struct db *db);

#endif
