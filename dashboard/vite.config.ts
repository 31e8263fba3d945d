import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, loadEnv } from 'vite';

export default defineConfig(({ mode }) => ({
  plugins: [react(), tailwindcss()],
  server: {
    // A running collector, or `node dev/fixture-server.ts`.
    proxy: { '/api': loadEnv(mode, '.', 'WEIR_').WEIR_API_ORIGIN ?? 'http://127.0.0.1:4318' },
  },
  build: {
    // Browsers that know `light-dark()`: the colours are written with it and must not be lowered.
    target: ['chrome123', 'edge123', 'firefox128', 'safari17.5'],
    chunkSizeWarningLimit: 420,
  },
}));
