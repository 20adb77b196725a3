/* Memory for the frame allocator alone: see blocks.h. */
#include "blocks.h"

#include <stdlib.h>

#define RULES "(stardust/frames.h)"

void blocks_start(size_t pages)
{
    size_t chunks = (pages + FRAMES_PER_CHUNK - 1) / FRAMES_PER_CHUNK;

    fakexen_start(&(struct fakexen_options){.seed = test_seed()});
    frame_records = calloc(chunks, sizeof frame_records[0]);
    for (size_t i = 0; i < chunks; i++) {
        size_t left = pages - i * FRAMES_PER_CHUNK;

        /* No record more than there are pages: the sanitizer sees who looks behind the end. */
        frame_records[i] =
            calloc(left < FRAMES_PER_CHUNK ? left : FRAMES_PER_CHUNK, sizeof(struct frame));
    }
    frames_end = pages;
}

void blocks_give(pfn_t pfn, unsigned order)
{
    frame_of(pfn)->use = FRAME_ALLOCATED;
    frame_of(pfn)->order = (uint8_t)order;
    frames_free(pfn, order);
}

void blocks_start_free(size_t pages)
{
    blocks_start(pages);
    for (pfn_t pfn = 0; pfn < pages; pfn++) {
        blocks_give(pfn, 0);
    }
}

const char *blocks_use_name(unsigned use)
{
    static const char *const names[] = {
        [FRAME_ABSENT] = "FRAME_ABSENT",       [FRAME_FREE] = "FRAME_FREE",
        [FRAME_ALLOCATED] = "FRAME_ALLOCATED", [FRAME_CACHED] = "FRAME_CACHED",
        [FRAME_TABLE] = "FRAME_TABLE",         [FRAME_HEAP] = "FRAME_HEAP",
    };

    return use < ARRAY_LENGTH(names) ? names[use] : "no use that there is";
}

static void check_place(pfn_t pfn, unsigned order, const void *where)
{
    pfn_t pages = (pfn_t)1 << order;

    CHECK(order <= FRAME_ORDER_MAX, .rule = "FRAME_ORDER_MAX is the largest order " RULES,
          .did = text("the block at pfn 0x%lx has the order %u", pfn, order),
          .expected = text("%d at most", FRAME_ORDER_MAX),
          .usually = "joining does not end at the largest order", .where = where);
    CHECK(pfn % pages == 0 && pfn + pages <= frames_end,
          .rule = "a block of order n is 2^n pages of memory, aligned to its size " RULES,
          .did = text("there is a block of order %u at pfn 0x%lx; memory ends at 0x%lx", order, pfn,
                      frames_end),
          .expected = text("a first page that is a multiple of %lu", pages),
          .usually = "the block joined with a neighbour that is not its buddy, or began at the "
                     "upper half's page instead of the lower one's",
          .where = where);
}

/* Pages that belong to the block at `pfn` have no block of their own. */
static void check_alone(pfn_t pfn, unsigned order, const void *where)
{
    for (pfn_t other = pfn + 1; other < pfn + ((pfn_t)1 << order); other++) {
        CHECK(frame_of(other)->use == FRAME_ABSENT, .rule = "no page is in two blocks " RULES,
              .did = text("pfn 0x%lx begins a block (%s, order %u), and lies in the one of "
                          "order %u at 0x%lx",
                          other, blocks_use_name(frame_of(other)->use), frame_of(other)->order,
                          order, pfn),
              .expected = "use FRAME_ABSENT for all pages of a block but its first",
              .usually = "a block that was joined or split is still in its old list: remove it "
                         "there",
              .where = where);
    }
}

static void check_joined(pfn_t pfn, unsigned order, const void *where)
{
    pfn_t buddy = pfn ^ (pfn_t)1 << order;

    if (order == FRAME_ORDER_MAX || buddy >= frames_end) {
        return;
    }
    CHECK(frame_of(buddy)->use_and_order != FRAME_BLOCK(FRAME_FREE, order),
          .rule = "a freed block joins its free buddy to a block of the next order " RULES,
          .did = text("the blocks of order %u at pfn 0x%lx and 0x%lx are both free", order, pfn,
                      buddy),
          .expected = text("one of order %u", order + 1),
          .usually = "joining ends after the first time, or looks on the wrong side: the buddy "
                     "differs in bit `order` of its number",
          .where = where);
}

struct counts {
    size_t free, blocks[FRAME_ORDER_MAX + 1];
};

static struct counts check_records(const void *where)
{
    struct counts counts = {0};

    for (pfn_t pfn = 0; pfn < frames_end; pfn++) {
        const struct frame *frame = frame_of(pfn);

        if (frame->use == FRAME_FREE || frame->use == FRAME_ALLOCATED) {
            check_place(pfn, frame->order, where);
            check_alone(pfn, frame->order, where);
        }
        if (frame->use == FRAME_FREE) {
            check_joined(pfn, frame->order, where);
            counts.free += (size_t)1 << frame->order;
            counts.blocks[frame->order]++;
        }
    }
    return counts;
}

static void check_mask(const void *where)
{
    CHECK(fakexen_vcpu_info(0)->evtchn_upcall_mask == 0,
          .rule =
              "every critical_enter has its critical_leave, every memory_lock its memory_unlock",
          .did = "returned with upcalls masked", .expected = "the mask as it was before",
          .usually = "a return in the middle of the function", .where = where);
}

void blocks_check(const void *where)
{
    struct counts counts = check_records(where);
    struct frame_statistics statistics = frames_statistics();

    for (unsigned order = 0; order <= FRAME_ORDER_MAX; order++) {
        CHECK(statistics.blocks[order] == counts.blocks[order],
              .rule = "the free blocks of each order, and no others, are in its list " RULES,
              .did = text("the list of order %u has %zu blocks; the pages' records know of %zu",
                          order, statistics.blocks[order], counts.blocks[order]),
              .expected = "the same number",
              .usually = "a block was put into the list of another order, or not taken out",
              .where = where);
    }
    CHECK(statistics.free == counts.free, .rule = "`free` counts the pages in free blocks " RULES,
          .did = text("it is %zu, and there are %zu", statistics.free, counts.free),
          .expected = "the same number",
          .usually = "a list was changed without list_push or list_remove", .where = where);
    check_mask(where);
}

void blocks_check_count(unsigned order, size_t expected, const char *usually, const void *where)
{
    size_t count = frames_statistics().blocks[order];

    CHECK(count == expected, .rule = "blocks are split and joined half by half " RULES,
          .did = text("%zu blocks of order %u are free now", count, order),
          .expected = text("%zu", expected), .usually = usually, .where = where);
}
