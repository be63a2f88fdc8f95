/* The documents that a meeting is about: chosen when it is scheduled, and later. */
#include "domain/documents.h"
#include "meet_priv.h"
#include "outlines_priv.h"

static const struct field f_paper[] = {FIELD_TEXT(struct in_paper, document, 1)};
const struct shape s_paper = SHAPE(struct in_paper, f_paper);

enum err link_papers(struct request *rq, const struct meeting *m, const struct in_paper *papers,
                     size_t n)
{
    enum err e = ERR_OK;
    for (size_t i = 0; e == ERR_OK && i < n; i++) {
        e = document_link(rq->db, m->id, papers[i].document);
        if (e == ERR_NOENT)
            return answer_error(rq, ERR_INVAL,
                                "documents: one of them is not of this project, or is withdrawn");
    }
    return e;
}

struct in_papers {
    size_t n_documents;
    struct in_paper documents[PAPERS_MAX];
};
static const struct field f_papers[] = {{.type = SHAPE_LIST,
                                         .name = "documents",
                                         .offset = offsetof(struct in_papers, documents),
                                         .hi = PAPERS_MAX,
                                         .item = &s_paper,
                                         .count_offset = offsetof(struct in_papers, n_documents)}};
static const struct shape s_papers = SHAPE(struct in_papers, f_papers);

static enum err papers_put(struct request *rq)
{
    const struct in_papers *in = (const struct in_papers *)rq->in;
    struct meeting m;
    enum err e = allowed_meeting(rq, &m, ACT_MEETING_SCHEDULE);
    if (e == ERR_OK && meeting_is_over(&m))
        e = answer_over(rq, &m);
    if (e == ERR_OK)
        e = document_unlink_all(rq->db, m.id);
    if (e == ERR_OK)
        e = link_papers(rq, &m, in->documents, in->n_documents);
    return e == ERR_OK ? audit_caller(rq, "meeting.documents", m.public_id, "") : e;
}

// clang-format off
const struct route paper_routes[] = {
    {M_PUT, "/api/v1/meetings/{id}/documents", ON_WRITE, ACT_MEETING_SCHEDULE, &s_papers, papers_put,
     {204, .also = "410", .about = "All that it is about: what is left out is no longer linked."}},
};
// clang-format on
const size_t paper_routes_n = sizeof(paper_routes) / sizeof(paper_routes[0]);
