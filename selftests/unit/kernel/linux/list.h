/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's lists, as far as the tested files use them. */
#ifndef _UNIT_LINUX_LIST_H
#define _UNIT_LINUX_LIST_H

#include <stdbool.h>
#include <stddef.h>

static inline void *list_owner(void *node, size_t offset)
{
	return (char *)node - offset;
}

#define list_first_entry(head, type, member) \
	((type *)list_owner((head)->next, offsetof(type, member)))
#define list_entry(node, type, member) ((type *)list_owner(node, offsetof(type, member)))
#define list_for_each_entry(at, head, member)					\
	for (at = list_entry((head)->next, __typeof__(*at), member); &at->member != (head); \
	     at = list_entry(at->member.next, __typeof__(*at), member))
#define list_for_each_entry_reverse(at, head, member)				\
	for (at = list_entry((head)->prev, __typeof__(*at), member); &at->member != (head); \
	     at = list_entry(at->member.prev, __typeof__(*at), member))
#define hlist_entry(node, type, member) ((type *)list_owner(node, offsetof(type, member)))

struct list_head {
	struct list_head *next;
	struct list_head *prev;
};

static inline void INIT_LIST_HEAD(struct list_head *head)
{
	head->next = head;
	head->prev = head;
}

static inline bool list_empty(const struct list_head *head)
{
	return head->next == head;
}

static inline void list_add_tail(struct list_head *node, struct list_head *head)
{
	node->prev = head->prev;
	node->next = head;
	head->prev->next = node;
	head->prev = node;
}

/* A later use of the node then fails. */
static inline void list_del(struct list_head *node)
{
	node->prev->next = node->next;
	node->next->prev = node->prev;
	node->next = NULL;
	node->prev = NULL;
}

static inline void list_move_tail(struct list_head *node, struct list_head *head)
{
	list_del(node);
	list_add_tail(node, head);
}

struct hlist_node {
	struct hlist_node *next;
	struct hlist_node **here; /* the pointer to this node */
};

struct hlist_head {
	struct hlist_node *first;
};

static inline void INIT_HLIST_HEAD(struct hlist_head *head)
{
	head->first = NULL;
}

static inline void hlist_add_head(struct hlist_node *node, struct hlist_head *head)
{
	node->next = head->first;
	node->here = &head->first;
	if (node->next)
		node->next->here = &node->next;
	head->first = node;
}

static inline void hlist_del(struct hlist_node *node)
{
	*node->here = node->next;
	if (node->next)
		node->next->here = node->here;
	node->next = NULL;
	node->here = NULL;
}

#endif /* _UNIT_LINUX_LIST_H */
