// SPDX-License-Identifier: GPL-2.0
/*
 * The way to a guest's monitor.
 */
#include "guests/monitor.h"

#include <stdio.h>
#include <string.h>

#include "guests/virsh.h"

#define CPUS_MAX 4096

bool mcw_monitor_ask(struct mcw_monitor *m, const struct mcw_question *question, const char *member,
		     struct mcw_message *answer)
{
	if (m->way == MCW_MONITOR_VIRSH)
		return mcw_virsh_ask(m->name, question, member, answer, m->qmp.error,
				     sizeof(m->qmp.error));
	return mcw_qmp_ask(&m->qmp, question, member, answer);
}

bool mcw_monitor_command(struct mcw_monitor *m, const char *line, char **text)
{
	const struct mcw_question question = {
		.execute = "human-monitor-command",
		.argument = { "command-line" },
		.value = { line },
	};
	struct mcw_message answer;

	if (!mcw_monitor_ask(m, &question, NULL, &answer))
		return false;
	*text = answer.text;
	return true;
}

bool mcw_monitor_cpu(struct mcw_monitor *m, struct mcw_guest_cpu *cpu)
{
	static const struct mcw_question list = { .execute = "query-cpus-fast" };
	struct mcw_question vendor = {
		.execute = "qom-get",
		.argument = { "path", "property" },
		.value = { NULL, "vendor" },
	};
	struct mcw_message cpus, word;
	bool good;

	*cpu = (struct mcw_guest_cpu){ .known = false };
	if (!mcw_monitor_ask(m, &list, "qom-path", &cpus))
		return false;
	cpu->cpus = cpus.elements < CPUS_MAX ? cpus.elements : CPUS_MAX;
	vendor.value[0] = cpus.text;
	good = mcw_monitor_ask(m, &vendor, NULL, &word);
	mcw_message_free(&cpus);
	if (!good)
		return false;
	cpu->amd = !strcmp(word.text, "AuthenticAMD") || !strcmp(word.text, "HygonGenuine");
	cpu->known = cpu->cpus && word.text[0];
	mcw_message_free(&word);
	if (!cpu->known)
		snprintf(m->qmp.error, sizeof(m->qmp.error), "it does not say what CPUs it has");
	return cpu->known;
}
