// Stands for a hosts file: Amazon's names are this machine's, and HTTPS is at the port of the front under test.
const dns = require('node:dns')
const net = require('node:net')

const ours = name => /(^|\.)amazon\.com$/.test(String(name))
const lookup = dns.lookup
dns.lookup = (name, options, done) => {
  const callback = done ?? options
  if (!ours(name)) throw new Error('This test calls nobody else: ' + name)
  return lookup('127.0.0.1', typeof options === 'function' ? {} : options, callback)
}
const connect = net.Socket.prototype.connect
net.Socket.prototype.connect = function (...given) {
  const options = Array.isArray(given[0]) ? given[0][0] : given[0]
  if (options && Number(options.port) === 443) options.port = Number(process.env.FRONT_PORT)
  return connect.apply(this, given)
}
