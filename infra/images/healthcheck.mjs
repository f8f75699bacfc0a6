// Whether the service of this container is ready: node healthcheck.mjs PORT. The image has neither curl nor wget.
const port = process.argv[2] ?? '4318'
const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then(
  (response) => response.ok,
  () => false,
)
process.exit(ready ? 0 : 1)
