/* Taking files from strangers: see take.h. */
#include "take.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_LINES = 20, MOST_FILES = 10000, MOST_DEPTH = 16 };

const char TAKE_MISSING[] = "is not there";

static const char *reason_of(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return TAKE_MISSING;
    case ELOOP:
        return "is a symbolic link";
    case EACCES:
        return "may not be read";
    default:
        return "cannot be read";
    }
}

/* Open the file's folder, one component after the other, so that no link is followed on the way. Sets *name to the rest. */
static int open_parent(const char *folder, const char *path, const char **name)
{
    int at = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    for (const char *slash; at >= 0 && (slash = strchr(path, '/')) != NULL; path = slash + 1) {
        char *component = format_string("%.*s", (int)(slash - path), path);
        bool upward = strcmp(component, "..") == 0;
        int below =
            upward ? -1 : openat(at, component, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        int error = upward ? ELOOP : errno;
        struct stat status;

        /* O_DIRECTORY hides that it was a link: ENOTDIR either way. */
        if (below < 0 && !upward && fstatat(at, component, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISLNK(status.st_mode)) {
            error = ELOOP;
        }
        free(component);
        close(at);
        at = below;
        errno = error;
    }
    *name = path;
    return at;
}

static const char *read_regular(int descriptor, struct text *bytes)
{
    char block[16384];
    size_t start = bytes->length;
    struct stat status;
    ssize_t length;

    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        return "is not a regular file";
    }
    text_append(bytes, "", 0);
    while ((length = read(descriptor, block, sizeof block)) > 0) {
        if (bytes->length - start + (size_t)length > TAKE_MOST_BYTES) {
            return "is larger than 256 KiB";
        }
        text_append(bytes, block, (size_t)length);
    }
    return length < 0 ? "cannot be read" : NULL;
}

const char *take_file(const char *folder, const char *path, struct text *bytes)
{
    const char *name;
    int parent = open_parent(folder, path, &name);
    int descriptor = -1, error = errno;
    const char *reason;

    if (parent >= 0) {
        /* O_NONBLOCK: a FIFO would keep us waiting for its other end. */
        descriptor = openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        error = errno;
        close(parent);
    }
    if (descriptor < 0) {
        return reason_of(error);
    }
    reason = read_regular(descriptor, bytes);
    close(descriptor);
    return reason;
}

struct search {
    const char *folder, *pristine;
    char *const *taken;
    size_t taken_count, seen, found;
    struct text *lines;
};

static bool is_source(const char *path)
{
    static const char *const endings[] = {".c", ".h", ".S", ".lds", ".mk"};
    const char *dot = strrchr(path, '.');

    for (size_t i = 0; dot != NULL && i < sizeof endings / sizeof endings[0]; i++) {
        if (strcmp(dot, endings[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_taken(const struct search *s, const char *path)
{
    for (size_t i = 0; i < s->taken_count; i++) {
        if (strcmp(s->taken[i], path) == 0) {
            return true;
        }
    }
    return false;
}

static void look_at(struct search *s, const char *path)
{
    struct text theirs = {0}, ours = {0};
    bool same = take_file(s->folder, path, &theirs) == NULL &&
                take_file(s->pristine, path, &ours) == NULL && theirs.length == ours.length &&
                memcmp(theirs.bytes, ours.bytes, ours.length) == 0;

    if (!same && s->found++ < MOST_LINES) {
        text_printf(s->lines, "%s\n", path);
    }
    text_free(&theirs);
    text_free(&ours);
}

static void search_below(struct search *s, const char *below, int depth)
{
    char *place = format_string("%s/%s", s->folder, below);
    DIR *directory = depth <= MOST_DEPTH ? opendir(place) : NULL;
    struct dirent *entry;

    free(place);
    while (directory != NULL && s->seen++ < MOST_FILES && (entry = readdir(directory)) != NULL) {
        char *path = format_string("%s%s%s", below, below[0] != '\0' ? "/" : "", entry->d_name);

        if (entry->d_type == DT_DIR && entry->d_name[0] != '.' && strcmp(path, "build") != 0) {
            search_below(s, path, depth + 1);
        } else if (entry->d_type == DT_REG && is_source(path) && !is_taken(s, path)) {
            look_at(s, path);
        }
        free(path);
    }
    if (directory != NULL) {
        closedir(directory);
    }
}

size_t take_list_ignored(const char *folder, const char *pristine, char *const *taken, size_t count,
                         struct text *lines)
{
    struct search s = {.folder = folder,
                       .pristine = pristine,
                       .taken = taken,
                       .taken_count = count,
                       .lines = lines};

    search_below(&s, "", 0);
    return s.found;
}
