#!/bin/sh
# The first day of a new user: the commands of the README, in an empty environment, on a project that nobody has checked before.
# Usage: new_user.sh README PROJECT; `buttress` is on the PATH. Says what it does, and stops at the first surprise.
set -eu

# So that no number is parted from its noun.
export COLUMNS=200

readme=$1
project=$2

# The n-th command of the README.
told() {
    sed -n '/<!-- first-day -->/,/<!-- \/first-day -->/p' "$readme" | grep '^buttress ' | sed -n "$1s/  *#.*//p"
}

# Runs a command that must end with this exit code. What it says goes to `said`.
run() {
    code=0
    echo "\$ $2"
    sh -c "$2" >said 2>&1 || code=$?
    if [ "$code" != "$1" ]; then
        cat said
        echo "UNEXPECTED: exit code $code instead of $1"
        exit 1
    fi
}

# What was said has this; the second word says where to look.
says() {
    if ! head -n "${2:-100000}" said | grep -q -e "$1"; then
        cat said
        echo "UNEXPECTED: nothing of \"$1\""
        exit 1
    fi
}

if [ -n "$(ls -A "$HOME")" ]; then echo "UNEXPECTED: HOME is not empty"; exit 1; fi
cp -R "$project/." .
mkdir .git

echo "the first finding, and the three worst defects on the first screen"
run 1 "$(told 1)"
says 'rds-single-az' 10
for rule in rds-single-az rds-without-backups dynamodb-without-pitr; do says "error\[$rule\]" 40; done
says '1 verdict unknown'

echo "what buttress can fix by itself"
run 1 "$(told 2)"
says '^+  multi_az'

echo "one finding is accepted, with the reason"
comment=$(grep -m 1 '^# buttress:ignore' "$readme")
sed "s|^resource \"aws_db_instance\" \"orders\"|$comment\n&|" main.tf >new && mv new main.tf
run 1 "$(told 1)"
says '1 suppressed'

echo "one unknown is answered"
run 0 "$(told 3)"
says 'var.standby'
sed '/^# assume /,/^# }/s/^# //; s/how you know/the runbook says so/' buttress.hcl >new && mv new buttress.hcl
run 1 "$(told 1)"
says '0 verdicts unknown'

echo "the rest is accepted, and the gate is green"
run 0 "$(told 4)"
run 0 "$(told 5)"
says '0 findings'

echo "a regression turns it red"
sed 's/= var.standby/= false/' main.tf >new && mv new main.tf
run 1 "$(told 5)"
says 'error\[rds-single-az\]: `aws_db_instance.stock`' 10

echo "and a fix makes it green"
run 0 "$(told 6)"
run 0 "$(told 5)"
grep -q 'multi_az                = true' main.tf

if [ -n "$(ls -A "$HOME")" ]; then echo "UNEXPECTED: something was written to HOME"; exit 1; fi
echo "done"
