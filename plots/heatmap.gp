# SPDX-License-Identifier: BSD-3-Clause
# The surface from above: a square for each cell, contours at the quartiles, the lowest cell and those close to it.
#
#   gnuplot -c plots/heatmap.gp FILE.dat PICTURE.png|.svg|.pdf [TITLE]
#
# gnuplot -e "value='error_sd'; block=3" -c … draws another column than the error, and another block than the first of
# a grid with more than two axes. FILE.dat is PREFIX.dat or, with more columns, what `nsurf export PREFIX --to dat`
# writes: with that, cells that diverged have the colour of the epoch in which they did. Others without a value (not
# trained yet, failed) are grey. With several trainings a cell, small dots are the cells that may be the best (95 %), if
# there are up to 200 of them, and the diamond is the smallest network of these. lines=0 leaves contours out; ridge=1
# marks the lowest cell of each value of the first axis.

script = "heatmap.gp"
wide = 1500
high = 1240
ridge_ = exists("ridge") ? ridge : 0
characters = 66 # along an axis

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
if (one) {
    print script.": ".data." has a single axis, ".word(titles, 2)."; surface.gp draws it as a curve"
    exit status 65
}
# --- the grid, its marks and its colours: the same lines in heatmap.gp and surface.gp ---------------------------------
# Rows are numbered, by the empty lines (column -1) and by the lines between them. So each cell has a square of its own,
# whatever its distance to the next, and values of a constant ratio stand evenly; the marks say where the values are.
stats data index block every :::0::0 using 2 - one name "ROW" nooutput
stats data index block using (column(-1)) name "ROWS" nooutput
rows = int(ROWS_max) + 1
columns = int(ROW_records)
i(k) = column(-1)
j(k) = column(0) - columns * column(-1)
array at[rows + columns] # the values on the first axis, then those on the second
set table $unused
plot data index block using (at[int(column(-1)) + 1] = column(1), at[rows + int(j(0)) + 1] = column(2 - one), 0):(0) \
    with table
unset table

# Marks at cells: at all of them where there is room, else at round values, else at evenly chosen ones and the last.
# Many values of a constant ratio have marks at round values between cells too.
room = 8 # marks an axis
array mark[2 * 99]
array text[2 * 99]
array marks[2]
power(span) = 10.0 ** floor(log10(span))
round_up(step) = step <= power(step) ? power(step) : step <= 2 * power(step) ? 2 * power(step) \
    : step <= 5 * power(step) ? 5 * power(step) : 10 * power(step)
word_of(words_, k) = word(words_, k + 1) eq "" ? sprintf("%g", k) \
    : substr(word(words_, k + 1), strstrt(word(words_, k + 1), "=") + 1, 99)
choices = remark(word(titles, 1)) ne "" || remark(word(titles, 2)) ne "" # words have no between
do for [axis = 1:2] {
    count = axis == 1 ? rows : columns
    off = axis == 1 ? 0 : rows
    low = at[off + 1]
    high_ = at[off + count]
    choice = remark(word(titles, axis))
    step = count > 1 ? (high_ - low) / (count - 1.0) : 0
    ratio = count > 1 && low > 0 ? (high_ / low) ** (1.0 / (count - 1)) : 0
    even = count > 2 && choice eq ""
    geometric = count > 2 && choice eq "" && ratio > 0
    do for [k = 1:count] {
        even = even && abs(at[off + k] - low - (k - 1) * step) <= 1e-3 * abs(step)
        geometric = geometric && abs(at[off + k] / (low * ratio ** (k - 1)) - 1) <= 1e-3 * (ratio - 1)
    }
    found = 0
    if (even && count > room) {
        each = round_up((high_ - low) / room)
        each = low == int(low) && step == int(step) && each < 1 ? 1 : each
        do for [k = int(ceil(low / each - 1e-6)):int(floor(high_ / each + 1e-6))] {
            here = (k * each - low) / step
            if (abs(here - floor(here + 0.5)) < 1e-3) {
                found = found + 1
                mark[99 * (axis - 1) + found] = here
                text[99 * (axis - 1) + found] = sprintf("%g", abs(k * each) < 1e-9 * each ? 0 : k * each)
            }
        }
    } else { if (geometric && count > room && log10(high_ / low) > 0.9) {
        decades = log10(high_ / low)
        do for [k = int(floor(log10(low))):int(ceil(log10(high_)))] {
            do for [digit in (decades > 4 ? "1" : decades > 1.5 ? "1 3" : "1 2 5")] {
                here = digit * 10.0 ** k
                if (here > low * 0.999 && here < high_ * 1.001 && \
                        (digit > 1 || decades <= room || k % ceil(decades / room) == 0)) {
                    found = found + 1
                    mark[99 * (axis - 1) + found] = log(here / low) / log(ratio)
                    text[99 * (axis - 1) + found] = sprintf("%g", here)
                }
            }
        }
    } }
    if (found < 3) {
        found = 0
        each = int(ceil(count / (room + 0.0)))
        do for [k = 0:count - 1] {
            if (k % each == 0 && k + each <= count - 1 || k == count - 1) {
                found = found + 1
                mark[99 * (axis - 1) + found] = k
                text[99 * (axis - 1) + found] = choice eq "" ? plain(at[off + k + 1]) : word_of(choice, k)
            }
        }
    }
    # Where texts would touch, every second stays, or every third, and so on; the first does.
    width(k) = strlen(text[99 * (axis - 1) + k]) + 1.5
    apart(k, n) = (mark[99 * (axis - 1) + k + n] - mark[99 * (axis - 1) + k]) * characters / (count + 0.0) \
        >= (width(k) + width(k + n)) / 2
    every_ = 1
    do for [n = 1:found - 1] {
        touching = 0
        do for [k = 1:found - every_:every_] { touching = touching || !apart(k, every_) }
        every_ = every_ + (touching ? 1 : 0)
    }
    kept_ = 0
    do for [k = 1:found:every_] {
        kept_ = kept_ + 1
        mark[99 * (axis - 1) + kept_] = mark[99 * (axis - 1) + k]
        text[99 * (axis - 1) + kept_] = text[99 * (axis - 1) + k]
    }
    marks[axis] = kept_
}

# Colour is the rank of a value among all cells, so that a plateau beside high walls, or beside a single cell of 1e27,
# still shows which side of it is lower. A quarter of the cells lies between two marks of the bar.
# Viridis: even steps of lightness, so the same order for every kind of colour vision, and in print without colour.
share(e, low, high_) = high_ > low ? (e - low) / (high_ - low) : 0
rank(e) = e != e             ? NaN \
        : e <= E_lo_quartile ? share(e, E_min, E_lo_quartile) \
        : e <= E_median      ? share(e, E_lo_quartile, E_median) + 1 \
        : e <= E_up_quartile ? share(e, E_median, E_up_quartile) + 2 \
        :                      share(e, E_up_quartile, E_max) + 3
viridis = '0 "#440154", 0.5 "#472c7a", 1 "#3b518b", 1.5 "#2c718e", 2 "#21908d", 2.5 "#27ad81", 3 "#5cc863", \
    3.5 "#aadc32", 4 "#fde725"'
array quarter[5] = [E_min, E_lo_quartile, E_median, E_up_quartile, E_max]

# What stands out: the lowest value; with several trainings a cell those that may be the best, and the smallest of them.
set_column = number_of("in_best_set")
inputs = known("inputs") ? int(setting("inputs")) : 0
targets = known("targets") ? int(setting("targets")) : 0
layers = inputs > 0 && targets > 0 && word(titles, 1) eq "hidden1" && word(titles, 2) eq "hidden2"
weights_column = number_of("weights")
weights(k) = weights_column ? column(weights_column) : column(1) * (inputs + 1) + column(2) * (column(1) + 1) \
    + targets * (column(2) + 1)
lowest(k) = column(number) == E_min
in_set(k) = set_column ? column(set_column) == 1 : 0
set_size = 0
if (set_column && (program ? is_measured && tail(value) eq "" : value eq "error" || strstrt(value, "_error") > 0)) {
    stats data index block using (in_set(0) ? (weights_column || layers ? weights(0) : 0) : NaN) name "SET" nooutput
    set_size = exists("SET_records") ? int(SET_records) : 0
}
chosen_by = setting("best_set_by") # the samples whose error the set is of, or the value of a program
shown_of = program ? noun(stem(value)) : of_part(stem(value)) eq "" ? "train" : of_part(stem(value))
chosen_by = chosen_by eq "" || chosen_by eq shown_of ? "" : " by ".chosen_by.(program ? "" : " error")
smallest(k) = set_size > 0 && (weights_column || layers) && in_set(0) && weights(0) == SET_min
dots = set_size > 0 && set_size <= 200
# Where nearly all may be the best, what the colours show is mostly chance: so it is said otherwise.
most = set_size > 0.9 * E_records && set_size > 1
beside = 0 # the smallest that are not the lowest as well
set table $unused
plot data index block using (beside = beside + (smallest(0) && !lowest(0) ? 1 : 0), 0):(0) with table
unset table
here_ = A_blocks > 1 ? " here" : ""
set_text = set_size == 0 ? "" : (dots ? ", small dots: " : most ? ". " : ", ").commas(sprintf("%d", set_size)).(most \
    ? " of ".commas(sprintf("%d", int(E_records)))." cells".here_ \
    .(dots ? ", which" : "")." cannot be told from the best".chosen_by \
    : here_." that may be the best".chosen_by)." (95 %)" \
    .(weights_column || layers ? (beside ? ", diamond: the smallest of these" : ", and the smallest of these") : "")
# --- end of these lines -----------------------------------------------------------------------------------------------

# Diverged cells, by the logarithm of the epoch of divergence: early is dark.
epochs_column = number_of("epochs") > 2 ? number_of("epochs") : number_of("epochs_trained")
status_column = number_of("status")
diverged(k) = status_column ? column(status_column) == 1 : 0
D_count = 0
D_min = 1e300
D_max = -1e300
set table $unused
if (status_column && epochs_column) { # stats would complain of none
    plot data index block using (diverged(0) ? (here = log(column(epochs_column) + 1), \
        D_min = here < D_min ? here : D_min, D_max = here > D_max ? here : D_max, D_count = D_count + 1, 0) : 0):(0) \
        with table
}
unset table
burnt = D_count > 0
red(k) = burnt && diverged(0) ? 4.42 + 1.58 * share(log(column(epochs_column) + 1), D_min, D_max) : NaN
colour(k) = valid(number) ? rank(column(number)) : red(0)
grey = rows * columns - int(E_records) - D_count

eval 'set palette defined ('.viridis.(burnt ? ', 4 "#ffffff", 4.4 "#ffffff", 4.4 "#67000d", 4.9 "#cb181d", \
    5.4 "#fb7050", 6 "#fee0d2"' : '').')'
set cbrange [0 : burnt ? 6 : 4]
set cbtics scale 0 offset -0.5,0 (short(E_min) 0)
do for [q = 2:5] { # no number twice
    if (short(quarter[q]) ne short(quarter[q - 1])) {
        set cbtics add (short(quarter[q]) q - 1)
    }
}
if (burnt) {
    do for [q = 0:(D_max > D_min ? 2 : 0)] {
        set cbtics add (sprintf("epoch %.0f", exp(D_min + q / 2.0 * (D_max - D_min)) - 1) 4.4 + 0.8 * q)
    }
}

set label 4 title at screen 0.5,0.96 center font title_font(title)
set label 1 caption at screen 0.5,0.905 center font (strlen(caption) > 75 ? small : "")
longest = 4
do for [k = 1:marks[2]] { longest = strlen(text[99 + k]) > longest ? strlen(text[99 + k]) : longest }
if (!burnt) { set cblabel label(value) offset 0.5,0 }
set lmargin at screen 0.07 + 0.0105 * longest
set rmargin at screen (burnt ? 0.83 : 0.805)
set tmargin at screen 0.875
set bmargin at screen 0.155
set xrange [-0.5:rows - 0.5]
set yrange [-0.5:columns - 0.5]
set xlabel label(word(titles, 1)) offset 0,0.3
set ylabel label(word(titles, 2)) offset 0.5,0
set xtics scale 0.5 nomirror offset 0,0.3 ()
set ytics scale 0.5 nomirror offset 0.3,0 ()
do for [k = 1:marks[1]] { set xtics add (text[k] mark[k]) }
do for [k = 1:marks[2]] { set ytics add (text[99 + k] mark[99 + k]) }
set border linecolor "#404040"
set object 1 rectangle from graph 0,0 to graph 1,1 behind fillcolor "#d4d4d4" fillstyle solid noborder

# --- contours: the same lines in heatmap.gp and surface.gp ------------------------------------------------------------
# Where the quarters of the cells meet, in ranks. Noise would draw a contour around every cell: so they are those of a
# moving mean over 3 x 3 cells, taken several times; cells without a value stay out of it.
$contours << END
0 0

END
if (!exists("lines")) lines = 1
shorter = rows < columns ? rows : columns
passes = shorter < 8 ? 0 : shorter > 24 ? 4 : int(ceil(shorter / 8.0)) # fewer cells need no contours
lined = lines && passes > 0 && !choices && E_min < E_max
if (lined) {
    cells = rows * columns
    array before[cells]
    array level[cells]
    spot(k) = 1 + columns * int(column(-1)) + int(j(0))
    set table $unused
    plot data index block using (level[spot(0)] = valid(number) ? rank(column(number)) : NaN, 0):(0) with table
    near(k, a, b) = (r = (k - 1) / columns + a, c = (k - 1) % columns + b, r < 0 || c < 0 || r >= rows || c >= columns \
        ? NaN : before[1 + columns * r + c])
    add(e) = e == e ? (count = count + 1, e) : 0
    mean(k) = (count = 0, total = (sum [a = -1:1] (sum [b = -1:1] add(near(k, a, b)))), total / count)
    set samples cells
    do for [pass = 1:passes] {
        plot '+' using (k = int(column(0)) + 1, before[k] = level[k], 0):(0) with table
        plot '+' using (k = int(column(0)) + 1, level[k] = before[k] == before[k] ? mean(k) : NaN, 0):(0) with table
    }
    unset table
    set contour base
    unset surface
    set cntrparam levels discrete 1,2,3
    set table $contours append
    splot data index block using (i(0)):(j(0)):(level[spot(0)])
    unset table
    unset contour
    set surface
}
if (lined) { stats $contours using 1 name "LINE" nooutput }
smoothed = (lined ? LINE_records > 1 : 0) ? " Lines are smoothed." : ""
# --- end of these lines -----------------------------------------------------------------------------------------------

# Where asked for, the lowest cell of each value of the first axis.
array trail[rows]
if (ridge_) {
    array least[rows]
    do for [k = 1:rows] { least[k] = 1e300; trail[k] = NaN }
    set table $unused
    plot data index block using (row = int(column(-1)) + 1, valid(number) && column(number) < least[row] \
        ? (least[row] = column(number), trail[row] = j(0)) : 0, 0):(0) with table
    unset table
} else {
    do for [k = 1:rows] { trail[k] = NaN }
}

unset key
bar_text = "Colour is rank: a quarter of the cells lies between two marks of the bar.".smoothed \
    .(burnt ? " Red: diverged." : "").(grey ? sprintf(" Grey: %s without a value.", commas(sprintf("%d", grey))) : "")
bar_text = bar_text.(skill_text ne "" && strlen(bar_text.skill_text) < 108 ? " No skill: ".skill_text : "")
set label 2 bar_text at screen 0.5,0.02 center font (strlen(bar_text) > 95 ? small : "")
signs = "White dot: the lowest".(ridge_ ? ", red: the lowest of each column" : "").set_text."."
set label 3 signs at screen 0.5,0.058 center font (strlen(signs) > 95 ? small : "")
fine = ending eq ".png" ? "" : "pixels" # squares: other viewers would blur an image
set output picture
plot data index block using (i(0)):(j(0)):(colour(0)) with image @fine, \
     $contours using 1:2 with lines linecolor "#ffffff" linewidth 0.7, \
     trail using ($1 - 1):2 with points pointtype 5 pointsize 0.9 linecolor "#ffffff", \
     trail using ($1 - 1):2 with points pointtype 5 pointsize 0.6 linecolor "#b3261e", \
     data index block using (in_set(0) && dots ? i(0) : NaN):(j(0)) with points pointtype 7 pointsize 0.8 \
         linecolor "#000000", \
     data index block using (in_set(0) && dots ? i(0) : NaN):(j(0)) with points pointtype 7 pointsize 0.5 \
         linecolor "#ffffff", \
     data index block using (smallest(0) ? i(0) : NaN):(j(0)) with points pointtype 13 pointsize 2.2 \
         linecolor "#000000", \
     data index block using (smallest(0) ? i(0) : NaN):(j(0)) with points pointtype 13 pointsize 1.5 \
         linecolor "#ffffff", \
     data index block using (lowest(0) ? i(0) : NaN):(j(0)) with points pointtype 7 pointsize 1.7 linecolor "#000000", \
     data index block using (lowest(0) ? i(0) : NaN):(j(0)) with points pointtype 7 pointsize 1.2 linecolor "#ffffff"
