/*
 * net/udp: trains arrive as the packets they are made of, whatever their sizes; also where the
 * kernel refuses trains; answers leave from the address that was asked; two sockets in one batch.
 */
#include "net/udp.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "t.h"

enum { N = 150 };

static int open_at(const char *host, struct addr *bound)
{
    struct addr any;
    int fd = -1;
    T_EQ(addr_parse(&any, host, 0), ERR_OK);
    T_EQ(udp_open(&fd, &any, bound), ERR_OK);
    return fd;
}

static size_t size_of(size_t i)
{
    return i % 7 == 6 ? 300 : i % 11 == 10 ? 1200 : 1000;
}

static void put(struct udp_out *o, const struct udp_way *way, size_t i)
{
    uint8_t *p = udp_room(o);
    memset(p, (int)(i * 3), size_of(i));
    udp_commit(o, way, size_of(i));
}

static void expect(int fd, size_t i)
{
    uint8_t p[2000];
    struct pollfd f = {.fd = fd, .events = POLLIN};
    ssize_t n = poll(&f, 1, 2000) == 1 ? recv(fd, p, sizeof(p), MSG_DONTWAIT) : -1;
    T_EQ(n, size_of(i));
    T_OK(n > 0 && p[0] == (uint8_t)(i * 3) && p[n - 1] == (uint8_t)(i * 3));
}

/* @p refused  The kernel takes no trains from a socket that writes no checksums. */
static void trains(const char *host, bool gso, bool refused)
{
    struct udp_way way = {.from.len = 0};
    struct addr mine;
    struct udp_out *o = NULL;
    int one = 1, to = open_at(host, &way.to);
    way.fd = open_at(host, &mine);
    if (refused)
        T_EQ(setsockopt(way.fd, SOL_SOCKET, SO_NO_CHECK, &one, sizeof(one)), 0);
    T_EQ(udp_out_new(&o, gso), ERR_OK);
    for (size_t i = 0; i < N; i++)
        put(o, &way, i);
    udp_flush(o);
    for (size_t i = 0; i < N; i++)
        expect(to, i);
    udp_flush(o); /* nothing is left to be sent again */
    uint8_t byte = 0;
    T_EQ(recv(to, &byte, 1, MSG_DONTWAIT), -1);
    udp_out_free(o);
    (void)close(to);
    (void)close(way.fd);
}

static void mixes_receivers_and_sockets(void)
{
    struct udp_way way[4];
    struct addr none;
    struct udp_out *o = NULL;
    int to[4];
    T_EQ(udp_out_new(&o, true), ERR_OK);
    for (size_t k = 0; k < 4; k++) {
        const char *host = k < 2 ? "127.0.0.1" : "::1";
        way[k] = (struct udp_way){.from.len = 0};
        to[k] = open_at(host, &way[k].to);
        way[k].fd = k % 2 == 0 ? open_at(host, &none) : way[k - 1].fd;
    }
    for (size_t i = 0; i < N; i++)
        put(o, &way[i / 3 % 4], i);
    udp_flush(o);
    for (size_t i = 0; i < N; i++)
        expect(to[i / 3 % 4], i);
    for (size_t k = 0; k < 4; k++) {
        (void)close(to[k]);
        if (k % 2 == 0)
            (void)close(way[k].fd);
    }
    udp_out_free(o);
}

/* A client that is connected to one of several addresses hears an answer only from there. */
static void answers_from_where_it_was_asked(const char *any, const char *asked)
{
    struct addr bound, from, to, expected;
    struct udp_in *in = NULL;
    struct udp_out *o = NULL;
    size_t len = 0, n = 0;
    int fd = open_at(any, &bound);
    T_EQ(addr_parse(&to, asked, addr_port(&bound)), ERR_OK);
    T_EQ(addr_parse(&expected, asked, 0), ERR_OK);
    int client = socket(to.u.sa.sa_family, SOCK_DGRAM, 0);
    T_EQ(connect(client, &to.u.sa, to.len), 0);
    T_EQ(udp_in_new(&in), ERR_OK);
    T_EQ(udp_out_new(&o, true), ERR_OK);
    T_EQ(send(client, "question", 8, 0), 8);
    struct pollfd f = {.fd = fd, .events = POLLIN};
    T_EQ(poll(&f, 1, 2000), 1);
    n = udp_read(in, fd);
    T_EQ(n, 1);
    const uint8_t *p = udp_datagram(in, 0, &len, &from, &to);
    T_OK(len == 8 && memcmp(p, "question", 8) == 0);
    T_OK(to.len != 0 && addr_same_host(&to, &expected));
    struct udp_way way = {.to = from, .from = to, .fd = fd};
    for (size_t i = 0; i < 3; i++)
        put(o, &way, i);
    udp_flush(o);
    for (size_t i = 0; i < 3; i++)
        expect(client, i);
    udp_in_free(in);
    udp_out_free(o);
    (void)close(fd);
    (void)close(client);
}

static void drops_what_is_too_long(void)
{
    static uint8_t long_one[UDP_PACKET + 200];
    struct addr bound, from, to;
    struct udp_in *in = NULL;
    size_t len = 1;
    int fd = open_at("127.0.0.1", &bound), client = socket(AF_INET, SOCK_DGRAM, 0);
    T_EQ(udp_in_new(&in), ERR_OK);
    T_EQ(sendto(client, long_one, sizeof(long_one), 0, &bound.u.sa, bound.len),
         (ssize_t)sizeof(long_one));
    struct pollfd f = {.fd = fd, .events = POLLIN};
    T_EQ(poll(&f, 1, 2000), 1);
    T_EQ(udp_read(in, fd), 1);
    (void)udp_datagram(in, 0, &len, &from, &to);
    T_EQ(len, 0);
    T_EQ(udp_read(in, fd), 0);
    udp_in_free(in);
    (void)close(fd);
    (void)close(client);
}

int main(void)
{
    trains("127.0.0.1", true, false);
    trains("127.0.0.1", false, false);
    trains("127.0.0.1", true, true);
    trains("::1", true, false);
    mixes_receivers_and_sockets();
    answers_from_where_it_was_asked("0.0.0.0", "127.0.0.9");
    answers_from_where_it_was_asked("::", "::1");
    drops_what_is_too_long();
    return t_done("udp");
}
