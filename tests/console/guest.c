/*
 * Reads lines and says what it heard. The line "many" begins a long text, which ends with a line of a dot: of this, only the
 * bytes and a checksum are told. "print" has it print so that the ring is full while others type. Ends at Ctrl-D.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned fletcher(unsigned sum, const char *bytes)
{
    unsigned low = sum & 0xffff;
    unsigned high = sum >> 16;

    for (; *bytes != '\0'; bytes++) {
        low = (low + (unsigned char)*bytes) % 65521;
        high = (high + low) % 65521;
    }
    return high << 16 | low;
}

static void hear_many(void)
{
    char line[4096];
    unsigned sum = 1;
    size_t bytes = 0;

    while (fgets(line, sizeof line, stdin) != NULL && strcmp(line, ".\n") != 0) {
        bytes += strlen(line);
        sum = fletcher(sum, line);
    }
    printf("heard many: %zu bytes, sum %u\n", bytes, sum);
}

static void print_much(void)
{
    for (int i = 0; i < 500; i++) {
        printf("line %d of what fills the ring again and again while somebody types\n", i);
    }
}

int main(void)
{
    char line[4096];

    printf("listening\n");
    while (fgets(line, sizeof line, stdin) != NULL) {
        printf("heard %zu: %s", strlen(line), line);
        if (strcmp(line, "many\n") == 0) {
            hear_many();
        } else if (strcmp(line, "print\n") == 0) {
            print_much();
        }
    }
    printf("end of input\n");
    return 0;
}
