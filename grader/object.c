/* Judging a student's object files: see object.h. */
#include "object.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gelf.h>

struct object {
    int descriptor;
    Elf *elf;
};

static char *open_object(const char *path, struct object *o)
{
    GElf_Ehdr header;

    elf_version(EV_CURRENT);
    o->descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    o->elf = o->descriptor >= 0 ? elf_begin(o->descriptor, ELF_C_READ, NULL) : NULL;
    if (o->elf == NULL || gelf_getehdr(o->elf, &header) == NULL || header.e_type != ET_REL) {
        return format_string("%s is no object file", path);
    }
    return NULL;
}

static void close_object(struct object *o)
{
    elf_end(o->elf);
    if (o->descriptor >= 0) {
        close(o->descriptor);
    }
}

/* The next section of type `type` behind `section` (NULL: the first), with its header. */
static Elf_Scn *next_section(Elf *elf, Elf_Scn *section, GElf_Word type, GElf_Shdr *header)
{
    while ((section = elf_nextscn(elf, section)) != NULL) {
        if (gelf_getshdr(section, header) != NULL &&
            (type == SHT_NULL || header->sh_type == type)) {
            return section;
        }
    }
    return NULL;
}

/* What to do with a symbol; a text ends the walk and is its result. */
typedef char *symbol_visit(const char *name, const GElf_Sym *symbol, void *user);

static char *each_symbol(Elf *elf, symbol_visit *visit, void *user)
{
    GElf_Shdr header;
    Elf_Scn *section = next_section(elf, NULL, SHT_SYMTAB, &header);
    Elf_Data *data = section != NULL ? elf_getdata(section, NULL) : NULL;
    char *reason = NULL;
    GElf_Sym symbol;

    for (int i = 1; data != NULL && reason == NULL && gelf_getsym(data, i, &symbol) != NULL; i++) {
        const char *name = elf_strptr(elf, header.sh_link, symbol.st_name);

        reason = visit(name != NULL ? name : "?", &symbol, user);
    }
    return reason;
}

static char *collect(const char *name, const GElf_Sym *symbol, void *user)
{
    struct object_names *n = user;

    if (GELF_ST_BIND(symbol->st_info) != STB_LOCAL) {
        names_add(symbol->st_shndx == SHN_UNDEF ? &n->wanted : &n->defined, name);
    }
    return NULL;
}

char *object_read_names(const char *path, struct object_names *n)
{
    struct object o;
    char *reason = open_object(path, &o);

    if (reason == NULL) {
        each_symbol(o.elf, collect, n);
    }
    close_object(&o);
    return reason;
}

static bool begins(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static bool begins_with_one_of(const char *text, const char *const *starts)
{
    for (; *starts != NULL; starts++) {
        if (begins(text, *starts)) {
            return true;
        }
    }
    return false;
}

/* AddressSanitizer's own constructor and destructor of a C file: one pointer each, and no more than that. */
static bool is_sanitizers(const char *name, const GElf_Shdr *header)
{
    return (strcmp(name, ".init_array.00099") == 0 || strcmp(name, ".fini_array.00099") == 0) &&
           header->sh_size == 8;
}

static bool is_expected(const char *name, enum object_use use)
{
    static const char *const everywhere[] = {".data",
                                             ".bss",
                                             ".rodata",
                                             ".lab_todo",
                                             ".debug_",
                                             ".symtab",
                                             ".strtab",
                                             ".shstrtab",
                                             ".comment",
                                             ".group",
                                             ".eh_frame",
                                             ".note.GNU-stack",
                                             ".note.gnu.property",
                                             NULL};

    /* In the unit tests system calls are caught in these two sections of code, and nowhere else. */
    if (strcmp(name, ".text") == 0 || strcmp(name, ".text.unlikely") == 0) {
        return true;
    }
    return begins_with_one_of(name, everywhere) || (use == OBJECT_KERNEL && begins(name, ".text."));
}

static char *judge_sections(Elf *elf, enum object_use use, bool assembly)
{
    bool sanitized = use == OBJECT_CHECKED && !assembly;
    size_t names, constructors = 0;
    GElf_Shdr header;

    if (elf_getshdrstrndx(elf, &names) != 0) {
        return copy_string("it is no object file");
    }
    for (Elf_Scn *s = NULL; (s = next_section(elf, s, SHT_NULL, &header)) != NULL;) {
        const char *name = elf_strptr(elf, names, header.sh_name);
        const char *plain = name == NULL                                           ? "?"
                            : header.sh_type == SHT_RELA && begins(name, ".rela.") ? name + 5
                                                                                   : name;

        if (is_expected(plain, use) ||
            (sanitized && (header.sh_type == SHT_RELA || begins(plain, "asan_globals"))) ||
            (sanitized && is_sanitizers(plain, &header) && constructors++ < 2)) {
            continue;
        }
        return format_string("it has a section %s: code that runs by itself, or lies in a place of "
                             "its own, is not part "
                             "of a lab",
                             plain);
    }
    return NULL;
}

static char *judge_definition(const char *name, const struct object_rules *r)
{
    /* __odr_asan.NAME: the sanitizer's mark on each of the file's own variables. */
    if (names_have(r->skeleton, name) ||
        (r->use == OBJECT_CHECKED && begins(name, "__odr_asan."))) {
        return NULL;
    }
    if (name[0] == '_' || begins(name, "CU_") || strcmp(name, "main") == 0 ||
        dlsym(RTLD_DEFAULT, name) != NULL) {
        return format_string("it defines %s, a name that belongs to the C library or to the tests",
                             name);
    }
    if (names_have(&r->around->defined, name) || names_have(&r->around->wanted, name)) {
        return format_string(
            "it defines %s, which is the name of something outside the lab's files", name);
    }
    return NULL;
}

static char *judge_wish(const char *name, const struct object_rules *r)
{
    static const char *const compilers[] = {"memcpy",
                                            "memset",
                                            "memmove",
                                            "memcmp",
                                            "_GLOBAL_OFFSET_TABLE_",
                                            "__stack_chk_fail",
                                            "__stack_chk_guard",
                                            NULL};
    static const char *const sanitizers[] = {"__asan_", "__ubsan_", NULL};
    static const char *const explorers[] = {"explore_point",
                                            NULL}; /* see tests/fakexen/points.awk */

    for (size_t i = 0; compilers[i] != NULL; i++) {
        if (strcmp(name, compilers[i]) == 0) {
            return NULL;
        }
    }
    if ((r->use == OBJECT_CHECKED && begins_with_one_of(name, sanitizers)) ||
        (r->use == OBJECT_AS_BUILT && begins_with_one_of(name, explorers)) ||
        names_have(r->usable, name) || names_have(r->theirs, name)) {
        return NULL;
    }
    return format_string("it uses %s, which is not part of the kernel", name);
}

static char *judge_symbol(const char *name, const GElf_Sym *symbol, void *user)
{
    const struct object_rules *r = user;

    if (GELF_ST_TYPE(symbol->st_info) == STT_GNU_IFUNC) {
        return format_string("%s is an indirect function: it would run before any test", name);
    }
    if (GELF_ST_BIND(symbol->st_info) == STB_LOCAL) {
        return NULL;
    }
    return symbol->st_shndx == SHN_UNDEF ? judge_wish(name, r) : judge_definition(name, r);
}

char *object_judge(const char *path, const char *source, const struct object_rules *rules)
{
    const char *ending = strrchr(source, '.');
    bool assembly = ending != NULL && strcmp(ending, ".S") == 0;
    struct object o;
    char *reason = open_object(path, &o);

    if (reason == NULL) {
        reason = judge_sections(o.elf, rules->use, assembly);
    }
    if (reason == NULL) {
        reason = each_symbol(o.elf, judge_symbol, (void *)rules);
    }
    close_object(&o);
    return reason;
}
