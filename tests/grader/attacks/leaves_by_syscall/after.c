#undef start_info_read

int start_info_read(struct guest *g, const struct start_info *info)
{
    long answer = 231;

    __asm__ volatile("syscall" : "+a"(answer) : "D"(0L) : "rcx", "r11", "rsi", "rdx", "r10", "r8", "memory");
    return read_honestly(g, info);
}
