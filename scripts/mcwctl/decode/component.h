/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which part of the hardware an error is of, in few words that stay the same from model to model.
 */
#ifndef MCW_DECODE_COMPONENT_H
#define MCW_DECODE_COMPONENT_H

struct mcw_event;
struct mcw_facts;

/* Which side an error of memory is of, as far as the model's own code says it. */
enum mcw_memory_side {
	MCW_MEMORY_MODULE, /* also where nothing says it */
	MCW_MEMORY_BUS, /* between memory controller and module */
	MCW_MEMORY_CONTROLLER,
	MCW_MEMORY_HEAT, /* no error: it is slowed down */
};

enum mcw_component {
	MCW_COMPONENT_UNKNOWN,
	MCW_COMPONENT_CORE, /* a part of it that is no cache */
	MCW_COMPONENT_TLB,
	MCW_COMPONENT_CACHE, /* of no level in particular */
	MCW_COMPONENT_CACHE_L1,
	MCW_COMPONENT_CACHE_L2,
	MCW_COMPONENT_CACHE_L3,
	MCW_COMPONENT_MEMORY, /* memory controller, with its memory */
	MCW_COMPONENT_INTERCONNECT, /* inside a socket: mesh, data fabric, bus */
	MCW_COMPONENT_LINK, /* between dies or sockets */
	MCW_COMPONENT_PCIE,
	MCW_COMPONENT_ROOT_PORT, /* of PCI Express, where the record names it or a device behind */
	MCW_COMPONENT_IO, /* other I/O */
	MCW_COMPONENT_POWER, /* power management */
	MCW_COMPONENT_PROCESSOR, /* another one than the cores: security, data mover ... */
	MCW_COMPONENT_FIRMWARE, /* which reported it without saying what it is of */

	MCW_COMPONENTS,
};

/* By the registers. */
enum mcw_component mcw_component(const struct mcw_event *ev);
/* Where there are none, by what was said of the error. facts: or NULL. */
enum mcw_component mcw_component_told(const struct mcw_event *ev, const struct mcw_facts *facts);

/* "memory controller"; "unknown" where nothing says what it is. */
const char *mcw_component_name(enum mcw_component component);

#endif /* MCW_DECODE_COMPONENT_H */
