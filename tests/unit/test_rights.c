/* api: every route and message names a row of the table or is a door known by name, and a row waits
 * for its routes only as long as there are none. */
#include <string.h>

#include "api/api.h"
#include "api/signal_priv.h"
#include "t.h"

/* Reached without a row of the table; whoever adds one here says why it needs no right. */
static const char *const doors[] = {
    "POST /api/v1/session",        /* sign in */
    "GET /api/v1/session",         /* who am I */
    "DELETE /api/v1/session",      /* sign out */
    "POST /api/v1/session/second", /* the rest of signing in */
    /* one's own account: */
    "GET /api/v1/account",
    "POST /api/v1/account/password",
    "POST /api/v1/account/second",
    "POST /api/v1/account/second/confirm",
    "POST /api/v1/account/second/remove",
    "POST /api/v1/account/second/codes",
    "GET /api/v1/account/signins",
    "GET /api/v1/account/tokens",
    "POST /api/v1/account/tokens",
    "DELETE /api/v1/account/tokens/{id}",
    "GET /api/v1/calendar", /* whoever has an account: which days are worked */
    "GET /api/v1/delivery", /* and by which ways people can be told */
    "DELETE /api/v1/account/sessions/{id}",
    "GET /api/v1/oidc", /* signing in by an identity provider */
    "POST /api/v1/oidc/start",
    "POST /api/v1/oidc/finish",
    "DELETE /api/v1/account/identities",
    "GET /healthz", /* says that it lives, and nothing else */
    "GET /readyz",
    "POST /api/v1/invitations/look", /* whoever holds the link */
    "POST /api/v1/invitations/redeem",
    "POST /api/v1/invitations/ics", /* the same in a calendar */
    "POST /api/v1/links/look",      /* of a project */
    "POST /api/v1/links/redeem",
    /* What a path of WHIP or WHEP takes, for pages of other sites too: nothing is shown. */
    "GET /whip/{meeting}/{name}",
    "OPTIONS /whip/{meeting}/{name}",
    "GET /whep/{meeting}/{name}",
    "OPTIONS /whep/{meeting}/{name}",
    "GET /whip/{meeting}/{name}/{session}",
    "OPTIONS /whip/{meeting}/{name}/{session}",
    "GET /whep/{meeting}/{name}/{session}",
    "OPTIONS /whep/{meeting}/{name}/{session}",
    /* What the server speaks of tus: the same for everybody. */
    "OPTIONS /api/v1/projects/{id}/uploads",
    "OPTIONS /api/v1/meetings/{id}/uploads",
    "OPTIONS /api/v1/documents/{id}/uploads",
    "OPTIONS /api/v1/uploads/{id}",
    "OPTIONS /api/v1/documents/{id}/uploads/{upload}",
};
static const char *const door_messages[] = {"hello", "ping", "leave", "trickle"};

static bool listed(const char *const *list, size_t n, const char *what)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], what) == 0)
            return true;
    return false;
}

static unsigned uses[64];

static void use(enum action act)
{
    size_t row = policy_row_of(act);
    T_OK(row < policy_rows() && row < sizeof(uses) / sizeof(uses[0]));
    if (row < policy_rows())
        uses[row]++;
}

static void every_route_has_its_row(void)
{
    const struct route *const *tables = NULL;
    const size_t *counts = NULL;
    size_t n = api_routes(&tables, &counts), found = 0;
    for (size_t t = 0; t < n; t++)
        for (size_t i = 0; i < counts[t]; i++) {
            const struct route *r = &tables[t][i];
            char name[200];
            (void)snprintf(name, sizeof(name), "%s %s", method_text(r->method), r->path);
            bool door = listed(doors, sizeof(doors) / sizeof(doors[0]), name);
            found += door;
            if (door != policy_is_door((enum action)r->right))
                (void)fprintf(stderr, "%s: neither a row of the table nor a door\n", name);
            T_EQ(door, policy_is_door((enum action)r->right));
            if (!door)
                use((enum action)r->right);
        }
    T_EQ(found, sizeof(doors) / sizeof(doors[0]));
}

static void every_message_has_its_row(void)
{
    for (size_t i = 0; i < SIGNAL_N; i++) {
        const struct message *m = &signal_messages[i];
        bool door =
            listed(door_messages, sizeof(door_messages) / sizeof(door_messages[0]), m->type);
        T_EQ(door, m->act == 0);
        if (!door)
            use(m->act);
    }
}

static void rows_wait_for_their_routes_only(void)
{
    for (size_t row = 0; row < policy_rows(); row++) {
        if (policy_row_waits(row) != (uses[row] == 0))
            (void)fprintf(stderr, "%s: %u routes and messages, %s\n", policy_row_text(row),
                          uses[row], policy_row_waits(row) ? "waiting" : "not waiting");
        T_EQ(policy_row_waits(row), uses[row] == 0);
        if (policy_row_waits(row))
            printf("waiting: %s\n", policy_row_text(row));
    }
}

int main(void)
{
    every_route_has_its_row();
    every_message_has_its_row();
    rows_wait_for_their_routes_only();
    return t_done("rights");
}
