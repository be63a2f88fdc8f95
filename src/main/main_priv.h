/** @file
 * The pieces of yunjiand's start and stop. */
#ifndef MAIN_PRIV_H
#define MAIN_PRIV_H

#include "api/api.h"
#include "base/conf.h"
#include "net/addr.h"

/* packagers.c: child processes, one a recorded meeting. Control thread. */
struct packagers;
enum err packagers_new(struct packagers **out, const char *program, int nice, int memory_mib);
/** @p done  Is called when a meeting's recording is complete, from packagers_tick(). */
void packagers_tell(struct packagers *p, void (*done)(void *arg, const char *meeting), void *arg);
/** Stops the children; each resumes at the next start. */
void packagers_free(struct packagers *p);
/** api_hooks.follow */
void packagers_follow(void *packagers, const char *meeting, const char *dir);
/** Starts again what died, with a pause that grows. */
void packagers_tick(struct packagers *p);

/* control.c: the local socket of the command line. A thread of its own that posts to the control
 * thread. */
struct control;
enum { MSG_CONTROL = 0x6374726c };
enum err control_new(struct control **out, const char *path, struct mailbox *inbox);
void control_free(struct control *c);
/** On the control thread, for a message of type MSG_CONTROL; owns @p m. */
void control_on_msg(struct api *api, struct msg *m);

/* notify.c: what the service manager is told; nothing without one. Control thread, but for
 * notify_ready(). */
void notify_ready(const char *url);
void notify_stopping(void);
/** Feeds the watchdog when it is due. */
void notify_alive(void);

/* places.c: addresses and links from the configuration. */
enum { PLACES_MAX = 16 };
enum err places_announce(const struct conf *c, struct addr out[PLACES_MAX], unsigned *n,
                         char why[CONF_WHY]);
enum err places_listen(const struct conf *c, uint16_t port, struct addr out[2], unsigned *n);
void places_url(const struct conf *c, char out[CONF_TEXT + 32]);
/** As configured, or beside this program. */
void places_packager(const struct conf *c, char out[CONF_TEXT]);
void places_cert_names(char *out, size_t cap);

/* rules.c: working days and time limits. */
struct stage_rules;
struct db;
/** The calendar is never freed: it lives as long as the program. */
enum err rules_load(struct stage_rules *out, const struct conf *c);
/** Due days that were reckoned by other rules are reckoned anew. */
enum err rules_apply(const struct stage_rules *r, struct db *db);

#endif
