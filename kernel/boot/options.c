/* Reading the command line: see stardust/options.h. */
#include <stardust/options.h>

#include <stardust/bytes.h>

static size_t word_length(const char *word)
{
    size_t length = 0;

    while (word[length] != '\0' && word[length] != ' ') {
        length++;
    }
    return length;
}

static bool is_separator(const char *word)
{
    return word_length(word) == 2 && memcmp(word, "--", 2) == 0;
}

/* The kernel's next word from `line` on, NULL when there is none. */
static const char *next_word(const char *line)
{
    while (*line == ' ') {
        line++;
    }
    return *line == '\0' || is_separator(line) ? NULL : line;
}

/* The value's first character when the word is `name` or `name=...`, else NULL. */
static const char *value_of(const char *word, const char *name)
{
    size_t length = string_length(name, SIZE_MAX);

    if (word_length(word) < length || memcmp(word, name, length) != 0) {
        return NULL;
    }
    if (word[length] == '=') {
        return word + length + 1;
    }
    return word_length(word) == length ? word + length : NULL;
}

static const char *find(const char *command_line, const char *name)
{
    const char *found = NULL;
    const char *word = next_word(command_line);

    while (word != NULL) {
        const char *value = value_of(word, name);

        found = value != NULL ? value : found;
        word = next_word(word + word_length(word));
    }
    return found;
}

bool option_text(const char *command_line, const char *name, char *value, size_t size)
{
    const char *found = find(command_line, name);
    size_t length = found != NULL ? word_length(found) : 0;

    length = length < size ? length : size - 1;
    memcpy(value, found != NULL ? found : "", length);
    value[length] = '\0';
    return found != NULL;
}

static int digit_value(char digit, unsigned base)
{
    int value = digit >= '0' && digit <= '9'   ? digit - '0'
                : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
                : digit >= 'A' && digit <= 'F' ? digit - 'A' + 10
                                               : -1;

    return value < (int)base ? value : -1;
}

uint64_t option_number(const char *command_line, const char *name, uint64_t otherwise)
{
    char text[24];
    bool given = option_text(command_line, name, text, sizeof text);
    unsigned base = text[0] == '0' && text[1] == 'x' ? 16 : 10;
    uint64_t number = 0;

    if (!given || text[base == 16 ? 2 : 0] == '\0') {
        return otherwise;
    }
    for (const char *c = text + (base == 16 ? 2 : 0); *c != '\0'; c++) {
        int value = digit_value(*c, base);

        if (value < 0 || __builtin_mul_overflow(number, base, &number) ||
            __builtin_add_overflow(number, (unsigned)value, &number)) {
            return otherwise;
        }
    }
    return number;
}

const char *option_application_words(const char *command_line)
{
    const char *word = command_line;

    while (*word != '\0' && !is_separator(word)) {
        word += word_length(word);
        word += *word == ' ';
    }
    return *word == '\0' ? word : word + 2;
}
