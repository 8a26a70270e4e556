/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where in memory an error is, from what an EDAC driver or the firmware says of it beside the
 * label. Pure.
 *
 *	skx, i10nm	"ProcessorSocketId:0x0 MemoryControllerId:0x1 Row:0x1b5f7 ..."
 *	skx up to 5.17	"socket:1 imc:1 rank:0 bg:1 ba:3 row:1b5f7 col:3e8"
 *	ADXL		"ProcessorSocketId:0x0 ChannelId:0x1 DimmSlotId:0x0 ..."
 *	GHES		"node:0 card:1 module:0 rank:1 bank_group:2 row:112119 ..."
 */
#ifndef MCW_DECODE_PLACE_WORDS_H
#define MCW_DECODE_PLACE_WORDS_H

#include "decode/memory_place.h"

/* Adds what the words say. What the place has already stays. */
void mcw_place_add_words(struct mcw_memory_place *place, const char *words);

#endif /* MCW_DECODE_PLACE_WORDS_H */
