#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The scripts of plots/ draw any grid that a sweep can leave behind, in each format, or say in one line why they cannot.
# All pictures stay in build/plots, to be looked at.
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
    head -c 4 "$1" | grep -q PNG && tail -c 12 "$1" | grep -aq IEND && (($(wc -c <"$1") > 10000))
}
quiet() # COMMAND…: without a word
{
    "$@" 2>"$T/said" && [[ ! -s $T/said ]] && return 0
    cat "$T/said"
    return 1
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
    check "$name: drawn, without a word" quiet draw "$T/$name.dat" "$T/$name.png"
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
    check "$name: drawn as text, without a word" quiet draw "$T/$name.dat" "$T/$name.svg"
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
joined() # the 12 cells of a column are one line, of 11 parts
{
    draw "$T/column.dat" "$T/column.svg" 2>"$T/said"
    (($(sed -n "/<path stroke='rgb( 59,  81, 139)'/,\|/>|p" "$T/column.svg" | tr -cd L | wc -c) == 11))
}
check 'a column: a line joins its cells' joined
{
    cat "$T/full.dat"
    printf '\n\n'
    sed 's/ 0/ 3/' "$T/full.dat"
} >"$T/blocks.dat"
check 'uneven: numbers in plain digits' draw "$T/uneven.dat" "$T/uneven.svg"
check 'uneven: 1000 is 1000' grep -q '>1000<' "$T/uneven.svg"
check 'two blocks: drawn, without a word' quiet draw "$T/blocks.dat" "$T/blocks.png"
check 'two blocks: the first' cmp "$T/full.png" "$T/blocks.png"
refuse 'holes make another picture' cmp "$T/full.png" "$T/holes.png"

while read -r ending magic; do
    check "$ending: drawn" draw "$T/full.dat" "$T/full.$ending" 'Title with _ and {'
    check "$ending: its format" begins "$T/full.$ending" "$magic"
done <<'END'
pdf %PDF
svg <?xml
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
    gnuplot -e "value='$1'" -c "$TOP/plots/surface.gp" "$T/$2.dat" "$T/$3"
}
while read -r name words; do
    check "statistic $name: drawn" statistic "$name" several "$name.svg"
    check "statistic $name: named" grep -q "$words" "$T/$name.svg"
done <<'END'
error Error, for every size
error_sd standard deviation of the error
error_min lowest error
error_median median error
END
# The numbers at the palette are those of the column: its lowest and highest value.
ends_of() # NAME COLUMN
{
    local low high
    read -r low high < <(awk -v c="$2" 'NF > 3 && !/#/ { if (!n++ || $c < l) l = $c; if ($c > h) h = $c }
        END { printf "%.3g %.3g", l, h }' "$T/several.dat")
    [[ -n $high ]] && grep -qF ">$low<" "$T/$1.svg" && grep -qF ">$high<" "$T/$1.svg"
}
check 'statistic mean: its values' ends_of error 3
check 'statistic sd: its values' ends_of error_sd 4
check 'statistic min: its values' ends_of error_min 5
check 'statistic median: its values' ends_of error_median 6
check 'statistic mean: as without' draw "$T/several.dat" "$T/plain.svg"
check 'statistic mean: the same picture' cmp "$T/plain.svg" "$T/error.svg"
exits 65 'another column' statistic mode several mode.svg
says 'another column: says which are known' 'no column mode.*hidden1 hidden2 error error_sd'
exits 65 'one training a cell' statistic error_sd full one.svg
says 'one training a cell: says so' 'no column error_sd'

# Error against weights, for the shapes above; with the numbers of inputs and targets, which the weights come from.
profile()
{
    gnuplot -c "$TOP/plots/profile.gp" "$@"
}
for name in full holes alone half row two single; do
    { printf '# %s\n' 'inputs 4' 'targets 3'; cat "$T/$name.dat"; } >"$T/sized.dat"
    check "$name: its profile, without a word" quiet profile "$T/sized.dat" "$T/profile-$name.svg"
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

# --- real sweeps: axes that are no layers, repeats, epochs, cells that diverged ---------------------------------------

picture() # SCRIPT FILE PICTURE [VARIABLES]
{
    gnuplot ${4:+-e "$4"} -c "$TOP/plots/$1.gp" "$2" "$3"
}
cd "$T" || exit 1
check 'a sweep of layers' mpirun -q -np 2 "$NSURF" -q -o layers -a 1:7 -b 1:6 -r 3 -e 60
check 'a sweep with test samples' "$NSURF" -q -o parts -a 1:6 -b 1:6 -r 3 -e 60 --split 50/25/25 --error test
# What an earlier version wrote, which chose by validation.
sed 's/^# best_set_by test$/# best_set_by validation/' parts.dat >others.dat
check 'a sweep of epochs and rates' "$NSURF" -q -o rates -a 4 -b 4 -e 10:200:10 -l 0.01:1:log7
check 'a sweep of epochs and layers' "$NSURF" -q -o widths -a 2,4,8 -b 3:5 -e 10:200:10
check 'a sweep with words' "$NSURF" -q -o words -a 4 -b 4 -e 50 --hidden-activation logistic,tanh,relu -l 0.01:1:log5
check 'a sweep that diverges' "$NSURF" -q -o edge -a 4 -b 4 --batch all --hidden-activation tanh \
    --output-activation linear -e 100 -l 0.1:10:log12 --weight-range 0.1:10:log9
for prefix in layers edge; do
    check "$prefix: all columns" "$NSURF" export "$prefix" --to dat -o "$prefix-all.dat"
done
while read -r script file variables; do
    name=real-$script-${file%%.*}
    check "$script of $file, without a word" quiet picture "$script" "$file" "$name.png" "$variables"
    check "$script of $file, as text" picture "$script" "$file" "$name.svg" "$variables"
    check "$script of $file, for print" picture "$script" "$file" "$name.pdf" "$variables"
    check "$script of $file, for print: its format" begins "$name.pdf" %PDF
done <<'END'
surface layers.dat
surface rates.dat
surface words.dat
surface edge-all.dat
surface layers-all.dat
surface parts.dat
surface others.dat
heatmap layers.dat
heatmap layers-all.dat
heatmap rates.dat ridge=1
heatmap words.dat
heatmap edge-all.dat lines=0
slices layers.dat
slices words.dat
curves rates.dat
curves widths.dat
profile layers.dat
profile widths.dat block=3
gantt layers.run.json
END
has() # PICTURE TEXT…: each stands in it
{
    local text
    for text in "${@:2}"; do grep -qF -- "$text" "$1" || { echo "no: $text"; return 1; }; done
}
check 'axes: labelled as what they are' has real-surface-rates.svg '>epochs<' '>learning rate<' '4 and 4 hidden neurons'
check 'a constant ratio: round marks' has real-heatmap-rates.svg '>0.01<' '>0.1<' '>1<'
check 'choices: in words' has real-heatmap-words.svg '>logistic<' '>tanh<' '>relu<' '>hidden activation<'
check 'diverged cells: when' has real-heatmap-edge-all.svg 'Red: diverged' 'epoch '
check 'cells without a value: counted' has real-surface-edge-all.svg ' without a value'
check 'the set of the best' has real-heatmap-layers.svg 'may be the best (95 %)' 'the smallest of these'
check 'a test error, a set by the same: not said' has real-surface-parts.svg 'which cannot be told from the best (95 %)'
check 'a test error, a set by validation: said' \
    has real-surface-others.svg 'which cannot be told from the best by validation error (95 %)'
check 'nearly all may be the best: how many of how many' has real-surface-parts.svg 'of 36 cells, which cannot be told'
check 'a sweep with test samples: all columns' "$NSURF" export parts --to dat -o parts-all.dat
while read -r value words; do
    check "$value: drawn" picture heatmap parts-all.dat parts.svg "value='$value'"
    check "$value: by its name" has parts.svg "$words" "3 trainings"
done <<'END'
test_error Test error, for every size
test_error mean squared error, test samples
validation_misclassified Share of misclassified validation samples, for every size
test_error_sd standard deviation of the test error
END
check 'which samples: told' has parts.svg '74 training, 38 test samples'
check 'no skill: in the slices' picture slices parts-all.dat parts.svg
check 'no skill: told' has parts.svg 'Dashed: always the mean, 0.222.'
trained() # marks of few values, and of many, are values that were trained
{
    grid steps.dat 1 4 7 10 13 16 19 22 -- {1..27..2}
    picture slices steps.dat steps.svg && has steps.svg '>1<' '>4<' '>19<' '>22<' '>5<' '>25<' &&
        ! labels steps.svg | grep -xE '2|6|8|10.5|14|18'
}
check 'marks: values that were trained' trained
one_line() # a single cell that differs has no contour around it
{
    awk '/^[0-9]/ { $3 = $1 == 6 && $2 == 6 ? 2 : 1 } { print }' full.dat >lone.dat
    picture heatmap lone.dat lone.svg && ! grep -q 'smoothed' lone.svg && grep -q 'Colour is rank' lone.svg
}
check 'no lines: none explained' one_line
check 'slices: with the spread' has real-slices-layers.svg 'one standard deviation to each side'
bands() # the range of slices holds their bands: of 557 with a deviation of 202, from 355 on
{
    awk 'BEGIN { print "# hidden1 hidden2 error error_sd"
        for (a = 1; a < 7; a++) {
            for (b = 1; b < 7; b++) print a, b, 557 + 5 * (a + b - 2), 202
            print "" } }' >bands.dat
    picture slices bands.dat bands.svg && labels bands.svg | awk '$1 >= 100 && $1 <= 355 { n++ } END { exit !n }'
}
check 'slices: the range holds the bands' bands
few_curves() # three curves have the first three colours, and each stands beside its name
{
    picture curves widths3.dat few.svg && labels few.svg >/dev/null &&
        ! grep -qi "92, 200,  99\|212, 169,   0\|#5cc863\|#d4a900" few.svg &&
        [[ $(grep -c '<text>.*hidden1 ' few.svg) == 3 ]]
}
check 'a sweep of epochs and three layers' "$NSURF" -q -o widths3 -a 2,4,8 -b 3 -e 10:100:10 -r 2
check 'curves of three: a colour for each' few_curves
check 'curves of several trainings: with the spread' has few.svg 'Bands: one standard deviation'
check 'curves of rates: named' has real-curves-rates.svg 'learning rate 0.' 'all 7'
check 'curves of layers: named' has real-curves-widths.svg '(8, ' 'all 9'
check 'a block: said' has real-profile-widths.svg ', epochs 40'
check 'gantt: each rank' has real-gantt-layers.svg ' rank 0: ' ' rank 1: ' '126 trainings'
boxes() # as many as there are spans of time
{
    (($(grep -cE '^ *\[[0-9]' layers.run.json) > 2)) &&
        (($(grep -c '<polygon\|<rect' real-gantt-layers.svg) >= $(grep -cE '^ *\[[0-9]' layers.run.json)))
}
check 'gantt: a box for each span' boxes
check 'curves of rates: round marks at the logarithm' \
    has real-curves-rates.svg '>0.01<' '>0.02<' '>0.05<' '>0.1<' '>0.2<'
# A program may have one axis: it is a curve, or another script is named.
check 'a program of one axis' "$NSURF" -q -o sole --command 'expr 1 + {x} % 3 + {repeat}' \
    --axis x=1,3,10,20 --repeats 3
check 'a program of one axis of words' "$NSURF" -q -o words1 --command 'expr length {w}' --axis w=sgd,adam,rprop
exits 1 'a program that fails' "$NSURF" -q -o failing --command 'false {x}' --axis x=1:3
check 'one axis: all columns' timeout 20 "$NSURF" export sole --to dat -o sole-all.dat
for file in sole sole-all words1; do
    check "one axis, $file: drawn" picture surface "$file.dat" "$file.svg"
    says "one axis, $file: says that it is a curve" 'single axis .* drawn as a curve'
    for script in heatmap slices curves profile; do
        exits 65 "one axis, $file: not by $script" picture "$script" "$file.dat" none.png
        says "one axis, $file: not by $script, says so" 'surface.gp draws'
    done
done
check 'one axis: its values, its bars' has sole.svg '>x<' '>10<' '>20<' 'Bars: one standard deviation'
check 'one axis of words: these' has words1.svg '>sgd<' '>adam<' '>rprop<'
check 'a program of two axes' "$NSURF" -q -o loss --command 'echo loss {x}{repeat}{y} {w}' --axis x=1:5 --axis y=1:4 \
    --axis w=a,b --value loss=label:loss --repeats 3
check 'a program of two axes: drawn' picture surface loss.dat loss.svg
check 'a program of two axes: its names' has loss.svg '>Loss, by x and y<' '>loss<' 'seed 1, mean of 3 runs' \
    'that may be the best (95 %)' ' here '
exits 65 'a program that failed' picture surface failing.dat none.png
says 'a program that failed: says so' 'every run of failing.dat failed: .*.failures says why'
exits 65 'curves without epochs' picture curves layers.dat none.png
says 'curves without epochs: says so' 'no axis of epochs'
exits 65 'weights of a grid without layers' picture profile rates.dat none.png
says 'weights of a grid without layers: says so' 'no column of weights'
exits 65 'a block too far' picture heatmap rates.dat none.png block=7
says 'a block too far: says so' 'has 1 block, counted from 0'
exits 65 'gantt of a surface' picture gantt layers.dat none.png
says 'gantt of a surface: says so' 'not the report of a run'
fits() # PICTURE…: no line of text is wider than its picture, at 0.56 of its height a character
{
    awk '/^ *width="[0-9]/ && !wide { match($0, /width="[0-9]+/); wide = substr($0, RSTART + 7, RLENGTH - 7) + 0 }
        FNR == 1 { wide = 0 }
        /<g transform=/ { level = /text-anchor="middle"/ && !/rotate/ }
        /font-size="/ { match($0, /font-size="[0-9.]+/); high = substr($0, RSTART + 11, RLENGTH - 11) }
        /<text>/ && level { gsub(/<[^>]*>|\t/, ""); n++
            if (0.56 * high * length > wide) { print FILENAME ": " $0; bad = 1 } }
        END { exit bad || n < 20 }' "$@"
}
check 'texts: within the pictures' fits ./*.svg
shared() # FROM SCRIPT…: between these marks
{
    local script
    for script in "${@:2}"; do
        sed -n "/^# --- $1/,/^# --- end/p" "$TOP/plots/$script.gp" >"shared-$script"
        [[ -s shared-$script ]] && cmp "shared-$2" "shared-$script" || return 1
    done
}
check 'the lines that all plots share: the same' shared 'the file, the picture' surface heatmap slices curves profile
check 'the lines that the maps share: the same' shared 'the grid, its marks' surface heatmap slices
check 'contours: the same' shared contours surface heatmap
check 'the range of curves: the same' shared 'the range of curves' surface slices curves

exits 64 'another ending' draw "$T/full.dat" "$T/full.gif"
says 'another ending: says which are known' 'must end in .png, .svg or .pdf'
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

# --- all pictures: neither blank nor of one colour --------------------------------------------------------------------

cat >"$T/colours.py" <<'PY'
"""Each PNG has ink on 1 % of its area and 40 colours at the least."""
import sys
import matplotlib.image, numpy as np
bad = 0
for name in sys.argv[1:]:
    pixels = np.round(matplotlib.image.imread(name)[:, :, :3] * 255).astype(np.int64)
    codes = pixels[:, :, 0] * 65536 + pixels[:, :, 1] * 256 + pixels[:, :, 2]
    colours, ink = len(np.unique(codes)), (codes != 0xffffff).mean()
    if colours < 40 or ink < 0.01:
        print(f"{name}: {colours} colours, ink on {100 * ink:.1f} %")
        bad = 1
sys.exit(bad)
PY
if "$PYTHON" -c 'import matplotlib' 2>/dev/null; then
    check 'all pictures: neither blank nor of one colour' "$PYTHON" "$T/colours.py" "$T"/*.png
    "$PYTHON" -c "import matplotlib.image, numpy; matplotlib.image.imsave('$T/blank.png', numpy.ones((400, 600, 3)))"
    refuse 'a blank picture: seen' "$PYTHON" "$T/colours.py" "$T/blank.png"
    rm -f "$T/blank.png"
else
    skip 'colours' "no matplotlib for $PYTHON"
fi
mkdir -p "$TOP/build/plots" && cp "$T"/*.png "$T"/*.svg "$T"/*.pdf "$TOP/build/plots"
