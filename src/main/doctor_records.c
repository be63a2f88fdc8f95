/* The records, and whether the folders of recordings hold what they say. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/copy.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "doctor_priv.h"

enum { PATH = CONF_TEXT + 160, NAMED = 3, NAMES = 400 };

/* How many, and the first few by name. */
struct tally {
    unsigned n;
    char names[NAMES];
};

static void tally_add(struct tally *t, const char *name)
{
    size_t at = strlen(t->names);
    if (t->n++ < NAMED)
        (void)snprintf(t->names + at, sizeof(t->names) - at, "%s%s", at > 0 ? ", " : "", name);
}

static void tally_tell(struct doctor *d, const struct tally *t, const char *id)
{
    if (t->n > 0)
        doctor_found(d, id, "%u: %s%s", t->n, t->names, t->n > NAMED ? ", ..." : "");
}

static bool missing(const char *data, const char *meeting, const char *name, int64_t bytes)
{
    char path[PATH];
    struct stat st;
    (void)snprintf(path, sizeof(path), "%s/recordings/%s/journal/%s", data, meeting, name);
    return stat(path, &st) != 0 || st.st_size != bytes;
}

static int is_visible(const struct dirent *i)
{
    return i->d_name[0] != '.';
}

static bool is_torn(const char *data, const char *meeting)
{
    char path[PATH];
    bool torn = false;
    (void)snprintf(path, sizeof(path), "%s/recordings/%s/journal", data, meeting);
    DIR *dir = opendir(path);
    for (const struct dirent *i = NULL; dir != NULL && (i = readdir(dir)) != NULL;)
        torn = torn || strstr(i->d_name, ".pcap.part") != NULL;
    if (dir != NULL)
        (void)closedir(dir);
    return torn;
}

static bool is_meeting(struct db *db, const char *id)
{
    AUTO(db_done) struct stmt q = db_use(db, &SQL_MEETING_KNOWN);
    db_bind_text(&q, ":meeting", id);
    return db_row(&q);
}

static void look_at_folders(struct doctor *d, struct db *db)
{
    struct tally torn = {.n = 0}, orphan = {.n = 0};
    struct dirent **list = NULL;
    char path[PATH];
    (void)snprintf(path, sizeof(path), "%s/recordings", d->conf->data);
    int n = scandir(path, &list, is_visible, alphasort);
    for (int i = 0; i < n; i++) {
        if (!d->running && is_torn(d->conf->data, list[i]->d_name))
            tally_add(&torn, list[i]->d_name);
        if (!is_meeting(db, list[i]->d_name))
            tally_add(&orphan, list[i]->d_name);
        free(list[i]);
    }
    free(list);
    tally_tell(d, &torn, "recordings.torn");
    tally_tell(d, &orphan, "recordings.orphan");
}

static void look_at_segments(struct doctor *d, struct db *db)
{
    struct tally lost = {.n = 0};
    unsigned long long n = 0, bytes = 0;
    int before = d->wrong + d->notes;
    {
        AUTO(db_done) struct stmt q = db_use(db, &SQL_SEGMENT_EVERY);
        for (; db_row(&q); n++) {
            char name[120];
            bytes += (unsigned long long)db_i64(&q, 2);
            (void)snprintf(name, sizeof(name), "%.60s/%.40s", db_text(&q, 0), db_text(&q, 1));
            if (missing(d->conf->data, db_text(&q, 0), db_text(&q, 1), db_i64(&q, 2)))
                tally_add(&lost, name);
        }
    }
    tally_tell(d, &lost, "recordings.missing");
    look_at_folders(d, db);
    if (d->wrong + d->notes == before)
        doctor_found(d, "recordings.fine", "%llu x pcap, %.1f MiB", n, (double)bytes / 1048576.0);
}

void doctor_records(struct doctor *d)
{
    char path[PATH], why[DB_WHY] = "";
    int64_t version = -1, ours = db_schema_version();
    struct db *db = NULL;
    (void)snprintf(path, sizeof(path), "%s/yunjian.db", d->conf->data);
    if (access(path, F_OK) != 0) {
        doctor_found(d, "database.none", "%s", "");
        return;
    }
    if (db_check(path, &version, why) != ERR_OK) {
        doctor_found(d, "database.damaged", "%s", why);
        return;
    }
    const char *id = version > ours   ? "database.newer"
                     : version < ours ? "database.older"
                                      : "database.fine";
    doctor_found(d, id, "%lld / %lld", (long long)version, (long long)ours);
    /* The statements are of our own version. */
    if (version == ours && db_open_readonly(&db, path) == ERR_OK) {
        look_at_segments(d, db);
        doctor_outbox(d, db);
    }
    db_close(db);
}
