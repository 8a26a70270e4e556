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
	const struct mcw_rule *r = mcw_severity_rule(rule);
	struct text t = text_begin(buf, size);

	for (unsigned int i = 0; i < MCW_RULE_CONDITIONS; i++) {
		const struct mcw_rule_condition *c = &mcw_rule_conditions[i];
		bool holds = r->all & c->condition;

		if (!((r->all | r->none) & c->condition))
			continue;
		if (is_bit(c->name))
			text_put_all(&t, t.used ? " " : "", c->name, holds ? "=1" : "=0");
		else
			text_put_all(&t, t.used ? ", " : "", holds ? "" : "not ", c->name);
	}
	if (!t.used)
		text_put(&t, "no other rule fits");
	text_put_all(&t, " (rule ", r->name, ", ", r->manual, ")");
	return buf;
}
