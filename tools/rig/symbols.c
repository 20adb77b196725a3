/* What stands at an address of the kernel image – function, guard page, hole: see
 * image.h. */
#include "symbols.h"

#include <stdlib.h>
#include <string.h>

#include <gelf.h>

#include "text.h"

enum { HOLE_WORDS = 6, LONGEST_STRING = 4096 };

static const char guard_prefix[] = "guard_";

static Elf_Scn *find_section(Elf *elf, const char *name, uint32_t type, GElf_Shdr *header)
{
    size_t names = 0;
    Elf_Scn *section = NULL;

    elf_getshdrstrndx(elf, &names);
    while ((section = elf_nextscn(elf, section)) != NULL) {
        const char *its_name =
            gelf_getshdr(section, header) ? elf_strptr(elf, names, header->sh_name) : NULL;

        if (name == NULL ? header->sh_type == type
                         : its_name != NULL && strcmp(its_name, name) == 0) {
            return section;
        }
    }
    return NULL;
}

static bool is_guard(const char *name)
{
    return strncmp(name, guard_prefix, strlen(guard_prefix)) == 0;
}

static bool is_wanted(const GElf_Sym *symbol, const char *name)
{
    int type = GELF_ST_TYPE(symbol->st_info);

    return name != NULL && name[0] != '\0' && symbol->st_shndx != SHN_UNDEF &&
           (type == STT_FUNC || (is_guard(name) && (type == STT_OBJECT || type == STT_NOTYPE)));
}

static int by_address(const void *left, const void *right)
{
    uint64_t a = ((const struct image_symbol *)left)->address;
    uint64_t b = ((const struct image_symbol *)right)->address;

    return (a > b) - (a < b);
}

void symbols_load(struct image *image)
{
    GElf_Shdr header;
    GElf_Sym symbol;
    Elf_Scn *section = find_section(image->elf, NULL, SHT_SYMTAB, &header);
    Elf_Data *data = section != NULL ? elf_getdata(section, NULL) : NULL;
    size_t count = data != NULL && header.sh_entsize > 0 ? data->d_size / header.sh_entsize : 0;

    image->symbols = allocate(count * sizeof image->symbols[0]);
    for (size_t i = 0; i < count && gelf_getsym(data, (int)i, &symbol) != NULL; i++) {
        const char *name = elf_strptr(image->elf, header.sh_link, symbol.st_name);

        if (is_wanted(&symbol, name)) {
            image->symbols[image->symbol_count++] = (struct image_symbol){
                .address = symbol.st_value, .size = symbol.st_size, .name = name};
        }
    }
    qsort(image->symbols, image->symbol_count, sizeof image->symbols[0], by_address);
}

void symbols_free(struct image *image)
{
    free(image->symbols);
}

static bool holds(const struct image_symbol *symbol, uint64_t address, uint64_t least_size)
{
    uint64_t size = symbol->size > least_size ? symbol->size : least_size;

    return address >= symbol->address && address - symbol->address < size;
}

const struct image_symbol *image_function(const struct image *image, uint64_t address)
{
    for (size_t i = image->symbol_count; i-- > 0;) {
        const struct image_symbol *symbol = &image->symbols[i];

        if (!is_guard(symbol->name) && holds(symbol, address, 1)) {
            return symbol;
        }
    }
    return NULL;
}

const struct image_symbol *image_guard(const struct image *image, uint64_t address)
{
    for (size_t i = 0; i < image->symbol_count; i++) {
        if (is_guard(image->symbols[i].name) && holds(&image->symbols[i], address, 4096)) {
            return &image->symbols[i];
        }
    }
    return NULL;
}

const void *image_bytes(const struct image *image, uint64_t address, size_t size)
{
    Elf_Scn *section = NULL;
    GElf_Shdr header;

    while ((section = elf_nextscn(image->elf, section)) != NULL) {
        if (gelf_getshdr(section, &header) == NULL || !(header.sh_flags & SHF_ALLOC) ||
            header.sh_type == SHT_NOBITS || address < header.sh_addr ||
            address - header.sh_addr >= header.sh_size) {
            continue;
        }

        Elf_Data *data = elf_rawdata(section, NULL);
        uint64_t offset = address - header.sh_addr;

        if (data != NULL && data->d_buf != NULL && offset <= data->d_size &&
            size <= data->d_size - offset) {
            return (const char *)data->d_buf + offset;
        }
    }
    return NULL;
}

/* The string at `address`, or "?" when there is none that ends. */
static const char *string_at(const struct image *image, uint64_t address)
{
    for (size_t size = 1; size <= LONGEST_STRING; size++) {
        const char *bytes = image_bytes(image, address, size);

        if (bytes == NULL) {
            break;
        }
        if (bytes[size - 1] == '\0') {
            return bytes;
        }
    }
    return "?";
}

bool image_hole(const struct image *image, uint64_t address, struct image_hole *hole)
{
    GElf_Shdr header;
    Elf_Scn *section = find_section(image->elf, ".lab_todo", 0, &header);
    Elf_Data *data = section != NULL ? elf_rawdata(section, NULL) : NULL;
    uint64_t words[HOLE_WORDS];

    for (size_t at = 0; data != NULL && at + sizeof words <= data->d_size; at += sizeof words) {
        memcpy(words, (const char *)data->d_buf + at, sizeof words);
        if (words[0] == address) {
            *hole = (struct image_hole){.address = address,
                                        .line = words[4],
                                        .lab = string_at(image, words[1]),
                                        .exercise = string_at(image, words[2]),
                                        .file = string_at(image, words[3]),
                                        .text = string_at(image, words[5])};
            return true;
        }
    }
    return false;
}

bool image_has_frame(const struct image *image, uint64_t address)
{
    static const unsigned char landing[] = {0xf3, 0x0f, 0x1e, 0xfa}; /* endbr64 */
    static const unsigned char prologue[] = {0x55, 0x48, 0x89,
                                             0xe5}; /* push %rbp; mov %rsp, %rbp */
    const struct image_symbol *function = image_function(image, address);
    uint64_t start = function != NULL ? function->address : 0;
    const void *bytes = image_bytes(image, start, sizeof landing);

    if (bytes != NULL && memcmp(bytes, landing, sizeof landing) == 0) {
        start += sizeof landing;
        bytes = image_bytes(image, start, sizeof prologue);
    }
    return bytes != NULL && memcmp(bytes, prologue, sizeof prologue) == 0 &&
           address >= start + sizeof prologue;
}

/* call rel32 is e8 and four bytes; an indirect call is ff /2, two to seven bytes, with or without a
 * REX prefix before. */
bool image_after_call(const struct image *image, uint64_t address, uint64_t *target)
{
    const unsigned char *direct = image_bytes(image, address - 5, 5);
    int32_t distance;

    if (image_function(image, address - 1) == NULL) {
        return false;
    }
    if (direct != NULL && direct[0] == 0xe8) {
        memcpy(&distance, direct + 1, sizeof distance);
        *target = address + (uint64_t)(int64_t)distance;
        return true;
    }
    *target = 0;
    for (uint64_t length = 2; length <= 7; length++) {
        const unsigned char *indirect = image_bytes(image, address - length, 2);

        if (indirect != NULL && indirect[0] == 0xff && ((indirect[1] >> 3) & 7) == 2) {
            return true;
        }
    }
    return false;
}
