// SPDX-License-Identifier: GPL-2.0
/*
 * A log's line without what tells whose machine it is from.
 */
#define _GNU_SOURCE
#include "klog/anonymize.h"

#include <stdio.h>
#include <string.h>

#include "klog/carrier.h"
#include "klog/scan.h"

struct output {
	char *at;
	char *end;
};

static void put(struct output *o, const char *text, size_t length)
{
	if (length > (size_t)(o->end - o->at))
		length = o->end - o->at;
	memcpy(o->at, text, length);
	o->at += length;
}

/* The same for the same, as host1, host2; of those that find no room: host0. */
static void put_name(struct mcw_anonymize *a, struct output *o, const char *kind, const char *name,
		     size_t length)
{
	char text[32];
	unsigned int i;

	length = strnlen(name, length < MCW_ANONYM_BYTES ? length : MCW_ANONYM_BYTES - 1);
	for (i = 0; i < a->count; i++)
		if (strlen(a->names[i]) == length && !memcmp(a->names[i], name, length))
			break;
	if (i == a->count) {
		if (i == MCW_ANONYMS) {
			put(o, kind, strlen(kind));
			put(o, "0", 1);
			return;
		}
		memcpy(a->names[i], name, length);
		a->names[i][length] = '\0';
		a->hosts[i] = !strcmp(kind, "host");
		a->count++;
	}
	/* A PPIN stays a number, so that the log can still be read. */
	if (!strcmp(kind, "ppin"))
		put(o, text, snprintf(text, sizeof(text), "%016x", i + 1));
	else
		put(o, text, snprintf(text, sizeof(text), "%s%u", kind, i + 1));
}

static size_t word_length(const struct mcw_cursor *c, const char *stops)
{
	size_t length = 0;

	while (length < mcw_left(c) && !strchr(stops, c->at[length]))
		length++;
	return length;
}

/* Words behind which something stands that names a machine, and where that ends. */
static const struct {
	const char *before;
	const char *kind;
	const char *stops;
} secrets[] = {
	{ "PPIN ", "ppin", " ,;" },
	{ "PPIN: ", "ppin", " ,;" },
	{ "ppin= ", "ppin", " ,;" },
	{ "ppin=", "ppin", " ,;" },
	{ "\"_HOSTNAME\":\"", "host", "\"" },
	{ "\"_HOSTNAME\" : \"", "host", "\"" },
	{ "_HOSTNAME=", "host", " " },
	{ "_MACHINE_ID=", "id", " " },
	{ "\"_MACHINE_ID\":\"", "id", "\"" },
	{ "_BOOT_ID=", "id", " " },
	{ "\"_BOOT_ID\":\"", "id", "\"" },
	{ "serial number: ", "serial", "" },
	{ "Serial Number: ", "serial", "" },
	{ "serial=", "serial", " ,;" },
	{ "serial: ", "serial", " ,;" },
	{ "Serial: ", "serial", " ,;" },
	{ "S/N: ", "serial", " ,;" },
	{ "SN: ", "serial", " ,;" },
	{ "SN:", "serial", " ,;" },
	{ "Asset Tag: ", "serial", "" },
	{ "UUID: ", "id", " ,;" },
	{ "uuid: ", "id", " ,;" },
	{ "UUID=", "id", " ,;" },
	{ "uuid=", "id", " ,;" },
	{ "syslogd@", "host", " " },
	{ "Hardware name: ", "machine", "" },
	{ "DMI: ", "machine", "" },
	{ "fru_id: ", "id", "" },
};

/* "aa:bb:cc:dd:ee:ff", or with "-". Return: its length; 0: none. */
static size_t mac_length(const struct mcw_cursor *c)
{
	char separator = mcw_left(c) > 2 && c->at[2] == '-' ? '-' : ':';

	for (size_t i = 0; i < 17; i++) {
		if (i >= mcw_left(c))
			return 0;
		if (i % 3 == 2 ? c->at[i] != separator : mcw_digit_of(c->at[i]) >= 16)
			return 0;
	}
	return mcw_left(c) > 17 && mcw_digit_of(c->at[17]) < 16 ? 0 : 17;
}

/* "fe80::1", "2001:db8:0:0:0:0:0:1": a time and a PCI device have fewer colons. */
static size_t ip6_length(const struct mcw_cursor *c)
{
	unsigned int colons = 0, digits = 0;
	bool gap = false;
	size_t n = 0;

	for (; n < mcw_left(c); n++) {
		if (c->at[n] == ':') {
			gap |= n && c->at[n - 1] == ':';
			colons++;
			digits = 0;
		} else if (mcw_digit_of(c->at[n]) < 16) {
			if (++digits > 4)
				return 0;
		} else {
			break;
		}
	}
	if (n < mcw_left(c) && mcw_is_letter(c->at[n]))
		return 0;
	return digits && (colons == 7 || (gap && colons >= 2 && colons < 7)) ? n : 0;
}

/* "192.168.0.1" */
static size_t ip_length(const struct mcw_cursor *c)
{
	struct mcw_cursor at = *c;
	__u64 number;

	for (unsigned int i = 0; i < 4; i++)
		if (!mcw_take_number(&at, 10, 255, &number) || (i < 3 && !mcw_take(&at, ".")))
			return 0;
	return at.at < at.end && (*at.at == '.' || mcw_is_digit(*at.at)) ? 0 : at.at - c->at;
}

/* "10:<ffffffff81234567>" of RIP, and a kernel's address anywhere. */
static size_t address_length(const struct mcw_cursor *c)
{
	struct mcw_cursor at = *c;
	unsigned int digits = 0;
	__u64 value;

	if (!mcw_take_hex_digits(&at, &value, &digits) || digits != 16)
		return 0;
	return value >> 47 == 0x1ffff ? at.at - c->at : 0;
}

static bool secret_put(struct mcw_anonymize *a, struct output *o, struct mcw_cursor *c)
{
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
		struct mcw_cursor at = *c;
		size_t length;

		if (!mcw_take(&at, secrets[i].before))
			continue;
		put(o, c->at, at.at - c->at);
		length = word_length(&at, secrets[i].stops);
		if (length)
			put_name(a, o, secrets[i].kind, at.at, length);
		c->at = at.at + length;
		return true;
	}
	return false;
}

/* RIP's is one whatever it is; so is ip's and that of a symbol's line. */
static bool ip_put(struct output *o, struct mcw_cursor *c)
{
	struct mcw_cursor at = *c;
	size_t length;

	if (!mcw_take(&at, ":<") && !mcw_take(&at, " ip:"))
		return false;
	length = word_length(&at, "> ,");
	if (length < 8)
		return false;
	put(o, c->at, at.at - c->at);
	put(o, "0000000000000000", 16);
	c->at = at.at + length;
	return true;
}

static bool number_put(struct mcw_anonymize *a, struct output *o, struct mcw_cursor *c)
{
	size_t mac = mac_length(c);
	size_t ip4 = mac ? 0 : ip_length(c);
	size_t ip = mac || ip4 ? ip4 : ip6_length(c);
	size_t address = mac || ip ? 0 : address_length(c);
	size_t length = mac + ip + address; /* one of them */

	if (!length)
		return false;
	if (mac)
		put_name(a, o, "mac", c->at, length);
	else if (ip)
		put_name(a, o, "ip", c->at, length);
	else
		put(o, "ffffffff00000000", 16);
	c->at += length;
	return true;
}

/* Where the carrier says that a host stands. Between two blanks there is none. */
static void host_find(const char *text, size_t length, struct mcw_cursor *host)
{
	struct mcw_message m = { .text = text, .length = length };

	mcw_carrier_prefix(&m);
	*host = (struct mcw_cursor){ NULL, NULL };
	if (m.host && m.host_length)
		*host = (struct mcw_cursor){ m.host, m.host + m.host_length };
}

static bool is_of_name(char c)
{
	return mcw_is_letter(c) || mcw_is_digit(c) || c == '-' || c == '_' || c == '.';
}

/* What is short may be an ordinary word. */
#define HOST_BYTES 4

/* A host whose name is known, anywhere in a message. Return: its length; 0: none. */
static size_t host_length(const struct mcw_anonymize *a, const struct mcw_cursor *c)
{
	for (unsigned int i = 0; i < a->count; i++) {
		size_t length = strlen(a->names[i]);

		if (a->hosts[i] && length >= HOST_BYTES && length <= mcw_left(c) &&
		    !memcmp(c->at, a->names[i], length) &&
		    (length == mcw_left(c) || !is_of_name(c->at[length])))
			return length;
	}
	return 0;
}

static size_t line_write(struct mcw_anonymize *a, const char *text, size_t length, char *to,
			 size_t size)
{
	struct mcw_cursor c = { text, text + length }, host;
	struct output o = { to, to + size };
	bool begins = true;
	size_t known;

	host_find(text, length, &host);
	while (c.at < c.end) {
		if (host.at && c.at == host.at) {
			put_name(a, &o, "host", host.at, mcw_left(&host));
			c.at = host.end;
			continue;
		}
		if (secret_put(a, &o, &c) || ip_put(&o, &c) || (begins && number_put(a, &o, &c)))
			continue;
		known = begins ? host_length(a, &c) : 0;
		if (known) {
			put_name(a, &o, "host", c.at, known);
			c.at += known;
			continue;
		}
		begins = !mcw_is_letter(*c.at) && !mcw_is_digit(*c.at) && *c.at != '.';
		put(&o, c.at++, 1);
	}
	return o.at - to;
}

size_t mcw_anonymize_line(struct mcw_anonymize *a, const char *text, size_t length, char *to,
			  size_t size)
{
	unsigned int known;
	size_t written;

	/* A name may stand in front of what shows that it is one. */
	do {
		known = a->count;
		written = line_write(a, text, length, to, size);
	} while (a->count != known);
	return written;
}
