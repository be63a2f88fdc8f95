/* A file in pieces: read on a task thread, written when the reader has room. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "http/range.h"
#include "http_priv.h"

/* On the handler's thread. A failure is answered as "no such thing". */
void file_open(struct exchange *x)
{
    struct stat st;
    int fd = open(x->rq.answer.file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (x->rq.answer.file_once)
        (void)unlink(x->rq.answer.file);
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        if (fd >= 0)
            (void)close(fd);
        x->task.result = ERR_NOENT;
        return;
    }
    x->fd = fd;
    x->size = (uint64_t)st.st_size;
    x->mtime = st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
}

static void etag_of(const struct exchange *x, char out[64])
{
    (void)snprintf(out, 64, "\"%" PRIx64 "-%" PRIx64 "\"", (uint64_t)x->mtime, x->size);
}

static void choose_range(struct exchange *x, const char *etag)
{
    uint64_t last = 0;
    enum range_verdict v = RANGE_WHOLE;
    /* If-Range with another version's tag: the whole new file (RFC 9110 13.1.5). */
    if (x->range[0] != '\0' && (x->if_range[0] == '\0' || strcmp(x->if_range, etag) == 0))
        v = range_parse(x->range, strlen(x->range), x->size, &x->first, &last);
    x->status = v == RANGE_PART ? 206 : v == RANGE_REFUSE ? 416 : 200;
    x->part = v == RANGE_PART;
    x->left = v == RANGE_PART ? last - x->first + 1 : v == RANGE_REFUSE ? 0 : x->size;
}

static int add(struct exchange *x, const char *name, const char *value, uint8_t **p, uint8_t *end)
{
    return lws_add_http_header_by_name(x->wsi, (const unsigned char *)name,
                                       (const unsigned char *)value, (int)strlen(value), p, end);
}

static int send_head(struct exchange *x)
{
    uint8_t head[LWS_PRE + 4096], *start = head + LWS_PRE, *p = start, *end = head + sizeof(head);
    char etag[64], range[100] = "";
    etag_of(x, etag);
    choose_range(x, etag);
    x->sent_from = x->first;
    if (x->part)
        (void)snprintf(range, sizeof(range), "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, x->first,
                       x->first + x->left - 1, x->size);
    else if (x->status == 416)
        (void)snprintf(range, sizeof(range), "bytes */%" PRIu64, x->size);
    int bad = lws_add_http_header_status(x->wsi, (unsigned)x->status, &p, end);
    bad |= add(x, "content-type:", x->rq.answer.file_type, &p, end);
    bad |= lws_add_http_header_content_length(x->wsi, x->left, &p, end);
    bad |= add(x, "accept-ranges:", "bytes", &p, end) | add(x, "etag:", etag, &p, end);
    bad |= add(x, "cache-control:", "private, no-cache", &p, end);
    if (range[0] != '\0')
        bad |= add(x, "content-range:", range, &p, end);
    bad |= exchange_lines(x, &p, end) | guard_headers(x->http, x->wsi, &p, end);
    if (bad != 0 || lws_finalize_write_http_header(x->wsi, start, &p, end) != 0)
        return -1;
    x->headers_sent = true;
    exchange_told(x);
    return 0;
}

static void read_piece(struct task *t, void *db)
{
    struct exchange *x = (struct exchange *)t;
    size_t want = x->left < CHUNK ? (size_t)x->left : CHUNK;
    (void)db;
    if (x->chunk == NULL)
        x->chunk = (uint8_t *)mem_alloc(LWS_PRE + CHUNK);
    ssize_t n = x->chunk == NULL ? -1 : pread(x->fd, x->chunk + LWS_PRE, want, (off_t)x->first);
    x->chunk_len = n > 0 ? (size_t)n : 0;
    t->result = n > 0 ? ERR_OK : ERR_IO;
}

static void piece_done(struct task *t)
{
    struct exchange *x = (struct exchange *)t;
    x->busy = false;
    if (x->wsi == NULL) {
        exchange_free(x);
        return;
    }
    if (t->result != ERR_OK) /* The promised length cannot be kept: break the connection off. */
        lws_set_timeout(x->wsi, PENDING_TIMEOUT_HTTP_CONTENT, LWS_TO_KILL_ASYNC);
    else
        (void)lws_callback_on_writable(x->wsi);
}

static int want_piece(struct exchange *x)
{
    x->task.run = read_piece;
    x->task.done = piece_done;
    x->task.reply = x->http->cfg.inbox;
    x->busy = true;
    lws_set_timeout(x->wsi, PENDING_TIMEOUT_HTTP_CONTENT, 60);
    if (tasks_submit(x->http->cfg.tasks, &x->task) == ERR_OK)
        return 0;
    x->busy = false;
    return -1;
}

int file_writable(struct exchange *x)
{
    if (!x->headers_sent) {
        if (send_head(x) != 0)
            return -1;
        if (x->left == 0 || x->head)
            return lws_http_transaction_completed(x->wsi) != 0 ? -1 : 1;
        return want_piece(x);
    }
    if (x->chunk_len == 0)
        return 0;
    size_t n = x->chunk_len;
    x->first += n;
    x->left -= n;
    x->chunk_len = 0;
    enum lws_write_protocol how = x->left == 0 ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP;
    if (lws_write(x->wsi, x->chunk + LWS_PRE, n, how) < (int)n)
        return -1;
    if (x->left == 0)
        return lws_http_transaction_completed(x->wsi) != 0 ? -1 : 1;
    return want_piece(x);
}
