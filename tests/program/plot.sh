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
# What misled: cells without neighbours, values and labels of all sizes, names with blanks, a run half done.
HOLES='3 5 7 9 11 13 15 17 19 21 23' grid "$T/alone.dat" "${to12[@]}" -- "${to12[@]}"
awk '$1 == 6 && $2 == 6 { $3 = 3e27 } { print }' "$T/full.dat" >"$T/spike.dat"
awk 'NF == 3 && !/#/ { $3 = 0.253 + 1e-9 * $1 } { print }' "$T/full.dat" >"$T/even.dat"
{
    printf '# %s\n' 'data my own data.csv' 'samples 150' 'epochs 123' 'learning_rate 0.5' 'seed 7' \
        'trainings_done 31 of 144'
    cat "$T/full.dat"
} >"$T/half.dat"
for name in alone spike even half; do
    check "$name: drawn as text" draw "$T/$name.dat" "$T/$name.svg"
    check "$name: as text, without a word" silent
    check "$name: drawn" draw "$T/$name.dat" "$T/$name.png"
    check "$name: a picture" png "$T/$name.png"
done
squares() # NAME: of each cell with a value, beside about 128 of the bar
{
    local cells
    cells=$(awk 'NF > 2 && !/#/ && $3 != "nan"' "$T/$1.dat" | wc -l)
    (($(grep -c '<polygon' "$T/$1.svg") > cells + 100)) || { grep -c '<polygon' "$T/$1.svg"; echo "$cells"; return 1; }
}
check 'cells without neighbours: in the map' squares alone
labels() # FILE: its numbers at the bar and the axes, one a line
{
    grep -oE '>[-+0-9.eE]+<' "$1" | tr -d '<>'
}
few_digits()
{
    ! labels "$T/spike.svg" | grep -E '.{10}'
}
check 'a spike: no label of many digits' few_digits
no_twice() # the bar says 0.253 once
{
    [[ $(labels "$T/even.svg" | grep -cx 0.253) == 1 ]]
}
check 'values that look alike: one label' no_twice
check 'a name with blanks: whole' grep -q 'my own data.csv, 150 samples' "$T/half.svg"
check 'a run half done: said' grep -q '(31 of 144 trainings so far)' "$T/half.svg"
check 'a run that is done: not said' eval "! grep -q 'so far' '$T/spike.svg'"
grid "$T/single.dat" 1 -- "${to12[@]}"
check 'one neuron: drawn' draw "$T/single.dat" "$T/single.svg"
check 'one neuron: in the singular' grep -q '1 neuron in hidden layer 1' "$T/single.svg"
for name in row column cell; do
    check "$name: drawn" draw "$T/$name.dat" "$T/$name.png"
    says "$name: says that it is a curve" 'single row .* drawn as a curve'
    check "$name: a picture" png "$T/$name.png"
done
{
    cat "$T/full.dat"
    printf '\n\n'
    sed 's/ 0/ 3/' "$T/full.dat"
} >"$T/blocks.dat"
check 'two blocks: drawn' draw "$T/blocks.dat" "$T/blocks.png"
check 'two blocks: without a word' silent
check 'two blocks: the first' cmp "$T/full.png" "$T/blocks.png"
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

# Error against weights, for the shapes above; with the numbers of inputs and targets, which the weights come from.
profile()
{
    gnuplot -c "$TOP/plots/profile.gp" "$@"
}
for name in full holes alone half row two single; do
    { printf '# %s\n' 'inputs 4' 'targets 3'; cat "$T/$name.dat"; } >"$T/sized.dat"
    check "$name: its profile" profile "$T/sized.dat" "$T/profile-$name.svg"
    check "$name: its profile without a word" silent
done
dots() # NAME: one for each cell that has a value, and red ones for the best of each size
{
    awk 'NF > 2 && !/#/ && $3 != "nan" { print $1 * 5 + $2 * ($1 + 1) + 3 * ($2 + 1), $3 }' "$T/$1.dat" |
        sort -k1,1n -k2,2g | awk '!n++ || $2 < low { low = $2; best++ } END { print n, best }' >"$T/expected"
    local grey red
    grey=$(awk '/<g / { on = 0 } /9097a8|144, *151, *168/ { on = 1 } on && /<use/' "$T/profile-$1.svg" | wc -l)
    red=$(awk '/<g / { on = 0 } /b3261e|179, *38, *30/ { on = 1 } on && /<use/' "$T/profile-$1.svg" | wc -l)
    echo "$((grey - 1)) $red" | diff - "$T/expected" # one more in the legend
}
check 'full: a dot for each network' dots full
check 'holes: a dot for each network' dots holes
check 'alone: a dot for each network' dots alone
exits 65 'a profile without inputs and targets' profile "$T/full.dat" "$T/none.svg"
says 'a profile without inputs and targets: says so' 'does not tell inputs and targets'
exits 65 'a profile of nothing' profile "$T/nothing.dat" "$T/none.svg"
exits 64 'a profile without arguments' profile
exits 64 'a profile with another ending' profile "$T/full.dat" "$T/full.gif"

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
