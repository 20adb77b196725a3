# The table of the image's functions, as assembly: reads `nm -n` of the linked image.
BEGIN { count = 0 }
BEGIN {
    print ".section .symbol_table, \"a\""
    print ".globl symbol_table, symbol_count, symbol_names"
    print ".balign 8"
    print "symbol_table:"
}
$2 ~ /^[tTwW]$/ && $3 !~ /^(text_start|text_end|\.L)/ && $1 != last {
    last = $1
    print ".long 0x" $1 ", name_" count " - symbol_names"
    names = names "name_" count ": .asciz \"" $3 "\"\n"
    count++
}
END {
    print "symbol_count: .long " count + 0
    printf "symbol_names:\n%s", names
    print ".section .note.GNU-stack, \"\", @progbits"
}
