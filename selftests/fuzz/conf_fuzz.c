// SPDX-License-Identifier: GPL-2.0
/* LENGTH: 512 */
/*
 * Fuzzes the readers of configurations, ours and mcelog's, with any bytes. An error is text and has
 * a line, and changes nothing; what was read is printed, and read again as the same.
 */
#include "fuzz.h"

#include "diagnose/conditions_conf.h"
#include "diagnose/mcelog_conf.h"
#include "show/condition.h"

static unsigned int remarks;

static void remark(void *arg, unsigned int line, const char *text)
{
	(void)arg;
	must(line && text[0]);
	must_be_text(text, 240);
	remarks++;
}

static void mistake(const struct mcw_limits_wrong *wrong)
{
	must(wrong->line);
	must_be_text(wrong->text, sizeof(wrong->text));
	must(wrong->text[0]);
}

static void print_and_read(const struct mcw_conditions_conf *conf, const struct mcw_limits *limits)
{
	struct mcw_conditions_conf conf_again;
	struct mcw_limits limits_again;
	struct mcw_limits_wrong wrong;
	char text[16384];
	FILE *out = fmemopen(text, sizeof(text), "w");

	must(out);
	mcw_conf_print(out, conf, limits);
	must(!ferror(out) && !fclose(out));
	mcw_conditions_default(&conf_again);
	mcw_limits_default(&limits_again);
	must(mcw_conditions_parse(&conf_again, text, strlen(text), &wrong));
	must(mcw_limits_parse(&limits_again, text, strlen(text), &wrong));
	for (unsigned int i = 0; i < MCW_CONDITIONS; i++) {
		const struct mcw_condition_conf *a = &conf->of[i], *b = &conf_again.of[i];

		must(a->limit.threshold == b->limit.threshold);
		must(a->limit.window_s == b->limit.window_s);
		must(a->log == b->log && a->metric == b->metric);
		must(!strcmp(a->program, b->program));
	}
	must(conf->programs == conf_again.programs && conf->program_s == conf_again.program_s);
	must(!memcmp(limits, &limits_again, sizeof(*limits)));
}

int fuzz_input(const uint8_t *data, size_t size)
{
	/* a copy of exactly this size, so that AddressSanitizer sees a read past its end */
	char *copy = malloc(size ? size : 1);
	struct mcw_conditions_conf conf, before;
	struct mcw_limits limits;
	struct mcw_limits_wrong wrong = { .text = "" };

	must(copy);
	memcpy(copy, data, size);
	mcw_conditions_default(&before);
	conf = before;
	mcw_limits_default(&limits);
	if (!mcw_limits_parse(&limits, copy, size, &wrong))
		mistake(&wrong);
	if (mcw_conditions_parse(&conf, copy, size, &wrong)) {
		print_and_read(&conf, &limits);
	} else {
		mistake(&wrong);
		must(!memcmp(&conf, &before, sizeof(conf)));
	}
	conf = before;
	remarks = 0;
	if (mcw_mcelog_conf_parse(&conf, copy, size, remark, NULL, &wrong)) {
		print_and_read(&conf, &limits);
	} else {
		mistake(&wrong);
		must(!memcmp(&conf, &before, sizeof(conf)));
	}
	must(remarks <= size);
	free(copy);
	return 0;
}
