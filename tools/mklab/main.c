/* mklab: makes the labs from the reference. What it can do stands in `usage`. */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "branch.h"
#include "file.h"
#include "labtree.h"
#include "leak.h"
#include "message.h"
#include "reference.h"
#include "tree_read.h"
#include "tree_write.h"

static const char usage[] =
    "usage: mklab COMMAND [OPTIONS]\n"
    "  labs                      list the labs: folder, name, title\n"
    "  check                     check all markers and lab.ini files\n"
    "  tree --lab=NAME           write the tree of a lab to --out=DIR (else build/lab/NN-NAME)\n"
    "       --open | --solved    its holes open (the default), or filled\n"
    "       --also=DIR           write it to DIR, too\n"
    "       --hidden             keep the lab's hidden tests: for grading, not for students\n"
    "       --again              rewrite only what differs in DIR, keep its build/, drop what was "
    "changed there\n"
    "  leak --lab=NAME --tree=DIR  prove that DIR does not have the answer\n"
    "  branches                  write the git branches lab/NN-NAME of --commit=HEAD\n"
    "  publish --to=REPOSITORY   write them, then push them and nothing else\n"
    "options of all: --root=DIR  the reference (else the current folder)\n"
    "                --commit=C  the reference as it is in that commit, not as it is in the "
    "folder\n";

struct options {
    const char *lab, *out, *also, *tree, *to, *commit;
    bool again;
    struct labtree_options labtree;
};

static void begin(struct reference *r, const struct options *o)
{
    reference_read(r, ".", o->commit);
}

/* Read the reference and insist that its rules are kept. */
static void begin_checked(struct reference *r, const struct options *o)
{
    struct text errors = {0};

    begin(r, o);
    reference_check(r, &errors);
    if (errors.length > 0) {
        fflush(stdout);
        fputs(errors.bytes, stderr);
        exit(STATUS_USAGE);
    }
    if (r->labs.count == 0) {
        fail(STATUS_USAGE, "there is no labs/NN-name/lab.ini here: is this the project's folder?");
    }
    text_free(&errors);
}

/* One at a time in this folder: two that write the same tree would be in each other's way. */
static void lock(void)
{
    int error = directory_make("build");

    error = error != 0 ? error : file_lock("build/mklab.lock", "mklab");
    if (error < 0) {
        fail(STATUS_FAILED, "cannot lock build/mklab.lock: %s", strerror(-error));
    }
}

static int list_labs(const struct options *o)
{
    struct reference r;
    struct text errors = {0};

    begin(&r, o);
    labs_read(&r.tree, &r.labs, &errors);
    for (size_t i = 0; i < r.labs.count; i++) {
        const struct lab *lab = &r.labs.list[i];

        printf("%s\t%s\t%s\n", lab->folder, lab->name != NULL ? lab->name : "?",
               lab->title != NULL ? lab->title : "?");
    }
    reference_free(&r);
    text_free(&errors);
    return STATUS_OK;
}

static int check(const struct options *o)
{
    struct reference r;

    begin_checked(&r, o);
    printf("mklab: %zu lab%s with %zu holes: every marker is as it should be\n", r.labs.count,
           r.labs.count == 1 ? "" : "s", r.holes.count);
    reference_free(&r);
    return STATUS_OK;
}

static void write_tree(struct tree *t, const char *out, bool again)
{
    char *folder = copy_string(out);

    for (size_t end = strlen(folder); end > 1 && folder[end - 1] == '/'; end--) {
        folder[end - 1] = '\0';
    }
    if (again) {
        tree_write_again(t, folder);
    } else {
        tree_write_whole(t, folder);
    }
    free(folder);
}

static int make_tree(const struct options *o)
{
    struct reference r;
    struct tree tree = {0};

    lock();
    begin_checked(&r, o);

    const struct lab *lab = labs_want(&r.labs, o->lab);
    char *out = o->out != NULL ? copy_string(o->out) : format_string("build/lab/%s", lab->folder);

    labtree_make(&r, lab, &o->labtree, &tree);
    write_tree(&tree, out, o->again);
    if (o->also != NULL) {
        write_tree(&tree, o->also, o->again);
    }
    printf("wrote lab %s (%s) to %s: %zu files\n", lab->folder,
           o->labtree.solved ? "solved" : "open", out, tree.count);
    free(out);
    tree_free(&tree);
    reference_free(&r);
    return STATUS_OK;
}

static int prove(const struct options *o)
{
    struct reference r;
    struct tree tree = {0};
    struct text report = {0};

    if (o->tree == NULL) {
        fail(STATUS_USAGE, "leak wants --tree=DIR, the tree to look at");
    }
    begin_checked(&r, o);
    tree_read_folder(&tree, o->tree);

    size_t lines = leak_find(&r, labs_want(&r.labs, o->lab), &tree, &report);
    bool clean = report.length == 0;

    fputs(clean ? "" : report.bytes, stderr);
    if (clean) {
        printf("mklab: none of the %zu lines of the answer is in %s\n", lines, o->tree);
    }
    text_free(&report);
    tree_free(&tree);
    reference_free(&r);
    return clean ? STATUS_OK : STATUS_FAILED;
}

static int make_branches(const struct options *o)
{
    struct options committed = *o;
    struct reference r;

    if (committed.commit == NULL) {
        committed.commit = "HEAD";
    }
    lock();
    begin_checked(&r, &committed);
    branches_make(&r, ".");
    if (o->to != NULL) {
        branches_publish(&r, ".", o->to);
    }
    reference_free(&r);
    return STATUS_OK;
}

static int publish(const struct options *o)
{
    if (o->to == NULL || o->to[0] == '\0') {
        fail(STATUS_USAGE, "publish where? Say TO=REPOSITORY");
    }
    return make_branches(o);
}

/* A path given by the user, who stands in `here`, as seen from the folder of --root. The copy is never freed. */
static const char *from_here(const char *here, const char *path)
{
    return path == NULL || path[0] == '/' ? path : format_string("%s/%s", here, path);
}

/* The folder of --root becomes the current one; other paths are taken from where the user stands. */
static void enter(const char *root, struct options *o)
{
    char *here = getcwd(NULL, 0);

    if (root == NULL || here == NULL) {
        free(here);
        return;
    }

    const char *to = from_here(here, o->to);

    o->out = from_here(here, o->out);
    o->also = from_here(here, o->also);
    o->tree = from_here(here, o->tree);
    /* What is no folder here is a remote's name or an address. */
    o->to = to != NULL && access(to, F_OK) == 0 ? to : o->to;
    if (chdir(root) != 0) {
        fail(STATUS_USAGE, "there is no folder '%s'", root);
    }
    free(here);
}

static void read_options(int count, char **words, struct options *o)
{
    enum { FLAG, STRING }; /* what getopt_long answers */
    const char *root = NULL;
    int solved = 0, hidden = 0, again = 0, place = 0, answer;
    const struct option names[] = {
        {"lab", required_argument, NULL, STRING},  {"out", required_argument, NULL, STRING},
        {"also", required_argument, NULL, STRING}, {"tree", required_argument, NULL, STRING},
        {"to", required_argument, NULL, STRING},   {"commit", required_argument, NULL, STRING},
        {"root", required_argument, NULL, STRING}, {"open", no_argument, &solved, 0},
        {"solved", no_argument, &solved, 1},       {"hidden", no_argument, &hidden, 1},
        {"again", no_argument, &again, 1},         {NULL, 0, NULL, 0},
    };
    const char **strings[] = {&o->lab, &o->out, &o->also, &o->tree, &o->to, &o->commit, &root};

    while ((answer = getopt_long(count, words, "", names, &place)) != -1) {
        if (answer == STRING) {
            *strings[place] = optarg;
        } else if (answer != FLAG) {
            exit(STATUS_USAGE);
        }
    }
    if (optind < count) {
        fail(STATUS_USAGE, "what is '%s'? mklab --help tells what there is", words[optind]);
    }
    o->labtree = (struct labtree_options){.solved = solved != 0, .hidden = hidden != 0};
    o->again = again != 0;
    enter(root, o);
}

/* A git hook that runs us has its own repository and index in these; ours are those of the root. */
static void forget_git(void)
{
    static const char *const names[] = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        unsetenv(names[i]);
    }
}

int main(int count, char **words)
{
    static const struct {
        const char *name;
        int (*run)(const struct options *o);
    } commands[] = {{"labs", list_labs},         {"check", check},
                    {"tree", make_tree},         {"leak", prove},
                    {"branches", make_branches}, {"publish", publish}};
    struct options o = {.lab = ""};

    message_name("mklab");
    forget_git();
    if (count < 2 || strcmp(words[1], "--help") == 0) {
        fputs(usage, count < 2 ? stderr : stdout);
        return count < 2 ? STATUS_USAGE : STATUS_OK;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(words[1], commands[i].name) == 0) {
            read_options(count - 1, words + 1, &o);
            return commands[i].run(&o);
        }
    }
    fail(STATUS_USAGE, "there is no command '%s'; mklab --help lists them", words[1]);
}
