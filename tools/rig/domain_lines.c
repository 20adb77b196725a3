/* What dom0 says during a domain run, and who has to know of it. */
#include <stdio.h>
#include <string.h>

#include "domain.h"
#include "process.h"

/* What people type goes on as long as they type: the last resort of the run must not come first. */
static void allow_typing(struct domain *n)
{
    double deadline = clock_seconds() + DOMAIN_REST_SECONDS + 4 * n->options->timeout;

    n->dom0.typing.allowed = true;
    n->events.deadline = deadline > n->events.deadline ? deadline : n->events.deadline;
}

void domain_take_lines(struct domain *n)
{
    static const char script[] = "script ";
    struct text line = {0};

    while (dom0_line(&n->dom0, &line)) {
        unsigned typed = n->story.typed;
        int id = n->story.id;

        log_line(&n->log, "dom0 says: %s", line.bytes);
        if (!n->options->quiet && strncmp(line.bytes, script, strlen(script)) == 0) {
            fprintf(stderr, "script: %s\n", line.bytes + strlen(script));
        }
        story_take(&n->story, line.bytes);
        if (n->story.typed != typed || n->story.id != id) {
            allow_typing(n);
        }
    }
    text_free(&line);
}
