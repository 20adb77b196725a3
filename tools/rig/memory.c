/* Reading a machine's memory through QEMU's monitor: see memory.h. */
#include "memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_SECONDS = 5 };

static char *ask(struct qmp *q, struct events *e, char *line)
{
    char *answer = qmp_monitor(q, e, ANSWER_SECONDS, line);

    free(line);
    return answer;
}

size_t memory_read(struct qmp *q, struct events *e, unsigned cpu, uint64_t address, uint64_t *words,
                   size_t most)
{
    char *chosen = ask(q, e, format_string("cpu %u", cpu));
    char *answer =
        chosen != NULL ? ask(q, e, format_string("x/%zugx 0x%" PRIx64, most, address)) : NULL;
    size_t count = 0;

    /* "0000000000405f88: 0x00000000004003a4 0x0000000000000246"; the sentence after the last word
     * has no such number. */
    for (const char *at = answer; at != NULL && count < most && (at = strstr(at, " 0x")) != NULL;) {
        char *end;

        words[count] = strtoull(at + strlen(" 0x"), &end, 16);
        count += end - at == strlen(" 0x") + 16;
        at = end;
    }
    free(answer);
    free(chosen);
    return count;
}
