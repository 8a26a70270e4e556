// SPDX-License-Identifier: GPL-2.0
/* LENGTH: 512 */
/*
 * Fuzzes the reader of QEMU's command lines with any bytes. Name and UUID end; the UUID is one or
 * empty; and a command line that was cut off says what it says without its last part.
 */
#include "fuzz.h"

#include "decode/qemu.h"

static void parse(struct mcw_vm *vm, const uint8_t *data, size_t size)
{
	/* a copy of exactly this size, so that AddressSanitizer sees a read past its end */
	char *copy = malloc(size ? size : 1);

	must(copy);
	memcpy(copy, data, size);
	mcw_qemu_parse(vm, copy, size);
	free(copy);
}

int fuzz_input(const uint8_t *data, size_t size)
{
	struct mcw_vm vm, whole;
	size_t length, end = size;

	memset(&vm, 0xff, sizeof(vm));
	memset(&whole, 0xff, sizeof(whole));
	parse(&vm, data, size);
	must(strnlen(vm.name, sizeof(vm.name)) < sizeof(vm.name));
	must_be_text(vm.uuid, sizeof(vm.uuid));
	length = strlen(vm.uuid);
	must(!length || length == sizeof(vm.uuid) - 1);
	must(strspn(vm.uuid, "0123456789abcdef-") == length);
	while (end && data[end - 1])
		end--;
	parse(&whole, data, end);
	must(!strcmp(vm.name, whole.name) && !strcmp(vm.uuid, whole.uuid));
	return 0;
}
