# SPDX-License-Identifier: BSD-3-Clause
# The farm on paper: how near simulated runs come to all ranks training full packs all the time (`make simulate`).
#
#   gnuplot -c plots/scaling.gp SCALING.dat PICTURE.png
#
# It knows the table of tests/bench/simulation.c: a block for each side of the grid and number of repeats.

if (ARGC != 2) {
    print "usage: gnuplot -c scaling.gp SCALING.dat PICTURE.png"
    exit status 64
}
data = ARG1
set terminal pngcairo noenhanced size 1500,800 font "Sans,18" linewidth 2
set output ARG2
set datafile commentschars "#"
set logscale x
set xrange [1:100000]
set yrange [0:105]
set format x "%.0f"
set xlabel "ranks"
set ylabel "% of the speed of as many full, busy ranks"
set grid
set key left bottom
set style data linespoints

# Blocks come in this order: the sides 64, 256, 1024, 4096, each with 1, 4 and 16 repeats.
plot data index 0 using 3:9 title "64 x 64" lt 1 pt 7, \
     data index 2 using 3:9 title "64 x 64, 16 repeats" lt 1 dt 2 pt 6, \
     data index 3 using 3:9 title "256 x 256" lt 2 pt 7, \
     data index 5 using 3:9 title "256 x 256, 16 repeats" lt 2 dt 2 pt 6, \
     data index 6 using 3:9 title "1024 x 1024" lt 3 pt 7, \
     data index 9 using 3:9 title "4096 x 4096" lt 4 pt 7
