/*
 * What setjmp keeps: see lib/libc/setjmp.S. Put into newlib's tree before it is built, in the place of its own file.
 *
 * There are no signals, so the forms that keep a signal mask have none to keep.
 */
#ifndef _MACHINE_SETJMP_H_
#define _MACHINE_SETJMP_H_

#include <sys/cdefs.h>

/* rbx rbp r12 r13 r14 r15 rsp rip; then MXCSR (4 bytes) and the x87 control word (2 bytes). */
#define _JBTYPE unsigned long
#define _JBLEN  9

typedef _JBTYPE jmp_buf[_JBLEN];
typedef jmp_buf sigjmp_buf;

#define _setjmp(env)           setjmp(env)
#define _longjmp(env, value)   longjmp(env, value)
#define sigsetjmp(env, mask)   ((void)(mask), setjmp(env))
#define siglongjmp(env, value) longjmp(env, value)

#endif
