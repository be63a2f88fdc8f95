/* Words that more than one answer uses. */
#include "domain/stages.h"
#include "outlines_priv.h"

static const char *const roles[] = {"admin",      "manager", "expert",   "supervisor",
                                    "dispatcher", "auditor", "customer", "designer",
                                    "contractor", "device",  NULL};
const struct outline_words w_role = {"Role", roles};

static const char *const kinds[] = {"review", "survey", "acceptance", "forum", NULL};
const struct outline_words w_kind = {"Kind", kinds};

static const char *const sources[] = {"camera", "microphone", "screen", NULL};
const struct outline_words w_source = {"Source", sources};

const struct outline_words w_stage = {"Stage", stage_words};
