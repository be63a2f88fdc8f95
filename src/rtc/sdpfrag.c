/* A table of line prefixes, as for whole descriptions; every line is of a kind that RFC 8840 9.1
 * lists, or an attribute that is stepped over. */
#include "rtc/sdpfrag.h"

#include <stdio.h>
#include <string.h>

enum { LINE_LEN = 1500, FOUNDATION_LEN = 32, ADDRESS_LEN = 255, MLINES_MAX = SDP_MEDIA_MAX };

struct frag {
    struct sdpfrag *out;
    size_t mlines;
    char line[LINE_LEN]; /* the current one, NUL-terminated */
};

/* ---- words ----------------------------------------------------------------------------------- */

static bool is_ice_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
}

static bool is_word(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s[i] <= ' ' || s[i] > '~')
            return false;
    return n > 0;
}

/* The next word of a line, and its length; 0 at the end. */
static size_t next_word(const char **at, const char **word)
{
    *at += **at == ' ';
    *word = *at;
    size_t n = strcspn(*at, " ");
    *at += n;
    return n;
}

static bool is_number(const char *s, size_t n, unsigned long max)
{
    unsigned long v = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9' || i > 9)
            return false;
        v = v * 10 + (unsigned long)(s[i] - '0');
    }
    return n > 0 && v <= max;
}

/* Every ICE word of a bundle says the same. */
static bool keep(char *out, size_t cap, const char *value, size_t least)
{
    size_t n = strlen(value);
    for (size_t i = 0; i < n; i++)
        if (!is_ice_char(value[i]))
            return false;
    if (n < least || n >= cap || (out[0] != '\0' && strcmp(out, value) != 0))
        return false;
    memcpy(out, value, n + 1);
    return true;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static const char *on_ufrag(struct frag *f, const char *value)
{
    return keep(f->out->ufrag, ICE_UFRAG_MAX, value, SDPFRAG_UFRAG_MIN) ? NULL : "bad ice-ufrag";
}

static const char *on_pwd(struct frag *f, const char *value)
{
    return keep(f->out->pwd, ICE_PWD_MAX, value, SDPFRAG_PWD_MIN) ? NULL : "bad ice-pwd";
}

/* The m-line is a place holder: what counts is the mid behind it. */
static const char *on_media(struct frag *f, const char *value)
{
    const char *word = NULL;
    size_t kind = next_word(&value, &word);
    if (!is_word(word, kind))
        return "bad m-line";
    size_t port = next_word(&value, &word);
    if (!is_number(word, port, 65535) || *value == '\0')
        return "bad m-line";
    return ++f->mlines > MLINES_MAX ? "too many m-lines" : NULL;
}

static const char *on_mid(struct frag *f, const char *value)
{
    size_t n = strlen(value);
    if (f->mlines == 0 || n >= MID_MAX || !is_word(value, n))
        return "bad mid";
    if (f->out->mid[0] == '\0')
        memcpy(f->out->mid, value, n + 1);
    return NULL;
}

/* RFC 8839 5.1: foundation, component, transport, priority, address, port, "typ", type. */
static const char *on_candidate(struct frag *f, const char *value)
{
    static const unsigned long most[] = {0, 256, 0, 4294967295UL, 0, 65535, 0, 0};
    static const size_t longest[] = {FOUNDATION_LEN, 3, 16, 10, ADDRESS_LEN, 5, 3, 16};
    for (size_t i = 0; i < sizeof(most) / sizeof(most[0]); i++) {
        const char *word = NULL;
        size_t n = next_word(&value, &word);
        if (!is_word(word, n) || n > longest[i] || (most[i] > 0 && !is_number(word, n, most[i])))
            return "bad candidate";
        if (i == 6 && strncmp(word, "typ", 3) != 0)
            return "bad candidate";
    }
    return ++f->out->candidates > SDPFRAG_CANDIDATES_MAX ? "too many candidates" : NULL;
}

static const char *on_end(struct frag *f, const char *value)
{
    f->out->end = true;
    return *value == '\0' ? NULL : "bad end-of-candidates";
}

static const char *on_other(struct frag *f, const char *value)
{
    (void)f;
    return *value != '\0' ? NULL : "empty attribute";
}

static const struct {
    const char *prefix;
    const char *(*read)(struct frag *f, const char *value);
} rows[] = {
    {"a=candidate:", on_candidate},
    {"a=ice-ufrag:", on_ufrag},
    {"a=ice-pwd:", on_pwd},
    {"a=end-of-candidates", on_end},
    {"a=mid:", on_mid},
    {"a=", on_other},
    {"m=", on_media},
};

static const char *read_line(struct frag *f, const char *line, size_t n)
{
    if (n >= sizeof(f->line))
        return "too long a line";
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)line[i] < 0x20)
            return "control character in the text";
    memcpy(f->line, line, n);
    f->line[n] = '\0';
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t prefix = strlen(rows[i].prefix);
        if (strncmp(f->line, rows[i].prefix, prefix) == 0)
            return rows[i].read(f, f->line + prefix);
    }
    return "not a line of a fragment";
}

static enum err refuse(char why[SDP_WHY_MAX], size_t no, const char *what)
{
    (void)snprintf(why, SDP_WHY_MAX, "line %zu: %s", no, what);
    return ERR_PROTO;
}

enum err sdpfrag_parse(struct sdpfrag *out, const char *text, size_t len, char why[SDP_WHY_MAX])
{
    struct sdpfrag got = {.candidates = 0};
    struct frag f = {.out = &got};
    size_t no = 1;
    if (len == 0 || len > SDPFRAG_TEXT_MAX)
        return refuse(why, 1, len == 0 ? "nothing there" : "too long");
    for (size_t at = 0; at < len; no++) {
        const char *end = (const char *)memchr(text + at, '\n', len - at);
        size_t n = end == NULL ? len - at : (size_t)(end - text) - at;
        size_t keep_n = n > 0 && text[at + n - 1] == '\r' ? n - 1 : n;
        const char *fault = read_line(&f, text + at, keep_n);
        if (fault != NULL)
            return refuse(why, no, fault);
        at += n + 1;
    }
    if ((got.ufrag[0] == '\0') != (got.pwd[0] == '\0'))
        return refuse(why, no, "ice-ufrag and ice-pwd go together");
    *out = got;
    return ERR_OK;
}
