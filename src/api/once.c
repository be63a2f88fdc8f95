/* A POST that is sent again with the same Idempotency-Key has the same answer and no second effect.
 *
 * All writing is done on the records thread, one request after the other: so of two at the same
 * time the second finds what the first has kept. What was refused is not kept, since nothing was
 * done. Of an answer with a secret only that there was one is kept. */
#include "domain/once.h"

#include <stdlib.h>
#include <string.h>

#include "api_priv.h"
#include "base/mem.h"

/* Who has no name yet has nothing that would be doubled: signing in, redeeming a link. */
static bool is_keyed(const struct request *rq)
{
    const struct caller *c = caller_of(rq);
    enum where w = rq->route->where;
    return rq->route->method == M_POST && (w == ON_WRITE || w == ON_CHECK_WRITE) &&
           rq->once[0] != '\0' && rq->route->right != ACT_ANYBODY && c != NULL &&
           (c->account != 0 || c->participant);
}

static enum err digest(const struct request *rq, uint8_t out[SHA256_LEN])
{
    struct sha256 *h = NULL;
    enum err e = sha256_new(&h);
    if (e != ERR_OK)
        return e;
    sha256_add(h, rq->route->path, strlen(rq->route->path) + 1);
    for (size_t i = 0; i < ROUTE_ARGS; i++)
        sha256_add(h, rq->args[i], strlen(rq->args[i]) + 1);
    sha256_add(h, rq->query, sizeof(rq->query));
    if (rq->body_len > 0)
        sha256_add(h, rq->body, rq->body_len);
    e = sha256_take(h, out);
    sha256_free(h);
    return e;
}

static enum err begin(struct request *rq, struct once *o)
{
    const struct caller *c = caller_of(rq);
    if (!once_key(o->key, rq->once))
        return answer_error(rq, ERR_INVAL,
                            "Idempotency-Key: has 1 to 64 visible ASCII characters.");
    if (c->account != 0)
        (void)snprintf(o->caller, sizeof(o->caller), "a%lld", (long long)c->account);
    else
        (void)snprintf(o->caller, sizeof(o->caller), "p%lld", (long long)c->p.id);
    return digest(rq, o->request);
}

/* ---- again ------------------------------------------------------------------------------------
 */

static bool writes(const struct request *rq)
{
    return rq->route->where == ON_WRITE || rq->again;
}

static enum err answer_again(void *arg, const struct once_answer *a)
{
    struct request *rq = (struct request *)arg;
    if (!writes(rq)) /* The check has nothing to find out; the second run answers. */
        return ERR_OK;
    if (!a->whole)
        return answer_error(rq, ERR_CONFLICT,
                            "This was done already. What it answered is shown only once.");
    rq->answer.status = a->status;
    (void)snprintf(rq->answer.headers, sizeof(rq->answer.headers), "%s", a->headers);
    answer_header(rq, "idempotency-replayed:", "true");
    if (a->body[0] == '\0')
        return ERR_OK;
    rq->answer.text = mem_strdup(a->body);
    rq->answer.text_type = "application/json";
    return rq->answer.text != NULL ? ERR_OK : ERR_NOMEM;
}

static enum err find(struct request *rq, const struct once *o, bool *found)
{
    enum err e = once_find(rq->db, o, rq->now_ms, found, answer_again, rq);
    if (e == ERR_CONFLICT && rq->answer.detail[0] == '\0') {
        rq->answer.status = 422;
        return answer_error(rq, ERR_INVAL, "Idempotency-Key: was used for another request.");
    }
    return e;
}

/* ---- the first time ---------------------------------------------------------------------------
 */

static enum err keep(struct request *rq, const struct once *o)
{
    const struct answer *a = &rq->answer;
    char *text = a->body != NULL ? json_dumps(a->body, JSON_COMPACT) : NULL;
    if (a->body != NULL && text == NULL)
        return ERR_NOMEM;
    const struct once_answer kept = {.status = a->status != 0 ? a->status
                                               : text != NULL ? 200
                                                              : 204,
                                     .whole = (rq->route->out.flags & REPLY_SECRET) == 0 &&
                                              a->set_session[0] == '\0',
                                     .headers = a->headers,
                                     .body = text != NULL ? text : ""};
    enum err e = once_keep(rq->db, o, &kept, rq->now_ms);
    free(text); /* jansson's own */
    return e == ERR_LIMIT ? answer_error(rq, e, "Idempotency-Key: too many within a day.") : e;
}

enum err api_run(struct request *rq)
{
    struct once o = {.key = ""};
    bool found = false;
    if (!is_keyed(rq))
        return rq->route->run(rq);
    enum err e = begin(rq, &o);
    if (e == ERR_OK)
        e = find(rq, &o, &found);
    if (e != ERR_OK || found)
        return e;
    e = rq->route->run(rq);
    bool done = e == ERR_OK && writes(rq) && rq->answer.refused == ERR_OK;
    return done ? keep(rq, &o) : e;
}
