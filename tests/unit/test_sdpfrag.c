/* rtc/sdpfrag: the fragments of the RFCs and of browsers, from an exact-size copy; and each way to
 * spoil one. */
#include "rtc/sdpfrag.h"

#include <stdlib.h>
#include <string.h>

#include "t.h"

#define UFRAG "a=ice-ufrag:EsAw\r\n"
#define PWD "a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n"
#define M0 "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n"
#define HOST "a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host"
#define TAIL " generation 0 ufrag EsAw network-id 1\r\n"

static enum err parse(struct sdpfrag *out, const char *text, size_t n, char why[SDP_WHY_MAX])
{
    char *copy = (char *)malloc(n > 0 ? n : 1);
    if (copy == NULL)
        return ERR_NOMEM;
    memcpy(copy, text, n);
    enum err e = sdpfrag_parse(out, copy, n, why);
    free(copy);
    return e;
}

static const struct {
    const char *text, *ufrag, *mid;
    size_t candidates;
    bool end;
} good[] = {
    {"a=group:BUNDLE 0 1\r\n" M0 UFRAG PWD HOST TAIL
     "a=candidate:473322822 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active" TAIL
     "a=end-of-candidates\r\n",
     "EsAw", "0", 2, true},
    {UFRAG PWD M0 HOST TAIL, "EsAw", "0", 1, false},
    {"a=ice-lite\r\n" UFRAG PWD, "EsAw", "", 0, false},
    {M0 "a=candidate:1 1 udp 2113937151 5f4c0a1e-0d2c.local 51472 typ host generation 0\r\n", "",
     "0", 1, false},
    {M0 "a=candidate:4 1 udp 41885695 2001:db8::7 50000 typ relay raddr 2001:db8::8 rport 1\r\n",
     "", "0", 1, false},
    {"a=end-of-candidates", "", "", 0, true},
    {"m=audio 9 RTP/AVP 0\na=mid:0\n" HOST "\n", "", "0", 1, false},
    {M0 UFRAG PWD "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\n" UFRAG PWD, "EsAw", "0", 0, false},
};

static void what_is_read(void)
{
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct sdpfrag f = {.candidates = 99};
        char why[SDP_WHY_MAX] = "";
        T_EQ(parse(&f, good[i].text, strlen(good[i].text), why), ERR_OK);
        if (why[0] != '\0')
            (void)fprintf(stderr, "row %zu: %s\n", i, why);
        T_OK(strcmp(f.ufrag, good[i].ufrag) == 0 && strcmp(f.mid, good[i].mid) == 0);
        T_OK((f.ufrag[0] != '\0') == (strlen(f.pwd) == 24));
        T_EQ(f.candidates, good[i].candidates);
        T_EQ(f.end, good[i].end);
    }
}

static const struct {
    const char *text, *why;
} bad[] = {
    {"", "line 1: nothing there"},
    {"v=0\r\n", "line 1: not a line of a fragment"},
    {"hello", "line 1: not a line of a fragment"},
    {"\r\n" UFRAG PWD, "line 1: not a line of a fragment"},
    {"a=\r\n", "line 1: empty attribute"},
    {"a=mid:0\r\n", "line 1: bad mid"},
    {"m=audio 9 RTP/AVP 0\r\na=mid:\r\n", "line 2: bad mid"},
    {"m=audio 9 RTP/AVP 0\r\na=mid:0 1\r\n", "line 2: bad mid"},
    {"m=audio 9 RTP/AVP 0\r\na=mid:0123456789abcdef\r\n", "line 2: bad mid"},
    {"m=audio\r\n", "line 1: bad m-line"},
    {"m=audio 9\r\n", "line 1: bad m-line"},
    {"m=audio x RTP/AVP 0\r\n", "line 1: bad m-line"},
    {"m=audio 65536 RTP/AVP 0\r\n", "line 1: bad m-line"},
    {UFRAG, "line 2: ice-ufrag and ice-pwd go together"},
    {PWD, "line 2: ice-ufrag and ice-pwd go together"},
    {"a=ice-ufrag:abc\r\n" PWD, "line 1: bad ice-ufrag"},
    {"a=ice-ufrag:a-c-d\r\n" PWD, "line 1: bad ice-ufrag"},
    {"a=ice-ufrag:012345678901234567890123456789012\r\n" PWD, "line 1: bad ice-ufrag"},
    {"a=ice-pwd:tooshort\r\n" UFRAG, "line 1: bad ice-pwd"},
    {UFRAG PWD "a=ice-ufrag:OtherOne\r\n", "line 3: bad ice-ufrag"},
    {"a=candidate:\r\n", "line 1: bad candidate"},
    {"a=candidate:1 1 udp 1 192.0.2.1 9\r\n", "line 1: bad candidate"},
    {"a=candidate:1 1 udp 1 192.0.2.1 9 typ\r\n", "line 1: bad candidate"},
    {"a=candidate:1 1 udp 1 192.0.2.1 9 xyz host\r\n", "line 1: bad candidate"},
    {"a=candidate:1 257 udp 1 192.0.2.1 9 typ host\r\n", "line 1: bad candidate"},
    {"a=candidate:1 1 udp 4294967296 192.0.2.1 9 typ host\r\n", "line 1: bad candidate"},
    {"a=candidate:1 1 udp 99999999999 192.0.2.1 9 typ host\r\n", "line 1: bad candidate"},
    {"a=candidate:1 1 udp 1 192.0.2.1 65536 typ host\r\n", "line 1: bad candidate"},
    {"a=candidate:1 1 udp 1  9 typ host\r\n", "line 1: bad candidate"},
    {"a=candidate:123456789012345678901234567890123 1 udp 1 192.0.2.1 9 typ host\r\n",
     "line 1: bad candidate"},
    {"a=end-of-candidates now\r\n", "line 1: bad end-of-candidates"},
    {"a=x\ry\r\n", "line 1: control character in the text"},
    {"a=x\ty\r\n", "line 1: control character in the text"},
};

static void what_is_refused(void)
{
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct sdpfrag f = {.candidates = 99};
        char why[SDP_WHY_MAX] = "";
        T_EQ(parse(&f, bad[i].text, strlen(bad[i].text), why), ERR_PROTO);
        T_OK(strcmp(why, bad[i].why) == 0);
        if (strcmp(why, bad[i].why) != 0)
            (void)fprintf(stderr, "row %zu: %s\n", i, why);
        T_EQ(f.candidates, 99);
    }
}

static void a_zero_byte_is_no_end(void)
{
    static const char text[] = UFRAG "a=x\0y\r\n";
    struct sdpfrag f;
    char why[SDP_WHY_MAX] = "";
    T_EQ(parse(&f, text, sizeof(text) - 1, why), ERR_PROTO);
}

/* @p n lines of @p line behind one m-line. */
static enum err many(const char *line, size_t n, char why[SDP_WHY_MAX])
{
    struct sdpfrag f;
    size_t each = strlen(line), at = strlen(M0);
    char *text = (char *)malloc(at + each * n);
    if (text == NULL)
        return ERR_NOMEM;
    memcpy(text, M0, at);
    for (size_t i = 0; i < n; i++)
        memcpy(text + at + each * i, line, each);
    enum err e = sdpfrag_parse(&f, text, at + each * n, why);
    free(text);
    return e;
}

static void limits(void)
{
    char why[SDP_WHY_MAX] = "";
    T_EQ(many(HOST "\r\n", SDPFRAG_CANDIDATES_MAX, why), ERR_OK);
    T_EQ(many(HOST "\r\n", SDPFRAG_CANDIDATES_MAX + 1, why), ERR_PROTO);
    T_OK(strstr(why, "too many candidates") != NULL);
    T_EQ(many("m=video 9 RTP/AVP 0\r\n", SDP_MEDIA_MAX - 1, why), ERR_OK);
    T_EQ(many("m=video 9 RTP/AVP 0\r\n", SDP_MEDIA_MAX, why), ERR_PROTO);
    T_EQ(many("a=x\r\n", 3000, why), ERR_OK);
    T_EQ(many("a=x\r\n", 4000, why), ERR_PROTO);
    T_OK(strcmp(why, "line 1: too long") == 0);
    char line[2000];
    memset(line, 'x', sizeof(line));
    memcpy(line, "a=", 2);
    memcpy(line + sizeof(line) - 3, "\r\n", 3);
    T_EQ(many(line, 1, why), ERR_PROTO);
}

int main(void)
{
    what_is_read();
    what_is_refused();
    a_zero_byte_is_no_end();
    limits();
    return t_done("sdpfrag");
}
