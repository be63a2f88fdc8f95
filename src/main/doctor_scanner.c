/* The virus scanner, when one is set: whether it can be reached by this user, and answers. */
#include "doctor_priv.h"
#include "net/clamd.h"

void doctor_scanner(struct doctor *d)
{
    static const struct {
        enum err e;
        const char *id;
    } rows[] = {
        {ERR_OK, "scanner.fine"},
        {ERR_NOENT, "scanner.missing"},
        {ERR_DENIED, "scanner.denied"},
        {ERR_PROTO, "scanner.other"},
    };
    const char *path = d->conf->clamd_socket, *id = "scanner.silent";
    if (path[0] == '\0')
        return;
    enum err e = clamd_ping(path);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].e == e)
            id = rows[i].id;
    doctor_found(d, id, "%s", path);
}
