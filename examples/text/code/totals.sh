# Adds up counts, the most frequent word first: totals.sh COUNTS OUT
export LC_ALL=C
cat "$1"/*/counts.txt | awk '{ n[$2] += $1 } END { for (word in n) print n[word], word }' | sort -k1,1nr -k2 > "$2"
