/* Making strangers' bytes fit to be shown: see printable.h. */
#include "printable.h"

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

static bool continues(unsigned char byte)
{
    return (byte & 0xc0) == 0x80;
}

/* Length of the well-formed UTF-8 character at `s` that is no control character; 0 when there is
 * none. */
static size_t character_length(const unsigned char *s)
{
    if (s[0] < 0x80) {
        return (s[0] >= 0x20 && s[0] != 0x7f) || s[0] == '\n' || s[0] == '\t';
    }
    if (s[0] >= 0xc2 && s[0] <= 0xdf && continues(s[1])) {
        return s[0] == 0xc2 && s[1] < 0xa0 ? 0 : 2;
    }
    if (s[0] >= 0xe0 && s[0] <= 0xef && continues(s[1]) && continues(s[2])) {
        bool overlong = s[0] == 0xe0 && s[1] < 0xa0;
        bool surrogate = s[0] == 0xed && s[1] >= 0xa0;

        return overlong || surrogate ? 0 : 3;
    }
    if (s[0] >= 0xf0 && s[0] <= 0xf4 && continues(s[1]) && continues(s[2]) && continues(s[3])) {
        bool overlong = s[0] == 0xf0 && s[1] < 0x90;
        bool beyond = s[0] == 0xf4 && s[1] >= 0x90;

        return overlong || beyond ? 0 : 4;
    }
    return 0;
}

char *printable(const char *string)
{
    char *copy = copy_string(string);

    for (unsigned char *at = (unsigned char *)copy; *at != '\0';) {
        size_t length = character_length(at);

        if (length == 0) {
            *at = '?';
            length = 1;
        }
        at += length;
    }
    return copy;
}
