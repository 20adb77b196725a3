/* Fair time limits: see patience.h. What the kernel knows of a thread's waiting is in its schedstat. */
#include "patience.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "text.h"

enum { MOST_TIMES = 3 };

/* The second number of schedstat: nanoseconds in the run queue. */
static double thread_waited(const char *folder, const char *thread)
{
    char *path = format_string("%s/%s/schedstat", folder, thread);
    FILE *file = fopen(path, "re");
    uint64_t running, waiting = 0;

    if (file != NULL) {
        if (fscanf(file, "%" SCNu64 " %" SCNu64, &running, &waiting) != 2) {
            waiting = 0;
        }
        fclose(file);
    }
    free(path);
    return (double)waiting / 1e9;
}

double patience_waited(pid_t pid)
{
    char *folder = format_string("/proc/%ld/task", (long)pid);
    DIR *threads = opendir(folder);
    const struct dirent *entry;
    double most = 0;

    while (threads != NULL && (entry = readdir(threads)) != NULL) {
        double waited = thread_waited(folder, entry->d_name);

        most = waited > most ? waited : most;
    }
    if (threads != NULL) {
        closedir(threads);
    }
    free(folder);
    return most;
}

double patience_end(double start, double seconds, pid_t pid)
{
    double waited = patience_waited(pid);

    return start + seconds + (waited < MOST_TIMES * seconds ? waited : MOST_TIMES * seconds);
}
