#!/usr/bin/env node
// SPDX-License-Identifier: BSD-3-Clause
// A network with two hidden layers, trained on the numbers of its standard input: rows of inputs and one target, all
// from 0 to 1. Usage: network.js --epochs N --learning-rate X --topology A,B <data
// It writes a line of fields: A B epochs rate samples error; and nothing else that a line of numbers could be.
"use strict";
const option = (name) => process.argv[process.argv.indexOf("--" + name) + 1];
const [a, b] = option("topology").split(",").map(Number);
const epochs = Number(option("epochs")), rate = Number(option("learning-rate"));
const rows = require("fs").readFileSync(0, "utf8").trim().split("\n").map((l) => l.trim().split(/\s+/).map(Number));
const inputs = rows[0].length - 1, sizes = [inputs, a, b, 1];

let state = 12345; // the same weights each time
const random = () => ((state = (Math.imul(state, 1103515245) + 12345) >>> 0) / 4294967296) - 0.5;
const layers = sizes.slice(1).map((n, l) => Array.from({ length: n }, () =>
    Array.from({ length: sizes[l] + 1 }, random)));

const forward = (x) => layers.reduce((outputs, layer) => outputs.concat([layer.map((w) => {
    const input = outputs[outputs.length - 1];
    let z = w[input.length];
    for (let i = 0; i < input.length; i++) z += w[i] * input[i];
    return 1 / (1 + Math.exp(-z));
})]), [x]);

for (let e = 0; e < epochs; e++)
    for (const row of rows) {
        const outputs = forward(row.slice(0, inputs));
        let deltas = outputs[3].map((o) => (o - row[inputs]) * o * (1 - o));
        for (let l = 2; l >= 0; l--) {
            const input = outputs[l];
            const before = input.map((o, i) => o * (1 - o) * layers[l].reduce((s, w, k) => s + w[i] * deltas[k], 0));
            layers[l].forEach((w, k) => {
                for (let i = 0; i < input.length; i++) w[i] -= rate * deltas[k] * input[i];
                w[input.length] -= rate * deltas[k];
            });
            deltas = before;
        }
    }
const error = rows.reduce((s, row) => s + (forward(row.slice(0, inputs))[3][0] - row[inputs]) ** 2, 0) / rows.length;
console.error("trained");
console.log([a, b, epochs, rate, rows.length, error].join(" "));
