/*
 * What happens without memory, allocation by allocation: negotiation, a DTLS and SRTP connection,
 * shapes, the journal, the records' writer.
 */
#include <jansson.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/signal_priv.h"
#include "base/log.h"
#include "crypto/random.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "db/writer.h"
#include "record/format.h"
#include "rtc/demux.h"
#include "rtc/srtp.h"
#include "rtc/stun_auth.h"
#include "rtc/transport.h"
#include "sfu/sink.h"
#include "sweep.h"
#include "tmpdir.h"

/* ---- negotiation: none at all -------------------------------------------------------------- */

static void negotiation_needs_none(void)
{
    static const uint8_t fingerprint[32];
    static char text[SDP_TEXT_MAX], answer[NEGO_TEXT_MAX];
    static struct nego_send s;
    static struct sdp scratch;
    char why[SDP_WHY_MAX] = "";
    struct nego_local l = {
        .ufrag = "aFRAGMNT", .pwd = "PasswordPasswordPass24xy", .fingerprint = fingerprint};
    FILE *f = fopen("tests/vectors/sdp/chromium.send.offer.sdp", "r");
    size_t n = f != NULL ? fread(text, 1, sizeof(text), f) : 0;
    T_OK(n > 0 && fclose(f) == 0);
    mem_fail_at(1);
    T_EQ(nego_answer(&s, answer, &scratch, text, n, &l, why), ERR_OK);
    T_EQ(mem_count(), 0);
    mem_fail_at(0);
}

/* ---- a connection -------------------------------------------------------------------------- */

enum { QUEUE = 64 };

struct side {
    struct transport *t;
    struct side *peer;
    struct path from; /* as the peer sees it */
    bool up, got_rtp;
    size_t n; /* datagrams for it */
    struct {
        size_t len;
        uint8_t p[1600];
    } queue[QUEUE];
};

static struct side server, client;

static void to_peer(void *arg, const struct path *to, const uint8_t *p, size_t len)
{
    struct side *s = ((struct side *)arg)->peer;
    (void)to;
    if (s->n == QUEUE || len > sizeof(s->queue[0].p))
        return;
    memcpy(s->queue[s->n].p, p, len);
    s->queue[s->n++].len = len;
}

static void moved(void *arg, const struct path *to)
{
    (void)arg;
    (void)to;
}

static void proven(void *arg, unsigned i, const struct path *path)
{
    (void)arg;
    (void)i;
    (void)path;
}

static void seen(struct side *s, enum transport_kind k)
{
    s->up = s->up || k == TRANSPORT_UP;
    s->got_rtp = s->got_rtp || k == TRANSPORT_RTP;
}

static void deliver(struct side *s)
{
    for (size_t i = 0; i < s->n; i++)
        if (s != &client || demux_of(s->queue[i].p, s->queue[i].len) != DEMUX_STUN) {
            size_t len = s->queue[i].len;
            seen(s, transport_input(s->t, &s->peer->from, s->queue[i].p, &len, clock_mono_ns()));
        }
    s->n = 0;
}

static enum err side_new(struct side *s, struct side *peer, struct dtls_ctx *ctx,
                         const struct transport_params *params)
{
    struct transport_out out = {.send = to_peer, .proven = proven, .moved = moved, .arg = s};
    s->peer = peer;
    T_EQ(addr_parse(&s->from.addr, "192.0.2.1", s == &server ? 1 : 2), ERR_OK);
    return transport_new(&s->t, ctx, params, &out, clock_mono_ns());
}

static void talk(void)
{
    uint8_t check[STUN_ANSWER_MAX], rtp[100] = {0x80, 96, 0, 1};
    size_t n = stun_check(check, "serv:clnt", "PasswordPasswordPass24xy", true), len = 50;
    to_peer(&client, &server.from, check, n);
    deliver(&server);
    client.n = 0;
    seen(&client, transport_connect(client.t, &server.from, clock_mono_ns()));
    for (int i = 0; i < 20 && (server.n > 0 || client.n > 0); i++) {
        deliver(&server);
        deliver(&client);
    }
    if (!client.up || !server.up || transport_protect(client.t, false, rtp, &len) != ERR_OK)
        return;
    to_peer(&client, &server.from, rtp, len);
    deliver(&server);
}

static bool connection(void)
{
    struct dtls_ctx *ctx = NULL;
    struct transport_params p = {
        .local_ufrag = "serv", .remote_ufrag = "clnt", .local_pwd = "PasswordPasswordPass24xy"};
    memset(&server, 0, sizeof(server));
    memset(&client, 0, sizeof(client));
    sweep_arm();
    enum err e = dtls_ctx_new(&ctx);
    if (e == ERR_OK) {
        memcpy(p.fingerprint, dtls_ctx_fingerprint(ctx), sizeof(p.fingerprint));
        e = side_new(&server, &client, ctx, &p);
    }
    p.dtls_client = true;
    if (e == ERR_OK)
        e = side_new(&client, &server, ctx, &p);
    if (e == ERR_OK)
        talk();
    sweep_disarm();
    T_OK(e == ERR_OK || e == ERR_NOMEM);
    /* What only makes it cheaper may fail and is done without; no half connection passes for a
     * whole one. */
    T_OK(server.got_rtp || sweep_hit());
    T_OK(!server.got_rtp || (server.up && client.up));
    T_OK(e != ERR_OK || server.got_rtp ||
         (server.t != NULL && !(transport_up(server.t) && transport_up(client.t))));
    transport_free(server.t);
    transport_free(client.t);
    dtls_ctx_free(ctx);
    return server.got_rtp;
}

/* ---- JSON ---------------------------------------------------------------------------------- */

static bool shapes(void)
{
    static const char text[] =
        "{\"type\":\"send_offer\",\"id\":7,\"sdp\":\"v=0\\r\\no=- 1 1\",\"tracks\":["
        "{\"mid\":\"0\",\"source\":\"camera\"},{\"mid\":\"1\",\"source\":\"microphone\"},"
        "{\"mid\":\"2\",\"source\":\"screen\"}]}";
    char why[SHAPE_WHY_MAX] = "";
    const struct message *m = signal_message("send_offer");
    json_t *o = shape_parse(text, sizeof(text) - 1, why);
    void *in = calloc(1, m->shape->size), *back = calloc(1, m->shape->size);
    if (in == NULL || back == NULL || o == NULL)
        abort();
    /* What we build with jansson; its own parser (2.14) does not survive want of memory. */
    json_set_alloc_funcs(mem_alloc, mem_free);
    sweep_arm();
    T_EQ(shape_decode(m->shape, o, in, why), ERR_OK);
    T_EQ(mem_count(), 0); /* decoding needs none */
    json_t *again = shape_encode(m->shape, in);
    sweep_disarm();
    json_set_alloc_funcs(malloc, free);
    if (again != NULL) { /* all of it or nothing */
        T_EQ(shape_decode(m->shape, again, back, why), ERR_OK);
        T_OK(memcmp(in, back, m->shape->size) == 0);
    }
    bool fine = again != NULL;
    T_EQ(fine, !sweep_hit());
    json_decref(again);
    json_decref(o);
    free(in);
    free(back);
    return fine;
}

/* ---- the journal --------------------------------------------------------------------------- */

struct told {
    uint64_t dropped;
    bool closed;
};

static void take_journal(struct mailbox *mail, struct told *t, unsigned ms)
{
    struct pollfd p = {.fd = mailbox_fd(mail), .events = POLLIN};
    if (poll(&p, 1, (int)ms) != 1)
        return;
    for (struct msg *m = mailbox_take(mail), *next = NULL; m != NULL; m = next) {
        const struct journal_event *e = (const struct journal_event *)m;
        next = m->next;
        t->closed = t->closed || e->type == JOURNAL_CLOSED;
        if (e->type == JOURNAL_DROPPED)
            t->dropped += e->u.dropped.packets;
        msg_drop(m);
    }
}

static void record_some(struct journal *j, struct mailbox *mail, struct told *t)
{
    uint8_t p[500] = {0x80, 96};
    struct sink *s = journal_sink(j);
    static const char *const lines[] = {"{\"type\":\"track\",\"track\":1}",
                                        "{\"type\":\"track_end\",\"track\":1}"};
    for (size_t i = 0; i < 2; i++) {
        enum err e = journal_line(j, lines[i]);
        T_OK(e == ERR_OK || e == ERR_NOMEM);
        for (int k = 0; k < 5; k++)
            s->packet(s, 1, false, clock_mono_ns(), p, sizeof(p));
        s->flush(s, clock_mono_ns() + NS_PER_S);
    }
    s->release(s);
    journal_finish(j, "{\"type\":\"end\"}");
    for (int i = 0; i < 100 && !t->closed; i++)
        take_journal(mail, t, 100);
}

static uint64_t packets_in(const char *dir)
{
    uint64_t n = 0;
    for (unsigned i = 1; i < 9; i++) {
        char path[400];
        struct reader *r = NULL;
        struct record rec;
        enum read_result got = READ_PACKET;
        (void)snprintf(path, sizeof(path), "%s/journal/%06u.pcap", dir, i);
        if (reader_open(&r, path) != ERR_OK)
            break;
        while ((got = reader_next(r, &rec)) == READ_PACKET)
            n += rec.track != 0;
        T_EQ(got, READ_END);
        reader_close(r);
        T_EQ(unlink(path), 0);
    }
    return n;
}

static bool journal(void)
{
    const char *dir = tmpdir_path("journal");
    struct mailbox *mail = NULL;
    struct journal *j = NULL;
    struct told t = {0};
    struct journal_config cfg = {.dir = dir, .meeting = "m", .id = 1};
    T_EQ(mailbox_new(&mail, 1000), ERR_OK);
    cfg.events = mail;
    sweep_arm();
    enum err e = journal_new(&j, &cfg);
    if (e == ERR_OK)
        record_some(j, mail, &t);
    sweep_disarm();
    journal_free(j);
    mailbox_free(mail);
    if (e == ERR_OK) { /* whatever failed: it closes, and each packet is there or counted */
        T_OK(t.closed);
        T_EQ(packets_in(dir) + t.dropped, 10);
    }
    T_OK(e == ERR_OK || (e == ERR_NOMEM && sweep_hit()));
    return e == ERR_OK && t.dropped == 0;
}

/* ---- records ------------------------------------------------------------------------------- */

struct change {
    struct task task;
    bool *kept;
};

static void run_change(struct task *t, void *ctx)
{
    AUTO(db_done) struct stmt s = db_use((struct db *)ctx, &SQL_AUDIT_ADD);
    db_bind_i64(&s, ":now", 1);
    db_bind_text(&s, ":who", "w");
    db_bind_text(&s, ":what", "w");
    db_bind_text(&s, ":object", "o");
    db_bind_text(&s, ":client", "c");
    db_bind_text(&s, ":detail", "");
    t->result = db_exec(&s);
}

static int64_t rows(void)
{
    static const struct sql q = {"rows", "SELECT COUNT(*) FROM audit"};
    struct db *db = NULL;
    int64_t n = -1;
    T_EQ(db_open_readonly(&db, tmpdir_path("x.sqlite")), ERR_OK);
    {
        AUTO(db_done) struct stmt s = db_use(db, &q);
        if (db_row(&s))
            n = db_i64(&s, 0);
    }
    db_close(db);
    return n;
}

static void answered(struct task *t)
{
    *((struct change *)t)->kept = t->result == ERR_OK;
}

static bool records(void)
{
    struct mailbox *mail = NULL;
    struct writer *w = NULL;
    static struct change c[3];
    bool kept[3] = {false};
    size_t answers = 0;
    int64_t before = rows();
    T_EQ(mailbox_new(&mail, 1000), ERR_OK);
    sweep_arm();
    enum err e = writer_new(&w, tmpdir_path("x.sqlite"), 100);
    for (size_t i = 0; e == ERR_OK && i < 3; i++) {
        c[i] = (struct change){{.reply = mail, .run = run_change, .done = answered}, &kept[i]};
        T_EQ(writer_submit(w, &c[i].task), ERR_OK);
    }
    writer_free(w);
    sweep_disarm();
    for (struct msg *m = mailbox_take(mail), *next = NULL; m != NULL; m = next) {
        next = m->next;
        tasks_finish(m);
        answers++;
    }
    mailbox_free(mail);
    T_EQ(answers, e == ERR_OK ? 3 : 0);
    T_OK(e == ERR_OK || sweep_hit());
    T_EQ(rows() - before, kept[0] + kept[1] + kept[2]);
    return kept[0] && kept[1] && kept[2];
}

int main(void)
{
    log_set_level(LOG_ERROR);
    tmpdir_make();
    T_EQ(srtp_setup(), ERR_OK);
    struct db *db = NULL;
    if (db_open(&db, tmpdir_path("x.sqlite")) != ERR_OK)
        return 1;
    db_close(db);
    negotiation_needs_none();
    sweep("connection", connection);
    sweep("shapes", shapes);
    sweep("journal", journal);
    sweep("records", records);
    return t_done("nomem");
}
