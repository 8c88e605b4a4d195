# SPDX-License-Identifier: BSD-3-Clause
# The error surface, and beside it the same from above: a map with a square for each cell.
#
#   gnuplot -c plots/surface.gp PREFIX.dat PICTURE.png [TITLE]
#
# gnuplot -e "statistic='sd'" -c … draws how the trainings of a cell spread: their sd, min or median, not their mean.
#
# PICTURE may end in .png, .pdf, .svg or .eps. Cells without a value (failed, diverged, not trained yet) are grey in the
# map; those whose neighbours have none are points of the surface. A grid of a single row is drawn as a curve. It knows
# the columns of PREFIX.dat and nothing of how they came about. Of a grid with more axes it draws the first block.

if (ARGC < 2 || ARGC > 3) {
    print "usage: gnuplot -c surface.gp PREFIX.dat PICTURE.png|.pdf|.svg|.eps [TITLE]"
    exit status 64
}
data = ARG1
picture = ARG2
if (!exists("statistic")) statistic = "mean"
number = statistic eq "mean" ? 3 : statistic eq "sd" ? 4 : statistic eq "min" ? 5 : statistic eq "median" ? 6 : 0
if (!number) {
    print "surface.gp: statistic is mean, sd, min or median, not: ", statistic
    exit status 64
}
error = statistic eq "sd" ? "standard deviation of the error" : statistic eq "min" ? "lowest error" \
    : statistic eq "median" ? "median error" : "mean squared error"
title = ARGC > 2 ? ARG3 : "Error after training, for every size of the two hidden layers"
hidden1 = "neurons in hidden layer 1"
hidden2 = "neurons in hidden layer 2"

# Letters are about a sixtieth of the width in each.
ending = picture[strlen(picture) - 3 : strlen(picture)]
if (ending eq ".png") {
    set terminal pngcairo noenhanced size 1800,1000 font "Sans,22" linewidth 2
    large = ",30"
} else { if (ending eq ".pdf") {
    set terminal pdfcairo noenhanced size 9in,5in font "Sans,10.5" linewidth 1
    large = ",14"
} else { if (ending eq ".svg") {
    set terminal svg noenhanced size 900,500 font "Sans,14" linewidth 1 background "white"
    large = ",19"
} else { if (ending eq ".eps") {
    set terminal epscairo noenhanced size 9in,5in font "Sans,10.5" linewidth 1
    large = ",14"
} else {
    print "surface.gp: the name of the picture must end in .png, .pdf, .svg or .eps: ", picture
    exit status 64
} } } }

# --- what the file holds -----------------------------------------------------------------------------------------

stats data using 1 name "A" nooutput
if (!exists("A_records")) {
    print "surface.gp: cannot read ", data
    exit status 65
}
stats data using 2 name "B" nooutput
stats data nooutput name "ALL"
if (number > ALL_columns) {
    print "surface.gp: ", data, " tells no spread: it has one training a cell"
    exit status 65
}
# What was trained, from the header: `# name value` lines.
# Names may hold blanks: so a line is one column, whose end is a tab.
header = "\t"
set datafile commentschars ""
set datafile separator "\t"
set table $header
plot data every ::::99 using (header = header.(substr(strcol(1), 1, 2) eq "# " ? strcol(1)."\t" : ""), 0):(0) with table
unset table
set datafile separator
set datafile commentschars
known(name) = strstrt(header, "\t# ".name." ")
behind(name) = substr(header, known(name) + strlen(name) + 4, strlen(header))
setting(name) = substr(behind(name), 1, strstrt(behind(name), "\t") - 1)
count(name) = known(name) ? int(setting(name)) : 1
progress = known("trainings_done") ? setting("trainings_done") : "" # `31 of 144`
all_done = words(progress) == 3 && word(progress, 1) eq word(progress, 3)
stats data index 0 using number name "E" nooutput
if (!exists("E_records")) {
    if (all_done) {
        print "surface.gp: every training of ".data." diverged or failed: nothing to draw; ". \
            "try a smaller --learning-rate"
    } else {
        print "surface.gp: no cell of ", data, " has a value yet: nothing to draw"
    }
    exit status 65
}
files = known("split") && setting("split") eq "files"
stops = known("early_stopping") && setting("early_stopping") ne "none"
trainings = count("repeats") * count("folds")
caption = !known("epochs") ? "" : setting("data").(files ? " and other files, " : ", "). \
    setting("samples")." samples: ".(stops ? "at most " : "").setting("epochs")." epochs, ". \
    "learning rate ".setting("learning_rate").", seed ".setting("seed"). \
    (trainings == 1 ? "" : sprintf(", %s of %d trainings", statistic, trainings))
if (words(progress) == 3 && !all_done) {
    caption = caption." (".progress." trainings so far)"
}

# The largest of 1, 2, 5 times a power of ten that divides a span into at least 3.2 parts, so into 8 at the most.
power(span) = 10.0 ** floor(log10(span / 3.2))
step(span) = span >= 16 * power(span) ? 5 * power(span) : span >= 6.4 * power(span) ? 2 * power(span) : power(span)
whole_step(span) = span < 4 ? 1 : step(span)
decimals(step) = step >= 1 ? 0 : ceil(-log10(step) - 1e-9)

top = E_max > 0 ? E_max : 1.0
rise = step(top)
digits = decimals(rise) > 3 || top >= 1e6 ? 4 : decimals(rise)
height = digits > 3 ? "%.1tE%T" : sprintf("%%.%df", digits)

set border linecolor "#404040"
set grid linecolor "#b0b0b0"
unset key
set output picture

# --- a single row: a curve ---------------------------------------------------------------------------------------

if (A_min == A_max || B_min == B_max) {
    along = A_min == A_max ? 2 : 1
    alone = A_min == A_max ? A_min : B_min
    row = sprintf("%g neuron%s in hidden layer %d", alone, alone == 1 ? "" : "s", 3 - along)
    print "surface.gp: the grid is a single row (", row, "): drawn as a curve"
    low = along == 1 ? A_min : B_min
    high = along == 1 ? A_max : B_max
    set title title font large
    set label 2 caption at graph 0.97,0.86 right
    set label 1 row at graph 0.97,0.93 right
    set xlabel (along == 1 ? hidden1 : hidden2)
    set ylabel error
    set format y height
    set ytics rise
    set xtics whole_step(high - low)
    set xrange [low - 1 : high + 1]
    set yrange [0 : 1.1 * top]
    plot data index 0 using along:number with linespoints linecolor "#3b518b" pointtype 7
    exit
}

# --- the surface -------------------------------------------------------------------------------------------------

# Height is the error; colour is its rank among all cells, so that a plateau beside high walls still shows which side
# of it is lower. A quarter of the cells lies between two marks of the colour bar.
share(e, low, high) = high > low ? (e - low) / (high - low) : 0
rank(e) = e != e             ? NaN \
        : e <= E_lo_quartile ? share(e, E_min, E_lo_quartile) \
        : e <= E_median      ? share(e, E_lo_quartile, E_median) + 1 \
        : e <= E_up_quartile ? share(e, E_median, E_up_quartile) + 2 \
        :                      share(e, E_up_quartile, E_max) + 3

# Viridis: even steps of lightness, so the same order for every kind of colour vision, and in print without colour.
set palette defined (0 "#440154", 1 "#472c7a", 2 "#3b518b", 3 "#2c718e", 4 "#21908d", 5 "#27ad81", 6 "#5cc863", \
    7 "#aadc32", 8 "#fde725")
set cbrange [0:4]
set cbtics scale 0 (sprintf("%.3g", E_min) 0)
array quarter[5] = [E_min, E_lo_quartile, E_median, E_up_quartile, E_max]
do for [q = 2:5] { # no number twice
    if (sprintf("%.3g", quarter[q]) ne sprintf("%.3g", quarter[q - 1])) {
        set cbtics add (sprintf("%.3g", quarter[q]) q - 1)
    }
}
set colorbox horizontal user origin 0.3,0.1 size 0.4,0.025

set label 1 title at screen 0.5,0.95 center font large
set label 2 caption at screen 0.5,0.89 center
set label 3 "Colour is rank: a quarter of the networks lies between two marks. The white dot is the lowest." \
    at screen 0.5,0.025 center

set zrange [0:top]
set xyplane at 0
set format z height
set ztics rise offset 0.5,0
set zlabel error rotate parallel offset 2 - 0.9 * digits,0
set grid ztics vertical

# Rows are numbered, by the empty lines (column -1) and by the lines between them. So each cell has a square of its own,
# whatever its distance to the next; the marks say which sizes these are.
stats data index 0 every :::0::0 using 2 name "ROW" nooutput
stats data index 0 using (column(-1)) name "ROWS" nooutput
rows = int(ROWS_max) + 1
columns = int(ROW_records)
i(k) = column(-1)
j(k) = column(0) - columns * column(-1)
array first[rows]
array second[columns]
set table $sizes
plot data index 0 using (first[int(column(-1)) + 1] = column(1), second[int(j(0)) + 1] = column(2), 0):(0) with table
unset table
apart(count, room) = ceil(count / (1.0 * room)) # one row of so many has a number
evenly(count, room) = apart(count, room) > 10 ? 10 * ceil(apart(count, room) / 10.0) \
    : apart(count, room) > 5 ? 10 : apart(count, room) > 2 ? 5 : apart(count, room)
# Each patch has the colour of its highest corner: a mean would show errors that no cell has. Lines between many patches
# would hide them.
set pm3d depthorder corners2color max
if (rows > 32 || columns > 32) { set pm3d noborder } else { set pm3d border linecolor "#303030" linewidth 0.2 }

set multiplot
set size 0.52,0.86
set origin 0.015,0.08
set view 57,125,0.9,1.05
set xrange [0:rows - 1]
set yrange [0:columns - 1]
set xlabel hidden1 rotate parallel offset 0,-0.5
set ylabel hidden2 rotate parallel offset 0,-0.5
set xtics offset 0.6,-0.1 ()
set ytics offset -0.6,-0.3 ()
step = evenly(rows, 7)
do for [r = first[step] == step ? step : 1:rows:step] { set xtics add (sprintf("%g", first[r]) r - 1) }
step = evenly(columns, 7)
do for [r = second[step] == step ? step : 1:columns:step] { set ytics add (sprintf("%g", second[r]) r - 1) }
splot data index 0 using (i(0)):(j(0)):number:(rank(column(number))) with pm3d, \
      data index 0 using (i(0)):(j(0)):number:(rank(column(number))) with points pointtype 7 pointsize 0.4 palette
unset label
unset colorbox
unset grid
set size 0.40,0.72
set origin 0.57,0.14
set xrange [-0.5:rows - 0.5]
set yrange [-0.5:columns - 0.5]
set xlabel hidden1 norotate offset 0,0.3
set ylabel hidden2 rotate offset 0,0
set xtics scale 0.5 nomirror offset 0,0.3 ()
set ytics scale 0.5 nomirror offset 0.3,0 ()
step = evenly(rows, 12)
do for [r = first[step] == step ? step : 1:rows:step] { set xtics add (sprintf("%g", first[r]) r - 1) }
step = evenly(columns, 16)
do for [r = second[step] == step ? step : 1:columns:step] { set ytics add (sprintf("%g", second[r]) r - 1) }
set object 1 rectangle from graph 0,0 to graph 1,1 behind fillcolor "#dddddd" fillstyle solid noborder
lowest(e) = e == E_min
plot data index 0 using (i(0)):(j(0)):(rank(column(number))) with image pixels, \
     data index 0 using (lowest(column(number)) ? i(0) : NaN):(j(0)) \
         with points pointtype 7 pointsize 1.2 linecolor "#ffffff"
unset multiplot
