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
          "  -l, --learning-rate X                                                 [0.2]\n"
          "  -s, --seed N               of initial weights and order of samples    [1]\n"
          "      --no-shuffle           keep the samples in the file's order\n"
          "\n"
          "Data\n"
          "  -d, --data FILE            numbers separated by blanks, commas or tabs, a sample a line, with or\n"
          "                             without a header line; - is standard input\n"
          "  -t, --targets N            the last N columns are targets             [1]\n"
          "\n"
          "Output\n"
          "  -o, --output PREFIX        of the files                               [nsurf]\n"
          "      --force                start over and replace earlier results of this PREFIX\n"
          "      --resume               go on with PREFIX.journal, which must be there; without it a journal is gone\n"
          "                             on with when there is one\n"
          "      --repair               drop damaged lines of the journal and train again what they held\n"
          "  -q, --quiet                no progress and no report on standard error\n"
          "\n"
          "Processes\n"
          "      --dedicated-manager    rank 0 only hands out work, for very large runs\n"
          "      --nice[=N]             let others go first on these machines, by N steps of 19  [all 19]\n"
          "      --stop-before SECONDS  under Slurm, stop that long before the end of the job, 0 for never  [30]\n"
          "      --worker-timeout S     a worker that is silent for S seconds, or takes so much longer than 50 times\n"
          "                             what is predicted, counts as lost          [120]\n"
          "\n"
          "  -h, --help                 this text\n"
          "  -V, --version              version and build\n"
          "\n"
          "SIGTERM, SIGINT, SIGHUP, SIGUSR1 or a file PREFIX.stop: stop, and keep what is done; the same command goes\n"
          "on. SIGUSR2: write what is done so far to the result files, and go on.\n"
          "\n"
          "Exit codes: 0 complete, 1 complete but some cells failed, 64 usage, 65 data, 70 internal, 71 MPI,\n"
          "74 input or output, 75 stopped early, the same command goes on.\n",
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
