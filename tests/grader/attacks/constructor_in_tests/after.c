#ifdef __SANITIZE_ADDRESS__
__attribute__((constructor(99))) static void before_main(void)
{
    __builtin_trap();
}
#endif
