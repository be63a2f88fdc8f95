/* db/writer: group commit, refusals alone, acknowledgement only after the commit; under
 * ThreadSanitizer too. */
#include "db/writer.h"

#include <poll.h>
#include <string.h>

#include "base/mem.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "t.h"
#include "tmpdir.h"

enum { MANY = 400 };

struct change {
    struct task task;
    int no;
    bool refuse;
};

static struct mailbox *mail;
static struct db *reader;
static int answered, kept, refused, not_there;

static void run_change(struct task *t, void *ctx)
{
    const struct change *c = (const struct change *)t;
    char who[32];
    (void)snprintf(who, sizeof(who), "%d", c->no);
    AUTO(db_done) struct stmt s = db_use((struct db *)ctx, &SQL_AUDIT_ADD);
    db_bind_i64(&s, ":now", c->no);
    db_bind_text(&s, ":who", who);
    db_bind_text(&s, ":what", "w");
    db_bind_text(&s, ":object", "o");
    db_bind_text(&s, ":client", "c");
    db_bind_text(&s, ":detail", "");
    t->result = db_exec(&s);
    if (c->refuse)
        t->result = ERR_CONFLICT;
}

static int64_t rows_of(int no)
{
    static const struct sql q = {"rows", "SELECT COUNT(*) FROM audit WHERE at = :no"};
    AUTO(db_done) struct stmt s = db_use(reader, &q);
    db_bind_i64(&s, ":no", no);
    return db_row(&s) ? db_i64(&s, 0) : -1;
}

/* When the answer is here, another connection sees the row. */
static void done_change(struct task *t)
{
    const struct change *c = (const struct change *)t;
    answered++;
    kept += t->result == ERR_OK;
    refused += t->result == ERR_CONFLICT;
    not_there += rows_of(c->no) != (t->result == ERR_OK);
    mem_free(t);
}

static void take_answers(int until)
{
    struct pollfd p = {.fd = mailbox_fd(mail), .events = POLLIN};
    while (answered < until && poll(&p, 1, 10000) == 1)
        for (struct msg *m = mailbox_take(mail), *next = NULL; m != NULL; m = next) {
            next = m->next;
            tasks_finish(m);
        }
}

static enum err submit(struct writer *w, int no)
{
    struct change *c = (struct change *)mem_zalloc(1, sizeof(*c));
    if (c == NULL)
        abort();
    *c = (struct change){.task = {.reply = mail, .run = run_change, .done = done_change},
                         .no = no,
                         .refuse = no % 10 == 3};
    enum err e = writer_submit(w, &c->task);
    if (e != ERR_OK)
        mem_free(c);
    return e;
}

int main(void)
{
    struct writer *w = NULL;
    void *ctx = NULL;
    char path[300];
    tmpdir_make();
    (void)snprintf(path, sizeof(path), "%s", tmpdir_path("w.sqlite"));
    T_EQ(mailbox_new(&mail, 10), ERR_OK);
    T_OK(writer_new(&w, "/nonexistent/x.sqlite", 10) != ERR_OK);
    T_EQ(writer_new(&w, path, MANY), ERR_OK);
    T_EQ(reader_make(&ctx, path), ERR_OK);
    reader = (struct db *)ctx;
    for (int i = 1; i <= MANY; i++)
        T_EQ(submit(w, i), ERR_OK);
    take_answers(MANY);
    T_EQ(answered, MANY);
    T_EQ(refused, MANY / 10);
    T_EQ(kept, MANY - MANY / 10);
    T_EQ(not_there, 0);
    for (int i = MANY + 1; i <= MANY + 20; i++)
        T_EQ(submit(w, i), ERR_OK);
    writer_free(w); /* writes what was submitted */
    take_answers(MANY + 20);
    T_EQ(answered, MANY + 20);
    T_EQ(not_there, 0);
    reader_free(ctx);
    mailbox_free(mail);
    writer_free(NULL);
    return t_done("writer");
}
