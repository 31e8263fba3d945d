/** Holds the imports to the layers of ARCHITECTURE.md: `node scripts/check-layers.ts`. */
import { fileURLToPath } from 'node:url';
import { checkLayers } from './layers/check-layers.ts';

const result = await checkLayers(fileURLToPath(new URL('..', import.meta.url)));
switch (result.status) {
  case 'clean':
    process.stdout.write(`  ${result.modules} modules\n`);
    break;
  case 'broken':
    process.stderr.write(`${result.violations.join('\n')}\n`);
    process.exitCode = 1;
    break;
  case 'nothing-seen':
    process.stderr.write(
      `No module was found in ${result.folders.join(', ')}: the check would pass over nothing.\n`,
    );
    process.exitCode = 1;
    break;
}
