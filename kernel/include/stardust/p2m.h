/*
 * The list of this guest's machine frames, published for the toolstack: saving, migrating and dumping a guest begin there.
 *
 * Document: struct arch_shared_info in the public header xen/arch-x86/xen.h.
 */
#pragma once

/** Publish the list, in both forms that toolstacks know. Panics when there is no memory for it. Context: boot. */
void p2m_publish(void);
