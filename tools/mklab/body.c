/* Is a hole a whole function body? See body.h. */
#include "body.h"

#include <ctype.h>

#include "tree.h"

void body_begin(struct body *b, const char *path, struct text *errors)
{
    bool c = path_ends(path, ".c") || path_ends(path, ".h");

    *b = (struct body){.path = path, .errors = errors};
    b->language = c ? BODY_C : path_ends(path, ".S") ? BODY_ASSEMBLY : BODY_OTHER;
}

/* One complaint for a hole is enough: the next ones would follow from the first. */
static void complain(struct body *b, size_t line, const char *text)
{
    if (!b->complained) {
        text_printf(b->errors, "%s:%zu: a hole is a whole function body: %s\n", b->path, line,
                    text);
    }
    b->complained = true;
}

static bool is_blank(const char *line, const char *end)
{
    while (line < end && (isspace((unsigned char)*line) || *line == ';')) {
        line++;
    }
    return line == end;
}

/* An instruction is indented and neither a directive nor a label. */
static bool is_instruction(const char *line, const char *end)
{
    const char *at = line;

    while (at < end && isblank((unsigned char)*at)) {
        at++;
    }
    while (end > at && isspace((unsigned char)end[-1])) {
        end--;
    }
    return at > line && at < end && *at != '.' && end[-1] != ':';
}

static void check_after_hole(struct body *b, const char *line, const char *end)
{
    if (b->language == BODY_C && b->closed_in_body && *line != '}') {
        complain(b, b->closed, "'}' at the start of a line should follow its #endif");
    } else if (b->language == BODY_ASSEMBLY && is_instruction(line, end)) {
        complain(b, b->closed, "an instruction follows its #endif");
    }
    b->closed = 0;
}

void body_line(struct body *b, const char *line, const char *end)
{
    if (is_blank(line, end)) {
        return;
    }
    if (b->closed != 0) {
        check_after_hole(b, line, end);
    }
    b->after_brace = *line == '{' && is_blank(line + 1, end);
    b->after_code = is_instruction(line, end);
    for (; line < end; line++) {
        b->depth += (*line == '{') - (*line == '}');
        b->lowest = b->depth < b->lowest ? b->depth : b->lowest;
    }
}

struct body_mark body_mark(const struct body *b)
{
    return (struct body_mark){.depth = b->depth};
}

void body_open_hole(struct body *b, size_t number)
{
    if (b->closed != 0 && b->closed_in_body) {
        complain(b, b->closed, "'}' at the start of a line should follow its #endif");
    }
    b->closed = 0;
    b->hole = number;
    b->lowest = b->depth;
    b->complained = false;
    if (b->language == BODY_C && b->depth > 0 && !(b->depth == 1 && b->after_brace)) {
        complain(b, number, "'{' alone at the start of a line should stand before its #ifdef");
    } else if (b->language == BODY_ASSEMBLY && b->after_code) {
        complain(b, number, "an instruction stands before its #ifdef");
    }
}

void body_end_part(struct body *b, const struct body_mark *mark)
{
    if (b->language == BODY_C && (b->depth != mark->depth || b->lowest < mark->depth)) {
        complain(b, b->hole, "the braces of a part of it do not match");
    }
    b->lowest = mark->depth;
}

void body_return(struct body *b, const struct body_mark *mark)
{
    b->depth = mark->depth;
}

void body_close_hole(struct body *b, const struct body_mark *mark)
{
    b->depth = mark->depth;
    b->closed = b->hole;
    b->closed_in_body = mark->depth > 0;
    b->hole = 0;
    /* What stands inside the hole says nothing about the line before the next one. */
    b->after_brace = false;
    b->after_code = false;
}

void body_finish(struct body *b)
{
    if (b->closed != 0 && b->closed_in_body) {
        complain(b, b->closed, "'}' at the start of a line should follow its #endif");
    }
}
