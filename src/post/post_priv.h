/** @file
 * Inside of the layer: words, and what the adapters make of a notice. */
#ifndef POST_PRIV_H
#define POST_PRIV_H

#include <jansson.h>

#include "base/buf.h"
#include "domain/outbox.h"
#include "post/notice.h"

/* ---- words.c ---- */

enum language { CHINESE, ENGLISH };
enum language notice_language(const struct conf *c, const struct notice *n);

enum phrase {
    P_DEAR,
    P_MEETING,
    P_PROJECT,
    P_WHEN,
    P_HOST,
    P_AGENDA,
    P_REASON,
    P_ENTER,
    P_OPEN,
    P_PERSONAL,
    P_LINK_STAYS,
    P_GOOD_UNTIL,
    P_NEEDS,
    P_NEEDS_LINK,
    P_RECORDED,
    P_NO_REPLY,
    P_UNTITLED,
    P_LOCATION,
    PHRASES,
};
const char *phrase(enum language l, enum phrase p);
/** What a notice says first, and its subject without the title: {} stands for the host. */
struct opening {
    const char *subject, *first;
};
const struct opening *opening_of(enum language l, int kind);
/** "云审图" or "Cloud drawing review". */
const char *meeting_kind_words(enum language l, const char *kind);
/** "2026年11月26日 星期四 10:00–11:00（Asia/Shanghai，UTC+08:00）", in the zone of the process. */
void when_words(char *out, size_t cap, enum language l, int64_t starts_at, int64_t minutes,
                const char *zone);
/** Copies with the first {} of @p text replaced. */
void fill_words(char *out, size_t cap, const char *text, const char *in_place);

/* ---- letter.c ---- */

enum { LETTER_TEXT = 16 << 10, LETTER_HTML = 40 << 10, SHORT_TEXT = 1200, SUBJECT_TEXT = 500 };
/** The name after // in an address, without port and brackets. */
void host_of_url(const char *url, char out[128]);
/** Subject and both bodies of a mail. ERR_TOOBIG. */
MUST_USE enum err letter_write(const struct post *p, const struct notice *n,
                               char subject[SUBJECT_TEXT], char text[LETTER_TEXT],
                               char html[LETTER_HTML]);
/** What fits into a short message. */
void short_write(const struct post *p, const struct notice *n, char out[SHORT_TEXT]);

/* ---- ways.c ---- */

enum result {
    SENT,
    AGAIN,   /**< Not this message now. */
    DOWN,    /**< Not this message now, and no other by this way: nobody is there, or lets us in. */
    REFUSED, /**< This message never. */
    STOPPED, /**< We stop: as if it had not been tried. */
};
struct attempt {
    const struct post *post;
    const struct outbox_row *row;
    char *body;       /**< Of the outbox; may be taken apart. */
    const void *stop; /**< atomic_bool *: end soon, with STOPPED. */
    int64_t now_ms;
    char why[OUTBOX_ERROR_LEN + 1]; /**< Filled unless SENT. */
    int64_t retry_after_s;          /**< Filled: the other side asks for so much; 0: not. */
};
struct way {
    bool (*there)(const struct conf *c); /**< It is configured. */
    enum result (*send)(struct attempt *a);
    unsigned threads;
};
extern const struct way ways[OUTBOX_WAYS];

/* ---- mailer.c, hooks.c ---- */
enum result mail_send(struct attempt *a);
enum result gateway_send(struct attempt *a);
enum result hook_send(struct attempt *a);

#endif
