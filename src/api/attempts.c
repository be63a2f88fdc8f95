/* A leaky count of failures per account and per address, in a table of fixed size. Keys whose
 * hashes meet share a count, which only makes it stricter. */
#include <arpa/inet.h>
#include <ctype.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "api_priv.h"
#include "base/mem.h"
#include "crypto/hash.h"
#include "crypto/random.h"

enum { SLOTS = 65536 };

static const struct {
    uint32_t most;     /* failures at once */
    int64_t forget_ms; /* one is forgotten after this */
} limits[] = {
    [ATTEMPT_ACCOUNT] = {40, 60000},   [ATTEMPT_ADDRESS] = {30, 20000},
    [ATTEMPT_INVITATION] = {60, 5000}, [ATTEMPT_PAIR] = {10, 60000},
    [ATTEMPT_BROWSER] = {10, 60000},   [ATTEMPT_CODE] = {5, 300000},
};

struct attempts {
    pthread_mutex_t lock;
    int64_t empty_at_ms[SLOTS]; /* when the last failure of this slot is forgotten */
    uint8_t salt[16];           /* so that nobody chooses whose slot he shares */
};

enum err attempts_new(struct attempts **out)
{
    struct attempts *a = (struct attempts *)mem_zalloc(1, sizeof(*a));
    if (a == NULL)
        return ERR_NOMEM;
    random_bytes(a->salt, sizeof(a->salt));
    (void)pthread_mutex_init(&a->lock, NULL);
    *out = a;
    return ERR_OK;
}

void attempts_free(struct attempts *a)
{
    if (a == NULL)
        return;
    (void)pthread_mutex_destroy(&a->lock);
    mem_free(a);
}

/* Of an IPv6 address the network: one host has 2^64 of them. */
static void network_of(const char *key, char out[80])
{
    struct in6_addr v6;
    (void)snprintf(out, 80, "%s", key);
    if (inet_pton(AF_INET6, key, &v6) != 1 || IN6_IS_ADDR_V4MAPPED(&v6))
        return;
    memset(&v6.s6_addr[8], 0, 8);
    (void)inet_ntop(AF_INET6, &v6, out, 80);
}

/* Logins differ in more than case. */
void attempts_pair(char *out, size_t cap, const char *login, const char *client)
{
    char where[80];
    network_of(client, where);
    (void)snprintf(out, cap, "%s %s", where, login);
    for (char *p = out; *p != '\0'; p++)
        *p = (char)tolower((unsigned char)*p);
}

static bool is_address(enum attempt kind)
{
    return kind == ATTEMPT_ADDRESS || kind == ATTEMPT_INVITATION;
}

static size_t slot_of(const struct attempts *a, enum attempt kind, const char *key)
{
    char text[240], where[80];
    uint8_t digest[SHA256_LEN];
    uint32_t n = 0;
    network_of(key, where);
    memcpy(text, a->salt, sizeof(a->salt));
    (void)snprintf(text + sizeof(a->salt), sizeof(text) - sizeof(a->salt), "%d %s", (int)kind,
                   is_address(kind) ? where : key);
    size_t len = sizeof(a->salt) + strlen(text + sizeof(a->salt));
    if (hash_sha256(digest, text, len) == ERR_OK)
        memcpy(&n, digest, sizeof(n));
    return n % SLOTS;
}

int attempts_wait_s(struct attempts *a, enum attempt kind, const char *key)
{
    int64_t now_ms = (int64_t)(clock_mono_ns() / NS_PER_MS);
    int64_t full = (int64_t)limits[kind].most * limits[kind].forget_ms;
    (void)pthread_mutex_lock(&a->lock);
    int64_t over = a->empty_at_ms[slot_of(a, kind, key)] - now_ms - full + limits[kind].forget_ms;
    (void)pthread_mutex_unlock(&a->lock);
    return over <= 0 ? 0 : (int)(over / 1000) + 1;
}

void attempts_failed(struct attempts *a, enum attempt kind, const char *key)
{
    int64_t now_ms = (int64_t)(clock_mono_ns() / NS_PER_MS);
    (void)pthread_mutex_lock(&a->lock);
    int64_t *at = &a->empty_at_ms[slot_of(a, kind, key)];
    *at = (*at > now_ms ? *at : now_ms) + limits[kind].forget_ms;
    (void)pthread_mutex_unlock(&a->lock);
}
