/* The adapters, and what they share. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "domain/contacts.h"
#include "http/fetch.h"
#include "post/sender.h"
#include "post/smtp.h"
#include "post_priv.h"

static bool has_mail(const struct conf *c)
{
    return c->smtp_url[0] != '\0';
}

static bool has_gateway(const struct conf *c)
{
    return c->gateway_url[0] != '\0';
}

static bool always(const struct conf *c)
{
    (void)c;
    return true;
}

/* Threads: so many that one that waits for an answer leaves another to go on. */
const struct way ways[OUTBOX_WAYS] = {
    [OUTBOX_MAIL] = {has_mail, mail_send, 2},
    [OUTBOX_GATEWAY] = {has_gateway, gateway_send, 2},
    [OUTBOX_HOOK] = {always, hook_send, 4},
};

bool post_way_there(const struct conf *c, enum outbox_way w)
{
    return w < OUTBOX_WAYS && ways[w].there(c);
}

/* ---- secrets ----------------------------------------------------------------------------------
 */

/* What the service manager hands over is its own to guard: with access lists the bits of the group
 * say something else. */
static bool is_credential(const char *path)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    size_t n = folder != NULL ? strlen(folder) : 0;
    return n > 0 && strncmp(path, folder, n) == 0 && path[n] == '/';
}

enum err post_secret(char out[POST_SECRET_MAX], const char *path)
{
    char text[POST_SECRET_MAX + 1];
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return ERR_IO;
    bool closed = fstat(fd, &st) == 0 && ((st.st_mode & 077) == 0 || is_credential(path));
    ssize_t n = read(fd, text, sizeof(text) - 1);
    (void)close(fd);
    if (!closed)
        return ERR_DENIED;
    if (n <= 0)
        return ERR_IO;
    text[n] = '\0';
    text[strcspn(text, "\r\n")] = '\0';
    size_t len = strlen(text);
    if (len == 0 || len >= POST_SECRET_MAX)
        return ERR_INVAL;
    memcpy(out, text, len + 1);
    return ERR_OK;
}

/* ---- configuration ----------------------------------------------------------------------------
 */

static const char *secret_fault(const char *path, char why[CONF_WHY], const char *key)
{
    char secret[POST_SECRET_MAX];
    enum err e = post_secret(secret, path);
    if (e == ERR_OK)
        return NULL;
    (void)snprintf(why, CONF_WHY, "%s: %s %s", key, path,
                   e == ERR_DENIED  ? "may be read by others: chmod 600"
                   : e == ERR_INVAL ? "holds no secret of one line"
                                    : "cannot be read");
    return why;
}

enum err post_check(const struct conf *c, char why[CONF_WHY])
{
    why[0] = '\0';
    if (has_mail(c) && !smtp_url_ok(c->smtp_url))
        (void)snprintf(why, CONF_WHY,
                       "smtp_url: must be smtp://HOST[:PORT] or smtps://HOST[:PORT]");
    else if (has_mail(c) && !mail_is(c->smtp_from))
        (void)snprintf(why, CONF_WHY, "smtp_from: must be the address that mails come from");
    else if (has_mail(c) && c->smtp_user[0] != '\0')
        (void)secret_fault(c->smtp_password_file, why, "smtp_password_file");
    if (why[0] == '\0' && has_gateway(c) && !fetch_may(c->gateway_url))
        (void)snprintf(why, CONF_WHY, "gateway_url: must be https, or http on this machine");
    else if (why[0] == '\0' && has_gateway(c))
        (void)secret_fault(c->gateway_secret_file, why, "gateway_secret_file");
    return why[0] == '\0' ? ERR_OK : ERR_INVAL;
}
