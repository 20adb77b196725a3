/* A lost wake-up, in words: see lost.h. */
#include "lost.h"

#include <stdio.h>
#include <string.h>

#include "event.h"
#include "fakexen.h"
#include "runner/test.h"

static void describe_poll(const struct fakexen_vcpu *v, char *text, size_t size)
{
    if (v->poll_count != 1) {
        snprintf(text, size, "polls %u ports (SCHEDOP_poll)", v->poll_count);
    } else {
        snprintf(text, size, "polls port %u (SCHEDOP_poll), which has no event", v->poll_port);
    }
}

static void describe_block(const struct fakexen_vcpu *v, char *text, size_t size)
{
    snprintf(text, size, "waits for an upcall (SCHEDOP_block)%s%s",
             v->info->evtchn_upcall_mask ? ", which it masks" : "",
             v->info->evtchn_upcall_pending ? ", and one is pending" : "");
}

void lost_describe(char *text, size_t size)
{
    text[0] = '\0';
    for (unsigned i = 0; i < fakexen.options.vcpus; i++) {
        const struct fakexen_vcpu *v = &fakexen.vcpus[i];
        char what[160];

        if (v->wait == WAIT_POLL) {
            describe_poll(v, what, sizeof what);
        } else if (v->wait == WAIT_BLOCK) {
            describe_block(v, what, sizeof what);
        } else {
            continue;
        }
        snprintf(text + strlen(text), size - strlen(text), "%svCPU %u %s", text[0] ? "; " : "", i,
                 what);
    }
}

void lost_fail(void)
{
    char what[500];

    lost_describe(what, sizeof what);
    test_fail(&(struct failure){
        .rule = "who waits is woken, or has a time limit",
        .did = what,
        .expected = "an event or a timer that ends the wait",
        .usually =
            "an event came between looking and waiting; its port is masked; or no timer was set",
    });
}
