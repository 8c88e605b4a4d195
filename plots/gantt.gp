# SPDX-License-Identifier: BSD-3-Clause
# Who trained what when: a row for each rank, a box for each span in which it trained, from the report of a run.
#
#   gnuplot -c plots/gantt.gp PREFIX.run.json PICTURE.png|.svg|.pdf [TITLE]
#
# A box is a pack, or a part of a long one; in long runs neighbouring boxes became one (see nsurf-files(5)). Its colour
# is the time that each training in it took, so large networks are bright. A red cross is where a lost worker was last
# heard of. The percentage is the share of the time in which the rank trained.

script = "gantt.gp"
wide = 1800
high = 1000
if (ARGC < 2 || ARGC > 3) {
    print "usage: gnuplot -c ".script." PREFIX.run.json PICTURE.png|.svg|.pdf [TITLE]"
    exit status 64
}
data = ARG1
picture = ARG2
ending = picture[strlen(picture) - 3 : strlen(picture)]
if (ending eq ".png") {
    set terminal pngcairo noenhanced size wide,high font "Sans,22" linewidth 2
    large = ",30"
} else { if (ending eq ".pdf") {
    set terminal pdfcairo noenhanced size wide / 200.0,high / 200.0 font "Sans,10.5" linewidth 1
    large = ",14"
} else { if (ending eq ".svg") {
    set terminal svg noenhanced size wide / 2,high / 2 font "Sans,14" linewidth 1 background "white"
    large = ",19"
} else {
    print script.": the name of the picture must end in .png, .svg or .pdf: ".picture
    exit status 64
} } }

# JSON, as nsurf writes it: a member a line. By quotation marks, column 1 is the name, column 2 `: value,`, column 3 a
# text. A span is a line `[rank,start,end,busy,trainings],` without any.
set datafile commentschars ""
set datafile separator '"'
stats data using (0) name "LINES" nooutput
if (!exists("LINES_records")) {
    print script.": cannot read ".data
    exit status 65
}
is(name) = strcol(1) eq name && strstrt(strcol(2), ": ") == 1
bare(text) = text[strlen(text):strlen(text)] eq "," ? text[3:strlen(text) - 1] : text[3:strlen(text)]
number(k) = bare(strcol(2)) eq "null" ? 0 : real(bare(strcol(2)))
section(k) = is("workers") && bare(strcol(2)) eq "[" ? "workers" : is("spans") ? "spans" : here
training_s = 0
efficiency = 0
ranks = 0
trained = 0
here = ""
set table $unused
plot data using (here = section(0), \
    training_s = is("training_s") ? number(0) : training_s, efficiency = is("efficiency") ? number(0) : efficiency, \
    trained = is("trained") ? number(0) : trained, ranks = is("ranks") ? int(number(0)) : ranks, 0):(0) with table
unset table
if (here ne "spans" || ranks < 1) {
    print script.": ".data." is not the report of a run (PREFIX.run.json)"
    exit status 65
}
array host[ranks]
array busy[ranks]
array lost[ranks]
do for [r = 1:ranks] {
    host[r] = ""
    busy[r] = 0
    lost[r] = NaN
}
here = ""
rank = 1
gone = 0
field(k) = real(word(blank(strcol(1)[strstrt(strcol(1), "[") + 1:strstrt(strcol(1), "]") - 1]), k))
blank(line) = strstrt(line, ",") == 0 ? line : blank(line[1:strstrt(line, ",") - 1]." ". \
    substr(line, strstrt(line, ",") + 1, strlen(line)))
array span[5]
set table $spans
plot data using (here = section(0), rank = here eq "workers" && is("rank") ? int(number(0)) + 1 : rank, \
    here eq "workers" && is("host") ? (host[rank] = strcol(3)) : 0, \
    gone = here eq "workers" && is("lost") ? bare(strcol(2)) eq "true" : gone, \
    here eq "workers" && is("busy_s") ? (busy[rank] = number(0)) : 0, \
    here eq "workers" && is("last_s") && gone ? (lost[rank] = number(0)) : 0, \
    a_span = here eq "spans" && strstrt(strcol(1), "[") > 0 && strstrt(strcol(1), ",") > 0, a_span ? field(1) : NaN): \
    (a_span ? field(2) : NaN):(a_span ? field(3) : NaN):(a_span ? field(4) : NaN):(a_span ? field(5) : NaN) with table
unset table
set datafile separator
set datafile commentschars
stats $spans using 5 name "N" nooutput
if (!exists("N_records") || N_sum < 1) {
    print script.": ".data.": this run trained nothing"
    exit status 65
}
# The colour is what was trained: how long a training of it took, on a scale of ratios.
each(busy_s, trainings) = trainings > 0 && busy_s > 0 ? busy_s / trainings : NaN
stats $spans using (each($4, $5)) name "P" nooutput
unit = P_max < 0.1 ? 1000 : 1
set palette defined (0 "#440154", 0.125 "#472c7a", 0.25 "#3b518b", 0.375 "#2c718e", 0.5 "#21908d", 0.625 "#27ad81", \
    0.75 "#5cc863", 0.875 "#aadc32", 1 "#fde725")
set logscale cb
set cbrange [P_min : P_max > P_min ? P_max : 2 * P_min]
set cblabel (unit > 1 ? "milliseconds" : "seconds")." a training" offset 1,0
set cbtics scale 0.5 ()
do for [k = 0:3] {
    mark = P_min * (P_max / P_min) ** (k / 3.0)
    set cbtics add (sprintf("%.2g", unit * mark) mark)
}
set title (ARGC > 2 ? ARG3 : "Who trained when") font large offset 0,0.9
set label 1 sprintf("%.0f trainings in %.3g s on %.0f rank%s, which trained %.1f %% of the time", 1.0 * trained, \
    1.0 * training_s, 1.0 * ranks, ranks == 1 ? "" : "s", 100.0 * efficiency) at graph 0.5,1.035 center
set xlabel "seconds since the first pack was handed out"
set xrange [0 : training_s * 1.001]
set yrange [ranks - 0.5 : -0.5]
set ytics scale 0 ()
apart = ceil(ranks / 24.0)
do for [r = 1:ranks:apart] {
    trained = training_s > 0 ? 100.0 * busy[r] / training_s : 0
    set ytics add (host[r].sprintf(" rank %.0f: %.0f %%%%", r - 1.0, trained) r - 1)
}
set border 3 linecolor "#404040"
set tics nomirror
set tmargin at screen 0.86
set rmargin at screen 0.82
set output picture
thick = ranks > 200 ? 0.5 : 0.4
plot $spans using (($2 + $3) / 2):1:2:3:($1 - thick):($1 + thick):(each($4, $5)) with boxxyerror linecolor palette \
         fillstyle solid noborder notitle, \
     lost using 2:($1 - 1) with points pointtype 2 pointsize 1.5 linecolor "#b3261e" notitle
