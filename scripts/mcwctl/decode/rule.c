// SPDX-License-Identifier: GPL-2.0
/*
 * Why a record has its grade: the conditions of a rule, in words.
 */
#include "decode/decode.h"
#include "decode/internal.h"

#include <string.h>

#include <mcewarden/severity.h>

/* Bits are known by their names, which are in capitals. */
static bool is_bit(const char *name)
{
	while ((*name >= 'A' && *name <= 'Z') || *name == '_')
		name++;
	return !*name;
}

char *mcw_rule_text(unsigned int rule, char *buf, size_t size)
{
	struct text t = text_begin(buf, size);
	const char *name;
	bool holds;

	for (unsigned int n = 0; (name = mcw_severity_rule_condition(rule, n, &holds)); n++) {
		if (is_bit(name))
			text_put_all(&t, n ? " " : "", name, holds ? "=1" : "=0");
		else
			text_put_all(&t, n ? ", " : "", holds ? "" : "not ", name);
	}
	if (!t.used)
		text_put(&t, "no other rule fits");
	text_put_all(&t, " (rule ", mcw_severity_rule_name(rule), ", ",
		     mcw_severity_rule_manual(rule), ")");
	return buf;
}
