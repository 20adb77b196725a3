/* Addresses of this program's code as people read them: see place.h. */
#include "place.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <elfutils/libdwfl.h>

/* The linker makes these for a section whose name is a word: all code under test is in it. */
extern const char __start_kernel_text[], __stop_kernel_text[];

/* Files of the kernel that only pass a request on: whoever called them is at fault. */
static const char *const messengers[] = {"kernel/xen/hypercall.S", "kernel/xen/mmu.c"};

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

/* By asking each compilation unit: not every compiler leaves an index of them. */
static Dwarf_Line *find_line(Dwfl_Module *module, uintptr_t place)
{
    Dwarf_Addr bias;
    Dwarf_Die *unit = NULL;

    while ((unit = dwfl_module_nextcu(module, unit, &bias)) != NULL) {
        if (dwarf_haspc(unit, place - bias) > 0) {
            return dwarf_getsrc_die(unit, place - bias);
        }
    }
    return NULL;
}

static Dwarf_Line *line_of(Dwfl *dwfl, uintptr_t place)
{
    Dwfl_Module *module = dwfl_addrmodule(dwfl, place);

    return module != NULL ? find_line(module, place) : NULL;
}

static bool is_messenger(Dwfl *dwfl, uintptr_t place)
{
    Dwarf_Line *source = line_of(dwfl, place);

    for (size_t i = 0; source != NULL && i < sizeof messengers / sizeof messengers[0]; i++) {
        if (strcmp(short_path(dwarf_linesrc(source, NULL, NULL)), messengers[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void describe_one(Dwfl *dwfl, uintptr_t place, char *text, size_t size)
{
    Dwfl_Module *module = dwfl_addrmodule(dwfl, place);
    Dwarf_Line *source = line_of(dwfl, place);
    size_t length = strlen(text);
    int line = 0;

    if (source == NULL) {
        return;
    }
    dwarf_lineno(source, &line);
    if (length == 0) {
        snprintf(text, size, "%s:%d %s", short_path(dwarf_linesrc(source, NULL, NULL)), line,
                 function_name(module, place));
    } else {
        snprintf(text + length, size - length, " ← %s", function_name(module, place));
    }
}

/* How much the place `place` has to say: code under test more than the tests, and than what only passes a request on. */
static int weight(Dwfl *dwfl, uintptr_t place)
{
    return !under_test(place) ? 0 : is_messenger(dwfl, place) ? 1 : 2;
}

void place_describe(const uintptr_t *places, size_t count, char *text, size_t size)
{
    Dwfl *dwfl = open_debug_information();
    int least = 0;

    text[0] = '\0';
    for (size_t i = 0; dwfl != NULL && i < count && places[i] != 0; i++) {
        least = weight(dwfl, places[i]) > least ? weight(dwfl, places[i]) : least;
    }
    for (size_t i = 0; dwfl != NULL && i < count && places[i] != 0; i++) {
        if (weight(dwfl, places[i]) >= least) {
            describe_one(dwfl, places[i], text, size);
        }
    }
    dwfl_end(dwfl);
}

uintptr_t place_function_end(uintptr_t place)
{
    Dwfl *dwfl = open_debug_information();
    Dwfl_Module *module = dwfl != NULL ? dwfl_addrmodule(dwfl, place) : NULL;
    GElf_Off offset = 0;
    GElf_Sym symbol = {0};
    uintptr_t end = place;

    if (module != NULL &&
        dwfl_module_addrinfo(module, place, &offset, &symbol, NULL, NULL, NULL) != NULL) {
        end = place - offset + symbol.st_size;
    }
    dwfl_end(dwfl);
    return end;
}
