/* SHA256SUMS as coreutils write and read it, and the manifest beside it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "backup_priv.h"
#include "base/mem.h"

enum { HEX = DIGEST_TEXT - 1, GAP = 2, MANIFEST_VERSION = 1 };
static const char hex[] = "0123456789abcdef";

void sums_free(struct sums *s)
{
    for (size_t i = 0; i < s->n; i++)
        mem_free(s->list[i].path);
    mem_free(s->list);
    *s = (struct sums){0};
}

enum err sums_add(struct sums *s, const char *path, const char *digest)
{
    if (s->n == s->cap) {
        size_t cap = s->cap == 0 ? 256 : s->cap * 2;
        struct sum *list = (struct sum *)mem_realloc(s->list, cap * sizeof(*list));
        if (list == NULL)
            return ERR_NOMEM;
        s->list = list;
        s->cap = cap;
    }
    struct sum *one = &s->list[s->n];
    one->path = mem_strdup(path);
    if (one->path == NULL)
        return ERR_NOMEM;
    (void)snprintf(one->digest, sizeof(one->digest), "%s", digest);
    s->n++;
    return ERR_OK;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct sum *)a)->path, ((const struct sum *)b)->path);
}

static void sort(struct sums *s)
{
    if (s->n > 1)
        qsort(s->list, s->n, sizeof(*s->list), by_path);
}

enum err sums_write(struct sums *s, const char *file)
{
    sort(s);
    FILE *f = fopen(file, "wxe");
    bool fine = f != NULL;
    for (size_t i = 0; fine && i < s->n; i++)
        fine = fprintf(f, "%s  %s\n", s->list[i].digest, s->list[i].path) > 0;
    if (f != NULL && fclose(f) != 0)
        fine = false;
    return fine ? ERR_OK : ERR_IO;
}

/* Below the folder, in plain characters: each part has a name, and none begins with a dot. */
static bool fine_path(const char *p)
{
    for (const char *at = p; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || *at == '\\' || *at == 0x7f)
            return false;
    for (bool first = true; first || *p != '\0'; first = false) {
        size_t n = strcspn(p, "/");
        if (n == 0 || *p == '.' || (p[n] == '/' && p[n + 1] == '\0'))
            return false;
        p += p[n] == '/' ? n + 1 : n;
    }
    return true;
}

static enum err take_line(struct sums *s, const char *line, size_t n)
{
    char digest[DIGEST_TEXT], path[FILES_PATH];
    if (n <= HEX + GAP || n - HEX - GAP >= sizeof(path) || memchr(line, '\0', n) != NULL)
        return ERR_PROTO;
    memcpy(digest, line, HEX);
    digest[HEX] = '\0';
    memcpy(path, line + HEX + GAP, n - HEX - GAP);
    path[n - HEX - GAP] = '\0';
    if (strspn(digest, hex) != HEX || memcmp(line + HEX, "  ", GAP) != 0 || !fine_path(path))
        return ERR_PROTO;
    return sums_add(s, path, digest);
}

enum err sums_parse(struct sums *s, const char *text, size_t len)
{
    enum err e = ERR_OK;
    for (size_t at = 0; e == ERR_OK && at < len;) {
        const char *end = (const char *)memchr(text + at, '\n', len - at);
        if (end == NULL)
            return ERR_PROTO; /* Cut off. */
        size_t n = (size_t)(end - text) - at;
        e = take_line(s, text + at, n);
        at += n + 1;
    }
    sort(s);
    for (size_t i = 1; e == ERR_OK && i < s->n; i++)
        if (strcmp(s->list[i - 1].path, s->list[i].path) == 0)
            e = ERR_PROTO;
    return e;
}

enum err sums_read(struct sums *s, const char *file)
{
    struct stat st;
    FILE *f = fopen(file, "re");
    if (f == NULL)
        return errno == ENOENT ? ERR_NOENT : ERR_IO;
    AUTO(mem_freep) char *text = NULL;
    size_t n = 0;
    bool fine = fstat(fileno(f), &st) == 0;
    if (fine)
        text = (char *)mem_alloc((size_t)st.st_size + 1);
    if (text != NULL)
        n = fread(text, 1, (size_t)st.st_size, f);
    fine = text != NULL && n == (size_t)st.st_size;
    (void)fclose(f);
    return fine ? sums_parse(s, text, n) : ERR_IO;
}

const struct sum *sums_find(const struct sums *s, const char *path)
{
    size_t low = 0, high = s->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = strcmp(path, s->list[mid].path);
        if (order == 0)
            return &s->list[mid];
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return NULL;
}

/* ---- the manifest
 * --------------------------------------------------------------------------------------------------
 */

enum err manifest_write(const struct manifest *m, const char *folder)
{
    char path[FILES_PATH];
    enum err e = path_join(path, folder, "manifest.json");
    json_t *o = json_pack("{s:i,s:s,s:I,s:I,s:I,s:s}", "version", MANIFEST_VERSION, "made_at",
                          m->made_at, "schema", (json_int_t)m->schema, "files",
                          (json_int_t)m->files, "bytes", (json_int_t)m->bytes, "sums", m->sums);
    if (e == ERR_OK && (o == NULL || json_dump_file(o, path, JSON_INDENT(2)) != 0))
        e = ERR_IO;
    json_decref(o);
    return e;
}

enum err manifest_read(struct manifest *m, const char *folder)
{
    char path[FILES_PATH];
    struct stat st;
    enum err e = path_join(path, folder, "manifest.json");
    if (e != ERR_OK)
        return e;
    if (stat(path, &st) != 0)
        return ERR_NOENT;
    json_t *o = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    const char *made = "", *sums = "";
    json_int_t schema = 0, files = 0, bytes = 0;
    int version = 0;
    bool fine =
        json_unpack(o, "{s:i,s:s,s:I,s:I,s:I,s:s}", "version", &version, "made_at", &made, "schema",
                    &schema, "files", &files, "bytes", &bytes, "sums", &sums) == 0 &&
        version == MANIFEST_VERSION && strlen(sums) == HEX && strspn(sums, hex) == HEX;
    if (fine) {
        *m = (struct manifest){.schema = schema, .files = files, .bytes = bytes};
        (void)snprintf(m->made_at, sizeof(m->made_at), "%.39s", made);
        (void)snprintf(m->sums, sizeof(m->sums), "%s", sums);
    }
    json_decref(o);
    return fine ? ERR_OK : ERR_PROTO;
}
