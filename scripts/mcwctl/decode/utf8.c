// SPDX-License-Identifier: GPL-2.0
/*
 * Characters in texts that come from elsewhere.
 */
#include "decode/utf8.h"

#define UNICODE_LAST 0x10ffff

static bool is_surrogate(__u32 c)
{
	return c >= 0xd800 && c < 0xe000;
}

unsigned int mcw_utf8_decode(const char *text, __u32 *c)
{
	static const __u32 least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *s = (const unsigned char *)text;
	unsigned int length;

	*c = s[0];
	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc0 && s[0] < 0xe0)
		length = 2;
	else if (s[0] >= 0xe0 && s[0] < 0xf0)
		length = 3;
	else if (s[0] >= 0xf0 && s[0] < 0xf8)
		length = 4;
	else
		return 0;
	*c &= 0x7f >> length;
	/* The end of the text is no byte that may follow. */
	for (unsigned int i = 1; i < length; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (s[i] & 0x3f);
	}
	return *c < least[length] || *c > UNICODE_LAST || is_surrogate(*c) ? 0 : length;
}

bool mcw_utf8_is_harmful(__u32 c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || is_surrogate(c) || c == 0x061c ||
	       c == 0x200e || c == 0x200f || (c >= 0x2028 && c < 0x202f) ||
	       (c >= 0x2066 && c < 0x206a) || (c >= 0xfdd0 && c < 0xfdf0) || c == 0xfeff ||
	       (c & 0xfffe) == 0xfffe;
}
