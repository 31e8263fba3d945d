import type { Protocol } from './protocol.ts';
import type { RequestFacts } from './request-facts.ts';
import type { Target } from './request-target.ts';

type Request = Pick<RequestFacts, 'model' | 'stream' | 'input'> | undefined;
/** @returns undefined where the path is of none of the known services. */
export declare function protocolOfRoute(
  target: Target,
  method: string,
  request: Request,
): Protocol | undefined;
