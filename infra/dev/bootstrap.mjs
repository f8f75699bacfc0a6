/**
 * Makes a clone ready to run: `npm start`, `npm test` and `npm run spanledger` call it first.
 * Node and npm are all it needs; with nothing to do it takes a fraction of a second and prints nothing.
 *
 * This file keeps to syntax that old versions of Node can parse, so that they get the message below and not a stack trace.
 */
const parts = process.versions.node.split('.').map(Number)

if (parts[0] < 20 || (parts[0] === 20 && parts[1] < 19)) {
  console.error(
    'spanledger needs Node 20.19 or newer; this is ' +
      process.version +
      ' (' +
      process.execPath +
      ').\nInstall Node 22 or 24 from https://nodejs.org and run the same command again.',
  )
  process.exit(1)
}

import('./setup/setup.mjs')
  .then((module) => module.setup())
  .catch((error) => {
    console.error(error.expected ? error.message : error)
    process.exit(1)
  })
