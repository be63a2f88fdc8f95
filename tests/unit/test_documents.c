/* domain: documents, revisions that nobody overwrites, uploads and their files, quotas. */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/db.h"
#include "domain/meetings.h"
#include "domain/upload_file.h"
#include "domain/uploads.h"
#include "t.h"
#include "tmpdir.h"

#define NOW INT64_C(1795600000000)

static struct db *db;
static struct project project, other;
static const struct uploader who = {.name = "shen", .role = "manager"};

static struct upload announce(int64_t document, int64_t bytes, const char *name)
{
    struct upload u = {.project = project.id,
                       .document = document,
                       .bytes = bytes,
                       .expires_at = NOW + 1000,
                       .owner = "account 1"};
    (void)snprintf(u.name, sizeof(u.name), "%s", name);
    (void)snprintf(u.title, sizeof(u.title), "%s", name);
    (void)snprintf(u.kind, sizeof(u.kind), "drawing");
    T_EQ(upload_add(db, &u, NOW), ERR_OK);
    return u;
}

static struct content content(uint8_t first, int64_t bytes)
{
    struct content c = {.sha256 = {first}, .type = "pdf", .bytes = bytes};
    return c;
}

static enum err commit(const struct upload *u, uint8_t first, struct document *d,
                       struct revision *r)
{
    struct content c = content(first, u->bytes);
    return upload_commit(db, u, &c, &who, "off", d, r, NOW);
}

/* SQL past the statements of the program: what a hand at the database would do. */
static bool by_hand(const char *sql)
{
    sqlite3 *raw = NULL;
    if (sqlite3_open(tmpdir_path("db"), &raw) != SQLITE_OK)
        abort();
    bool done = sqlite3_exec(raw, sql, NULL, NULL, NULL) == SQLITE_OK;
    (void)sqlite3_close(raw);
    return done;
}

static void revisions(void)
{
    struct document d, again;
    struct revision r, got;
    struct same same;
    struct upload u = announce(0, 100, "A.pdf");
    T_EQ(document_get(db, &again, "0123"), ERR_NOENT);
    T_EQ(commit(&u, 1, &d, &r), ERR_OK);
    T_EQ(r.number, 1);
    T_EQ(commit(&u, 1, &again, &got), ERR_GONE); /* once only */
    struct upload second = announce(d.id, 50, "A2.pdf");
    T_EQ(commit(&second, 1, &again, &got), ERR_CONFLICT);
    T_EQ(got.number, 1);
    T_EQ(commit(&second, 2, &again, &got), ERR_OK);
    T_OK(got.number == 2 && strcmp(again.public_id, d.public_id) == 0);
    T_EQ(revision_get(db, &got, d.id, 0), ERR_OK);
    T_OK(got.number == 2 && got.sha256[0] == 2 && strcmp(got.name, "A2.pdf") == 0);
    T_EQ(revision_get(db, &got, d.id, 1), ERR_OK);
    T_OK(got.bytes == 100 && got.sha256[0] == 1);
    T_EQ(revision_get(db, &got, d.id, 3), ERR_NOENT);
    struct upload third = announce(0, 100, "B.pdf");
    T_EQ(commit(&third, 1, &again, &r), ERR_OK); /* elsewhere the same bytes are taken, and told */
    T_EQ(revision_same(db, &same, project.id, r.sha256, r.id), ERR_OK);
    T_OK(strcmp(same.document, d.public_id) == 0 && same.number == 1);
    T_EQ(revision_same(db, &same, other.id, r.sha256, INT64_MAX), ERR_OK);
    T_OK(same.document[0] == '\0');
    T_EQ(upload_get(db, &u, second.public_id), ERR_OK);
    T_OK(strcmp(u.state, "done") == 0 && u.done_number == 2 &&
         strcmp(u.done_document, d.public_id) == 0);
}

static void nothing_is_overwritten(void)
{
    static const char *const rows[] = {
        "UPDATE document_revision SET sha256 = zeroblob(32) WHERE number = 1",
        "UPDATE document_revision SET name = 'x'",
        "UPDATE document_revision SET file = 'x' WHERE id = 1",
        "UPDATE document_revision SET bytes = 1",
        "UPDATE document_revision SET uploaded_by = 'x'",
        "DELETE FROM document_revision",
        "DELETE FROM document",
        "INSERT OR REPLACE INTO document_revision SELECT * FROM document_revision WHERE id = 1",
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        T_OK(!by_hand(rows[i]));
}

static void changes(void)
{
    struct document d, stale;
    struct revision r;
    struct upload u = announce(0, 10, "C.pdf");
    T_EQ(commit(&u, 9, &d, &r), ERR_OK);
    stale = d;
    (void)snprintf(d.title, sizeof(d.title), "C, renamed");
    T_EQ(document_edit(db, &d), ERR_OK);
    T_EQ(d.version, 2);
    T_EQ(document_edit(db, &stale), ERR_GONE);
    T_EQ(document_withdraw(db, &stale, "x", "y", NOW), ERR_GONE);
    T_EQ(document_withdraw(db, &d, "shen", "the wrong one", NOW), ERR_OK);
    struct upload late = announce(d.id, 10, "C2.pdf");
    struct document got;
    T_EQ(commit(&late, 10, &got, &r), ERR_GONE);
    T_EQ(document_get(db, &got, d.public_id), ERR_OK);
    T_OK(got.withdrawn_at == NOW && strcmp(got.withdrawn_reason, "the wrong one") == 0 &&
         strcmp(got.title, "C, renamed") == 0);
    T_EQ(document_withdraw(db, &d, "shen", "again", NOW), ERR_GONE);
    T_EQ(document_restore(db, &d), ERR_OK);
    T_EQ(document_get(db, &got, d.public_id), ERR_OK);
    T_OK(got.withdrawn_at == 0 && got.withdrawn_reason[0] == '\0' && got.version == 4);
    T_EQ(commit(&late, 10, &got, &r), ERR_OK);
}

static void count_one(void *arg, const struct document *d)
{
    (void)d;
    ++*(size_t *)arg;
}

static void links(void)
{
    struct meeting m = {.starts_at = NOW}, foreign = {.starts_at = NOW};
    struct document d;
    struct revision r;
    size_t n = 0;
    (void)snprintf(m.kind, sizeof(m.kind), "review");
    (void)snprintf(foreign.kind, sizeof(foreign.kind), "review");
    T_EQ(meeting_add(db, &m, project.id, NOW), ERR_OK);
    T_EQ(meeting_add(db, &foreign, other.id, NOW), ERR_OK);
    struct upload u = announce(0, 10, "D.pdf");
    u.meeting = m.id;
    T_EQ(commit(&u, 20, &d, &r), ERR_OK);
    T_OK(document_is_linked(db, m.id, d.id) && !document_is_linked(db, foreign.id, d.id));
    T_EQ(document_link(db, m.id, d.public_id), ERR_OK);
    T_EQ(document_link(db, foreign.id, d.public_id), ERR_NOENT);
    T_EQ(document_each_of_meeting(db, m.id, INT64_MAX, count_one, &n), ERR_OK);
    T_EQ(n, 1);
    T_EQ(document_unlink(db, m.id, d.public_id), ERR_OK);
    T_OK(!document_is_linked(db, m.id, d.id));
    T_EQ(document_withdraw(db, &d, "x", "y", NOW), ERR_OK);
    T_EQ(document_link(db, m.id, d.public_id), ERR_NOENT);
}

static void scans(void)
{
    struct document d;
    struct revision r;
    char public_id[PUBLIC_ID_LEN + 1];
    int64_t n = 0;
    struct upload u = announce(0, 10, "E.pdf");
    struct content c = content(30, 10);
    T_EQ(upload_commit(db, &u, &c, &who, "waiting", &d, &r, NOW), ERR_OK);
    T_EQ(revision_waits(db, &n), ERR_OK);
    T_EQ(n, 1);
    T_EQ(revision_waiting(db, &r, 0), ERR_OK);
    T_OK(strcmp(r.file, u.public_id) == 0);
    T_EQ(revision_waiting(db, &r, r.id), ERR_NOENT);
    T_EQ(revision_noted(db, r.id, "too large"), ERR_OK);
    T_EQ(revision_waiting(db, &r, 0), ERR_OK);
    T_EQ(revision_scanned(db, public_id, r.id, "infected", "X.Y", NOW), ERR_OK);
    T_OK(strcmp(public_id, d.public_id) == 0);
    T_EQ(revision_scanned(db, public_id, r.id, "clean", "", NOW), ERR_NOENT);
    T_OK(!by_hand("UPDATE document_revision SET scan = 'clean' WHERE scan = 'infected'"));
    T_EQ(revision_get(db, &r, d.id, 1), ERR_OK);
    T_OK(strcmp(r.scan, "infected") == 0 && strcmp(r.finding, "X.Y") == 0);
}

static enum quota_verdict verdict(struct quotas q, int64_t bytes, int64_t but)
{
    enum quota_verdict v = QUOTA_FINE;
    T_EQ(quota_check(db, &v, &q, other.id, bytes, but), ERR_OK);
    return v;
}

static void limits(void)
{
    int64_t all = 0, kept = 0;
    T_EQ(document_usage(db, 0, &all), ERR_OK);
    T_EQ(document_usage(db, other.id, &kept), ERR_OK);
    T_OK(all > 0 && kept == 0);
    T_OK(by_hand("SELECT 1 / (SUM(bytes) = (SELECT bytes FROM document_usage WHERE key = 0)) FROM "
                 "document_revision"));
    T_EQ(verdict((struct quotas){0}, INT64_MAX, 0), QUOTA_FINE);
    T_EQ(verdict((struct quotas){.upload = 99}, 100, 0), QUOTA_UPLOAD);
    T_EQ(verdict((struct quotas){.project = 100}, 100, 0), QUOTA_FINE);
    struct upload u = {.project = other.id, .bytes = 60, .expires_at = NOW + 5000};
    (void)snprintf(u.name, sizeof(u.name), "x");
    T_EQ(upload_add(db, &u, NOW), ERR_OK); /* what is on its way has its place */
    T_EQ(verdict((struct quotas){.project = 100}, 41, 0), QUOTA_PROJECT);
    T_EQ(verdict((struct quotas){.project = 100}, 40, 0), QUOTA_FINE);
    T_EQ(verdict((struct quotas){.project = 100}, 100, u.id), QUOTA_FINE);
    T_EQ(verdict((struct quotas){.all = all + 59}, 1, 0), QUOTA_ALL);
    T_EQ(upload_end(db, u.id, "cancelled", ""), ERR_OK);
    T_EQ(verdict((struct quotas){.project = 100}, 100, 0), QUOTA_FINE);
}

static void put(const char *id, uint64_t at, const void *p, size_t n)
{
    int fd = -1;
    uint64_t have = 0;
    T_EQ(upload_file_open(&fd, &have, tmpdir, id), ERR_OK);
    T_EQ(have, at);
    T_EQ(pwrite(fd, p, n, (off_t)at), (ssize_t)n);
    (void)close(fd);
}

static void files(void)
{
    static const char id[] = "0123456789abcdef0123456789abcdef";
    char path[DOCUMENT_PATH];
    uint64_t have = 1;
    uint8_t digest[SHA256_LEN];
    struct content c;
    enum sniff_verdict v = SNIFF_EMPTY;
    T_EQ(upload_folders_make(tmpdir), ERR_OK);
    T_EQ(upload_file_have(&have, tmpdir, id), ERR_OK);
    T_EQ(have, 0);
    put(id, 0, "%PDF-", 5);
    T_EQ(upload_file_try(tmpdir, id, 5), ERR_OK);
    int fd = open(tmpdir_path("uploads/0123456789abcdef0123456789abcdef"), O_WRONLY | O_APPEND);
    T_EQ(write(fd, "never verified", 14), 14);
    (void)close(fd);
    T_EQ(upload_file_have(&have, tmpdir, id), ERR_OK); /* as after a crash */
    T_EQ(have, 5);
    put(id, 5, "1.7\nxx", 6);
    T_EQ(upload_file_digest(digest, tmpdir, id, 0, 5, true), ERR_OK);
    T_OK(memcmp(digest, "\xe8\x65", 2) == 0);                          /* sha1sum of "%PDF-" */
    T_EQ(upload_file_digest(digest, tmpdir, id, 5, 7, false), ERR_IO); /* not that many */
    T_EQ(upload_file_look(&c, &v, tmpdir, id, 0), ERR_OK);
    T_OK(v == SNIFF_FINE && strcmp(c.type, "pdf") == 0 && c.bytes == 11);
    T_EQ(upload_file_keep(tmpdir, id), ERR_OK);
    T_EQ(upload_file_keep(tmpdir, id), ERR_OK); /* again, as after a crash */
    T_EQ(upload_file_have(&have, tmpdir, id), ERR_OK);
    T_EQ(have, 11);
    T_EQ(upload_file_look(&c, &v, tmpdir, id, 0), ERR_OK);
    document_file(path, tmpdir, id);
    T_EQ(access(path, R_OK), 0);
    T_EQ(upload_file_remove(tmpdir, id, false), ERR_OK); /* a revision has it: it stays */
    T_EQ(access(path, R_OK), 0);
    T_EQ(document_file_quarantine(tmpdir, id), ERR_OK);
    T_EQ(document_file_quarantine(tmpdir, id), ERR_OK);
    T_OK(access(path, R_OK) != 0);
    document_file_put_away(path, tmpdir, id);
    T_EQ(access(path, R_OK), 0);
    T_EQ(upload_file_keep(tmpdir, "ffffffffffffffffffffffffffffffff"), ERR_NOENT);
}

static void ends(void)
{
    struct upload u = announce(0, 10, "F.pdf"), got;
    bool due = true, kept = true;
    int64_t id = 0;
    char public_id[PUBLIC_ID_LEN + 1];
    while (upload_unswept(db, &id, public_id, &kept) == ERR_OK)
        T_EQ(upload_swept(db, id), ERR_OK);
    T_EQ(upload_any_due(db, &due, NOW + 999), ERR_OK);
    T_OK(!due);
    T_EQ(upload_any_due(db, &due, NOW + 1000), ERR_OK);
    T_OK(due);
    T_EQ(upload_expire(db, NOW + 1000), ERR_OK);
    T_EQ(upload_get(db, &got, u.public_id), ERR_OK);
    T_OK(strcmp(got.state, "expired") == 0);
    T_EQ(upload_unswept(db, &id, public_id, &kept), ERR_OK);
    T_OK(!kept);
    struct document d;
    struct revision r;
    T_EQ(commit(&u, 50, &d, &r), ERR_GONE);
}

static void owners(void)
{
    char out[UPLOAD_OWNER_LEN + 1];
    struct uploader by = {.account = 7};
    upload_owner(out, &by);
    T_OK(strcmp(out, "account 7") == 0);
    by.participant = 9; /* who came into a meeting by the account is the same */
    upload_owner(out, &by);
    T_OK(strcmp(out, "account 7") == 0);
    by.account = 0;
    upload_owner(out, &by);
    T_OK(strcmp(out, "participant 9") == 0);
    by.invitation = 4; /* who comes in again by it is another participant, and goes on */
    upload_owner(out, &by);
    T_OK(strcmp(out, "invitation 4") == 0);
    (void)snprintf(by.link, sizeof(by.link), "0123456789abcdef0123456789abcdef");
    upload_owner(out, &by);
    T_OK(strcmp(out, "link 0123456789abcdef0123456789abcdef") == 0);
}

int main(void)
{
    tmpdir_make();
    if (db_open(&db, tmpdir_path("db")) != ERR_OK)
        abort();
    struct account a = {.role = ROLE_MANAGER, .login = "shen", .name = "shen"};
    T_EQ(account_add(db, &a, NOW), ERR_OK);
    project = (struct project){.manager = a.id, .f = {.title = "P", .customer = "C", .sources = 1}};
    other = project;
    T_EQ(project_add(db, &project, NOW), ERR_OK);
    T_EQ(project_add(db, &other, NOW), ERR_OK);
    revisions();
    nothing_is_overwritten();
    changes();
    links();
    scans();
    limits();
    files();
    ends();
    owners();
    db_close(db);
    return t_done("documents");
}
