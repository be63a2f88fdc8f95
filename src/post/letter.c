/* A mail is a list of rows, told twice: as text and as HTML. */
#include <stdio.h>
#include <string.h>

#include "post_priv.h"

struct letter {
    struct buf text, html;
};

/* ---- writing ----------------------------------------------------------------------------------
 */

static void put_html(struct buf *b, const char *text)
{
    static const struct {
        char c;
        const char *as;
    } rows[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\n', "<br>\n"}};
    for (const char *p = text; *p != '\0'; p++) {
        const char *as = NULL;
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
            as = rows[i].c == *p ? rows[i].as : as;
        if (as != NULL)
            buf_str(b, as);
        else if (*p != '\r')
            buf_u8(b, (uint8_t)*p);
    }
}

static void paragraph(struct letter *l, const char *text, bool small)
{
    buf_str(&l->text, text);
    buf_str(&l->text, "\n\n");
    buf_str(&l->html, small ? "<p style=\"color:#5b6470;font-size:13px\">" : "<p>");
    put_html(&l->html, text);
    buf_str(&l->html, "</p>\n");
}

static void row(struct letter *l, const char *label, const char *value)
{
    if (value[0] == '\0')
        return;
    buf_str(&l->text, label);
    buf_str(&l->text, strchr(value, '\n') != NULL ? ":\n" : ": ");
    buf_str(&l->text, value);
    buf_str(&l->text, "\n");
    buf_str(&l->html, "<tr><td style=\"color:#5b6470;padding:4px 16px 4px 0;vertical-align:top;"
                      "white-space:nowrap\">");
    put_html(&l->html, label);
    buf_str(&l->html, "</td><td style=\"padding:4px 0\">");
    put_html(&l->html, value);
    buf_str(&l->html, "</td></tr>\n");
}

static void way_in(struct letter *l, const char *label, const char *link)
{
    buf_str(&l->text, label);
    buf_str(&l->text, ":\n");
    buf_str(&l->text, link);
    buf_str(&l->text, "\n\n");
    buf_str(&l->html, "<p><a style=\"display:inline-block;background:#0b5cad;color:#ffffff;"
                      "text-decoration:none;padding:12px 24px;border-radius:6px\" href=\"");
    put_html(&l->html, link);
    buf_str(&l->html, "\">");
    put_html(&l->html, label);
    buf_str(&l->html, "</a></p>\n<p style=\"color:#5b6470;font-size:13px;word-break:break-all\">");
    put_html(&l->html, link);
    buf_str(&l->html, "</p>\n");
}

/* ---- what is said -----------------------------------------------------------------------------
 */

static bool comes_in(const struct notice *n)
{
    return n->kind == NOTICE_INVITATION || n->kind == NOTICE_RESCHEDULED ||
           n->kind == NOTICE_REMINDER;
}

static void facts(struct letter *l, enum language lang, const struct post *p,
                  const struct notice *n)
{
    char what[TITLE_LEN + 40], when[160] = "";
    const char *kind = meeting_kind_words(lang, n->meeting_kind);
    (void)snprintf(what, sizeof(what), "%s%s%s", kind, kind[0] != '\0' ? " · " : "", n->title);
    if (n->starts_at > 0)
        when_words(when, sizeof(when), lang, n->starts_at, n->minutes, p->conf->timezone);
    buf_str(&l->html, "<table style=\"border-collapse:collapse\">\n");
    if (n->meeting[0] != '\0')
        row(l, phrase(lang, P_MEETING), what);
    row(l, phrase(lang, P_PROJECT), n->project);
    row(l, phrase(lang, P_WHEN), when);
    row(l, phrase(lang, P_HOST), n->host);
    row(l, phrase(lang, P_REASON), n->reason);
    if (comes_in(n))
        row(l, phrase(lang, P_AGENDA), n->agenda);
    buf_str(&l->html, "</table>\n");
    buf_str(&l->text, "\n");
}

static void how_to(struct letter *l, enum language lang, const struct post *p,
                   const struct notice *n)
{
    bool link = n->kind == NOTICE_PROJECT_LINK;
    if (!link && !comes_in(n))
        return;
    if (n->link[0] == '\0') {
        paragraph(l, phrase(lang, P_LINK_STAYS), false);
    } else {
        way_in(l, phrase(lang, link ? P_OPEN : P_ENTER), n->link);
        paragraph(l, phrase(lang, P_PERSONAL), false);
    }
    if (n->expires_at > 0) {
        char text[240], until[160];
        when_words(until, sizeof(until), lang, n->expires_at, 0, p->conf->timezone);
        fill_words(text, sizeof(text), phrase(lang, P_GOOD_UNTIL), until);
        paragraph(l, text, false);
    }
    paragraph(l, phrase(lang, link ? P_NEEDS_LINK : P_NEEDS), false);
    if (n->recorded && !link)
        paragraph(l, phrase(lang, P_RECORDED), false);
}

static void subject_of(char out[SUBJECT_TEXT], enum language lang, const struct post *p,
                       const struct notice *n)
{
    char when[160] = "";
    const char *about = n->title[0] != '\0' ? n->title : n->project;
    const char *gap = lang == CHINESE ? "：" : ": ";
    if (n->starts_at > 0)
        when_words(when, sizeof(when), lang, n->starts_at, 0, p->conf->timezone);
    when[strcspn(when, "(")] = '\0'; /* without the zone */
    char *wide = strstr(when, "（");
    if (wide != NULL)
        *wide = '\0';
    if (lang == ENGLISH && when[0] != '\0')
        when[strlen(when) - 1] = '\0'; /* and the space before it */
    (void)snprintf(out, SUBJECT_TEXT, "%s%s%s%s%s", opening_of(lang, n->kind)->subject,
                   about[0] != '\0' ? gap : "", about,
                   when[0] == '\0'   ? ""
                   : lang == CHINESE ? "，"
                                     : ", ",
                   when);
}

enum err letter_write(const struct post *p, const struct notice *n, char subject[SUBJECT_TEXT],
                      char text[LETTER_TEXT], char html[LETTER_HTML])
{
    char line[400];
    enum language lang = notice_language(p->conf, n);
    struct letter l = {buf_make(text, LETTER_TEXT - 1), buf_make(html, LETTER_HTML - 1)};
    subject_of(subject, lang, p, n);
    buf_str(&l.html, lang == CHINESE ? "<!doctype html>\n<html lang=\"zh-CN\">"
                                     : "<!doctype html>\n<html lang=\"en\">");
    buf_str(&l.html, "<meta charset=\"utf-8\"><body style=\"font-family:sans-serif;"
                     "font-size:15px;line-height:1.6;color:#1b1f24\">\n");
    if (n->name[0] != '\0') {
        fill_words(line, sizeof(line), phrase(lang, P_DEAR), n->name);
        paragraph(&l, line, false);
    }
    fill_words(line, sizeof(line), opening_of(lang, n->kind)->first,
               n->host[0] != '\0' ? n->host : p->conf->smtp_name);
    paragraph(&l, line, false);
    facts(&l, lang, p, n);
    how_to(&l, lang, p, n);
    paragraph(&l, phrase(lang, P_NO_REPLY), true);
    buf_str(&l.html, "</body></html>\n");
    if (!buf_ok(&l.text) || !buf_ok(&l.html))
        return ERR_TOOBIG;
    text[l.text.len] = '\0';
    html[l.html.len] = '\0';
    return ERR_OK;
}

/* A short message has the subject, which says what, of what and when, and the link. */
void short_write(const struct post *p, const struct notice *n, char out[SHORT_TEXT])
{
    char subject[SUBJECT_TEXT];
    enum language lang = notice_language(p->conf, n);
    bool says_link = (comes_in(n) || n->kind == NOTICE_PROJECT_LINK) && n->link[0] != '\0';
    subject_of(subject, lang, p, n);
    (void)snprintf(out, SHORT_TEXT, lang == CHINESE ? "【%s】%s%s%s" : "[%s] %s%s%s",
                   p->conf->smtp_name, subject,
                   !says_link        ? ""
                   : lang == CHINESE ? "。点击进入："
                                     : ". Open: ",
                   says_link ? n->link : "");
}

void host_of_url(const char *url, char out[128])
{
    const char *at = strstr(url, "://");
    at = at != NULL ? at + 3 : url;
    bool v6 = *at == '[';
    (void)snprintf(out, 128, "%.*s", (int)strcspn(at + v6, v6 ? "]" : ":/"), at + v6);
}
