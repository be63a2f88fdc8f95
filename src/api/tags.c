/* Versions of what is edited, as ETag and If-Match (RFC 9110 8.8.3, 13.1.1): nobody overwrites what
 * somebody else has changed meanwhile without having seen it. */
#include <stdlib.h>
#include <string.h>

#include "api_priv.h"

enum { TAG_MAX = 32 };

static void tag_of(char out[TAG_MAX], int64_t version)
{
    (void)snprintf(out, TAG_MAX, "\"%lld\"", (long long)version);
}

void answer_tag(struct request *rq, int64_t version)
{
    char tag[TAG_MAX];
    tag_of(tag, version);
    answer_header(rq, "etag:", tag);
}

/* One tag, compared strongly. "*" is refused as another tag is: it says that nothing was seen. */
enum err match_version(struct request *rq, int64_t version)
{
    char tag[TAG_MAX];
    if (rq->if_match[0] == '\0') {
        rq->answer.status = 428;
        return answer_error(rq, ERR_INVAL, "Say by If-Match which version you have seen.");
    }
    tag_of(tag, version);
    if (strcmp(rq->if_match, tag) == 0)
        return ERR_OK;
    rq->answer.status = 412;
    answer_tag(rq, version);
    return answer_error(rq, ERR_CONFLICT,
                        "Somebody else has changed it since. Compare, and save again.");
}

void tell_current(struct request *rq, json_t *current)
{
    json_decref(rq->answer.more);
    rq->answer.more = json_pack("{s:o}", "current", current);
}
