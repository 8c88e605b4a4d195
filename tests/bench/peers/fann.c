/* SPDX-License-Identifier: BSD-3-Clause */
/* The same by FANN, where libfann is installed: incremental training in float32, logistic units.
 * Usage: fann A B EPOCHS: prints the processor time of a sample in us, and the last error. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#if __has_include(<fann.h>)
#include <fann.h>

enum { SAMPLES = 150, INPUTS = 4, OUTPUTS = 3 };

int main(int argc, char **argv)
{
    const int a = argc > 3 ? atoi(argv[1]) : 0, b = argc > 3 ? atoi(argv[2]) : 0, epochs = argc > 3 ? atoi(argv[3]) : 0;
    if (a < 1 || b < 1 || epochs < 1)
        return 64;
    struct fann *const net = fann_create_standard(4, INPUTS, a, b, OUTPUTS);
    struct fann_train_data *const data = fann_create_train(SAMPLES, INPUTS, OUTPUTS);
    if (!net || !data)
        return 70;
    for (int s = 0; s < SAMPLES; s++) {
        for (int k = 0; k < INPUTS; k++)
            data->input[s][k] = (fann_type)(rand() % 1000) * (fann_type)1e-3;
        for (int k = 0; k < OUTPUTS; k++)
            data->output[s][k] = s % OUTPUTS == k;
    }
    fann_set_activation_function_hidden(net, FANN_SIGMOID);
    fann_set_activation_function_output(net, FANN_SIGMOID);
    fann_set_training_algorithm(net, FANN_TRAIN_INCREMENTAL);
    fann_set_train_error_function(net, FANN_ERRORFUNC_LINEAR);
    fann_set_learning_rate(net, 0.2f);
    fann_set_learning_momentum(net, 0);
    const clock_t begin = clock();
    for (int e = 0; e < epochs; e++)
        fann_train_epoch(net, data);
    const double taken_s = (double)(clock() - begin) / CLOCKS_PER_SEC;
    printf("%.6f %g\n", 1e6 * taken_s / ((double)epochs * SAMPLES), (double)fann_get_MSE(net));
    fann_destroy_train(data);
    fann_destroy(net);
    return 0;
}
#endif
