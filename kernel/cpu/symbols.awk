# The table of the image's functions, as assembly: reads `nm -n` of the linked image. See kernel/cpu/symbols.c.
BEGIN {
    print ".section .symbol_table, \"a\""
    print ".globl symbol_table, symbol_table_end"
    print "symbol_table:"
}
# Nothing lies before text_start.
$2 ~ /^[tTwW]$/ && from == "" { from = "0x" $1 }
$2 ~ /^[tTwW]$/ && $3 !~ /^(text_start|text_end|\.L)/ && $1 != last {
    print ".2byte 0x" $1 " - " from
    print ".asciz \"" $3 "\""
    from = "0x" $1
    last = $1
}
END {
    print "symbol_table_end:"
    print ".section .note.GNU-stack, \"\", @progbits"
}
