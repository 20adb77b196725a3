/* Opening and checking the kernel image: see image.h. What stands where in it: symbols.c. */
#include "image.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <xen/elfnote.h>

#include "symbols.h"
#include "text.h"

/* Which of the notes that make a PV guest were found. */
struct notes {
    bool guest_os;
    bool xen_version;
    bool loader;
};

static bool begins_with(const char *bytes, size_t length, const char *word)
{
    return length >= strlen(word) && memcmp(bytes, word, strlen(word)) == 0;
}

static void take_note(struct notes *notes, const GElf_Nhdr *note, const char *value)
{
    switch (note->n_type) {
    case XEN_ELFNOTE_GUEST_OS:
        notes->guest_os = true;
        break;
    case XEN_ELFNOTE_XEN_VERSION:
        notes->xen_version = begins_with(value, note->n_descsz, "xen-3.0");
        break;
    case XEN_ELFNOTE_LOADER:
        notes->loader = begins_with(value, note->n_descsz, "generic");
        break;
    default:
        break;
    }
}

static void read_segment(Elf *elf, const GElf_Phdr *segment, struct notes *notes)
{
    Elf_Data *data =
        elf_getdata_rawchunk(elf, (int64_t)segment->p_offset, segment->p_filesz, ELF_T_NHDR);
    size_t name, value, offset = 0;
    GElf_Nhdr note;

    while (data != NULL && (offset = gelf_getnote(data, offset, &note, &name, &value)) > 0) {
        const char *bytes = data->d_buf;

        if (note.n_namesz == 4 && memcmp(bytes + name, "Xen", 4) == 0) {
            take_note(notes, &note, bytes + value);
        }
    }
}

static struct notes read_notes(Elf *elf)
{
    struct notes notes = {0};
    size_t count = 0;
    GElf_Phdr segment;

    elf_getphdrnum(elf, &count);
    for (size_t i = 0; i < count; i++) {
        if (gelf_getphdr(elf, (int)i, &segment) != NULL && segment.p_type == PT_NOTE) {
            read_segment(elf, &segment, &notes);
        }
    }
    return notes;
}

static char *check_header(const struct image *image)
{
    GElf_Ehdr header;

    if (elf_kind(image->elf) != ELF_K_ELF || gelf_getehdr(image->elf, &header) == NULL) {
        return format_string("%s is not an ELF file: give the kernel image, build/apps/NAME.elf",
                             image->path);
    }
    if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != EM_X86_64) {
        return format_string("%s is an ELF file, but not for x86-64", image->path);
    }
    if (header.e_type != ET_EXEC) {
        return format_string("%s is not a linked kernel (its ELF type is %u, a kernel's is %u)",
                             image->path, header.e_type, ET_EXEC);
    }
    return NULL;
}

static char *check_notes(const struct image *image)
{
    struct notes notes = read_notes(image->elf);
    const char *missing = !notes.guest_os      ? "GUEST_OS"
                          : !notes.xen_version ? "XEN_VERSION \"xen-3.0\""
                          : !notes.loader      ? "LOADER \"generic\""
                                               : NULL;

    if (missing == NULL) {
        return NULL;
    }
    return format_string("%s is not a Xen PV guest: no ELF note %s in a PT_NOTE segment",
                         image->path, missing);
}

static char *open_file(struct image *image)
{
    struct stat status;

    image->descriptor = open(image->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (image->descriptor < 0) {
        return format_string("cannot open kernel image %s: %s", image->path, strerror(errno));
    }
    if (fstat(image->descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        return format_string("%s is not a file: give the kernel image, build/apps/NAME.elf",
                             image->path);
    }
    elf_version(EV_CURRENT);
    image->elf = elf_begin(image->descriptor, ELF_C_READ, NULL);
    return image->elf == NULL ? format_string("cannot read %s: %s", image->path, elf_errmsg(-1))
                              : NULL;
}

char *image_open(struct image *image, const char *path)
{
    char *problem;

    *image = (struct image){.path = path, .descriptor = -1};
    problem = open_file(image);
    if (problem == NULL) {
        problem = check_header(image);
    }
    if (problem == NULL) {
        problem = check_notes(image);
    }
    if (problem == NULL) {
        symbols_load(image);
    } else {
        image_close(image);
    }
    return problem;
}

void image_close(struct image *image)
{
    if (image->elf == NULL && image->descriptor <= 0) {
        return;
    }
    symbols_free(image);
    elf_end(image->elf);
    if (image->descriptor >= 0) {
        close(image->descriptor);
    }
    *image = (struct image){.descriptor = -1};
}
