#!/usr/bin/env bash
# Checks, and tells the result where people look: annotations, the summary of the job, code scanning, and one comment that later runs
# edit. What cannot be told is a warning; the exit code is that of the check.
set -euo pipefail

out="$RUNNER_TEMP/buttress"
rm -f "$out/report.sarif" "$out/report.md"

arguments=(check --fail-on="$FAIL_ON" --output=github=- --output=sarif="$out/report.sarif" --output=markdown="$out/report.md")
if [[ -n "$VAR_FILE" ]]; then arguments+=(--var-file="$VAR_FILE"); fi
if [[ -n "$SINCE" ]]; then arguments+=(--since="$SINCE"); fi
if [[ -n "$SOURCE" ]]; then arguments+=(--source="$SOURCE"); fi
status=0
"$out/bin/buttress" "${arguments[@]}" -- "$TARGET" || status=$?

# Without a report nothing was checked, and the annotations of the check are missing too.
if [[ "$status" -ne 0 && ! -f "$out/report.md" ]]; then
    echo "::error title=buttress::nothing was checked: the log of this step says why. Is an input wrong? \`fail-on\` is error, warning, advice or never"
fi

# The workspace is a stranger's: what follows does not run in it.
cd "$out"

warn() { echo "::warning title=buttress::$1"; }

if [[ -f report.md ]]; then cat report.md >>"$GITHUB_STEP_SUMMARY"; fi
if [[ -f report.sarif ]]; then echo "sarif=$out/report.sarif" >>"$GITHUB_OUTPUT"; fi

upload() {
    gzip -c report.sarif | base64 | tr -d '\n' >report.sarif.gz.base64
    gh api --method POST "repos/$GITHUB_REPOSITORY/code-scanning/sarifs" --silent \
        -f commit_sha="$GITHUB_SHA" -f ref="$GITHUB_REF" -f tool_name=buttress -F sarif=@report.sarif.gz.base64
}

if [[ "$SARIF" == true && -f report.sarif ]]; then
    upload || warn "findings were not uploaded to code scanning: give the job the permission \`security-events: write\`, and check that the repository has code scanning"
fi

# A comment for each path that is checked, found again by its first line. Comments of people outside of the project are nobody's own.
comment() {
    local key mark comments id
    key="$(printf '%s' "$TARGET" | cksum)"
    mark="<!-- buttress action ${key%% *} -->"
    { printf '%s\n' "$mark"; cat report.md; } >comment.md
    comments="repos/$GITHUB_REPOSITORY/issues"
    id="$(gh api --paginate "$comments/$PULL_REQUEST/comments?per_page=100" --jq ".[]
        | select(.body | startswith(\"$mark\"))
        | select(.user.type == \"Bot\" or (.author_association | IN(\"OWNER\", \"MEMBER\", \"COLLABORATOR\")))
        | .id")" || return 1
    id="${id%%$'\n'*}"
    if [[ -n "$id" ]]; then
        gh api --method PATCH "$comments/comments/$id" --silent -F body=@comment.md
    elif grep -q '^| severity |' report.md; then
        gh api --method POST "$comments/$PULL_REQUEST/comments" --silent -F body=@comment.md
    fi
}

if [[ "$COMMENT" == true && "$PULL_REQUEST" =~ ^[0-9]+$ && -f report.md ]]; then
    comment || warn "the comment on the pull request was not written: give the job the permission \`pull-requests: write\`. In pull requests from forks the token can only read"
fi

exit "$status"
