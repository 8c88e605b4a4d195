# SPDX-License-Identifier: BSD-3-Clause
# Error against the number of weights: a dot for each network, and a line through the best network of each size.
#
#   gnuplot -c plots/profile.gp PREFIX.dat PICTURE.png [TITLE]
#
# PICTURE may end in .png, .pdf or .svg. With several trainings a cell the error is their mean. It knows the columns and
# the header of PREFIX.dat and nothing of how they came about.

if (ARGC < 2 || ARGC > 3) {
    print "usage: gnuplot -c profile.gp PREFIX.dat PICTURE.png|.pdf|.svg [TITLE]"
    exit status 64
}
data = ARG1
picture = ARG2
ending = picture[strlen(picture) - 3 : strlen(picture)]
if (ending eq ".png") {
    set terminal pngcairo noenhanced size 1500,900 font "Sans,22" linewidth 2
} else { if (ending eq ".pdf") {
    set terminal pdfcairo noenhanced size 7.5in,4.5in font "Sans,10.5" linewidth 1
} else { if (ending eq ".svg") {
    set terminal svg noenhanced size 750,450 font "Sans,12" linewidth 1 background "white"
} else {
    print "profile.gp: the name of the picture must end in .png, .pdf or .svg: ", picture
    exit status 64
} } }

stats data using 3 name "E" nooutput
if (!exists("E_records")) {
    print "profile.gp: cannot read ", data, ", or no cell of it has a value"
    exit status 65
}

# Numbers of inputs and targets, from the header: `# name value` lines.
inputs = 0
targets = 0
set datafile commentschars ""
set table $header
plot data every ::::99 using (strcol(1) ne "#" ? 0 : strcol(2) eq "inputs" ? (inputs = int(strcol(3))) \
    : strcol(2) eq "targets" ? (targets = int(strcol(3))) : 0):(0) with table
unset table
set datafile commentschars
if (inputs < 1 || targets < 1) {
    print "profile.gp: the header of ", data, " does not tell inputs and targets"
    exit status 65
}
weights(a, b) = a * (inputs + 1) + b * (a + 1) + targets * (b + 1)

# All cells that have a value in one list, without the empty lines between the rows; then by size, of equally large ones
# the best first.
array size[E_records]
array error[E_records]
cell = 0
set table $list
plot data using ($3 == $3 ? (cell = cell + 1, size[cell] = weights($1, $2), error[cell] = $3, 0) : 0):(0) with table
unset table
stats size using 2 name "SIZE" nooutput
set table $sorted
plot size using (size[$1]):(error[$1]):(size[$1] + (error[$1] - E_min) / (E_max - E_min + 1e-300) / 2) \
    smooth zsort with points
unset table
lowest = NaN
best(e) = lowest != lowest || e < lowest ? (lowest = e) : NaN

set title ARGC > 2 ? ARG3 : "Error after training, by the number of weights"
set xlabel "weights"
set ylabel "mean squared error"
set logscale x
set format y "%g"
set xtics ()
do for [power = 0:9] {
    do for [digit in "1 2 5"] { set xtics add (sprintf("%.0f", digit * 10.0 ** power) digit * 10.0 ** power) }
}
set xrange [0.9 * SIZE_min : 1.1 * SIZE_max]
room = E_max > E_min ? (E_max - E_min) / 20 : 1
set yrange [E_min > E_max / 2 ? E_min - room : 0 : E_max + room]
set border 3 linecolor "#404040"
set tics nomirror
set grid linecolor "#d0d0d0"
set key tmargin center horizontal noautotitle
set output picture
plot $sorted using 1:2 with points pointtype 7 pointsize 0.4 linecolor "#9097a8" title "a network", \
     $sorted using 1:(best($2)) with points pointtype 7 pointsize 0.9 linecolor "#b3261e", \
     lowest = NaN, $sorted using 1:(lowest = lowest != lowest || $2 < lowest ? $2 : lowest) \
         with steps linewidth 1.5 linecolor "#b3261e" title "the best of each size"
