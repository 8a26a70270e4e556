/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where an error is, the component and the place in memory, and what it means.
 */
#ifndef MCW_SHOW_PLACE_H
#define MCW_SHOW_PLACE_H

#include <stdio.h>

struct mcw_event;
struct mcw_facts;
struct mcw_json;
struct mcw_advice;

/* facts: what was said beside the registers; or NULL. */

/* The key "component" and, if anything is known, "pci" and "place". */
void mcw_json_place(struct mcw_json *json, const struct mcw_event *ev,
		    const struct mcw_facts *facts);
/* The same in lines. */
void mcw_text_place(FILE *out, const struct mcw_event *ev, const struct mcw_facts *facts);

/* The keys "family", "means" and "advice", if there is anything to say. advice: or NULL. */
void mcw_json_advice(struct mcw_json *json, const struct mcw_advice *advice);
/* Lines of the last two. */
void mcw_text_advice(FILE *out, const struct mcw_advice *advice);

#endif /* MCW_SHOW_PLACE_H */
