/* The table of rights as JSON, with the routes and messages of each action: what the test that
 * tries every cell reads, and an administrator may. */
#include "signal_priv.h"

static json_t *json_rows(void)
{
    json_t *list = json_array();
    for (size_t row = 0; row < policy_rows(); row++) {
        json_t *cells = json_array();
        for (size_t i = 0; i < POLICY_COLUMNS; i++)
            (void)json_array_append_new(cells, json_string(policy_cell_text(row, i)));
        (void)json_array_append_new(list,
                                    json_pack("{s:s,s:o,s:b}", "action", policy_row_text(row),
                                              "cells", cells, "waits", (int)policy_row_waits(row)));
    }
    return list;
}

/* The row is null for a door. */
static json_t *json_act(enum action act)
{
    size_t row = policy_row_of(act);
    return json_pack("{s:s,s:o}", "act", policy_action_name(act), "row",
                     row < policy_rows() ? json_integer((json_int_t)row) : json_null());
}

static json_t *json_routes(void)
{
    const struct route *const *tables = NULL;
    const size_t *counts = NULL;
    size_t n = api_routes(&tables, &counts);
    json_t *list = json_array();
    for (size_t t = 0; t < n; t++)
        for (size_t i = 0; i < counts[t]; i++) {
            const struct route *r = &tables[t][i];
            json_t *o = json_act((enum action)r->right);
            (void)json_object_set_new(o, "method", json_string(method_text(r->method)));
            (void)json_object_set_new(o, "path", json_string(r->path));
            (void)json_array_append_new(list, o);
        }
    return list;
}

static json_t *json_messages(void)
{
    json_t *list = json_array();
    for (size_t i = 0; i < SIGNAL_N; i++) {
        const struct message *m = &signal_messages[i];
        json_t *o = json_act(m->act != 0 ? m->act : ACT_ANYBODY);
        (void)json_object_set_new(o, "type", json_string(m->type));
        (void)json_array_append_new(list, o);
    }
    return list;
}

void api_write_rights(FILE *to)
{
    json_t *o = json_pack("{s:o,s:o,s:o}", "rows", json_rows(), "routes", json_routes(), "messages",
                          json_messages());
    (void)json_dumpf(o, to, JSON_INDENT(1));
    (void)fputc('\n', to);
    json_decref(o);
}
