/* STUN and TURN servers, in Link headers and for pages. TURN's credentials are those of coturn's
 * shared secret: a name that says until when it is good, and its HMAC. */
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

struct credentials {
    char name[40], password[BASE64_MAX];
};

/* @return false when the server wants none, or there is no secret to make them of. */
static bool make_credentials(struct credentials *out, const char *uri, const char *secret,
                             int64_t now_ms)
{
    uint8_t mac[SHA1_LEN];
    if (!is_turn(uri) || secret[0] == '\0')
        return false;
    int64_t until = now_ms / 1000 + GOOD_S;
    (void)snprintf(out->name, sizeof(out->name), "%lld:yunjian", (long long)until);
    if (hash_hmac_sha1(mac, secret, strlen(secret), out->name, strlen(out->name)) != ERR_OK)
        return false;
    base64(out->password, mac, sizeof(mac));
    return true;
}

static void say_one(struct request *rq, const char *uri, const char *secret)
{
    char text[CONF_TEXT + 160];
    struct credentials c;
    (void)snprintf(text, sizeof(text), "<%s>; rel=\"ice-server\"", uri);
    if (make_credentials(&c, uri, secret, rq->now_ms))
        (void)snprintf(text, sizeof(text),
                       "<%s>; rel=\"ice-server\"; username=\"%s\"; credential=\"%s\"; "
                       "credential-type=\"password\"",
                       uri, c.name, c.password);
    answer_header(rq, "link:", text);
}

json_t *json_ice_servers(const struct conf *c, int64_t now_ms)
{
    char list[CONF_TEXT], *rest = list;
    json_t *servers = json_array();
    (void)snprintf(list, sizeof(list), "%s", c->ice_servers);
    for (char *one = NULL; (one = strsep(&rest, ", ")) != NULL;) {
        struct credentials k;
        if (*one == '\0')
            continue;
        json_t *o = make_credentials(&k, one, c->turn_secret, now_ms)
                        ? json_pack("{s:s,s:s,s:s}", "urls", one, "username", k.name, "credential",
                                    k.password)
                        : json_pack("{s:s}", "urls", one);
        (void)json_array_append_new(servers, o);
    }
    return servers;
}

void whip_say_ice_servers(struct request *rq, const struct conf *c)
{
    char list[CONF_TEXT], *rest = list;
    (void)snprintf(list, sizeof(list), "%s", c->ice_servers);
    for (char *one = NULL; (one = strsep(&rest, ", ")) != NULL;)
        if (*one != '\0')
            say_one(rq, one, c->turn_secret);
}
