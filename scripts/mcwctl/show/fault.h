/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The faults of a diagnosis: a paragraph for people, or a JSON object, each.
 */
#ifndef MCW_SHOW_FAULT_H
#define MCW_SHOW_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct mcw_diagnosis;
struct mcw_fault;

/* all: also those of level ok, and those that are closed. */
void mcw_faults_print(FILE *out, const struct mcw_diagnosis *d, bool all);
void mcw_faults_json(FILE *out, const struct mcw_diagnosis *d, bool all);

/* The name of its part: 'memory module P0_A1, slot DIMM_A1'. Texts of others are as they are. */
char *mcw_fault_part_text(const struct mcw_fault *f, char *buf, size_t size);

/*
 * One sentence, as for a list: 'memory module P0_A1, slot DIMM_A1, serial 12: a column ...'.
 * Texts of others are in it as they are.
 */
char *mcw_fault_sentence(const struct mcw_fault *f, char *buf, size_t size);

/* The part in a few words: a module's label or slot, otherwise what is known of where it is. */
char *mcw_fault_part_label(const struct mcw_fault *f, char *buf, size_t size);

/* One line, for those who watch; the caller ends it. */
void mcw_fault_line_print(FILE *out, const struct mcw_fault *f);

/* One object, a line. */
void mcw_fault_json(FILE *out, const struct mcw_fault *f);

#endif /* MCW_SHOW_FAULT_H */
