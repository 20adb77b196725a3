__asm__(".pushsection .rodata\n.incbin \"/etc/passwd\"\n.popsection\n");
