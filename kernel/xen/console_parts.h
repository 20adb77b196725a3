/*
 * What the parts of the console tell each other when the domain was restored: see console_resume.
 */
#pragma once

#include <stardust/types.h>

/** Let the sink go on at this ring and port. Context: thread, when nobody else runs. */
void console_sink_resume(mfn_t ring, evtchn_t port);

/** Let the source of the input do so. Context: as console_sink_resume. */
void console_source_resume(mfn_t ring, evtchn_t port);
