/* The API's description (OpenAPI 3.1) from the tables of routes, shapes and outlines. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api_priv.h"
#include "base/version.h"
#include "outlines_priv.h"

/* ---- which statuses a route may give ----------------------------------------------------------
 */

static bool has_args(const struct route *r)
{
    return strchr(r->path, '{') != NULL;
}

static bool is_door(const struct route *r)
{
    return r->right == ACT_ANYBODY;
}

static bool changes(const struct route *r)
{
    return r->method != M_GET && r->method != M_OPTIONS;
}

static bool has_flag(const struct route *r, unsigned flag)
{
    return (r->out.flags & flag) != 0;
}

/* A malformed address or Host is refused before anything else. */
static bool always(const struct route *r)
{
    return r != NULL;
}

static bool needs_match(const struct route *r)
{
    return has_flag(r, REPLY_MATCH);
}

/* See once.c. */
static bool is_keyed(const struct route *r)
{
    return r->method == M_POST && (r->where == ON_WRITE || r->where == ON_CHECK_WRITE) &&
           !is_door(r);
}

static bool is_limited(const struct route *r)
{
    return has_flag(r, REPLY_LIMITED) || is_keyed(r);
}

static bool is_own(const struct route *r)
{
    return r->where != ON_LIVE;
}

static bool may_be_foreign(const struct route *r)
{
    return !is_door(r) || (is_own(r) && changes(r));
}

static bool is_not_door(const struct route *r)
{
    return !is_door(r);
}

static bool has_no_second_answer(const struct route *r)
{
    return is_keyed(r) && has_flag(r, REPLY_SECRET);
}

static bool has_ranges(const struct route *r)
{
    return has_flag(r, REPLY_RANGES);
}

static const struct {
    int status;
    const char *text;
    bool (*may)(const struct route *r);
} failures[] = {
    {400, "Something sent is missing, malformed or not allowed; `detail` names it.", always},
    {401, "Who is calling is not known, or no longer.", is_not_door},
    {403, "The right is not held, or the request comes from a page of another site.",
     may_be_foreign},
    {404, "There is no such thing, or none that the caller may see.", has_args},
    {409, "Done before under this Idempotency-Key; what it answered is shown only once.",
     has_no_second_answer},
    {411, "The length of the body is not said.", changes},
    {412, "It was changed since: `current` is what it is now.", needs_match},
    {413, "The body is too large.", changes},
    {415, "The body is of another type.", changes},
    {416, "Nothing of the range exists.", has_ranges},
    {422, "The Idempotency-Key was used for another request.", is_keyed},
    {428, "If-Match is missing.", needs_match},
    {429, "Tried too often; Retry-After says when again.", is_limited},
    {500, "The server failed; its log has the request's id.", is_own},
    {503, "The server is busy, starting or stopping.", is_own},
};

/* ---- parts of an operation --------------------------------------------------------------------
 */

static json_t *parameter(const char *where, const char *name, bool required, json_t *schema)
{
    json_t *about = json_object_get(schema, "description");
    json_t *o = json_pack("{s:s,s:s,s:b}", "in", where, "name", name, "required", (int)required);
    if (about != NULL)
        (void)json_object_set(o, "description", about);
    (void)json_object_del(schema, "description");
    (void)json_object_set_new(o, "schema", schema);
    return o;
}

static json_t *common(const char *kind, const char *name)
{
    return json_pack("{s:o}", "$ref", json_sprintf("#/components/%s/%s", kind, name));
}

static void add_path_parameters(json_t *list, const char *path)
{
    for (const char *at = path; (at = strchr(at, '{')) != NULL; at++) {
        char name[40];
        (void)snprintf(name, sizeof(name), "%.*s", (int)strcspn(at + 1, "}"), at + 1);
        (void)json_array_append_new(
            list, parameter("path", name, true, json_pack("{s:s}", "type", "string")));
    }
}

static json_t *parameters(const struct route *r, json_t *types)
{
    json_t *list = json_array();
    add_path_parameters(list, r->path);
    for (const struct outline_part *q = r->out.query; q != NULL && q->name != NULL; q++)
        (void)json_array_append_new(
            list, parameter("query", q->name, false, outline_part_schema(q, types)));
    if (needs_match(r))
        (void)json_array_append_new(list, common("parameters", "IfMatch"));
    if (is_keyed(r))
        (void)json_array_append_new(list, common("parameters", "IdempotencyKey"));
    if (has_ranges(r))
        (void)json_array_append_new(list, common("parameters", "Range"));
    return list;
}

static json_t *answer_body(const struct route *r, json_t *types)
{
    json_t *schema = outline_schema(r->out.body, types);
    if (r->out.other != NULL)
        schema = json_pack("{s:[o,o]}", "anyOf", schema, outline_schema(r->out.other, types));
    return json_pack("{s:{s:o}}", "application/json", "schema", schema);
}

static json_t *answer_media(const char *media)
{
    json_t *o = json_object();
    for (const char *at = media; *at != '\0';) {
        size_t n = strcspn(at, ",");
        char type[80];
        (void)snprintf(type, sizeof(type), "%.*s", (int)n, at);
        (void)json_object_set_new(o, type, json_object());
        at += n + (at[n] == ',');
    }
    return o;
}

static json_t *good_answer(const struct route *r, const char *text, bool body, json_t *types)
{
    json_t *o = json_pack("{s:s}", "description", text);
    if (has_flag(r, REPLY_TAGGED) && body)
        (void)json_object_set_new(o, "headers",
                                  json_pack("{s:o}", "ETag", common("headers", "ETag")));
    if (body && r->out.body != NULL)
        (void)json_object_set_new(o, "content", answer_body(r, types));
    else if (body && r->out.media != NULL)
        (void)json_object_set_new(o, "content", answer_media(r->out.media));
    return o;
}

/* Each of the failures once, for all routes. */
static json_t *shared_answer(int status)
{
    return json_pack("{s:o}", "$ref", json_sprintf("#/components/responses/Problem%d", status));
}

static json_t *problem_answer(const char *text)
{
    return json_pack("{s:s,s:{s:{s:{s:s}}}}", "description", text, "content",
                     "application/problem+json", "schema", "$ref", "#/components/schemas/Problem");
}

static void set_status(json_t *answers, int status, json_t *answer)
{
    char text[12];
    (void)snprintf(text, sizeof(text), "%d", status);
    (void)json_object_set_new(answers, text, answer);
}

static void add_further(json_t *answers, const struct route *r, json_t *types)
{
    for (const char *at = r->out.also; at != NULL && *at != '\0';) {
        char *end = NULL;
        long status = strtol(at, &end, 10);
        if (end == at)
            return; /* Not a list of numbers: a test says so. */
        set_status(answers, (int)status,
                   status >= 400 ? problem_answer("Refused; `detail` says why.")
                                 : good_answer(r, "Done.", status != 204, types));
        at = end;
    }
}

static json_t *answers(const struct route *r, json_t *types)
{
    json_t *o = json_object();
    const char *text = r->out.status == 201 ? "Made." : "Done.";
    set_status(o, r->out.status, good_answer(r, text, r->out.status != 204, types));
    if (has_ranges(r)) {
        set_status(o, 206, good_answer(r, "A part of the file.", true, types));
        set_status(o, 304, json_pack("{s:s}", "description", "Not changed."));
    }
    add_further(o, r, types);
    for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++)
        if (failures[i].may(r))
            set_status(o, failures[i].status, shared_answer(failures[i].status));
    if (has_flag(r, REPLY_UNWELL))
        set_status(o, 503, good_answer(r, "Not ready.", true, types));
    return o;
}

/* ---- an operation -----------------------------------------------------------------------------
 */

/* ASCII, up to the first letter that is small. */
static void to_lower(char *text)
{
    for (; *text >= 'A' && *text <= 'Z'; text++)
        *text = (char)(*text | 0x20);
}

/* "listProjects" would be nicer and would have to be thought of; this is stable and unique:
 * get_projects_id_meetings. */
static json_t *operation_id(const struct route *r)
{
    static const char prefix[] = "/api/v1/";
    const char *path = strncmp(r->path, prefix, sizeof(prefix) - 1) == 0
                           ? r->path + sizeof(prefix) - 1
                           : r->path + 1;
    char id[160] = "";
    size_t n = (size_t)snprintf(id, sizeof(id), "%s_", method_text(r->method));
    for (const char *p = path; *p != '\0' && n + 1 < sizeof(id); p++)
        if (*p == '/')
            id[n++] = '_';
        else if (*p != '{' && *p != '}')
            id[n++] = *p;
    id[n] = '\0';
    to_lower(id);
    return json_string(id);
}

static json_t *request_body(const struct route *r)
{
    if (r->in != NULL)
        return json_pack("{s:b,s:{s:{s:o}}}", "required", 1, "content", "application/json",
                         "schema", shape_schema(r->in));
    if (r->out.takes != NULL)
        return json_pack("{s:b,s:{s:{}}}", "required", 1, "content", r->out.takes);
    return NULL;
}

static json_t *security(const struct route *r)
{
    if (r->right == ACT_METRICS || r->where == ON_LIVE)
        return json_pack("[{s:[]}]", "token");
    return json_pack("[{s:[]},{s:[]}]", "session", "token");
}

static json_t *scopes_for(enum action act)
{
    json_t *list = json_array();
    for (unsigned s = 0; s < SCOPE_N; s++)
        if (scopes_allow(1u << s, act))
            (void)json_array_append_new(list, json_string(scope_words[s]));
    return list;
}

static json_t *operation(const struct route *r, json_t *types)
{
    json_t *o = json_pack("{s:o,s:s}", "operationId", operation_id(r), "x-right",
                          policy_action_name((enum action)r->right));
    if (r->out.about != NULL)
        (void)json_object_set_new(o, "summary", json_string(r->out.about));
    (void)json_object_set_new(o, "security", is_door(r) ? json_array() : security(r));
    json_t *scopes = scopes_for((enum action)r->right);
    if (json_array_size(scopes) > 0)
        (void)json_object_set(o, "x-scopes", scopes);
    json_decref(scopes);
    json_t *list = parameters(r, types);
    if (json_array_size(list) > 0)
        (void)json_object_set(o, "parameters", list);
    json_decref(list);
    json_t *body = request_body(r);
    if (body != NULL)
        (void)json_object_set_new(o, "requestBody", body);
    (void)json_object_set_new(o, "responses", answers(r, types));
    return o;
}

static json_t *paths(json_t *types)
{
    const struct route *const *tables = NULL;
    const size_t *counts = NULL;
    size_t n = api_routes(&tables, &counts);
    json_t *o = json_object();
    for (size_t t = 0; t < n; t++)
        for (size_t i = 0; i < counts[t]; i++) {
            const struct route *r = &tables[t][i];
            char method[12];
            (void)snprintf(method, sizeof(method), "%s", method_text(r->method));
            to_lower(method);
            if (json_object_get(o, r->path) == NULL)
                (void)json_object_set_new(o, r->path, json_object());
            (void)json_object_set_new(json_object_get(o, r->path), method, operation(r, types));
        }
    return o;
}

/* ---- the whole --------------------------------------------------------------------------------
 */

static json_t *header_parameter(const char *name, bool required, const char *about)
{
    return json_pack("{s:s,s:s,s:b,s:s,s:{s:s}}", "in", "header", "name", name, "required",
                     (int)required, "description", about, "schema", "type", "string");
}

static json_t *shared_answers(void)
{
    json_t *o = json_object();
    for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
        char name[20];
        (void)snprintf(name, sizeof(name), "Problem%d", failures[i].status);
        (void)json_object_set_new(o, name, problem_answer(failures[i].text));
    }
    return o;
}

static json_t *components(json_t *types)
{
    json_t *shared = json_object();
    (void)json_object_set_new(
        shared, "IfMatch",
        header_parameter("If-Match", true,
                         "The ETag of the thing as the caller has seen it. Another one: 412, and "
                         "nothing is changed."));
    (void)json_object_set_new(
        shared, "IdempotencyKey",
        header_parameter("Idempotency-Key", false,
                         "1 to 64 visible ASCII characters, new for each intention. The same "
                         "request under the same key within 24 hours has the same answer (with "
                         "Idempotency-Replayed) and no second effect; another request under it is "
                         "refused with 422. Refusals are not kept: nothing was done."));
    (void)json_object_set_new(shared, "Range",
                              header_parameter("Range", false, "One range of bytes."));
    json_t *headers =
        json_pack("{s:{s:s,s:{s:s}}}", "ETag", "description",
                  "The version of the thing, for If-Match.", "schema", "type", "string");
    json_t *schemes = json_pack(
        "{s:{s:s,s:s,s:s,s:s},s:{s:s,s:s,s:s}}", "session", "type", "apiKey", "in", "cookie",
        "name", "__Host-yj", "description", "What signing in sets; HttpOnly.", "token", "type",
        "http", "scheme", "bearer", "description",
        "A token of the API, of a device, of a participant or of the reader of metrics. A token of "
        "the API reaches an operation only by one of its x-scopes.");
    return json_pack("{s:o,s:o,s:o,s:o,s:o}", "securitySchemes", schemes, "parameters", shared,
                     "headers", headers, "responses", shared_answers(), "schemas", types);
}

void api_write_openapi(FILE *to)
{
    static const char about[] =
        "Resources have the names of the domain; times are RFC 3339 in UTC, days are of the "
        "service's zone. Errors are problems (RFC 9457) with the id under which the log has the "
        "request. What can be edited has an ETag and wants If-Match. Members that are not "
        "described here may be added: pass over them.";
    json_t *types = json_object();
    json_decref(outline_schema(&o_problem, types));
    json_t *p = paths(types);
    json_t *o = json_pack("{s:s,s:{s:s,s:s,s:s},s:o,s:o}", "openapi", "3.1.0", "info", "title",
                          "Yunjian", "version", VERSION, "description", about, "paths", p,
                          "components", components(types));
    (void)json_dumpf(o, to, JSON_INDENT(1));
    (void)fputc('\n', to);
    json_decref(o);
}
