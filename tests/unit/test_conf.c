/* base/conf: order of file, environment and flags; every refusal names its place; the sample in
 * conf/ is the table's. */
#include "base/conf.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "t.h"

static char file[] = "/tmp/yj-test-conf-XXXXXX";

static void write_file(const char *text)
{
    FILE *f = fopen(file, "w");
    T_OK(f != NULL && fputs(text, f) >= 0 && fclose(f) == 0);
}

static enum err load(struct conf *c, const char *flag, char why[CONF_WHY])
{
    char program[] = "yunjiand", conf[64], extra[700];
    (void)snprintf(conf, sizeof(conf), "--conf=%s", file);
    (void)snprintf(extra, sizeof(extra), "%s", flag);
    char *argv[] = {program, conf, extra, NULL};
    why[0] = '\0';
    return conf_load(c, flag[0] != '\0' ? 3 : 2, argv, why);
}

static void defaults(void)
{
    struct conf c;
    char why[CONF_WHY];
    write_file("");
    T_EQ(load(&c, "", why), ERR_OK);
    T_EQ(c.https_port, 8443);
    T_EQ(c.media_port, 7000);
    T_EQ(c.segment_seconds, 30);
    T_OK(strcmp(c.data, "data") == 0);
    T_OK(strcmp(c.listen, "") == 0);
    T_OK(strcmp(c.timezone, "Asia/Shanghai") == 0);
    T_EQ(load(&c, "--timezone=America/Argentina/Buenos_Aires", why), ERR_OK);
    T_OK(strcmp(c.timezone, "America/Argentina/Buenos_Aires") == 0);
}

static void later_sources_win(void)
{
    struct conf c;
    char why[CONF_WHY];
    write_file(
        "# a comment\n\n  https_port =  9001  \nmedia_port=9002\ndata = /a path/with = signs\n"
        "ring_ms = 100");
    T_EQ(load(&c, "", why), ERR_OK);
    T_EQ(c.https_port, 9001);
    T_EQ(c.media_port, 9002);
    for (size_t i = 0; i < 3; i++) {
        static const char *const flags[] = {"auto", "openssl", "packaged"};
        char flag[60];
        (void)snprintf(flag, sizeof(flag), "--srtp_ciphers=%s", flags[i]);
        T_EQ(load(&c, flag, why), ERR_OK);
        T_OK(strcmp(c.srtp_ciphers, flags[i]) == 0);
    }
    T_EQ(load(&c, "", why), ERR_OK);
    T_EQ(c.ring_ms, 100); /* the last line needs no end */
    T_OK(strcmp(c.data, "/a path/with = signs") == 0);
    T_EQ(setenv("YUNJIAN_HTTPS_PORT", "9003", 1), 0);
    T_EQ(load(&c, "", why), ERR_OK);
    T_EQ(c.https_port, 9003);
    T_EQ(load(&c, "--https_port=9004", why), ERR_OK);
    T_EQ(c.https_port, 9004);
    T_EQ(setenv("YUNJIAN_HTTPS_PORT", "many", 1), 0);
    T_EQ(load(&c, "", why), ERR_INVAL);
    T_OK(strstr(why, "YUNJIAN_HTTPS_PORT") != NULL);
    T_EQ(unsetenv("YUNJIAN_HTTPS_PORT"), 0);
}

static void refuses(void)
{
    char huge[600];
    (void)snprintf(huge, sizeof(huge), "data = %0300d", 7);
    const struct {
        const char *text, *flag, *says;
    } rows[] = {
        {"data = x\nhttp_port = 1\n", "", ":2: there is no key \"http_port\""},
        {"https_port = 0\n", "", "1 to 65535"},
        {"\n\nhttps_port = 65536\n", "", ":3: https_port must be a number"},
        {"https_port = 8443x\n", "", "number"},
        {"https_port =\n", "", "number"},
        {"https_port = 99999999999999999999\n", "", "number"},
        {"https_port\n", "", "key = value"},
        {huge, "", "longer than 255"},
        {"timezone =\n", "", "name of a time zone"},
        {"timezone = Asia/Shang hai\n", "", "name of a time zone"},
        {"timezone = \"UTC\"\n", "", "name of a time zone"},
        {"timezone = /etc/localtime\n", "", "name of a time zone"},
        {"srtp_ciphers = fast", "", "srtp_ciphers must be one of auto|openssl|packaged"},
        {"srtp_ciphers = pack", "", "must be one of"},
        {"srtp_ciphers = openssl|packaged|x", "", "must be one of"},
        {"srtp_ciphers =", "", "must be one of"},
        {"", "--https_port=x", "--https_port=x"},
        {"", "--no_such=1", "no key \"no_such\""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct conf c = {.https_port = 77};
        char why[CONF_WHY];
        write_file(rows[i].text);
        T_EQ(load(&c, rows[i].flag, why), ERR_INVAL);
        T_OK(strstr(why, rows[i].says) != NULL);
        if (strstr(why, rows[i].says) == NULL)
            (void)fprintf(stderr, "row %zu says: %s\n", i, why);
        T_EQ(c.https_port, 77); /* a refusal leaves the output alone */
    }
    char why[CONF_WHY], program[] = "yunjiand", flag[] = "--conf=/nonexistent/x.conf";
    char *argv[] = {program, flag, NULL};
    struct conf c;
    T_EQ(conf_load(&c, 2, argv, why), ERR_INVAL);
    T_OK(strstr(why, "/nonexistent/x.conf") != NULL);
}

static void a_long_comment_is_one_line(void)
{
    char text[2400];
    struct conf c;
    char why[CONF_WHY];
    (void)snprintf(text, sizeof(text), "# %01500d\nhttps_port = 9005\n", 0);
    write_file(text);
    T_EQ(load(&c, "", why), ERR_OK);
    T_EQ(c.https_port, 9005);
}

/* Also the other way round: with all its comment signs taken off, the sample is a good file that
 * says the defaults. */
static void the_sample_is_the_table(void)
{
    char *text = NULL;
    size_t n = 0;
    char stored[8192] = "";
    FILE *f = open_memstream(&text, &n);
    conf_write_sample(f);
    T_EQ(fclose(f), 0);
    f = fopen("conf/yunjian.conf", "r");
    T_OK(f != NULL);
    size_t have = f != NULL ? fread(stored, 1, sizeof(stored), f) : 0;
    if (f != NULL)
        (void)fclose(f);
    T_OK(have == n &&
         memcmp(stored, text, n) == 0); /* else: yunjiand --sample >conf/yunjian.conf */

    struct conf want, got;
    char why[CONF_WHY];
    write_file("");
    T_EQ(load(&want, "", why), ERR_OK);
    for (char *p = text; (p = strstr(p, "\n#")) != NULL; p++)
        if (p[2] != ' ')
            p[1] = ' ';
    write_file(text);
    T_EQ(load(&got, "", why), ERR_OK);
    T_OK(memcmp(&want, &got, sizeof(want)) == 0);
    free(text);
}

int main(void)
{
    int fd = mkstemp(file);
    T_OK(fd >= 0 && close(fd) == 0);
    defaults();
    later_sources_win();
    refuses();
    a_long_comment_is_one_line();
    the_sample_is_the_table();
    (void)unlink(file);
    return t_done("conf");
}
