/* Running programs of strangers: see sandbox.h. bubblewrap makes the walls, util-linux sets the limits inside. */
#include "sandbox.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    SANDBOX_UID = 61017, /* no user of Debian's: owns no files, and has a limit of its own */
    MOST_ARGUMENTS = 160,
    MOST_PROCESSES = 64,
    MOST_TEMPORARY = 64 << 20
};

struct command {
    const char *words[MOST_ARGUMENTS + 1];
    size_t count;
    char *made[MOST_ARGUMENTS]; /* those words that we allocated */
    size_t made_count;
};

static bool found;
static enum sandbox_kind kind;

static void add(struct command *c, const char *word)
{
    if (c->count < MOST_ARGUMENTS) {
        c->words[c->count++] = word;
    }
}

static void add_all(struct command *c, const char *const *words)
{
    for (; words != NULL && *words != NULL; words++) {
        add(c, *words);
    }
}

/* A word that goes when the command does. */
static void add_made(struct command *c, char *word)
{
    c->made[c->made_count++] = word;
    add(c, word);
}

/* bubblewrap would make the folders above for root only. */
static void add_bind(struct command *c, const char *how, const char *path)
{
    add(c, "--dir");
    add_made(c, format_string("%.*s", (int)(strrchr(path, '/') - path), path));
    add(c, how);
    add(c, path);
    add(c, path);
}

/* Words separated by blanks. */
static void add_text(struct command *c, const char *text)
{
    char *copy = copy_string(text), *rest = NULL;

    for (char *word = strtok_r(copy, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        add_made(c, copy_string(word));
    }
    free(copy);
}

static void add_walls(struct command *c, const struct sandbox *s)
{
    add_text(c, "bwrap --unshare-ipc --unshare-pid --unshare-net --unshare-uts --die-with-parent "
                "--new-session");
    add_text(c, kind == SANDBOX_USER ? "--cap-add CAP_SETUID --cap-add CAP_SETGID"
                                     : "--unshare-user --uid 65534 --gid 65534");
    add_text(c, "--ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink "
                "usr/lib64 /lib64");
    add_text(
        c, "--dir /etc --ro-bind-try /etc/alternatives /etc/alternatives --proc /proc --dev /dev");
    add_text(c, "--perms 1777 --size");
    add_made(c, format_string("%d", MOST_TEMPORARY));
    add_text(c, "--tmpfs /tmp");
    for (const char *const *path = s->readable; path != NULL && *path != NULL; path++) {
        add_bind(c, "--ro-bind", *path);
    }
    if (s->writable != NULL) {
        add_bind(c, "--bind", s->writable);
    }
    add(c, "--chdir");
    add(c, s->directory != NULL ? s->directory : "/");
}

/* Inside the walls: first in line when memory runs out, and limits that no child can lift. */
static void add_limits(struct command *c, const struct sandbox *s)
{
    if (kind == SANDBOX_USER) {
        add_text(c, "setpriv --clear-groups --no-new-privs --inh-caps=-all");
        add_made(c, format_string("--reuid=%d", SANDBOX_UID));
        add_made(c, format_string("--regid=%d", SANDBOX_UID));
    }
    add_text(c, "choom -n 1000 -- prlimit --core=0");
    add_made(c, format_string("--cpu=%d", (int)s->seconds + 1));
    add_made(c, format_string("--fsize=%zu", s->file_size));
    if (kind != SANDBOX_NONE) {
        add_made(c, format_string("--nproc=%d", MOST_PROCESSES));
    }
    if (s->address_space > 0) {
        add_made(c, format_string("--as=%zu", s->address_space));
    }
    add_text(c, "env -i PATH=/usr/bin LC_ALL=C.UTF-8");
    add_all(c, s->environment);
    add_all(c, s->arguments);
}

static int give_entry(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    return lchown(path, SANDBOX_UID, SANDBOX_UID) == 0 ? 0 : -1;
}

static struct process_end run(const struct sandbox *s)
{
    struct command c = {.count = 0};
    struct process p = {.arguments = c.words,
                        .directory = kind == SANDBOX_NONE ? s->directory : NULL,
                        .seconds = s->seconds,
                        .output_limit = s->output_limit,
                        .output = s->output};
    struct process_end end;

    if (kind != SANDBOX_NONE) {
        add_walls(&c, s);
    }
    if (kind == SANDBOX_USER && s->writable != NULL) {
        nftw(s->writable, give_entry, 16, FTW_PHYS);
    }
    add_limits(&c, s);
    end = process_run(&p);
    while (c.made_count > 0) {
        free(c.made[--c.made_count]);
    }
    return end;
}

static bool works(enum sandbox_kind candidate)
{
    struct text output = {0};
    struct sandbox trial = {.arguments = (const char *const[]){"true", NULL},
                            .seconds = 10,
                            .file_size = 4096,
                            .output = &output};

    kind = candidate;

    bool good = run(&trial).status == 0;

    text_free(&output);
    return good;
}

enum sandbox_kind sandbox_find(void)
{
    if (!found) {
        found = true;
        if (!(geteuid() == 0 && works(SANDBOX_USER)) && !works(SANDBOX_NAMESPACE)) {
            kind = SANDBOX_NONE;
        }
    }
    return kind;
}

const char *sandbox_name(void)
{
    static const char *const names[] = {"bubblewrap, as another user",
                                        "bubblewrap, in a user namespace", "none: limits only"};

    return names[sandbox_find()];
}

char *sandbox_complaint(const struct text *output)
{
    static const char start[] = "bwrap: ";

    if (kind == SANDBOX_NONE || output->length == 0 ||
        strncmp(output->bytes, start, strlen(start)) != 0) {
        return NULL;
    }
    return format_string("%.*s", (int)strcspn(output->bytes, "\n"), output->bytes);
}

struct process_end sandbox_run(const struct sandbox *s)
{
    sandbox_find();
    return run(s);
}
