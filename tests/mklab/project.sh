#!/bin/sh
# mklab and carry on a small project of two labs, made in a folder that vanishes: project.sh MKLAB CARRY
set -eu

mklab=$1
carry=$2
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
trap 'exit 130' INT TERM HUP
cd "$top"
export HOME="$top" GIT_CONFIG_NOSYSTEM=1 LC_ALL=C
number=0
failed=0

ok() { # NAME COMMAND…: the test passes when the command does
    name=$1
    shift
    number=$((number + 1))
    if "$@" >"$top/said" 2>&1; then
        printf 'ok %d - mklab: %s\n' $number "$name"
    else
        printf 'not ok %d - mklab: %s\n' $number "$name"
        sed 's/^/# /' "$top/said"
        failed=1
    fi
}

refuses() { # STATUS LINE COMMAND…: it ends with that status and one line on stderr that has LINE in it
    wanted=$1
    line=$2
    shift 2
    status=0
    "$@" >out 2>err || status=$?
    cat out err
    [ $status -eq "$wanted" ] && [ "$(wc -l <err)" -eq 1 ] && grep -qF "$line" err
}

has() { [ -f "$1" ]; }
lacks() { [ ! -e "$1" ]; }
finds() { grep -qF "$1" "$2"; }
without() { ! grep -rqF "$1" "$2"; }
sum() { (cd "$1" && find . -type f -exec sha256sum {} + -exec stat -c '%n %a' {} + | sort | sha256sum); }
same_trees() { [ "$(sum "$1")" = "$(sum "$2")" ]; }
quietly() { "$@" >/dev/null; }

hole() { # LAB NUMBER ANSWER
    printf '#ifdef SOLUTION_%s\n%s\n#else\n    LAB_TODO(%s, "%s", "write it");\n#endif\n' \
        "$(echo "$1" | tr a-z A-Z)" "$3" "$1" "$2"
}

c_file() { # LAB NUMBER ANSWER
    printf '/* The file of exercise %s. */\nint %s(int argument)\n{\n' "$2" "$1"
    hole "$@"
    printf '}\n'
}

lab_file() { # NUMBER NAME TITLE EXERCISE FILES
    mkdir -p "labs/$1-$2/tests/hidden" "solutions/$1-$2"
    printf '[lab]\nname = %s\nnumber = %s\ntitle = %s\nfiles = %s\n[exercise %s]\ntitle = E\npoints = 100\n' \
        "$2" "$1" "$3" "$5" "$4" >"labs/$1-$2/lab.ini"
    echo "secret of $2" >"labs/$1-$2/tests/hidden/secret.c"
    echo "tests of $2" >"labs/$1-$2/tests/open.c"
    echo "notes of $2" >"solutions/$1-$2/notes.md"
}

FIRST='    return first_answer_of_the_boot_lab(argument, 1);'
SECOND='    return second_answer_of_the_paging_lab(argument, 2);'

make_project() {
    mkdir -p kernel handouts tools/mklab tests/kernel
    lab_file 01 boot 'First light' 1.1 kernel/boot.c
    lab_file 02 paging Tables 2.1 'kernel/paging.c kernel/paging.h'
    c_file boot 1.1 "$FIRST" >kernel/boot.c
    c_file paging 2.1 "$SECOND" >kernel/paging.c
    printf '#ifdef HAVE_PAGING\nint above;\n#endif\n#ifdef HAVE_BOOT\nint here;\n#endif\n' >kernel/start.c
    echo 'int helper;' >kernel/helper.c
    echo 'int private;' >kernel/paging.h
    printf 'LEVEL_NAMES := boot paging\nKERNEL_1 := kernel/boot.c kernel/start.c\nKERNEL_2 := \\\n    %s\n' \
        'kernel/paging.c kernel/helper.c' >kernel/sources.mk
    printf '#!/bin/sh\n' >tool.sh
    chmod +x tool.sh
    echo 'do not show' >tools/mklab/main.c
    echo 'a test' >tests/kernel/test.c
    echo 'the main README' >README.md
    printf 'lab @NUMBER@ @TITLE@\n' >labs/README.in
    printf '# comment\ntools/mklab/*\ntests/*\nlabs/leave-out\n' >labs/leave-out
    for chapter in 01-boot 02-paging; do echo "chapter $chapter" >"handouts/$chapter.md"; done
    printf '/build/\n' >.gitignore
    git init -q -b main .
    git config user.name Somebody
    git config user.email somebody@example.invalid
    git add .
    git commit -qm start
}

mkdir project
cd project
make_project

ok 'labs are listed' sh -c "[ \"\$('$mklab' labs | cut -f 2 | tr '\n' ' ')\" = 'boot paging ' ]"
ok 'a good project passes the check' "$mklab" check

quietly "$mklab" tree --lab=boot --out=../boot
ok 'the hole is open' finds 'LAB_TODO(boot, "1.1"' ../boot/kernel/boot.c
ok 'no marker is left' without 'SOLUTION_' ../boot
ok 'the answer is not there' without "$FIRST" ../boot
ok 'a higher level is not there' lacks ../boot/kernel/helper.c
ok 'nor its row' without helper.c ../boot/kernel
ok 'nor what only it has' without above ../boot/kernel
ok 'this level stays' finds 'int here;' ../boot/kernel/start.c
ok 'nor a later lab' lacks ../boot/kernel/paging.c
ok 'nor its header' lacks ../boot/kernel/paging.h
ok 'nor its folder' lacks ../boot/labs/02-paging
ok 'nor its handout' lacks ../boot/handouts/02-paging.md
ok 'solutions are not there' lacks ../boot/solutions
ok 'hidden tests are not there' lacks ../boot/labs/01-boot/tests/hidden
ok 'what labs/leave-out names is not there' lacks ../boot/tools/mklab
ok 'the handout is there' has ../boot/handouts/01-boot.md
ok 'the tests are there' has ../boot/labs/01-boot/tests/open.c
ok 'the tree tells its lab' finds boot ../boot/LAB
ok 'the tree has a README of its own' finds 'lab 01 First light' ../boot/README.md
ok 'a program stays one' test -x ../boot/tool.sh

umask 077
quietly "$mklab" tree --lab=boot --out=../again
umask 022
ok 'the same project gives the same tree, modes too' same_trees ../boot ../again
quietly "$mklab" tree --lab=boot --out=../committed --commit=HEAD
ok 'so does its commit' same_trees ../boot ../committed
ok 'a tree that nobody changed is replaced' "$mklab" tree --lab=boot --out=../again

quietly "$mklab" tree --lab=paging --out=../paging
ok 'the second lab has the first solved' finds "$FIRST" ../paging/kernel/boot.c
ok 'and its own hole open' finds 'LAB_TODO(paging' ../paging/kernel/paging.c
quietly "$mklab" tree --lab=boot --solved --hidden --out=../solved
ok 'a solved tree has the answer' finds "$FIRST" ../solved/kernel/boot.c
ok 'and the hidden tests when asked' has ../solved/labs/01-boot/tests/hidden/secret.c

echo 'int mine;' >>../again/kernel/boot.c
ok "a student's change is not overwritten" \
    refuses 2 'has work in it (kernel/boot.c' "$mklab" tree --lab=boot --out=../again
ok 'and still there' finds 'int mine;' ../again/kernel/boot.c
touch ../committed/notes
ok "nor is a student's new file" refuses 2 'has work in it (notes' "$mklab" tree --lab=boot --out=../committed/
mkdir ../foreign
touch ../foreign/file
ok "a folder of somebody's is not touched" refuses 2 'neither empty nor' "$mklab" tree --lab=boot --out=../foreign
ok 'and has all it had' has ../foreign/file
mkdir ../again/build
touch ../again/build/object ../again/kernel/extra
ok '--again rewrites what was changed' "$mklab" tree --lab=boot --out=../again --again
ok 'and nothing else' has ../again/build/object
rm -r ../again/build
ok 'which gives the same tree' same_trees ../boot ../again
echo 'int mine;' >>../again/kernel/boot.c
ok '--also writes a second one' "$mklab" tree --lab=boot --out=../both --also=../again/ --again
ok 'which is the same' same_trees ../both ../again
ok 'and the lab' same_trees ../boot ../again

ok 'an unknown lab is told, with those there are' \
    refuses 2 "unknown LAB 'nolab'; labs: boot, paging" "$mklab" tree --lab=nolab
ok 'a missing lab too' refuses 2 'labs: boot, paging' "$mklab" tree --lab=
ok 'a commit that is none' refuses 2 "'nocommit' is no commit" "$mklab" branches --commit=nocommit
ok 'a lab tree makes no labs' sh -c "cd ../boot && ! '$mklab' labs"

ok 'the tree is proved' "$mklab" leak --lab=boot --tree=../boot
echo "// see: return  first_answer_of_the_boot_lab(argument,1); there" >../boot/hint.h
ok 'a planted answer is found' refuses 1 'hint.h:1: has line 5 of kernel/boot.c' "$mklab" leak --lab=boot --tree=../boot
rm ../boot/hint.h
echo "$FIRST" >>handouts/01-boot.md
ok 'an answer in a handout stops the making' sh -c "! '$mklab' tree --lab=boot --out=../leaking"
ok 'and nothing was written' lacks ../leaking
git checkout -q handouts
ok 'no temporary folder is left' sh -c '! ls -d ../*.?????? build/*.?????? 2>/dev/null'

# A sha256sum that says that it has begun, then takes for ever.
mkdir ../slow
mkfifo ../begun
printf '#!/bin/sh\necho begun >"%s/begun"\nexec sleep 1000\n' "$top" >../slow/sha256sum
chmod +x ../slow/sha256sum
PATH="$top/slow:$PATH" "$mklab" tree --lab=boot --out=../stopped 2>../said &
timeout 60 cat ../begun >../begun-said
kill -TERM $!
status=0
wait $! || status=$?
ok 'stopped in the middle: status 130' test $status -eq 130
ok 'and nothing is left of it' sh -c '! ls -d ../stopped*'

sed -i 's/"1.1"/"1.9"/' kernel/boot.c
ok 'an exercise that lab.ini does not have' \
    sh -c "'$mklab' check 2>&1 | grep -F 'kernel/boot.c:7: labs/01-boot/lab.ini has no [exercise 1.9]'"
ok 'an exercise without a hole' sh -c "'$mklab' check 2>&1 | grep -F 'labs/01-boot/lab.ini:6: exercise 1.1 has no hole'"
git checkout -q kernel
c_file boot 1.1 "$FIRST" >kernel/start.c
ok 'a hole in a file that is not the student'\''s' refuses 2 'kernel/start.c:4: a hole of lab' "$mklab" check
c_file smp 1.1 "$FIRST" >kernel/start.c
ok 'a marker of no lab' refuses 2 "kernel/start.c:4: there is no lab 'smp'" "$mklab" check
git checkout -q kernel
git rm -q --cached kernel/paging.c
ok "a student's file that git does not track" sh -c "'$mklab' check 2>&1 | grep -F 'kernel/paging.c is not in the tree'"
git reset -q

status_before=$(git status --porcelain; git rev-parse HEAD; cat .git/index | sha256sum)
"$mklab" branches >../first
"$mklab" branches >../second
ok 'branches: twice the same commits' cmp ../first ../second
ok 'one for each lab' sh -c "[ \"\$(git for-each-ref --format='%(refname)' refs/heads/lab | wc -l)\" = 2 ]"
ok 'without parents' sh -c "[ \"\$(git rev-list --count lab/01-boot)\" = 1 ]"
ok 'of one date' sh -c "[ \"\$(git show -s --format='%at %ct' lab/01-boot)\" = '946684800 946684800' ]"
ok 'work tree, index and HEAD untouched' \
    test "$status_before" = "$(git status --porcelain; git rev-parse HEAD; cat .git/index | sha256sum)"
git clone -q --branch lab/01-boot . ../clone
rm -rf ../clone/.git
ok 'a branch has what the folder has' same_trees ../boot ../clone
git commit -q --allow-empty -m 'other history, same files'
"$mklab" branches >../third
ok 'the same files give the same branch' cmp ../first ../third
git init -q --bare ../published.git
ok 'publish' "$mklab" publish --to=../published.git
printf 'lab/01-boot\nlab/02-paging\n' >../lab-branches
ok 'only the lab branches are there' \
    sh -c "git -C ../published.git for-each-ref --format='%(refname:short)' | cmp - ../lab-branches"
ok 'the reference is not' sh -c "! git -C ../published.git cat-file -e \"\$(git rev-parse HEAD)\""
ok 'publish to nowhere' sh -c "'$mklab' publish --to=../nowhere.git 2>&1 >/dev/null | tail -n 1 | grep -F 'cannot push'"
git worktree add -q ../student lab/01-boot
ok 'a branch that is checked out stays' refuses 2 'is checked out in' "$mklab" branches
git -C ../student commit -q --allow-empty -m "a student's work"
git worktree remove ../student
ok "a branch with a student's commit stays" refuses 2 'has commits that are not from here' "$mklab" branches

mkdir ../archive
git archive HEAD | tar -x -C ../archive
quietly "$mklab" tree --lab=boot --root=../archive --out=../from-archive
ok 'an archive without git gives the same tree' same_trees ../boot ../from-archive

cd ../paging
ok 'carry: from where?' refuses 2 'from where?' sh "$carry" ''
ok 'carry: what still has holes stays behind' sh -c "sh '$carry' ../boot | grep -F 'still has a hole'"
printf 'int boot(int argument)\n{\n    return argument;\n}\n' >../boot/kernel/boot.c
ok "carry: the student's file comes" sh "$carry" ../boot
ok 'carry: and is the same' cmp kernel/boot.c ../boot/kernel/boot.c
ok 'carry: the one before is kept' finds "$FIRST" before-carry/kernel/boot.c
echo '/* mine */' >>kernel/boot.c
ok 'carry: a change here is not overwritten' refuses 2 'was changed here too' sh "$carry" ../boot
ok 'carry: unless one insists' env FORCE=1 sh "$carry" ../boot
ok 'carry: and keeps it' finds '/* mine */' before-carry.2/kernel/boot.c

printf '1..%d\n' $number
exit $failed
