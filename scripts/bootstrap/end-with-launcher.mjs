/**
 * Loaded before the command: asks it to end when the launcher has gone without passing a signal on, as after a kill.
 * Otherwise a collector nobody sees would keep the port and the data directory.
 */
import process from 'node:process';

// Node passes its own options on to the processes it forks; those have another parent, and that one looks after them.
const isLauncher = process.env.WEIR_LAUNCHER === String(process.ppid);

if (isLauncher && process.channel !== undefined) {
  // The launcher made this process the leader of a group, with everything that the command starts.
  process.once('disconnect', () => process.kill(-process.pid, 'SIGTERM'));
  // Only to be told of its end: it must not keep a finished command alive.
  process.channel?.unref();
}
