# SPDX-License-Identifier: BSD-3-Clause
# The surface, and beside it the same from above: a map with a square for each cell, and contours.
#
#   gnuplot -c plots/surface.gp FILE.dat PICTURE.png|.svg|.pdf [TITLE]
#
# gnuplot -e "value='error_sd'; block=3" -c … draws another column than the error, and another block than the first of
# a grid with more than two axes. FILE.dat is PREFIX.dat or, with more columns, what `nsurf export PREFIX --to dat`
# writes. lines=0 leaves contours out.
# Cells without a value (failed, diverged, not trained yet) are grey in the map; those whose neighbours have none are
# points of the surface. A grid of a single row is drawn as a curve.

script = "surface.gp"
wide = 1800
high = 1000
characters = 28 # along an axis

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

# A cell far above all others would press them flat: heights end at 1000 times the median.
top = E_max > 1000 * E_median && E_median > 0 ? 1000 * E_median : E_max > 0 ? E_max : 1.0
cut(e) = e > top ? top : e
rise = round_up(top / 5)
decimals(step) = step >= 1 ? 0 : ceil(-log10(step) - 1e-9)
digits = decimals(rise) > 3 || top >= 1e6 ? 4 : decimals(rise)
height = digits > 3 ? "%.1tE%T" : sprintf("%%.%df", digits)
flat = E_max > top ? sprintf(" Heights end at %.3g; the highest is %.3g.", top, E_max) : ""

set border linecolor "#404040"
set grid linecolor "#b0b0b0"
unset key
set output picture

sd_column = number_of(value."_sd")
deviation(k) = sd_column && valid(sd_column) ? column(sd_column) : 0
y_min = E_min
y_max = E_max
stats data index block using (valid(number) ? column(number) - deviation(0) : NaN) name "LEAST" nooutput
stats data index block using (valid(number) ? column(number) + deviation(0) : NaN) name "MOST" nooutput
band_min = LEAST_min
band_max = MOST_max
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

# --- a single row: a curve --------------------------------------------------------------------------------------------

if (rows == 1 || columns == 1) {
    along = rows == 1 ? 2 : 1
    alone = word(titles, 3 - along)
    fixed = rows == 1 ? at[1] : at[rows + 1]
    row = one ? "" : alone eq "hidden1" || alone eq "hidden2" ? sprintf("%g neuron%s in hidden layer %s", fixed, \
        fixed == 1 ? "" : "s", alone[7:7]) : sprintf("%s %g", blanks(alone), fixed)
    print script.": the grid is a single ".(one ? "axis (".word(titles, 2).")" : "row (".row.")").": drawn as a curve"
    below = caption.(caption eq "" || row eq "" ? "" : ", ").row
    title = ARGC > 2 ? ARG3 : headline(value).", by ".label(word(titles, along))
    set title title font title_font(title) offset 0,1
    set label 2 below at graph 0.5,1.035 center font (strlen(below) > 105 ? small : "")
    eval range
    skilled = no_skill ne "" ? real(no_skill) <= range_high && real(no_skill) >= range_low : 0
    set label 1 "Red: the lowest.".(sd_column ? " Bars: one standard deviation to each side." : "") \
        .(skilled ? " Dashed: ".skill_text : "") at screen 0.5,0.03 center
    set tmargin at screen 0.86
    set bmargin at screen 0.17
    set xlabel label(word(titles, along))
    set ylabel label(value)
    set border 3
    set tics nomirror
    set xtics ()
    do for [k = 1:marks[along]] { set xtics add (text[99 * (along - 1) + k] mark[99 * (along - 1) + k]) }
    set xrange [-0.5 : rows * columns - 0.5]
    array curve[rows * columns] # without the empty lines between rows, at which a line would end
    array spread[rows * columns]
    set table $unused
    plot data index block using (here = int(along == 1 ? i(0) : j(0)) + 1, spread[here] = deviation(0), \
        curve[here] = valid(number) ? column(number) : NaN, 0):(0) with table
    unset table
    joined = remark(word(titles, along)) eq "" # words have no between
    plot skilled ? real(no_skill) : NaN with lines dashtype 2 linecolor "#606060", \
         curve using ($1 - 1):2:(above($2 - spread[$1])):($2 + spread[$1]) with yerrorbars linecolor "#8da0cb" \
             pointtype 7 pointsize 0.1, \
         curve using ($1 - 1):(joined ? $2 : NaN) with lines linecolor "#3b518b", \
         curve using ($1 - 1):2 with points pointtype 7 linecolor "#3b518b", \
         curve using ($1 - 1):($2 == E_min ? $2 : NaN) with points pointtype 7 pointsize 1.4 linecolor "#b3261e"
    exit
}

# --- the surface ------------------------------------------------------------------------------------------------------

eval "set palette defined (".viridis.")"
set cbrange [0:4]
set cbtics scale 0 (short(E_min) 0)
do for [q = 2:5] { # no number twice
    if (short(quarter[q]) ne short(quarter[q - 1])) {
        set cbtics add (short(quarter[q]) q - 1)
    }
}
grey = rows * columns - int(E_records)
set colorbox horizontal user origin 0.3,(set_size || grey ? 0.125 : 0.1) size 0.4,0.025

set label 1 title at screen 0.5,0.95 center font title_font(title)
set label 2 caption.flat at screen 0.5,0.89 center font (strlen(caption.flat) > 105 ? small : "")
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

grey_text = grey ? sprintf(" Grey: %s without a value.", commas(sprintf("%d", grey))) : ""
bar_text = "Colour is rank: a quarter of the cells lies between two marks.".smoothed
bar_text = bar_text.(skill_text ne "" && strlen(bar_text.skill_text) < 85 ? " No skill: ".skill_text : "")
signs = "White dot: the lowest".set_text."."
if (set_size || grey) {
    bar_text = bar_text.grey_text
    set label 3 bar_text at screen 0.5,0.052 center font (strlen(bar_text) > 105 ? small : "")
    set label 4 signs at screen 0.5,0.018 center font (strlen(signs) > 105 ? small : "")
} else {
    bar_text = bar_text." ".signs.grey_text
    set label 3 bar_text at screen 0.5,0.02 center font (strlen(bar_text) > 105 ? small : "")
}

set zrange [0:top]
set xyplane at 0
set format z height
set ztics rise offset 0.5,0.2
set zlabel label(value) rotate parallel offset 2 - 0.9 * ((digits > 3 ? 6 : strlen(sprintf(height, top))) - 2),0
set grid ztics vertical
array aside[2] # of their edges, the further the longer the longest is
do for [axis = 1:2] {
    longest_text = 2
    do for [k = 1:marks[axis]] {
        here = strlen(text[99 * (axis - 1) + k])
        longest_text = here > longest_text ? here : longest_text
    }
    aside[axis] = longest_text > 5 ? 1.2 : 0.4 * (longest_text - 2)
}
set xtics offset 0.6 + aside[1],-0.1 ()
set ytics offset -0.4 - aside[2],-0.5 ()
do for [k = 1:marks[1]] { set xtics add (text[k] mark[k]) }
do for [k = 1:marks[2]] { set ytics add (text[99 + k] mark[99 + k]) }

# Each patch has the colour of its highest corner: a mean would show values that no cell has. Lines of the mesh: all of
# up to 32 a side, every n-th of more, none of more than 100, where they would hide the surface.
longest = rows > columns ? rows : columns
set pm3d depthorder corners2color max
if (longest <= 32) { set pm3d border linecolor "#303030" linewidth 0.2 } else { set pm3d noborder }
thin = longest > 100 ? 0 : longest > 32 ? ceil(longest / 32.0) : 0

# The palette's colour of a point: gnuplot 6 takes that of its height otherwise.
array shade[9] = [0x440154, 0x472c7a, 0x3b518b, 0x2c718e, 0x21908d, 0x27ad81, 0x5cc863, 0xaadc32, 0xfde725]
part_of(n, part) = shade[n] / part % 256
mixed(n, share, part) = part * int((1 - share) * part_of(n, part) + share * part_of(n + 1, part) + 0.5)
tint(r) = r != r ? NaN : (n = r >= 4 ? 8 : int(2 * r) + 1, mixed(n, 2 * r - n + 1, 65536) \
    + mixed(n, 2 * r - n + 1, 256) + mixed(n, 2 * r - n + 1, 1))

set multiplot
set size 0.52,0.86
set origin 0.015,0.095
set view 57,125,0.9,1.05
set xrange [0:rows - 1]
set yrange [0:columns - 1]
set xlabel label(word(titles, 1)) rotate parallel offset 0,-0.5
set ylabel label(word(titles, 2)) rotate parallel offset 0,-0.5
splot data index block using (i(0)):(j(0)):(cut(column(number))):(rank(column(number))) with pm3d, \
      data index block using (i(0)):(j(0)):(cut(column(number))):(tint(rank(column(number)))) with points pointtype 7 \
          pointsize (longest > 32 ? 0.1 : grey ? 0.8 : 0.4) linecolor rgb variable
unset label
unset colorbox
unset grid
if (thin) { # over the surface
    unset border
    unset xlabel
    unset ylabel
    unset zlabel
    set format ""
    set tics scale 0
    set hidden3d offset 0
    kept = ceil(columns / (1.0 * thin)) # of each row; column(0) counts these alone
    splot data index block every thin:thin using (i(0)):(thin * (column(0) - kept * int(column(-1)) / thin)): \
        (cut(column(number))) with lines linecolor "#303030" linewidth 0.2
    unset hidden3d
    set border 31 linecolor "#404040"
    set format
}
set size 0.40,0.70
set origin 0.57,0.16
set xrange [-0.5:rows - 0.5]
set yrange [-0.5:columns - 0.5]
set xlabel label(word(titles, 1)) norotate offset 0,0.3
set ylabel label(word(titles, 2)) rotate offset 0,0
set xtics scale 0.5 nomirror offset 0,0.3
set ytics scale 0.5 nomirror offset 0.3,0
set object 1 rectangle from graph 0,0 to graph 1,1 behind fillcolor "#d4d4d4" fillstyle solid noborder
fine = ending eq ".png" ? "" : "pixels" # squares: other viewers would blur an image
plot data index block using (i(0)):(j(0)):(rank(column(number))) with image @fine, \
     $contours using 1:2 with lines linecolor "#ffffff" linewidth 0.5, \
     data index block using (in_set(0) && dots ? i(0) : NaN):(j(0)) with points pointtype 7 pointsize 0.6 \
         linecolor "#000000", \
     data index block using (in_set(0) && dots ? i(0) : NaN):(j(0)) with points pointtype 7 pointsize 0.4 \
         linecolor "#ffffff", \
     data index block using (smallest(0) ? i(0) : NaN):(j(0)) with points pointtype 13 pointsize 1.9 \
         linecolor "#000000", \
     data index block using (smallest(0) ? i(0) : NaN):(j(0)) with points pointtype 13 pointsize 1.3 \
         linecolor "#ffffff", \
     data index block using (lowest(0) ? i(0) : NaN):(j(0)) with points pointtype 7 pointsize 1.5 linecolor "#000000", \
     data index block using (lowest(0) ? i(0) : NaN):(j(0)) with points pointtype 7 pointsize 1.1 linecolor "#ffffff"
unset multiplot
