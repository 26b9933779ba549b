#!/bin/sh
# Shows whether gets of one file into several clones of one source, at the same time, fail here, and that Minipach's do not.
# Everything happens in a folder of its own. See README.md beside this file.
set -eu

usage() {
  cat <<'USAGE'
usage: reproduce.sh [options]
  --clones N       clones that get at the same time (8)
  --size MB        size of the image (60)
  --rate MB        megabytes a second that a clone may copy; a slow source widens the window (as fast as it goes)
  --datalad        `datalad clone` and `datalad get` in place of git and git-annex
  --same-uuid      all clones have one annex uuid, as copies of a clone do
  --provoke        makes a git-annex without the bug lock as one with it does; implies --rate 5
  --minipach CMD   how Minipach is called (minipach); `none` leaves it out
  --debug          keeps what git-annex or datalad says with debugging on
  --folder DIR     where to work; kept (a temporary folder that is removed)
USAGE
}

clones=8 size=60 rate= variant=annex uuid=own provoke= minipach=minipach debug= folder= keep=
while test $# -gt 0; do
  case "$1" in
    --clones) clones=$2; shift ;;
    --size) size=$2; shift ;;
    --rate) rate=$2; shift ;;
    --minipach) minipach=$2; shift ;;
    --folder) folder=$2 keep=yes; shift ;;
    --datalad) variant=datalad ;;
    --same-uuid) uuid=shared ;;
    --provoke) provoke=yes rate=${rate:-5} ;;
    --debug) debug=yes ;;
    --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

here=$(cd "$(dirname "$0")" && pwd)
test -n "$folder" || folder=$(mktemp -d)
mkdir -p "$folder/logs"
cd "$folder"
folder=$(pwd)
if test -e store; then
  echo "There is a $folder/store already; name another folder." >&2
  exit 2
fi
clean() {
  test -n "$keep" || { chmod -R u+w "$folder"; rm -rf "$folder"; }
}
trap clean EXIT

seconds() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.1f", b - a }'; }
now() { date +%s.%N; }
as_somebody() { git -C "$1" config user.name Reproducer; git -C "$1" config user.email reproducer@example.org; }

# The store: a repository with one annexed image, and a pipeline that runs in it once for each of as many samples.
git init -q -b main store
as_somebody store
git -C store annex init -q store
mkdir -p store/images store/.datalad store/samples store/sizes
head -c "$((size * 1000000))" /dev/urandom > store/images/tool.img
git -C store -c annex.backend=SHA256E annex add -q --force-large images
cp "$here/run-in-image" store/run-in-image
cp "$here/spec.yml" store/sizes/spec.yml
for n in $(seq "$clones"); do mkdir -p "store/samples/$n"; echo "sample $n" > "store/samples/$n/words.txt"; done
git config -f store/.datalad/config datalad.containers.tool.image images/tool.img
git config -f store/.datalad/config datalad.containers.tool.cmdexec 'sh {img_dspath}/run-in-image {img} {cmd}'
git -C store -c annex.largefiles=nothing add .
git -C store commit -q -m 'Add an image and a pipeline'
key=$(git -C store annex lookupkey images/tool.img)

# A lock of the source that a getter holds is named after the getter in git-annex without the bug. With one folder for all
# getters their locks are one, which is what git-annex 10.20240430 up to 10.20260115 does by itself.
alias_locks() {
  test -n "$provoke" || return 0
  locks=store/.git/annex/transfer/download
  mkdir -p "$locks/all"
  id=$(git -C "$1" config annex.uuid)
  test -e "$locks/$id" || ln -s all "$locks/$id"
}

prepare() {
  if test "$variant" = datalad; then
    datalad -l error clone "$folder/store" "$1" > "logs/$1.clone" 2>&1
  else
    git clone -q "$folder/store" "$1"
    if test "$uuid" = own; then git -C "$1" annex init -q "$1"; fi
  fi
  if test "$uuid" = shared; then git -C "$1" annex reinit -q 00000000-0000-4000-8000-000000000001 > /dev/null; fi
  as_somebody "$1"
  git -C "$1" config annex.retry 3
  git -C "$1" config annex.retrydelay 1
  if test -n "$rate"; then git -C "$1" config remote.origin.annex-bwlimit "${rate}MB"; fi
  alias_locks "$1"
}

get() {
  while test ! -e go; do sleep 0.02; done
  start=$(now)
  case "$variant$debug" in
    datalad) datalad -C "$1" get images/tool.img ;;
    datalad*) datalad -l debug -C "$1" get images/tool.img ;;
    annex) git -C "$1" annex get images/tool.img ;;
    *) git -C "$1" annex get --debug images/tool.img ;;
  esac > "logs/$1.log" 2>&1 && code=0 || code=$?
  echo "$code $(seconds "$start" "$(now)")" > "logs/$1.result"
}

run_minipach() {
  while test ! -e go; do sleep 0.02; done
  start=$(now)
  # Words of the command are meant to be split.
  (cd project && $minipach run > "../logs/runner-$1.log" 2>&1) && code=0 || code=$?
  echo "$code $(seconds "$start" "$(now)")" > "logs/runner-$1.result"
}

# Lets all begin at once, waits for them, and counts those that failed.
race() {
  rm -f go
  pids=
  for n in $(seq "$clones"); do
    "$1" "$2$n" &
    pids="$pids $!"
  done
  : > go
  for pid in $pids; do wait "$pid"; done
}

count() {
  failed=0 longest=0
  for n in $(seq "$clones"); do
    read -r code took < "logs/$1$n.result"
    test "$code" = 0 || failed=$((failed + 1))
    longest=$(printf '%s\n' "$longest" "$took" | sort -n | tail -1)
  done
}

echo "git-annex $(git annex version --raw), $clones at once, $size MB${rate:+, at most $rate MB/s}${provoke:+, provoked}"
for n in $(seq "$clones"); do prepare "clone-$n"; done
race get clone-
count clone-
printf '%-22s %s of %s failed, %s s\n' "$variant get" "$failed" "$clones" "$longest"
for n in $(seq "$clones"); do
  read -r code _ < "logs/clone-$n.result"
  if test "$code" != 0; then
    echo "  clone-$n said:"
    grep -v '^ *$' "logs/clone-$n.log" | grep -i -m 3 'fail\|transfer\|retrieve' | sed 's/^/    /' || :
    break
  fi
done

if test "$minipach" = none || ! command -v "${minipach%% *}" > /dev/null; then
  test "$minipach" = none || echo "Minipach is not on the PATH; say where it is with --minipach."
  exit 0
fi
prepare project
race run_minipach ''
count runner-
done=$(git -C project log --format=%s | grep -c '^\[DATALAD RUNCMD\]' || :)
object=project/.git/annex/objects
copies=$(find "$object" -type f -name "$key" 2> /dev/null | wc -l)
printf '%-22s %s of %s failed, %s s; %s results, %s copy of the image\n' 'minipach run' "$failed" "$clones" "$longest" "$done" "$copies"
