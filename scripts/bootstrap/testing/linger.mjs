/**
 * Stands for a command: says its process id, lives until a signal, says which one came, cleans up for a moment, and ends
 * with the code in argv. With `now` it ends by itself.
 */
const [code, when] = process.argv.slice(2);
process.exitCode = Number(code);
const alive = setInterval(() => undefined, 1_000);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    process.stdout.write(`${signal}\n`);
    setTimeout(() => clearInterval(alive), 100);
  });
}
if (when === 'now') clearInterval(alive);
process.stdout.write(`${process.pid}\n`);
