// SPDX-License-Identifier: GPL-2.0
/*
 * The virtual machine of a QEMU process, by its command line.
 *
 * QEMU takes an option with one dash or two, and its value is always the next argument. -name takes
 * a list, "guest=web1,debug-threads=on": a value goes up to a comma, and two commas are one that
 * belongs to the value. A first value without a key is the guest's. Of several, the last one
 * counts.
 */
#include "decode/qemu.h"

#include <string.h>

#define UUID_LENGTH 36

bool mcw_qemu_is_system(const char *program)
{
	static const char system[] = "qemu-system-";
	const char *slash = strrchr(program, '/');
	const char *name = slash ? slash + 1 : program;

	if (!strncmp(name, system, sizeof(system) - 1))
		return name[sizeof(system) - 1];
	return !strcmp(name, "qemu-kvm") || !strcmp(name, "kvm");
}

/* Copies a value up to its comma; one that is too long reads as empty. Return: what follows it. */
static const char *value_take(const char *text, char *value, size_t size)
{
	size_t used = 0;
	bool fits = true;

	for (; *text; text++) {
		if (*text == ',' && *++text != ',')
			break;
		if (used < size - 1)
			value[used++] = *text;
		else
			fits = false;
	}
	value[fits ? used : 0] = '\0';
	return text;
}

static void name_take(struct mcw_vm *vm, const char *text)
{
	static const char guest[] = "guest";
	bool first = true;

	while (*text) {
		char value[sizeof(vm->name)];
		size_t key = strcspn(text, "=,");
		bool has_key = text[key] == '=';
		bool is_guest = first && !has_key;

		if (has_key) {
			is_guest = key == sizeof(guest) - 1 && !memcmp(text, guest, key);
			text += key + 1;
		}
		text = value_take(text, value, sizeof(value));
		if (is_guest)
			memcpy(vm->name, value, sizeof(value));
		first = false;
	}
}

static bool is_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* QEMU ends at once if it is none. */
static void uuid_take(struct mcw_vm *vm, const char *text)
{
	if (strlen(text) != UUID_LENGTH)
		return;
	for (size_t i = 0; i < UUID_LENGTH; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? text[i] != '-' : !is_digit(text[i]))
			return;
	}
	for (size_t i = 0; i < UUID_LENGTH; i++)
		vm->uuid[i] = text[i] >= 'A' && text[i] <= 'F' ? text[i] - 'A' + 'a' : text[i];
	vm->uuid[UUID_LENGTH] = '\0';
}

/* Return: the argument that follows text; NULL if there is none, or it was cut off. */
static const char *argument_next(const char *text, const char *end)
{
	text += strlen(text) + 1;
	return memchr(text, '\0', end - text) ? text : NULL;
}

void mcw_qemu_parse(struct mcw_vm *vm, const char *cmdline, size_t bytes)
{
	const char *end = cmdline + bytes;
	const char *argument = cmdline;

	vm->name[0] = '\0';
	vm->uuid[0] = '\0';
	/* The first one is the program. */
	if (!bytes || !memchr(cmdline, '\0', bytes))
		return;
	while ((argument = argument_next(argument, end))) {
		const char *option = argument, *value;

		if (*option++ != '-')
			continue;
		option += *option == '-';
		if (strcmp(option, "name") && strcmp(option, "uuid"))
			continue;
		value = argument_next(argument, end);
		if (!value)
			return;
		if (option[0] == 'n')
			name_take(vm, value);
		else
			uuid_take(vm, value);
		argument = value;
	}
}
