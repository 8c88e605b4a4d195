/* SPDX-License-Identifier: BSD-3-Clause */
/* How a network file is laid out, for its writer and its reader alone; see network_file.h. */
#ifndef NSURF_STORE_NETWORK_LAYOUT_H
#define NSURF_STORE_NETWORK_LAYOUT_H

#include "net/spec.h"

#include <stddef.h>

/* The first line of the file; another number for another layout. */
#define NETWORK_KIND "nsurf network 1"

/* Of a class name, at the most. */
enum { NETWORK_NAME_BYTES = 1 << 12 };

/* The names of a layer's arrays. */
struct network_layer {
    const char *weights, *bias, *initial_weights, *initial_bias;
};
extern const struct network_layer network_layers[SPEC_LAYERS];

/* Of a layer, with its biases. units: as in struct trained. */
static inline size_t network_layer_weights(const size_t units[SPEC_LAYERS + 1], size_t l)
{
    return (units[l] + 1) * units[l + 1];
}

struct trained;
struct experiment;

/* What makes no sense in a network that was read, by its name in the file; NULL: nothing. All its arrays are there. */
const char *network_wrong(const struct trained *trained, const struct experiment *experiment);

#endif
