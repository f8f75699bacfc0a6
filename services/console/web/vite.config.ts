import tailwind from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { fileURLToPath } from 'node:url'
import { defaultClientConditions, defineConfig, loadEnv } from 'vite'
import { runbookPages } from './runbooks/runbook-pages.ts'

const runbooks = fileURLToPath(new URL('../../../docs/runbooks/', import.meta.url))

export default defineConfig(({ mode }) => {
  // For `vite web`: the page is served fresh, the figures come from the console that runs there.
  const { SPANLEDGER_CONSOLE_PORT: port = '4320' } = loadEnv(mode, import.meta.dirname, 'SPANLEDGER_')
  return {
    plugins: [react(), tailwind(), runbookPages(runbooks)],
    resolve: { conditions: ['source', ...defaultClientConditions] },
    build: {
      // Beside what the compiler writes; the server looks here.
      outDir: '../dist/web',
      emptyOutDir: true,
      target: 'es2023',
      // No inlined files: the page's Content-Security-Policy allows none.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
    server: {
      host: '127.0.0.1',
      port: 5173,
      proxy: { '/api': { target: `http://127.0.0.1:${port}`, changeOrigin: true } },
    },
  }
})
