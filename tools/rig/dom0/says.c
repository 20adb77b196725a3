/* guest-says: see says.h. */
#include "says.h"

#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char seen[] = "/run/console.seen";

static size_t read_seen(void)
{
    FILE *file = fopen(seen, "r");
    size_t place = 0;

    if (file != NULL) {
        if (fscanf(file, "%zu", &place) != 1) {
            place = 0;
        }
        fclose(file);
    }
    return place;
}

static void write_seen(size_t place)
{
    FILE *file = fopen(seen, "w");

    if (file != NULL) {
        fprintf(file, "%zu\n", place);
        fclose(file);
    }
}

/* The place behind `text` in the console from `start` on; 0: it is not there. */
static size_t find(size_t start, const char *text)
{
    int file = open(SAYS_CONSOLE, O_RDONLY | O_CLOEXEC);
    struct stat status = {0};
    size_t place = 0;

    if (file >= 0 && fstat(file, &status) == 0 && (size_t)status.st_size > start) {
        size_t size = (size_t)status.st_size;
        char *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
        const char *at =
            bytes != MAP_FAILED ? memmem(bytes + start, size - start, text, strlen(text)) : NULL;

        place = at != NULL ? (size_t)(at - bytes) + strlen(text) : 0;
        if (bytes != MAP_FAILED) {
            munmap(bytes, size);
        }
    }
    close(file);
    return place;
}

static long milliseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Wait until something in /run may have changed. Returns false when the time is over. */
static bool await_change(int events, long deadline)
{
    struct pollfd source = {.fd = events, .events = POLLIN};
    long left = deadline - milliseconds();
    char block[4096];

    if (left <= 0 || poll(&source, 1, (int)left) <= 0) {
        return false;
    }
    while (read(events, block, sizeof block) > 0) {
    }
    return true;
}

static int complain(bool crashed, const char *text, long seconds)
{
    if (crashed) {
        printf("the guest crashed before it said: %s\n", text);
    } else {
        printf("the guest did not say within %ld s: %s\n", seconds, text);
    }
    return 1;
}

static int await(const char *text, long seconds)
{
    int events = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    long deadline = milliseconds() + seconds * 1000;
    bool crashed;
    size_t place;

    inotify_add_watch(events, "/run", IN_MODIFY | IN_CREATE);
    for (;;) {
        /* In this order: what a guest says before it crashes counts. */
        crashed = access(SAYS_CRASHED, F_OK) == 0;
        place = find(read_seen(), text);
        if (place != 0) {
            write_seen(place);
            return 0;
        }
        if (crashed || !await_change(events, deadline)) {
            return complain(crashed, text, seconds);
        }
    }
}

int says_main(int count, char **arguments)
{
    char *end;
    long seconds = count == 3 ? strtol(arguments[2], &end, 10) : 0;

    if (seconds <= 0 || *end != '\0' || arguments[1][0] == '\0') {
        puts("usage: guest-says TEXT SECONDS");
        return 2;
    }
    return await(arguments[1], seconds);
}
