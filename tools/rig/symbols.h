/*
 * The part of an image that image_open and image_close need from symbols.c; everybody else includes
 * image.h.
 */
#pragma once

#include "image.h"

/** Read the symbol table of a checked image into image->symbols. An image without one has no
 * symbols. */
void symbols_load(struct image *image);

/** Free what symbols_load allocated. */
void symbols_free(struct image *image);
