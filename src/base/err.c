/* Names and HTTP statuses, one row an error. */
#include "base/err.h"

#include <stddef.h>

static const struct {
    enum err err;
    int status;
    const char *name;
} rows[] = {
    {ERR_OK, 200, "ok"},
    {ERR_NOMEM, 503, "no_memory"},
    {ERR_PROTO, 400, "protocol"},
    {ERR_INVAL, 400, "invalid"},
    {ERR_NOENT, 404, "not_found"},
    {ERR_DENIED, 403, "denied"},
    {ERR_BUSY, 503, "busy"},
    {ERR_DB, 500, "storage"},
    {ERR_IO, 500, "io"},
    {ERR_AUTH, 401, "not_signed_in"},
    {ERR_CONFLICT, 409, "conflict"},
    {ERR_TOOBIG, 413, "too_big"},
    {ERR_CRYPTO, 500, "crypto"},
    {ERR_GONE, 410, "gone"},
    {ERR_LIMIT, 429, "too_many_attempts"},
};

const char *err_name(enum err e)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].err == e)
            return rows[i].name;
    return "unknown";
}

int err_http_status(enum err e)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].err == e)
            return rows[i].status;
    return 500;
}
