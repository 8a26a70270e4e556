/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One error from its event to its victims, for people or as one JSON object.
 */
#ifndef MCW_SHOW_FOLLOW_H
#define MCW_SHOW_FOLLOW_H

#include <stdio.h>

#include "decode/follow.h"

struct mcw_dimms;

/* All but the event, which is printed when it comes; and at last whether something is missing. */
void mcw_text_follow(FILE *out, const struct mcw_follow *f, const struct mcw_dimms *dimms);
void mcw_json_follow(FILE *out, const struct mcw_follow *f, const struct mcw_dimms *dimms);

#endif /* MCW_SHOW_FOLLOW_H */
