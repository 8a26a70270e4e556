// SPDX-License-Identifier: GPL-2.0
/* LENGTH: 512 */
/*
 * Fuzzes the reader of label files with any bytes. Reading ends, lines are in order, labels end and
 * are not empty, and an error is text.
 */
#include "fuzz.h"

#include "decode/dimm_labels.h"

int fuzz_input(const uint8_t *data, size_t size)
{
	static const struct mcw_smbios machine = {
		.system_maker = "a",
		.system = "b",
		.board_maker = "c",
		.board = "d",
	};
	/* a copy of exactly this size, so that AddressSanitizer sees a read past its end */
	char *copy = malloc(size ? size : 1);
	struct mcw_dimm_labels reader;
	struct mcw_dimm_label label;
	unsigned int last = 1;
	size_t labels = 0;
	int result;

	must(copy);
	memcpy(copy, data, size);
	mcw_dimm_labels_begin(&reader, copy, size, &machine);
	while ((result = mcw_dimm_labels_next(&reader, &label)) == 1) {
		must(label.label[0] && strnlen(label.label, MCW_DIMM_LABEL) < MCW_DIMM_LABEL);
		must(label.layer[0] >= 0 && label.line >= last);
		must(reader.any_fits);
		last = label.line;
		must(++labels <= size);
	}
	must(result == 0 || result == -1);
	if (result)
		must_be_text(reader.error, sizeof(reader.error));
	free(copy);
	return 0;
}
