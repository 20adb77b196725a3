/* How a domain run ended: see ending.h. */
#include "ending.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "report.h"
#include "xendump.h"

static void explain_crash(struct outcome *o, const struct story *s, const struct dom0 *d,
                          struct image *image)
{
    struct xendump dump;

    if (d->machine.xen.length > 0 && xendump_read(d->machine.xen.bytes, s->id, &dump)) {
        places_complete_dump(&s->places, &dump);
        report_dump(o, image, &dump);
    } else {
        report_guest(o, image, d->console.guest.length > 0 ? d->console.guest.bytes : "");
    }
}

/* The emulation is not faultless: what dom0's own programs die of says nothing about the guest. */
static bool is_crash_of_program(int status)
{
    return status == 128 + SIGILL || status == 128 + SIGABRT || status == 128 + SIGBUS ||
           status == 128 + SIGSEGV;
}

static void explain_script(struct outcome *o, const struct story *s)
{
    const char *words = s->last_words != NULL ? s->last_words : "it printed nothing";

    if (is_crash_of_program(s->status)) {
        outcome_set(o, STATUS_RIG, "a program of dom0 crashed (signal %d): %s", s->status - 128,
                    words);
    } else {
        outcome_set(o, STATUS_SCRIPT, "the script ended with status %d: %s", s->status, words);
    }
}

void ending_of_guest(struct outcome *o, const struct story *s, const struct dom0 *d,
                     struct image *image)
{
    o->xl_reason = copy_string(s->reason);
    o->vcpus_online = s->vcpus;
    o->script = s->words.length > 0 ? copy_string(s->words.bytes) : NULL;
    if (s->scripted && s->status == 0) {
        outcome_set(o, STATUS_OK, "the script ended well");
    } else if (s->scripted && strcmp(s->reason, "crash") != 0) {
        explain_script(o, s);
    } else if (strcmp(s->reason, "poweroff") == 0) {
        outcome_set(o, STATUS_OK, "the guest powered off");
    } else if (strcmp(s->reason, "crash") == 0) {
        explain_crash(o, s, d, image);
    } else {
        outcome_set(o, STATUS_CRASH,
                    "the guest ended with the reason %s; a guest ends with SHUTDOWN_poweroff",
                    s->reason);
    }
}

void ending_refused(struct outcome *o, const struct story *s)
{
    const char *error = s->first_error != NULL ? s->first_error : "it does not say why";

    if (s->status >= 128) {
        outcome_set(o, STATUS_RIG, "xl was ended by signal %d before there was a guest",
                    s->status - 128);
    } else if (strstr(error, "xg_dom") != NULL || strstr(error, "xc_dom") != NULL) {
        outcome_set(o, STATUS_CRASH, "xl could not start the kernel: %s (is --memory enough?)",
                    error);
    } else {
        outcome_set(o, STATUS_RIG, "xl made no guest: %s", error);
    }
}

/* Xen names a domain "d1", "d1v0" or, at the end of a place in its source, ":d1v0 ". */
static bool names_domain(const char *line, int id)
{
    char name[16];
    const char *at = line;
    size_t length = (size_t)snprintf(name, sizeof name, "d%d", id);

    while ((at = strstr(at, name)) != NULL) {
        if ((at == line || strchr(" :(", at[-1]) != NULL) && strchr(" v:),.", at[length]) != NULL) {
            return true;
        }
        at += length;
    }
    return false;
}

void ending_complaints(struct outcome *o, const struct story *s, const struct dom0 *d)
{
    const char *line = d->machine.xen.length > 0 ? d->machine.xen.bytes : "";

    /* The dump of a crash begins so, and ends what Xen has to say on the guest. */
    while (*line != '\0' && strncmp(line, "Domain ", strlen("Domain ")) != 0) {
        size_t length = strcspn(line, "\n");
        char *copy = format_string("%.*s", (int)length, line);

        if (names_domain(copy, s->id)) {
            outcome_complain(o, copy);
        }
        free(copy);
        line += length + (line[length] == '\n');
    }
    if (s->console != NULL) {
        outcome_complain(o, s->console);
    }
}
