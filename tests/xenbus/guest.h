/*
 * Devices as a guest uses them: what its two drivers share.
 */
#pragma once

#include <stardust/xenbus.h>

extern struct xenbus_driver network, disk;

/** Print "vif/0: " and what. */
void say(const struct xenbus_device *device, const char *what);

/** Share `pages` pages and an event channel with the backend. */
int share(struct xenbus_device *device, unsigned pages);

/** What a driver does that is the same for both. `data` is a struct xenbus_link. */
int probe(struct xenbus_device *device);
void stop(struct xenbus_device *device);
void disconnect(struct xenbus_device *device);
void removed(struct xenbus_device *device);
