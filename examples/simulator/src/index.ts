export type { Finish } from './answer.ts';
export type { Clock } from './clock.ts';
export type { RequestFacts } from './exchange.ts';
export {
  type ExpectedEnd,
  type Fault,
  type FaultName,
  faults,
  isFaultName,
  protocolNames,
} from './faults/catalogue.ts';
export {
  type FaultParameters,
  type FaultRequest,
  type FaultSelection,
  type Parsed,
  parseFault,
  parseTiming,
  simulatorHeaders,
} from './faults/selection.ts';
export type { ProtocolName, Usage } from './protocols/protocol.ts';
export type { TimerKind } from './proxy/cut-timers.ts';
export {
  createIdleProxy,
  type IdleProxy,
  type IdleProxyOptions,
  type ProxiedExchange,
} from './proxy/idle-proxy.ts';
export {
  type CutStyle,
  type Intermediary,
  type IntermediaryName,
  intermediaries,
  type Timeouts,
} from './proxy/intermediaries.ts';
export { type Random, seededRandom } from './random.ts';
export type { RequestEnd, RequestLog, RequestRecord } from './request-log.ts';
export { createSimulator, type Simulator, type SimulatorOptions } from './simulator.ts';
export type { Timing, TimingOverrides } from './timing.ts';
export type { ExchangeEnd } from './wire/player.ts';
