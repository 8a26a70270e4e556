// SPDX-License-Identifier: GPL-2.0
/*
 * The lines that a panic leaves in the log. Pure; panic.c prints them, mcwctl reads them.
 */
#include <mcewarden/panic_lines.h>

#define MEMBER(_name, _member, _form, _absent) \
	{ \
		.name = (_name), .offset = __builtin_offsetof(struct mcw_record, _member), \
		.bytes = sizeof(((struct mcw_record *)0)->_member), .form = MCW_PANIC_##_form, \
		.absent = (_absent), \
	}
#define REG(_name, _member, _form, _absent) \
	MEMBER(_name, event.regs._member, _form, MCW_ABSENT_##_absent)

/* What says most comes first: a line that is cut off loses its end. */
static const struct mcw_panic_member event_members[] = {
	REG("cpu", extcpu, DECIMAL, CPU),
	REG("bank", bank, DECIMAL, BANK),
	REG("status", status, HEX, STATUS),
	REG("addr", addr, HEX, ADDR),
	REG("misc", misc, HEX, MISC),
	REG("mcgstatus", mcgstatus, HEX, MCGSTATUS),
	REG("severity", severity, DECIMAL, SEVERITY),
	MEMBER("source", event.source, DECIMAL, 0),
	MEMBER("flags", event.flags, HEX, 0),
	REG("cs", cs, HEX, CS),
	REG("ip", ip, HEX, IP),
	REG("tsc", tsc, HEX, TSC),
	REG("time", time, DECIMAL, TIME),
	REG("vendor", cpuvendor, DECIMAL, VENDOR),
	REG("cpuid", cpuid, HEX, CPUID),
	REG("microcode", microcode, HEX, MICROCODE),
	REG("socket", socketid, DECIMAL, SOCKET),
	REG("apic", apicid, HEX, APIC),
	REG("mcgcap", mcgcap, HEX, MCGCAP),
	REG("synd", synd, HEX, SYND),
	REG("ipid", ipid, HEX, IPID),
	MEMBER("synd1", event.synd1, HEX, MCW_ABSENT_SYND1),
	MEMBER("synd2", event.synd2, HEX, MCW_ABSENT_SYND2),
	REG("ppin", ppin, HEX, PPIN),
	MEMBER("mono", head.mono_ns, DECIMAL, 0),
	MEMBER("wall", head.wall_ns, DECIMAL, 0),
	REG("kflags", kflags, HEX, KFLAGS),
	REG("inject_flags", inject_flags, HEX, KFLAGS),
	MEMBER("cpu_caps", event.cpu_caps, HEX, MCW_ABSENT_MACHINE),
	MEMBER("phys_bits", event.phys_bits, DECIMAL, MCW_ABSENT_MACHINE),
	MEMBER("generation", event.generation, DECIMAL, MCW_ABSENT_MACHINE),
	MEMBER("kernel_caps", event.kernel_caps, HEX, MCW_ABSENT_MACHINE),
	MEMBER("absent", event.absent, HEX, 0),
};

static const struct mcw_panic_member outcome_members[] = {
	MEMBER("page", outcome.page, HEX, 0),
	MEMBER("actor", outcome.actor, DECIMAL, 0),
	MEMBER("action", outcome.action, DECIMAL, 0),
	MEMBER("reason", outcome.reason, DECIMAL, 0),
	MEMBER("result", outcome.result, DECIMAL, 0),
	MEMBER("err", outcome.err, DECIMAL, 0),
	MEMBER("tries", outcome.tries, DECIMAL, 0),
	MEMBER("count", outcome.count, DECIMAL, 0),
	MEMBER("grade", outcome.grade, DECIMAL, 0),
	MEMBER("rule", outcome.rule, TEXT, 0),
	MEMBER("disposition", outcome.disposition, DECIMAL, 0),
	MEMBER("tolerant", outcome.tolerant, DECIMAL, 0),
	MEMBER("flags", outcome.flags, HEX, 0),
	MEMBER("page_type", outcome.page_type, TEXT, 0),
	MEMBER("victims", outcome.victims, DECIMAL, 0),
	MEMBER("same_pos", outcome.same_pos, DECIMAL, 0),
	MEMBER("of_mono", outcome.of_mono_ns, DECIMAL, 0),
	MEMBER("mono", head.mono_ns, DECIMAL, 0),
	MEMBER("wall", head.wall_ns, DECIMAL, 0),
};

static const struct mcw_panic_member victim_members[] = {
	MEMBER("page", victim.page, HEX, 0),	     MEMBER("address", victim.address, HEX, 0),
	MEMBER("pid", victim.pid, DECIMAL, 0),	     MEMBER("tid", victim.tid, DECIMAL, 0),
	MEMBER("signal", victim.signal, DECIMAL, 0), MEMBER("code", victim.code, SIGNED, 0),
	MEMBER("lsb", victim.lsb, DECIMAL, 0),	     MEMBER("cause", victim.cause, DECIMAL, 0),
	MEMBER("comm", victim.comm, TEXT, 0),	     MEMBER("mono", head.mono_ns, DECIMAL, 0),
	MEMBER("wall", head.wall_ns, DECIMAL, 0),
};

static const struct mcw_panic_member location_members[] = {
	MEMBER("address", location.address, HEX, 0),
	MEMBER("syndrome", location.syndrome, HEX, 0),
	MEMBER("id", location.id, DECIMAL, 0),
	MEMBER("count", location.count, DECIMAL, 0),
	MEMBER("source", location.source, DECIMAL, 0),
	MEMBER("flags", location.flags, HEX, 0),
	MEMBER("part", location.part, DECIMAL, 0),
	MEMBER("parts", location.parts, DECIMAL, 0),
	MEMBER("error_type", location.error_type, DECIMAL, 0),
	MEMBER("mc", location.mc, DECIMAL, 0),
	MEMBER("grain_bits", location.grain_bits, DECIMAL, 0),
	MEMBER("layer0", location.layer[0], SIGNED, 0),
	MEMBER("layer1", location.layer[1], SIGNED, 0),
	MEMBER("layer2", location.layer[2], SIGNED, 0),
	MEMBER("mono", head.mono_ns, DECIMAL, 0),
	MEMBER("wall", head.wall_ns, DECIMAL, 0),
	MEMBER("text", location.text, TEXT, 0),
};

static const struct {
	const char *name;
	const struct mcw_panic_member *members;
	unsigned int count;
} types[] = {
	[MCW_EVENT] = { "event", event_members, ARRAY_SIZE(event_members) },
	[MCW_OUTCOME] = { "outcome", outcome_members, ARRAY_SIZE(outcome_members) },
	[MCW_LOCATION] = { "location", location_members, ARRAY_SIZE(location_members) },
	[MCW_VICTIM] = { "victim", victim_members, ARRAY_SIZE(victim_members) },
};

/**
 * mcw_panic_members() - the members of a record that its line has
 * @type: MCW_EVENT ...
 * @count: how many there are
 *
 * Context: any; pure.
 * Return: the table; NULL for a type that has no lines.
 */
const struct mcw_panic_member *mcw_panic_members(__u8 type, unsigned int *count)
{
	if (type >= ARRAY_SIZE(types))
		return NULL;
	*count = types[type].count;
	return types[type].members;
}

/**
 * mcw_panic_type_name() - the word for a type of record in its line
 * @type: MCW_EVENT ...
 *
 * Context: any; pure.
 * Return: the word; NULL for a type that has no lines.
 */
const char *mcw_panic_type_name(__u8 type)
{
	return type < ARRAY_SIZE(types) ? types[type].name : NULL;
}

struct text {
	char *at;
	unsigned int used, room; /* room: without the zero at the end */
	bool full;
};

static void put_char(struct text *t, char c)
{
	if (t->used < t->room)
		t->at[t->used++] = c;
	else
		t->full = true;
}

static void put_word(struct text *t, const char *word)
{
	while (*word)
		put_char(t, *word++);
}

static void put_number(struct text *t, __u64 value, unsigned int base)
{
	char digits[20];
	unsigned int n = 0;

	do {
		digits[n++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	while (n)
		put_char(t, digits[--n]);
}

static void put_text(struct text *t, const char *text, unsigned int bytes)
{
	unsigned int i;

	put_char(t, '"');
	for (i = 0; i < bytes; i++) {
		unsigned char c = text[i];

		if (c >= ' ' && c <= '~' && c != '"' && c != '\\') {
			put_char(t, c);
			continue;
		}
		put_word(t, "\\x");
		put_char(t, "0123456789abcdef"[c >> 4]);
		put_char(t, "0123456789abcdef"[c & 15]);
	}
	put_char(t, '"');
}

static __u64 member_value(const struct mcw_panic_member *m, const char *from)
{
	switch (m->bytes) {
	case 1:
		return *(const __u8 *)from;
	case 2:
		return *(const __u16 *)from;
	case 4:
		return *(const __u32 *)from;
	default:
		return *(const __u64 *)from;
	}
}

/* Without the zeros at the end. */
static unsigned int text_bytes(const struct mcw_panic_member *m, const char *text)
{
	unsigned int bytes = m->bytes;

	while (bytes && !text[bytes - 1])
		bytes--;
	return bytes;
}

static bool has_sign(const struct mcw_panic_member *m, __u64 value)
{
	return m->form == MCW_PANIC_SIGNED && value >> (8 * m->bytes - 1) & 1;
}

static void put_member(struct text *t, const struct mcw_panic_member *m,
		       const struct mcw_record *rec)
{
	const char *from = (const char *)rec + m->offset;
	unsigned int begin = t->used;
	__u64 value;

	if (m->form == MCW_PANIC_TEXT ? !text_bytes(m, from) : !member_value(m, from))
		return;
	put_char(t, ' ');
	put_word(t, m->name);
	put_char(t, '=');
	if (m->form == MCW_PANIC_TEXT) {
		put_text(t, from, text_bytes(m, from));
	} else {
		value = member_value(m, from);
		if (has_sign(m, value)) {
			put_char(t, '-');
			value = (1ULL << (8 * m->bytes)) - value;
		}
		put_number(t, value, m->form == MCW_PANIC_HEX ? 16 : 10);
	}
	if (t->full)
		t->used = begin;
}

/**
 * mcw_panic_line() - write the line of a record
 * @line: room for MCW_PANIC_LINE_BYTES, ended by 0; without the name of the module in front
 * @which: the event that the record is, or is about
 * @rec: the record, of a type that has lines
 *
 * Context: any; pure.
 * Return: its length; 0 for a type that has no lines.
 */
unsigned int mcw_panic_line(char *line, const struct mcw_panic_which *which,
			    const struct mcw_record *rec)
{
	struct text t = { .at = line, .room = MCW_PANIC_LINE_BYTES - sizeof(MCW_PANIC_END) };
	const struct mcw_panic_member *members;
	unsigned int i, count;

	members = mcw_panic_members(rec->head.type, &count);
	line[0] = '\0';
	if (!members)
		return 0;
	put_word(&t, MCW_PANIC_MARK);
	put_word(&t, which->bank ? "bank " : "severe ");
	put_number(&t, which->number, 10);
	put_word(&t, which->oldest ? " oldest: " : ": ");
	put_word(&t, mcw_panic_type_name(rec->head.type));
	for (i = 0; i < count && !t.full; i++)
		put_member(&t, &members[i], rec);
	if (!t.full) {
		t.room += sizeof(MCW_PANIC_END) - 1;
		put_word(&t, MCW_PANIC_END);
	}
	t.at[t.used] = '\0';
	return t.used;
}

/**
 * mcw_panic_offer() - choose among the records that nobody has read
 * @choice: what is chosen so far
 * @pos: the next record's position; the newest is offered first
 *
 * Context: any; pure.
 */
void mcw_panic_offer(struct mcw_panic_choice *choice, __u64 pos)
{
	if (choice->count < MCW_PANIC_RECORDS)
		choice->newest[choice->count++] = pos;
	choice->oldest = pos;
	choice->unread++;
}

/**
 * mcw_panic_has_room() - whether one more line may be printed
 * @bytes: of all lines so far
 * @ns: since the first line
 * @oldest: the line is of the oldest record, the last one; for it some room is kept
 *
 * Context: any; pure.
 * Return: whether it may.
 */
bool mcw_panic_has_room(__u64 bytes, __u64 ns, bool oldest)
{
	__u64 kept = oldest ? 0 : MCW_PANIC_OLDEST_BYTES;

	return bytes + kept + MCW_PANIC_LINE_BYTES <= MCW_PANIC_BYTES &&
	       ns < (oldest ? 2 : 1) * MCW_PANIC_NS;
}
