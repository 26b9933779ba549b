# Makes a longitudinal base: recon-base.sh OUT NAME -tp SESSION…
# recon-all looks for the sessions in the directory that it writes to, so they are there, as links, while it runs.
set -e
out=$1 name=$2
shift 2
for session in "$@"; do
  if [ "$session" != -tp ]; then ln -s "$PWD/$session" "$out/"; fi
done
code/recon-all -base "$name" "$@" -all -sd "$out"
find "$out" -maxdepth 1 -type l -exec rm {} +
