/* SPDX-License-Identifier: BSD-3-Clause */
/* What --help and --version say; see options.h. */
#include "cli/options.h"

#include "base/build.h"
#include "net/trainer.h"
#include "store/library.h"

void options_help(FILE *stream)
{
    fputs("Usage: nsurf [OPTION]...\n"
          "       mpirun -np PROCESSES nsurf [OPTION]...\n"
          "       nsurf plan [OPTION]...\n"
          "       nsurf train -a N -b N [OPTION]...\n"
          "       nsurf best [PREFIX] [--error OF]\n"
          "       nsurf predict FILE DATA [OPTION]...\n"
          "\n"
          "Train a network with two hidden layers for every topology (a, b) of a grid, on all processes, and write\n"
          "the surface of their errors to PREFIX.tsv, PREFIX.dat (gnuplot) and PREFIX.h5. Without options: the iris\n"
          "data that the program carries, a and b from 1 to 64.\n"
          "\n"
          "Grid\n"
          "  -a, --hidden1 RANGE        neurons in the first hidden layer          [1:64]\n"
          "  -b, --hidden2 RANGE        neurons in the second hidden layer         [1:64]\n"
          "  -r, --repeats N            trainings a cell, each with its own initial weights; the surface shows\n"
          "                             their mean                                 [1]\n"
          "  A RANGE is 8, or 1:64 (64 included), or 1:64:4 (every fourth), or a list of these: 1,2,4:8.\n"
          "\n"
          "Training\n"
          "  -e, --epochs N             passes over the samples                    [1000]\n"
          "  -l, --learning-rate X                                                 [0.2; 0.001 with adam]\n"
          "      --rate-decay D         in epoch e, from 0, the rate is X / (1 + D e)  [0]\n"
          "      --batch N              samples whose mean gradient makes a step, or all\n"
          "                                                                        [1; all with rprop]\n"
          "      --optimizer NAME[,CONSTANT=VALUE]...\n"
          "                             sgd with momentum; rprop (iRPROP-) with first, min, max, increase,\n"
          "                             decrease; adam with beta1, beta2, epsilon  [sgd,momentum=0]\n"
          "      --hidden-activation F  logistic, tanh, relu, softsign (x/(1+|x|)) or linear   [logistic]\n"
          "      --output-activation F  one of these, or softmax                   [logistic]\n"
          "      --loss NAME            what training makes small: squared or cross-entropy    [squared]\n"
          "      --weight-range R       initial weights are uniform in +-R         [1/sqrt(inputs of the unit)]\n"
          "      --weight-decay D       D times the weight is added to its gradient    [0]\n"
          "  -s, --seed N               of initial weights and order of samples    [1]\n"
          "      --no-shuffle           keep the samples in the file's order\n"
          "      --early-stopping RULES report the state of the lowest validation error, and stop when a rule holds:\n"
          "                             gl=5,progress=0.1 or patience=20,every=10; --epochs are then the most\n"
          "  Rules, for errors taken every 5 epochs, or every=N: gl=X (X percent above the lowest), progress=X\n"
          "  (training errors in between less than X per thousand above their lowest), pq=X (the first figure above\n"
          "  X times the second), up=N (higher N times in a row), patience=N (no new lowest N times in a row).\n",
          stream);
    /* ISO C promises no more than 4,095 characters in one string. */
    fputs("\n"
          "Data\n"
          "  -d, --data FILE            a table (blanks, CSV, TSV; with or without a header line), or FANN, Proben1,\n"
          "                             LIBSVM, HDF5, recognised by the content; - is standard input\n"
          "  -t, --targets N            the last N columns are targets             [1, or what the file says]\n"
          "      --format NAME          whitespace, csv, tsv, fann, proben1, libsvm or hdf5, if not recognised\n"
          "      --decimal comma        numbers have a decimal comma (0,5); semicolons, tabs or blanks separate them\n"
          "      --classes              targets are class names, even where they look like numbers\n"
          "      --inputs-dataset NAME, --targets-dataset NAME\n"
          "                             the arrays of an HDF5 file                 [inputs, targets]\n"
          "      --missing WAY          for missing values (empty, NA, NaN, ?): refuse the file, drop the sample,\n"
          "                             or the mean of the training samples        [refuse]\n"
          "      --scale WAY            of the inputs, by the training samples: none, minmax or zscore  [none]\n"
          "\n"
          "Which samples are for what; without these all are for training, or as a Proben1 file says\n"
          "      --validation FILE, --test FILE\n"
          "                             more files\n"
          "      --holdout F            a share (0.25) or a number (30) of samples for the test\n"
          "      --split A/B/C          shares for training, validation and test: 50/25/25\n"
          "      --folds K              every sample is in the test of one of K trainings, and trains in the others\n"
          "  They are dealt at random by the seed, with the same share of each class.\n"
          "\n",
          stream);
    /* ISO C promises no more than 4,095 characters in one string. */
    fputs("Output\n"
          "  -o, --output PREFIX        of the files                               [nsurf]\n"
          "      --error OF             what the surface shows: the error of the train, validation or test samples\n"
          "                             (the .h5 file holds all)                   [train]\n"
          "      --force                start over and replace earlier results of this PREFIX\n"
          "      --resume               go on with PREFIX.journal, which must be there; without it a journal is gone\n"
          "                             on with when there is one\n"
          "      --repair               drop damaged lines of the journal and train again what they held\n"
          "  -q, --quiet                no progress and no report on standard error\n"
          "\n"
          "Processes\n"
          "      --dedicated-manager    rank 0 only hands out work      [from 1,024 processes on]\n"
          "      --nice[=N]             let others go first on these machines, by N steps of 19  [all 19]\n"
          "      --stop-before SECONDS  under Slurm, stop that long before the end of the job, 0 for never  [30]\n"
          "      --worker-timeout S     a worker that is silent for S seconds, or takes so much longer than 50 times\n"
          "                             what is predicted, counts as lost          [120]\n"
          "      --worker-ports P[:Q]   TCP ports at which rank 0 hears of the deaths of workers; a firewall between\n"
          "                             hosts has to let one of them through       [any]\n",
          stream);
    fputs("\n"
          "Plan: how long the run with these options will take, and what to ask of sbatch; trains for a second\n"
          "      --np N,...             numbers of processes                       [1,8,32,128,1024]\n"
          "\n"
          "Train: that network of the surface again, alone and with the same bits; prints its line of the journal\n"
          "      --repeat K             which of its trainings, from 0             [0]\n"
          "      --fold K               which of the folds of --folds, from 0      [0]\n"
          "      --save FILE            keep the network in an HDF5 file (--force replaces one)\n"
          "\n"
          "Predict: the outputs of a network that train kept in FILE, for DATA in any of the formats, with or without\n"
          "targets; with them, its error too\n"
          "      --no-targets           pass over what stands in the place of targets\n"
          "  -o, --output FILE          instead of standard output (--force replaces one)\n"
          "\n"
          "Best: what PREFIX.h5 says: the best cell, the smallest network that is as good, how much is chance;\n"
          "--error OF chooses by another error than that of the validation, else test, else training samples\n"
          "\n"
          "  -h, --help                 this text\n"
          "  -V, --version              version and build\n"
          "\n"
          "SIGTERM, SIGINT, SIGHUP, SIGUSR1 or a file PREFIX.stop: stop, and keep what is done; the same command goes\n"
          "on. SIGUSR2: write what is done so far to the result files, and go on.\n"
          "\n"
          "Exit codes: 0 complete, 1 complete but cells failed or all diverged, 64 usage, 65 data, 70 internal,\n"
          "71 MPI, 74 input or output, 75 stopped early, the same command goes on.\n",
          stream);
}

void options_version(FILE *stream)
{
    struct error err;
    char hdf5[LIBRARY_TEXT];
    library_hdf5(hdf5);
    const char *const isa = trainer_isa(&err);
    fprintf(stream,
            "nsurf %s\n"
            "revision     %s\n"
            "compiler     %s\n"
            "flags        %s\n"
            "libraries    %s, HDF5 %s\n"
            "instructions %s\n",
            build_version(), build_revision(), build_compiler(), build_flags(), build_mpi(), hdf5,
            isa ? isa : err.text);
}
