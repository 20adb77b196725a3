/* Addresses of this program's code as people read them: see place.h. */
#include "place.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <elfutils/libdwfl.h>

/* The linker makes these for a section whose name is a word: all code under test is in it. */
extern const char __start_kernel_text[], __stop_kernel_text[];

static bool under_test(uintptr_t place)
{
    return place >= (uintptr_t)__start_kernel_text && place <= (uintptr_t)__stop_kernel_text;
}

static Dwfl *open_debug_information(void)
{
    static const Dwfl_Callbacks callbacks = {
        .find_elf = dwfl_build_id_find_elf,
        .find_debuginfo = dwfl_standard_find_debuginfo,
        .section_address = dwfl_offline_section_address,
    };
    Dwfl *dwfl = dwfl_begin(&callbacks);

    if (dwfl != NULL) {
        dwfl_report_offline(dwfl, "unit", "/proc/self/exe", -1);
        dwfl_report_end(dwfl, NULL, NULL);
    }
    return dwfl;
}

/* Code that was built a second time, as it is for the kernel, has a prefix: nobody needs to see it. */
static const char *function_name(Dwfl_Module *module, uintptr_t place)
{
    static const char prefix[] = "as_built_";
    const char *name = dwfl_module_addrname(module, place);

    if (name == NULL) {
        return "?";
    }
    return strncmp(name, prefix, strlen(prefix)) == 0 ? name + strlen(prefix) : name;
}

static const char *short_path(const char *file)
{
    return strncmp(file, "./", 2) == 0 ? file + 2 : file;
}

static void describe_one(Dwfl *dwfl, uintptr_t place, bool first, char *text, size_t size)
{
    Dwfl_Module *module = dwfl_addrmodule(dwfl, place);
    Dwfl_Line *source = module != NULL ? dwfl_module_getsrc(module, place) : NULL;
    const char *file;
    int line;

    if (source == NULL) {
        return;
    }
    file = dwfl_lineinfo(source, NULL, &line, NULL, NULL, NULL);
    if (first) {
        snprintf(text, size, "%s:%d %s", short_path(file), line, function_name(module, place));
    } else {
        snprintf(text, size, " ← %s", function_name(module, place));
    }
}

void place_describe(const uintptr_t *places, size_t count, char *text, size_t size)
{
    Dwfl *dwfl = open_debug_information();
    bool only_under_test = false;

    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        only_under_test |= under_test(places[i]);
    }
    for (size_t i = 0; dwfl != NULL && i < count && places[i] != 0; i++) {
        size_t length = strlen(text);

        if (!only_under_test || under_test(places[i])) {
            /* A return address is behind the call: the instruction before it belongs to the line. */
            describe_one(dwfl, places[i] - (i > 0), length == 0, text + length, size - length);
        }
    }
    dwfl_end(dwfl);
}
