/** `node --import @weir/sdk/register app.js`: observes every model call of the program, with no line of code. */
import { startWeir } from './start.ts';

startWeir();
