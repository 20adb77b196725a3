/* The smallest program: prints a line, and a number that needs floating point. */
#include <stdio.h>

int main(void)
{
    printf("hello from a unikernel: pi is about %.6f\n", 355.0 / 113.0);
    return 0;
}
