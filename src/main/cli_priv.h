/** @file
 * What the commands of the command line share. */
#ifndef CLI_PRIV_H
#define CLI_PRIV_H

#include <jansson.h>
#include <stdbool.h>

#include "base/conf.h"
#include "domain/meetings.h"

struct db;

struct cli {
    struct conf conf;
    struct db *db;
    bool json, load;
    int argc;
    char **argv; /* words that are not flags */
    char db_path[CONF_TEXT + 32], url[CONF_TEXT + 32];
};

/** Says what failed. @return the program's exit status. */
int cli_fail(const char *what, enum err e);
/** Prints and frees. */
int cli_print(json_t *o);
/** Word @p i, or "". */
const char *cli_arg(const struct cli *c, int i);
/** Word @p i as a number; @p other: there is none. -1: it is no number below a million. */
int cli_number(const struct cli *c, int i, int other);
/** One line to the running server, one back. */
bool cli_ask(const struct cli *c, const char *line, char *out, size_t cap);
/** A new invitation's link. */
enum err cli_link(struct cli *c, int64_t meeting, enum role role, bool host, const char *name,
                  const char *organisation, char out[CONF_TEXT + 80]);

/* cli_demo.c */
int cmd_demo(struct cli *c);
/* cli_devices.c */
int cmd_device_add(struct cli *c);
int cmd_device_list(struct cli *c);
int cmd_device_revoke(struct cli *c);
/* cli_outbox.c */
int cmd_outbox_list(struct cli *c);
int cmd_outbox_retry(struct cli *c);
int cmd_outbox_test(struct cli *c);
/* cli_tokens.c */
int token_add(struct cli *c);
int token_list(struct cli *c);
int token_revoke(struct cli *c);
/* cli_users.c */
int user_add(struct cli *c);
int user_first(struct cli *c);
int user_list(struct cli *c);
int user_disable(struct cli *c);
int user_enable(struct cli *c);
int user_passwd(struct cli *c);
int user_forget_second(struct cli *c);

#endif
