// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * The bad pages of the store: which are the same places as then, by what the firmware says of the
 * machine, how they are taken again, and as words for the kernel's command line.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ktap.h"
#include "cmd/stored_pages.h"
#include "decode/memory_layout.h"
#include "store/batch.h"

#define S 1000000000ULL
#define WALL (1800000000 * S)
#define DIRECTORY "/tmp/mcw-pages-XXXXXX"
#define MODULES 2

struct module {
	const char *locator, *serial, *part;
	unsigned int mbytes; /* 0: the slot is empty */
};

struct machine {
	const char *bios;
	struct module module[MODULES];
};

static const struct machine usual = { "1.2",
				      { { "A1", "4711", "M3", 16384 },
					{ "B1", "4712", "M3", 16384 } } };

static char directory[sizeof(DIRECTORY)] = DIRECTORY;
static unsigned char table[1024];
static size_t used;

static const char *path_of(const char *name)
{
	static char paths[8][64];
	static unsigned int next;
	char *path = paths[next++ % 8];

	snprintf(path, sizeof(paths[0]), "%s/%s", directory, name);
	return path;
}

static unsigned char *structure(unsigned int type, unsigned int length, const char *const *strings)
{
	unsigned char *data = table + used;

	memset(data, 0, length);
	data[0] = type;
	data[1] = length;
	used += length;
	for (; *strings; strings++) {
		memcpy(table + used, *strings, strlen(*strings) + 1);
		used += strlen(*strings) + 1;
	}
	table[used++] = 0;
	return data;
}

static void file_write(const char *path, const void *bytes, size_t length)
{
	int fd = open(path, O_CREAT | O_TRUNC | O_RDWR, 0600);

	if (fd < 0 || write(fd, bytes, length) != (ssize_t)length)
		exit(2);
	close(fd);
}

/* The firmware's table of this machine, in the file that is read. */
static void table_make(const struct machine *m)
{
	/* An empty string would end the structure. */
	const char *const bios[] = { "Maker", m->bios[0] ? m->bios : NULL, NULL };
	unsigned char *data;

	used = 0;
	data = structure(0, 0x18, bios);
	data[4] = 1;
	data[5] = m->bios[0] ? 2 : 0;
	for (unsigned int i = 0; i < MODULES; i++) {
		const struct module *one = &m->module[i];
		const char *const words[] = { one->locator, one->serial, one->part, NULL };

		data = structure(17, 0x5c, words);
		data[0x0c] = one->mbytes;
		data[0x0d] = one->mbytes >> 8;
		data[0x10] = 1;
		data[0x18] = 2;
		data[0x1a] = 3;
	}
	file_write(path_of("DMI"), table, used);
}

/* Return: why it is not known; empty: it is. */
static const char *layout_of(const struct machine *m, char *text)
{
	static char why[200];
	static struct mcw_smbios smbios;

	table_make(m);
	mcw_smbios_parse(&smbios, table, used);
	mcw_layout_text(&smbios, text, MCW_LAYOUT_BYTES, why, sizeof(why));
	return why;
}

static void test_layout(void)
{
	static char then[MCW_LAYOUT_BYTES], now[MCW_LAYOUT_BYTES];
	static const struct {
		struct machine m;
		const char *why; /* it is another one; or, from "-" on, why it is not known */
	} rows[] = {
		{ { "1.3", { { "A1", "4711", "M3", 16384 }, { "B1", "4712", "M3", 16384 } } },
		  "the BIOS has version 1.3, and had 1.2" },
		{ { "1.2", { { "A1", "4712", "M3", 16384 }, { "B1", "4711", "M3", 16384 } } },
		  "slot A1 has the memory module of serial number 4712, and had that of 4711" },
		{ { "1.2", { { "A1", "4711", "M3", 16384 }, { "B1", "4713", "M3", 16384 } } },
		  "slot B1 has the memory module of serial number 4713, and had that of 4712" },
		{ { "1.2", { { "A1", "4711", "M3", 16384 }, { "B1", "4712", "M3", 8192 } } },
		  "the memory module in slot B1 has 8192 MB, and had 16384" },
		{ { "1.2", { { "A1", "4711", "M3", 16384 }, { "B1", "4712", "M3", 0 } } },
		  "slot B1 is empty, and had the memory module of serial number 4712" },
		{ { "1.2", { { "B1", "4712", "M3", 16384 }, { "A1", "4711", "M3", 16384 } } },
		  "the firmware lists the memory modules in another way" },
		{ { "1.2", { { "A1", "Unknown", "M3", 16384 }, { "B1", "4712", "M3", 16384 } } },
		  "-the memory module in slot A1 has no serial number" },
		{ { "1.2", { { "A1", "4711", "M3", 16384 }, { "B1", "4711", "M3", 16384 } } },
		  "-the memory modules in slots A1 and B1 have the same serial number" },
		{ { "1.2", { { "A1", "4711", "M3", 0xffff }, { "B1", "4712", "M3", 16384 } } },
		  "-the size of the memory module in slot A1 is not known" },
		{ { "", { { "A1", "4711", "M3", 16384 }, { "B1", "4712", "M3", 16384 } } },
		  "-the firmware's table has no version of the BIOS" },
		{ { "1.2", { { "A1", "4711", "M3", 0 }, { "B1", "4712", "M3", 0 } } },
		  "-the firmware's table has no memory modules" },
	};
	char why[240];

	ktap_result(!layout_of(&usual, then)[0], "a layout that is known");
	layout_of(&usual, now);
	mcw_layout_difference(then, now, why, sizeof(why));
	ktap_result(!why[0], "the same layout");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *unknown = layout_of(&rows[i].m, now), *wanted = rows[i].why;

		snprintf(why, sizeof(why), "-%s", unknown);
		if (!unknown[0])
			mcw_layout_difference(then, now, why, sizeof(why));
		if (strcmp(why, wanted))
			printf("# '%s'\n", why);
		ktap_result(!strcmp(why, wanted), wanted);
	}
	/* A module in a slot that was empty. */
	layout_of(&rows[4].m, then);
	layout_of(&usual, now);
	mcw_layout_difference(then, now, why, sizeof(why));
	ktap_result(!strcmp(why, "slot B1 has a memory module, and had none"), why);
}

static void page_store(const struct machine *m, __u64 page, const char *state, unsigned int minute)
{
	static char layout[MCW_LAYOUT_BYTES];
	struct mcw_store *s = mcw_store_open(path_of("db"), MCW_STORE_RECORD);
	struct mcw_batch_page one = {
		.page = page, .part = -1, .state = state, .wall_ns = WALL + minute * 60 * S
	};
	struct mcw_store_batch batch = {
		.boot = { .id = "00", .host = "one", .release = "6.1" },
		.layout = m && !layout_of(m, layout)[0] ? layout : NULL,
		.pages = &one,
		.page_count = 1,
		.now_ns = WALL + minute * 60 * S,
	};

	if (!s || !mcw_store_write(s, &batch))
		exit(2);
	mcw_store_close(s);
}

/* What is in a file, which is emptied. */
static const char *file_read(const char *name)
{
	static char text[4096];
	int fd = open(path_of(name), O_RDWR);
	ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

	text[length > 0 ? length : 0] = '\0';
	if (fd >= 0 && ftruncate(fd, 0))
		exit(2);
	close(fd);
	return text;
}

static const char *said(void)
{
	fflush(stderr);
	lseek(STDERR_FILENO, 0, SEEK_SET);
	return file_read("said");
}

static void same(const char *text, const char *wanted, const char *name)
{
	if (strcmp(text, wanted))
		printf("# is '%s'\n# not '%s'\n", text, wanted);
	ktap_result(!strcmp(text, wanted), name);
}

/* What is chosen on this machine, as a list of addresses. */
static const char *chosen(const struct machine *m, bool *good)
{
	const struct mcw_options o = { .store = path_of("db"),
				       .edac = path_of("none"),
				       .dmi = path_of("DMI") };
	static char text[400];
	struct mcw_stored_pages pages = { .count = 0 };
	size_t length = 0;

	table_make(m);
	*good = mcw_stored_pages_read(&pages, &o);
	text[0] = '\0';
	for (size_t i = 0; i < pages.count; i++)
		length += snprintf(text + length, sizeof(text) - length, "%llx ",
				   pages.pages[i].page);
	mcw_stored_pages_free(&pages);
	return text;
}

static void test_chosen(void)
{
	struct machine other = usual;
	bool good;

	unlink(path_of("db"));
	page_store(&usual, 0x3000, "offline", 1);
	page_store(&usual, 0x1000, "failed", 2);
	page_store(&usual, 0x2000, "left", 3);
	same(chosen(&usual, &good), "1000 3000 ", "bad pages of the same machine");
	ktap_result(good, "that is no failure");
	same(said(), "", "nothing is said");
	other.module[1].serial = "4713";
	same(chosen(&other, &good), "", "none with another serial number in a slot");
	ktap_result(good, "which is no failure");
	same(said(),
	     "mcwctl: 2 stored pages are left out, whose addresses may be other places now: slot "
	     "B1 has the memory module of serial number 4713, and had that of 4712\n",
	     "the reason");
	page_store(&other, 0x5000, "offline", 4);
	/* The same address is another place there. */
	page_store(&other, 0x3000, "left", 4);
	same(chosen(&other, &good), "5000 ", "a page that was bad since");
	same(said(),
	     "mcwctl: 1 stored page is left out, whose address may be another place now: slot "
	     "B1 has the memory module of serial number 4713, and had that of 4712\n",
	     "the others are said");
	page_store(NULL, 0x6000, "offline", 5);
	same(chosen(&usual, &good), "1000 ", "back in the old machine");
	ktap_result(strstr(said(), "1 stored page is left out, whose address may be another place "
				   "now: which memory the machine had then was not known\n"),
		    "one of a machine that was not known");
	other.module[0].serial = "Unknown";
	same(chosen(&other, &good), "", "none where a module has no serial number");
	ktap_result(!good, "which is a failure");
	same(said(),
	     "mcwctl: whether the addresses of the 3 stored pages are still the same places is not "
	     "known, so nothing is done: the memory module in slot A1 has no serial number\n",
	     "the reason");
}

/* A page that is offline stays so in its own layout. */
static void test_stays(void)
{
	bool good;

	unlink(path_of("db"));
	page_store(&usual, 0x1000, "offline", 1);
	page_store(&usual, 0x1000, "left", 2);
	same(chosen(&usual, &good), "1000 ", "a page that is offline, and then left");
}

static char *taken(struct mcw_store_page *pages, size_t count, const char *iomem, size_t budget,
		   bool *good)
{
	const struct mcw_offline_files files = { path_of("soft"), path_of("iomem") };
	struct mcw_stored_pages p = { pages, count };
	static char *text;
	size_t size;
	FILE *out;

	free(text);
	text = NULL;
	out = open_memstream(&text, &size);
	if (!out)
		exit(2);
	file_write(files.iomem, iomem, strlen(iomem));
	*good = mcw_stored_pages_take(out, &p, &files, budget);
	fclose(out);
	return text;
}

static void test_taken(void)
{
	static const char iomem[] = "00001000-0009fbff : System RAM\n"
				    "000f0000-000fffff : System ROM\n"
				    "100000000-1ffffffff : System RAM\n"
				    "  100000000-100dfffff : Kernel code\n";
	struct mcw_store_page pages[] = {
		{ .page = 0x1000, .last_ns = 5 },
		{ .page = 0xf1000, .last_ns = 9 },
		{ .page = 0x100000000, .last_ns = 7 },
	};
	bool good;

	file_write(path_of("soft"), "", 0);
	same(taken(pages, 3, iomem, 9, &good),
	     "2 stored pages are offline; 1 is not in the kernel's memory\n", "two of three");
	same(file_read("soft"), "0x100000000\n0x1000\n", "the newest first");
	ktap_result(good, "which is no failure");
	same(taken(pages, 3, iomem, 1, &good),
	     "1 stored page is offline; 1 is not in the kernel's memory; 1 is beyond the budget of "
	     "1\n",
	     "a budget");
	same(file_read("soft"), "0x100000000\n", "only one");
	ktap_result(!good, "which is a failure");
	/* As a user without rights sees it. */
	same(taken(pages, 3, "00000000-00000000 : System RAM\n", 9, &good),
	     "3 stored pages are offline\n", "memory that is not known");
	same(taken(pages, 0, iomem, 9, &good), "0 stored pages are offline\n", "none");
	unlink(path_of("soft"));
	same(taken(pages, 1, iomem, 9, &good), "", "no file");
	ktap_result(!good && strstr(said(), "has no CONFIG_MEMORY_FAILURE"), "which is said");
	if (symlink("/dev/full", path_of("soft")))
		exit(2);
	pages[0].page = 0x1000;
	same(taken(pages, 1, iomem, 9, &good), "0 stored pages are offline; 1 could not be taken\n",
	     "a page that the kernel refuses");
	same(said(),
	     "mcwctl: page 0x1000 stays in use, since the kernel cannot take it: No space left on "
	     "device\n",
	     "which is said");
	ktap_result(!good, "and is a failure");
}

static void test_printed(void)
{
	struct mcw_store_page pages[] = { { .page = 0x1000 },	  { .page = 0x2000 },
					  { .page = 0x3000 },	  { .page = 0x4000 },
					  { .page = 0x5000 },	  { .page = 0x100000000 },
					  { .page = 0x100001000 } };
	struct mcw_stored_pages p = { pages, 7 };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		exit(2);
	mcw_stored_pages_print(out, &p);
	p.count = 0;
	mcw_stored_pages_print(out, &p);
	fclose(out);
	same(text,
	     "# For the kernel's command line; in a file that GRUB reads, $ is written \\$.\n"
	     "memmap=20K$0x1000,8K$0x100000000\n"
	     "# For /etc/default/grub.\n"
	     "GRUB_BADRAM=\"0x1000,0xfffffffffffff000,0x2000,0xffffffffffffe000,"
	     "0x4000,0xffffffffffffe000,0x100000000,0xffffffffffffe000\"\n"
	     "# The numbers of the pages.\n"
	     "0x1\n0x2\n0x3\n0x4\n0x5\n0x100000\n0x100001\n"
	     "# no stored page is bad\n",
	     "for the kernel's command line");
	free(text);
}

int main(void)
{
	struct mcw_store *s;

	ktap_begin();
	if (!mkdtemp(directory) || !freopen(path_of("said"), "w+", stderr))
		exit(2);
	test_layout();
	test_taken();
	test_printed();
	s = mcw_store_open(MCW_STORE_MEMORY, MCW_STORE_RECORD);
	if (s) {
		test_chosen();
		test_stays();
	} else {
		ktap_result(true, "the store # SKIP built without SQLite");
	}
	mcw_store_close(s);
	return ktap_end();
}
