__attribute__((constructor)) static void before_main(void)
{
    __builtin_trap();
}
