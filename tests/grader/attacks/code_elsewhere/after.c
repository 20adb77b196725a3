__attribute__((section("elsewhere"), used)) static long leave(void)
{
    long answer;

    __asm__ volatile("syscall" : "=a"(answer) : "a"(231L), "D"(0L) : "rcx", "r11", "memory");
    return answer;
}
