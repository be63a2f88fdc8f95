/* WHIP on POST /whip/ROOM-PUB, WHEP on POST /whep/ROOM-PUB, plain HTTP. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../rtcload/util.h"
#include "crypto/random.h"
#include "floor.h"

static void watch(struct peer *publisher, uint32_t number)
{
    size_t n = publisher->n_subs;
    if ((n & (n - 1)) == 0)
        publisher->subs =
            (uint32_t *)must_realloc(publisher->subs, sizeof(uint32_t) * (n > 0 ? 2 * n : 1));
    publisher->subs[publisher->n_subs++] = number;
}

static struct peer *peer_for(const char *path, const char *offer)
{
    char why[100];
    const char *dash = strchr(path, '-');
    if (server.n_peers == PEERS_MAX || dash == NULL)
        return NULL;
    struct peer *p = (struct peer *)must_zalloc(1, sizeof(*p));
    if (!sdp_parse(offer, addr_is_v6(&server.self), &p->remote, why, sizeof(why))) {
        free(p);
        return NULL;
    }
    random_ice(p->ufrag, 8);
    random_ice(p->pwd, 24);
    p->publishes = strncmp(path, "/whip/", 6) == 0;
    p->publisher = atoi(dash + 1);
    p->number = server.n_peers;
    for (uint32_t i = 0; !p->publishes && i < server.n_peers; i++)
        if (server.peers[i]->publishes && server.peers[i]->publisher == p->publisher)
            watch(server.peers[i], p->number);
    server.peers[server.n_peers++] = p;
    return p;
}

static void answer(int fd, const char *path, const char *offer)
{
    const struct peer *p = peer_for(path, offer);
    if (p == NULL) {
        (void)dprintf(fd, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        return;
    }
    struct sdp_local l = {.ufrag = p->ufrag,
                          .pwd = p->pwd,
                          .fingerprint = server.fingerprint,
                          .setup = "passive",
                          .direction = p->publishes ? "recvonly" : "sendonly",
                          .addr = &server.self,
                          .lite = true};
    char *sdp = sdp_answer(&l, &p->remote);
    (void)dprintf(fd,
                  "HTTP/1.1 201 Created\r\nContent-Type: application/sdp\r\nLocation: /r/%u\r\n"
                  "Content-Length: %zu\r\n\r\n%s",
                  p->number, strlen(sdp), sdp);
    free(sdp);
}

/* Blocks until the request is whole: its sender is ours. */
static char *read_request(int fd, char *buf, size_t cap)
{
    size_t n = 0;
    ssize_t k = 0;
    while (n + 1 < cap && (k = recv(fd, buf + n, cap - 1 - n, 0)) > 0) {
        n += (size_t)k;
        buf[n] = '\0';
        char *body = strstr(buf, "\r\n\r\n"), *c = strcasestr(buf, "content-length:");
        if (body == NULL)
            continue;
        size_t want = c != NULL && c < body ? strtoul(c + 15, NULL, 10) : 0;
        if (strlen(body + 4) >= want)
            return body + 4;
    }
    return NULL;
}

void floor_http(int fd)
{
    static char buf[65536];
    char path[256] = "";
    const char *body = read_request(fd, buf, sizeof(buf));
    if (body == NULL)
        (void)close(fd);
    else if (sscanf(buf, "POST %255s", path) == 1)
        answer(fd, path, body);
    else
        (void)dprintf(fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
}
