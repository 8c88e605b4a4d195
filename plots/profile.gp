# SPDX-License-Identifier: BSD-3-Clause
# Error against the number of weights: a dot for each network, and a line through the best of each size or smaller.
#
#   gnuplot -c plots/profile.gp FILE.dat PICTURE.png|.svg|.pdf [TITLE]
#
# gnuplot -e "value='error_median'; block=3" -c … draws another column than the error, and another block than the first
# of a grid with more than two axes. FILE.dat is PREFIX.dat of a sweep over the layers, or what `nsurf export PREFIX
# --to dat` writes. With several trainings a cell the error is their mean.

script = "profile.gp"
wide = 1500
high = 900

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

# The number of weights, from a column or from the layers.
inputs = known("inputs") ? int(setting("inputs")) : 0
targets = known("targets") ? int(setting("targets")) : 0
weights_column = number_of("weights")
if (!weights_column && (word(titles, 1) ne "hidden1" || word(titles, 2) ne "hidden2")) {
    print script.": ".data." has no column of weights, and none for each layer".(program \
        ? "; surface.gp draws any axes" : "; nsurf export --to dat writes weights")
    exit status 65
}
if (!weights_column && (inputs < 1 || targets < 1)) {
    print script.": the header of ".data." does not tell inputs and targets"
    exit status 65
}
weights(k) = weights_column ? column(weights_column) : column(1) * (inputs + 1) + column(2) * (column(1) + 1) \
    + targets * (column(2) + 1)

# All cells that have a value in one list, without the empty lines between the rows; then by size, of equally large ones
# the best first.
array size[E_records]
array error[E_records]
cell = 0
set table $list
plot data index block using (valid(number) ? (cell = cell + 1, size[cell] = weights(0), \
    error[cell] = column(number), 0) : 0):(0) with table
unset table
stats size using 2 name "SIZE" nooutput
set table $sorted
plot size using (size[$1]):(error[$1]):(size[$1] + (error[$1] - E_min) / (E_max - E_min + 1e-300) / 2) \
    smooth zsort with points
unset table
lowest = NaN
best(e) = lowest != lowest || e < lowest ? (lowest = e) : NaN

title = ARGC > 2 ? ARG3 : headline(value).", by the number of weights"
set title title font title_font(title) offset 0,0.6
set label 1 caption at graph 0.5,1.035 center font (strlen(caption) > 85 ? small : "")
set tmargin at screen 0.86
set xlabel "weights"
set ylabel label(value)
set logscale x
set format y "%g"
set xtics ()
do for [power = 0:9] {
    do for [digit in "1 2 5"] { set xtics add (sprintf("%.0f", digit * 10.0 ** power) digit * 10.0 ** power) }
}
set xrange [0.9 * SIZE_min : 1.1 * SIZE_max]
room = E_max > E_min ? (E_max - E_min) / 20 : 1
skilled = no_skill ne "" ? real(no_skill) < E_max + room && real(no_skill) > E_min - room : 0
set yrange [E_min > E_max / 2 ? E_min - room : 0 : E_max + room]
set border 3 linecolor "#404040"
set tics nomirror
set grid linecolor "#d0d0d0"
set key outside bottom center horizontal noautotitle
set output picture
many = E_records > 1000
plot $sorted using 1:2 with points pointtype 7 pointsize (many ? 0.5 : 0.9) linecolor "#9097a8" title "a network", \
     $sorted using 1:(best($2)) with points pointtype 7 pointsize (many ? 0.9 : 1.2) linecolor "#b3261e", \
     lowest = NaN, $sorted using 1:(lowest = lowest != lowest || $2 < lowest ? $2 : lowest) \
         with steps linewidth 1.5 linecolor "#b3261e" title "the best of this size or smaller", \
     skilled ? real(no_skill) : NaN with lines dashtype 2 linecolor "#606060" title skilled ? "no skill" : ""
