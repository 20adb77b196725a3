# The numbers of Xen's errors and what each must become, as C: reads newlib's macros (gcc -dM), then Xen's errno.h. Left out:
# a second name for a number, and what only Xen itself uses.
BEGIN {
    FS = "[ \t(),]+"
}
$1 == "#define" && $2 ~ /^E[A-Z0-9]+$/ {
    newlib[$2] = $3
}
/^#ifdef __XEN__/, /^#endif/ {
    next
}
$1 == "XEN_ERRNO" && !($3 in seen) {
    seen[$3] = 1
    printf "    {\"%s\", %s, %s},\n", $2, $3, newlib[$2]
}
