#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# What gzip leaves of the first SIZE bytes of standard input, as a share. Usage: gzip.sh LEVEL SIZE <FILE
left=$(head -c "$2" | gzip "-$1" | wc -c) || exit
awk "BEGIN { print \"share left: \" $left / $2 }"
