/* domain/devices: what a token opens and for how long; who a device is in its meeting. */
#include "domain/devices.h"

#include <string.h>

#include "db/db.h"
#include "domain/people.h"
#include "t.h"
#include "tmpdir.h"

#define NOW INT64_C(1795520741123)
#define DAY INT64_C(86400000)

static struct db *db;
static struct meeting first = {.kind = "survey", .title = "a", .host_name = "h"};
static struct meeting second = {.kind = "survey", .title = "b", .host_name = "h"};

static void make_meetings(void)
{
    struct project p = {.f = {.title = "t", .customer = "c"}};
    T_EQ(project_add(db, &p, NOW), ERR_OK);
    T_EQ(meeting_add(db, &first, p.id, NOW), ERR_OK);
    (void)snprintf(second.public_id, sizeof(second.public_id), "load-0");
    T_EQ(meeting_add(db, &second, p.id, NOW), ERR_OK);
    T_OK(strcmp(second.public_id, "load-0") == 0); /* One that is given is kept. */
}

static void a_token_is_for_its_meetings(void)
{
    struct device_token t = {.label = "drone", .made_by = "Zhao", .publish = true}, got;
    char secret[TOKEN_LEN + 1], other[TOKEN_LEN + 1];
    t.expires_at = NOW + DAY;
    T_EQ(device_token_add(db, &t, secret, NOW), ERR_OK);
    T_OK(strlen(secret) == TOKEN_LEN && strlen(t.public_id) == PUBLIC_ID_LEN);
    T_EQ(device_token_find(db, &got, secret, first.public_id, NOW), ERR_DENIED);
    T_EQ(device_token_allow(db, t.id, first.id), ERR_OK);
    T_EQ(device_token_allow(db, t.id, first.id), ERR_CONFLICT);
    T_EQ(device_token_find(db, &got, secret, first.public_id, NOW), ERR_OK);
    T_OK(got.id == t.id && got.publish && !got.view && got.expires_at == NOW + DAY);
    T_OK(strcmp(got.label, "drone") == 0 && strcmp(got.made_by, "Zhao") == 0);
    T_EQ(device_token_find(db, &got, secret, second.public_id, NOW), ERR_DENIED);
    T_EQ(device_token_find(db, &got, secret, "no such meeting", NOW), ERR_DENIED);
    T_EQ(device_token_allow(db, t.id, second.id), ERR_OK);
    T_EQ(device_token_find(db, &got, secret, second.public_id, NOW), ERR_OK);
    (void)snprintf(other, sizeof(other), "%s", secret);
    other[0] = other[0] == '0' ? '1' : '0';
    T_EQ(device_token_find(db, &got, other, first.public_id, NOW), ERR_AUTH);
    T_EQ(device_token_find(db, &got, "", first.public_id, NOW), ERR_AUTH);
    T_EQ(device_token_find(db, &got, secret, first.public_id, NOW + DAY - 1), ERR_OK);
    T_EQ(device_token_find(db, &got, secret, first.public_id, NOW + DAY), ERR_AUTH);
}

static void a_revoked_token_opens_nothing(void)
{
    struct device_token t = {.label = "wall", .made_by = "Zhao", .view = true}, got;
    char secret[TOKEN_LEN + 1];
    t.expires_at = NOW + DAY;
    T_EQ(device_token_add(db, &t, secret, NOW), ERR_OK);
    T_EQ(device_token_allow(db, t.id, first.id), ERR_OK);
    T_EQ(device_token_revoke(db, t.public_id, second.id, NOW), ERR_NOENT); /* Not that meeting's. */
    T_EQ(device_token_find(db, &got, secret, first.public_id, NOW), ERR_OK);
    T_EQ(device_token_revoke(db, t.public_id, first.id, NOW), ERR_OK);
    T_EQ(device_token_find(db, &got, secret, first.public_id, NOW), ERR_AUTH);
    T_EQ(device_token_revoke(db, t.public_id, first.id, NOW), ERR_NOENT);
    T_EQ(device_token_revoke(db, "nothing", first.id, NOW), ERR_NOENT);
}

static void its_makers_tokens_end_with_the_account(void)
{
    struct account who = {.login = "zhao", .name = "Zhao", .role = ROLE_MANAGER};
    struct device_token hers = {.label = "hers", .made_by = "Zhao", .publish = true}, got;
    struct device_token other = {.label = "other", .made_by = "yunjian", .publish = true};
    char secret[TOKEN_LEN + 1], secret_too[TOKEN_LEN + 1];
    T_EQ(account_add(db, &who, NOW), ERR_OK);
    hers.account = who.id;
    hers.expires_at = other.expires_at = NOW + DAY;
    T_EQ(device_token_add(db, &hers, secret, NOW), ERR_OK);
    T_EQ(device_token_allow(db, hers.id, first.id), ERR_OK);
    T_EQ(device_token_add(db, &other, secret_too, NOW), ERR_OK);
    T_EQ(device_token_allow(db, other.id, first.id), ERR_OK);
    T_EQ(device_token_find(db, &got, secret, first.public_id, NOW), ERR_OK);
    T_EQ(got.account, who.id);
    T_EQ(device_token_revoke_all(db, who.id, NOW), ERR_OK);
    T_EQ(device_token_find(db, &got, secret, first.public_id, NOW), ERR_AUTH);
    T_EQ(device_token_find(db, &got, secret_too, first.public_id, NOW), ERR_OK);
    T_EQ(got.account, 0);
}

static void the_same_device_is_one_participant(void)
{
    struct participant a = {.meeting = first.id}, b = {.meeting = first.id};
    struct participant c = {.meeting = second.id}, d = {.meeting = first.id};
    (void)snprintf(a.name, sizeof(a.name), "drone");
    b = a;
    (void)snprintf(b.organisation, sizeof(b.organisation), "new label");
    (void)snprintf(c.name, sizeof(c.name), "drone");
    (void)snprintf(d.name, sizeof(d.name), "camera");
    T_EQ(device_participant(db, &a, NOW), ERR_OK);
    T_OK(a.id > 0 && strlen(a.public_id) == PUBLIC_ID_LEN && strcmp(a.state, "new") == 0);
    T_EQ(a.role, ROLE_DEVICE);
    T_EQ(a.muted, 0);
    T_EQ(device_mute(db, a.id, 2), ERR_OK);
    T_EQ(participant_set_state(db, a.id, "removed"), ERR_OK);
    T_EQ(device_participant(db, &b, NOW + 1), ERR_OK);
    T_OK(b.id == a.id && strcmp(b.public_id, a.public_id) == 0);
    T_OK(strcmp(b.state, "removed") == 0); /* And is still put out, */
    T_EQ(b.muted, 2);                      /* and muted. */
    T_EQ(device_participant(db, &c, NOW), ERR_OK);
    T_EQ(device_participant(db, &d, NOW), ERR_OK);
    T_OK(c.id != a.id && d.id != a.id);
}

int main(void)
{
    tmpdir_make();
    T_EQ(db_open(&db, tmpdir_path("d.sqlite")), ERR_OK);
    make_meetings();
    a_token_is_for_its_meetings();
    a_revoked_token_opens_nothing();
    its_makers_tokens_end_with_the_account();
    the_same_device_is_one_participant();
    db_close(db);
    return t_done("devices");
}
