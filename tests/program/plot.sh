#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# plots/surface.gp draws any grid that a sweep can leave behind, in each format, or says in one line why it cannot.
. "$(dirname "$0")/../lib.sh"

command -v gnuplot >/dev/null || { skip 'pictures' 'no gnuplot here'; exit 0; }

# grid FILE A… -- B…: a .dat over these axes; cells whose sum is in $HOLES have no value
grid()
{
    local file=$1 a b
    shift
    local -a as=()
    while [[ $1 != -- ]]; do as+=("$1"); shift; done
    shift
    echo '# hidden1 hidden2 error' >"$file"
    for a in "${as[@]}"; do
        for b; do
            if [[ " ${HOLES:-} " == *" $((a + b)) "* ]]; then echo "$a $b nan"
            else awk -v a="$a" -v b="$b" 'BEGIN { print a, b, 0.01 + 0.05 / a + 0.1 / (b * b) }'; fi
        done
        echo
    done >>"$file"
}
draw()
{
    gnuplot -c "$TOP/plots/surface.gp" "$@"
}
begins() # FILE TEXT
{
    [[ $(head -c "${#2}" "$1" | tr -d '\0') == "$2" ]] || { head -c 40 "$1"; return 1; }
}
# png FILE: a whole PNG with more colours in it than an empty page: flat pages pack into almost nothing
png()
{
    head -c 4 "$1" | grep -q PNG && tail -c 12 "$1" | grep -aq IEND && (($(wc -c <"$1") > 30000))
}
silent()
{
    [[ ! -s $T/err ]] || return 1
}

mapfile -t to12 < <(seq 12)
grid "$T/full.dat" "${to12[@]}" -- "${to12[@]}"
HOLES='5 6 14' grid "$T/holes.dat" "${to12[@]}" -- "${to12[@]}"
grid "$T/uneven.dat" 1 2 4 8 64 1000 -- 3 5 6
grid "$T/two.dat" 8 9 -- 8 9
grid "$T/row.dat" 8 -- "${to12[@]}"
grid "$T/column.dat" "${to12[@]}" -- 8
grid "$T/cell.dat" 8 -- 8
HOLES='9 10' grid "$T/nothing.dat" 8 -- 1 2
awk 'NF == 3 && !/#/ { $3 = 0 } { print }' "$T/full.dat" >"$T/zero.dat"
awk 'NF == 3 && !/#/ { $3 = $3 * 1e-9 } { print }' "$T/full.dat" >"$T/tiny.dat"

for name in full holes uneven two zero tiny; do
    check "$name: drawn" draw "$T/$name.dat" "$T/$name.png"
    check "$name: without a word" silent
    check "$name: a picture" png "$T/$name.png"
done
for name in row column cell; do
    check "$name: drawn" draw "$T/$name.dat" "$T/$name.png"
    says "$name: says that it is a curve" 'single row .* drawn as a curve'
    check "$name: a picture" png "$T/$name.png"
done
refuse 'holes make another picture' cmp "$T/full.png" "$T/holes.png"

while read -r ending magic; do
    check "$ending: drawn" draw "$T/full.dat" "$T/full.$ending" 'Title with _ and {'
    check "$ending: its format" begins "$T/full.$ending" "$magic"
done <<'END'
pdf %PDF
svg <?xml
eps %!PS-Adobe
END

# What was trained stands in the picture; a hostile name of the data is text like any other.
{
    printf '# %s\n' 'nsurf: mean squared error' "data \`touch $T/pwned\`'\"%s_{" 'samples 150' 'epochs 123' \
        'learning_rate 0.5' 'seed 7' 'repeats 3'
    cat "$T/full.dat"
} >"$T/told.dat"
check 'with settings: drawn' draw "$T/told.dat" "$T/told.svg"
check 'with settings: told' grep -q '150 samples: 123 epochs, learning rate 0.5, seed 7, mean of 3' "$T/told.svg"
check 'with settings: nothing was run' test ! -e "$T/pwned"
{
    printf '# %s\n' 'data year.txt' 'samples 297' 'split files' 'epochs 2000' 'early_stopping every=10' \
        'learning_rate 0.05' 'seed 1'
    cat "$T/full.dat"
} >"$T/stopped.dat"
check 'other files, early stopping: drawn' draw "$T/stopped.dat" "$T/stopped.svg"
check 'other files, early stopping: told' \
    grep -q 'year.txt and other files, 297 samples: at most 2000 epochs, learning rate 0.05, seed 1<' "$T/stopped.svg"

# How trainings spread: with several trainings a cell, columns 4 to 6.
awk 'BEGIN { print "# repeats 3\n# folds 4\n# hidden1 hidden2 error error_sd error_min error_median trainings_ok" }
    NF == 3 && !/#/ { $4 = $3 / ($1 + 1); $5 = $3 - $4; $6 = $3 - $4 / $2; $7 = 12 }
    !/#/' "$T/full.dat" >"$T/several.dat"
statistic() # NAME FILE PICTURE
{
    gnuplot -e "statistic='$1'" -c "$TOP/plots/surface.gp" "$T/$2.dat" "$T/$3"
}
while read -r name words; do
    check "statistic $name: drawn" statistic "$name" several "$name.svg"
    check "statistic $name: named" grep -q "$words" "$T/$name.svg"
done <<'END'
mean mean squared error
sd standard deviation of the error
min lowest error
median median error
END
# The numbers at the palette are those of the column: its lowest and highest value.
ends_of() # NAME COLUMN
{
    local low high
    read -r low high < <(awk -v c="$2" 'NF > 3 && !/#/ { if (!n++ || $c < l) l = $c; if ($c > h) h = $c }
        END { printf "%.3g %.3g", l, h }' "$T/several.dat")
    [[ -n $high ]] && grep -qF ">$low<" "$T/$1.svg" && grep -qF ">$high<" "$T/$1.svg"
}
check 'statistic mean: its values' ends_of mean 3
check 'statistic sd: its values' ends_of sd 4
check 'statistic min: its values' ends_of min 5
check 'statistic median: its values' ends_of median 6
check 'statistic mean: as without' draw "$T/several.dat" "$T/plain.svg"
check 'statistic mean: the same picture' cmp "$T/plain.svg" "$T/mean.svg"
exits 64 'another statistic' statistic mode several mode.svg
says 'another statistic: says which are known' 'mean, sd, min or median'
exits 65 'one training a cell' statistic sd full one.svg
says 'one training a cell: says so' 'tells no spread'

exits 64 'another ending' draw "$T/full.dat" "$T/full.gif"
says 'another ending: says which are known' 'must end in .png, .pdf, .svg or .eps'
exits 64 'no arguments' draw
says 'no arguments: usage' '^usage: gnuplot -c'
exits 65 'no such file' draw "$T/none.dat" "$T/none.png"
says 'no such file: says so' 'cannot read .*none.dat'
exits 65 'no cell has a value' draw "$T/nothing.dat" "$T/nothing.png"
says 'no cell has a value: says so' 'nothing to draw'
for done in 1 2; do
    sed "1i # trainings_done $done of 2" "$T/nothing.dat" >"$T/done$done.dat"
done
exits 65 'half is done' draw "$T/done1.dat" "$T/nothing.png"
says 'half is done: says so' 'has a value yet: nothing to draw'
exits 65 'all is done and diverged' draw "$T/done2.dat" "$T/nothing.png"
says 'all is done and diverged: says what to do' 'every training of .*done2.dat diverged .*--learning-rate'
exits 1 'nothing drawn leaves no picture' test -e "$T/nothing.png"
