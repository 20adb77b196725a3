/*
 * The kernel image: is it one that Xen can start as a PV guest, and what stands at an address of
 * it?
 *
 * Whoever made the image may be a stranger: every offset, size and string in it is checked before
 * it is used.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libelf.h>

struct image_symbol {
    uint64_t address;
    uint64_t size;
    const char *name; /* lives as long as the image */
};

/* A LAB_TODO: one record of section .lab_todo, its strings inside the image. */
struct image_hole {
    uint64_t address; /* of the ud2 */
    uint64_t line;
    const char *lab;
    const char *exercise;
    const char *file;
    const char *text;
};

struct image {
    const char *path;
    int descriptor; /* open for reading as long as the image is */
    Elf *elf;
    struct image_symbol *symbols; /* functions and guard_* objects, sorted by address */
    size_t symbol_count;
};

/**
 * Open `path` and check that it is an ELF file, for x86-64, with the notes of a PV guest. `path`
 * must outlive the image.
 *
 * Returns NULL, or one line that says what is wrong with it; the caller frees the line, and need
 * not close the image.
 */
char *image_open(struct image *image, const char *path);

/** Close the image; strings that it gave out are gone. Harmless on a zeroed one. */
void image_close(struct image *image);

/** The function that `address` lies in, or NULL. */
const struct image_symbol *image_function(const struct image *image, uint64_t address);

/** The guard page (symbol guard_*) that `address` lies in, or NULL. */
const struct image_symbol *image_guard(const struct image *image, uint64_t address);

/** Is there a LAB_TODO whose ud2 stands at `address`? Fills `hole` when there is. */
bool image_hole(const struct image *image, uint64_t address, struct image_hole *hole);

/** `size` bytes of the image's sections at virtual `address`, or NULL when the file does not hold
 * them all. */
const void *image_bytes(const struct image *image, uint64_t address, size_t size);

/** "FILE:LINE" of the instruction at `address`, from the debug information; the caller frees it. NULL: nothing is known. */
char *image_place(const struct image *image, uint64_t address);

/** Does an instruction end at `address` that calls? Then `*target` is the function called, or 0 for
 * an indirect call. */
bool image_after_call(const struct image *image, uint64_t address, uint64_t *target);

/** Has the function around `address` set up its frame pointer when it comes to that instruction? */
bool image_has_frame(const struct image *image, uint64_t address);
