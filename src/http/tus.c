/* Small strict readers: what is not exactly of the form is refused. */
#include "http/tus.h"

#include <stdio.h>
#include <string.h>

#include "base/cur.h"
#include "base/shape.h"

static int digit_of(uint8_t c)
{
    static const char all[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c == '\0' ? NULL : strchr(all, c);
    return at == NULL ? -1 : (int)(at - all);
}

/* With its padding, as RFC 4648 4 wants it. @return the bytes written, or -1. */
static int decode(uint8_t *out, size_t cap, const uint8_t *p, size_t n)
{
    size_t pad = n >= 2 && p[n - 1] == '=' ? (p[n - 2] == '=' ? 2 : 1) : 0;
    size_t have = n / 4 * 3 - (n == 0 ? 0 : pad), at = 0;
    if (n % 4 != 0 || have > cap)
        return -1;
    uint32_t bits = 0;
    for (size_t i = 0; i < n; i++) {
        int v = i >= n - pad ? 0 : digit_of(p[i]);
        if (v < 0)
            return -1;
        bits = bits << 6 | (uint32_t)v;
        if (i % 4 != 3)
            continue;
        for (int shift = 16; shift >= 0 && at < have; shift -= 8)
            out[at++] = (uint8_t)(bits >> shift);
        bits = 0;
    }
    return (int)have;
}

/* Up to @p stop or the end. */
static struct cur until(struct cur *c, char stop)
{
    const uint8_t *end = cur_left(c) == 0 ? NULL : (const uint8_t *)memchr(c->p, stop, cur_left(c));
    return cur_sub(c, end != NULL ? (size_t)(end - c->p) : cur_left(c));
}

static enum err read_pair(struct tus_pair *out, struct cur c)
{
    while (cur_left(&c) > 0 && *c.p == ' ')
        (void)cur_u8(&c);
    struct cur key = until(&c, ' ');
    size_t n = cur_left(&key);
    if (n == 0 || n >= TUS_KEY_MAX)
        return ERR_INVAL;
    for (const uint8_t *p = key.p; p < key.end; p++)
        if (*p <= ' ' || *p > 0x7e)
            return ERR_INVAL;
    memcpy(out->key, key.p, n);
    out->key[n] = '\0';
    if (cur_left(&c) > 0)
        (void)cur_u8(&c); /* the space */
    while (cur_left(&c) > 0 && c.end[-1] == ' ')
        c.end--;
    int len =
        cur_left(&c) == 0 ? 0 : decode((uint8_t *)out->value, TUS_VALUE_MAX - 1, c.p, cur_left(&c));
    if (len < 0)
        return ERR_INVAL;
    out->value[len] = '\0';
    return strlen(out->value) == (size_t)len && shape_is_text(out->value) ? ERR_OK : ERR_INVAL;
}

enum err tus_metadata(struct tus_metadata *out, const char *text, size_t len)
{
    struct cur c = cur_make(text, len);
    out->n = 0;
    while (cur_left(&c) > 0) {
        struct cur one = until(&c, ',');
        if (cur_left(&c) > 0)
            (void)cur_u8(&c); /* the comma */
        if (out->n == TUS_PAIRS || read_pair(&out->pairs[out->n], one) != ERR_OK)
            return ERR_INVAL;
        for (size_t i = 0; i < out->n; i++)
            if (strcmp(out->pairs[i].key, out->pairs[out->n].key) == 0)
                return ERR_INVAL;
        out->n++;
    }
    return ERR_OK;
}

const char *tus_value(const struct tus_metadata *m, const char *key)
{
    for (size_t i = 0; i < m->n; i++)
        if (strcmp(m->pairs[i].key, key) == 0)
            return m->pairs[i].value;
    return "";
}

enum err tus_number(uint64_t *out, const char *text)
{
    uint64_t v = 0;
    if (*text == '\0')
        return ERR_INVAL;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p < '0' || *p > '9' || v > (UINT64_C(1) << 53) / 10)
            return ERR_INVAL;
        v = v * 10 + (uint64_t)(*p - '0');
    }
    *out = v;
    return ERR_OK;
}

enum err tus_checksum(struct tus_checksum *out, const char *text, size_t len)
{
    struct cur c = cur_make(text, len), name = until(&c, ' ');
    size_t n = cur_left(&name);
    *out = (struct tus_checksum){.sha1 = n == 4 && memcmp(name.p, "sha1", 4) == 0};
    if (!out->sha1 && (n != 6 || memcmp(name.p, "sha256", 6) != 0))
        return ERR_INVAL;
    (void)cur_u8(&c);
    out->len = out->sha1 ? 20 : 32;
    int got = decode(out->digest, sizeof(out->digest), c.p, cur_left(&c));
    return got >= 0 && (size_t)got == out->len ? ERR_OK : ERR_INVAL;
}
