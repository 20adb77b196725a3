/* Many orders of instructions, one seed each: see explore.h. */
#include "../explore.h"

#include "../explore_words.h"
#include "../runner/test.h"

void explore_seeds(const struct explore_options *options, unsigned seeds, void (*prepare)(void),
                   void (*finish)(void))
{
    for (unsigned i = 0; i < seeds; i++) {
        struct explore_options o = *options;
        struct explore_result result;

        o.seed = test_seed() + i;
        if (prepare != NULL) {
            prepare();
        }
        result = explore(&o);
        explore_check(&result);
        words_begin(&result);
        if (finish != NULL) {
            finish();
        }
        words_end();
    }
}
