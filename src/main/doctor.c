/* The order of the checks, and how their findings are told. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <jansson.h>

#include "cli_priv.h"
#include "doctor_priv.h"
#include "ops_priv.h"

enum { DETAIL = 600, TEXT = 1200 };

static const char *const verdicts[] = {"fine", "note", "wrong"};

static void fill(char out[TEXT], const char *text, const char *detail)
{
    const char *at = strstr(text, "{}");
    if (at == NULL)
        (void)snprintf(out, TEXT, "%s", text);
    else
        (void)snprintf(out, TEXT, "%.*s%s%s", (int)(at - text), text, detail, at + 2);
}

void doctor_found(struct doctor *d, const char *id, const char *fmt, ...)
{
    char detail[DETAIL], what[TEXT];
    const struct doctor_text *t = doctor_text_of(id);
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(detail, sizeof(detail), fmt, ap);
    va_end(ap);
    if (t == NULL)
        abort(); /* A check without its text is a mistake of ours. */
    fill(what, d->chinese ? t->zh : t->en, detail);
    const char *todo = d->chinese ? t->zh_do : t->en_do;
    d->wrong += t->verdict == DOCTOR_WRONG;
    d->notes += t->verdict == DOCTOR_NOTE;
    (void)json_array_append_new(d->list, json_pack("{s:s,s:s,s:s,s:s}", "check", id, "verdict",
                                                   verdicts[t->verdict], "what", what, "do",
                                                   todo != NULL ? todo : ""));
}

static bool server_runs(const struct conf *c)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    (void)snprintf(at.sun_path, sizeof(at.sun_path), "%.90s/control.sock", c->data);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool runs = fd >= 0 && connect(fd, (const struct sockaddr *)&at, sizeof(at)) == 0;
    if (fd >= 0)
        (void)close(fd);
    return runs;
}

static void look(struct doctor *d)
{
    static void (*const checks[])(struct doctor * d) = {
        doctor_files,  doctor_ports, doctor_certificate, doctor_disk,    doctor_clock,  doctor_turn,
        doctor_codecs, doctor_post,  doctor_scanner,     doctor_records, doctor_limits,
    };
    doctor_found(d, "configuration.fine", "%s",
                 d->conf->file[0] != '\0' ? d->conf->file : "conf/yunjian.conf: -");
    d->running = server_runs(d->conf);
    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
        checks[i](d);
}

static int tell_json(struct doctor *d)
{
    const char *all = verdicts[d->wrong > 0   ? DOCTOR_WRONG
                               : d->notes > 0 ? DOCTOR_NOTE
                                              : DOCTOR_FINE];
    return cli_print(
        json_pack("{s:s,s:b,s:O}", "verdict", all, "running", d->running, "checks", d->list));
}

static void tell(struct doctor *d)
{
    static const char *const marks[2][3] = {{"fine ", "note ", "WRONG"}, {"正常", "注意", "错误"}};
    size_t i = 0;
    json_t *one = NULL;
    json_array_foreach(d->list, i, one)
    {
        const char *verdict = json_string_value(json_object_get(one, "verdict"));
        const char *todo = json_string_value(json_object_get(one, "do"));
        size_t v = *verdict == 'f' ? 0 : *verdict == 'n' ? 1 : 2;
        printf("%s  %s\n", marks[d->chinese][v], json_string_value(json_object_get(one, "what")));
        if (*todo != '\0')
            printf("%s  %s%s\n", d->chinese ? "    " : "     ", d->chinese ? "→ " : "-> ", todo);
    }
    if (d->chinese)
        printf("%d 处错误，%d 处注意\n", d->wrong, d->notes);
    else
        printf("%d wrong, %d to note\n", d->wrong, d->notes);
}

static bool speaks_chinese(const char *lang)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; lang == NULL && i < sizeof(names) / sizeof(names[0]); i++) {
        const char *v = getenv(names[i]);
        lang = v != NULL && *v != '\0' ? v : NULL;
    }
    return lang != NULL && strncmp(lang, "zh", 2) == 0;
}

int ops_doctor(const struct conf *conf, const char *conf_error, bool json, const char *lang)
{
    struct doctor d = {.conf = conf, .chinese = speaks_chinese(lang), .list = json_array()};
    if (conf_error != NULL)
        doctor_found(&d, "configuration.wrong", "%s", conf_error);
    else
        look(&d);
    int bad = 0;
    if (json)
        bad = tell_json(&d);
    else
        tell(&d);
    json_decref(d.list);
    return d.wrong > 0 || bad != 0;
}
