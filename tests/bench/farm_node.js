// SPDX-License-Identifier: BSD-3-Clause
// Items a second of a farm over HTTP in Node: a server that counts, workers that fetch a number, do nothing and post it
// back, over connections that stay open.  usage: node farm_node.js ITEMS WORKERS
'use strict'
const http = require('http')
const { fork } = require('child_process')

async function work (port) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  const ask = (method, path, body) => new Promise((resolve, reject) => {
    const request = http.request({ port, host: '127.0.0.1', method, path, agent }, response => {
      const parts = []
      response.on('data', part => parts.push(part))
      response.on('end', () => resolve(Buffer.concat(parts).toString()))
    })
    request.on('error', reject)
    request.end(body)
  })
  for (let item; (item = await ask('GET', '/')) !== 'none';) await ask('POST', '/', item)
  agent.destroy()
}

function serve (items, workers) {
  let given = 0
  let back = 0
  let begin = 0n
  const server = http.createServer((request, response) => {
    if (request.method === 'GET') {
      if (given === 0) begin = process.hrtime.bigint()
      response.end(given < items ? String(given++) : 'none')
      return
    }
    request.resume()
    request.on('end', () => {
      response.end()
      if (++back === items) console.log(Math.round(items / (Number(process.hrtime.bigint() - begin) / 1e9)))
    })
  })
  server.listen(0, '127.0.0.1', () => {
    let alive = workers
    for (let w = 0; w < workers; w++) {
      fork(__filename, ['worker', server.address().port]).on('exit', () => { if (--alive === 0) server.close() })
    }
  })
}

if (process.argv[2] === 'worker') work(process.argv[3])
else serve(Number(process.argv[2]), Number(process.argv[3]))
