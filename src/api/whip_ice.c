/* STUN and TURN servers in Link headers. TURN's credentials are those of coturn's shared secret: a
 * name that says until when it is good, and its HMAC. */
#include <string.h>

#include "crypto/hash.h"
#include "whip_priv.h"

enum { GOOD_S = 86400, BASE64_MAX = (SHA1_LEN + 2) / 3 * 4 + 1 };

static void base64(char out[BASE64_MAX], const uint8_t *p, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t at = 0;
    for (size_t i = 0; i < n; i += 3) {
        uint32_t v = (uint32_t)p[i] << 16 | (i + 1 < n ? (uint32_t)p[i + 1] << 8 : 0) |
                     (i + 2 < n ? p[i + 2] : 0);
        for (unsigned k = 0; k < 4; k++) {
            out[at] = '=';
            if (i + k <= n)
                out[at] = digits[v >> (18 - 6 * k) & 63u];
            at++;
        }
    }
    out[at] = '\0';
}

static bool is_turn(const char *uri)
{
    return strncmp(uri, "turn", 4) == 0;
}

static void say_one(struct request *rq, const char *uri, const char *secret)
{
    char text[CONF_TEXT + 160], name[40];
    int64_t until = rq->now_ms / 1000 + GOOD_S;
    uint8_t mac[SHA1_LEN];
    (void)snprintf(name, sizeof(name), "%lld:yunjian", (long long)until);
    (void)snprintf(text, sizeof(text), "<%s>; rel=\"ice-server\"", uri);
    if (is_turn(uri) && secret[0] != '\0' &&
        hash_hmac_sha1(mac, secret, strlen(secret), name, strlen(name)) == ERR_OK) {
        char credential[BASE64_MAX];
        base64(credential, mac, sizeof(mac));
        (void)snprintf(text, sizeof(text),
                       "<%s>; rel=\"ice-server\"; username=\"%s\"; credential=\"%s\"; "
                       "credential-type=\"password\"",
                       uri, name, credential);
    }
    answer_header(rq, "link:", text);
}

void whip_say_ice_servers(struct request *rq, const struct conf *c)
{
    char list[CONF_TEXT], *rest = list;
    (void)snprintf(list, sizeof(list), "%s", c->ice_servers);
    for (char *one = NULL; (one = strsep(&rest, ", ")) != NULL;)
        if (*one != '\0')
            say_one(rq, one, c->turn_secret);
}
