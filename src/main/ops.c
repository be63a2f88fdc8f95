/* What backup and restore say. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "ops_priv.h"

static int fail(const char *what, const char *why, enum err e)
{
    (void)fprintf(stderr, "yunjian: %s: %s (%s)\n", what, why[0] != '\0' ? why : "failed",
                  err_name(e));
    return 1;
}

static double mib(uint64_t bytes)
{
    return (double)bytes / 1048576.0;
}

static int print_result(const struct backup_result *r, uint64_t begun_ns)
{
    json_t *o = json_pack("{s:s,s:I,s:I,s:I,s:I,s:I}", "path", r->path, "files",
                          (json_int_t)r->files, "bytes", (json_int_t)r->bytes, "copied_bytes",
                          (json_int_t)r->copied_bytes, "linked", (json_int_t)r->linked, "ms",
                          (json_int_t)((clock_mono_ns() - begun_ns) / NS_PER_MS));
    char *text = json_dumps(o, JSON_COMPACT);
    if (text != NULL)
        puts(text);
    json_decref(o);
    free(text);
    return text == NULL;
}

static int check(const struct conf *conf, bool json, const char *folder)
{
    struct backup_result r;
    char why[BACKUP_WHY];
    uint64_t begun = clock_mono_ns();
    enum err e = restore_run(conf, folder, true, &r, why);
    if (e != ERR_OK)
        return fail("this backup is not sound", why, e);
    (void)snprintf(r.path, sizeof(r.path), "%s", folder);
    if (json)
        return print_result(&r, begun);
    printf("%s: %llu files, %.1f MiB, all as they were\n", folder, (unsigned long long)r.files,
           mib(r.bytes));
    return 0;
}

int ops_backup(const struct conf *conf, bool json, int argc, char **argv)
{
    struct backup_result r;
    char why[BACKUP_WHY], *end = NULL;
    uint64_t begun = clock_mono_ns();
    if (argc == 2 && strcmp(argv[0], "check") == 0)
        return check(conf, json, argv[1]);
    unsigned long keep = argc == 2 ? strtoul(argv[1], &end, 10) : 0;
    bool fine = argc == 1 || (argc == 2 && end != argv[1] && *end == '\0' && keep > 0);
    if (!fine || argv[0][0] == '\0' || keep > 100000)
        return fail("usage", "yunjian backup DEST [KEEP], or yunjian backup check FOLDER",
                    ERR_INVAL);
    enum err e = backup_run(conf, argv[0], (unsigned)keep, &r, why);
    if (e != ERR_OK)
        return fail("there is no backup", why, e);
    if (json)
        return print_result(&r, begun);
    printf("%s: %llu files, %.1f MiB, of which %.1f MiB written and %llu files shared with the "
           "backup before\n",
           r.path, (unsigned long long)r.files, mib(r.bytes), mib(r.copied_bytes),
           (unsigned long long)r.linked);
    return 0;
}

int ops_restore(const struct conf *conf, bool json, int argc, char **argv)
{
    struct backup_result r;
    char why[BACKUP_WHY];
    uint64_t begun = clock_mono_ns();
    if (argc != 1)
        return fail("usage", "yunjian restore FOLDER [--data=FOLDER]", ERR_INVAL);
    enum err e = restore_run(conf, argv[0], false, &r, why);
    if (e != ERR_OK)
        return fail("nothing was restored", why, e);
    if (json)
        return print_result(&r, begun);
    printf("%s: %llu files, %.1f MiB; configuration and outside certificates of that time are in "
           "%s/configuration\n",
           r.path, (unsigned long long)r.files, mib(r.bytes), argv[0]);
    return 0;
}
