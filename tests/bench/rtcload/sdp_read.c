#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sdp.h"
#include "sdp_names.h"

static const char *after(const char *line, const char *prefix)
{
    size_t n = strlen(prefix);
    return strncmp(line, prefix, n) == 0 ? line + n : NULL;
}

static void take_candidate(const char *v, bool v6, struct sdp *s)
{
    char proto[16], ip[64], type[16];
    unsigned component = 0, priority = 0, port = 0;
    struct addr a;
    if (s->candidate.len != 0 || sscanf(v, "%*s %u %15s %u %63s %u typ %15s", &component, proto,
                                        &priority, ip, &port, type) != 6)
        return;
    if (component == 1 && strcasecmp(proto, "udp") == 0 && strcmp(type, "host") == 0 &&
        port < 65536 && addr_parse(&a, ip, (uint16_t)port) == ERR_OK && addr_is_v6(&a) == v6)
        s->candidate = a;
}

static void take_media(const char *v, struct sdp_media *m)
{
    char kind[16] = "";
    unsigned port = 0;
    memset(m, 0, sizeof(*m));
    (void)sscanf(v, "%15s %u %31s %15s", kind, &port, m->proto, m->fmt);
    m->kind = strcmp(kind, "audio") == 0 ? AUDIO : strcmp(kind, "video") == 0 ? VIDEO : OTHER;
    m->rejected = port == 0;
    m->pt = atoi(m->fmt);
}

static void take_codec(const char *v, struct sdp_media *m)
{
    char name[64];
    int pt = 0;
    if (sscanf(v, "%d %63s", &pt, name) == 2 &&
        ((m->kind == VIDEO && strncasecmp(name, "VP8/", 4) == 0) ||
         (m->kind == AUDIO && strncasecmp(name, "opus/", 5) == 0)))
        m->pt = pt;
}

static void take_apt(const char *v, struct sdp_media *m)
{
    const char *apt = strstr(v, "apt=");
    if (apt == NULL || m->n_apts == SDP_APT_MAX)
        return;
    m->apts[m->n_apts].pt = atoi(v);
    m->apts[m->n_apts++].apt = atoi(apt + 4);
}

/* Of whatever codec: who has it for one has it for VP8. */
static void take_feedback(const char *v, struct sdp_media *m)
{
    v += strcspn(v, " ");
    m->nack |= strcmp(v, " nack") == 0;
    m->remb |= strcmp(v, " goog-remb") == 0;
    m->twcc |= strcmp(v, " transport-cc") == 0;
}

static void take_media_line(const char *l, struct sdp_media *m)
{
    const char *v = NULL;
    if ((v = after(l, "a=mid:")) != NULL)
        (void)snprintf(m->mid, sizeof(m->mid), "%s", v);
    else if ((v = after(l, "a=rtpmap:")) != NULL)
        take_codec(v, m);
    else if ((v = after(l, "a=fmtp:")) != NULL)
        take_apt(v, m);
    else if ((v = after(l, "a=rtcp-fb:")) != NULL)
        take_feedback(v, m);
    else if ((v = after(l, "a=extmap:")) != NULL && strstr(v, " " MID_URI) != NULL)
        m->mid_ext = atoi(v);
    else if (v != NULL && strstr(v, " " TWCC_URI) != NULL)
        m->twcc_ext = atoi(v);
}

static void copy_once(char *out, size_t cap, const char *v)
{
    if (out[0] == '\0')
        (void)snprintf(out, cap, "%s", v);
}

static void take_line(const char *l, bool v6, struct sdp *s)
{
    const char *v = NULL;
    if ((v = after(l, "m=")) != NULL) {
        if (s->n < SDP_MEDIA_MAX)
            take_media(v, &s->m[s->n++]);
    } else if ((v = after(l, "a=ice-ufrag:")) != NULL)
        copy_once(s->ufrag, sizeof(s->ufrag), v);
    else if ((v = after(l, "a=ice-pwd:")) != NULL)
        copy_once(s->pwd, sizeof(s->pwd), v);
    else if ((v = after(l, "a=fingerprint:")) != NULL)
        copy_once(s->fingerprint, sizeof(s->fingerprint), v);
    else if ((v = after(l, "a=setup:")) != NULL)
        copy_once(s->setup, sizeof(s->setup), v);
    else if (strcmp(l, "a=ice-lite") == 0)
        s->ice_lite = true;
    else if ((v = after(l, "a=candidate:")) != NULL)
        take_candidate(v, v6, s);
    else if (s->n > 0)
        take_media_line(l, &s->m[s->n - 1]);
}

static void pair_rtx(struct sdp_media *m)
{
    for (int i = 0; i < m->n_apts; i++)
        if (m->apts[i].apt == m->pt)
            m->rtx_pt = m->apts[i].pt;
}

static const char *missing_in(const struct sdp *s)
{
    if (s->ufrag[0] == '\0')
        return "ice-ufrag";
    if (s->pwd[0] == '\0')
        return "ice-pwd";
    if (s->fingerprint[0] == '\0')
        return "fingerprint";
    return s->n == 0 ? "media" : NULL;
}

bool sdp_parse(const char *text, bool v6, struct sdp *s, char *why, size_t cap)
{
    memset(s, 0, sizeof(*s));
    while (*text != '\0') {
        char line[1024];
        size_t n = strcspn(text, "\r\n");
        (void)snprintf(line, sizeof(line), "%.*s", (int)n, text);
        take_line(line, v6, s);
        text += n + strspn(text + n, "\r\n");
    }
    for (int i = 0; i < s->n; i++)
        pair_rtx(&s->m[i]);
    const char *missing = missing_in(s);
    if (missing != NULL)
        (void)snprintf(why, cap, "remote SDP has no %s", missing);
    return missing == NULL;
}
