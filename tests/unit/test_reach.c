/* http/reach: which addresses are whose. */
#include "http/reach.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/un.h>

#include "t.h"

static const struct {
    const char *address;
    enum reach want;
} rows[] = {
    {"8.8.8.8", REACH_PUBLIC},
    {"1.0.0.1", REACH_PUBLIC},
    {"223.5.5.5", REACH_PUBLIC},
    {"172.15.255.255", REACH_PUBLIC},
    {"172.32.0.0", REACH_PUBLIC},
    {"100.63.255.255", REACH_PUBLIC},
    {"100.128.0.0", REACH_PUBLIC},
    {"126.255.255.255", REACH_PUBLIC},
    {"169.253.255.255", REACH_PUBLIC},
    {"192.169.0.0", REACH_PUBLIC},
    {"127.0.0.1", REACH_PRIVATE},
    {"127.255.255.255", REACH_PRIVATE},
    {"10.0.0.0", REACH_PRIVATE},
    {"10.255.255.255", REACH_PRIVATE},
    {"172.16.0.0", REACH_PRIVATE},
    {"172.31.255.255", REACH_PRIVATE},
    {"192.168.0.1", REACH_PRIVATE},
    {"100.64.0.1", REACH_PRIVATE},
    {"198.18.0.1", REACH_PRIVATE},
    {"192.0.0.1", REACH_PRIVATE},
    {"0.0.0.0", REACH_NEVER},
    {"0.1.2.3", REACH_NEVER},
    {"169.254.0.1", REACH_NEVER},
    {"169.254.169.254", REACH_NEVER},
    {"100.100.100.200", REACH_NEVER},
    {"192.0.0.192", REACH_NEVER},
    {"224.0.0.1", REACH_NEVER},
    {"239.255.255.255", REACH_NEVER},
    {"255.255.255.255", REACH_NEVER},
    {"2001:4860:4860::8888", REACH_PUBLIC},
    {"2400:3200::1", REACH_PUBLIC},
    {"::1", REACH_PRIVATE},
    {"fc00::1", REACH_PRIVATE},
    {"fdff::1", REACH_PRIVATE},
    {"fec0::1", REACH_PRIVATE},
    {"::", REACH_NEVER},
    {"fe80::1", REACH_NEVER},
    {"febf::1", REACH_NEVER},
    {"ff02::1", REACH_NEVER},
    {"fd00:ec2::254", REACH_NEVER},
    {"::ffff:8.8.8.8", REACH_PUBLIC},
    {"::ffff:127.0.0.1", REACH_PRIVATE},
    {"::ffff:169.254.169.254", REACH_NEVER},
    {"64:ff9b::10.0.0.1", REACH_PRIVATE},
    {"64:ff9b::169.254.169.254", REACH_NEVER},
    {"2002:7f00:1::", REACH_PRIVATE},
    {"2002:a9fe:a9fe::1", REACH_NEVER},
    {"2002:808:808::1", REACH_PUBLIC},
};

int main(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct sockaddr_in6 six = {.sin6_family = AF_INET6};
        struct sockaddr_in four = {.sin_family = AF_INET};
        bool is_six = strchr(rows[i].address, ':') != NULL;
        T_EQ(inet_pton(is_six ? AF_INET6 : AF_INET, rows[i].address,
                       is_six ? (void *)&six.sin6_addr : (void *)&four.sin_addr),
             1);
        enum reach got =
            reach_of(is_six ? (const struct sockaddr *)&six : (const struct sockaddr *)&four);
        T_EQ(got, rows[i].want);
        if (got != rows[i].want)
            (void)fprintf(stderr, "%s\n", rows[i].address);
    }
    const struct sockaddr_un here = {.sun_family = AF_UNIX};
    T_EQ(reach_of((const struct sockaddr *)&here), REACH_NEVER);
    return t_done("reach");
}
