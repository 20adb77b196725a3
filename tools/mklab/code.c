/* The code of a source file apart from its words: see code.h. */
#include "code.h"

#include <ctype.h>
#include <string.h>

#include "text.h"

enum state { IN_CODE, IN_LINE_COMMENT, IN_COMMENT, IN_STRING, IN_CHARACTER };

static enum state open_quote(const char *at)
{
    if (at[0] == '/' && at[1] == '/') {
        return IN_LINE_COMMENT;
    }
    if (at[0] == '/' && at[1] == '*') {
        return IN_COMMENT;
    }
    return *at == '"' ? IN_STRING : *at == '\'' ? IN_CHARACTER : IN_CODE;
}

/* Does what stands at `at` close `state`? A line end closes all but a comment: assembly has lone apostrophes. */
static bool closes(enum state state, const char *at)
{
    switch (state) {
    case IN_COMMENT:
        return at[0] == '*' && at[1] == '/';
    case IN_STRING:
        return *at == '"' || *at == '\n';
    case IN_CHARACTER:
        return *at == '\'' || *at == '\n';
    case IN_LINE_COMMENT:
        return *at == '\n';
    case IN_CODE:
        break;
    }
    return false;
}

/* How many characters at `at` belong together: escapes, and the two characters that open or close a comment. */
static size_t unit(enum state before, enum state after, const char *at)
{
    bool escape = (before == IN_STRING || before == IN_CHARACTER) && *at == '\\';
    bool opens = before == IN_CODE && (after == IN_COMMENT || after == IN_LINE_COMMENT);
    bool ends = before == IN_COMMENT && after == IN_CODE;

    return (escape || opens || ends) && at[1] != '\0' ? 2 : 1;
}

char *code_only(const char *source, size_t length)
{
    char *code = allocate(length + 1);
    enum state state = IN_CODE;

    for (size_t i = 0; i < length;) {
        enum state before = state;

        state = before == IN_CODE            ? open_quote(source + i)
                : closes(before, source + i) ? IN_CODE
                                             : before;
        for (size_t n = unit(before, state, source + i); n > 0 && i < length; n--, i++) {
            bool keep = (before == IN_CODE && state == IN_CODE) || source[i] == '\n';

            code[i] = keep ? source[i] : ' ';
        }
    }
    return code;
}

bool code_name_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

const char *code_word(const char *from, const char *end, const char *word, bool prefix)
{
    size_t length = strlen(word);

    for (const char *at = from; at + length <= end; at++) {
        bool begins = at == from || !code_name_char(at[-1]);
        bool whole = prefix || at + length == end || !code_name_char(at[length]);

        if (begins && whole && memcmp(at, word, length) == 0) {
            return at;
        }
    }
    return NULL;
}
