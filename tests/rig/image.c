/* What the rig accepts as a kernel image, and what it finds in one: tools/rig/image.h. */
#include "image.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "file.h"
#include "tests/tap/tap.h"
#include "text.h"

static const char guest[] = "build/tests/rig/guest.elf";

enum { DAMAGES = 1500 };

static struct image opened(void)
{
    struct image image;
    char *problem = image_open(&image, guest);

    CU_ASSERT_PTR_NULL_FATAL(problem);
    return image;
}

static uint64_t address_of(const struct image *image, const char *name)
{
    for (size_t i = 0; i < image->symbol_count; i++) {
        if (strcmp(image->symbols[i].name, name) == 0) {
            return image->symbols[i].address;
        }
    }
    CU_FAIL_FATAL("no such symbol");
    return 0;
}

static void refuse(const char *path, const char *why)
{
    struct image image;
    char *problem = image_open(&image, path);

    CU_ASSERT_PTR_NOT_NULL_FATAL(problem);
    CU_ASSERT_PTR_NOT_NULL(strstr(problem, why));
    CU_ASSERT_PTR_NULL(strchr(problem, '\n'));
    free(problem);
    image_close(&image);
}

static void refuses_others(void)
{
    refuse("build/tests/rig/absent.elf", "No such file");
    refuse("tests/rig", "not a file");
    refuse("/dev/null", "not a file");
    refuse("tests/rig/image.c", "not an ELF file");
    refuse("build/bin/rig", "not a linked kernel");
    refuse("build/xen/hypervisor", "not for x86-64");
}

/* `damage` changes a copy of the guest's image; then it is opened and looked at in every way.
 * Returns the problem. */
static char *open_damaged(const struct text *bytes)
{
    char *path = format_string("build/tests/rig/damaged.%ld", (long)getpid());
    struct image image;
    struct image_hole hole;
    char *problem;

    CU_ASSERT_EQUAL_FATAL(file_write(path, bytes->bytes, bytes->length), 0);
    problem = image_open(&image, path);
    if (problem == NULL) {
        uint64_t target;

        for (uint64_t address = 0x400000; address < 0x401000; address += 0x80) {
            image_function(&image, address);
            image_guard(&image, address);
            image_hole(&image, address, &hole);
            image_after_call(&image, address, &target);
            image_has_frame(&image, address);
        }
        free(image_place(&image, 0x400010));
        image_close(&image);
    }
    unlink(path);
    free(path);
    return problem;
}

static void survives_truncation(void)
{
    struct text whole = {0};

    CU_ASSERT_EQUAL_FATAL(file_read(guest, 1 << 24, &whole), 0);
    for (size_t length = 0; length < whole.length; length += whole.length / 200) {
        struct text part = {.bytes = whole.bytes, .length = length};

        free(open_damaged(&part));
    }
    text_free(&whole);
}

static void survives_damage(void)
{
    struct text whole = {0};

    CU_ASSERT_EQUAL_FATAL(file_read(guest, 1 << 24, &whole), 0);
    srandom(1);
    for (int i = 0; i < DAMAGES; i++) {
        /* Headers, section table and notes matter most: half of the damage goes to the first and
         * last kilobyte. */
        size_t at = (size_t)random() % whole.length;
        char before;

        at = i % 4 == 0 ? at % 1024 : i % 4 == 1 ? whole.length - 1 - at % 1024 : at;
        before = whole.bytes[at];
        whole.bytes[at] = (char)random();
        free(open_damaged(&whole));
        whole.bytes[at] = before;
    }
    text_free(&whole);
}

static void needs_notes(void)
{
    struct text whole = {0};
    char *version, *problem;

    CU_ASSERT_EQUAL_FATAL(file_read(guest, 1 << 24, &whole), 0);
    version = memmem(whole.bytes, whole.length, "xen-3.0", 7);
    CU_ASSERT_PTR_NOT_NULL_FATAL(version);
    version[4] = '9';
    problem = open_damaged(&whole);
    CU_ASSERT_PTR_NOT_NULL_FATAL(problem);
    CU_ASSERT_PTR_NOT_NULL(strstr(problem, "not a Xen PV guest"));
    free(problem);
    text_free(&whole);
}

static void knows_functions(void)
{
    struct image image = opened();
    uint64_t start = address_of(&image, "_start");

    CU_ASSERT_STRING_EQUAL(image_function(&image, start)->name, "_start");
    CU_ASSERT_STRING_EQUAL(image_function(&image, start + 1)->name, "_start");
    CU_ASSERT_PTR_NULL(image_function(&image, 0));
    CU_ASSERT_PTR_NULL(image_function(&image, address_of(&image, "guard_boot_stack")));
    image_close(&image);
}

static void knows_guards(void)
{
    struct image image = opened();
    uint64_t guard = address_of(&image, "guard_boot_stack");

    CU_ASSERT_PTR_NULL(image_guard(&image, guard - 1));
    CU_ASSERT_STRING_EQUAL(image_guard(&image, guard)->name, "guard_boot_stack");
    CU_ASSERT_STRING_EQUAL(image_guard(&image, guard + 4095)->name, "guard_boot_stack");
    CU_ASSERT_PTR_NULL(image_guard(&image, guard + 4096));
    image_close(&image);
}

static void knows_holes(void)
{
    struct image image = opened();
    struct image_hole hole;
    uint64_t place = address_of(&image, "hole") + 4; /* behind push %rbp; mov %rsp, %rbp */

    CU_ASSERT_FALSE(image_hole(&image, place + 1, &hole));
    CU_ASSERT_TRUE_FATAL(image_hole(&image, place, &hole));
    CU_ASSERT_STRING_EQUAL(hole.lab, "boot");
    CU_ASSERT_STRING_EQUAL(hole.exercise, "1.2");
    CU_ASSERT_STRING_EQUAL(hole.file, "tests/rig/guest/entry.S");
    CU_ASSERT_STRING_EQUAL(hole.text, "put one character into the ring");
    CU_ASSERT(hole.line > 0);
    image_close(&image);
}

static void knows_lines_and_frames(void)
{
    struct image image = opened();
    uint64_t hole = address_of(&image, "hole");
    char *place = image_place(&image, address_of(&image, "guest_main"));

    CU_ASSERT_PTR_NOT_NULL_FATAL(place);
    CU_ASSERT_EQUAL(strncmp(place, "tests/rig/guest/guest.c:", 24), 0);
    CU_ASSERT(atoi(place + 24) > 0);
    free(place);
    CU_ASSERT_PTR_NULL(image_place(&image, 0x10));
    CU_ASSERT_FALSE(image_has_frame(&image, hole + 1));
    CU_ASSERT_TRUE(image_has_frame(&image, hole + 4));
    image_close(&image);
}

static void gives_no_bytes_beyond_section(void)
{
    struct image image = opened();
    uint64_t start = address_of(&image, "_start");
    size_t size = 1;

    while (size < 1 << 20 && image_bytes(&image, start, size) != NULL) {
        size++;
    }
    CU_ASSERT(size > 0x100 && size < 0x1000);
    CU_ASSERT_PTR_NULL(image_bytes(&image, start, 1 << 20));
    CU_ASSERT_PTR_NULL(image_bytes(&image, start, SIZE_MAX));
    CU_ASSERT_PTR_NULL(image_bytes(&image, start - 1, 2));
    CU_ASSERT_PTR_NULL(image_bytes(&image, address_of(&image, "guard_boot_stack"), 1));
    image_close(&image);
}

static void knows_calls(void)
{
    struct image image = opened();
    uint64_t start = address_of(&image, "_start");
    uint64_t target = 0;
    int calls = 0;

    for (uint64_t address = start; address < start + 0x40; address++) {
        if (image_after_call(&image, address, &target) &&
            target == address_of(&image, "guest_main")) {
            calls++;
        }
    }
    CU_ASSERT_EQUAL(calls, 1);
    CU_ASSERT_FALSE(image_after_call(&image, 0, &target));
    CU_ASSERT_FALSE(image_after_call(&image, UINT64_MAX, &target));
    image_close(&image);
}

int main(void)
{
    static const struct tap_test tests[] = {
        {"what is no kernel is refused in one line", refuses_others},
        {"an image cut short", survives_truncation},
        {"an image with a wrong byte anywhere", survives_damage},
        {"an image without the notes of a guest", needs_notes},
        {"functions", knows_functions},
        {"guard pages", knows_guards},
        {"holes", knows_holes},
        {"source lines and frames", knows_lines_and_frames},
        {"bytes, none beyond a section", gives_no_bytes_beyond_section},
        {"calls", knows_calls},
    };

    return TAP_RUN("image", tests);
}
