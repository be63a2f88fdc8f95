/**
 * @file
 * Connection projects: their fields, stages and time limits; finding them.
 * Thread: of the connection.
 */
#ifndef DOMAIN_PROJECTS_H
#define DOMAIN_PROJECTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "domain/parties.h"
#include "domain/people.h"
#include "domain/stages.h"
#include "domain/workdays.h"

struct db;

enum {
    TITLE_LEN = 200,
    NUMBER_LEN = 40,
    ADDRESS_LEN = 300,
    REASON_MAX = 500,
    PROJECT_PAGE = 50, /**< Projects of one answer. */
    QUERY_LEN = 200,
    CURSOR_LEN = 48,
};

/** What its manager fills in. Text is UTF-8, empty when not known. */
struct project_fields {
    char number[NUMBER_LEN + 1]; /**< Application number, unlike any other's. */
    char title[TITLE_LEN + 1], customer[NAME_LEN + 1], park[NAME_LEN + 1];
    char address[ADDRESS_LEN + 1];
    bool placed;                       /**< The two that follow are known. */
    int64_t latitude_e6, longitude_e6; /**< Millionths of a degree, WGS 84. */
    int64_t voltage_v, capacity_kva;   /**< 0: not known. */
    char load_nature[NAME_LEN + 1];
    int64_t importance; /**< 1 to 3; 0: not classified. */
    int64_t sources;    /**< 1 or 2. */
    int32_t wanted_on;  /**< Day; 0: not known. */
    /** In writing: put in the place of those there are; NULL leaves them. Reading leaves it NULL.
     * Borrowed. */
    const struct parties *parties;
};

struct project {
    int64_t id, manager, created_at, version;
    char public_id[PUBLIC_ID_LEN + 1];
    char manager_name[NAME_LEN + 1];
    struct project_fields f;
    enum stage stage;
    int32_t stage_on; /**< Day of the last move. */
    int32_t due_on;   /**< Last day of the stage's time limit; 0: it has none. */
};

/** By what due days are reckoned. */
struct stage_rules {
    const struct calendar *calendar;
    struct stage_limits limits;
};

/** The due day of a stage begun on @p since; 0 without a limit. */
int32_t stage_due(const struct stage_rules *r, enum stage s, int64_t sources, int32_t since);

/** @param p  manager and f; the rest is filled. ERR_CONFLICT: the number is another project's. */
MUST_USE enum err project_add(struct db *db, struct project *p, int64_t now_ms);
/**
 * One of an import, in the stage and since the day that p says.
 * @param import  Row of project_import: while that is hidden, nobody sees the project.
 */
MUST_USE enum err project_add_imported(struct db *db, struct project *p, int64_t import,
                                       const struct stage_rules *r, int64_t now_ms);
/** Whoever's it is, also one that is hidden. @param import  By which import it came; 0: by none. */
MUST_USE enum err project_by_number(struct db *db, struct project *out, int64_t *import,
                                    const char *number);
/** @param everything  The caller sees all projects; else only those of @p manager. */
MUST_USE enum err project_get(struct db *db, struct project *out, const char *public_id,
                              bool everything, int64_t manager);
/**
 * @param p  id, version as it was read, and the new f.
 * ERR_GONE: another change came first (the version is not the current one any more);
 * ERR_CONFLICT: the number is another project's. @p p->version is the new one after success.
 */
MUST_USE enum err project_edit(struct db *db, struct project *p, const struct stage_rules *r);

struct project_move {
    enum stage to;
    const char *who, *reason;
    int32_t on;
    int64_t at_ms;
};
/**
 * @param p  As it was read; brought up to date. ERR_INVAL: the stages do not follow, or the reason
 * is missing where one is asked for; ERR_GONE as in project_edit().
 */
MUST_USE enum err project_move(struct db *db, struct project *p, const struct project_move *m,
                               const struct stage_rules *r);
/** All due days anew, after the calendar or the limits have changed. @return how many differ. */
MUST_USE enum err project_due_again(struct db *db, const struct stage_rules *r, int64_t *changed);

enum project_order { PROJECT_RECENT, PROJECT_DUE };

struct project_query {
    bool everything;
    int64_t manager;          /**< Whose, without @p everything. */
    const char *words;        /**< Searched for; all of them; "": not. Recent first then. */
    enum stage stage;         /**< STAGE_N: any. */
    int32_t late_on;          /**< Only those due before this day; 0: any. */
    bool open;                /**< Neither closed nor withdrawn. */
    enum project_order order; /**< Without words. */
    const char *cursor;       /**< "" or what the answer before gave. */
};

struct project_page {
    size_t n;
    struct project at[PROJECT_PAGE];
    char next[CURSOR_LEN]; /**< "": that was all. */
};
/** All of @p q, newest first whatever order it asks for, without its cursor: each to @p each, until
 * that answers another than ERR_OK. They are as they were at one moment. */
MUST_USE enum err project_each(struct db *db, const struct project_query *q,
                               enum err (*each)(void *arg, const struct project *p), void *arg);
/** ERR_INVAL: the cursor is not one of ours. @param out  Large: not for a stack. */
MUST_USE enum err project_find(struct db *db, struct project_page *out,
                               const struct project_query *q);

#endif
