/* One line of JSON in, one out; only this user's processes reach the socket. */
#include <jansson.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/shape.h"
#include "main_priv.h"

enum { LINE = 1024 };

struct control {
    int fd;
    char path[108];
    struct mailbox *inbox;
    pthread_t thread;
    atomic_bool stop;
};

struct order {
    struct msg msg;
    int fd;
    char line[LINE];
};

static void order_drop(struct msg *m)
{
    (void)close(((struct order *)m)->fd);
    mem_free(m);
}

static void take_one(struct control *c, int fd)
{
    struct timeval wait = {.tv_sec = 2};
    struct order *o = (struct order *)mem_zalloc(1, sizeof(*o));
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
    ssize_t n = o == NULL ? -1 : recv(fd, o->line, sizeof(o->line) - 1, 0);
    if (n <= 0) {
        mem_free(o);
        (void)close(fd);
        return;
    }
    o->msg = (struct msg){.type = MSG_CONTROL, .drop = order_drop};
    o->fd = fd;
    mailbox_push_always(c->inbox, &o->msg);
}

static void *thread_main(void *arg)
{
    struct control *c = (struct control *)arg;
    struct pollfd p = {.fd = c->fd, .events = POLLIN};
    while (!atomic_load(&c->stop)) {
        if (poll(&p, 1, 200) <= 0)
            continue;
        int fd = accept4(c->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0)
            take_one(c, fd);
    }
    return NULL;
}

enum err control_new(struct control **out, const char *path, struct mailbox *inbox)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    struct control *c = (struct control *)mem_zalloc(1, sizeof(*c));
    if (c == NULL)
        return ERR_NOMEM;
    c->inbox = inbox;
    c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool fits = strlen(path) < sizeof(at.sun_path);
    if (fits) {
        memcpy(at.sun_path, path, strlen(path));
        memcpy(c->path, path, strlen(path));
        (void)unlink(path);
    }
    mode_t old = umask(0177);
    bool fine = fits && c->fd >= 0 && bind(c->fd, (struct sockaddr *)&at, sizeof(at)) == 0 &&
                listen(c->fd, 8) == 0;
    (void)umask(old);
    if (!fine || pthread_create(&c->thread, NULL, thread_main, c) != 0) {
        if (c->fd >= 0)
            (void)close(c->fd);
        mem_free(c);
        return ERR_IO;
    }
    *out = c;
    return ERR_OK;
}

void control_free(struct control *c)
{
    if (c == NULL)
        return;
    atomic_store(&c->stop, true);
    (void)pthread_join(c->thread, NULL);
    (void)close(c->fd);
    (void)unlink(c->path);
    mem_free(c);
}

static void answer(void *arg, const char *json)
{
    struct order *o = (struct order *)arg;
    size_t n = strlen(json);
    (void)send(o->fd, json, n, MSG_NOSIGNAL | MSG_DONTWAIT);
    order_drop(&o->msg);
}

static void told_end(void *arg, enum err e)
{
    char text[80];
    (void)snprintf(text, sizeof(text), "{\"ok\":%s,\"error\":\"%s\"}",
                   e == ERR_OK ? "true" : "false", err_name(e));
    answer(arg, text);
}

void control_on_msg(struct api *api, struct msg *m)
{
    struct order *o = (struct order *)m;
    char why[SHAPE_WHY_MAX];
    json_t *v = shape_parse(o->line, strlen(o->line), why);
    const char *cmd = json_string_value(json_object_get(v, "cmd"));
    const char *meeting = json_string_value(json_object_get(v, "meeting"));
    json_int_t account = json_integer_value(json_object_get(v, "account"));
    const char *device = json_string_value(json_object_get(v, "device"));
    if (cmd != NULL && strcmp(cmd, "status") == 0) {
        api_status(api, answer, o);
    } else if (cmd != NULL && meeting != NULL && strcmp(cmd, "end") == 0) {
        api_end_meeting(api, meeting, "yunjian", told_end, o);
    } else if (cmd != NULL && device != NULL && strcmp(cmd, "device_revoked") == 0) {
        api_device_revoked(api, device);
        answer(o, "{\"ok\":true}");
    } else if (cmd != NULL && account > 0 && strcmp(cmd, "signed_out") == 0) {
        api_sessions_ended(api, account, 0, 0);
        answer(o, "{\"ok\":true}");
    } else if (cmd != NULL && account > 0 && strcmp(cmd, "disabled") == 0) {
        api_account_disabled(api, account);
        answer(o, "{\"ok\":true}");
    } else {
        answer(o, "{\"error\":\"unknown command\"}");
    }
    json_decref(v);
}
