# SPDX-License-Identifier: BSD-3-Clause
# Learning curves: the error of each cell by the epochs trained, of a sweep with several --epochs. The cells that end
# lowest, at the quartiles and highest are named, all others are grey. With several trainings a cell the bands are one
# standard deviation of these to each side.
#
#   gnuplot -c plots/curves.gp FILE.dat PICTURE.png|.svg|.pdf [TITLE]
#
# gnuplot -e "value='error_median'" -c … draws another column than the error. FILE.dat is PREFIX.dat or what
# `nsurf export PREFIX --to dat` writes.

script = "curves.gp"
wide = 1500
high = 900
all_blocks = 1

# --- the file, the picture and the header: the same lines in all plots of a .dat --------------------------------------
if (ARGC < 2 || ARGC > 3) {
    print "usage: gnuplot -c ".script." FILE.dat PICTURE.png|.svg|.pdf [TITLE]"
    exit status 64
}
data = ARG1
picture = ARG2
ending = picture[strlen(picture) - 3 : strlen(picture)]
if (ending eq ".png") {
    set terminal pngcairo noenhanced size wide,high font "Sans,22" linewidth 2
    large = ",30"
    small = ",17"
} else { if (ending eq ".pdf") {
    set terminal pdfcairo noenhanced size wide / 200.0,high / 200.0 font "Sans,10.5" linewidth 1
    large = ",14"
    small = ",8"
} else { if (ending eq ".svg") {
    set terminal svg noenhanced size wide / 2,high / 2 font "Sans,14" linewidth 1 background "white"
    large = ",19"
    small = ",11"
} else {
    print script.": the name of the picture must end in .png, .svg or .pdf: ".picture
    exit status 64
} } }
stats data using 1 name "A" nooutput
if (!exists("A_records")) {
    print script.": cannot read ".data
    exit status 65
}
if (!exists("block")) block = 0
if (!exists("all_blocks")) all_blocks = 0 # whether the picture shows all of them
if (block < 0 || block >= A_blocks) {
    print sprintf("%s: %s has %d block%s, counted from 0; there is no block %s", script, data, A_blocks, \
        A_blocks == 1 ? "" : "s", sprintf("%g", block))
    exit status 65
}
# The header are lines `# name value`; the last of them, or the one behind trainings_done, names the columns. What the
# numbers of a choice mean and what is the same in a whole block stand in such lines too. Names and values may hold
# blanks: so a line is read as one column, and its end is a tab here.
header = "\t"
titles = ""
seen = 0
head = 1
remarks = "\t"
set datafile commentschars ""
set datafile separator "\t"
set table $unused
plot data every ::::299 using (line = substr(strcol(1), 1, 2) eq "# " ? substr(strcol(1), 3, strlen(strcol(1))) : "", \
    head = head && line ne "" && column(-2) == 0, \
    remarks = column(-2) == block && line ne "" && (!head || seen == 2) ? remarks.line."\t" : remarks, \
    titles = head && seen != 2 ? line : titles, \
    header = head && seen == 0 ? header.line."\t" : header, \
    seen = !head ? seen : seen == 1 ? 2 : strstrt(line, "trainings_done ") == 1 ? 1 : seen, 0):(0) with table
unset table
set datafile separator
set datafile commentschars
if (seen == 0) { header = substr(header, 1, strlen(header) - strlen(titles) - 1) }
behind(text, name) = substr(text, strstrt(text, "\t".name." ") + strlen(name) + 2, strlen(text))
known(name) = strstrt(header, "\t".name." ") > 0
setting(name) = known(name) ? substr(behind(header, name), 1, strstrt(behind(header, name), "\t") - 1) : ""
remark(name) = strstrt(remarks, "\t".name." ") == 0 ? "" \
    : substr(behind(remarks, name), 1, strstrt(behind(remarks, name), "\t") - 1)
program = known("command")
one = program && words(setting("axis_names")) == 1 # axis alone: its column is the first, and its cells are one row
if (one) { titles = "- ".titles }
if (words(titles) < 3) { titles = "x y value" } # a table of somebody else
blanks(name) = strstrt(name, "_") == 0 ? name : blanks(substr(name, 1, strstrt(name, "_") - 1)." ". \
    substr(name, strstrt(name, "_") + 1, strlen(name)))
commas(digits) = strlen(digits) < 4 ? digits : commas(substr(digits, 1, strlen(digits) - 3)).",". \
    substr(digits, strlen(digits) - 2, strlen(digits))
upper(text) = (strstrt("abcdefghijklmnopqrstuvwxyz", text[1:1]) == 0 ? text[1:1] \
    : substr("ABCDEFGHIJKLMNOPQRSTUVWXYZ", strstrt("abcdefghijklmnopqrstuvwxyz", text[1:1]), \
    strstrt("abcdefghijklmnopqrstuvwxyz", text[1:1]))).substr(text, 2, strlen(text))
# A column is a value, and what of its trainings: label is its name at an axis, noun that of the value in a sentence.
first_value = program ? setting("values")[1:strstrt(setting("values"), "=") - 1] : "error"
ends(name, end) = strlen(name) > strlen(end) && substr(name, strlen(name) - strlen(end) + 1, strlen(name)) eq end
tail(name) = ends(name, "_sample_se") ? "_sample_se" : ends(name, "_se") ? "_se" : ends(name, "_sd") ? "_sd" \
    : ends(name, "_min") ? "_min" : ends(name, "_median") ? "_median" : ""
stem(name) = substr(name, 1, strlen(name) - strlen(tail(name)))
of_part(name) = ends(name, "_error") || ends(name, "_misclassified") ? name[1:strstrt(name, "_") - 1] \
    : name ne "error" ? "" : strstrt(header, "error of the validation samples") ? "validation" \
    : strstrt(header, "error of the test samples") ? "test" : strstrt(header, "mean squared error") ? "train" : ""
part_word(name) = of_part(name) eq "train" ? "training" : of_part(name)
noun(name) = program ? (name eq "error" ? first_value : blanks(name)) : ends(name, "_misclassified") \
    ? "share of misclassified ".part_word(name)." samples" : name eq "error" || ends(name, "_error") \
    ? part_word(name).(of_part(name) eq "" ? "" : " ")."error" : blanks(name)
label(name) = name eq "hidden1" ? "neurons in hidden layer 1" : name eq "hidden2" ? "neurons in hidden layer 2" \
    : tail(name) eq "_sd" ? "standard deviation of the ".noun(stem(name)) : tail(name) eq "_min" \
    ? "lowest ".noun(stem(name)) : tail(name) eq "_median" ? "median ".noun(stem(name)) : tail(name) eq "_se" \
    ? "standard error of the ".noun(stem(name)) : tail(name) eq "_sample_se" \
    ? "standard error of the ".noun(stem(name)).", by its samples" : !program && of_part(name) ne "" \
    && !ends(name, "_misclassified") ? "mean squared error, ".part_word(name)." samples" : noun(name)
headline(name) = upper(tail(name) eq "" ? noun(name) : label(name))
plain(x) = abs(x) < 1e6 && x == int(x) ? sprintf("%.0f", x) : sprintf("%.3g", x)
power_of(x) = int(substr(sprintf("%.2e", x), strstrt(sprintf("%.2e", x), "e") + 1, 20))
short(x) = abs(x) >= 1e6 || (x != 0 && abs(x) < 1e-4) ? sprintf("%ge%d", \
    real(substr(sprintf("%.2e", x), 1, strstrt(sprintf("%.2e", x), "e") - 1)), power_of(x)) : abs(x) < 1000 \
    ? sprintf("%.3g", x) : sprintf("%.0f", real(sprintf("%.2e", x))) # three digits, as on the page of nsurf report
number_of(name) = int(sum [k = 1:words(titles)] (word(titles, k) eq name ? k - one : 0)) # of a column, 0: there is none
if (!exists("value")) {
    value = word(titles, 3)
    if (program) { value = first_value }
    do for [name in "train_error test_error validation_error error"] { if (number_of(name)) { value = name } }
}
number = number_of(value)
if (number < 3 - one) {
    print script.": ".data." has no column ".value."; it has: ".substr(titles, 1 + 2 * one, strlen(titles))
    exit status 65
}
progress = setting("trainings_done") # `31 of 144`
all_done = words(progress) != 3 || word(progress, 1) eq word(progress, 3)
stats data index block using number name "E" nooutput
if (!exists("E_records")) {
    if (all_done) {
        print script.": every ".(program ? "run" : "training")." of ".data.(program \
            ? " failed: nothing to draw; the file that ends in .failures says why" \
            : " diverged or failed: nothing to draw; try a smaller --learning-rate")
    } else {
        print script.": no cell of ".data." has a value yet: nothing to draw"
    }
    exit status 65
}
# What was trained, in a line; and what this block is of.
trainings = (known("repeats") ? int(setting("repeats")) : 1) * (known("folds") ? int(setting("folds")) : 1)
stops = known("early_stopping") && setting("early_stopping") ne "none"
part(name, before, after) = known(name) ? ", ".before.setting(name).after : ""
layer(name) = number_of(name) == 0 && known(name."_range") && remark(name) eq "" ? setting(name."_range") : ""
folded = known("folds") && int(setting("folds")) > 1 # each fold has other samples for validation
counted(part, word_) = known(part."_samples") ? sprintf(", %s %s", setting(part."_samples"), word_) : ""
samples = !known("samples") ? "" : folded || !known("train_samples") ? ", ".setting("samples")." samples" \
    .(known("split") && strstrt(setting("split"), "/") ? " split ".setting("split") : "") \
    : counted("train", "training").(of_part(stem(value)) eq "train" ? "" \
    : counted(of_part(stem(value)), part_word(stem(value))))." samples"
of_program = setting("command")
of_program = strlen(of_program) > 60 ? substr(of_program, 1, 57)."..." : of_program
if (ends(of_program, " ")) { of_program = of_program."..." } # what follows a quote is not read
is_measured = stem(value) eq "error" || of_part(stem(value)) ne "" \
    || strstrt(" ".setting("values"), " ".stem(value)."=") > 0 # else it counts weights, epochs, …
caption = program ? of_program.": ".substr(part("seed", "seed ", ""), 3, 99) : !known("samples") ? "" \
    : setting("data").(setting("split") eq "files" ? " and other files" : "").samples.": " \
    .substr(part("epochs", stops ? "at most " : "", " epochs").part("learning_rate", "learning rate ", "") \
    .part("seed", "seed ", ""), 3, 999)
caption = caption.(caption eq "" || trainings == 1 || !is_measured ? "" : sprintf(tail(value) eq "" \
    ? ", mean of %d %ss" : ", %d %ss a cell", trainings, program ? "run" : "training"))
rest = ""
sizes = remark("hidden1") ne "" && remark("hidden2") ne ""
if (sizes) {
    caption = caption.(caption eq "" ? "" : ", ").remark("hidden1")." and ".remark("hidden2")." hidden neurons"
}
do for [k = 1:99] {
    if (strlen(remarks) > 1 && k == 1) { rest = substr(remarks, 2, strlen(remarks)) }
    if (strlen(remarks) > 1 && strlen(rest) > 1) {
        line = substr(rest, 1, strstrt(rest, "\t") - 1)
        rest = substr(rest, strstrt(rest, "\t") + 1, strlen(rest))
        name = word(line, 1)
        if (!all_blocks && number_of(name) == 0 && !(sizes && name[1:6] eq "hidden" && strlen(name) == 7)) {
            caption = caption.(caption eq "" ? "" : ", ").(name eq "hidden1" || name eq "hidden2" \
                ? word(line, 2)." ".label(name) : blanks(name).substr(line, strlen(name) + 1, 999))
        }
    }
}
if (!all_done) {
    caption = caption." (".commas(word(progress, 1))." of ".commas(word(progress, 3)) \
        .(program ? " runs" : " trainings")." so far)"
}
title = ARGC > 2 ? ARG3 : word(titles, 1) eq "hidden1" && word(titles, 2) eq "hidden2" \
    ? headline(value).", for every size of the two hidden layers" \
    : headline(value).", by ".(one ? "" : label(word(titles, 1))." and ").label(word(titles, 2))
title_font(text) = strlen(text) > wide / 21.5 ? "" : large
# What no skill would have: always the mean of the targets, or the class that is most frequent.
no_skill = program || tail(value) ne "" ? "" : known(value."_of_mean") ? setting(value."_of_mean") \
    : setting(value."_of_most_frequent")
skill_text = no_skill eq "" ? "" : sprintf("always the %s, %s.", ends(value, "_misclassified") \
    ? "most frequent class" : "mean", short(real(no_skill)))
# --- end of these lines -----------------------------------------------------------------------------------------------

# The epochs are a column, or stand in a line `# epochs N` of each block. A curve is all else: its number counts the
# cells of a block, or the values of the other column, and the blocks of equal epochs.
along = word(titles, 1) eq "epochs" ? 1 : word(titles, 2) eq "epochs" ? 2 : 0
if (!along && remark("epochs") eq "") {
    print script.": ".data." has no axis of epochs".(program ? "; surface.gp draws any axes" \
        : ": --epochs 10:1000:10 measures on the way")
    exit status 65
}
stats data index 0 every :::0::0 using 2 name "ROW" nooutput
stats data index 0 using (column(-1)) name "ROWS" nooutput
rows = int(ROWS_max) + 1
columns = int(ROW_records)
array epochs_of[A_blocks]
set datafile commentschars ""
set datafile separator "\t"
set table $unused
plot data using (!along && strstrt(strcol(1), "# epochs ") == 1 \
    ? (epochs_of[int(column(-2)) + 1] = real(word(strcol(1), 3)), 0) : 0):(0) with table
unset table
set datafile separator
set datafile commentschars
inner = A_blocks # neighbouring blocks of the same epochs
if (!along) { do for [b = A_blocks:2:-1] { if (epochs_of[b] != epochs_of[1]) { inner = b - 1 } } }
points = along == 1 ? rows : along == 2 ? columns : A_blocks / inner
curves = along == 1 ? columns * A_blocks : along == 2 ? rows * A_blocks : rows * columns * inner
in_row(k) = int(column(0)) - columns * int(column(-1))
curve(k) = along == 1 ? int(column(-2)) * columns + in_row(0) : along == 2 ? int(column(-2)) * rows + int(column(-1)) \
    : int(column(-2)) % inner * rows * columns + int(column(-1)) * columns + in_row(0)
point(k) = along == 1 ? int(column(-1)) : along == 2 ? in_row(0) : int(column(-2)) / inner
array xs[points]
array ys[points * curves]
array sds[points * curves]
sd_column = number_of(value."_sd")
array first[curves]
array second[curves]
set table $unused
do for [b = 0:A_blocks - 1] { # column(0) counts within a block
    plot data index b using (here = point(0) + 1, c = curve(0), xs[here] = along ? column(along) : epochs_of[b + 1], \
        ys[c * points + here] = valid(number) ? column(number) : NaN, \
        sds[c * points + here] = sd_column && valid(sd_column) ? column(sd_column) : 0, first[c + 1] = column(1), \
        second[c + 1] = column(2), 0):(0) with table
}
unset table

# The cells that end lowest, at the quartiles, highest.
array last[curves]
do for [c = 1:curves] { last[c] = ys[c * points] }
stats last using 2 name "L" nooutput
array goal[5] = [L_min, L_lo_quartile, L_median, L_up_quartile, L_max]
array chosen[5] # each once: of few curves one stands for several of them
named = 0
array tint[5] = ["#440154", "#3b518b", "#21908d", "#5cc863", "#d4a900"]
do for [g = 1:5] {
    nearest = 1e300
    do for [c = 1:curves] {
        if (last[c] == last[c] && abs(last[c] - goal[g]) < nearest) {
            nearest = abs(last[c] - goal[g])
            closest = c
        }
    }
    if (!(sum [n = 1:named] (chosen[n] == closest))) {
        named = named + 1
        chosen[named] = closest
    }
}
text(c) = along == 1 ? sprintf("%s %s", blanks(word(titles, 2)), plain(second[c])) \
    : along == 2 ? sprintf("%s %s", blanks(word(titles, 1)), plain(first[c])) \
    : word(titles, 1) eq "hidden1" && word(titles, 2) eq "hidden2" ? sprintf("(%g, %g)", first[c], second[c]) \
    : sprintf("%s %s, %s %s", blanks(word(titles, 1)), plain(first[c]), blanks(word(titles, 2)), plain(second[c]))
step = ceil(curves / 400.0)
set print $all
do for [c = 1:curves:step] {
    do for [p = 1:points] {
        e = ys[(c - 1) * points + p]
        print sprintf("%.9g %s", xs[p], e == e ? sprintf("%.17g", e) : "NaN")
    }
    print ""
}
unset print
set print $named
band_min = 1e300
band_max = -1e300
do for [g = 1:named] {
    do for [p = 1:points] {
        e = ys[(chosen[g] - 1) * points + p]
        sd = sds[(chosen[g] - 1) * points + p]
        print sprintf("%.9g %s %.17g", xs[p], e == e ? sprintf("%.17g", e) : "NaN", sd)
        if (e == e && e - sd < band_min) { band_min = e - sd }
        if (e == e && e + sd > band_max) { band_max = e + sd }
    }
    print ""
}
unset print

stats $all using 2 name "Y" nooutput
y_min = Y_min
y_max = Y_max
band_min = Y_min < band_min ? Y_min : band_min
band_max = Y_max > band_max ? Y_max : band_max
# --- the range of curves: the same lines in curves.gp, slices.gp and surface.gp ---------------------------------------
# It holds the values, y_min to y_max, and what they spread over, from band_min to band_max. Values of very different
# sizes need a logarithm: what spreads to 0 or below then ends at the lower edge.
steep = y_min > 0 && y_max > 20 * y_min
margin = 0.05 * (band_max - band_min + 1e-300)
range_low = steep ? (band_min > y_min / 10 ? band_min : y_min / 10) / 1.3 \
    : band_min >= 0 && band_min <= band_max / 2 ? 0 : band_min - margin
range_high = steep ? band_max * 1.3 : band_max + (band_max > band_min ? margin : abs(band_max) / 10 + 1e-300)
range = sprintf("set yrange [%.17g:%.17g]; set format y '%%g'", range_low, range_high)
if (steep) {
    tics_ = ""
    do for [power = int(floor(log10(range_low))):int(ceil(log10(range_high)))] {
        do for [digit in (y_max > 1e3 * y_min ? "1" : "1 2 5")] { # or decades alone
            tics_ = tics_.(tics_ eq "" ? "" : ",").sprintf("'%g' %s", digit * 10.0 ** power, \
                sprintf("%.17g", digit * 10.0 ** power))
        }
    }
    range = range."; set logscale y; set ytics (".tics_.")"
}
above(e) = e > range_low ? e : range_low
# --- end of these lines -----------------------------------------------------------------------------------------------
eval range
skilled = no_skill ne "" ? real(no_skill) <= range_high && real(no_skill) >= range_low : 0
if (points > 2 && xs[points] > 20 * xs[1] && xs[2] - xs[1] < 0.5 * (xs[points] - xs[points - 1])) {
    set logscale x
    if (points <= 12) { # each of its own values
        set xtics ()
        do for [p = 1:points] { set xtics add (plain(xs[p]) xs[p]) }
    }
}
title = ARGC > 2 ? ARG3 : headline(value).", by the epochs trained"
set title title font title_font(title) offset 0,0.6
set label 1 caption at graph 0.5,1.035 center font (strlen(caption) > 85 ? small : "")
signs = (sd_column ? "Bands: one standard deviation to each side. " : "").(skilled ? "Dashed: ".skill_text : "")
set label 2 signs at screen 0.5,0.03 center
set xlabel "epochs"
set ylabel label(value)
set border 3 linecolor "#404040"
set tics nomirror
set grid linecolor "#e0e0e0"
set xrange [xs[1] : xs[points]]
set key outside right center noautotitle samplen 2 width 1
set tmargin at screen 0.86
set bmargin at screen (signs ne "" ? 0.18 : 0.13)
set output picture
plot $all using 1:2 with lines linecolor "#bcbcc4" linewidth 0.4, \
     for [g = 1:named] $named every :::(g - 1)::(g - 1) using 1:(above($2 - $3)):($2 + $3) with filledcurves \
         fillcolor rgb tint[g] fillstyle transparent solid (sd_column ? 0.15 : 0) noborder, \
     for [g = 1:named] $named every :::(g - 1)::(g - 1) using 1:2 with lines linewidth 1.5 linecolor rgb tint[g] \
         title text(chosen[g]), \
     skilled ? real(no_skill) : NaN with lines dashtype 2 linecolor "#606060", \
     keyentry with lines linecolor "#bcbcc4" title sprintf("all %s%s", commas(sprintf("%d", curves)), \
         step > 1 ? sprintf(" (1 in %d)", step) : "")
