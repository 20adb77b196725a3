# Before each instruction of assembly text, a call of explore_point: the explorer's chance to let another vCPU go on there.
# Instructions by which vCPUs meet (locked ones, exchanges, those on per-CPU data) get a call of their own.
# In the same line, so that line numbers stay. Not before ud2: a hole's record has the address of that itself.
function hook(instruction) {
    return instruction ~ /^(lock|xchg|cmpxchg|xadd)|%gs:/ ? "call explore_point_shared; " : "call explore_point; "
}
/^[ \t]*\.(section|data|bss)/ { in_text = $0 ~ /\.text/ }
/^[ \t]*\.text/ { in_text = 1 }
/^[ \t]*\.(macro|rept|irp)/ { in_text = 1 }
/^[ \t]*\.(previous|popsection)/ { in_text = 1 }
{
    rest = $0
    start = ""
    while (match(rest, /^[ \t]*[A-Za-z0-9_.$\\]+:/)) {
        start = start substr(rest, 1, RLENGTH)
        rest = substr(rest, RLENGTH + 1)
    }
    sub(/^[ \t]+/, "", rest)
    prefixed = after_prefix
    after_prefix = rest ~ /^(lock|rep|repe|repne|repz|repnz)[ \t]*$/
    if (!in_text || prefixed || rest !~ /^[a-z]/ || rest ~ /^ud2/) {
        print
    } else {
        print start " " hook(rest) rest
    }
}
